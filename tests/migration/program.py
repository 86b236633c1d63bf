"""A program that migrates a guest, for tests that kill it: python program.py SOURCE-URI TARGET-URI GUEST"""

from __future__ import annotations

import os
import subprocess
import sys

import sysvirt
from tests.migration.links import Links


def start(links: Links, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, __file__, links.source.uri, links.target.uri, name]
    return subprocess.Popen(command, env=os.environ | {"PYTHONPATH": ":".join(sys.path)})


def main(source: str, target: str, name: str) -> None:
    with sysvirt.connect(source) as here, sysvirt.connect(target) as there:
        here.get_domain_by_name(name).migrate(there, None, sysvirt.Domain.MIGRATE_LIVE)


if __name__ == "__main__":
    main(*sys.argv[1:])
