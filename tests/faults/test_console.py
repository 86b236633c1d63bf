"""A console's words against a daemon that says what a test wants, in the pieces that it wants."""

from __future__ import annotations

import os
import pty
import re
import signal
import threading
from collections.abc import Iterator
from functools import partial
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


def test_what_is_no_shell(face: Face, daemon: FakeDaemon) -> None:
    """With a prompt given the line is typed as it is; its echo is none of the output, nor is what came before."""

    def words(console: Any, call: ReceivedCall) -> Script[None]:
        call.send(b"$ noise\r\n# ls [a]\r\na\r\nb\r\n# ")
        assert (yield lambda: console.run("ls [a]", console.PROMPT, 20)) == "a\nb\n"
        call.send(b"id\r\nroot\r\nguest> ")
        assert (yield lambda: console.run("id", "guest> ", 20)) == "root\n"
        assert console.status is None
        yield from typed(face, daemon, call, b"ls [a]\rid\r")

    talk(face, daemon, words)


class Terminal:
    """A real shell on a terminal of its own, which a console's stream is connected to; it ends with the stream."""

    def __init__(self, daemon: FakeDaemon, call: ReceivedCall, command: list[str], prompt: str) -> None:
        self._daemon = daemon
        self._call = call
        self._typed = 0
        environment = {"PATH": os.environ["PATH"], "TERM": "vt220", "PS1": prompt, "LC_ALL": "C.UTF-8"}
        pid, self._fd = pty.fork()
        if pid == 0:
            os.execvpe(command[0], command, environment)
        self._pid = pid
        self._threads = [threading.Thread(target=work) for work in (self._show, self._type)]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        os.kill(self._pid, signal.SIGKILL)
        for thread in self._threads:
            thread.join()
        os.waitpid(self._pid, 0)
        os.close(self._fd)

    def _show(self) -> None:
        try:
            while data := os.read(self._fd, 512):
                if not self._call.ended:
                    self._call.send(data)
        except OSError:
            pass  # how a terminal says that nobody has it any more

    def _type(self) -> None:
        while not self._call.ended:
            self._daemon.wait_until(lambda: len(self._call.received) > self._typed or bool(self._call.ended))
            typed = bytes(self._call.received[self._typed :])
            self._typed += len(typed)
            os.write(self._fd, typed)


SHELLS = {
    "bash": ["bash", "--norc", "-i"],
    "dash": ["dash", "-i"],
    "a loop": ["sh", "-c", "while printf '# ' && read -r line; do eval \"$line\"; done"],
}
COMMANDS = [
    ("echo hi", "hi\n", 0),
    ("printf hello", "hello", 0),
    (r"printf 'a\nb'", "a\nb", 0),
    ("printf 'price: 5$ '; sleep 0.1; echo done", "price: 5$ done\n", 0),
    ("printf 'a\tb\\n'", "a\tb\n", 0),
    ("echo " + "x" * 300, "x" * 300 + "\n", 0),
    ("echo " + "y'' z" * 1000, "y z" * 1000 + "\n", 0),
    ("echo Grüße '!x' 100%", "Grüße !x 100%\n", 0),
    ("cd /; there=here", "", 0),
    ("pwd; echo $there", "/\nhere\n", 0),
    ("for i in 1 2; do\n  echo $i\ndone; false", "1\n2\n", 1),
    ("cat <<END\nlines\nEND", "lines\n", 0),
    (r"printf '\033[31mred\033[0m\n'", "red\n", 0),
    ("(exit 7)", "", 7),
    ("", "", 0),
]


