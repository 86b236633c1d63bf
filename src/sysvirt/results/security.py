"""How a guest is kept apart and protected."""

from __future__ import annotations

from .._records import Record
from ._values import text_of

__all__ = ["SecurityLabel"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self


class SecurityLabel(Record):
    """What keeps a guest apart: `Domain.get_security_label()`, one entry of `get_security_label_list()`."""

    __slots__ = ()
    model: str
    """Name of the security driver, such as selinux or dac."""
    label: str
    """The label that the guest's process has; "" where the driver gives it none."""
    enforcing: bool
    """Whether the driver prevents what it forbids, and does not only log it."""

    @classmethod
    def _from_wire(cls, model: str, reply: tuple[Any, ...]) -> Self:
        label, enforcing = reply
        return cls._make((model, text_of(label), bool(enforcing)))
