# Made by tools/unasync.py from src/sysvirt/_async/connecting/unverified.py; do not edit.
"""What is told of a host that nobody has verified."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...uri import URI


def warn(what: str, where: URI) -> None:
    """what: by what it would have been verified."""
    import logging

    text = "the %s of the host %s is not verified: somebody else may answer in its place"
    logging.getLogger("sysvirt.connect").warning(text, what, where.host)
