"""The host, and credentials that it asks for."""

from __future__ import annotations

from .._records import Record
from ._values import text_of

__all__ = ["CredentialRequest", "NodeInfo", "NodeSecurityModel"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

    from .._generated.constants import CredentialType


class NodeInfo(Record):
    """The host's processors and memory: `Connection.get_node_info()`."""

    __slots__ = ()
    memory: int
    """Memory of the host, in KiB."""
    model: str
    """Kind of CPU, such as x86_64."""
    cpus: int
    """CPUs that are online."""
    mhz: int
    """Clock rate of the CPUs, in MHz; 0 if unknown."""
    nodes: int
    """NUMA cells; 1 if the topology is irregular: `get_capabilities` has the real one."""
    sockets: int
    """CPU sockets per NUMA cell."""
    cores: int
    """Cores per socket."""
    threads: int
    """Threads per core."""

    @classmethod
    def _from_wire(cls, reply: tuple[Any, ...]) -> Self:
        model, memory, *counts = reply
        return cls._make((memory, text_of(model), *counts))


class NodeSecurityModel(Record):
    """The security driver that isolates guests on the host: `Connection.get_node_security_model()`."""

    __slots__ = ()
    model: str
    """Name of the security driver, such as selinux; "" or "none" if there is none."""
    doi: str
    """The domain of interpretation of its labels."""

    @classmethod
    def _from_wire(cls, reply: tuple[list[int], list[int]]) -> Self:
        model, doi = reply
        return cls._make((text_of(model), text_of(doi)))


class CredentialRequest(Record):
    """A credential that the daemon asks for; `connect`'s callback gets a list of these."""

    __slots__ = ()
    type: CredentialType
    """What is asked for (`Connection.CRED_*`)."""
    prompt: str
    """Text to show to a person."""
    challenge: str | None
    """What the answer is for, such as the host's name; set by the mechanism."""
    result: str | None
    """The default answer."""
