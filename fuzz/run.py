"""Runs one target under atheris, until it has found something or its time is over.

python -m fuzz.run TARGET [libFuzzer's options]
"""

from __future__ import annotations

import importlib
import sys
from typing import Any


def main(target: str, *options: str) -> None:
    # Only `./dev fuzz` installs it. Nothing of sysvirt may have been imported before it looks on.
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["sysvirt"]):
        targets = importlib.import_module("fuzz.targets")
        xdr: Any = importlib.import_module("sysvirt._protocol.xdr")
    # Decoders are no imported code: each is looked at when it is made.
    make = xdr._Namespace.compile
    xdr._Namespace.compile = lambda space, lines, name: atheris.instrument_func(make(space, lines, name))
    atheris.Setup([sys.argv[0], *options], targets.TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
