"""What a snapshot and a checkpoint share: each belongs to a guest and is known by its name there."""

from __future__ import annotations

from .handle import Handle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .connection import Connection
    from .domain import Domain


class DomainObject(Handle):
    __slots__ = ("_domain",)

    def __init__(self, domain: Domain, ref: bytes) -> None:
        self._domain = domain
        self._ref = ref

    def get_domain(self) -> Domain:
        """The guest this belongs to; without a round trip."""
        return self._domain

    def get_connection(self) -> Connection:
        """The connection this handle belongs to."""
        return self._domain._connection

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self._domain == other._domain and self.get_name() == other.get_name()

    def __hash__(self) -> int:
        return hash((self._domain, self.get_name()))

    def __repr__(self) -> str:
        kind = type(self)
        return f"<{kind.__module__}.{kind.__name__} {self.get_name()!r} of {self._domain.get_name()!r}>"
