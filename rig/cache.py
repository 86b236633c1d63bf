"""What takes long to make is made once, outside the repository."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

# What this process got from the cache stays there until the process ends, see build.
_held: dict[Path, int] = {}


def root() -> Path:
    """The folder of the cache: `$SYSVIRT_CACHE`, or `sysvirt` in the user's cache folder."""
    if chosen := os.environ.get("SYSVIRT_CACHE"):
        return Path(chosen).absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute() / "sysvirt"


def path(kind: str, key: str) -> Path:
    """Where `build` puts the folder of a kind and key."""
    return root() / f"{kind}-{key}"


def build(kind: str, key: str, make: Callable[[Path], object]) -> Path:
    """The folder of a kind and key, filled by `make(folder)` if it is not there; replaces older keys.

    It appears whole or not at all, and of two runs that want it at once one makes it while the other waits.
    """
    folder = path(kind, key)
    root().mkdir(parents=True, exist_ok=True)
    with open(root() / f".{kind}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = root() / f".{kind}.new"
            shutil.rmtree(unfinished, ignore_errors=True)  # of a run that was killed
            unfinished.mkdir()
            make(unfinished)
            for older in root().glob(f"{kind}-*"):
                _remove_unused(older)
            unfinished.rename(folder)
        if folder not in _held:
            _held[folder] = os.open(_user_file(folder), os.O_WRONLY | os.O_CREAT, 0o666)
            fcntl.flock(_held[folder], fcntl.LOCK_SH)
    return folder


def clear() -> None:
    """Remove every folder that no process uses."""
    for folder in root().glob("[!.]*-*"):
        _remove_unused(folder)


def _user_file(folder: Path) -> Path:
    """What the processes that use a folder have locked."""
    return folder.with_name(f".{folder.name}.users")


def _remove_unused(folder: Path) -> None:
    with open(_user_file(folder), "w") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        shutil.rmtree(folder)
        _user_file(folder).unlink()
