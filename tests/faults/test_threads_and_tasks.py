"""Many at once on one connection: every call gets its own answer."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from sysvirt import ConnectionClosed, Domain
from sysvirt._protocol import frame as wire
from sysvirt.testing import HOLD, FakeDaemon, ReceivedCall, connect_async
from tests.faults.conversation import GUEST
from tests.faults.faces import PATIENCE, Belongings, Face, Script, Step, Together


def echo(call: ReceivedCall) -> object:
    """A guest that is named and numbered as was asked."""
    name = call.args[0]
    return name, bytes(16), int(name.removeprefix("g"))


@pytest.mark.slow
@pytest.mark.parametrize(("callers", "calls"), [(2, 10_000), (50, 200)])
def test_all_the_right_answers(face: Face, daemon: FakeDaemon, callers: int, calls: int) -> None:
    daemon.on("DOMAIN_LOOKUP_BY_NAME", echo)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        wrong = yield Together(
            *[face.loop(conn.get_domain_by_name, name_of, right, calls, caller) for caller in range(callers)]
        )
        assert wrong == [0] * callers
        yield conn.close

    def name_of(caller: int, count: int) -> str:
        return f"g{caller * calls + count}"

    def right(caller: int, count: int, guest: Any) -> bool:
        return bool(guest.get_id() == caller * calls + count)

    face.run(script())
    assert len(daemon.received("DOMAIN_LOOKUP_BY_NAME")) == callers * calls


def test_answers_in_any_order(face: Face, daemon: FakeDaemon) -> None:
    """The daemon keeps some calls back and answers them in an order of its own."""
    choose = random.Random(2)
    held: list[ReceivedCall] = []

    def later(call: ReceivedCall) -> object:
        held.append(call)
        if len(held) >= 20:
            choose.shuffle(held)
            for other in held:
                other.reply(echo(other))
            held.clear()
        return HOLD

    daemon.on("DOMAIN_LOOKUP_BY_NAME", later)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        for round_ in range(30):
            names = [f"g{round_ * 20 + number}" for number in range(20)]
            steps: list[Step] = [lambda name=name: conn.get_domain_by_name(name) for name in names]  # type: ignore[misc]
            guests = yield Together(*steps)
            assert [guest.get_name() for guest in guests] == names
        yield conn.close

    face.run(script())


def test_everybody_learns_of_the_end(face: Face, daemon: FakeDaemon) -> None:
    """Each of those that wait gets one error, which is its own."""
    daemon.on("DOMAIN_LOOKUP_BY_NAME", HOLD)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)

        def killed() -> Any:
            def wait_and_drop() -> None:
                daemon.wait_for("DOMAIN_LOOKUP_BY_NAME", 20)
                daemon.drop()

            return face.wait(wait_and_drop)

        errors = yield Together(killed, *[lambda: conn.get_domain_by_name("g1")] * 20)
        assert errors.pop(0) is None
        assert {type(error).__name__ for error in errors} == {"ConnectionLost"}
        assert len(set(map(id, errors))) == 20
        assert not conn.is_alive()
        yield conn.close

    face.run(script())


def test_closing_ends_what_others_wait_for(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_LOOKUP_BY_NAME", HOLD)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)

        def close() -> Any:
            return conn.close()

        def closing() -> Any:
            return face.after(lambda: daemon.wait_for("DOMAIN_LOOKUP_BY_NAME", 10), close)

        errors = yield Together(closing, *[lambda: conn.get_domain_by_name("g1")] * 10)
        assert errors.pop(0) is None
        assert {type(error).__name__ for error in errors} == {"ConnectionClosed"}

    face.run(script())


def test_two_thousand_tasks(daemon: FakeDaemon, belongings: Belongings) -> None:
    """All are answered, while one guest is stuck, events come and nobody takes a download."""
    events_sent = 500
    much = 24 * wire.STREAM_DATA_MAX

    def guest(call: ReceivedCall) -> object:
        number = int(call.args[0].removeprefix("g"))
        return call.args[0], number.to_bytes(16), number

    def describe(call: ReceivedCall) -> object:
        return HOLD if call.args[0][-20:-4] == bytes(16) else f"<domain>{call.args[0][-4:].hex()}</domain>"

    daemon.on("DOMAIN_LOOKUP_BY_NAME", guest)
    daemon.on("DOMAIN_GET_XML_DESC", describe)
    daemon.on("STORAGE_VOL_LOOKUP_BY_PATH", ("pool", "volume", "/key"))
    daemon.on("STORAGE_VOL_DOWNLOAD", None)

    async def main() -> None:
        conn = await connect_async(daemon.pair())
        stuck, *guests = await asyncio.gather(*(conn.get_domain_by_name(f"g{n}") for n in range(50)))
        volume = await conn.get_storage_volume_by_path("/key")
        stream = conn.new_stream()
        await volume.download(stream)
        (download,) = daemon.received("STORAGE_VOL_DOWNLOAD")
        async with conn.events(Domain.EVENT_ID_LIFECYCLE) as events:
            download.send(bytes(much))
            while conn._pump._reading:  # noqa: ASYNC110
                await asyncio.sleep(0)
            waits = [asyncio.ensure_future(stuck.get_xml_description()) for _ in range(5)]
            for detail in range(events_sent):
                daemon.emit(0, GUEST, 100, detail)
            calls = [guests[n % len(guests)].get_xml_description() for n in range(2000)]
            answers, details = await asyncio.gather(
                asyncio.gather(*calls),
                asyncio.gather(*(events.next_event(PATIENCE) for _ in range(events_sent))),
            )
            assert answers == [f"<domain>{n % len(guests) + 1:08x}</domain>" for n in range(2000)]
            assert [event.detail for event in details] == list(range(events_sent))  # type: ignore[union-attr]
            assert not any(wait.done() for wait in waits)
            assert await stream.read(much) == bytes(much)
        await conn.close()
        ends = await asyncio.gather(*waits, return_exceptions=True)
        assert {type(end) for end in ends} == {ConnectionClosed}

    asyncio.run(main())
