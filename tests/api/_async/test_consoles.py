"""Consoles and channels of real guests: a conversation, somebody at it, the end, and again."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import nullcontext

import pytest

from rig.guest import boot, guest_xml, run_inside, start_inside, unique_name
from rig.host import Host
from rig.image import PROMPT
from rig.wait import until
from sysvirt._session import aio_facade as facade
from sysvirt.aio import Connection, Console, Domain
from sysvirt.errors import CallTimeout, ConsoleEnded, Error, OperationFailed, OperationInvalid
from tests.conformance.recorder import Recorder
from tests.faults_real.helpers import stopped

#: Seconds; a guest without KVM on a busy machine takes its time.
PATIENCE = 300
#: The prompt of the rig's guests, where nothing has come behind it.
PROMPT_PATTERN = rf"{re.escape(PROMPT)}\Z"
CHANNEL = "<channel type='unix'><target type='virtio' name='org.sysvirt.test.0'/></channel>"


@pytest.fixture
async def booted_guest(host: Host, conn: Connection) -> AsyncIterator[Domain]:
    """A Linux guest of the test's own; gone after the test."""
    name = unique_name("talk")
    host.define(guest_xml(host, name))
    boot(host, name)
    yield await conn.get_domain_by_name(name)
    host.remove(name)


