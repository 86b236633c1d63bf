"""A console's words against a daemon that says what a test wants, in the pieces that it wants."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from sysvirt import CallTimeout, ConsoleEnded, InvalidArgument, OperationFailed
from sysvirt.testing import FakeDaemon, ReceivedCall
from tests.faults.conversation import GUEST
from tests.faults.faces import PATIENCE, Belongings, Face, Script, Together
from tests.faults.waits import until

MIB = 1 << 20


@pytest.fixture
def daemon(belongings: Belongings) -> Iterator[FakeDaemon]:
    """Has a guest with a console."""
    with FakeDaemon({"DOMAIN_LOOKUP_BY_NAME": GUEST, "DOMAIN_OPEN_CONSOLE": None}) as daemon:
        yield daemon


def talk(face: Face, daemon: FakeDaemon, words: Any) -> None:
    """Has `words(console, call)`, a script, converse with an attached console."""

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        dom = yield lambda: conn.get_domain_by_name("guest")
        console = dom.console()
        yield console.attach
        yield from words(console, daemon.received("DOMAIN_OPEN_CONSOLE")[-1])
        yield console.detach
        yield conn.close

    face.run(script())


def typed(face: Face, daemon: FakeDaemon, call: ReceivedCall, text: bytes) -> Script[None]:
    """What the daemon has been sent so far."""
    yield lambda: face.wait(lambda: daemon.wait_until(lambda: bytes(call.received) == text))


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_in_pieces(face: Face, daemon: FakeDaemon, size: int) -> None:
    """Where they break does not matter: within a word, an ending or a letter."""
    said = "Grüße, Gäste\r\nlogin: ".encode()

    def words(console: Any, call: ReceivedCall) -> Script[None]:
        for at in range(0, len(said), size):
            call.send(said[at : at + size])
        found = yield lambda: console.expect(r"(\w+)\nlog.n: ", 20)
        assert found[1] == "Gäste"
        assert (console.before, console.text) == ("Grüße, ", "")

    talk(face, daemon, words)


def test_one_after_another(face: Face, daemon: FakeDaemon) -> None:
    """What was passed over is not found again; what came behind it is."""

    def words(console: Any, call: ReceivedCall) -> Script[None]:
        call.send(b"one # two # three")
        yield lambda: console.expect("# ", 20)
        assert console.before == "one "
        yield lambda: console.expect(re.compile("# "), 20)
        assert console.before == "two "
        yield lambda: console.expect(r"\Z", 20)
        assert console.before == "three"

    talk(face, daemon, words)


def test_which_of_several(face: Face, daemon: FakeDaemon) -> None:
    def words(console: Any, call: ReceivedCall) -> Script[None]:
        call.send(b"Password: ")
        found = yield lambda: console.expect(r"(?P<shell># $)|(?P<login>[Pp]assword: )", 20)
        assert found.lastgroup == "login"

    talk(face, daemon, words)


def test_what_is_no_text(face: Face, daemon: FakeDaemon) -> None:
    def words(console: Any, call: ReceivedCall) -> Script[None]:
        call.send(bytes(range(256)) + b"\xe2\x82")
        call.send(b"\xac|")
        found = yield lambda: console.expect("(.)[|]$", 20)
        assert found[1] == "€"
        assert "\x00" in console.before
        assert console.before.endswith("\ufffd")

    talk(face, daemon, words)


def test_what_nobody_expects_is_bounded(face: Face, daemon: FakeDaemon) -> None:
    def words(console: Any, call: ReceivedCall) -> Script[None]:
        for n in range(48):
            call.send(bytes([65 + n % 26]) * (MIB // 16))
        call.send(b"end")
        yield lambda: console.expect("end", 60)
        assert len(console.before) == MIB - 3
        assert console.before.endswith("V")

    talk(face, daemon, words)


def test_it_does_not_come(face: Face, daemon: FakeDaemon) -> None:
    """What has come instead is told, and kept."""

    def words(console: Any, call: ReceivedCall) -> Script[None]:
        call.send(b"Kernel panic")
        yield lambda: console.expect("Kernel", 20)
        with pytest.raises(CallTimeout, match=r"'login: ' did not come, only ' panic', before the deadline"):
            yield lambda: console.expect("login: ", 0.05)
        call.send(b"!")
        yield lambda: console.expect("panic!", 20)
        call.send(b"last words")
        call.end()
        with pytest.raises(
            ConsoleEnded, match=r"'login: ' did not come, only 'last words', before the console"
        ):
            yield lambda: console.expect("login: ", 20)
        yield lambda: console.expect("words", 20)
        assert isinstance(ConsoleEnded(""), EOFError)

    talk(face, daemon, words)


def test_a_command(face: Face, daemon: FakeDaemon) -> None:
    """Its echo is none of its output; nor is what came before it."""

    def words(console: Any, call: ReceivedCall) -> Script[None]:
        call.send(b"$ noise\r\n# ls [a]\r\na\r\nb\r\n# ")
        assert (yield lambda: console.run("ls [a]", timeout=20)) == "a\nb\n"
        call.send(b"id\r\nroot\r\nguest> ")
        assert (yield lambda: console.run("id", "guest> ", 20)) == "root\n"
        yield from typed(face, daemon, call, b"ls [a]\rid\r")

    talk(face, daemon, words)


def test_a_fresh_prompt(face: Face, daemon: FakeDaemon) -> None:
    """One from before is not taken for it, nor the echo of what is typed."""

    def words(console: Any, call: ReceivedCall) -> Script[None]:
        def shell() -> None:
            daemon.wait_until(lambda: call.received.endswith(b"\r"))
            line = bytes(call.received)
            assert line.startswith(b"\x15echo ")
            call.send(line[1:-1] + b"\r\n# ")
            call.send(line[6:-1].replace(b"''", b"") + b"\r\nguest# ")

        call.send(b"old\r\n# ")
        results = yield Together(lambda: console.fresh_prompt(timeout=20), lambda: face.wait(shell))
        assert results == [None, None]
        assert (console.before, console.text) == ("", "")

    talk(face, daemon, words)


@pytest.mark.parametrize("pattern", [b"bytes", re.compile(b"bytes"), 5, None, "(not closed"])
def test_what_is_no_pattern(face: Face, daemon: FakeDaemon, pattern: Any) -> None:
    """It is refused before anything is typed."""

    def words(console: Any, call: ReceivedCall) -> Script[None]:
        with pytest.raises(InvalidArgument, match=r"\Apattern: ") as caught:
            yield lambda: console.expect(pattern, 20)
        assert isinstance(caught.value, ValueError if isinstance(pattern, str) else TypeError)
        if pattern is not None:
            with pytest.raises(InvalidArgument, match=r"\Aprompt: "):
                yield lambda: console.run("ls", pattern, 20)
        yield lambda: console.send(b"!")
        yield from typed(face, daemon, call, b"!")

    talk(face, daemon, words)


def test_attached_again_it_begins_afresh(face: Face, daemon: FakeDaemon) -> None:
    """The prompt of the guest's run before is not taken for one of this run."""

    def words(console: Any, call: ReceivedCall) -> Script[None]:
        call.send("guest login: gü".encode()[:-1])
        yield lambda: console.expect("guest", 20)
        with pytest.raises(CallTimeout):
            yield lambda: console.expect("never said", 0.05)
        yield console.detach
        assert console.text.startswith(" login: g")
        yield console.attach
        assert (console.text, console.before) == ("", "")
        daemon.received("DOMAIN_OPEN_CONSOLE")[-1].send(b"# ")
        yield lambda: console.expect(r"\A# ", 20)

    talk(face, daemon, words)


