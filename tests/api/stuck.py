"""Jobs that do not get on, since nobody reads what they write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress

from rig.host import Host
from rig.wait import until


@contextmanager
def stuck(host: Host, name: str, command: str, *options: str) -> Iterator[Future[str]]:
    """What virsh says of a "dump" or a "save" into a pipe, which nobody reads before the end of the block."""
    path = host.files / f"{name}.pipe"
    os.mkfifo(path)
    # For writing too: the daemon's open() would wait for a reader otherwise, and reading here for a writer.
    pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def ended() -> bool:
        with suppress(BlockingIOError):
            while os.read(pipe, 1 << 20):
                pass
        return job.done()

    try:
        with ThreadPoolExecutor(1) as pool:
            job = pool.submit(host.virsh, command, name, str(path), *options)
            try:
                until(lambda: "None" not in host.virsh("domjobinfo", name), f"the {command} has begun")
                yield job
            finally:
                until(ended, f"the {command} has ended")
    finally:
        os.close(pipe)
        path.unlink(missing_ok=True)
