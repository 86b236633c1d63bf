"""A guest's security labels, and its protection from the host."""

from __future__ import annotations

from ... import typedparams
from ..._protocol.table import remote
from ...errors import invalid_argument
from ...results.security import SecurityLabel
from .base import DomainBase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..._arguments import Number
    from ..._generated.dicts import LaunchSecurityInfo
    from ...typedparams import Params


class SecurityMethods(DomainBase):
    __slots__ = ()

    async def get_security_label(self) -> SecurityLabel:
        """The running guest's label from the host's first security driver; "" when it is not running.

        Asking for the driver's name is a second call. [virDomainGetSecurityLabel, virNodeGetSecurityModel]
        """
        host = await self._connection.get_node_security_model()
        label = await self._connection._call(remote.DOMAIN_GET_SECURITY_LABEL, self._ref)
        return SecurityLabel._from_wire(host.model, label)

    async def get_security_label_list(self) -> list[SecurityLabel]:
        """The guest's label from each of the host's security drivers; empty when it is not running.

        Asking for the drivers' names is a second call. [virDomainGetSecurityLabelList, virConnectGetCapabilities]
        """
        labels, _ = await self._connection._call(remote.DOMAIN_GET_SECURITY_LABEL_LIST, self._ref)
        if not labels:
            return []
        capabilities = await self._connection.get_capabilities()
        # Labels come without names, in the order in which the capabilities list the drivers.
        models = [
            driver.partition("<model>")[2].partition("</model>")[0]
            for driver in capabilities.split("<secmodel>")[1:]
        ]
        return [SecurityLabel._from_wire(model, label) for model, label in zip(models, labels, strict=True)]

    async def get_launch_security_info(self, flags: Number = 0) -> LaunchSecurityInfo:
        """The launch measurement and policy of a running guest with protected memory; empty for others.

        [virDomainGetLaunchSecurityInfo]
        """
        info = await self._connection._call(remote.DOMAIN_GET_LAUNCH_SECURITY_INFO, self._ref, flags)
        return info  # type: ignore[return-value]  # noqa: RET504

    async def set_launch_security_state(self, params: Params, flags: Number = 0) -> None:
        """Puts a secret into the memory of a paused guest that AMD SEV protects.

        `params` are `Domain.LAUNCH_SECURITY_SEV_SECRET*`: the secret and its header, as base64, and its address in the
        guest. [virDomainSetLaunchSecurityState]
        """
        known = typedparams.kinds("launch_security_state")
        sent = typedparams.encode("params", params, known)
        if not sent:
            raise invalid_argument("params", "at least one parameter was expected")
        await self._connection._call(remote.DOMAIN_SET_LAUNCH_SECURITY_STATE, self._ref, sent, flags)
