"""How a command is typed into a shell, and how its output is found in what the console prints.

A prompt is no safe mark: users choose it, and a command may print the same text. So the shell prints a random word
before and after each command's output, the second one with the exit status. The echo of what is typed does not contain
these words, because they are typed in pieces. The command itself is typed in an encoding that no line editor, history
or completion acts upon, and the shell decodes it.
"""

from __future__ import annotations

import os
import re

#: Characters that a shell, its line editor and `printf` all leave unchanged.
_PLAIN = re.compile(r"[^A-Za-z0-9 _./,:=+@-]")
#: So much of an encoded command is typed in one line: a terminal holds lines, and input ahead, of 4096 bytes at most.
_LINE = 400
#: The variable that holds the encoded command while it is typed in several lines.
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
#: A sequence without an end after so many characters is not one.
_ESCAPE_MAX = 1024


class PlainText:
    """Removes carriage returns and escape sequences from text that comes in pieces."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest: str = ""

    def feed(self, text: str) -> str:
        """The piece without them; an incomplete escape sequence at its end is kept for the next piece."""
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
    """One command: `lines` are to be typed, each when `feed` says so; `feed` finds the output."""

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
        """The command's output in this text, the rest, and whether the next line may be typed.

        The rest is to be fed again before the next text; after the command's end it is not output. If this is
        interrupted, the whole text is to be fed again.
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
    """The lines to be typed. A blank before each keeps it out of the history, if the shell is configured so."""
    # Ctrl-U erases an unfinished line.
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
    # With `command`, a syntax error fails one command and does not end the line. In zsh `eval` does so by itself, and
    # `command` would look only for programs.
    return f'if [ -n "${{ZSH_VERSION-}}" ]; then eval "$(printf {what})"; else command eval "$(printf {what})"; fi'


def _octal(found: re.Match[str]) -> str:
    return "".join(f"\\{byte:03o}" for byte in found[0].encode("utf-8", "surrogateescape"))


def _partial(text: str, mark: str) -> int:
    """Where an incomplete mark begins at the end of the text, whose rest may come; else the text's end."""
    at = max(0, len(text) - len(mark) + 1)
    while at < len(text) and not mark.startswith(text[at:]):
        at += 1
    return at
