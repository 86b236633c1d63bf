"""What a test says of a call that fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sysvirt.errors import Error, InvalidArgument

#: What libvirt says of a guest that does not run.
NOT_RUNNING = "Requested operation is not valid: domain is not running"


@contextmanager
def refused(kind: type[Error], message: str) -> Iterator[pytest.ExceptionInfo[Error]]:
    """libvirt refuses what is done in the block, with this class of error and, whole, this text (a pattern)."""
    with pytest.raises(Error) as caught:
        yield caught
    error = caught.value
    assert type(error) is kind, f"{type(error).__name__}: {error}"
    assert re.fullmatch(message, error.message), error.message
    assert error.code == kind._code
    assert error.level == Error.LEVEL_ERROR


@contextmanager
def not_sent(connection: Any, argument: str, also: type[Exception] = ValueError) -> Iterator[None]:
    """What is done in the block is refused on this side, before anything is sent, naming the argument."""
    before = connection._pump.session.serial
    with pytest.raises(InvalidArgument, match=rf"\A{re.escape(argument)}: ") as caught:
        yield
    assert isinstance(caught.value, also), repr(caught.value)
    assert caught.value.code == Error.ERR_INVALID_ARG
    assert connection._pump.session.serial == before
