"""A call is given up at every point of its way: the stream stays in step, and nothing unsent is sent later."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from sysvirt import CallTimeout, OperationTimeout
from sysvirt.testing import HOLD, FakeDaemon, FaultProxy, Flow
from tests.faults.faces import PATIENCE, Asyncio, Belongings, Blocking, Face, Script, Step

#: Far more than a socket and a proxy hold.
HUGE = "<domain>" + "y" * 4_000_000 + "</domain>"

Way = Callable[[Any, Step, Callable[[], None], float], Any]


# --- ways to give up: each is a step whose result says whether the call was given up -----------------


def at_its_deadline(conn: Any, call: Step, when: Callable[[], None], limit: float) -> Any:
    """The deadline may come earlier than `when`, which it does not need."""
    with conn.timeout(limit):
        result = call()
        if not hasattr(result, "__await__"):
            return result

    async def bounded() -> Any:
        with conn.timeout(limit):
            return await call()

    result.close()
    return bounded()


def by_ctrl_c(conn: Any, call: Step, when: Callable[[], None], limit: float) -> Any:
    """Pressed again when nothing comes of it: Python sees no signal between its last look and a system call."""
    over = threading.Event()

    def interrupt(*_: object) -> None:
        if not over.is_set():
            over.set()
            raise KeyboardInterrupt

    def strike() -> None:
        when()
        while not over.is_set():
            os.kill(os.getpid(), signal.SIGINT)
            over.wait(0.5)

    before = signal.signal(signal.SIGINT, interrupt)
    thread = threading.Thread(target=strike)
    thread.start()
    try:
        return call()
    finally:
        over.set()
        thread.join(PATIENCE)
        signal.signal(signal.SIGINT, before)


async def by_cancelling(conn: Any, call: Step, when: Callable[[], None], limit: float) -> Any:
    task = asyncio.ensure_future(call())
    try:
        await asyncio.to_thread(when)
    finally:
        task.cancel()
    try:
        return await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


class GivesUp:
    """A face and one of its ways to give up."""

    def __init__(self, face: Face, way: Way) -> None:
        self.face = face
        self._way = way

    def call(
        self, conn: Any, call: Step, when: Callable[[], None], begun: bool = False
    ) -> Script[CallTimeout | None]:
        """Makes a call that is given up when `when` returns; the deadline's error if that was the way.

        `begun`: not before its frame has begun to leave, for which a slow machine gets more and more time.
        """
        limit = 0.02
        while limit < PATIENCE:
            try:
                yield partial(self._way, conn, call, when, limit)
            except CallTimeout as error:
                if not begun or error.sent != "no":
                    return error
            except KeyboardInterrupt:
                return None
            else:
                raise AssertionError("the call came to its end")
            limit *= 2
        raise AssertionError("nothing of it leaves")


WAYS: list[tuple[type[Face], Way]] = [
    (Blocking, at_its_deadline),
    (Blocking, by_ctrl_c),
    (Asyncio, at_its_deadline),
    (Asyncio, by_cancelling),
]


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0].name}-{way[1].__name__}")
def gives_up(request: pytest.FixtureRequest, belongings: Belongings) -> Any:
    kind, way = request.param
    face = kind()
    yield GivesUp(face, way)
    face.close()


def names(daemon: FakeDaemon) -> list[str]:
    return [call.procedure for call in daemon.calls]


# --- tests -------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", ["get_info", "get_xml_description"])
@pytest.mark.parametrize("direction", ["to_daemon", "to_client"])
def test_at_each_byte(gives_up: GivesUp, daemon: FakeDaemon, name: str, direction: str) -> None:
    """A call without a place and one with place and key; its frame, or its reply, stands still at each byte."""
    face = gives_up.face

    def script(proxy: FaultProxy, flow: Flow) -> Script[None]:
        conn = yield lambda: face.connect(proxy)
        guest = yield lambda: conn.get_domain_by_name("guest")
        right = yield getattr(guest, name)
        last = flow.messages[-1]
        length = min(last.length, 120)
        for at in range(length):
            before = len(daemon.calls)
            flow.freeze(flow.passed + at)
            error = yield from gives_up.call(conn, getattr(guest, name), flow.wait_frozen)
            flow.thaw()
            # What comes next has its own answer, and what was given up its late one, unseen.
            assert (yield guest.get_max_memory) == 4096
            assert (yield getattr(guest, name)) == right
            assert (yield conn.get_hostname) == "somewhere"
            made = names(daemon)[before:]
            first = [] if error is not None and error.sent == "no" else made[:1]
            again = [last.procedure, "CONNECT_GET_HOSTNAME"]
            assert made == [*first, "DOMAIN_GET_MAX_MEMORY", *again]
            assert first in ([], [last.procedure])
        yield conn.close

    with FaultProxy(daemon) as proxy:
        face.run(script(proxy, getattr(proxy, direction)))


def test_in_the_middle_of_sending_to_a_frozen_daemon(gives_up: GivesUp, daemon: FakeDaemon) -> None:
    """What has begun to leave is sent to its end by whoever comes next; what has not is never sent."""
    face = gives_up.face
    daemon.on("DOMAIN_DEFINE_XML", lambda call: ("huge", bytes(16), -1))
    daemon.on("DOMAIN_DEFINE_XML_FLAGS", lambda call: ("huge", bytes(16), -1))

    def script(proxy: FaultProxy) -> Script[None]:
        conn = yield lambda: face.connect(proxy)
        guest = yield lambda: conn.get_domain_by_name("guest")
        before = len(daemon.calls)
        for _ in range(3):
            proxy.to_daemon.freeze()
            error = yield from gives_up.call(
                conn, lambda: conn.define_domain(HUGE), proxy.to_daemon.wait_frozen, begun=True
            )
            assert error is None or error.sent == "unknown"
            for call in (guest.get_info, lambda: guest.set_autostart(True)):
                # These find the link blocked by a frame that has begun.
                error = yield from gives_up.call(conn, call, lambda: None)
                assert error is None or error.sent == "no"
            proxy.to_daemon.thaw()
            assert (yield conn.get_hostname) == "somewhere"
        assert names(daemon)[before::2] == ["DOMAIN_DEFINE_XML"] * 3
        assert names(daemon)[before + 1 :: 2] == ["CONNECT_GET_HOSTNAME"] * 3
        assert {len(call.args[0]) for call in daemon.received("DOMAIN_DEFINE_XML")} == {len(HUGE)}
        yield conn.close

    with FaultProxy(daemon) as proxy:
        face.run(script(proxy))


def test_while_it_waits_for_its_turn(gives_up: GivesUp, daemon: FakeDaemon) -> None:
    """A call behind another of the same guest and class, given up, is never sent."""
    face = gives_up.face
    daemon.on("DOMAIN_SET_AUTOSTART", HOLD)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        guest = yield lambda: conn.get_domain_by_name("guest")

        def sent() -> None:
            daemon.wait_for("DOMAIN_SET_AUTOSTART")

        yield from gives_up.call(conn, lambda: guest.set_autostart(True), sent, begun=True)
        error = yield from gives_up.call(conn, lambda: guest.set_autostart(False), lambda: None)
        assert error is None or error.sent == "no"
        # Others go on, and so does this guest when the late reply has come.
        assert (yield guest.get_xml_description)
        (held,) = daemon.received("DOMAIN_SET_AUTOSTART")
        daemon.on("DOMAIN_SET_AUTOSTART", None)
        held.reply()
        yield lambda: guest.set_autostart(False)
        assert [call.args[1] for call in daemon.received("DOMAIN_SET_AUTOSTART")] == [1, 0]
        yield conn.close

    face.run(script())


def test_when_abandoned_calls_hold_every_place(gives_up: GivesUp, daemon: FakeDaemon) -> None:
    """Ordinary calls fail at once and say why; `destroy` and free calls still go; late replies mend it."""
    face = gives_up.face
    daemon.on("DOMAIN_LOOKUP_BY_NAME", lambda call: (call.args[0], call.args[0].encode() * 8, 1))
    daemon.on("DOMAIN_SET_AUTOSTART", HOLD)
    daemon.on("DOMAIN_DESTROY", None)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        guests = []
        for number in range(4):
            guests.append((yield lambda number=number: conn.get_domain_by_name(f"g{number}")))  # type: ignore[misc]
        for count, guest in enumerate(guests[:3], 1):

            def sent(count: int = count) -> None:
                daemon.wait_for("DOMAIN_SET_AUTOSTART", count)

            yield from gives_up.call(conn, lambda guest=guest: guest.set_autostart(True), sent, begun=True)  # type: ignore[misc]
        with pytest.raises(OperationTimeout, match=r"was not sent: .*DOMAIN_SET_AUTOSTART"):
            yield from raising(guests[3].get_xml_description)
        assert (yield guests[0].get_info)
        yield guests[0].destroy
        assert (yield conn.get_hostname) == "somewhere"
        for call in daemon.received("DOMAIN_SET_AUTOSTART"):
            call.reply()
        daemon.flush()
        # Nobody has read them yet.
        assert (yield guests[3].get_xml_description)
        assert len(daemon.received("DOMAIN_GET_XML_DESC")) == 1
        yield conn.close

    face.run(script())


def raising(step: Step) -> Script[Any]:
    return (yield step)


def test_a_stream_that_opens_too_late_is_aborted(gives_up: GivesUp, daemon: FakeDaemon) -> None:
    face = gives_up.face
    from sysvirt._protocol.table import remote

    daemon.on("STORAGE_VOL_DOWNLOAD", HOLD)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)

        def opening() -> Any:
            stream = conn.new_stream()
            return stream._open(None, remote.STORAGE_VOL_DOWNLOAD, ("p", "v", "k"), 0, 0, 0)

        def sent() -> None:
            daemon.wait_for("STORAGE_VOL_DOWNLOAD")

        yield from gives_up.call(conn, opening, sent, begun=True)
        call = daemon.wait_for("STORAGE_VOL_DOWNLOAD")
        call.reply()
        call.send(bytes(100_000))
        assert (yield conn.get_hostname) == "somewhere"
        yield lambda: face.wait(lambda: daemon.wait_until(lambda: call.ended == "abort"))
        assert (yield conn.get_hostname) == "somewhere"
        assert not conn._pump.session.streams
        yield conn.close

    face.run(script())


def test_descriptors_of_a_late_reply_are_closed(gives_up: GivesUp, daemon: FakeDaemon) -> None:
    face = gives_up.face
    daemon.on("DOMAIN_OPEN_GRAPHICS_FD", HOLD)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        guest = yield lambda: conn.get_domain_by_name("guest")

        def sent() -> None:
            daemon.wait_for("DOMAIN_OPEN_GRAPHICS_FD")

        yield from gives_up.call(conn, lambda: guest.open_graphics_fd(0), sent, begun=True)
        inbox, outbox = os.pipe()
        try:
            daemon.wait_for("DOMAIN_OPEN_GRAPHICS_FD").reply(None, [outbox])
            os.close(outbox)
            assert (yield conn.get_hostname) == "somewhere"
            # End of file: nobody has the other end any more.
            assert (yield lambda: face.wait(lambda: os.read(inbox, 1))) == b""
        finally:
            os.close(inbox)
        yield conn.close

    face.run(script())