async def test_a_conversation(host: Host, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()
    console = linux.console()
    assert not console.attached
    with pytest.raises(OperationInvalid, match="not attached"):
        await console.send(b"x")
    async with console:
        assert console.attached
        assert "attached" in repr(console)
        await console.wait_for_shell(timeout=PATIENCE)
        assert await console.run("echo it is $((6 * 7)); touch /tmp/typed", timeout=PATIENCE) == "it is 42\n"
        assert console.status == 0
        assert run_inside(host, name, "ls /tmp/typed; rm /tmp/typed") == "/tmp/typed\n"
        found = await console.expect(r"x*", PATIENCE)
        assert found.group() == ""
        with pytest.raises(OperationInvalid, match="attached already"):
            await console.attach()
        with pytest.raises(CallTimeout, match="'never said' did not come, only ''"):
            await console.expect("never said", 0.2)
        assert await console.run("cat /proc/version", timeout=PATIENCE) == run_inside(
            host, name, "cat /proc/version"
        )
        printed = ""
        async for piece in console.output("cat /proc/cpuinfo", PATIENCE):
            printed += piece
        assert printed == run_inside(host, name, "cat /proc/cpuinfo")
        await console.fresh_prompt(PROMPT_PATTERN, PATIENCE)
        assert console.text == ""
        names = ("run", "output", "expect", "wait_for_shell", "fresh_prompt", "text")
        for method in ("console", *(f"Console.{each}" for each in names)):
            observed(method, "a file that was made by a command, and /proc of the guest")
        await console.send_line("touch /tmp/line")
        await console.expect(r"# \Z", PATIENCE)
        command = b"touch /tmp/sent; cat /proc/version\n"
        assert await console.send(command) == len(command)
        heard = b""
        while not re.search(rb"version\r\n.*# $", heard, re.DOTALL):
            part = await console.recv()
            assert part
            heard += part
        made = run_inside(host, name, "ls /tmp/line /tmp/sent; rm /tmp/line /tmp/sent")
        assert made == "/tmp/line\n/tmp/sent\n"
        assert run_inside(host, name, "cat /proc/version").encode().replace(b"\n", b"\r\n") in heard
        observed("Console.send_line", "a file that was made by a command")
        observed("Console.send", "a file that was made by a command")
        observed("Console.recv", "/proc of the guest")
    assert not console.attached
    await console.detach()
    async with console:  # and again
        await console.wait_for_shell(timeout=PATIENCE)
        observed(
            "Console.detach", "the daemon lets the next one in, whom it refuses as long as somebody is there"
        )
        assert await console.run("echo again", timeout=PATIENCE) == "again\n"
        with pytest.raises(Error, match="Active console session exists"):
            await linux.console().attach()
        observed("Console.attach", "the guest's shell answers; the daemon refuses another one meanwhile")
        async with linux.console(flags=Domain.OPEN_CONSOLE_FORCE) as other:
            await other.wait_for_shell(timeout=PATIENCE)
            assert await other.run("echo mine", timeout=PATIENCE) == "mine\n"
            with pytest.raises(Error):
                await console.expect("never said", PATIENCE)


async def test_logging_in(host: Host, booted_guest: Domain) -> None:
    """With a password, which is not shown, and out again."""
    run_inside(host, booted_guest.get_name(), "echo root:secret | chpasswd")
    async with booted_guest.console() as console:
        await console.wait_for_shell(timeout=PATIENCE)
        await console.send_line("/bin/busybox login")
        await console.expect("login: ", PATIENCE)
        await console.send_line("root")
        await console.expect("Password: ", PATIENCE)
        await console.send_line("secret")
        await console.expect(r"~ # \Z", PATIENCE)  # behind which this shell asks where the cursor is
        assert "secret" not in console.before
        assert await console.run("id -un; false", timeout=PATIENCE) == "root\n"
        assert console.status == 1
        await console.send_line("exit")
        await console.expect(r"guest# \Z", PATIENCE)


async def test_the_end_and_another_run(host: Host, conn: Connection, booted_guest: Domain) -> None:
    """A guest that powers off ends what is read, for good; the console of its next run is another one."""
    console = booted_guest.console()
    await console.attach()
    reading = facade.spawn(console.expect, "never said", PATIENCE)
    await console.send_line("poweroff -f")
    with pytest.raises(ConsoleEnded, match="before the console ended"):
        await reading.result()
    for _ in range(2):
        assert await console.recv() == b""
    assert console.attached
    await console.detach()
    assert await conn.get_hostname() == host.suite
    await booted_guest.wait_for_state(Domain.STATE_SHUTOFF, timeout=PATIENCE)
    with pytest.raises(Error):
        await console.attach()
    assert not console.attached
    await booted_guest.create()
    async with console:
        await console.expect("sysvirt-guest ready", PATIENCE)


async def test_a_destroyed_guest_ends_it(running: Domain) -> None:
    async with running.console() as console:
        reading = facade.spawn(_read_all, console)
        await running.destroy()
        await reading.result()


async def _read_all(console: Console) -> None:
    while await console.recv():
        pass


async def test_detached_while_somebody_reads(linux: Domain) -> None:
    async with linux.console() as console:
        await console.wait_for_shell(timeout=PATIENCE)
        reading = facade.spawn(_read_all, console)
        assert await facade.first_of(reading, timeout=0.2) is None
        await console.detach()
        await reading.result()


async def test_one_reads_and_one_writes(host: Host, linux: Domain) -> None:
    """Each on its own, as the two tasks of a websocket; when both are given up nothing is left of it."""
    name = linux.get_name()
    told, typed, over = bytearray(), [b"echo bo''th\n", b"touch /tmp/two\n"], [False]

    async def read() -> None:
        while data := await console.recv():
            told.extend(data)

    async def write() -> None:
        while not over[0]:
            if typed:
                await console.send(typed.pop(0))
            await facade.sleep(0.01)

    async with linux.console() as console:
        await console.wait_for_shell(timeout=PATIENCE)
        both = [facade.spawn(read), facade.spawn(write)]
        # What the first command prints may come in the middle of the second one's echo.
        while b"both\r\n" not in told or told.count(b"guest# ") < 2:
            await facade.sleep(0.01)
        for one in both:
            assert not one.done
            one.drop()
        over[0] = True
    assert run_inside(host, name, "ls /tmp/two; rm /tmp/two") == "/tmp/two\n"
    # The daemon has let go of it.
    async with linux.console() as console:
        await console.wait_for_shell(timeout=PATIENCE)


async def test_a_guest_that_is_suspended(host: Host, linux: Domain) -> None:
    """It hears what was typed meanwhile when it goes on."""
    name = linux.get_name()
    host.virsh("suspend", name)
    try:
        async with linux.console() as console:
            await console.send_line("echo wo''ke")
            with pytest.raises(CallTimeout):
                await console.expect("woke\n", 0.3)
            host.virsh("resume", name)
            await console.expect("woke\n", PATIENCE)
    finally:
        if host.virsh("domstate", name) == "paused":
            host.virsh("resume", name)


async def flood(console: Console) -> None:
    """Sends more than pipes, sockets and the daemon hold on the way to a guest."""
    for _ in range(64):
        await console.send(b"#" * 65536)


@pytest.mark.parametrize("how", ["suspended", "stuck"])
async def test_a_guest_that_takes_no_more(host: Host, conn: Connection, running: Domain, how: str) -> None:
    """What it can't be told is said at the bound, and nothing else stands still; nor does leaving it."""
    name = running.get_name()
    if how == "suspended":
        host.virsh("suspend", name)
    with stopped(host, name) if how == "stuck" else nullcontext():
        async with running.console() as console:
            with pytest.raises(CallTimeout), conn.timeout(1):
                await flood(console)
            assert await conn.get_hostname() == host.suite
            assert (await running.get_info()).state == (
                Domain.STATE_PAUSED if how == "suspended" else Domain.STATE_RUNNING
            )
        assert not console.attached
        assert await conn.get_hostname() == host.suite


async def test_a_terminal_at_a_guest_that_is_stuck(host: Host, conn: Connection, running: Domain) -> None:
    """Whoever sits there can type, and leave."""
    master, slave = os.openpty()
    try:
        with stopped(host, running.get_name()):
            console = running.console()
            await console.attach()
            sitting = facade.spawn(console.interact, slave, slave)
            os.write(master, b"is anybody there?\n")
            assert await facade.first_of(sitting, timeout=0.3) is None
            os.write(master, b"\x1d")
            assert await sitting.result() is False
            assert not console.attached
            assert await conn.get_hostname() == host.suite
    finally:
        os.close(master)
        os.close(slave)


async def test_somebody_at_it(host: Host, linux: Domain, observed: Recorder) -> None:
    """What a websocket has: something to be heard with, and something to be told with."""
    told = bytearray()
    left = [b"echo bri''dged\n", b"touch /tmp/bridged\n", b""]

    async def hear() -> bytes:
        while told.count(b"guest# ") < 4 - len(left):
            await facade.sleep(0.01)
        return left.pop(0)

    console = linux.console()
    await console.attach()
    await console.send_line()
    assert await console.bridge(hear, told.extend) is False
    assert not console.attached
    assert b"\nbridged\r\n" in told
    assert run_inside(host, linux.get_name(), "ls /tmp/bridged; rm /tmp/bridged") == "/tmp/bridged\n"
    observed("Console.bridge", "what the guest's shell prints; a file that was made by a command")

    async def fail() -> bytes:
        raise KeyError("the caller's own")

    await console.attach()
    with pytest.raises(KeyError, match="the caller's own"):
        await console.bridge(fail, told.extend)
    assert not console.attached


async def test_a_terminal_at_it(host: Host, linux: Domain, observed: Recorder) -> None:
    master, slave = os.openpty()
    try:
        console = linux.console()
        await console.attach()
        await console.send_line()
        sitting = facade.spawn(console.interact, slave, slave)
        await _shown(master, rb"guest# $")
        os.write(master, b"touch /tmp/sat; echo at the ter''minal\n")
        await _shown(master, rb"\nat the terminal\r\nguest# $")
        assert run_inside(host, linux.get_name(), "ls /tmp/sat; rm /tmp/sat") == "/tmp/sat\n"
        os.write(master, b"x\x1d")
        assert await sitting.result() is False
        observed("Console.interact", "what the guest's shell prints; a file that was made by a command")
        assert not console.attached
        async with console:
            await console.wait_for_shell(timeout=PATIENCE)  # what was left there is erased
            assert await console.run("echo no''thing", timeout=PATIENCE) == "nothing\n"
    finally:
        os.close(master)
        os.close(slave)


async def _shown(fd: int, pattern: bytes) -> None:
    text = b""
    while not re.search(pattern, text):
        text += await facade.read_descriptor(fd, lambda: False)


async def test_a_channel(host: Host, conn: Connection, booted_guest: Domain, observed: Recorder) -> None:
    name = booted_guest.get_name()
    port = "port=$(grep -l org.sysvirt.test.0 /sys/class/virtio-ports/*/name); port=/dev/$(basename $(dirname $port))"
    await booted_guest.attach_device(CHANNEL)
    stream = conn.new_stream()
    await booted_guest.open_channel(stream, "org.sysvirt.test.0")
    run_inside(host, name, f"{port}; echo from the guest >$port")
    assert await stream.read(15) == b"from the guest\n"
    pid = start_inside(host, name, f"{port}; head -n1 $port >/tmp/heard")
    await stream.send(b"to the guest\n")
    while run_inside(host, name, "touch /tmp/heard; cat /tmp/heard") != "to the guest\n":
        await facade.sleep(0.05)
    assert pid
    observed("open_channel", "what is written to and read from the port in the guest")
    with pytest.raises(Error, match="Active channel stream exists"):
        await booted_guest.open_channel(conn.new_stream(), "org.sysvirt.test.0")
    other = conn.new_stream()
    await booted_guest.open_channel(other, "org.sysvirt.test.0", Domain.OPEN_CHANNEL_FORCE)
    run_inside(host, name, f"{port}; echo once more >$port")
    assert await other.read(10) == b"once more\n"
    await other.abort()
    await stream.abort()


async def test_as_a_stream(host: Host, conn: Connection, observed: Recorder) -> None:
    """In and out, while the connection does other things; a second client has to force its way."""
    name = unique_name("console")
    dom = await conn.create_domain(guest_xml(host, name))
    try:
        async with conn.new_stream() as stream:
            await dom.open_console(stream)
            heard = b""
            while PROMPT.encode() not in heard:
                heard += await stream.recv(4096)
            assert (await dom.get_info()).state == Domain.STATE_RUNNING
            await stream.send(b"echo what is $((6 * 7))\n")
            while b"what is 42" not in heard:
                part = await stream.recv(4096)
                assert part
                heard += part
            rival = conn.new_stream()
            with pytest.raises(OperationFailed, match="Active console session exists for this domain"):
                await dom.open_console(rival)
            await stream.abort()
        with pytest.raises(OperationInvalid, match="was aborted"):
            await stream.recv(1)
        async with conn.new_stream() as again:
            await dom.open_console(again, None, Domain.OPEN_CONSOLE_FORCE)
            await again.send(b"poweroff -f\n")
            # The end of the guest is the end of the console.
            while await again.recv(4096):
                pass
        until(lambda: not host.guest_runs(name), "the guest is off")
        observed("open_console", "the guest's shell on the console, in and out; what is typed there ends it")
    finally:
        if host.guest_runs(name):
            host.virsh("destroy", name)