def test_a_console_that_is_taken_away(face: Face, daemon: FakeDaemon) -> None:
    """Who waits gets the daemon's error; and the next one too, until it is attached again."""

    def words(console: Any, call: ReceivedCall) -> Script[None]:
        call.send(b"some text")
        call.abort_stream(OperationFailed("console disconnected by another connection"))
        with pytest.raises(OperationFailed, match="disconnected"):
            yield lambda: console.expect("never said", 20)
        yield lambda: console.expect("text", 20)

    talk(face, daemon, words)


def test_detached_while_somebody_expects(face: Face, daemon: FakeDaemon) -> None:
    def words(console: Any, call: ReceivedCall) -> Script[None]:
        results = yield Together(
            lambda: console.expect("never said", 20),
            lambda: face.after(lambda: until(lambda: console._receiving), console.detach),
        )
        assert isinstance(results[0], ConsoleEnded)

    talk(face, daemon, words)


def test_told_first_what_was_not_expected(face: Face, daemon: FakeDaemon) -> None:
    """As a terminal wants it: with carriage returns."""
    told = bytearray()
    over = threading.Event()

    def silence() -> bytes:
        over.wait(PATIENCE)
        return b""

    def words(console: Any, call: ReceivedCall) -> Script[None]:
        call.send(b"one\r\ntwo\r\nthree")
        yield lambda: console.expect("one\n", 20)
        call.send(b" four\r\n")
        call.end()
        try:
            assert (yield lambda: console.bridge(lambda: face.wait(silence), told.extend)) is True
        finally:
            over.set()
        assert told == b"two\r\nthree four\r\n"

    talk(face, daemon, words)


@pytest.mark.slow
def test_a_person_can_leave_a_guest_that_takes_no_keys(
    face: Face, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many were typed: the one that leaves is seen."""
    for name in ("_async", "_sync"):
        monkeypatch.setattr(f"sysvirt.{name}.console._KEY_SECONDS", 0.01)
        monkeypatch.setattr(f"sysvirt.{name}.console._DETACH_SECONDS", 0.05)

    def script() -> Script[None]:
        conn = yield lambda: face.connect(daemon)
        guest = yield lambda: conn.get_domain_by_name("guest")
        console = guest.console()
        yield console.attach
        daemon.clients[-1].freeze()
        keys, typed = os.pipe()
        screen = os.open(os.devnull, os.O_WRONLY)
        left = threading.Event()
        #: What one key takes of a socket is more than its bytes.
        state = console._stream._carrier._pump

        def stuck() -> bool:
            return not state.has_room() if face.name == "blocking" else bool(state._out)

        def person() -> None:
            while not stuck() and not left.is_set():
                os.write(typed, b"x")
            os.write(typed, b"x" * 100)
            os.write(typed, b"\x1d")

        try:
            gone, _ = yield Together(lambda: console.interact(keys, screen), lambda: face.wait(person))
            assert gone is False
        finally:
            left.set()
            for fd in (keys, typed, screen):
                os.close(fd)
        daemon.thaw()
        daemon.clients[-1].freeze(False)
        yield conn.close

    face.run(script())
