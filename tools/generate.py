"""spec/ and docstrings -> every generated file; with --check, only say which are not what would be made now.

    python tools/generate.py [--check]

Whole files are compared, so a truncated or hand-edited one is found.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

MODULES = ("gen_schema", "gen_table", "gen_constants", "gen_arguments", "gen_reference")
ROOT = Path(__file__).parent.parent


def outputs() -> dict[Path, str]:
    """Every generated file and its text."""
    result: dict[Path, str] = {}
    for name in MODULES:
        result |= importlib.import_module(name).outputs()
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description="Generate code from spec/.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file differs")
    check: bool = parser.parse_args().check
    stale = 0
    for path, text in outputs().items():
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale += 1
        print(f"{'differs' if check else 'wrote'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_text(text, "utf-8", newline="\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
