"""libvirt's own client, over the links."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from .links import Links


def command(links: Links, name: str, *options: str) -> tuple[str, ...]:
    """Migrates a guest from the source to the target."""
    return ("virsh", "--quiet", "--connect", links.source.uri, "migrate", name, links.target.uri, *options)


def migrate(links: Links, name: str, *options: str) -> None:
    links.source.host.run(*command(links, name, *options))


@contextmanager
def migrating(links: Links, name: str, *options: str) -> Iterator[subprocess.Popen[str]]:
    """virsh, at work in the block; it is ended there if it has not ended."""
    with links.source.host.start(*command(links, name, *options), output=subprocess.PIPE) as program:
        try:
            yield program
        finally:
            assert program.stdin is not None
            program.stdin.close()
