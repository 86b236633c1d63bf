"""Taking a running guest to another host."""

from __future__ import annotations

from ... import _arguments as check
from ..._protocol.table import remote
from ...errors import ArgumentUnsupported, NoSupport, OperationDenied, invalid_argument
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.constants import DomainMigrateFlags, DomainMigrateMaxSpeedFlags
    from ...typedparams import Params
    from ..connection import Connection
    from ..migration.request import Request
    from . import Domain

#: What a daemon is asked for: virDrvFeature.
_P2P, _DIRECT, _PROTECTION, _OFFLINE, _PARAMS = 4, 5, 7, 12, 13


class MigrationMethods(DomainBase):
    __slots__ = ()

    async def migrate(
        self, dconn: Connection, params: Params | None = None, flags: DomainMigrateFlags | Number = 0
    ) -> Domain:
        """Takes the guest to another host and returns it there; with `Domain.MIGRATE_LIVE` it runs meanwhile.

        dconn: a connection to the other host's daemon, of the same face as the guest's.
        params: `Domain.MIGRATE_PARAM_*`, at most 61. Without `MIGRATE_PARAM_URI` the other host says where it waits
            for the guest's memory, which needs a name that the guest's host can resolve.
        flags: `Domain.MIGRATE_*`. `MIGRATE_CHANGE_PROTECTION` is always on.

        It may take as long as it takes: the `timeout` of `connect` is not for it. At the end of a
        `with conn.timeout(...)` block of either connection, on Ctrl-C or when its task is cancelled, it is aborted, and
        `migrate` ends when the guest is where it was, or at the target if it was too late for that; after 30 seconds in
        any case. `CallTimeout` with `sent` "no" then says that the guest is where it was. It waits for other long calls
        of the guest, and for a place on both connections, without a limit.

        Raises what the daemons say when it fails: the guest is where it was then. Where post-copy has failed it needs
        both sides, and a note of the error says so. Only `MigrationUnfinished` says that it may be elsewhere, or is
        paused; `recover_migration` clears that up. `NoSupport` if a daemon is older than
        1.1.0; `OperationDenied` if a connection is read-only.

        The handle's id is -1 afterwards. [virDomainMigrate3]
        """
        from ..migration.request import Request

        check.expect("flags", flags, "DomainMigrateFlags")
        return await self._migrate(dconn, Request(params, flags))

    async def migrate2(
        self,
        dconn: Connection,
        dxml: str | None = None,
        flags: DomainMigrateFlags | Number = 0,
        dname: str | None = None,
        uri: str | None = None,
        bandwidth: int = 0,
    ) -> Domain:
        """As `migrate`, with some of its parameters as arguments.

        dxml: the guest's definition at the target. dname: its name there. uri: where its memory goes.
        bandwidth: the most to send in a second, in MiB; 0 for no limit.

        [virDomainMigrate2, virDomainMigrate3]
        """
        from ..migration.request import Request, older

        check.expect("flags", flags, "DomainMigrateFlags")
        return await self._migrate(dconn, Request(older(dxml, dname, uri, bandwidth), flags))

    async def _migrate(self, dconn: Connection, request: Request) -> Domain:
        from ..migration.managed import Managed
        from ..migration.sides import earliest_end
        from . import Domain

        self._must_be_another(dconn)
        if request.has(self.MIGRATE_PEER2PEER | self.MIGRATE_TUNNELLED):
            raise invalid_argument(
                "flags",
                "MIGRATE_PEER2PEER and MIGRATE_TUNNELLED are for migrate_to_uri, where the daemons do it all",
            )
        self._must_be_writable()
        self._must_be_usable(dconn)
        if request.has(self.MIGRATE_OFFLINE):
            await self._must_have(self._connection, _OFFLINE, "offline migration", "source")
            await self._must_have(dconn, _OFFLINE, "offline migration", "target")
        if request.has(self.MIGRATE_CHANGE_PROTECTION):
            await self._must_have(self._connection, _PROTECTION, "protection from changes", "source")
        for connection, side in (self._connection, "source"), (dconn, "target"):
            await self._must_be_new(connection, side)
        protects = await self._connection._call(remote.CONNECT_SUPPORTS_FEATURE, _PROTECTION)
        protection = self.MIGRATE_CHANGE_PROTECTION if protects else 0
        deadline = earliest_end(self._connection, dconn)
        ref = await Managed(self, dconn, request, protection).run(deadline)
        if not request.has(self.MIGRATE_OFFLINE):
            self._set_id(-1)
        return Domain(dconn, ref)

    async def migrate_to_uri(
        self, duri: str, params: Params | None = None, flags: DomainMigrateFlags | Number = 0
    ) -> None:
        """Has the guest's daemon take it to another host: `Domain.MIGRATE_PEER2PEER` has to be among the flags.

        duri: the URI of the other host's daemon, as the guest's daemon can use it.
        params, flags: as for `migrate`; here also `MIGRATE_TUNNELLED`, which sends the memory through the daemons.

        The daemon goes on with it when this client is gone. It is given up as `migrate` is, and raises the same errors.
        Without `MIGRATE_PEER2PEER` it raises `ArgumentUnsupported`: QEMU has no such migration.

        [virDomainMigrateToURI3]
        """
        from ..migration.request import Request

        check.expect("flags", flags, "DomainMigrateFlags")
        await self._migrate_to_uri("duri", duri, Request(params, flags))

    async def migrate_to_uri2(
        self,
        dconnuri: str,
        miguri: str | None = None,
        dxml: str | None = None,
        flags: DomainMigrateFlags | Number = 0,
        dname: str | None = None,
        bandwidth: int = 0,
    ) -> None:
        """As `migrate_to_uri`, with some of its parameters as arguments: see `migrate2`; miguri is its uri.

        [virDomainMigrateToURI2, virDomainMigrateToURI3]
        """
        from ..migration.request import Request, older

        check.expect("flags", flags, "DomainMigrateFlags")
        if miguri is not None:
            check.text("miguri", miguri)
        await self._migrate_to_uri(
            "dconnuri", dconnuri, Request(older(dxml, dname, miguri, bandwidth), flags)
        )

    async def _migrate_to_uri(self, argument: str, uri: str, request: Request) -> None:
        from ..migration.peer_to_peer import PeerToPeer
        from ..migration.request import other_host

        peer_to_peer = request.has(self.MIGRATE_PEER2PEER)
        if peer_to_peer:
            other_host(argument, uri)
        self._must_be_writable()
        if request.has(self.MIGRATE_OFFLINE):
            await self._must_have(self._connection, _OFFLINE, "offline migration", "source")
        if not peer_to_peer:
            await self._must_have(self._connection, _DIRECT, "direct migration", "source")
            raise NoSupport("direct migration, without MIGRATE_PEER2PEER, is not available")
        await self._must_have(self._connection, _P2P, "peer-to-peer migration", "source")
        await self._must_be_new(self._connection, "source")
        await PeerToPeer(self, uri, request).run(self._connection._deadline("long"))
        if not request.has(self.MIGRATE_OFFLINE):
            self._set_id(-1)

    async def recover_migration(self, dconn: Connection) -> Domain:
        """Clears up a migration that was left in the middle, so that the guest is on one side; the guest there.

        For a migration that has raised `MigrationUnfinished`, or whose client has ended. It looks at both sides. A
        guest that waits at the target for memory that will not come is ended. If the guest has come to the target,
        what was left of it at the source, paused, is ended; if it has not, it goes on at the source.

        Raises `OperationInvalid` while a migration goes on, and `MigrationUnfinished` if the guest runs on neither
        side, on both, or is in post-copy: that is for a person to decide.

        dconn: a connection to the host that the guest was to go to.

        [virDomainGetState, virDomainResume, virDomainDestroy]
        """
        from ..migration.recovery import recover
        from . import Domain

        self._must_be_another(dconn)
        self._must_be_writable()
        self._must_be_usable(dconn)
        ref = await recover(self, dconn)
        if ref is None:
            found: Domain = self  # type: ignore[assignment]  # of which this is a part
            return found
        self._set_id(-1)
        return Domain(dconn, ref)

    def _must_be_another(self, dconn: Connection) -> None:
        from ..connection import Connection

        check.handle("dconn", dconn, Connection)
        if dconn is self._connection:
            raise invalid_argument("dconn", "a connection to another host was expected, not the guest's own")

    def _must_be_writable(self) -> None:
        if self._connection._options.readonly:
            raise OperationDenied("the guest's connection is read-only")

    def _must_be_usable(self, dconn: Connection) -> None:
        """Before anything is sent to the source."""
        if dconn._options.readonly:
            raise OperationDenied("dconn: this connection is read-only")
        dconn._channel.pump.check_here()
        dconn._channel.session.check()

    async def _must_have(self, connection: Connection, feature: int, what: str, side: str) -> None:
        if not await connection._call(remote.CONNECT_SUPPORTS_FEATURE, feature):
            raise ArgumentUnsupported(f"{what} is not supported by the {side}'s daemon")

    async def _must_be_new(self, connection: Connection, side: str) -> None:
        if not await connection._call(remote.CONNECT_SUPPORTS_FEATURE, _PARAMS):
            raise NoSupport(f"the {side}'s daemon is too old for migrations by this client")

    async def migrate_set_max_downtime(self, downtime: int, flags: Number = 0) -> None:
        """Sets how long the guest may stand still at the end of a migration, in milliseconds.

        Raises `OperationInvalid` for a guest that does not run. [virDomainMigrateSetMaxDowntime]
        """
        await self._connection._call(remote.DOMAIN_MIGRATE_SET_MAX_DOWNTIME, self._ref, downtime, flags)

    async def migrate_get_max_downtime(self, flags: Number = 0) -> int:
        """How long the guest may stand still at the end of a migration, in milliseconds.

        Raises `OperationInvalid` for a guest that does not run. [virDomainMigrateGetMaxDowntime]
        """
        return await self._connection._call(remote.DOMAIN_MIGRATE_GET_MAX_DOWNTIME, self._ref, flags)

    async def migrate_set_max_speed(
        self, bandwidth: int, flags: DomainMigrateMaxSpeedFlags | Number = 0
    ) -> None:
        """Sets how much of the guest's memory may be sent in a second, in MiB, now and in later migrations.

        With `Domain.MIGRATE_MAX_SPEED_POSTCOPY` after the switch to post-copy. [virDomainMigrateSetMaxSpeed]
        """
        await self._connection._call(remote.DOMAIN_MIGRATE_SET_MAX_SPEED, self._ref, bandwidth, flags)

    async def migrate_get_max_speed(self, flags: DomainMigrateMaxSpeedFlags | Number = 0) -> int:
        """How much of the guest's memory may be sent in a second, in MiB; flags as for `migrate_set_max_speed`.

        [virDomainMigrateGetMaxSpeed]
        """
        return await self._connection._call(remote.DOMAIN_MIGRATE_GET_MAX_SPEED, self._ref, flags)

    async def migrate_set_compression_cache(self, cache_size: int, flags: Number = 0) -> None:
        """Sets the size of the cache by which pages that were sent before are compressed, in bytes.

        Raises `OperationInvalid` for a guest that does not run. [virDomainMigrateSetCompressionCache]
        """
        await self._connection._call(
            remote.DOMAIN_MIGRATE_SET_COMPRESSION_CACHE, self._ref, cache_size, flags
        )

    async def migrate_get_compression_cache(self, flags: Number = 0) -> int:
        """The size of the cache of `migrate_set_compression_cache`, in bytes. [virDomainMigrateGetCompressionCache]"""
        return await self._connection._call(remote.DOMAIN_MIGRATE_GET_COMPRESSION_CACHE, self._ref, flags)

    async def migrate_start_post_copy(self, flags: Number = 0) -> None:
        """Has the guest go on at the target at once, and its memory follow: of a migration with `MIGRATE_POSTCOPY`.

        Raises `OperationInvalid` where none is in progress. [virDomainMigrateStartPostCopy]
        """
        await self._connection._call(remote.DOMAIN_MIGRATE_START_POST_COPY, self._ref, flags)
