"""The short form of every case of `./dev soak`."""

from __future__ import annotations

import os
import subprocess
import sys

from rig.host import Host

from .helpers import one_release


@one_release
def test_soak(host: Host) -> None:
    command = [sys.executable, "-m", "soak", "--suite", host.suite, "--seconds", "3", "--jobs", "3"]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONPATH": ":".join(sys.path)},
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout
