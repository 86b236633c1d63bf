"""What type checkers make of code that works with CPUs, IOThreads and jobs. Only checked, never run."""

from __future__ import annotations

from typing import assert_type

from sysvirt import (
    CpuSet,
    CPUStats,
    Domain,
    IOThreadInfo,
    JobInfo,
    JobStats,
    JobType,
    VcpuInfo,
    VcpuState,
    aio,
)


def blocking(dom: Domain) -> None:
    vcpu = dom.get_vcpu_info(Domain.AFFECT_LIVE)[0]
    assert_type(vcpu, VcpuInfo)
    assert_type(vcpu.state, VcpuState)
    assert_type(vcpu.affinity, CpuSet)
    assert_type(vcpu.cpu_time / 2, float)
    assert vcpu.cpu != Domain.VCPU_INFO_CPU_OFFLINE
    dom.pin_vcpu(vcpu.number, vcpu.affinity)
    dom.pin_vcpu(0, "0-3,^2", Domain.AFFECT_CONFIG)
    dom.pin_emulator(dom.get_emulator_pin_info() - {0}, Domain.AFFECT_LIVE | Domain.AFFECT_CONFIG)
    dom.set_vcpu([1], True, Domain.SETVCPU_ASYNC_UNPLUG | Domain.SETVCPU_AFFECT_LIVE)
    dom.set_vcpu([1], 0, Domain.AFFECT_CONFIG)
    dom.set_vcpu([1], True, Domain.VCPU_GUEST)  # type: ignore[arg-type]
    dom.set_guest_vcpus(CpuSet(dom.get_guest_vcpus()["offlinable"]), False)
    assert_type(dom.get_cpu_stats(0, 0), list[CPUStats])
    assert sum(cpu["cpu_time"] for cpu in dom.get_cpu_stats(0, 0)) > 0

    for thread in dom.get_iothread_info():
        assert_type(thread, IOThreadInfo)
        dom.pin_iothread(thread.number, thread.affinity & {0, 1})
        dom.set_iothread(thread.number, {Domain.IOTHREAD_PARAM_POLL_MAX_NS: 4096, "poll_grow": 2})
        dom.del_iothread(thread.number, Domain.AFFECT_LIVE)
    dom.add_iothread(1)

    info = dom.get_job_info()
    assert_type(info, JobInfo)
    if info.type == Domain.JOB_UNBOUNDED and info.data_processed / info.data_total < 0.5:
        dom.abort_job()
    kind, stats = dom.get_job_stats(Domain.JOB_STATS_COMPLETED | Domain.JOB_STATS_KEEP_COMPLETED)
    assert_type(kind, JobType)
    assert_type(stats, JobStats)
    if stats["operation"] == Domain.JOB_OPERATION_DUMP:
        assert stats["memory_total"] - stats["memory_processed"] > 0
    dom.abort_job(Domain.DOMAIN_ABORT_JOB_POSTCOPY)


async def asynchronous(dom: aio.Domain) -> None:
    for vcpu in await dom.get_vcpu_info():
        await dom.pin_vcpu(vcpu.number, vcpu.affinity)
    await dom.pin_emulator(await dom.get_emulator_pin_info())
    await dom.set_vcpu(range(1, 3), True)
    await dom.set_guest_vcpus((await dom.get_guest_vcpus())["online"], 1)
    assert_type(await dom.get_cpu_stats(-1, 1), list[CPUStats])
    for thread in await dom.get_iothread_info():
        await dom.pin_iothread(thread.number, thread.affinity)
        await dom.set_iothread(thread.number, {"thread_pool_max": 4})
        await dom.del_iothread(thread.number)
    await dom.add_iothread(1)
    assert_type(await dom.get_job_info(), JobInfo)
    assert_type(await dom.get_job_stats(), tuple[JobType, JobStats])
    await dom.abort_job()
