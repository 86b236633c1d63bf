# Made by tools/unasync.py from tests/api/_async/test_consoles.py; do not edit.
"""Consoles and channels of real guests: a conversation, somebody at it, the end, and again."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from rig.guest import boot, guest_xml, run_inside, start_inside, unique_name
from rig.host import Host
from rig.image import PROMPT
from rig.wait import until
from sysvirt._session import blocking_facade as facade
from sysvirt import Connection, Console, Domain
from sysvirt.errors import CallTimeout, ConsoleEnded, Error, OperationFailed, OperationInvalid
from tests.conformance.recorder import Recorder
from tests.faults_real.helpers import stopped

#: Seconds; a guest without KVM on a busy machine takes its time.
PATIENCE = 300
#: The prompt of the rig's guests, where nothing has come behind it.
PROMPT_PATTERN = rf"{re.escape(PROMPT)}\Z"
CHANNEL = "<channel type='unix'><target type='virtio' name='org.sysvirt.test.0'/></channel>"


@pytest.fixture
def booted_guest(host: Host, conn: Connection) -> Iterator[Domain]:
    """A Linux guest of the test's own; gone after the test."""
    name = unique_name("talk")
    host.define(guest_xml(host, name))
    boot(host, name)
    yield conn.get_domain_by_name(name)
    host.remove(name)


