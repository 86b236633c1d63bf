# Made by tools/unasync.py from tests/api/_async/test_lifecycle_actions.py; do not edit.
"""What becomes of a guest when its system ends."""

from __future__ import annotations

import re
import subprocess
from contextlib import suppress

from rig.guest import console_text
from rig.host import Host
from rig.wait import until
from sysvirt import Domain
from sysvirt.errors import ConfigUnsupported, InvalidArgument, OperationInvalid
from tests.conformance.recorder import Recorder

from ..refusals import refused


def actions(host: Host, name: str, *options: str) -> list[str]:
    """On poweroff, on reboot, on crash."""
    return re.findall(r"<on_\w+>(.*)</on_", host.virsh("dumpxml", name, *options))


def test_live(host: Host, running: Domain, observed: Recorder) -> None:
    name = running.get_name()
    assert actions(host, name) == ["destroy", "restart", "destroy"]
    running.set_lifecycle_action(
        Domain.LIFECYCLE_REBOOT, Domain.LIFECYCLE_ACTION_DESTROY, Domain.AFFECT_LIVE
    )
    assert actions(host, name) == ["destroy", "destroy", "destroy"]
    assert actions(host, name, "--inactive") == ["destroy", "restart", "destroy"]
    until(lambda: "SeaBIOS" in console_text(host, name), "the firmware runs")
    with suppress(subprocess.CalledProcessError):  # QEMU may end before it has answered
        host.virsh("reset", name)
    until(lambda: host.virsh("domstate", name, "--reason") == "shut off (shutdown)", "a reset ends it")
    observed("set_lifecycle_action", "virsh dumpxml; a guest that reboots ends")
    with refused(OperationInvalid, "Requested operation is not valid: domain is not running"):
        running.set_lifecycle_action(
            Domain.LIFECYCLE_REBOOT, Domain.LIFECYCLE_ACTION_RESTART, Domain.AFFECT_LIVE
        )


def test_config(host: Host, dom: Domain, observed: Recorder) -> None:
    name = dom.get_name()
    # Destroying on reboot and restarting on power off at once is refused, hence the order.
    for kind, action, expected in (
        (Domain.LIFECYCLE_POWEROFF, Domain.LIFECYCLE_ACTION_RESTART, ["restart", "restart", "destroy"]),
        (Domain.LIFECYCLE_POWEROFF, Domain.LIFECYCLE_ACTION_DESTROY, ["destroy", "restart", "destroy"]),
        (Domain.LIFECYCLE_REBOOT, Domain.LIFECYCLE_ACTION_DESTROY, ["destroy", "destroy", "destroy"]),
        (Domain.LIFECYCLE_REBOOT, Domain.LIFECYCLE_ACTION_RESTART, ["destroy", "restart", "destroy"]),
        (Domain.LIFECYCLE_CRASH, Domain.LIFECYCLE_ACTION_RESTART, ["destroy", "restart", "restart"]),
        (Domain.LIFECYCLE_CRASH, Domain.LIFECYCLE_ACTION_PRESERVE, ["destroy", "restart", "preserve"]),
        (
            Domain.LIFECYCLE_CRASH,
            Domain.LIFECYCLE_ACTION_COREDUMP_DESTROY,
            ["destroy", "restart", "coredump-destroy"],
        ),
        (
            Domain.LIFECYCLE_CRASH,
            Domain.LIFECYCLE_ACTION_COREDUMP_RESTART,
            ["destroy", "restart", "coredump-restart"],
        ),
    ):
        dom.set_lifecycle_action(kind, action)
        assert actions(host, name) == expected
    observed("set_lifecycle_action", "virsh dumpxml")

    if host.suite == "bookworm":
        with refused(InvalidArgument, "invalid argument: invalid lifecycle action '6'"):
            dom.set_lifecycle_action(Domain.LIFECYCLE_CRASH, Domain.LIFECYCLE_ACTION_PRESERVE_RUNNING)
    else:
        dom.set_lifecycle_action(
            Domain.LIFECYCLE_CRASH, Domain.LIFECYCLE_ACTION_PRESERVE_RUNNING, Domain.AFFECT_CONFIG
        )
        assert actions(host, name) == ["destroy", "restart", "preserve-running"]
    with refused(
        ConfigUnsupported, "unsupported configuration: .* doesn't support the 'rename-restart' action .*"
    ):
        dom.set_lifecycle_action(Domain.LIFECYCLE_POWEROFF, Domain.LIFECYCLE_ACTION_RESTART_RENAME)
    with refused(InvalidArgument, "invalid argument: invalid lifecycle type '7'"):
        dom.set_lifecycle_action(7, Domain.LIFECYCLE_ACTION_DESTROY)
