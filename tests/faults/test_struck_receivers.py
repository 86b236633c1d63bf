"""Who receives and is struck, or cancelled, before anything was returned has taken nothing: all is still to be had."""

from __future__ import annotations

import asyncio
import gc
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from sysvirt import Console, ConsoleEnded, LifecycleEvent, _shell, aio
from sysvirt.testing import FakeDaemon, ReceivedCall, connect, connect_async
from tests.faults.cancelling import Cancel, each_wait
from tests.faults.conversation import GUEST
from tests.faults.faces import PATIENCE
from tests.faults.registering import LIFECYCLE
from tests.faults.striking import Strike, each_point

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

#: How many points behind the first strike the second one comes; None: there is no second one.
GAPS: list[int | None] = [None, 0, 3]


@pytest.fixture(autouse=True)
def _no_collector() -> Iterator[None]:
    """It does not strike where it pleases."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def known_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that stands before and behind a command's output."""
    monkeypatch.setattr(_shell, "os", SimpleNamespace(urandom=lambda size: b"word"))


# --- a console ---------------------------------------------------------------------------------------

#: In pieces that break within a letter, an escape sequence and the word.
SAID = [b"[776f7264:begin]Gr\xc3", b"\xbc\xc3\x9fe\r\n\x1b[3", b"1mtwo\x1b[0m [776f", b"7264:end:0]# "]
PRINTED = "Grüße\ntwo "


def said_in_all(console: Console) -> str:
    """What is in `text`, and what comes to the end; without the words, and the prompt behind all."""
    with pytest.raises(ConsoleEnded):
        console.expect("never said")
    return re.sub(r"\[776f7264:.*?\]|# \Z", "", console.text)


def each_console(
    daemon: FakeDaemon,
    gap: int | None,
    use: Callable[[Console, list[str]], object],
    after: Callable[[Console, list[str], Strike, bool], None],
) -> None:
    """Strike into a use of a console on which all has been said."""
    daemon.on("DOMAIN_OPEN_CONSOLE", None)
    with connect(daemon, timeout=PATIENCE) as conn:
        guest = conn.get_domain_by_name("guest")
        for strike in each_point(gap):
            with guest.console() as console:
                call = daemon.received("DOMAIN_OPEN_CONSOLE")[-1]
                for piece in SAID:
                    call.send(piece)
                call.end()
                got: list[str] = []
                unharmed = strike.into(lambda console=console, got=got: use(console, got))  # type: ignore[misc]
                after(console, got, strike, unharmed)
            daemon.calls.clear()


@pytest.mark.parametrize("gap", GAPS)
def test_receiving_from_a_console(daemon: FakeDaemon, gap: int | None) -> None:
    def use(console: Console, got: list[str]) -> None:
        got.append(console.recv(5).decode())

    def after(console: Console, got: list[str], strike: Strike, unharmed: bool) -> None:
        rest = said_in_all(console)
        assert rest == ("[776f7264:begin]" + PRINTED).removeprefix("".join(got)) or rest == PRINTED, (
            strike.where
        )

    each_console(daemon, gap, use, after)


@pytest.mark.parametrize("gap", GAPS)
def test_expecting(daemon: FakeDaemon, gap: int | None) -> None:
    def use(console: Console, got: list[str]) -> None:
        found = console.expect(r"e\n(t..)")
        got += [console.before, found[0]]

    def after(console: Console, got: list[str], strike: Strike, unharmed: bool) -> None:
        if unharmed:
            assert got == ["[776f7264:begin]Grüß", "e\ntwo"], strike.where
            assert said_in_all(console) == " ", strike.where
        else:
            assert said_in_all(console) == PRINTED, strike.where

    each_console(daemon, gap, use, after)


@pytest.mark.parametrize("gap", GAPS)
def test_output(daemon: FakeDaemon, gap: int | None) -> None:
    """Its pieces go on where they were."""
    outputs: list[Any] = []

    def use(console: Console, got: list[str]) -> None:
        outputs[:] = [console.output("whatever")]
        for piece in outputs[0]:
            got.append(piece)

    def after(console: Console, got: list[str], strike: Strike, unharmed: bool) -> None:
        if not outputs:
            return  # it had not begun
        if not unharmed:
            got += list(outputs.pop())
        assert "".join(got) == PRINTED, strike.where
        assert console.status == 0, strike.where

    each_console(daemon, gap, use, after)


@pytest.mark.parametrize("gap", GAPS)
def test_running(daemon: FakeDaemon, gap: int | None) -> None:
    """What was printed is in `text`."""

    def use(console: Console, got: list[str]) -> None:
        got.append(console.run("whatever"))

    def after(console: Console, got: list[str], strike: Strike, unharmed: bool) -> None:
        assert (got[0] if unharmed else said_in_all(console)) == PRINTED, strike.where

    each_console(daemon, gap, use, after)


