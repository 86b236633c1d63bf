"""Every procedure by name (`remote.DOMAIN_GET_INFO`) and by number, made when first asked for."""

from __future__ import annotations

from .._generated.schema import PROCEDURES, PROGRAMS
from .procedure import Procedure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Program:
    def __init__(self, name: str) -> None:
        self._name = name
        self._names: dict[int, str] = {}
        self._exact: dict[str, Procedure[..., Any]] = {}

    def __getattr__(self, name: str) -> Procedure[..., Any]:
        # Reached only for what is not in the instance yet.
        if name not in PROCEDURES[self._name]:
            raise AttributeError(f"the {self._name} program has no procedure {name!r}")
        procedure = self._make(name)
        setattr(self, name, procedure)
        return procedure

    def _make(self, name: str) -> Procedure[..., Any]:
        return Procedure(PROGRAMS[self._name], self._name, name, PROCEDURES[self._name][name])

    def exact(self, procedure: Procedure[..., Any]) -> Procedure[..., tuple[Any, ...]]:
        """The same procedure with `decode_reply_exact` for its replies: typed parameters keep their types."""
        exact = self._exact.get(procedure.name)
        if exact is None:
            exact = self._make(procedure.name)
            exact.decode_reply = exact.decode_reply_exact
            self._exact[procedure.name] = exact
        return exact

    def by_number(self, number: int) -> Procedure[..., Any] | None:
        """The procedure with this number, or None for one this release does not know."""
        if not self._names:
            self._names = {int(row.split(" ", 1)[0]): name for name, row in PROCEDURES[self._name].items()}
        name = self._names.get(number)
        return None if name is None else getattr(self, name)  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[Procedure[..., Any]]:
        return (getattr(self, name) for name in PROCEDURES[self._name])


remote = Program("remote")
qemu = Program("qemu")
lxc = Program("lxc")
keepalive = Program("keepalive")

_BY_NUMBER = {
    PROGRAMS[name][0]: program
    for name, program in (("remote", remote), ("qemu", qemu), ("lxc", lxc), ("keepalive", keepalive))
}


def find(program: int, number: int) -> Procedure[..., Any] | None:
    """The procedure of these numbers, or None for one this release does not know."""
    of = _BY_NUMBER.get(program)
    return None if of is None else of.by_number(number)
