"""Ctrl-C in the middle of a call: it is given up at once, and the connection goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rig.host import Host
from rig.wait import until

from .helpers import one_release, stopped, stopped_daemon

PROGRAM = Path(__file__).with_name("interrupted.py")
#: Numbers of poll(2), recvmsg(2) and futex(2) on x86-64: where a thread waits for the daemon or for another.
WAITING = ("7", "47", "202")


def waits(pid: int) -> bool:
    """Whether the main thread of a process is in a system call that waits."""
    return Path(f"/proc/{pid}/syscall").read_text().split()[0] in WAITING


@one_release
@pytest.mark.parametrize("mode", ["free", "ordinary", "queued", "part", "stream", "events"])
def test_ctrl_c(host: Host, four_names: list[str], mode: str) -> None:
    names = four_names[:2]
    program = subprocess.Popen(
        [sys.executable, "-X", "dev", str(PROGRAM), mode, host.uri, *names],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": ":".join(sys.path)},
    )
    assert program.stdin is not None
    assert program.stdout is not None
    frozen = stopped(host, names[0]) if mode in ("ordinary", "queued") else stopped_daemon(host)
    try:
        assert program.stdout.readline() == "ready\n"
        with frozen:
            print(file=program.stdin, flush=True)
            assert program.stdout.readline() == "calling\n"
            until(lambda: waits(program.pid), "the call waits")
            program.send_signal(signal.SIGINT)
            assert program.stdout.readline() == "interrupted\n"
        output, errors = program.communicate("\n", timeout=120)
        assert (output, errors, program.returncode) == ("right\n", "", 0)
    finally:
        program.kill()
        program.communicate()