# --- events ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("how", ["next_event", "next"])
def test_events(daemon: FakeDaemon, quick_watcher: None, gap: int | None, how: str) -> None:
    with connect(daemon, timeout=PATIENCE) as conn, conn.events(LIFECYCLE) as events:
        for strike in each_point(gap):
            for detail in (1, 2, 3):
                daemon.emit(0, GUEST, 100, detail)
            got: list[Any] = []

            def use(got: list[Any] = got) -> None:
                got.append(events.next_event(PATIENCE) if how == "next_event" else next(events))

            strike.into(use)
            while len(got) < 3:
                event = events.next_event(PATIENCE)
                assert event is not None, strike.where
                got.append(event)
            assert [event.detail for event in got] == [1, 2, 3], strike.where
            assert not len(events._queue), strike.where


# --- tasks -------------------------------------------------------------------------------------------


class Feeding:
    """Gives the next piece whenever somebody begins to wait, so that each piece is waited for."""

    def __init__(self, pump: Any, name: str, give: Callable[[Any], object], pieces: list[Any]) -> None:
        self._wait = getattr(pump, name)
        self._give = give
        self.pieces = list(pieces)
        setattr(pump, name, self._feed_and_wait)

    async def _feed_and_wait(self, *args: Any) -> Any:
        if self.pieces:
            self._give(self.pieces.pop(0))
        return await self._wait(*args)


def each_task(daemon: FakeDaemon, one: Callable[[aio.Connection, Cancel], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        for cancel in each_wait():
            async with connect_async(daemon, timeout=PATIENCE) as conn:
                await one(conn, cancel)
            daemon.calls.clear()

    asyncio.run(main())


PIECES = [bytes([letter]) * 1000 for letter in b"abcde"]


async def _read_into(stream: Any) -> bytes:
    buffer = bytearray(700)
    size = await stream.readinto(buffer)
    return bytes(buffer[:size])


READING: dict[str, Callable[[Any], Awaitable[bytes]]] = {
    "recv": lambda stream: stream.recv(700),
    "read": lambda stream: stream.read(3500),
    "read of all": lambda stream: stream.read(),
    "readinto": _read_into,
}


@pytest.mark.parametrize("how", READING)
def test_a_cancelled_reader(daemon: FakeDaemon, how: str) -> None:
    daemon.on("STORAGE_VOL_LOOKUP_BY_PATH", ("pool", "volume", "/key"))
    daemon.on("STORAGE_VOL_DOWNLOAD", None)

    async def one(conn: aio.Connection, cancel: Cancel) -> None:
        volume = await conn.get_storage_volume_by_path("/key")
        async with conn.new_stream() as stream:
            await volume.download(stream)
            call = daemon.received("STORAGE_VOL_DOWNLOAD")[-1]

            def give(piece: bytes) -> None:
                call.send(piece)
                if piece == PIECES[-1]:
                    call.end()

            Feeding(stream._channel.pump, "wait_ready", give, PIECES)
            got: list[bytes] = []

            async def use() -> None:
                got.append(await READING[how](stream))

            await cancel.into(use())
            assert b"".join(got) + await stream.read() == b"".join(PIECES), cancel

    each_task(daemon, one)


@pytest.mark.parametrize("how", ["expect", "run", "output"])
def test_a_cancelled_script(daemon: FakeDaemon, how: str) -> None:
    daemon.on("DOMAIN_OPEN_CONSOLE", None)

    async def one(conn: aio.Connection, cancel: Cancel) -> None:
        guest = await conn.get_domain_by_name("guest")
        async with guest.console() as console:
            call: ReceivedCall = daemon.received("DOMAIN_OPEN_CONSOLE")[-1]
            assert console._stream is not None

            def give(piece: bytes) -> None:
                call.send(piece)
                if piece == SAID[-1]:
                    call.end()

            Feeding(console._stream._channel.pump, "wait_ready", give, SAID)
            got: list[str] = []
            output = console.output("whatever")

            async def use() -> None:
                if how == "expect":
                    found = await console.expect("two")
                    got.append(console.before + found[0])
                elif how == "run":
                    got.append(await console.run("whatever"))
                else:
                    async for piece in output:
                        got.append(piece)

            await cancel.into(use())
            if how == "output":
                async for piece in output:
                    got.append(piece)
            with pytest.raises(ConsoleEnded):
                await console.expect("never said")
            whole = "".join(got) + console.text
            assert re.sub(r"\[776f7264:.*?\]|# \Z", "", whole) == PRINTED, cancel

    each_task(daemon, one)


def test_a_cancelled_consumer_of_events(daemon: FakeDaemon) -> None:
    async def one(conn: aio.Connection, cancel: Cancel) -> None:
        async with conn.events(LIFECYCLE) as events:
            Feeding(
                conn._channel.pump,
                "sleep_until_ready",
                lambda detail: daemon.emit(0, GUEST, 100, detail),
                [1, 2, 3],
            )
            got: list[Any] = []

            async def use() -> None:
                while len(got) < 3:
                    got.append(await events.next_event())

            await cancel.into(use())
            while len(got) < 3:
                got.append(await events.next_event(PATIENCE))
            assert [event.detail for event in got if isinstance(event, LifecycleEvent)] == [1, 2, 3], cancel

    each_task(daemon, one)
