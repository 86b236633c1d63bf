"""How a guest is isolated."""

from __future__ import annotations

from .._records import Record
from ._values import text_of

__all__ = ["SecurityLabel"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self


class SecurityLabel(Record):
    """The security label of a guest: `Domain.get_security_label()`, an entry of `get_security_label_list()`."""

    __slots__ = ()
    model: str
    """Name of the security driver, such as selinux or dac."""
    label: str
    """The label of the guest's process; "" if the driver gives it none."""
    enforcing: bool
    """True if the driver blocks what is forbidden, False if it only logs it."""

    @classmethod
    def _from_wire(cls, model: str, reply: tuple[Any, ...]) -> Self:
        label, enforcing = reply
        return cls._make((model, text_of(label), bool(enforcing)))
