"""Makes docs/conformance.md of what the sessions of a whole run have seen, or says what they must see and have not."""

from __future__ import annotations

import sys
from pathlib import Path

from .recorder import Conformance
from .report import DOCUMENT, problems, text


def main(files: list[str]) -> int:
    seen = Conformance()
    for file in files:
        seen.read(Path(file))
    if found := list(problems(seen)):
        print("Conformance:", *found, sep="\n- ")
        return 1
    DOCUMENT.write_text(text(seen), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
