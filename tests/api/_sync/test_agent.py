# Made by tools/unasync.py from tests/api/_async/test_agent.py; do not edit.
"""What a guest's agent does and tells: that of the host's Linux guest, which all of these share and leave as it was."""

from __future__ import annotations

import base64
import os
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from rig.guest import agent, run_inside
from rig.host import Host
from sysvirt import Connection, Domain
from sysvirt.errors import (
    AgentCommandFailed,
    AgentUnresponsive,
    ArgumentUnsupported,
    Error,
    InvalidArgument,
    NoHostname,
    OperationInvalid,
)
from sysvirt.results import FSInfo
from tests.conformance.recorder import Recorder

from ..refusals import not_sent, refused

KEY, OTHER = "ssh-ed25519 AAAAC3Nza me", "ssh-ed25519 AAAAC3Nzb you"
KEYS = "/root/.ssh/authorized_keys"


@contextmanager
def refused_by_agent(host: Host, text: str) -> Iterator[None]:
    """The agent refuses a command: of one class on all daemons, with whatever code and text that has there."""
    old = host.suite == "bookworm"
    with pytest.raises(AgentCommandFailed) as caught:
        yield
    error = caught.value
    prefix = "internal error" if old else "guest agent command failed"
    assert re.fullmatch(f"{prefix}: unable to execute QEMU agent command {text}", error.message), (
        error.message
    )
    assert error.code == (Error.ERR_INTERNAL_ERROR if old else Error.ERR_AGENT_COMMAND_FAILED)
    assert (error.domain, error.level) == (Error.FROM_QEMU, Error.LEVEL_ERROR)


# --- what it tells ---------------------------------------------------------------------------------


