"""`Console`: a guest's console, for programs and for people."""

from __future__ import annotations

import os
import re
import time
from codecs import utf_8_decode
from contextlib import nullcontext
from functools import partial

from .. import _arguments as check
from .._protocol import frame as wire
from .._session import aio_facade as facade
from .._shell import PlainText, ShellCommand
from .._timeouts import SHORTEST_SECONDS, seconds
from ..errors import CallTimeout, ConsoleEnded, Error, OperationInvalid, invalid_argument, invalid_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from types import TracebackType
    from typing import Final, Self

    from .._generated.constants import DomainConsoleFlags
    from .._session.aio_facade import Given
    from .domain import Domain
    from .stream import Stream
    from .stream.data import Data

#: How much text that no `expect` has matched is kept.
_TEXT_MAX = 1024 * 1024
#: How far before the newest piece `expect` looks for the beginning of a match. To search all text for each piece would
#: cost the square of its length.
_MATCH_MAX = 16384
#: How much of the received text is added before `expect` searches again.
_TAKEN_MAX = 65536
#: How long `run` waits for the prompt after a command. `run` needs none, but a later `expect` should not find this one.
_PROMPT_SECONDS = 1.0
#: How long a key at a terminal waits for a guest that does not read, before it is lost.
_KEY_SECONDS = 1.0
#: How long detaching waits for the daemon to confirm that the guest has read everything.
_DETACH_SECONDS = 2.0


