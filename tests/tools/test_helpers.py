"""That what tests share is in modules of its own: a test module stands alone."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent.parent


def test_no_test_module_imports_from_another() -> None:
    found = [
        f"{path.relative_to(TESTS)}: {line.strip()}"
        for path in sorted(TESTS.rglob("*.py"))
        for line in path.read_text().splitlines()
        if re.match(
            r"\s*(from\s+[\w.]*\btest_\w+\s+import|from\s+[\w.]+\s+import\s+.*\btest_\w+|import\s+[\w.]*\btest_)",
            line,
        )
    ]
    assert found == []
