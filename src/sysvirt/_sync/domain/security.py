# Made by tools/unasync.py from src/sysvirt/_async/domain/security.py; do not edit.
"""How a guest is kept apart from others, and protected from its host."""

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

    def get_security_label(self) -> SecurityLabel:
        """What the host's first security driver has labelled the running guest with; "" when it is not running.

        The driver's name takes a call of its own. [virDomainGetSecurityLabel, virNodeGetSecurityModel]
        """
        host = self._connection.get_node_security_model()
        label = self._connection._call(remote.DOMAIN_GET_SECURITY_LABEL, self._ref)
        return SecurityLabel._from_wire(host.model, label)

    def get_security_label_list(self) -> list[SecurityLabel]:
        """What each of the host's security drivers has labelled the guest with; empty when it is not running.

        The drivers' names take a call of their own. [virDomainGetSecurityLabelList, virConnectGetCapabilities]
        """
        labels, _ = self._connection._call(remote.DOMAIN_GET_SECURITY_LABEL_LIST, self._ref)
        if not labels:
            return []
        capabilities = self._connection.get_capabilities()
        # Labels come without names, in the order in which the capabilities list the drivers.
        models = [
            driver.partition("<model>")[2].partition("</model>")[0]
            for driver in capabilities.split("<secmodel>")[1:]
        ]
        return [SecurityLabel._from_wire(model, label) for model, label in zip(models, labels, strict=True)]

    def get_launch_security_info(self, flags: Number = 0) -> LaunchSecurityInfo:
        """What a running guest with protected memory was started with; empty for others.

        [virDomainGetLaunchSecurityInfo]
        """
        info = self._connection._call(remote.DOMAIN_GET_LAUNCH_SECURITY_INFO, self._ref, flags)
        return info  # type: ignore[return-value]  # noqa: RET504

    def set_launch_security_state(self, params: Params, flags: Number = 0) -> None:
        """Puts a secret into the memory of a paused guest that AMD SEV protects.

        `params` are `Domain.LAUNCH_SECURITY_SEV_SECRET*`: the secret and its header, as base64, and where in the
        guest it goes. [virDomainSetLaunchSecurityState]
        """
        known = typedparams.kinds("launch_security_state")
        sent = typedparams.encode("params", params, known)
        if not sent:
            raise invalid_argument("params", "at least one parameter was expected")
        self._connection._call(remote.DOMAIN_SET_LAUNCH_SECURITY_STATE, self._ref, sent, flags)
