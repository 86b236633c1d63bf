"""Bytes that no one here wrote: what libvirt's own client and daemon say, through our codecs and back.

virsh works through a long list of commands while a recorder writes down both sides. Each message, decoded by
our schema and encoded again, must give the same bytes. Commands that libvirt refuses are as good as others.
"""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from rig.guest import disk_xml, firmware_xml, make_disk, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt._protocol import frame as wire
from sysvirt._protocol.procedure import Procedure
from sysvirt._protocol.table import find, remote
from sysvirt._protocol.xdr import compile_decoder, compile_encoder
from tests.wire.recorder import Frame, Recorder

HOST = """
version --daemon
uri
hostname
sysinfo
capabilities
domcapabilities
maxvcpus
nodeinfo
nodecpumap
nodecpustats
nodememstats
node-memory-tune
node-memory-tune --shm-pages-to-scan 100
freecell
freecell --all
freepages --all
allocpages 4KiB 1
cpu-models x86_64
cpu-compare {cpu}
cpu-baseline {cpu}
hypervisor-cpu-compare {cpu}
hypervisor-cpu-baseline {cpu}
nodesevinfo
list --all
list --all --title
domstats
domxml-to-native qemu-argv --xml {xml}
domxml-from-native qemu-argv {cpu}
pool-list --all
pool-capabilities
net-list --all
iface-list --all
nodedev-list
secret-list
nwfilter-list
nwfilter-binding-list
find-storage-pool-sources dir
"""

GUEST = """
define {xml}
define --validate {xml}
domuuid {name}
domname {uuid}
domid {name}
dominfo {name}
dominfo {uuid}
domstate {name} --reason
desc {name} --config --title "A título"
desc {name} --config "what it is for"
desc {name} --config
metadata {name} http://example.org/ --config --key k --set <a/>
metadata {name} http://example.org/ --config
metadata {name} http://example.org/ --config --remove
autostart {name}
autostart {name} --disable
setmaxmem {name} 32MiB --config
setmem {name} 20MiB --config
setvcpus {name} 2 --maximum --config
setvcpus {name} 1 --config
start {name} --paused
domstate {name}
dumpxml {name}
dumpxml {name} --inactive --security-info
resume {name}
suspend {name}
resume {name}
domid {name}
setmem {name} 20MiB --live
setvcpus {name} 2 --live
setvcpu {name} 1 --enable
vcpucount {name}
vcpuinfo {name} --pretty
vcpupin {name}
vcpupin {name} 0 0 --live
emulatorpin {name}
emulatorpin {name} 0-1 --live
iothreadinfo {name}
iothreadadd {name} 1
iothreadpin {name} 1 0
iothreadset {name} 1 --poll-max-ns 1000
iothreaddel {name} 1
schedinfo {name}
schedinfo {name} --set cpu_shares=2048 vcpu_period=100000
memtune {name}
memtune {name} --hard-limit 4GiB --live
blkiotune {name}
blkiotune {name} --weight 500 --live
numatune {name}
numatune {name} --nodeset 0 --config
perf {name}
perf {name} --enable cpu_cycles --config
domblklist {name} --details
domblkinfo {name} vda
domblkinfo {name} --all
domblkstat {name} vda
domblkstat {name}
domblkerror {name}
domblkthreshold {name} vda 1000000
blkdeviotune {name} vda
blkdeviotune {name} vda --total-iops-sec 1000 --live
blockresize {name} vda 80MiB
domiflist {name}
domifstat {name} vnet0
domif-getlink {name} 52:54:00:00:00:01
domif-setlink {name} 52:54:00:00:00:01 down
domiftune {name} 52:54:00:00:00:01
domiftune {name} 52:54:00:00:00:01 --inbound 1000 --config
domifaddr {name} --source arp
dommemstat {name}
dommemstat {name} --period 2 --live
domstats {name}
domstats {name} --cpu-total --block --raw
domcontrol {name}
domjobinfo {name}
domjobinfo {name} --completed
domjobabort {name}
domtime {name}
domtime {name} --now
domfsinfo {name}
domfsfreeze {name}
domfsthaw {name} /a /b
domfstrim {name} --minimum 4096
guestinfo {name}
guest-agent-timeout {name} 5
guestvcpus {name}
guestvcpus {name} 0 --enable
set-user-password {name} root secret
get-user-sshkeys {name} root
qemu-monitor-command {name} --hmp "info status"
qemu-monitor-command {name} {{"execute":"query-status"}} --pretty
qemu-agent-command {name} {{"execute":"guest-ping"}}
send-key {name} KEY_LEFTCTRL KEY_C
inject-nmi {name}
send-process-signal {name} 1 term
screenshot {name} {files}/screen
domdisplay {name}
domdisplay-reload {name}
vncdisplay {name}
ttyconsole {name}
dommessages {name}
domhostname {name} --source agent
domsetlaunchsecstate {name} --secret /dev/null
domlaunchsecinfo {name}
domdirtyrate-calc {name} --seconds 1
set-lifecycle-action {name} crash destroy --live
event-of-nothing
lxc-enter-namespace {name} /bin/true
migrate-setmaxdowntime {name} 300
migrate-getmaxdowntime {name}
migrate-setspeed {name} 100
migrate-getspeed {name}
migrate-compcache {name}
migrate-compcache {name} --size 4194304
migrate-postcopy {name}
migrate {name} {uri} --live
domthrottlegroupset {name} limits --total-iops-sec 100
domthrottlegroupinfo {name} limits
domthrottlegrouplist {name}
domthrottlegroupdel {name} limits
dom-fd-associate {name} group --pass-fds 0
attach-device {name} {device} --live
update-device {name} {device} --live
detach-device {name} {device} --live
detach-device-alias {name} rng0 --live
attach-disk {name} {files}/other.qcow2 vdb --subdriver qcow2
change-media {name} vdb --eject
detach-disk {name} vdb
blockjob {name} vda --info
blockcopy {name} vda {files}/copy.qcow2 --transient-job --granularity 65536
blockjob {name} vda --bandwidth 100
blockjob {name} vda --abort
blockcommit {name} vda
blockpull {name} vda
snapshot-create-as {name} one "a first one"
snapshot-create-as {name} two
snapshot-list {name}
snapshot-list {name} --roots --tree
snapshot-info {name} one
snapshot-dumpxml {name} one
snapshot-current {name}
snapshot-parent {name} two
snapshot-revert {name} one
snapshot-delete {name} one --children
checkpoint-create-as {name} first
checkpoint-list {name}
checkpoint-info {name} first
checkpoint-dumpxml {name} first
checkpoint-parent {name} first
backup-begin {name}
backup-dumpxml {name}
domjobabort {name}
checkpoint-delete {name} first
dump {name} {files}/core --memory-only --format elf --live
reset {name}
reboot {name} --mode acpi
managedsave {name}
managedsave-dumpxml {name}
managedsave-define {name} {xml}
managedsave-remove {name}
start {name}
save {name} {files}/saved
save-image-dumpxml {files}/saved
save-image-define {files}/saved {xml}
restore {files}/saved --paused
shutdown {name} --mode agent
shutdown {name} --mode acpi
event {name} --list
destroy {name} --graceful
destroy {name}
domrename {name} {name}-renamed
domrename {name}-renamed {name}
undefine {name} --managed-save --snapshots-metadata --checkpoints-metadata
dominfo {name}
create {xml} --paused
destroy {name}
"""

