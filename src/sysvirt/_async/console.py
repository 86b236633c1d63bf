"""`Console`: a conversation with a guest's console, by a program or by a person."""

from __future__ import annotations

import os
import re
from codecs import getincrementaldecoder
from contextlib import nullcontext

from .. import _arguments as check
from .._protocol import frame as wire
from .._session import aio_facade as facade
from .._timeouts import seconds
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
    from .stream import Data, Stream

#: How much text that nobody expected is kept.
_TEXT_MAX = 1024 * 1024
#: How long a key at a terminal waits for a guest that takes no more, before it is lost.
_KEY_SECONDS = 1.0
#: How long detaching waits for the daemon's word that all that was sent has gone to the guest.
_DETACH_SECONDS = 2.0


class Console:
    """A guest's console, made by `Domain.console`; `async with` attaches it and detaches it again.

    Bytes go in and out with `send` and `recv`; a script converses with `send_line`, `expect`, `fresh_prompt` and `run`;
    `bridge` and `interact` put something on it that a person sits at. Text is UTF-8, without carriage returns. It may
    be attached again, to the guest's next run for example.
    """

    __module__ = "sysvirt.aio"

    PROMPT: Final[str] = r"(?m)^[^\n]*[#$] \Z"
    """What `run` takes for a shell's prompt unless told otherwise: a line that ends in "# " or "$ "."""
    text: str
    """What has come since it was attached and was not expected yet, at most the last MiB; `recv` gives it no more."""
    before: str
    """What had come before that which was expected last."""

    def __init__(self, domain: Domain, devname: str | None, flags: DomainConsoleFlags | int) -> None:
        self._domain = domain
        self._devname = devname
        self._flags = flags
        self._stream: Stream | None = None
        self._receiving = False
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self.text = ""
        self.before = ""

    def __repr__(self) -> str:
        state = "attached" if self.attached else "detached"
        return f"<{type(self).__module__}.Console of {self._domain.get_name()!r}, {state}>"

    # --- attaching ---------------------------------------------------------------------------------

    @property
    def attached(self) -> bool:
        """Whether it is attached; it stays so at the end of what comes, until it is detached."""
        return self._stream is not None

    async def attach(self) -> None:
        """Opens the console; what the guest has said before is not repeated.

        Raises `OperationInvalid` when the guest does not run, and `OperationFailed` when somebody has the console.
        [virDomainOpenConsole]
        """
        if self._stream is not None:
            raise OperationInvalid("the console is attached already")
        stream = self._domain._connection.new_stream()
        await self._domain.open_console(stream, self._devname, self._flags)
        self._decoder.reset()
        self.text = self.before = ""
        self._stream = stream

    async def detach(self) -> None:
        """Leaves the console, which goes on without us; who waits for something of it gets the end."""
        stream, self._stream = self._stream, None
        if stream is None:
            return
        try:
            if not self._receiving and not stream._ended and stream._status == "open":
                with self._domain._connection.timeout(_DETACH_SECONDS):
                    await stream.finish()
        except Error:
            pass  # the guest takes no more of it, or it is gone
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
        """What the guest says next, at most `nbytes`; `b""` when it has ended, or the console was detached."""
        stream = self._must_be_attached()
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
        """Types a line, and Enter: a carriage return, as from a keyboard, which boot menus need too."""
        await self.send(f"{check.text('line', line)}\r".encode())

    async def expect(self, pattern: str | re.Pattern[str], timeout: float | None = None) -> re.Match[str]:
        """Waits until something has come that matches (a regular expression), and passes over it.

        Which of several things it was (`"login: |# $"`) tells what is returned, and `before` what had come before that.
        Raises `CallTimeout` at the timeout (seconds), with all that has come kept to be expected, and `ConsoleEnded`
        (an `EOFError`) when the guest has ended; both say what has come instead. Without a timeout the connection's
        bound is for each wait.
        """
        wanted = _regex("pattern", pattern)
        with self._bound(timeout):
            return await self._expect(wanted)

    def _bound(self, timeout: float | None) -> AbstractContextManager[object]:
        limit = seconds("timeout", timeout)
        return nullcontext() if limit is None else self._domain._connection.timeout(limit)

    async def _expect(self, pattern: re.Pattern[str]) -> re.Match[str]:
        while not (found := pattern.search(self.text)):
            try:
                data = await self.recv()
            except CallTimeout:
                raise CallTimeout(f"{self._lack(pattern)} before the deadline") from None
            if not data:
                raise ConsoleEnded(f"{self._lack(pattern)} before the console ended")
            text = self._decoder.decode(data).replace("\r", "")
            self.text = (self.text + text)[-_TEXT_MAX:]
        self.before, self.text = self.text[: found.start()], self.text[found.end() :]
        return found

    def _lack(self, pattern: re.Pattern[str]) -> str:
        return f"{pattern.pattern!r} did not come, only {self.text[-200:]!r},"

    async def fresh_prompt(
        self, prompt: str | re.Pattern[str] | None = None, timeout: float | None = None
    ) -> None:
        """Has a shell show a prompt of its own for us, as `run` wants it, and passes over all that came before.

        A prompt that was there already is not taken for it, and half a line that somebody left is erased: it types
        Ctrl-U, and `echo` with a word that nobody has said yet. Raises as `expect` does.

        prompt: a regular expression; None is `PROMPT`.
        timeout: in seconds, for all of it.
        """
        wanted = _regex("prompt", self.PROMPT if prompt is None else prompt)
        word = os.urandom(4).hex()
        with self._bound(timeout):
            await self.send_line(f"\x15echo fresh''{word}")
            await self._expect(re.compile(f"fresh{word}\n"))
            await self._expect(wanted)

    async def run(
        self, command: str, prompt: str | re.Pattern[str] | None = None, timeout: float | None = None
    ) -> str:
        """Types a command into a shell that echoes, and returns what it prints until the next prompt.

        The shell is to be at its prompt: `fresh_prompt` sees to that.

        prompt: a regular expression; None is `PROMPT`.
        timeout: in seconds, for all of it. Raises as `expect` does.
        """
        wanted = _regex("prompt", self.PROMPT if prompt is None else prompt)
        with self._bound(timeout):
            await self.send_line(command)
            await self._expect(re.compile(re.escape(command) + "\n"))
            await self._expect(wanted)
        return self.before

    # --- somebody at it ----------------------------------------------------------------------------

    async def bridge(self, receive: Callable[[], Given[Data]], send: Callable[[bytes], object]) -> bool:
        """Connects somebody to the console, who is heard with `receive()` and told with `send(data)`.

        A websocket's two methods will do. Ends with the console, and returns True; or when `receive` gives `b""`, and
        returns False. It is detached then. What came before and was not expected yet is told first.

        A `receive` that is under way at the end is cancelled; in the blocking face it is left to a thread of its own.
        """
        return await self._bridge(receive, send, None)

    async def _bridge(
        self, receive: Callable[[], Given[Data]], send: Callable[[bytes], object], patience: float | None
    ) -> bool:
        stream = self._must_be_attached()
        told, self.text = self.text, ""
        if told:
            await facade.run_callback(send, told.replace("\n", "\r\n").encode())
        incoming = facade.spawn(self._forward_output, send)
        outgoing = facade.spawn(self._forward_input, receive, patience)
        try:
            if await facade.first_of(incoming, outgoing) is incoming:
                await incoming.result()
                return True
            await outgoing.result()
            # So that the guest gets all, and then the other side ends.
            try:
                with self._domain._connection.timeout(_DETACH_SECONDS):
                    await stream._send(wire.STREAM, wire.OK)
            except CallTimeout:
                return False  # it takes nothing more
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
        """Puts a terminal on the console: this process's own, or another one's descriptors.

        Keys go to the guest as they are; `escape`, one byte (Ctrl-]), leaves. Returns True when the guest has ended.
        Keys that it does not take, because it stands still and many have been typed before, are lost.
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

        restore = _make_raw(stdin)
        try:
            return await self._bridge(keys, show, _KEY_SECONDS)
        finally:
            restore()


def _regex(name: str, pattern: str | re.Pattern[str]) -> re.Pattern[str]:
    """A pattern, compiled; one that is none is refused before anything is sent."""
    if not isinstance(pattern, str) and not isinstance(getattr(pattern, "pattern", None), str):
        raise invalid_type(name, "a regular expression for text", pattern)
    try:
        return re.compile(pattern)
    except re.error as error:
        raise invalid_argument(name, f"{pattern!r} is no regular expression: {error}") from None


def _make_raw(fd: int) -> Callable[[], None]:
    """Has a terminal hand on every key as it is; returns what sets it back. Anything else is left alone."""
    if not os.isatty(fd):
        return lambda: None
    import termios
    import tty

    before = termios.tcgetattr(fd)
    tty.setraw(fd)
    return lambda: termios.tcsetattr(fd, termios.TCSADRAIN, before)