def test_a_conversation(host: Host, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()
    console = linux.console()
    assert not console.attached
    with pytest.raises(OperationInvalid, match="not attached"):
        console.send(b"x")
    with console:
        assert console.attached
        assert "attached" in repr(console)
        console.wait_for_shell(timeout=PATIENCE)
        assert console.run("echo it is $((6 * 7)); touch /tmp/typed", timeout=PATIENCE) == "it is 42\n"
        assert console.status == 0
        assert run_inside(host, name, "ls /tmp/typed; rm /tmp/typed") == "/tmp/typed\n"
        found = console.expect(r"x*", PATIENCE)
        assert found.group() == ""
        with pytest.raises(OperationInvalid, match="attached already"):
            console.attach()
        with pytest.raises(CallTimeout, match="'never said' did not come, only ''"):
            console.expect("never said", 0.2)
        assert console.run("cat /proc/version", timeout=PATIENCE) == run_inside(
            host, name, "cat /proc/version"
        )
        printed = ""
        for piece in console.output("cat /proc/cpuinfo", PATIENCE):
            printed += piece
        assert printed == run_inside(host, name, "cat /proc/cpuinfo")
        console.fresh_prompt(PROMPT_PATTERN, PATIENCE)
        assert console.text == ""
        names = ("run", "output", "expect", "wait_for_shell", "fresh_prompt", "text")
        for method in ("console", *(f"Console.{each}" for each in names)):
            observed(method, "a file that was made by a command, and /proc of the guest")
        console.send_line("touch /tmp/line")
        console.expect(r"# \Z", PATIENCE)
        command = b"touch /tmp/sent; cat /proc/version\n"
        assert console.send(command) == len(command)
        heard = b""
        while not re.search(rb"version\r\n.*# $", heard, re.DOTALL):
            part = console.recv()
            assert part
            heard += part
        made = run_inside(host, name, "ls /tmp/line /tmp/sent; rm /tmp/line /tmp/sent")
        assert made == "/tmp/line\n/tmp/sent\n"
        assert run_inside(host, name, "cat /proc/version").encode().replace(b"\n", b"\r\n") in heard
        observed("Console.send_line", "a file that was made by a command")
        observed("Console.send", "a file that was made by a command")
        observed("Console.recv", "/proc of the guest")
    assert not console.attached
    console.detach()
    with console:  # and again
        console.wait_for_shell(timeout=PATIENCE)
        observed(
            "Console.detach", "the daemon lets the next one in, whom it refuses as long as somebody is there"
        )
        assert console.run("echo again", timeout=PATIENCE) == "again\n"
        with pytest.raises(Error, match="Active console session exists"):
            linux.console().attach()
        observed("Console.attach", "the guest's shell answers; the daemon refuses another one meanwhile")
        with linux.console(flags=Domain.OPEN_CONSOLE_FORCE) as other:
            other.wait_for_shell(timeout=PATIENCE)
            assert other.run("echo mine", timeout=PATIENCE) == "mine\n"
            with pytest.raises(Error):
                console.expect("never said", PATIENCE)


def test_logging_in(host: Host, booted_guest: Domain) -> None:
    """With a password, which is not shown, and out again."""
    run_inside(host, booted_guest.get_name(), "echo root:secret | chpasswd")
    with booted_guest.console() as console:
        console.wait_for_shell(timeout=PATIENCE)
        console.send_line("/bin/busybox login")
        console.expect("login: ", PATIENCE)
        console.send_line("root")
        console.expect("Password: ", PATIENCE)
        console.send_line("secret")
        console.expect(r"~ # \Z", PATIENCE)  # behind which this shell asks where the cursor is
        assert "secret" not in console.before
        assert console.run("id -un; false", timeout=PATIENCE) == "root\n"
        assert console.status == 1
        console.send_line("exit")
        console.expect(r"guest# \Z", PATIENCE)


def test_the_end_and_another_run(host: Host, conn: Connection, booted_guest: Domain) -> None:
    """A guest that powers off ends what is read, for good; the console of its next run is another one."""
    console = booted_guest.console()
    console.attach()
    reading = facade.spawn(console.expect, "never said", PATIENCE)
    console.send_line("poweroff -f")
    with pytest.raises(ConsoleEnded, match="before the console ended"):
        reading.result()
    for _ in range(2):
        assert console.recv() == b""
    assert console.attached
    console.detach()
    assert conn.get_hostname() == host.suite
    booted_guest.wait_for_state(Domain.STATE_SHUTOFF, timeout=PATIENCE)
    with pytest.raises(Error):
        console.attach()
    assert not console.attached
    booted_guest.create()
    with console:
        console.expect("sysvirt-guest ready", PATIENCE)


def test_a_destroyed_guest_ends_it(running: Domain) -> None:
    with running.console() as console:
        reading = facade.spawn(_read_all, console)
        running.destroy()
        reading.result()


def _read_all(console: Console) -> None:
    while console.recv():
        pass


def test_detached_while_somebody_reads(linux: Domain) -> None:
    with linux.console() as console:
        console.wait_for_shell(timeout=PATIENCE)
        reading = facade.spawn(_read_all, console)
        assert facade.first_of(reading, timeout=0.2) is None
        console.detach()
        reading.result()


def test_one_reads_and_one_writes(host: Host, linux: Domain) -> None:
    """Each on its own, as the two tasks of a websocket; when both are given up nothing is left of it."""
    name = linux.get_name()
    told, typed, over = bytearray(), [b"echo bo''th\n", b"touch /tmp/two\n"], [False]

    def read() -> None:
        while data := console.recv():
            told.extend(data)

    def write() -> None:
        while not over[0]:
            if typed:
                console.send(typed.pop(0))
            facade.sleep(0.01)

    with linux.console() as console:
        console.wait_for_shell(timeout=PATIENCE)
        both = [facade.spawn(read), facade.spawn(write)]
        # What the first command prints may come in the middle of the second one's echo.
        while b"both\r\n" not in told or told.count(b"guest# ") < 2:
            facade.sleep(0.01)
        for one in both:
            assert not one.done
            one.drop()
        over[0] = True
    assert run_inside(host, name, "ls /tmp/two; rm /tmp/two") == "/tmp/two\n"
    # The daemon has let go of it.
    with linux.console() as console:
        console.wait_for_shell(timeout=PATIENCE)


def test_a_guest_that_is_suspended(host: Host, linux: Domain) -> None:
    """It hears what was typed meanwhile when it goes on."""
    name = linux.get_name()
    host.virsh("suspend", name)
    try:
        with linux.console() as console:
            console.send_line("echo wo''ke")
            with pytest.raises(CallTimeout):
                console.expect("woke\n", 0.3)
            host.virsh("resume", name)
            console.expect("woke\n", PATIENCE)
    finally:
        if host.virsh("domstate", name) == "paused":
            host.virsh("resume", name)


def flood(console: Console) -> None:
    """Sends more than pipes, sockets and the daemon hold on the way to a guest."""
    for _ in range(64):
        console.send(b"#" * 65536)


@pytest.mark.parametrize("how", ["suspended", "stuck"])
def test_a_guest_that_takes_no_more(host: Host, conn: Connection, running: Domain, how: str) -> None:
    """What it can't be told is said at the bound, and nothing else stands still; nor does leaving it."""
    name = running.get_name()
    if how == "suspended":
        host.virsh("suspend", name)
    with stopped(host, name) if how == "stuck" else nullcontext():
        with running.console() as console:
            with pytest.raises(CallTimeout), conn.timeout(1):
                flood(console)
            assert conn.get_hostname() == host.suite
            assert (running.get_info()).state == (
                Domain.STATE_PAUSED if how == "suspended" else Domain.STATE_RUNNING
            )
        assert not console.attached
        assert conn.get_hostname() == host.suite


def test_a_terminal_at_a_guest_that_is_stuck(host: Host, conn: Connection, running: Domain) -> None:
    """Whoever sits there can type, and leave."""
    master, slave = os.openpty()
    try:
        with stopped(host, running.get_name()):
            console = running.console()
            console.attach()
            sitting = facade.spawn(console.interact, slave, slave)
            os.write(master, b"is anybody there?\n")
            assert facade.first_of(sitting, timeout=0.3) is None
            os.write(master, b"\x1d")
            assert sitting.result() is False
            assert not console.attached
            assert conn.get_hostname() == host.suite
    finally:
        os.close(master)
        os.close(slave)


def test_somebody_at_it(host: Host, linux: Domain, observed: Recorder) -> None:
    """What a websocket has: something to be heard with, and something to be told with."""
    told = bytearray()
    left = [b"echo bri''dged\n", b"touch /tmp/bridged\n", b""]

    def hear() -> bytes:
        while told.count(b"guest# ") < 4 - len(left):
            facade.sleep(0.01)
        return left.pop(0)

    console = linux.console()
    console.attach()
    console.send_line()
    assert console.bridge(hear, told.extend) is False
    assert not console.attached
    assert b"\nbridged\r\n" in told
    assert run_inside(host, linux.get_name(), "ls /tmp/bridged; rm /tmp/bridged") == "/tmp/bridged\n"
    observed("Console.bridge", "what the guest's shell prints; a file that was made by a command")

    def fail() -> bytes:
        raise KeyError("the caller's own")

    console.attach()
    with pytest.raises(KeyError, match="the caller's own"):
        console.bridge(fail, told.extend)
    assert not console.attached


def test_a_terminal_at_it(host: Host, linux: Domain, observed: Recorder) -> None:
    master, slave = os.openpty()
    try:
        console = linux.console()
        console.attach()
        console.send_line()
        sitting = facade.spawn(console.interact, slave, slave)
        _shown(master, rb"guest# $")
        os.write(master, b"touch /tmp/sat; echo at the ter''minal\n")
        _shown(master, rb"\nat the terminal\r\nguest# $")
        assert run_inside(host, linux.get_name(), "ls /tmp/sat; rm /tmp/sat") == "/tmp/sat\n"
        os.write(master, b"x\x1d")
        assert sitting.result() is False
        observed("Console.interact", "what the guest's shell prints; a file that was made by a command")
        assert not console.attached
        with console:
            console.wait_for_shell(timeout=PATIENCE)  # what was left there is erased
            assert console.run("echo no''thing", timeout=PATIENCE) == "nothing\n"
    finally:
        os.close(master)
        os.close(slave)


def _shown(fd: int, pattern: bytes) -> None:
    text = b""
    while not re.search(pattern, text):
        text += facade.read_descriptor(fd, lambda: False)


def test_a_channel(host: Host, conn: Connection, booted_guest: Domain, observed: Recorder) -> None:
    name = booted_guest.get_name()
    port = "port=$(grep -l org.sysvirt.test.0 /sys/class/virtio-ports/*/name); port=/dev/$(basename $(dirname $port))"
    booted_guest.attach_device(CHANNEL)
    stream = conn.new_stream()
    booted_guest.open_channel(stream, "org.sysvirt.test.0")
    run_inside(host, name, f"{port}; echo from the guest >$port")
    assert stream.read(15) == b"from the guest\n"
    pid = start_inside(host, name, f"{port}; head -n1 $port >/tmp/heard")
    stream.send(b"to the guest\n")
    while run_inside(host, name, "touch /tmp/heard; cat /tmp/heard") != "to the guest\n":
        facade.sleep(0.05)
    assert pid
    observed("open_channel", "what is written to and read from the port in the guest")
    with pytest.raises(Error, match="Active channel stream exists"):
        booted_guest.open_channel(conn.new_stream(), "org.sysvirt.test.0")
    other = conn.new_stream()
    booted_guest.open_channel(other, "org.sysvirt.test.0", Domain.OPEN_CHANNEL_FORCE)
    run_inside(host, name, f"{port}; echo once more >$port")
    assert other.read(10) == b"once more\n"
    other.abort()
    stream.abort()


def test_as_a_stream(host: Host, conn: Connection, observed: Recorder) -> None:
    """In and out, while the connection does other things; a second client has to force its way."""
    name = unique_name("console")
    dom = conn.create_domain(guest_xml(host, name))
    try:
        with conn.new_stream() as stream:
            dom.open_console(stream)
            heard = b""
            while PROMPT.encode() not in heard:
                heard += stream.recv(4096)
            assert (dom.get_info()).state == Domain.STATE_RUNNING
            stream.send(b"echo what is $((6 * 7))\n")
            while b"what is 42" not in heard:
                part = stream.recv(4096)
                assert part
                heard += part
            rival = conn.new_stream()
            with pytest.raises(OperationFailed, match="Active console session exists for this domain"):
                dom.open_console(rival)
            stream.abort()
        with pytest.raises(OperationInvalid, match="was aborted"):
            stream.recv(1)
        with conn.new_stream() as again:
            dom.open_console(again, None, Domain.OPEN_CONSOLE_FORCE)
            again.send(b"poweroff -f\n")
            # The end of the guest is the end of the console.
            while again.recv(4096):
                pass
        until(lambda: not host.guest_runs(name), "the guest is off")
        observed("open_console", "the guest's shell on the console, in and out; what is typed there ends it")
    finally:
        if host.guest_runs(name):
            host.virsh("destroy", name)
