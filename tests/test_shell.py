"""What is typed into shells, and how output is found: pure, in pieces of every size."""

from __future__ import annotations

import re

import pytest

from sysvirt._shell import PlainText, ShellCommand


class Fed:
    """A command, to which what comes is fed with the rest of what came before."""

    def __init__(self, command: ShellCommand) -> None:
        self._command = command
        self.rest = ""

    def feed(self, text: str) -> tuple[str, bool]:
        text = self.rest + text
        piece, self.rest, go_on = self._command.feed(text)
        return piece, go_on


def word(command: ShellCommand) -> str:
    found = re.search(r"[0-9a-f]{8}", command.lines[-1])
    assert found
    return found[0]


def conversation(command: ShellCommand, output: str, status: int) -> str:
    """What a shell with a prompt says that echoes the line, runs it, and shows its prompt again."""
    return f"old\n# {command.lines[-1]}\n[{word(command)}:begin]{output}[{word(command)}:end:{status}]# "


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
@pytest.mark.parametrize(
    "output", ["", "hi\n", "no newline", "price: 5$ ", "[", "[[0:begin]", "a\n[deadbeef:end:1]"]
)
def test_output_in_pieces(size: int, output: str) -> None:
    command = ShellCommand("whatever")
    fed = Fed(command)
    said = conversation(command, output, 3)
    pieces: list[str] = []
    for at in range(0, len(said), size):
        if command.status is not None:
            break
        piece, go_on = fed.feed(said[at : at + size])
        assert not go_on
        pieces.append(piece)
    assert "".join(pieces) == output
    assert command.status == 3
    assert "# ".startswith(fed.rest)


def test_output_is_given_as_it_comes() -> None:
    command = ShellCommand("whatever")
    fed = Fed(command)
    assert fed.feed(f"[{word(command)}:begin]one\n") == ("one\n", False)
    assert fed.feed("two [") == ("two ", False)
    assert fed.feed("three") == ("[three", False)
    assert command.status is None


def test_the_echo_holds_no_word_whole() -> None:
    command = ShellCommand("echo " + "x" * 2000)
    fed = Fed(command)
    for line in command.lines:
        assert fed.feed(line + "\n") == ("", False)


def test_a_long_command_is_typed_in_lines() -> None:
    command = ShellCommand("echo " + "x'y" * 2000)
    fed = Fed(command)
    assert len(command.lines) > 3
    assert max(map(len, command.lines)) < 600
    for line in command.lines[:-1]:
        assert fed.feed(f"# {line}\n") == ("", False)
        assert fed.feed(f"[{word(command)}:next]") == ("", True)
    assert fed.feed(f"[{word(command)}:begin]x[{word(command)}:end:0]# ") == ("x", False)
    assert command.status == 0


@pytest.mark.parametrize(
    "character", ["\t", "'", '"', "!", "%", "\\", "$", "`", "\x03", "\x15", "\x1b", "\n", "ß"]
)
def test_what_an_editor_or_a_quote_would_take_is_typed_otherwise(character: str) -> None:
    plain, special = ShellCommand("a b"), ShellCommand(f"a{character}b")
    typed = special.lines[-1].replace(word(special), word(plain))
    octal = "".join(f"\\{byte:03o}" for byte in character.encode())
    assert typed == plain.lines[-1].replace("'a b'", f"'a{octal}b'")


SEQUENCES = [
    "\x1b[0m",
    "\x1b[38;5;1m",
    "\x1b[?2004h",
    "\x1b[6n",
    "\x1b]0;title\x07",
    "\x1b]0;title\x1b\\",
    "\x1bM",
    "\x1b(B",
    "\x1b>",
]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize("sequence", SEQUENCES)
def test_escape_sequences_are_left_out(sequence: str, size: int) -> None:
    plain = PlainText()
    said = f"\x1b[1mone{sequence}two\r\n{sequence}three"
    assert "".join(plain.feed(said[at : at + size]) for at in range(0, len(said), size)) == "onetwo\nthree"


def test_an_escape_without_end_is_kept_only_so_long() -> None:
    plain = PlainText()
    assert plain.feed("\x1b]0;" + "x" * 100) == ""
    assert plain.feed("x" * 5000).startswith("\x1b]0;xxx")
    assert plain.feed("more") == "more"
