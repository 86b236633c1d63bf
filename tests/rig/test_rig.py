"""The rig itself: what it promises to the tests, and that it leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rig import cache
from rig.debian import SUITES
from rig.guest import boot, console_text, firmware_xml, guest_xml, unique_name
from rig.host import Host
from rig.image import READY
from rig.needs import missing
from rig.pythons import NEWEST, python
from rig.wait import until
from tests.api.machine import SLEEP, SLEEPING, define_writing

needs_host = pytest.mark.skipif(bool(missing()), reason="no private host can run here")


def test_cache_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSVIRT_CACHE", str(tmp_path))

    def fails(folder: Path) -> None:
        (folder / "half").touch()
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        cache.build("thing", "1", fails)
    assert not (tmp_path / "thing-1").exists()

    first = cache.build("thing", "1", lambda folder: (folder / "whole").touch())
    assert [path.name for path in first.iterdir()] == ["whole"]
    assert cache.build("thing", "1", fails) == first


def test_cache_keeps_an_older_key_only_while_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYSVIRT_CACHE", str(tmp_path))
    code = "import sys; from rig import cache; cache.build('thing', sys.argv[1], lambda folder: None)"
    elsewhere = [sys.executable, "-c", code]
    cache.build("thing", "1", lambda folder: None)
    subprocess.run([*elsewhere, "2"], check=True)
    assert (tmp_path / "thing-1").exists()  # this process uses it
    subprocess.run([*elsewhere, "3"], check=True)
    assert not (tmp_path / "thing-2").exists()


LOOK = """
import json, os, sys, pytest
json.dump([
    "%d.%d" % sys.version_info[:2], os.getcwd(), os.listdir("/usr/local"), os.listdir("/etc"), os.environ["PIP_PROXY"],
    [option for option in open("/proc/self/mounts") if option.split()[1] == "/usr"][-1].split()[3].split(",")[0],
], sys.stdout)
"""


@needs_host
@pytest.mark.slow
def test_another_python_has_the_machine_around_it() -> None:
    """All but its /usr is the machine's, for it alone."""
    mounts = Path("/proc/self/mounts").read_text()
    done = subprocess.run(
        python(NEWEST).command("-c", LOOK),
        env=os.environ | {"PIP_PROXY": "here"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    version, folder, local, etc, proxy, option = json.loads(done.stdout)
    assert (version, folder, proxy, option) == (NEWEST, os.getcwd(), "here", "ro")
    assert set(local) >= set(os.listdir("/usr/local"))
    assert etc == os.listdir("/etc")
    assert Path("/proc/self/mounts").read_text() == mounts


def test_a_mount_is_the_host_s_own(host: Host) -> None:
    place = host.files / unique_name("place")
    place.mkdir()
    try:
        with host.mounted("tmpfs", place, "-t", "tmpfs", "-o", "size=1m"):
            host.run("touch", f"{place}/inside")
            assert list(place.iterdir()) == []
            with host.mounted("/etc/os-release", place / "inside", "--bind"):
                assert "Debian" in host.run("cat", f"{place}/inside")
            assert host.run("cat", f"{place}/inside") == ""
        assert host.run("ls", str(place)) == ""
    finally:
        place.rmdir()


def test_daemon_answers_at_its_socket(host: Host) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(str(host.socket))
    assert host.version in host.virsh("version")
    print(f"{host.suite}: libvirt {host.version}")


def test_host_is_apart_from_the_machine(host: Host) -> None:
    assert host.run("uname", "-n").strip() == host.suite
    assert set(host.run("ls", "/sys/class/net").split()).isdisjoint({*os.listdir("/sys/class/net")} - {"lo"})
    assert str(host.uuid) in host.virsh("capabilities")
    for kind in ("mnt", "net", "pid", "uts", "ipc"):
        assert os.readlink(f"/proc/{host.pid}/ns/{kind}") != os.readlink(f"/proc/self/ns/{kind}")
    with pytest.raises(subprocess.CalledProcessError):
        host.run("touch", "/usr/trace")


def test_programs_that_run_on(host: Host) -> None:
    """They end by themselves, or when nobody needs them any more."""
    with host.start("sh", "-c", "exit 7") as program:
        assert program.wait() == 7
    with host.start("sleep", "3600") as program:
        assert program.poll() is None
        program.communicate()
    assert program.returncode == 128 + signal.SIGTERM
    assert "sleep" not in host.run("sh", "-c", "cat /proc/[0-9]*/comm")


def test_firmware_guest_speaks_at_once(host: Host, firmware_guest: str) -> None:
    host.virsh("start", firmware_guest)
    until(lambda: "SeaBIOS" in console_text(host, firmware_guest), "the firmware has spoken")
    assert Path(f"/proc/{host.guest_pid(firmware_guest)}/exe").readlink().name.startswith("qemu-system")


SAID = (
    ("list", "--all"),
    ("capabilities",),
    ("echo", 'it\'s "quoted" \\n $HOME `ls` #; and ' + 300 * "long, "),
    ("echo", ""),
    ("domstate", "nobody"),
    ("no-such-command",),
    ("list", "--no-such-option"),
)


@pytest.mark.parametrize("arguments", SAID, ids=lambda arguments: arguments[0])
def test_one_virsh_says_what_a_process_for_each_says(host: Host, arguments: tuple[str, ...]) -> None:
    def told(ask: Callable[[], str]) -> object:
        try:
            return ask()
        except subprocess.CalledProcessError as error:
            return error.returncode, error.stdout.strip(), error.stderr.strip(), error.cmd

    alone = told(lambda: host.run("virsh", "--quiet", "--connect", "qemu:///system", *arguments).strip())
    for _ in range(3):
        assert told(lambda: host.virsh(*arguments)) == alone


def test_virsh_while_virsh_is_busy(host: Host) -> None:
    """Who asks meanwhile does not wait for the other's answer."""
    with ThreadPoolExecutor(1) as pool:
        assert host._virsh_free.acquire(timeout=60)
        try:
            assert pool.submit(host.virsh, "echo", "beside").result(60) == "beside"
        finally:
            host._virsh_free.release()
    assert host.virsh("echo", "again") == "again"


def test_virsh_that_has_ended_and_one_that_hangs(host: Host) -> None:
    assert host.virsh("echo", "before") == "before"
    first = host._virsh
    assert first is not None
    first.close()
    assert host.virsh("echo", "after") == "after"
    assert host._virsh is not first

    def give_up(*_: object) -> None:
        raise InterruptedError

    os.kill(host.pid, signal.SIGSTOP)
    previous = signal.signal(signal.SIGALRM, give_up)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(InterruptedError):
            host.virsh("list", "--all")
    finally:
        signal.signal(signal.SIGALRM, previous)
        os.kill(host.pid, signal.SIGCONT)
    assert host.virsh("echo", "at last") == "at last"


@pytest.mark.slow
def test_guest_has_agent_disk_and_network(host: Host, booted: str) -> None:
    assert READY in console_text(host, booted)
    assert host.virsh("domfsinfo", booted).split() == ["/mnt", "vda", "ext4", "vda"]
    assert "52:54:00:00:00:01" in host.virsh("domifaddr", booted, "--source", "agent")
    host.virsh("domfsfreeze", booted)
    host.virsh("domfsthaw", booted)
    host.virsh("set-user-password", booted, "root", "secret:|&")
    assert "sysvirt guest" in host.virsh("guestinfo", booted, "--os")


@pytest.mark.slow
def test_guest_obeys_the_power_button(host: Host) -> None:
    name = unique_name()
    host.define(guest_xml(host, name))
    boot(host, name)
    host.virsh("shutdown", name, "--mode", "acpi")
    until(lambda: host.virsh("domstate", name) == "shut off", f"{name} is off")
    host.remove(name)


@pytest.mark.slow
def test_guest_is_removed_while_it_sleeps(host: Host) -> None:
    name = define_writing(host, SLEEP, extra=SLEEPING)
    host.virsh("start", name)
    until(lambda: host.virsh("domstate", name) == "pmsuspended", f"{name} sleeps")
    host.remove(name)
    host.remove(name)
    assert name not in host.virsh("list", "--all", "--name").split()


@needs_host
@pytest.mark.real
@pytest.mark.slow
def test_guests_outlive_the_daemon() -> None:
    with Host() as host:
        name = unique_name()
        host.define(firmware_xml(host, name))
        host.virsh("start", name)
        guest, daemon = host.guest_pid(name), host.pid
        host.restart_daemon()
        host.kill_daemon()
        host.start_daemon()
        assert host.pid != daemon
        assert host.guest_pid(name) == guest
        assert host.virsh("domstate", name) == "running"


@needs_host
@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize("suite", SUITES)
def test_close_leaves_nothing(suite: str) -> None:
    host = Host(suite)
    name = unique_name()
    host.define(firmware_xml(host, name))
    host.virsh("start", name)
    guest = host.guest_pid(name)
    host.stop_daemon()
    assert {f"process {guest}", f"process {host.pid}", str(host.socket)} <= set(host.traces())
    host.close()
    assert host.traces() == []
    assert not host.folder.exists()


OWNER = """
import sys
from rig.guest import firmware_xml
from rig.host import Host
host = Host()
host.define(firmware_xml(host, "orphan"))
host.virsh("start", "orphan")
print(host.guest_pid("orphan"), host.pid, host.folder, flush=True)
sys.stdin.read()
"""


@needs_host
@pytest.mark.real
@pytest.mark.slow
def test_killed_owner_leaves_nothing_that_runs() -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with owner:
        assert owner.stdout is not None
        guest, daemon, folder = owner.stdout.readline().split()
        owner.send_signal(signal.SIGKILL)
    for pid in (guest, daemon):
        until(lambda pid=pid: not Path(f"/proc/{pid}").exists(), f"{pid} has ended")  # type: ignore[misc]
    with Host():  # finds what the dead one could not remove
        assert not Path(folder).exists()
