# Made by tools/unasync.py from src/sysvirt/_async/domain/descriptors.py; do not edit.
"""Open files that are passed to a guest as descriptors: over unix sockets only."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol.table import remote
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..._arguments import Number
    from ..._generated.constants import DomainCreateFlags, DomainFDAssociateFlags


class DescriptorMethods(DomainBase):
    __slots__ = ()

    def create_with_files(self, fds: Iterable[int], flags: DomainCreateFlags | Number = 0) -> None:
        """As `create`, with open files for the guest's first process: its descriptors from 3 on.

        For containers only; QEMU's driver refuses it. The caller still owns its descriptors, and closes them. Works
        over unix sockets only. [virDomainCreateWithFiles]
        """
        connection = self._connection
        connection._must_carry_fds("create_with_files")
        given = check.descriptors("fds", fds)
        ref = connection._call_passing_fds(given, remote.DOMAIN_CREATE_WITH_FILES, self._ref, flags)
        self._set_id(int.from_bytes(ref[-4:], "big", signed=True))

    def fd_associate(
        self, name: str, fds: Iterable[int], flags: DomainFDAssociateFlags | Number = 0
    ) -> None:
        """Passes open files to the guest under a name, for `<source file='...' fdgroup='NAME'>` of its disks.

        Call it before the guest is started, or the disk attached. The daemon keeps the files until this connection is
        closed; pass them again over a new connection. With `Domain.FD_ASSOCIATE_SECLABEL_RESTORE` their security labels
        are restored after use, with `FD_ASSOCIATE_SECLABEL_WRITABLE` the guest may write. Daemons from 9.0 on; works
        over unix sockets only. [virDomainFDAssociate]
        """
        connection = self._connection
        connection._must_carry_fds("fd_associate")
        given = check.descriptors("fds", fds)
        connection._call_passing_fds(
            given, remote.DOMAIN_FD_ASSOCIATE, self._ref, check.text("name", name), flags
        )