# The test driver has what the private host has not: networks, storage, interfaces, node devices.
TEST_DRIVER = """
net-list --all
net-dumpxml default
net-info default
net-uuid default
net-autostart default
net-desc default new
net-metadata default http://example.org/
net-dhcp-leases default
net-port-list default
net-event --list
net-update default add ip-dhcp-range <range/>
net-define {network}
net-start other
net-destroy other
net-undefine other
net-create {network}
pool-list --all --details
pool-info default-pool
pool-dumpxml default-pool
pool-uuid default-pool
pool-autostart default-pool
pool-refresh default-pool
pool-define-as other dir --target /other
pool-build other
pool-start other
vol-create-as other v 1MiB
vol-list other --details
vol-info v --pool other
vol-dumpxml v --pool other
vol-path v --pool other
vol-key v --pool other
vol-pool /other/v
vol-clone v w --pool other
vol-resize v 2MiB --pool other
vol-wipe v --pool other
vol-upload v /dev/null --pool other
vol-download v /dev/null --pool other
vol-delete v --pool other
pool-destroy other
pool-delete other
pool-undefine other
iface-list --all
iface-dumpxml eth1
iface-mac eth1
iface-name aa:bb:cc:dd:ee:ff
iface-destroy eth1
iface-start eth1
iface-begin
iface-rollback
iface-begin
iface-commit
iface-undefine eth1
nodedev-list --tree
nodedev-dumpxml computer
nodedev-info computer
nodedev-detach computer
nodedev-reset computer
nodedev-autostart computer
nodedev-destroy computer
nodedev-create {cpu}
nodedev-define {cpu}
secret-list
secret-define {cpu}
secret-dumpxml 00000000-0000-0000-0000-000000000001
nwfilter-list
nwfilter-dumpxml none
nwfilter-define {cpu}
list --all
domifaddr test
domblkstat test
snapshot-create test
snapshot-list test
dominfo test
vcpuinfo test
save test {files}/test-saved
restore {files}/test-saved
destroy test
"""

CPU = "<cpu><arch>x86_64</arch><model>qemu64</model></cpu>"
NETWORK = "<network><name>other</name><forward mode='nat'/></network>"
DEVICE = "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>"
USER_NETWORK = "<interface type='user'><mac address='52:54:00:00:00:01'/></interface>"
GRAPHICS = "<graphics type='vnc'><listen type='socket'/></graphics><video><model type='vga'/></video>"

