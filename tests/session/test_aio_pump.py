"""What the asyncio pump does in its own way: sends on the spot, keepalive, what is left of a call that failed."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from sysvirt._protocol import frame as wire
from sysvirt._protocol.table import qemu, remote
from sysvirt._session.aio import AsyncPump
from sysvirt._session.core import THROTTLED_SIZE, Session
from sysvirt._session.keepalive import Keepalive
from sysvirt._session.stream import StreamState
from sysvirt._transport.link import unix_link
from sysvirt._transport.memory import memory_pair
from sysvirt.errors import CallTimeout, ConnectionClosed, ConnectionLost, OperationInvalid
from tests.held import descriptors
from tests.session.driving import driving
from tests.session.peer import PATIENCE, Peer, guest, stream_frame, until

VERSION = remote.CONNECT_GET_LIB_VERSION
DEFINE = remote.DOMAIN_DEFINE_XML
CONSOLE = remote.DOMAIN_OPEN_CONSOLE
COMMAND = qemu.DOMAIN_MONITOR_COMMAND_WITH_FILES
LONG = "x" * 4_000_000


def on_a_pump(use: Callable[[AsyncPump, Any], Awaitable[None]]) -> None:
    """Runs it on a pump whose peer is a bare socket."""

    async def main() -> None:
        ours, theirs = memory_pair()
        pump = AsyncPump(unix_link(ours), Session())
        try:
            async with asyncio.timeout(PATIENCE):
                await use(pump, theirs)
        finally:
            await pump.close()
            theirs.close()

    asyncio.run(main())


# --- reading -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("listens", [True, False])
def test_a_look_reads_a_portion_for_who_listens(listens: bool) -> None:
    """And nothing for a download alone; all of it goes on when that is taken."""

    async def use(pump: AsyncPump, peer: Any) -> None:
        session = pump.session
        session.keeps_alive = listens
        stream = StreamState()
        stream.procedure, stream.serial = CONSOLE, 1
        session.streams[1] = stream
        before = stream.buffered = 5 << 20
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        peer.setblocking(False)
        data = stream_frame(CONSOLE, 1, wire.CONTINUE, bytes(wire.STREAM_DATA_MAX)) * 3
        pump._review_reading()
        assert not pump._reading
        sent = peer.send(data)
        assert sent > 320 * 1024
        pump._poll_link()
        got = stream.buffered - before + sum(map(len, session.chunks))
        assert 200_000 < got <= THROTTLED_SIZE + 1024 if listens else got == 0
        stream.buffered -= before
        session.on_resume()
        assert pump._reading
        while sent < len(data):
            await asyncio.sleep(0)
            try:
                sent += peer.send(data[sent:])
            except BlockingIOError:
                pass
        while session.received < 3:  # noqa: ASYNC110
            await asyncio.sleep(0)

    on_a_pump(use)


def test_others_have_their_turn_between_reads() -> None:
    """However much there is: one turn of the loop takes a few reads."""

    async def use(pump: AsyncPump, peer: Any) -> None:
        stream = StreamState()
        stream.procedure, stream.serial = CONSOLE, 1
        pump.session.streams[1] = stream
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        pump.link.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        piece = stream_frame(CONSOLE, 1, wire.CONTINUE, bytes(4000))
        peer.setblocking(False)
        sent = 0
        try:
            while sent < 200:
                peer.send(piece)
                sent += 1
        except BlockingIOError:
            pass
        assert sent * len(piece) > 5 * 65536
        pump._readable()
        assert 0 < pump.session.received * len(piece) <= 4 * 65536

    on_a_pump(use)


def test_who_reads_by_itself_lets_the_others_have_their_turn() -> None:
    """Once in each round of the loop what has come is taken at once."""

    async def use(pump: AsyncPump, peer: Any) -> None:
        stream = StreamState()
        stream.procedure, stream.serial = CONSOLE, 1
        pump.session.streams[1] = stream

        async def turns() -> list[int]:
            """How often the loop's others had theirs, each time a frame was waited for that was there."""
            seen: list[int] = []
            for _ in range(3):
                peer.send(stream_frame(CONSOLE, 1, wire.CONTINUE, b"x"))
                stream.drop()
                stream.ready = False
                pump._loop.call_soon(seen.append, len(seen))
                before = len(seen)
                assert await pump.wait_ready(stream)
                seen.append(-1 if len(seen) == before else -2)
            return [mark for mark in seen if mark < 0]

        assert await turns() == [-1, -2, -1]

    on_a_pump(use)