class Console:
    """A guest's console, made by `Domain.console`; `async with` attaches it and detaches it again.

    `send` and `recv` move bytes. Scripts use `send_line`, `expect`, `wait_for_shell`, `run` and `output`. `bridge` and
    `interact` connect a person. Text is UTF-8, without carriage returns and escape sequences of terminals. It may be
    attached again, to the guest's next run for example.
    """

    __module__ = "sysvirt.aio"

    PROMPT: Final[str] = r"(?m)^[^\n]*[#$] \Z"
    """A shell's prompt, for `expect`: a line that ends in "# " or "$ "."""
    before: str
    """What had come before that which was expected last, or what the command of the last `run` printed."""
    status: int | None
    """The exit status of the command that `run` or `output` ran last; None while it runs, and before any."""

    def __init__(self, domain: Domain, devname: str | None, flags: DomainConsoleFlags | int) -> None:
        self._domain = domain
        self._devname = devname
        self._flags = flags
        self._stream: Stream | None = None
        self._receiving = False
        #: What has come and is no part of `text` yet.
        self._raw = b""
        self._plain = PlainText()
        #: What `text` is made of.
        self._pieces: list[str] = []
        #: What ended the stream behind something that was to be looked at first.
        self._failure: Error | None = None
        #: How the shell's prompt ends, if `PROMPT` does not match it; "" if it shows none.
        self._prompt_end: str | None = None
        self.before = ""
        self.status = None

    def __repr__(self) -> str:
        state = "attached" if self.attached else "detached"
        return f"<{type(self).__module__}.Console of {self._domain.get_name()!r}, {state}>"

    @property
    def text(self) -> str:
        """The text that no `expect` has matched yet, the last MiB at most; `recv` does not return it."""
        self._decode()
        text = "".join(self._pieces)[-_TEXT_MAX:]
        self._pieces = [text]
        return text

    def _decode(self) -> int:
        """Adds to `text` what has come; how much that is. Who is interrupted here has not lost any of it."""
        if not self._raw:
            return 0
        text, used = utf_8_decode(self._raw, "replace", False)
        raw = self._raw[used:]
        added = self._plain.feed(text)
        # One step.
        self._raw = raw
        self._pieces += [added]
        return len(added)

    # --- attaching ---------------------------------------------------------------------------------

    @property
    def attached(self) -> bool:
        """Whether it is attached; that stays true after the guest has ended, until `detach`."""
        return self._stream is not None

    async def attach(self) -> None:
        """Opens the console. Earlier output is not repeated.

        Raises `OperationInvalid` when the guest does not run, and `OperationFailed` when another client has the
        console. [virDomainOpenConsole]
        """
        if self._stream is not None:
            raise OperationInvalid("the console is attached already")
        stream = self._domain._connection.new_stream()
        plain = PlainText()
        await self._domain.open_console(stream, self._devname, self._flags)
        # One step.
        self._plain = plain
        self._prompt_end = self._failure = None
        self._raw = b""
        self._pieces = []
        self.before = ""
        self.status = None
        self._stream = stream

    async def detach(self) -> None:
        """Closes the console; the guest goes on. A method that waits for output sees the end of it."""
        stream, self._stream = self._stream, None
        if stream is None:
            return
        try:
            if not self._receiving and not stream._state.ended and stream._status == "open":
                with self._domain._connection._until(time.monotonic() + _DETACH_SECONDS):
                    await stream.finish()
        except Error:
            pass  # the guest does not read, or it is gone
        finally:
            await stream.abort()

    async def __aenter__(self) -> Self:
        await self.attach()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.detach()

    def _must_be_attached(self) -> Stream:
        if self._stream is None:
            raise OperationInvalid("the console is not attached")
        return self._stream

    # --- bytes -------------------------------------------------------------------------------------

    async def recv(self, nbytes: int = 65536) -> bytes:
        """The next output, at most `nbytes`; `b""` when the guest has ended, or the console was detached."""
        stream = self._must_be_attached()
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        self._receiving = True
        try:
            return await stream.recv(nbytes)
        except Error:
            if self._stream is not stream:
                return b""
            raise
        finally:
            self._receiving = False

    async def send(self, data: Data) -> int:
        """Sends bytes as if typed, and returns their number."""
        return await self._must_be_attached().send(data)

    # --- a script's words --------------------------------------------------------------------------

    async def send_line(self, line: str = "") -> None:
        """Types a line and Enter, a carriage return as from a keyboard, which boot menus need too."""
        await self.send(f"{check.text('line', line)}\r".encode())

    async def expect(self, pattern: str | re.Pattern[str], timeout: float | None = None) -> re.Match[str]:
        """Waits until the output matches a pattern, removes the output up to there, and returns the match.

        The match says which of several things it was (`"login: |# $"`). `before` is the output before it. Raises
        `CallTimeout` at the timeout, when all output is kept for the next `expect`, and `ConsoleEnded` (an `EOFError`)
        when the guest has ended. Both messages have the output that came.

        pattern: a regular expression. A match may begin at most 16 KiB before the piece that completes it.
        timeout: in seconds, for the whole call; None for the connection's timeout, for each piece of output.
        """
        wanted = _regex("pattern", pattern)
        with self._within(timeout):
            found = await self._find(wanted)
        return self._pass_over(found)

    def _within(self, timeout: float | None) -> AbstractContextManager[object]:
        limit = seconds("timeout", timeout)
        return nullcontext() if limit is None else self._domain._connection.timeout(limit)

    async def _find(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Waits until `text` matches, and leaves it as it is."""
        searched = 0
        while not (found := pattern.search(self.text, max(0, searched - _MATCH_MAX))):
            try:
                added = await self._take()
            except CallTimeout:
                raise CallTimeout(f"{self._lack(pattern)} before the deadline") from None
            if added is None:
                raise ConsoleEnded(f"{self._lack(pattern)} before the console ended")
            searched = len(self.text) - added
        return found

    def _pass_over(self, found: re.Match[str]) -> re.Match[str]:
        text = found.string
        before, rest = text[: found.start()], text[found.end() :]
        # One step: who is interrupted before has passed over nothing.
        self.before = before
        self._pieces = [rest]
        return found

    def _lack(self, pattern: re.Pattern[str]) -> str:
        return f"{pattern.pattern!r} did not come, only {self.text[-200:]!r},"

    async def _take(self) -> int | None:
        """Adds the next output to `text`; returns how much came, None at the end."""
        stream = self._must_be_attached()
        added = taken = 0
        while True:
            try:
                data = await self.recv()
            except Error as error:
                if not taken:
                    raise
                self._failure = error
                return added
            self._raw += data  # no call in between
            added += self._decode()
            taken += len(data)
            if not data:
                return added if taken else None
            if taken >= _TAKEN_MAX:
                await facade.sleep(0)  # nothing has waited so far: other tasks need their turn too
                return added
            if not stream._state.ready:
                return added

    # --- commands of a shell -----------------------------------------------------------------------

    async def wait_for_shell(self, timeout: float | None = None) -> None:
        """Waits until a shell answers, and removes all output before that.

        An unfinished line is erased (Ctrl-U), and then an empty command is run, as by `run`: so this returns only when
        the shell has read it. It is typed only once. So log in before, and let no program run in the foreground, which
        would get the line. Raises what `run` raises.

        timeout: in seconds; None for the connection's timeout, for each piece of output.
        """
        await self.run("", timeout=timeout)

    async def fresh_prompt(
        self, prompt: str | re.Pattern[str] | None = None, timeout: float | None = None
    ) -> None:
        """As `wait_for_shell`; with `prompt`, a regular expression, it also waits for such a prompt."""
        wanted = None if prompt is None else _regex("prompt", prompt)
        found: re.Match[str] | None = None
        with self._within(timeout):
            await self._all_of(CommandOutput(self, "", None, wanted is None), [])
            if wanted is not None:
                found = await self._find(wanted)
        if found is not None:
            self._pass_over(found)

    async def run(
        self, command: str, prompt: str | re.Pattern[str] | None = None, timeout: float | None = None
    ) -> str:
        """Runs a command in the guest's shell and returns its output; `status` is its exit status then.

        For POSIX-like shells: bash, dash, busybox's ash, ksh, mksh, zsh; with or without line editing and colours, and
        with any prompt. The command may have several lines. It runs in the shell itself, so `cd` and variables last.
        Messages of the kernel on the console get into the output.

        Raises `CallTimeout` at the timeout: the command runs on in the guest, and its output so far is in `text`.
        Raises `ConsoleEnded` when the guest has ended.

        command: what to run.
        prompt: a regular expression, for a program that is not a shell, but echoes its input and shows a prompt when it
            is done. The command is then typed unchanged, and `status` is None.
        timeout: in seconds, for the whole call; None for the connection's timeout, for each piece of output.
        """
        if prompt is None:
            return await self._run_in_shell(self.output(command), timeout)
        wanted = _regex("prompt", prompt)
        with self._within(timeout):
            self.status = None
            await self.send_line(command)
            self._pass_over(await self._find(re.compile(re.escape(command) + "\n")))
            found = await self._find(wanted)
        self._pass_over(found)
        return self.before

    async def _run_in_shell(self, output: CommandOutput, timeout: float | None) -> str:
        pieces: list[str] = []
        try:
            with self._within(timeout):
                await self._all_of(output, pieces)
            printed = "".join(pieces)
        except BaseException:
            # No call: what it has printed stays.
            self._pieces = pieces + output._ready + self._pieces
            raise
        self.before = printed
        return printed

    async def _all_of(self, output: CommandOutput, pieces: list[str]) -> None:
        async for piece in output:
            pieces += [piece]  # no call in between

    def output(self, command: str, timeout: float | None = None) -> CommandOutput:
        """Runs a command as `run` does, and gives its output in pieces as they come, however much that is.

            async for piece in console.output("dmesg --follow", timeout=60):
                print(piece, end="")

        The command is typed when the first piece is asked for. If you leave the loop early it runs on; send
        `b"\\x03"` (Ctrl-C) to end it.
        """
        return CommandOutput(self, check.text("command", command), seconds("timeout", timeout), True)

    async def _pass_prompt(self) -> None:
        """Removes the prompt after a command's output, if one comes soon, and remembers how it ends."""
        end = self._prompt_end
        if end == "":
            return
        pattern = re.compile(self.PROMPT if end is None else rf"(?m)^[^\n]*{re.escape(end)}\Z")
        begun = time.monotonic()
        try:
            with self._domain._connection.timeout(_PROMPT_SECONDS):
                found = await self._find(pattern)
        except ConsoleEnded:
            return
        except CallTimeout:
            if (
                end is None and time.monotonic() - begun >= _PROMPT_SECONDS
            ):  # and no block around has ended it
                self._prompt_end = self.text.rpartition("\n")[2][-2:]
                self._pieces = []
            return
        rest = found.string[found.end() :]
        self._pieces = [rest]

    # --- for people --------------------------------------------------------------------------------

    async def bridge(self, receive: Callable[[], Given[Data]], send: Callable[[bytes], object]) -> bool:
        """Connects the console to two functions: `receive()` gives what is typed, `send(data)` takes the output.

        The two methods of a websocket fit. Returns True when the guest has ended, or False when `receive` has given
        `b""`; the console is detached then. Output that came before, and that no `expect` has matched, is sent first.

        A `receive` that still waits at the end is cancelled; in the blocking face it is left waiting in its own thread.
        """
        return await self._bridge(receive, send, None)

    async def _bridge(
        self, receive: Callable[[], Given[Data]], send: Callable[[bytes], object], patience: float | None
    ) -> bool:
        stream = self._must_be_attached()
        before = self.text
        if before:
            await facade.run_callback(send, before.replace("\n", "\r\n").encode())
            self._pieces = []
        incoming = facade.spawn(self._forward_output, send)
        outgoing = facade.spawn(self._forward_input, receive, patience)
        try:
            if await facade.first_of(incoming, outgoing) is incoming:
                await incoming.result()
                return True
            await outgoing.result()
            # Finished, not aborted, so that the guest gets everything.
            try:
                with self._domain._connection._until(time.monotonic() + _DETACH_SECONDS):
                    await stream._send(wire.STREAM, wire.OK)
            except CallTimeout:
                return False  # the guest does not read any more
            await facade.first_of(incoming, timeout=_DETACH_SECONDS)
            return False
        finally:
            incoming.drop()
            outgoing.drop()
            await self.detach()

    async def _forward_output(self, send: Callable[[bytes], object]) -> None:
        while self.attached and (data := await self.recv()):
            await facade.run_callback(send, data)

    async def _forward_input(self, receive: Callable[[], Given[Data]], patience: float | None) -> None:
        while True:
            data: Data = await facade.run_callback(receive)
            if not data or not self.attached:
                return
            if patience is None:
                await self.send(data)
                continue
            try:
                with self._domain._connection.timeout(patience):
                    await self.send(data)
            except CallTimeout:
                pass  # lost, but the next key may be the one that leaves

    async def interact(self, stdin: int = 0, stdout: int = 1, escape: bytes = b"\x1d") -> bool:
        """Connects a terminal to the console: that of this process, or other descriptors.

        Keys go to the guest unchanged; `escape`, one byte (Ctrl-]), leaves. Returns True when the guest has ended. Keys
        are lost if the guest does not read and many were typed before.
        """
        if not isinstance(escape, bytes) or len(escape) != 1:
            raise invalid_argument("escape", f"one byte was expected, not {escape!r}")
        rest = [b""]

        async def keys() -> bytes:
            if not rest:
                return b""
            data = await facade.read_descriptor(stdin, lambda: not self.attached)
            typed, found, _ = data.partition(escape)
            if found:
                rest.clear()
            return typed

        async def show(data: bytes) -> None:
            await facade.write_descriptor(stdout, data)

        restore = _restoring(stdin)
        try:
            _make_raw(stdin)
            return await self._bridge(keys, show, _KEY_SECONDS)
        finally:
            restore()


class CommandOutput:
    """The output of a command on a guest's console, in pieces as they come; made by `Console.output`."""

    __module__ = "sysvirt.aio"

    def __init__(self, console: Console, command: str, timeout: float | None, pass_prompt: bool) -> None:
        self._console = console
        self._command = command
        self._timeout = timeout
        self._pass_prompt = pass_prompt
        self._deadline: float | None = None
        self._shell: ShellCommand | None = None
        self._lines: list[str] = []
        #: What it has printed and nobody has taken yet.
        self._ready: list[str] = []

    @property
    def status(self) -> int | None:
        """The command's exit status; None until it has ended."""
        return None if self._shell is None else self._shell.status

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        if self._deadline is None and self._timeout is not None:
            self._deadline = time.monotonic() + self._timeout
        left = None if self._deadline is None else max(self._deadline - time.monotonic(), SHORTEST_SECONDS)
        if not self._ready:
            with self._console._within(left):
                await self._advance()
        if not self._ready:
            raise StopAsyncIteration
        piece = self._ready[0]
        # Last, so that who is interrupted before has taken nothing.
        self._ready = []
        return piece

    async def _advance(self) -> None:
        """Until there is something that was printed, or no more comes."""
        console = self._console
        shell = self._shell
        if shell is None:
            shell = self._shell = ShellCommand(self._command)
            self._lines = list(shell.lines)
            console._raw = b""
            console._pieces = []
            console.status = None
            await self._type_next()
        while shell.status is None:
            # First what is there: who was interrupted has not looked at it.
            if self._feed(shell):
                await self._type_next()
            if self._ready:
                return
            if shell.status is None:
                await self._take_more()
        if self._pass_prompt:
            self._pass_prompt = False
            await console._pass_prompt()

    def _feed(self, shell: ShellCommand) -> bool:
        """Takes the command's output from what has come; whether its next line may be typed."""
        console = self._console
        piece, rest, go_on = shell.feed(console.text)
        # One step.
        console._pieces = [rest]
        console.status = shell.status
        if piece:
            self._ready += [piece]
        return go_on

    async def _take_more(self) -> None:
        try:
            added = await self._console._take()
        except CallTimeout:
            raise CallTimeout(f"{self._lack()} before the deadline") from None
        if added is None:
            raise ConsoleEnded(f"{self._lack()} before the console ended")

    async def _type_next(self) -> None:
        await self._console.send_line(self._lines.pop(0))

    def _lack(self) -> str:
        came = self._console.text[-200:]
        return f"the shell's word behind the command {self._command!r} did not come, only {came!r},"


def _regex(name: str, pattern: str | re.Pattern[str]) -> re.Pattern[str]:
    """A compiled pattern; a wrong one is refused before anything is sent."""
    if not isinstance(pattern, str) and not isinstance(getattr(pattern, "pattern", None), str):
        raise invalid_type(name, "a regular expression for text", pattern)
    try:
        return re.compile(pattern)
    except re.error as error:
        raise invalid_argument(name, f"{pattern!r} is no regular expression: {error}") from None


def _restoring(fd: int) -> Callable[[], object]:
    """A function that restores a terminal as it is now; in C alone, so that an interrupt cannot prevent it."""
    if not os.isatty(fd):
        return partial(int)
    import termios

    return partial(termios.tcsetattr, fd, termios.TCSADRAIN, termios.tcgetattr(fd))


def _make_raw(fd: int) -> None:
    """Has a terminal hand on every key as it is. Anything else is left alone."""
    if os.isatty(fd):
        import tty

        tty.setraw(fd)
