"""Runs a command in the shell on a guest's serial console, and prints what it says.

    python examples/console_run.py URI GUEST COMMAND

Whoever has the console already loses it.
"""

from __future__ import annotations

import re
import sys

import sysvirt
from sysvirt import Domain, Stream

PROMPT = r"(?m)^[^\s#$]*[#$] $"


class Console:
    """A conversation: send a line, wait for what is expected."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.text = ""

    def send_line(self, line: str) -> None:
        self.stream.send(f"{line}\n".encode())

    def expect(self, pattern: str) -> str:
        """Everything that came before the pattern, which is then passed over."""
        while not (found := re.search(pattern, self.text)):
            data = self.stream.recv(4096)
            if not data:
                raise EOFError(f"the console ended; its last words were {self.text[-200:]!r}")
            self.text += data.decode("utf-8", "replace").replace("\r", "")
        before, self.text = self.text[: found.start()], self.text[found.end() :]
        return before


def main(uri: str, guest: str, command: str) -> None:
    with sysvirt.connect(uri, timeout=30) as conn, conn.new_stream() as stream:
        dom = conn.get_domain_by_name(guest)
        dom.open_console(stream, flags=Domain.OPEN_CONSOLE_FORCE)
        console = Console(stream)
        console.send_line("")  # whatever was typed before, ask for a fresh prompt
        console.expect(PROMPT)
        console.send_line(command)
        console.expect(re.escape(command) + "\n")  # its echo
        print(console.expect(PROMPT), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