# --- keepalive ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("calls", [1, 6])
def test_a_crowded_daemon_may_be_silent(calls: int) -> None:
    """With more calls than it reads beside, its silence says little; with one it is dead."""
    enough = threading.Event()

    def script(peer: Peer) -> None:
        made = [peer.take_call(VERSION) for _ in range(calls)]
        if calls == 1:
            return
        for _ in range(10):
            assert peer.take().procedure.name == "PING"
        enough.set()
        for call in made:
            peer.reply(call, 9)

    with driving("aio", script) as driver:
        futures = [driver.call(VERSION) for _ in range(calls)]
        until(lambda: len(driver.session.pending) == calls)
        pump: Any = driver.pump
        pump._loop.call_soon_threadsafe(pump.keep_alive, Keepalive(0.005, 2, 0.0))
        if calls == 1:
            assert isinstance(futures[0].exception(PATIENCE), ConnectionLost)
        else:
            assert enough.wait(PATIENCE)
            assert [future.result(PATIENCE) for future in futures] == [9] * calls


def test_keepalive_that_was_turned_off_pings_no_more() -> None:
    async def use(pump: AsyncPump, peer: Any) -> None:
        pump.keep_alive(Keepalive(0.001, 1000, 0.0))
        pump.keep_alive(None)
        peer.setblocking(False)
        before = len(peer.recv(1000))
        assert before == wire.HEADER_SIZE  # the one that was due at once
        assert pump._timer is None  # nothing is to happen any more
        await asyncio.sleep(0)
        with pytest.raises(BlockingIOError):
            peer.recv(1000)

    on_a_pump(use)


# --- sending -----------------------------------------------------------------------------------------


def test_a_stream_frame_that_the_link_does_not_take_was_not_sent() -> None:
    """Before the loop has noticed the end: who sends is told, and not that it has left."""

    async def use(pump: AsyncPump, peer: Any) -> None:
        stream = StreamState()
        stream.procedure, stream.serial = CONSOLE, 1
        peer.close()
        with pytest.raises(ConnectionLost):
            await pump.send_frame(stream.frame(wire.STREAM, wire.CONTINUE, b"data"))

    on_a_pump(use)


def test_a_call_that_the_link_does_not_take_waits_for_the_reason() -> None:
    async def use(pump: AsyncPump, peer: Any) -> None:
        peer.close()
        with pytest.raises(ConnectionLost, match="closed the connection"):
            await pump.call(VERSION, ())

    on_a_pump(use)


def test_frames_leave_in_turn() -> None:
    """Those that wait for room behind a long one, control frames too."""

    def script(peer: Peer) -> None:
        assert go_on.wait(PATIENCE)
        assert peer.take_call(DEFINE).args == (LONG,)
        numbers = [peer.take_call() for _ in range(3)]
        assert [call.procedure for call in numbers] == [VERSION] * 3
        for call in numbers:
            peer.reply(call, call.serial)

    go_on = threading.Event()
    with driving("aio", script) as driver:
        driver.call(DEFINE, LONG)
        until(lambda: len(driver.session.pending) == 1)
        versions = [driver.call(VERSION) for _ in range(3)]
        until(lambda: len(driver.session.pending) == 4)
        go_on.set()
        assert [future.result(PATIENCE) for future in versions] == [2, 3, 4]


def test_room_is_told_once() -> None:
    async def use(pump: AsyncPump, peer: Any) -> None:
        waiter = StreamState()
        assert pump.has_room()
        assert pump.offer(bytes(4_000_000))
        assert not pump.has_room()
        assert not pump.offer(b"more")
        waiting = asyncio.ensure_future(pump.sleep_until_ready(waiter, None, [pump]))
        peer.setblocking(False)
        left = 4_000_000
        while left:
            assert not waiting.done()
            try:
                left -= len(peer.recv(1 << 20))
            except BlockingIOError:
                await asyncio.sleep(0)
        assert await waiting
        assert pump.has_room()

    on_a_pump(use)


