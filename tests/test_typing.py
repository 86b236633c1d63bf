"""That what checkers are shown has every method in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sysvirt
import sysvirt.aio

FACES = {"_async": sysvirt.aio, "_sync": sysvirt}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("name", ["Domain", "DomainSnapshot", "DomainCheckpoint"])
def test_checkers_see_every_method(face: str, name: str) -> None:
    text = (Path(__file__).parent / "typing" / face / "every_method.py").read_text()
    methods = {
        method
        for method, value in (
            (m, getattr(getattr(FACES[face], name), m)) for m in dir(getattr(FACES[face], name))
        )
        if callable(value) and method.islower() and not method.startswith("_")
    }
    assert methods - set(re.findall(r"\.(\w+)\(", text)) == set()
