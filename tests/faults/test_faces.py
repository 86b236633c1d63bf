"""What drives the tests of faults: one that fails must not make others fail."""

from __future__ import annotations

from typing import Any

import pytest

from sysvirt.testing import FakeDaemon
from tests.faults.faces import Face, Script


def test_a_script_that_fails_leaves_nothing_open(face: Face, daemon: FakeDaemon) -> None:
    opened: list[Any] = []

    def script() -> Script[None]:
        for _ in range(2):
            opened.append((yield lambda: face.connect(daemon)))
        yield opened[0].close
        raise LookupError("on purpose")

    with pytest.raises(LookupError, match="on purpose"):
        face.run(script())
    assert [conn._pump.closed for conn in opened] == [True, True]
    daemon.wait_empty()
