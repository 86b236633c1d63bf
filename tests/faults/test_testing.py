"""`sysvirt.testing` does what it says."""

from __future__ import annotations

import asyncio
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import sysvirt
from sysvirt import (
    CallTimeout,
    ConnectionLost,
    Domain,
    NoDomain,
    NoSupport,
    NotAvailable,
    OperationFailed,
)
from sysvirt._protocol.frame import HEADER
from sysvirt.testing import (
    HOLD,
    FakeDaemon,
    FaultProxy,
    Message,
    ReceivedCall,
    connect,
    connect_async,
    memory_pair,
    typed_params,
)
from tests.faults.conversation import GUEST, make_daemon, session
from tests.faults.faces import PATIENCE, Asyncio, Belongings, Face, Script, Together
from tests.faults.given_up import given_up
from tests.session.peer import in_thread, until

ROOT = Path(__file__).parents[2]


# --- the package -------------------------------------------------------------------------------------


def test_nothing_of_it_is_imported_by_sysvirt() -> None:
    program = """
        import sysvirt, sysvirt.aio
        from sysvirt import *
        sysvirt.connect, sysvirt.Domain, sysvirt.aio.connect
        import sys
        assert not [name for name in sys.modules if "sysvirt.testing" in name or "sysvirt._server" in name]
    """
    subprocess.run(
        [sys.executable, "-c", re.sub(r"^ +", "", program, flags=re.MULTILINE)],
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    for path in (ROOT / "src/sysvirt").rglob("*.py"):
        if path.parent.name not in ("testing", "_server"):
            assert not re.search(
                r"^\s*(from|import) .*\b(testing|_server)\b", path.read_text(), re.MULTILINE
            ), path


# --- the fake daemon ---------------------------------------------------------------------------------


def test_over_a_socket_and_a_pair(face: Face, daemon: FakeDaemon) -> None:
    def script() -> Script[None]:
        for make in (lambda: face.connect(daemon), lambda: opened(daemon.uri)):
            conn = yield make
            assert (yield conn.get_hostname) == "somewhere"
            yield conn.close

    def opened(uri: str) -> Any:
        return sysvirt.aio.connect(uri) if isinstance(face, Asyncio) else sysvirt.connect(uri)

    face.run(script())
    assert [call.args[0] for call in daemon.received("CONNECT_OPEN")] == ["test:///default"] * 2


def test_it_leaves_nothing(belongings: Belongings, tmp_path: Path) -> None:
    with FakeDaemon() as daemon, FaultProxy(daemon) as proxy:
        paths = [daemon.listen(), daemon.listen(str(tmp_path / "socket")), proxy.listen()]
        assert all(map(os.path.exists, paths))
        with sysvirt.connect(proxy.uri) as conn:
            assert conn.is_alive()
    assert not any(map(os.path.exists, paths))
    assert not any(os.path.exists(os.path.dirname(path)) for path in (paths[0], paths[2]))
    daemon.close()
    proxy.close()


def test_both_are_asynchronous_context_managers(belongings: Belongings) -> None:
    async def main() -> None:
        async with FakeDaemon() as daemon, FaultProxy(daemon) as proxy, connect_async(proxy) as conn:
            assert conn.is_alive()

    asyncio.run(main())


def test_handlers() -> None:
    """Values, functions, errors as values and raised, and what no handler is for."""

    def state(call: ReceivedCall) -> object:
        assert call.procedure == "DOMAIN_GET_STATE"
        if call.args[1]:
            raise OperationFailed("no flags, please", str1="x", int1=7)
        return 1, 1

    with (
        FakeDaemon({"DOMAIN_GET_STATE": state, "CONNECT_GET_HOSTNAME": "h"}) as daemon,
        connect(daemon) as conn,
    ):
        daemon.on("DOMAIN_LOOKUP_BY_NAME", GUEST)
        daemon.on("DOMAIN_LOOKUP_BY_ID", NoDomain("gone", domain=10))
        assert conn.get_hostname() == "h"
        guest = conn.get_domain_by_name("guest")
        assert guest.get_uuid() == GUEST[1]
        assert guest.get_state() == (Domain.STATE_RUNNING, Domain.STATE_RUNNING_BOOTED)
        with pytest.raises(OperationFailed, match="no flags") as failed:
            guest.get_state(1)
        assert (failed.value.str1, failed.value.int1) == ("x", 7)
        with pytest.raises(NoDomain, match="gone") as gone:
            conn.get_domain_by_id(3)
        assert gone.value.domain == 10
        with pytest.raises(NoSupport, match="DOMAIN_GET_OS_TYPE"):
            guest.get_os_type()
        assert daemon.calls[-1].procedure == "CONNECT_GET_HOSTNAME" or daemon.received("DOMAIN_GET_OS_TYPE")


def test_a_handler_that_fails_fails_the_test() -> None:
    daemon = FakeDaemon({"CONNECT_GET_HOSTNAME": lambda call: 1 / 0, "CONNECT_GET_TYPE": 7})
    with connect(daemon) as conn:
        with pytest.raises(OperationFailed, match="handler of CONNECT_GET_HOSTNAME raised ZeroDivisionError"):
            conn.get_hostname()
        with pytest.raises(OperationFailed, match="handler of CONNECT_GET_TYPE"):
            conn.get_type()
    with pytest.raises(ZeroDivisionError):
        daemon.close()


def test_a_misspelt_procedure_is_refused(daemon: FakeDaemon) -> None:
    with pytest.raises(AttributeError, match="DOMAIN_GET_INFOS"):
        daemon.on("DOMAIN_GET_INFOS", None)


def test_held_calls_are_answered_in_any_order(face: Face, daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_LOOKUP_BY_NAME", HOLD)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)

        def answer() -> Any:
            def wait() -> None:
                daemon.wait_for("DOMAIN_LOOKUP_BY_NAME", 3)
                for call in reversed(daemon.received("DOMAIN_LOOKUP_BY_NAME")):
                    call.reply((call.args[0], bytes(16), 1))
                with pytest.raises(RuntimeError, match="answered before"):
                    call.reply((call.args[0], bytes(16), 1))

            return face.wait(wait)

        *guests, _ = yield Together(
            *[lambda name=name: conn.get_domain_by_name(name) for name in "abc"],
            answer,
        )
        assert [guest.get_name() for guest in guests] == ["a", "b", "c"]
        yield conn.close

    face.run(script())


def test_typed_params() -> None:
    values: dict[str, int | float | bool | str] = {"a": 1, "b": -1, "c": 0.5, "d": True, "e": "text"}
    with (
        FakeDaemon({"CONNECT_GET_ALL_DOMAIN_STATS": [(GUEST, typed_params(values))]}) as daemon,
        connect(daemon) as conn,
    ):
        ((guest, stats),) = conn.get_all_domain_stats()
        assert guest.get_name() == "guest"
        assert stats == values
        assert {name: type(value) for name, value in stats.items()} == {
            name: type(value) for name, value in values.items()
        }


def test_calls_that_a_test_has_seen_can_be_forgotten(daemon: FakeDaemon) -> None:
    with connect(daemon) as conn:
        conn.get_hostname()
        daemon.calls.clear()
        assert not daemon.received("CONNECT_GET_HOSTNAME")
        with pytest.raises(TimeoutError, match="0 calls"):
            daemon.wait_for("CONNECT_GET_HOSTNAME", timeout=0.01)
        conn.get_hostname()
        assert (
            [daemon.wait_for("CONNECT_GET_HOSTNAME")]
            == daemon.received("CONNECT_GET_HOSTNAME")
            == daemon.calls
        )


def test_waiting_says_what_did_not_come(daemon: FakeDaemon) -> None:
    with connect(daemon), pytest.raises(TimeoutError, match="CONNECT_OPEN"):
        daemon.wait_for("DOMAIN_CREATE", timeout=0.01)


def test_what_a_client_sends_on_a_stream_wakes_who_waits_for_it(daemon: FakeDaemon) -> None:
    """A wait that nothing wakes fails when its time is up."""
    with connect(daemon) as conn:
        stream = conn.new_stream()
        conn.get_domain_by_name("guest").open_console(stream)
        call = daemon.wait_for("DOMAIN_OPEN_CONSOLE")
        for size in (3, 6):
            waiting = in_thread(daemon.wait_until, lambda size=size: len(call.received) == size, PATIENCE)
            until(lambda: daemon._background._waiters)
            stream.send(b"abc")
            waiting.result(PATIENCE)
        stream.abort()


def test_what_another_thread_answers_wakes_who_waits_for_it(daemon: FakeDaemon) -> None:
    daemon.on("DOMAIN_LOOKUP_BY_NAME", HOLD)
    with connect(daemon) as conn:
        asking = in_thread(conn.get_domain_by_name, "guest")
        call = daemon.wait_for("DOMAIN_LOOKUP_BY_NAME")
        waiting = in_thread(daemon.wait_until, lambda: call.answered, PATIENCE)
        until(lambda: daemon._background._waiters)
        call.reply(GUEST)
        waiting.result(PATIENCE)
        assert asking.result(PATIENCE).get_name() == "guest"


def test_a_wait_for_what_happens_elsewhere_fails_though_it_holds_in_the_end(daemon: FakeDaemon) -> None:
    looks: list[None] = []
    with pytest.raises(TimeoutError, match=r"holds after 0\.01 s, but nothing that happened here made it"):
        daemon.wait_until(lambda: looks or looks.append(None), 0.01)  # type: ignore[func-returns-value]


def test_a_console_of_a_single_socket(daemon: FakeDaemon) -> None:
    """Which has nobody to connect to again."""
    with connect(daemon.pair()) as conn, pytest.raises(NotAvailable, match="a connection of its own"):
        conn.get_domain_by_name("guest").open_console(conn.new_stream())


def test_events_go_to_who_registered(face: Face, daemon: FakeDaemon) -> None:
    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        guest = yield lambda: conn.get_domain_by_name("guest")
        other = yield lambda: conn.get_domain_by_name("other")
        of_guest = conn.events(Domain.EVENT_ID_LIFECYCLE, domain=guest)
        yield lambda: of_guest.__aenter__() if isinstance(face, Asyncio) else of_guest.__enter__()
        daemon.emit(0, other._ref, 2, 0)
        daemon.emit(0, guest._ref, 3, 0)
        event = yield of_guest.next_event
        assert (event.domain.get_name(), event.event) == ("guest", Domain.EVENT_SUSPENDED)
        yield of_guest.close
        assert daemon.clients[0].registered == {}
        yield conn.close

    face.run(script())


def test_an_event_goes_to_all_though_one_has_hung_up(daemon: FakeDaemon) -> None:
    """Of which the daemon learns when it sends."""
    with connect(daemon) as gone, connect(daemon) as other:
        streams = gone.events(Domain.EVENT_ID_LIFECYCLE), other.events(Domain.EVENT_ID_LIFECYCLE)
        for stream in streams:
            stream.__enter__()

        def hang_up_and_emit() -> None:
            gone._pump.link.shutdown()
            daemon.emit(0, GUEST, 2, 0)

        daemon._background.run(hang_up_and_emit)
        assert streams[1].next_event(PATIENCE) is not None


# --- the proxy ---------------------------------------------------------------------------------------


def test_a_proxy_changes_nothing_and_counts(face: Face, daemon: FakeDaemon) -> None:
    answers: list[object] = []
    with FaultProxy(daemon.listen()) as proxy:
        face.run(session(face, proxy, answers))
        proxy.wait_empty()
        assert len(answers) == 28
        assert proxy.connections == 2
        sent = [message.procedure for message in proxy.to_daemon.messages if message.type in (0, 4)]
        assert sent == [call.procedure for call in daemon.calls]
        for flow in (proxy.to_daemon, proxy.to_client):
            assert flow.passed == sum(message.length for message in flow.messages)
            for connection in (0, 1):
                at = 0
                for message in flow.messages:
                    if message.connection == connection:
                        assert message.offset == at
                        at += message.length


def test_dropped_messages(face: Face, daemon: FakeDaemon) -> None:
    """Descriptors are dropped with theirs."""

    def script(proxy: FaultProxy) -> Script[None]:
        conn = yield lambda: face.connect(proxy)
        guest = yield lambda: conn.get_domain_by_name("guest")
        proxy.to_client.drop(
            lambda message: message.procedure in ("DOMAIN_GET_INFO", "DOMAIN_OPEN_GRAPHICS_FD")
        )
        for lost in (guest.get_info, lambda: guest.open_graphics_fd(0)):
            error = yield from given_up(conn, lost)
            assert "outcome is unknown" in str(error)
            assert (yield conn.get_hostname) == "somewhere"
        proxy.to_client.drop(None)
        assert (yield guest.get_info).cpu_time == 12345
        assert len(daemon.received("DOMAIN_GET_INFO")) == 2
        yield conn.close

    with FaultProxy(daemon) as proxy:
        face.run(script(proxy))


def test_held_messages(face: Face, daemon: FakeDaemon) -> None:
    """Others go by; they come when they are released, descriptors too, and never into the middle of another."""

    def held(message: Message) -> bool:
        return message.procedure in ("DOMAIN_OPEN_GRAPHICS_FD", "DOMAIN_GET_INFO")

    def script(proxy: FaultProxy) -> Script[None]:
        conn = yield lambda: face.connect(proxy)
        guest = yield lambda: conn.get_domain_by_name("guest")
        proxy.to_client.hold(held)

        def release() -> Any:
            def wait() -> None:
                proxy.wait_until(lambda: sum(map(held, proxy.to_client.messages)) == 2)
                proxy.to_client.release()

            return face.wait(wait)

        fd, info, xml, _ = yield Together(
            lambda: guest.open_graphics_fd(0), guest.get_info, guest.get_xml_description, release
        )
        assert os.read(fd, 10) == b"pixels"
        os.close(fd)
        assert info.cpu_time == 12345
        assert len(xml) > 100_000
        yield conn.close

    with FaultProxy(daemon) as proxy:
        face.run(script(proxy))


def test_messages_are_watched_and_kept(face: Face, daemon: FakeDaemon) -> None:
    """The watcher comes before who gets a message; what is kept is all that went by, dropped messages too."""
    answered: list[int] = []

    def asked(message: Message) -> None:
        if message.procedure == "CONNECT_GET_HOSTNAME":
            answered.append(len(daemon.received("CONNECT_GET_HOSTNAME")))

    def script(proxy: FaultProxy) -> Script[None]:
        conn = yield lambda: face.connect(proxy)
        proxy.to_daemon.watch(asked)
        proxy.to_client.keep()
        for _ in range(3):
            yield conn.get_hostname
        proxy.to_daemon.watch(None)
        yield conn.get_hostname
        guest = yield lambda: conn.get_domain_by_name("guest")
        proxy.to_client.drop(lambda message: message.procedure == "DOMAIN_GET_INFO")
        yield from given_up(conn, guest.get_info)
        fd = yield lambda: guest.open_graphics_fd(0)
        os.close(fd)
        yield conn.close

    with FaultProxy(daemon) as proxy:
        face.run(script(proxy))
        assert answered == [0, 1, 2]
        flow = proxy.to_client
        kept = [message for message in flow.messages if message in flow._contents]
        assert [message.procedure for message in kept[:4]] == ["CONNECT_GET_HOSTNAME"] * 4
        for message in kept:
            content = flow.content(message)
            assert len(content) == message.length
            assert HEADER.unpack_from(content)[4:] == (message.type, message.serial, message.status)
        assert {"DOMAIN_GET_INFO", "DOMAIN_OPEN_GRAPHICS_FD"} <= {message.procedure for message in kept}
        assert b"somewhere" in flow.content(kept[0])
        with pytest.raises(KeyError):
            flow.content(flow.messages[0])


def test_a_delay(face: Face, daemon: FakeDaemon) -> None:
    def script(proxy: FaultProxy) -> Script[None]:
        conn = yield lambda: face.connect(proxy)
        proxy.to_client.delay(0.05)
        began = time.monotonic()
        assert (yield conn.get_hostname) == "somewhere"
        assert time.monotonic() - began >= 0.05
        proxy.to_client.delay(0)
        yield conn.close

    with FaultProxy(daemon) as proxy:
        face.run(script(proxy))


def test_only_one_connection(daemon: FakeDaemon) -> None:
    """A fault may be meant for one of several, by its number."""
    with FaultProxy(daemon) as proxy, connect(proxy) as first:
        proxy.to_client.freeze(0, connection=0)
        with connect(proxy) as second:
            assert second.get_hostname() == "somewhere"
        with first.timeout(0.05), pytest.raises(CallTimeout):
            first.get_hostname()
        proxy.to_client.thaw()
        assert first.get_hostname() == "somewhere"
        proxy.to_client.cut_at(0, connection=0)
        with pytest.raises(ConnectionLost):
            first.get_hostname()


def test_a_proxy_without_a_daemon(tmp_path: Path) -> None:
    with FaultProxy(str(tmp_path / "nobody")) as proxy, pytest.raises(ConnectionLost):
        connect(proxy)


def test_what_is_no_message_passes_too() -> None:
    """The proxy is for every kind of peer."""
    with FakeDaemon() as daemon, FaultProxy(daemon) as proxy:
        sock = proxy.pair()
        noise = random.Random(1).randbytes(10_000)
        for client in daemon.clients:
            client.send(noise)
        sock.settimeout(10)
        received = b""
        while len(received) < len(noise) - 28:
            received += sock.recv(65536)
        daemon.drop()
        while piece := sock.recv(65536):
            received += piece
        assert received == noise
        sock.close()


def test_a_pair_carries_both_ways() -> None:
    one, other = memory_pair()
    with one, other:
        one.sendall(b"there")
        assert other.recv(10) == b"there"
        other.sendall(b"back")
        assert one.recv(10) == b"back"


def test_many_daemons_at_once(belongings: Belongings) -> None:
    before = len(os.listdir("/proc/self/task"))
    daemons = [make_daemon() for _ in range(20)]
    connections = [connect(daemon) for daemon in daemons]
    assert len(os.listdir("/proc/self/task")) - before == 20
    for conn in connections:
        assert conn.get_hostname() == "somewhere"
        conn.close()
    for daemon in daemons:
        daemon.close()
    until(lambda: len(os.listdir("/proc/self/task")) == before)
