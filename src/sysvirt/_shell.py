"""What is typed into a shell so that it runs a command, and how its output is found in what comes back.

A prompt says little: its look is the user's choice, and a command may print the same. So each command is typed with a
word before and behind it that nobody has said yet; the word behind brings the exit status. The shell's echo does not
hold these words whole, because they are typed in pieces. The command itself is typed in letters that no line editor,
history or completion acts upon, and the shell makes it from these.
"""

from __future__ import annotations

import os
import re

#: What a shell, an editor of its lines and `printf` all take as it is.
_PLAIN = re.compile(r"[^A-Za-z0-9 _./,:=+@-]")
#: So much of an encoded command is typed in one line: terminals have lines of 4096 bytes at most, and type-ahead of no
#: more.
_LINE = 400
#: Keeps the encoded command while it is typed in several lines.
_VARIABLE = "__sysvirt"

#: What moves a terminal's cursor, sets colours or titles, or asks for something.
_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # CSI
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC
    r"|[PX^_][^\x1b]*\x1b\\"  # DCS, SOS, PM, APC
    r"|[ -/]*[0-OQ-WYZ\\`-~])"  # two letters, and three
)
#: What such a sequence may begin with, at the end of what has come so far.
_BEGUN = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_][^\x1b]*\x1b?|[ -/]*)\Z")
#: One that has no end after so many letters is none.
_ESCAPE_MAX = 1024


class PlainText:
    """Takes carriage returns and escape sequences out of text that comes in pieces."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest: str = ""

    def feed(self, text: str) -> str:
        """The piece without them; half an escape sequence at its end is kept for the next one."""
        text = self._rest + text.replace("\r", "")
        rest = ""
        if "\x1b" in text:
            text = _ESCAPE.sub("", text)
            begun = _BEGUN.search(text, max(0, len(text) - _ESCAPE_MAX))
            if begun:
                text, rest = text[: begun.start()], begun[0]
        # Last, so that who is interrupted before can feed it again.
        self._rest = rest
        return text


class ShellCommand:
    """One command on its way: `lines` are to be typed, each when `feed` says so, and `feed` finds the output."""

    __slots__ = ("_ack", "_began", "_begin", "_end", "lines", "status")

    def __init__(self, command: str) -> None:
        word = os.urandom(4).hex()
        self.lines = _lines(command, word)
        #: The exit status; None until the command has ended.
        self.status: int | None = None
        self._ack = f"[{word}:next]"
        self._begin = f"[{word}:begin]"
        self._end = f"[{word}:end:"
        self._began = False

    def feed(self, text: str) -> tuple[str, str, bool]:
        """What of this text the command has printed, the rest, and whether the next line may be typed.

        The rest is to be fed again, before what comes next; behind the command's end it is none of the output. Who is
        interrupted here feeds all of the text again.
        """
        if not self._began:
            at = text.find(self._begin)
            if at < 0:
                at = text.find(self._ack)
                if at >= 0:
                    return "", text[at + len(self._ack) :], True
                return "", text[-len(self._begin) :], False
            text = text[at + len(self._begin) :]
        status: int | None = None
        at = text.find(self._end)
        if at < 0:
            at = _partial(text, self._end)
        rest = text[at:]
        digits, end, behind = rest.removeprefix(self._end).partition("]")
        if end:
            status = int(digits)
            rest = behind
        # One step.
        self._began = True
        self.status = status
        return text[:at], rest, False


def _lines(command: str, word: str) -> list[str]:
    """The lines to be typed; a blank before each keeps it out of the history where that is configured."""
    # Ctrl-U erases half a line that somebody left.
    begin = f"\x15 printf '[%s:begin]' {word}; "
    end = f"; printf '[%s:end:%d]' {word} $?"
    encoded = _PLAIN.sub(_octal, command)
    if len(encoded) <= _LINE:
        return [begin + _eval(f"'{encoded}'") + end]
    parts = [encoded[at : at + _LINE] for at in range(0, len(encoded), _LINE)]
    lines = [f"\x15 {_VARIABLE}="]
    lines += [f" {_VARIABLE}=\"${_VARIABLE}\"'{part}'" for part in parts]
    lines = [f"{line}; printf '[%s:next]' {word}" for line in lines]
    return [*lines, begin + _eval(f'"${_VARIABLE}"') + end + f"; unset {_VARIABLE}"]


def _eval(what: str) -> str:
    # Behind `command`, a syntax error is one command's failure and not the end of the line; zsh takes `eval` so anyway,
    # and looks only for programs behind `command`.
    return f'if [ -n "${{ZSH_VERSION-}}" ]; then eval "$(printf {what})"; else command eval "$(printf {what})"; fi'


def _octal(found: re.Match[str]) -> str:
    return "".join(f"\\{byte:03o}" for byte in found[0].encode("utf-8", "surrogateescape"))


def _partial(text: str, mark: str) -> int:
    """Where the beginning of a mark stands at the end of the text, of which the rest may come; else the text's end."""
    at = max(0, len(text) - len(mark) + 1)
    while at < len(text) and not mark.startswith(text[at:]):
        at += 1
    return at