# Listens until a file appears, then ends as with Ctrl-C.
LISTEN = """
virsh --connect "$1" event --all --loop &
until [ -e "$2" ]; do sleep 0.1; done
kill -INT $!
wait $!
"""
EVENTS = {remote.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY.number}

encode_error, decode_error = compile_encoder("remote_error"), compile_decoder("remote_error")


@pytest.fixture(scope="module")
def recorded(host: Host) -> list[Frame]:
    """What virsh and the daemon said to each other."""
    name = unique_name("virsh")
    uuid = "5ca1ab1e-0000-4000-8000-0000000000ff"
    files: Path = host.files
    make_disk(host, "other.qcow2")
    devices = disk_xml(make_disk(host, "virsh.qcow2")) + USER_NETWORK + GRAPHICS
    texts = {
        "xml": firmware_xml(host, name, uuid=uuid, extra_devices=devices),
        "cpu": CPU,
        "network": NETWORK,
        "device": DEVICE,
    }
    for what, text in texts.items():
        (files / f"virsh-{what}.xml").write_text(text)
    path = files / "recorded"
    uri = f"qemu+unix:///system?socket={path}"
    values = {what: str(files / f"virsh-{what}.xml") for what in texts}
    values |= {"name": name, "uuid": uuid, "files": str(files), "uri": uri}

    def virsh(uri: str, commands: str) -> None:
        # In its interactive form it goes on after an error.
        host.run("virsh", "--connect", uri, input=commands.format(**values) + "\nquit\n")

    with Recorder(path, host.socket) as recorder:
        listener = threading.Thread(
            target=host.run, args=("sh", "-c", LISTEN, "sh", uri, str(files / "done"))
        )
        listener.start()
        try:
            until(
                lambda: EVENTS & {frame.number for frame in recorder.frames() if not frame.from_client},
                "listening",
            )
            virsh(uri, HOST + GUEST)
            virsh(f"test+unix:///default?socket={path}", HOST + TEST_DRIVER)
        finally:
            (files / "done").touch()
        listener.join()
        frames = list(recorder.frames())
    host.remove(name)
    return frames


def procedure_of(frame: Frame) -> Procedure[..., Any]:
    procedure = find(frame.program, frame.number)
    assert procedure is not None
    assert procedure.version == frame.version
    return procedure


def repacked(frame: Frame, body: bytes) -> bytes:
    if frame.kind in wire.WITH_FDS:
        body = frame.data[wire.HEADER_SIZE : wire.HEADER_SIZE + 4] + body
    return wire.frame(
        frame.program, frame.version, frame.number, frame.kind, frame.serial, frame.status, body
    )


def test_calls_of_libvirts_own_client(recorded: list[Frame]) -> None:
    calls = [
        frame for frame in recorded if frame.from_client and frame.kind in (wire.CALL, wire.CALL_WITH_FDS)
    ]
    made: Counter[str] = Counter()
    for frame in calls:
        procedure = procedure_of(frame)
        args = procedure.decode_call(frame.body, 0)
        assert repacked(frame, procedure.encode_call(*args)) == frame.data, procedure
        made[procedure.name] += 1
    assert len(made) > 200, sorted(made)


def test_replies_of_libvirts_own_daemon(recorded: list[Frame]) -> None:
    answered: set[str] = set()
    refused = 0
    for frame in recorded:
        if frame.kind not in (wire.REPLY, wire.REPLY_WITH_FDS):
            continue
        procedure = procedure_of(frame)
        assert not frame.from_client
        if frame.status == wire.ERROR:
            refused += 1
            assert repacked(frame, encode_error(*decode_error(frame.body, 0))) == frame.data
            continue
        values = procedure.decode_reply_exact(frame.body, 0)
        assert repacked(frame, procedure.encode_reply(*values)) == frame.data, procedure
        procedure.decode_reply(frame.body, 0)
        answered.add(procedure.name)
    assert refused
    assert len(answered) > 130, sorted(answered)


def test_events_and_streams_of_libvirts_own_daemon(recorded: list[Frame]) -> None:
    events, data = set(), 0
    for frame in recorded:
        if frame.kind == wire.MESSAGE:
            procedure = procedure_of(frame)
            values = procedure.decode_reply_exact(frame.body, 0)
            assert repacked(frame, procedure.encode_reply(*values)) == frame.data, procedure
            events.add(procedure.name)
        elif frame.kind in (wire.STREAM, wire.STREAM_HOLE):
            assert repacked(frame, frame.body) == frame.data
            procedure = procedure_of(frame)
            assert procedure.reads_stream or procedure.writes_stream
            data += len(frame.body)
    assert "DOMAIN_EVENT_CALLBACK_LIFECYCLE" in events
    assert data > 500  # the screenshot


def test_everything_was_one_of_these(recorded: list[Frame]) -> None:
    assert {frame.kind for frame in recorded} <= {
        wire.CALL, wire.CALL_WITH_FDS, wire.REPLY, wire.REPLY_WITH_FDS, wire.MESSAGE, wire.STREAM, wire.STREAM_HOLE,
    }  # fmt: skip
