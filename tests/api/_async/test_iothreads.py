"""IOThreads of a guest that runs firmware only: in QEMU, in the definition, and as threads of the host."""

from __future__ import annotations

import pytest

from rig.guest import qmp
from rig.host import Host
from sysvirt import CpuSet
from sysvirt.aio import Connection, Domain
from sysvirt.errors import ArgumentUnsupported, InvalidArgument, OperationInvalid
from sysvirt.results import IOThreadInfo
from tests.conformance.recorder import Recorder

from ..refusals import not_sent, refused
from ..threads import allowed_cpus


def iothreads(host: Host, name: str) -> dict[str, dict[str, int]]:
    """What QEMU says of its IOThreads."""
    return {thread["id"]: thread for thread in qmp(host, name, "query-iothreads")}


async def test_of_a_running_guest(host: Host, conn: Connection, running: Domain, observed: Recorder) -> None:
    name = running.get_name()
    total, _, _ = await conn.get_node_cpu_map()
    assert await running.get_iothread_info() == []
    await running.add_iothread(3)
    await running.add_iothread(1, Domain.AFFECT_LIVE)
    threads = iothreads(host, name)
    assert set(threads) == {"iothread1", "iothread3"}
    observed("add_iothread", "QMP: query-iothreads; virsh dumpxml --inactive")
    assert "<iothread " not in host.definition(name)
    everywhere = CpuSet(range(total))
    assert await running.get_iothread_info() == [IOThreadInfo(3, everywhere), IOThreadInfo(1, everywhere)]

    await running.pin_iothread(3, [0])
    await running.pin_iothread(1, str(total - 1), Domain.AFFECT_LIVE)
    assert allowed_cpus(host, threads["iothread3"]["thread-id"]) == "0"
    assert allowed_cpus(host, threads["iothread1"]["thread-id"]) == str(total - 1)
    observed("pin_iothread", "/proc: Cpus_allowed_list of QEMU's thread; virsh dumpxml --inactive")
    info = await running.get_iothread_info(Domain.AFFECT_LIVE)
    assert [(thread.number, set(thread.affinity)) for thread in info] == [(3, {0}), (1, {total - 1})]
    assert len(bytes(info[0].affinity)) == (total + 7) // 8
    said = [line.split() for line in host.virsh("iothreadinfo", name).splitlines()]
    assert [(str(thread.number), str(thread.affinity)) for thread in info] == [tuple(line) for line in said]
    observed("get_iothread_info", "virsh iothreadinfo")

    figures = {
        Domain.IOTHREAD_PARAM_POLL_MAX_NS: 4096,
        Domain.IOTHREAD_PARAM_POLL_GROW: 3,
        Domain.IOTHREAD_PARAM_POLL_SHRINK: 4,
        Domain.IOTHREAD_PARAM_THREAD_POOL_MIN: 2,
        Domain.IOTHREAD_PARAM_THREAD_POOL_MAX: 5,
    }
    await running.set_iothread(3, figures)
    known = iothreads(host, name)["iothread3"]
    assert (known["poll-max-ns"], known["poll-grow"], known["poll-shrink"]) == (4096, 3, 4)
    assert qmp(host, name, "qom-get", path="/objects/iothread3", property="thread-pool-max") == 5
    ((_, stats),) = await conn.get_all_domain_stats(Domain.STATS_IOTHREAD, [running])
    assert stats["iothread.3.poll-max-ns"] == 4096
    weight = {Domain.IOTHREAD_PARAM_POLL_WEIGHT: 5}
    if host.suite == "forky":
        await running.set_iothread(3, weight, Domain.AFFECT_LIVE)
        assert iothreads(host, name)["iothread3"]["poll-weight"] == 5
    else:
        with refused(ArgumentUnsupported, "argument unsupported: parameter 'poll_weight' not supported"):
            await running.set_iothread(3, weight, Domain.AFFECT_LIVE)
    observed("set_iothread", "QMP: query-iothreads, qom-get thread-pool-max; virsh dumpxml --inactive")

    await running.del_iothread(3)
    assert set(iothreads(host, name)) == {"iothread1"}
    await running.del_iothread(1, Domain.AFFECT_LIVE)
    assert iothreads(host, name) == {}
    observed("del_iothread", "QMP: query-iothreads; virsh dumpxml --inactive")