def test_hostname(host: Host, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()
    run_inside(host, name, "hostname renamed")
    try:
        assert linux.get_hostname() == "renamed"
        assert linux.get_hostname(Domain.GET_HOSTNAME_AGENT) == "renamed"
        observed("get_hostname", "the guest's hostname(1)")
    finally:
        run_inside(host, name, "hostname -F /etc/hostname")
    # The guest is on no network of libvirt's, whose DHCP server would know its name.
    text = f"no hostname found: no hostname found for domain {name}"
    with refused(NoHostname, text):
        linux.get_hostname(Domain.GET_HOSTNAME_LEASE)
    with refused(InvalidArgument, "Flags '.*_LEASE' and '.*_AGENT' are mutually exclusive"):
        linux.get_hostname(Domain.GET_HOSTNAME_LEASE | Domain.GET_HOSTNAME_AGENT)


def test_guest_info(host: Host, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()
    system = linux.get_guest_info(Domain.GUEST_INFO_OS)
    assert system["os.id"] in run_inside(host, name, "cat /etc/os-release")
    assert system[Domain.GUEST_INFO_OS_KERNEL_RELEASE] == run_inside(host, name, "uname -r").strip()
    zone = linux.get_guest_info(Domain.GUEST_INFO_TIMEZONE)
    assert zone == {"timezone.name": run_inside(host, name, "date +%Z").strip(), "timezone.offset": 0}
    called = linux.get_guest_info(Domain.GUEST_INFO_HOSTNAME)
    assert [*called.items()] == [(Domain.GUEST_INFO_HOSTNAME_HOSTNAME, "guest")]

    # Keys with numbers are not in the type of the result.
    files: dict[str, Any] = {**linux.get_guest_info(Domain.GUEST_INFO_FILESYSTEM)}
    assert (files["fs.count"], files["fs.0.mountpoint"], files["fs.0.fstype"]) == (1, "/mnt", "ext4")
    size, free = map(int, run_inside(host, name, "stat -f -c '%b %f' /mnt").split())
    assert (size - free) * 1024 == files["fs.0.used-bytes"]
    disks: dict[str, Any] = {**linux.get_guest_info(Domain.GUEST_INFO_DISKS)}
    assert (disks["disk.count"], disks["disk.0.name"], disks["disk.0.alias"]) == (1, "/dev/vda", "vda")
    assert disks["disk.0.partition"] is False
    nics: dict[str, Any] = {**linux.get_guest_info(Domain.GUEST_INFO_INTERFACES)}
    address = run_inside(host, name, "cat /sys/class/net/eth0/address").strip()
    assert (nics["if.1.name"], nics["if.1.hwaddr"]) == ("eth0", address)
    observed("get_guest_info", "the guest's uname(1), /etc/os-release, /sys")

    everything = linux.get_guest_info()
    assert (
        everything.keys()
        > system.keys() | zone.keys() | {"user.count", "hostname"} | disks.keys() | nics.keys()
    )


def test_guest_info_users(host: Host, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()
    # utmp(5): a user's process; its id, terminal and that one's short name, user, host; session; when; address
    login = struct.pack(
        "=hxxi32s4s32s256shhiii16s20s", 7, 1, b"tty1", b"1", b"me", b"", 0, 0, 0, 1234567890, 500000, b"", b""
    )
    run_inside(host, name, f"echo {base64.b64encode(login).decode()} | base64 -d >/run/utmp")
    try:
        info = linux.get_guest_info(Domain.GUEST_INFO_USERS)
        assert info == {"user.count": 1, "user.0.name": "me", "user.0.login-time": 1234567890500}
        observed("get_guest_info", "the guest's utmp")
    finally:
        run_inside(host, name, "rm /run/utmp")


def test_guest_info_that_the_agent_lacks(host: Host, linux: Domain) -> None:
    # This agent is of QEMU 7.2, on Linux; 9.0 does not even know of these.
    for types, command in (
        (Domain.GUEST_INFO_LOAD, "guest-get-load"),
        (Domain.GUEST_INFO_DEVICES, "guest-get-devices"),
    ):
        text = f"invalid argument: unsupported guest information types '{types:#x}'"
        old = host.suite == "bookworm"
        with refused(InvalidArgument, text) if old else refused_by_agent(host, f"'{command}': .*"):
            linux.get_guest_info(types)


def test_response_timeout(host: Host, linux: Domain, observed: Recorder) -> None:
    status = host.folder / f"run/libvirt/qemu/{linux.get_name()}.xml"
    try:
        for seconds in (7, Domain.AGENT_RESPONSE_TIMEOUT_DEFAULT, Domain.AGENT_RESPONSE_TIMEOUT_NOWAIT):
            linux.set_agent_response_timeout(seconds)
            assert f"<agentTimeout>{int(seconds)}</agentTimeout>" in status.read_text()
        with pytest.raises(AgentUnresponsive):  # the daemon does not wait at all
            linux.get_time()
        observed("set_agent_response_timeout", "the daemon's status file; without a wait there is no answer")
    finally:
        linux.set_agent_response_timeout(Domain.AGENT_RESPONSE_TIMEOUT_BLOCK)
    assert linux.get_hostname() == "guest"
    text = "invalid argument: guest agent timeout '-3' is less than the minimum '-2'"
    with refused(InvalidArgument, text):
        linux.set_agent_response_timeout(-3)


# --- filesystems -----------------------------------------------------------------------------------


def test_fs_info(host: Host, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()
    assert linux.get_fs_info() == [
        FSInfo(name="vda", fstype="ext4", mountpoint="/mnt", devalias=["vda"]),
    ]
    assert "/dev/vda /mnt ext4" in run_inside(host, name, "cat /proc/mounts")
    assert host.virsh("domfsinfo", name).split() == ["/mnt", "vda", "ext4", "vda"]
    observed("get_fs_info", "the guest's /proc/mounts, virsh domfsinfo")


def test_freeze_and_thaw(host: Host, conn: Connection, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()
    try:
        assert linux.fs_freeze() == 1
        assert agent(host, name, "guest-fsfreeze-status") == "frozen"
        observed("fs_freeze", "the agent: guest-fsfreeze-status")
        with refused_by_agent(host, "'guest-fsfreeze-freeze': .* the agent is in frozen state"):
            linux.fs_freeze([])
        assert linux.fs_thaw() == 1
        assert agent(host, name, "guest-fsfreeze-status") == "thawed"
        observed("fs_thaw", "the agent: guest-fsfreeze-status")

        assert linux.fs_freeze(["/mnt"]) == 1
        assert linux.fs_thaw([]) == 1
        assert linux.fs_freeze(("/nowhere",)) == 0
    finally:
        linux.fs_thaw()
    with refused(ArgumentUnsupported, "argument unsupported: specifying mountpoints is not supported"):
        linux.fs_thaw(["/mnt"])
    for method in (linux.fs_freeze, linux.fs_thaw):
        for wrong in ("/mnt", 1, ["/mnt", 1]):
            with not_sent(conn, "mount_points", TypeError):
                method(wrong)  # type: ignore[arg-type]


def test_trim(host: Host, conn: Connection, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()
    image = host.files / f"{name}.qcow2"

    def size() -> int:
        return os.stat(image).st_blocks * 512

    run_inside(host, name, "dd if=/dev/urandom of=/mnt/big bs=1M count=4 && sync && rm /mnt/big && sync")
    full = size()
    assert full > 4 << 20
    linux.fs_trim(minimum=1 << 30)
    assert size() == full
    linux.fs_trim()
    assert size() < full - (3 << 20)
    observed("fs_trim", "the image takes less of the host's disk")
    with refused(
        ArgumentUnsupported, "argument unsupported: Specifying mount point is not supported for now"
    ):
        linux.fs_trim("/mnt")
    with not_sent(conn, "minimum"):
        linux.fs_trim(minimum=-1)


# --- the clock -------------------------------------------------------------------------------------


def test_time(host: Host, conn: Connection, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()

    def seconds(command: str = "date +%s") -> int:
        return int(run_inside(host, name, command))

    before = seconds()
    now, nanoseconds = linux.get_time()
    assert before <= now <= seconds()
    assert 0 <= nanoseconds < 10**9
    observed("get_time", "the guest's date(1)")

    # Three times that are years apart.
    past, other, future = 10**9, 12 * 10**8, 15 * 10**8
    try:
        linux.set_time(past, 999_999_999)
        assert past <= seconds() < other
        assert past <= seconds("cat /sys/class/rtc/rtc0/since_epoch") < other
        assert past <= (linux.get_time())[0] < other
        observed("set_time", "the guest's date(1) and its RTC")

        run_inside(host, name, f"date -s @{future}")
        assert future <= seconds()
        linux.set_time(flags=Domain.TIME_SYNC)
        assert past <= seconds() < other
    finally:
        host.virsh("domtime", name, "--now")
    text = f"invalid argument: Time '{2**62}' is too big for guest agent"
    with refused(InvalidArgument, text):
        linux.set_time(2**62)
    with not_sent(conn, "secs"):
        linux.set_time(2**63)
    with not_sent(conn, "nsecs"):
        linux.set_time(0, -1)


# --- users -----------------------------------------------------------------------------------------


def test_password(host: Host, conn: Connection, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()

    def kept() -> str:
        return run_inside(host, name, "grep ^root: /etc/shadow").split(":")[1]

    assert kept() == "*"
    try:
        linux.set_user_password("root", "Sesam öffne dich")
        found = kept()
        salt = found.split("$")[2]
        hashed = run_inside(host, name, f"mkpasswd -m sha512 -S {salt} 'Sesam öffne dich'").strip()
        assert found == hashed
        observed("set_user_password", "the guest's /etc/shadow")
    finally:
        linux.set_user_password("root", "*", Domain.PASSWORD_ENCRYPTED)
    assert kept() == "*"
    with refused_by_agent(host, "'guest-set-user-password': child process has failed to set user password"):
        linux.set_user_password("nobody", "secret")
    with not_sent(conn, "username", TypeError):
        linux.set_user_password(None, "secret")  # type: ignore[arg-type]
    with not_sent(conn, "password"):
        linux.set_user_password("root", "sec\0ret")


def test_ssh_keys(host: Host, conn: Connection, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()

    def kept() -> list[str]:
        return run_inside(host, name, f"cat {KEYS}").splitlines()

    try:
        linux.authorized_ssh_keys_set("root", [OTHER])
        linux.authorized_ssh_keys_set("root", iter([KEY]))
        assert kept() == linux.authorized_ssh_keys_get("root") == [KEY]
        linux.authorized_ssh_keys_set("root", (OTHER,), Domain.AUTHORIZED_SSH_KEYS_SET_APPEND)
        assert sorted(kept()) == sorted(linux.authorized_ssh_keys_get("root")) == [KEY, OTHER]
        linux.authorized_ssh_keys_set("root", [KEY], Domain.AUTHORIZED_SSH_KEYS_SET_REMOVE)
        assert kept() == [OTHER]
        observed("authorized_ssh_keys_set", "the guest's authorized_keys")
        observed("authorized_ssh_keys_get", "the guest's authorized_keys")
        linux.authorized_ssh_keys_set("root", [])
        assert kept() == linux.authorized_ssh_keys_get("root") == []
    finally:
        run_inside(host, name, f"rm -f {KEYS}")
    with refused_by_agent(host, "'guest-ssh-get-authorized-keys': failed to lookup user 'nobody': .*"):
        linux.authorized_ssh_keys_get("nobody")
    both = Domain.AUTHORIZED_SSH_KEYS_SET_APPEND | Domain.AUTHORIZED_SSH_KEYS_SET_REMOVE
    with not_sent(conn, "flags"):
        linux.authorized_ssh_keys_set("root", [KEY], both)
    for wrong in (KEY, None, [KEY, 1]):
        with not_sent(conn, "keys", TypeError):
            linux.authorized_ssh_keys_set("root", wrong)  # type: ignore[arg-type]


# --- where there is none ---------------------------------------------------------------------------


def test_without_an_agent(running: Domain) -> None:
    text = "argument unsupported: QEMU guest agent is not configured"
    for method in (
        running.get_hostname, running.get_guest_info, running.get_fs_info, running.fs_freeze, running.fs_thaw,
        running.fs_trim, running.get_time, running.set_time,
    ):  # fmt: skip
        with refused(ArgumentUnsupported, text):
            method()
    with refused(ArgumentUnsupported, text):
        running.set_user_password("root", "secret")
    with refused(ArgumentUnsupported, text):
        running.authorized_ssh_keys_get("root")
    running.destroy()
    with refused(OperationInvalid, "Requested operation is not valid: domain is not running"):
        running.get_time()
