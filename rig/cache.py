"""What takes long to make is made once, outside the repository."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path


def root() -> Path:
    """The folder of the cache: `$SYSVIRT_CACHE`, or `sysvirt` in the user's cache folder."""
    if chosen := os.environ.get("SYSVIRT_CACHE"):
        return Path(chosen).absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute() / "sysvirt"


def build(kind: str, key: str, make: Callable[[Path], None]) -> Path:
    """The folder `kind-key`, filled by `make(folder)` if it is not there yet; replaces older keys.

    It appears whole or not at all, and of two runs that want it at once one makes it while the other waits.
    """
    folder = root() / f"{kind}-{key}"
    root().mkdir(parents=True, exist_ok=True)
    with open(root() / f".{kind}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = root() / f".{kind}.new"
            shutil.rmtree(unfinished, ignore_errors=True)  # of a run that was killed
            unfinished.mkdir()
            make(unfinished)
            for older in root().glob(f"{kind}-*"):
                shutil.rmtree(older)
            unfinished.rename(folder)
    return folder