def test_tails_of_frames_that_were_given_up_are_copied() -> None:
    """The memory is the caller's, who may change it; what is sent later is what it was."""

    async def use(pump: AsyncPump, peer: Any) -> None:
        body = bytearray(b"a" * 2_000_000)
        with pytest.raises(CallTimeout):
            await pump.send_frame(b"head", pump._loop.time() + 0.01, memoryview(body))
        body[:] = bytes(len(body))
        peer.setblocking(False)
        got = bytearray()
        while len(got) < 4 + len(body):
            try:
                got += peer.recv(1 << 20)
            except BlockingIOError:
                await asyncio.sleep(0)
        assert got == b"head" + b"a" * len(body)

    on_a_pump(use)


# --- descriptors -------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["withdrawn", "sent", "refused"])
def test_an_exception_keeps_no_descriptors(how: str) -> None:
    async def use(pump: AsyncPump, peer: Any) -> None:
        inlet, outlet = os.pipe()
        soon = pump._loop.time() + 0.02
        if how == "withdrawn":
            assert pump.offer(bytes(4_000_000))
        if how == "refused":
            peer.close()
        before = descriptors().keys()
        error: BaseException | None = None
        try:
            await pump.call(COMMAND, (guest(), "{}", 0), soon, None, [outlet])
        except (CallTimeout, ConnectionLost) as raised:
            error = raised
        assert error is not None
        assert error.__traceback__ is not None
        assert descriptors().keys() <= before
        os.close(inlet)
        os.close(outlet)
        if how == "sent":
            taken = peer.recvmsg(1 << 16, 4096)
            assert taken[0]

    gc.collect()
    on_a_pump(use)


# --- what has ended ----------------------------------------------------------------------------------


def test_of_streams_that_have_ended_so_many_are_remembered() -> None:
    """More of one that ended lately is dropped; of one long ago it is a lie. The memory for it has a limit."""

    async def use(pump: AsyncPump, peer: Any) -> None:
        session = pump.session
        loop = asyncio.get_running_loop()
        peer.setblocking(False)
        serials: list[int] = []
        for _ in range(200):
            opening = asyncio.ensure_future(pump.call(CONSOLE, (guest(), None, 0), None, StreamState()))
            header = await loop.sock_recv(peer, 1 << 16)
            serial = int.from_bytes(header[20:24], "big")
            serials.append(serial)
            reply = wire.HEADER.pack(
                28, CONSOLE.program, CONSOLE.version, CONSOLE.number, wire.REPLY, serial, 0
            )
            await loop.sock_sendall(peer, reply + stream_frame(CONSOLE, serial, wire.ERROR))
            await opening
            while session.streams:  # noqa: ASYNC110
                await asyncio.sleep(0)
        assert 1 < len(session._ended) <= 64
        received = session.received
        await loop.sock_sendall(peer, stream_frame(CONSOLE, serials[-1], wire.ERROR))
        while session.received == received and session.error is None:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert session.error is None
        await loop.sock_sendall(peer, stream_frame(CONSOLE, serials[0], wire.ERROR))
        while session.error is None:  # noqa: ASYNC110
            await asyncio.sleep(0)

    on_a_pump(use)


def test_a_loop_that_cannot_watch_sockets_is_refused() -> None:
    class Proactor(asyncio.SelectorEventLoop):
        def add_reader(self, fd: Any, callback: Any, *args: Any) -> None:  # type: ignore[override]
            raise NotImplementedError

    async def use() -> None:
        ours, theirs = memory_pair()
        with pytest.raises(OperationInvalid, match="Proactor cannot watch sockets"):
            AsyncPump(unix_link(ours), Session())
        gc.collect()
        assert ours.fileno() == -1
        theirs.close()

    with asyncio.Runner(loop_factory=Proactor) as runner:
        # Its own pipe is watched by what asyncio has for itself.
        runner.run(use())


# --- several who wait --------------------------------------------------------------------------------


def test_a_stream_frame_of_which_nothing_has_left_is_withdrawn() -> None:
    async def use(pump: AsyncPump, peer: Any) -> None:
        assert pump.offer(bytes(4_000_000))
        with pytest.raises(CallTimeout):
            await pump.send_frame(b"never", pump._loop.time() + 0.01)
        peer.setblocking(False)
        got = bytearray()
        while len(got) < 4_000_000:
            try:
                got += peer.recv(1 << 20)
            except BlockingIOError:
                await asyncio.sleep(0)
        assert pump.has_room()
        assert not any(got)

    on_a_pump(use)


def test_all_who_wait_for_one_thing_are_woken() -> None:
    async def use(pump: AsyncPump, peer: Any) -> None:
        waiter = StreamState()
        waits = [asyncio.ensure_future(pump.sleep_until_ready(waiter)) for _ in range(3)]
        await asyncio.sleep(0)
        pump.wake(waiter)
        assert await asyncio.gather(*waits) == [True] * 3

    on_a_pump(use)


def test_who_aborts_on_another_thread_leaves_the_link_to_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    async def use(pump: AsyncPump, peer: Any) -> None:
        aborted = asyncio.Event()

        def note() -> None:
            threads.append(threading.get_ident())
            aborted.set()

        monkeypatch.setattr(pump, "_abort_dropped", note)
        await asyncio.to_thread(pump.abort_stream, StreamState())
        await aborted.wait()

    on_a_pump(use)
    assert threads == [threading.get_ident()]


# --- a loop that has ended ---------------------------------------------------------------------------


def test_on_a_loop_that_is_closed_nothing_is_left_to_be_sent_later() -> None:
    """As when a coroutine is collected that gives up a call: no room is waited for."""

    async def start() -> tuple[AsyncPump, Any]:
        ours, theirs = memory_pair()
        return AsyncPump(unix_link(ours), Session()), theirs

    with asyncio.Runner() as runner:
        pump, peer = runner.run(start())
        pump.link.sock.setblocking(False)
        with suppress(BlockingIOError):
            while pump.link.sock.send(bytes(65536)):
                pass
    pump.call_no_reply(remote.CONNECT_CLOSE)
    assert pump.has_room()
    pump.close_from_finalizer()
    peer.close()


def test_a_coroutine_that_no_loop_runs_is_told_so() -> None:
    async def start() -> tuple[AsyncPump, Any]:
        ours, theirs = memory_pair()
        return AsyncPump(unix_link(ours), Session()), theirs

    with asyncio.Runner() as runner:
        pump, peer = runner.run(start())
        with pytest.raises(ConnectionClosed, match="does not run any more"):
            pump.call(VERSION, ()).send(None)
        pump.close_from_finalizer()
    peer.close()


# --- timers ------------------------------------------------------------------------------------------


def timers(pump: AsyncPump) -> list[asyncio.TimerHandle]:
    """What the loop would still call one day."""
    loop: Any = pump._loop
    return [timer for timer in loop._scheduled if not timer.cancelled()]


def test_a_wait_that_has_ended_leaves_no_timer() -> None:
    async def use(pump: AsyncPump, peer: Any) -> None:
        before = timers(pump)
        waiter = StreamState()
        pump._loop.call_soon(pump.wake, waiter)
        assert await pump.wait_ready(waiter, pump._loop.time() + 1000)
        assert timers(pump) == before

    on_a_pump(use)


def test_a_pump_that_has_ended_leaves_no_timer() -> None:
    async def use(pump: AsyncPump, peer: Any) -> None:
        before = timers(pump)
        pump.keep_alive(Keepalive(1000.0, 2, pump._loop.time()))
        stream = StreamState()
        stream.buffered = 5 << 20
        pump.session.streams[1] = stream
        pump._review_reading()
        assert not pump._reading
        assert len(timers(pump)) == len(before) + 2
        await pump.close()
        assert timers(pump) == before

    on_a_pump(use)
