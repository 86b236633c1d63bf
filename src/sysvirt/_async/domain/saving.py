"""A guest's memory in files: save images and core dumps.

Paths are those of the daemon's host.
"""

from __future__ import annotations

from ... import _arguments as check
from ..._enums import pairs
from ..._generated.constants import SETS
from ..._protocol.table import remote
from ...errors import invalid_argument
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from ..._arguments import Path, Value
    from ..._generated.constants import (
        CoreDumpFormat,
        DomainCoreDumpFlags,
        DomainSaveImageXMLFlags,
        DomainSaveRestoreFlags,
    )


def save_parameters(
    argument: str, filename: Path | None, dxml: str | None, params: Mapping[str, Value]
) -> list[tuple[str, tuple[int, Value]]]:
    """The typed parameters of a save or restore; `argument` is what the file is called there."""
    found = dict(check.parameters("params", params, pairs(SETS["save"])))
    ...
    return found
