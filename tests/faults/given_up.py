"""Steps that fail, and calls that are given up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sysvirt import CallTimeout
from tests.faults.faces import PATIENCE, Script


def failing(step: Callable[[], Any]) -> Script[Any]:
    return (yield step)


def given_up(conn: Any, step: Callable[[], Any], limit: float = 0.05) -> Script[CallTimeout]:
    """The error of a call that is sent, and not answered before its deadline.

    On a slow machine that may come before the call is sent: then it is made again, with more time.
    """
    while limit < PATIENCE:
        with conn.timeout(limit), pytest.raises(CallTimeout) as caught:
            yield from failing(step)
        if caught.value.sent != "no":
            return caught.value
        limit *= 2
    raise AssertionError("nothing of it leaves")
