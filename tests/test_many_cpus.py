"""Hosts with more CPUs than one call may ask about."""

from __future__ import annotations

from typing import Any

import pytest

from sysvirt import Domain
from sysvirt.errors import InvalidArgument
from sysvirt.testing import FakeDaemon, ReceivedCall, connect, typed_params

GUEST = b"\0\0\0\4host" + bytes(16) + b"\0\0\0\1"


class Figures:
    """Answers as the daemon does on a host with so many CPUs, and keeps what it was asked."""

    def __init__(self, cpus: int) -> None:
        self.cpus = cpus
        self.asked: list[tuple[int, int]] = []

    def __call__(self, call: ReceivedCall) -> tuple[list[Any], int]:
        _, nparams, start, ncpus, _ = call.args
        self.asked.append((start, ncpus))
        if not ncpus:
            return [], self.cpus
        assert (nparams, ncpus <= 128) == (16, True)
        if start >= self.cpus:
            raise InvalidArgument(code=8, message=f"start_cpu {start} is too large")
        numbers = range(start, min(start + ncpus, self.cpus))
        return [param for cpu in numbers for param in typed_params({"cpu_time": cpu, "vcpu_time": 1})], 2


@pytest.mark.parametrize(
    ("start", "ncpus", "asked", "last"),
    [
        (0, 0, [(0, 0), (0, 128), (128, 128), (256, 44)], 299),
        (250, 0, [(0, 0), (250, 50)], 299),
        (0, 128, [(0, 128)], 127),
        (0, 129, [(0, 0), (0, 128), (128, 1)], 128),
        (100, 1 << 31, [(0, 0), (100, 128), (228, 72)], 299),
        (290, 128, [(290, 128)], 299),
    ],
)
def test_time_on_each(start: int, ncpus: int, asked: list[tuple[int, int]], last: int) -> None:
    figures = Figures(300)
    with (
        FakeDaemon({"DOMAIN_GET_CPU_STATS": figures, "DOMAIN_LOOKUP_BY_NAME": GUEST}) as daemon,
        connect(daemon) as conn,
    ):
        stats = conn.get_domain_by_name("host").get_cpu_stats(start, ncpus)
    assert stats == [{"cpu_time": cpu, "vcpu_time": 1} for cpu in range(start, last + 1)]
    assert figures.asked == asked


@pytest.mark.parametrize(("start", "ncpus"), [(256, 0), (256, 1), (300, 500)])
def test_beyond_the_last(start: int, ncpus: int) -> None:
    with (
        FakeDaemon({"DOMAIN_GET_CPU_STATS": Figures(256), "DOMAIN_LOOKUP_BY_NAME": GUEST}) as daemon,
        connect(daemon) as conn,
    ):
        dom = conn.get_domain_by_name("host")
        with pytest.raises(InvalidArgument, match="is too large"):
            dom.get_cpu_stats(start, ncpus)


VCPUS = """<domain><vcpus>
  <vcpu id='0' enabled='yes'/><vcpu id='1' enabled='no'/><vcpu id='2' enabled='yes'/>
</vcpus></domain>"""


@pytest.mark.parametrize("listed", [True, False])
def test_where_a_guest_may_run(listed: bool) -> None:
    """Maps of many bytes, one behind the other: as long as numbers of CPUs go, and for the virtual CPUs there are."""
    maps = b"\x01" + bytes(37) + bytes(38) + bytes(37) + b"\x08"

    def count(call: ReceivedCall) -> int:
        return 3 if call.args[1] & Domain.VCPU_MAXIMUM else 2

    handlers = {
        "NODE_GET_CPU_MAP": (b"", 0, 300),
        "DOMAIN_LOOKUP_BY_NAME": GUEST,
        "DOMAIN_GET_VCPUS_FLAGS": count,
        "DOMAIN_GET_VCPUS": ([(0, 1, 10, 7), (2, 9, 20, -1)], maps[:38] + maps[76:]),
        "DOMAIN_GET_VCPU_PIN_INFO": (maps, 3),
        "DOMAIN_GET_XML_DESC": VCPUS if listed else "<domain/>",
    }
    with FakeDaemon(handlers) as daemon, connect(daemon) as conn:
        dom = conn.get_domain_by_name("host")
        first, second = dom.get_vcpu_info()
        assert (first.number, first.cpu, first.cpu_time, first.state) == (0, 7, 10, Domain.VCPU_RUNNING)
        assert (second.number, second.cpu, second.state) == (2, Domain.VCPU_INFO_CPU_OFFLINE, 9)
        assert [set(vcpu.affinity) for vcpu in (first, second)] == [{0}, {299}]
        assert bytes(first.affinity) == maps[:38]
        pinned = dom.get_vcpu_info(Domain.AFFECT_LIVE)
        last = (2, {299}) if listed else (1, set[int]())
        assert [(vcpu.number, set(vcpu.affinity)) for vcpu in pinned] == [(0, {0}), last]
        assert daemon.wait_for("DOMAIN_GET_VCPUS").args[1:] == (3, 38)
        assert daemon.wait_for("DOMAIN_GET_VCPU_PIN_INFO").args[1:] == (3, 38, Domain.AFFECT_LIVE)


def test_a_driver_without_a_map_of_cpus() -> None:
    handlers = {
        "NODE_GET_INFO": ([0] * 32, 1 << 20, 300, 2000, 1, 2, 75, 2),
        "DOMAIN_LOOKUP_BY_NAME": GUEST,
        "DOMAIN_GET_EMULATOR_PIN_INFO": (b"\x01", 1),
    }
    with FakeDaemon(handlers) as daemon, connect(daemon) as conn:
        assert conn.get_domain_by_name("host").get_emulator_pin_info() == {0}
        assert daemon.wait_for("DOMAIN_GET_EMULATOR_PIN_INFO").args[1] == 38
