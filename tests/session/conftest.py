"""What several tests of the core are given."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def two_fds() -> list[int]:
    """Two descriptors, as they come from a peer: who takes them closes them."""
    return list(os.pipe())