@pytest.mark.slow
@pytest.mark.parametrize("prompt", ["# ", r"\e[31mroot\e[0m:$PWD$ ", "λ> ", ""])
@pytest.mark.parametrize("shell", SHELLS)
def test_real_shells(
    face: Face, daemon: FakeDaemon, shell: str, prompt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever prompt they show: what a command prints is returned whole, and nothing else."""
    for name in ("_async", "_sync"):
        monkeypatch.setattr(f"sysvirt.{name}.console._PROMPT_SECONDS", 0.2)

    def words(console: Any, call: ReceivedCall) -> Script[None]:
        with Terminal(daemon, call, SHELLS[shell], prompt):
            yield lambda: console.send(b"half a line, and never entered")
            yield lambda: console.wait_for_shell(timeout=20)
            for command, output, status in COMMANDS:
                assert (yield partial(console.run, command, timeout=20)) == output
                assert console.before == output
                assert console.status == status
            with pytest.raises(CallTimeout, match="did not come, only"):
                yield lambda: console.run("echo begun; read answer", timeout=0.5)
            assert console.text.startswith("begun\n")
            assert not isinstance(console.status, int)  # it goes on
            yield lambda: console.send_line("what it reads")
            yield lambda: console.wait_for_shell(timeout=20)
            assert (yield lambda: console.run('echo "$answer"', timeout=20)) == "what it reads\n"
            broken = yield lambda: console.run("(", timeout=20) if shell != "a loop" else None
            assert broken is None or "yntax error" in broken
            assert console.status == (0 if shell == "a loop" else 2)
            yield console.detach

    talk(face, daemon, words)


def test_the_prompt_behind_a_command_is_passed_over(face: Face, daemon: FakeDaemon) -> None:
    def words(console: Any, call: ReceivedCall) -> Script[None]:
        with Terminal(daemon, call, SHELLS["dash"], "# "):
            yield lambda: console.run("echo one", timeout=20)
            yield lambda: console.send_line("echo two")
            yield lambda: console.expect(console.PROMPT, 20)
            assert console.before == "echo two\ntwo\n"
            yield console.detach

    talk(face, daemon, words)


def test_output_as_it_comes(face: Face, daemon: FakeDaemon) -> None:
    """However much that is, in pieces; the status is known at the end."""
    size = 3 * MIB

    def words(console: Any, call: ReceivedCall) -> Script[None]:
        with Terminal(daemon, call, SHELLS["dash"], "# "):
            output = console.output(
                f"echo FIRST; head -c {size} /dev/zero | tr '\\0' x; echo LAST; false", 100
            )
            assert output.status is None
            step = output.__anext__ if hasattr(output, "__anext__") else output.__next__
            found: list[str] = []
            end = StopAsyncIteration if hasattr(output, "__anext__") else StopIteration
            while True:
                try:
                    found.append((yield step))
                except end:
                    break
            assert len(found) > 1
            text = "".join(found)
            assert (text[:6], text[-5:], len(text)) == ("FIRST\n", "LAST\n", size + 11)
            assert output.status == console.status == 1
            yield console.detach

    talk(face, daemon, words)


def test_expecting_costs_as_much_as_comes(
    face: Face, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not its square: a piece is looked through with so much before it, however long the text is by then."""
    looked: list[int] = []

    class Counting:
        pattern = "end"

        def search(self, text: str, at: int = 0) -> re.Match[str] | None:
            looked.append(len(text) - at)
            return re.compile("end").search(text, at)

    line = b"some kernel message of a usual length\r\n"

    def words(console: Any, call: ReceivedCall) -> Script[None]:
        def guest() -> None:
            for _ in range(200):
                call.send(line * 100)
            call.send(b"end")

        for name in ("_async", "_sync"):
            monkeypatch.setattr(f"sysvirt.{name}.console._regex", lambda *_: Counting())
        yield Together(lambda: console.expect("end", 60), lambda: face.wait(guest))

    talk(face, daemon, words)
    came = 200 * 100 * len(line)
    assert sum(looked) <= 2 * came + 16384 * len(looked)


def test_the_shells_word_does_not_come(face: Face, daemon: FakeDaemon) -> None:
    """What came instead is told, and kept; the end of the guest is told as such."""

    def words(console: Any, call: ReceivedCall) -> Script[None]:
        call.send(b"login: ")
        with pytest.raises(CallTimeout, match=r"the shell's word behind the command 'ls' did not come, only"):
            yield lambda: console.run("ls", timeout=0.05)
        yield lambda: console.expect("login: ", 20)
        call.send(b"Power down.")
        call.end()
        with pytest.raises(ConsoleEnded, match=r"only 'Power down\.', before the console ended"):
            yield lambda: console.run("ls", timeout=20)

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
        state = console._stream._channel.pump

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
