"""Steps of tests for both faces."""

from __future__ import annotations

from typing import Any

import sysvirt
import sysvirt.aio
from tests.faults.faces import Asyncio, Face, Script


def opened(face: Face, uri: str, **options: Any) -> Any:
    """As a step: a connection by its URI."""
    return (sysvirt.aio if isinstance(face, Asyncio) else sysvirt).connect(uri, **options)


def entered(face: Face, manager: Any) -> Any:
    """As a step: enters it."""
    return manager.__aenter__() if isinstance(face, Asyncio) else manager.__enter__()


def left(face: Face, manager: Any) -> Any:
    """As a step: leaves it."""
    return (
        manager.__aexit__(None, None, None)
        if isinstance(face, Asyncio)
        else manager.__exit__(None, None, None)
    )


def answers(face: Face, uri: str, timeout: float) -> Script[str]:
    """Opens and closes a connection; the host's name."""
    conn = yield lambda: opened(face, uri, timeout=timeout)
    name: str = yield conn.get_hostname
    yield conn.close
    return name
