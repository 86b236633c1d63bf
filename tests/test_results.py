"""The types of results that are dicts."""

from __future__ import annotations

import pytest

from sysvirt import results
from sysvirt._generated import dicts


@pytest.mark.parametrize("name", dicts.__all__)
def test_they_can_be_named_at_run_time(name: str) -> None:
    assert name in results.__all__
    assert issubclass(getattr(results, name), dict)
