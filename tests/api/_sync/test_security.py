# Made by tools/unasync.py from tests/api/_async/test_security.py; do not edit.
"""How a guest is kept apart from others, and protected from its host."""

from __future__ import annotations

import re

from rig.host import Host
from sysvirt import Connection, Domain
from sysvirt.errors import InvalidArgument, OperationUnsupported
from sysvirt.results import SecurityLabel
from sysvirt.typedparams import TypedParam
from tests.conformance.recorder import Recorder

from ..refusals import not_sent, refused

NO_SEV = "Operation not supported: setting a launch secret is only supported in SEV-enabled domains"


def test_labels(host: Host, running: Domain, observed: Recorder) -> None:
    # These hosts have the two drivers that need nothing of the kernel.
    first, second = running.get_security_label_list()
    assert first == running.get_security_label() == SecurityLabel("none", "", False)
    assert second == SecurityLabel(model="dac", label="+0:+0", enforcing=False)
    xml = host.virsh("dumpxml", running.get_name())
    assert re.search(r"<seclabel type='dynamic' model='dac' .*>\s*<label>\+0:\+0</label>", xml)
    models = re.findall(r"<secmodel>\s*<model>(\w+)</model>", host.virsh("capabilities"))
    assert models == [first.model, second.model]
    observed("get_security_label_list", "virsh dumpxml: seclabel; virsh capabilities: secmodel")
    assert re.search(r"Security model: +none", host.virsh("dominfo", running.get_name()))
    observed("get_security_label", "virsh dominfo: the model; it gives no labels")

    running.destroy()
    assert running.get_security_label_list() == []
    assert running.get_security_label() == SecurityLabel("none", "", False)


def test_launch_security(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    # No guest can be defined that has any: libvirt asks the host's CPU whether it can.
    assert [*running.get_launch_security_info()] == []
    assert host.virsh("domlaunchsecinfo", running.get_name()) == ""
    observed("get_launch_security_info", "virsh domlaunchsecinfo: none without AMD SEV")

    secret: dict[str, str | int] = {
        Domain.LAUNCH_SECURITY_SEV_SECRET: "c2VjcmV0",
        Domain.LAUNCH_SECURITY_SEV_SECRET_HEADER: "aGVhZGVy",
    }
    whole = {**secret, Domain.LAUNCH_SECURITY_SEV_SECRET_SET_ADDRESS: 2**64 - 1}
    for params in (secret, whole):
        # The daemon looks at names and types first, and has found nothing wrong with these.
        with refused(OperationUnsupported, NO_SEV) as caught:
            running.set_launch_security_state(params)
        observed.refusal("set_launch_security_state", caught.value)
    wrong = TypedParam(Domain.LAUNCH_SECURITY_SEV_SECRET, "int", 1)
    with refused(InvalidArgument, "invalid argument: invalid type '.*' for parameter 'sev-secret', .*"):
        running.set_launch_security_state([wrong])
    with not_sent(conn, "params"):
        running.set_launch_security_state({})
    with not_sent(conn, "params"):
        running.set_launch_security_state({"sev-nothing": 1})
    with not_sent(conn, "params['sev-secret']", TypeError):
        running.set_launch_security_state({"sev-secret": 1})