async def test_of_the_definition(host: Host, dom: Domain, observed: Recorder) -> None:
    name = dom.get_name()

    await dom.add_iothread(2, Domain.AFFECT_CONFIG)
    await dom.add_iothread(7)  # a guest at rest has nothing else
    assert "<iothreads>2</iothreads>" in host.definition(name)
    assert "<iothread id='7'/>" in host.definition(name)
    observed("add_iothread", "QMP: query-iothreads; virsh dumpxml --inactive")
    await dom.pin_iothread(2, b"\x01", Domain.AFFECT_CONFIG)
    assert "<iothreadpin iothread='2' cpuset='0'/>" in host.definition(name)
    observed("pin_iothread", "/proc: Cpus_allowed_list of QEMU's thread; virsh dumpxml --inactive")
    info = await dom.get_iothread_info(Domain.AFFECT_CONFIG)
    assert [thread.number for thread in info] == [2, 7]
    assert info[0].affinity == {0}
    await dom.set_iothread(7, {"thread_pool_min": 1, "thread_pool_max": 3}, Domain.AFFECT_CONFIG)
    assert "<iothread id='7' thread_pool_min='1' thread_pool_max='3'/>" in host.definition(name)
    observed("set_iothread", "QMP: query-iothreads, qom-get thread-pool-max; virsh dumpxml --inactive")
    await dom.del_iothread(2, Domain.AFFECT_CONFIG)
    assert "<iothread id='2'" not in host.definition(name)
    observed("del_iothread", "QMP: query-iothreads; virsh dumpxml --inactive")
    with refused(OperationInvalid, "Requested operation is not valid: domain is not running"):
        await dom.get_iothread_info(Domain.AFFECT_LIVE)
    with refused(InvalidArgument, "invalid argument: an IOThread is already using iothread_id '7'"):
        await dom.add_iothread(7)
    with refused(InvalidArgument, "invalid argument: cannot find IOThread '2' in iothreadids list"):
        await dom.del_iothread(2)
    with refused(InvalidArgument, "invalid argument: iothreadid 2 not found"):
        await dom.pin_iothread(2, [0])


async def test_arguments(conn: Connection, dom: Domain) -> None:
    for wrong, also in ((0, ValueError), (-1, ValueError), (1 << 32, ValueError), ("1", TypeError)):
        with not_sent(conn, "iothread_id", also):
            await dom.add_iothread(wrong)  # type: ignore[arg-type]
        with not_sent(conn, "iothread_id", also):
            await dom.del_iothread(wrong)  # type: ignore[arg-type]
        with not_sent(conn, "iothread_id", also):
            await dom.pin_iothread(wrong, [0])  # type: ignore[arg-type]
        with not_sent(conn, "iothread_id", also):
            await dom.set_iothread(wrong, {"poll_grow": 1})  # type: ignore[arg-type]
    for mask in ([], "0-", [-1], b"\0"):
        with not_sent(conn, "mask"):
            await dom.pin_iothread(1, mask)
    with not_sent(conn, "mask", TypeError):
        await dom.pin_iothread(1, 0)  # type: ignore[arg-type]
    with not_sent(conn, "params"):
        await dom.set_iothread(1, {})
    with not_sent(conn, "params"):
        await dom.set_iothread(1, {"polls": 1})
    with not_sent(conn, "params['poll_grow']"):
        await dom.set_iothread(1, {"poll_grow": -1})
    with not_sent(conn, "params['poll_max_ns']", TypeError):
        await dom.set_iothread(1, {"poll_max_ns": 1.5})
    with not_sent(conn, "flags"):
        await dom.get_iothread_info(Domain.AFFECT_LIVE | Domain.AFFECT_CONFIG)
    with pytest.raises(TypeError):
        await dom.add_iothread(1, "live")  # type: ignore[arg-type]
