"""What a daemon says of a guest: its states, its XML, its jobs."""

from __future__ import annotations

from sysvirt import AgentUnresponsive, NoDomain, OperationInvalid
from tests.faults.conversation import GUEST

RUNNING, SHUTOFF = (1, 1), (5, 1)
GONE = NoDomain("Domain not found", domain=10)
NOT_RUNNING = OperationInvalid("domain is not running", domain=10)
NO_AGENT = AgentUnresponsive("QEMU guest agent is not connected", domain=10)
STOPPED_GUEST, NEXT_RUN = (*GUEST[:2], -1), (*GUEST[:2], 8)
NIC = "<interface type='user'><mac address='52:54:00:00:00:0a'/><target dev='vnet0'/><alias name='net0'/></interface>"
NO_JOB, JOB, COMPLETED_JOB = ((kind, *[0] * 11) for kind in (0, 2, 3))
NO_BLOCK_JOB, BLOCK_JOB, CAUGHT_UP = (0, 0, 0, 0, 0), (1, 2, 0, 5, 9), (1, 2, 0, 9, 9)
PULL = (1, 1, 0, 5, 9)


def guest_xml(*devices: str, run: int | None = 7) -> str:
    """As a guest's XML; `run` is the id that a running one has."""
    number = "" if run is None else f" id='{run}'"
    return f"<domain type='qemu'{number}><name>guest</name><devices>{''.join(devices)}</devices></domain>"


def disk(
    target: str = "vda", path: str = "/images/a.qcow2", alias: str = "virtio-disk0", mirror: str = ""
) -> str:
    return (
        f"<disk type='file'><source file='{path}' index='2'/>{mirror}<target dev='{target}' bus='virtio'/>"
        f"<backingStore type='file'><source file='/images/base.qcow2' index='3'/></backingStore>"
        f"<alias name='{alias}'/></disk>"
    )
