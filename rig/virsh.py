"""One virsh that answers command after command: a process for each would take longer than what most of them ask."""

from __future__ import annotations

import os
import select
import shlex
import subprocess
from collections.abc import Iterator
from itertools import count
from typing import NamedTuple
from weakref import WeakSet

# What it says of itself before the answer to a command, when its connection had ended.
_RECONNECTED = ("error: Disconnected from ", "error: Reconnected to ")


class Answer(NamedTuple):
    """What a command has printed; it has failed if there is an error among it."""

    output: str
    errors: str

    @property
    def failed(self) -> bool:
        return any(line.startswith("error: ") for line in self.errors.splitlines())


class Virsh:
    """A virsh that reads its commands, started by a command; not for two threads at once.

    It shows a prompt and each line it has read, so what a command printed is found between marks: virsh's own `echo`
    puts one into each output when the command has ended.
    """

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
            env=env,
            start_new_session=True,  # Ctrl-C is for the tests
        )
        self._marks = count()
        _all.add(self)

    def descriptors(self) -> Iterator[int]:
        """Those of this process that lead to it."""
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None and not pipe.closed:
                yield pipe.fileno()

    @staticmethod
    def takes(arguments: tuple[str, ...]) -> bool:
        """Whether a command can be given as a line; options before it are for a virsh of its own."""
        return not arguments[0].startswith("-") and all(
            argument.isascii() and argument.isprintable() for argument in arguments
        )

    def ask(self, arguments: tuple[str, ...]) -> Answer | None:
        """What virsh says to a command; None when it has ended before it said all, so that nobody knows."""
        mark = f"mark-{next(self._marks)}-{os.getpid()}"
        show = f"virsh # echo {mark}\n"
        # The mark among the errors comes first, so that the output's is the last thing that is said.
        lines = f"{shlex.join(arguments)}\necho --err {mark}\necho {mark}\n"
        output, errors = self._read(lines, f"{show}{mark}", f"error: {mark}\n")
        if show not in output or mark not in errors:
            return None
        _, _, said = output[: output.index(f"virsh # echo --err {mark}\n")].partition("\n")
        told = errors[: errors.index(f"error: {mark}\n")].splitlines(keepends=True)
        return Answer(said, "".join(line for line in told if not line.startswith(_RECONNECTED)))

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def _read(self, lines: str, output_end: str, errors_end: str) -> tuple[str, str]:
        """Writes the lines, and reads from both outputs to their ends."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        try:
            self._process.stdin.write(lines.encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            return "", ""
        ends = {self._process.stdout.fileno(): output_end, self._process.stderr.fileno(): errors_end}
        found = dict.fromkeys(ends, b"")
        waiting = dict(ends)
        while waiting:
            for file in select.select([*waiting], [], [])[0]:
                data = os.read(file, 1 << 16)
                found[file] += data
                if not data or waiting[file].encode() in found[file]:
                    del waiting[file]
        output, errors = (found[file].decode(errors="replace") for file in ends)
        return output, errors

    def close(self) -> None:
        """End it, also one that no longer answers."""
        self._process.kill()
        self._process.communicate()


_all: WeakSet[Virsh] = WeakSet()


def descriptors() -> set[int]:
    """All descriptors of this process that lead to a virsh: they come and go as tests look at a host."""
    return {fd for virsh in list(_all) for fd in virsh.descriptors()}
