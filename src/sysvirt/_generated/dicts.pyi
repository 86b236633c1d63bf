# ruff: noqa: E501
# fmt: off
"""libvirt's constants, as types of the dicts that methods return.

Made by tools/generate.py from spec/, whose facts tools/import_spec.py took from libvirt 12.8.0.
Never edit this file; to make it again: python tools/generate.py
"""

# pyright: reportIncompatibleMethodOverride=false

from typing import Any, Literal, TypeAlias, TypedDict, TypeVar, overload

__all__ = [
    "BlkioParameters",
    "BlockIOTune",
    "CPUStats",
    "DomainStats",
    "GuestInfo",
    "IOThreadParameters",
    "InterfaceParameters",
    "JobStats",
    "LaunchSecurityInfo",
    "MemoryParameters",
    "NodeCPUStats",
    "NodeMemoryStats",
    "NumaParameters",
    "PerfEvents",
    "SchedulerParameters",
    "Tunables",
]

T = TypeVar("T")

SchedulerParameters = TypedDict(
    "SchedulerParameters",
    {
        "cap": int,
        "cpu_shares": int,
        "limit": int,
        "reservation": int,
        "shares": int,
        "vcpu_period": int,
        "vcpu_quota": int,
        "global_period": int,
        "global_quota": int,
        "weight": int,
        "emulator_period": int,
        "emulator_quota": int,
        "iothread_period": int,
        "iothread_quota": int,
    },
)
"""A guest's share of the host's CPUs: `Domain.get_scheduler_parameters()`.

QEMU and LXC have `cpu_shares` (weight), and periods and quotas in microseconds: for one virtual CPU (`vcpu_`), for the
guest as a whole (`global_`), for the emulator and for each IOThread. A quota below 0 is no limit.
"""

MemoryParameters = TypedDict(
    "MemoryParameters",
    {
        "hard_limit": int,
        "soft_limit": int,
        "min_guarantee": int,
        "swap_hard_limit": int,
    },
)
"""Limits of the memory that a guest's processes may use on the host, in KiB: `Domain.get_memory_parameters()`.

`Domain.MEMORY_PARAM_UNLIMITED` is no limit.
"""

BlkioParameters = TypedDict(
    "BlkioParameters",
    {
        "weight": int,
        "device_weight": str,
        "device_read_bytes_sec": str,
        "device_read_iops_sec": str,
        "device_write_bytes_sec": str,
        "device_write_iops_sec": str,
    },
)
"""A guest's share of the host's disk I/O: `Domain.get_blkio_parameters()`.

`weight` is from 100 to 1000 (10 to 1000 with newer kernels); the others are text of the form "/dev/sda,500,/dev/sdb,300": a
host's device and its value each time.
"""

BlockIOTune = TypedDict(
    "BlockIOTune",
    {
        "total_bytes_sec": int,
        "read_bytes_sec": int,
        "write_bytes_sec": int,
        "total_iops_sec": int,
        "read_iops_sec": int,
        "write_iops_sec": int,
        "total_bytes_sec_max": int,
        "read_bytes_sec_max": int,
        "write_bytes_sec_max": int,
        "total_iops_sec_max": int,
        "read_iops_sec_max": int,
        "write_iops_sec_max": int,
        "size_iops_sec": int,
        "group_name": str,
        "total_bytes_sec_max_length": int,
        "read_bytes_sec_max_length": int,
        "write_bytes_sec_max_length": int,
        "total_iops_sec_max_length": int,
        "read_iops_sec_max_length": int,
        "write_iops_sec_max_length": int,
    },
)
"""Limits of the reads and writes of one disk, or of a throttle group: `Domain.get_block_iotune()`.

Bytes or requests per second, 0 for no limit; `_max` is the limit of a burst, `_max_length` for how many seconds one may
last. A limit of the total and one of reads or writes exclude each other. `size_iops_sec`: bytes that count as one request.
"""

InterfaceParameters = TypedDict(
    "InterfaceParameters",
    {
        "inbound.average": int,
        "inbound.peak": int,
        "inbound.burst": int,
        "inbound.floor": int,
        "outbound.average": int,
        "outbound.peak": int,
        "outbound.burst": int,
    },
)
"""Limits of the traffic of one network interface: `Domain.get_interface_parameters()`.

`average`, `peak` and `floor` in KiB per second, `burst` in KiB; 0 where there is no limit. Inbound is what the guest
receives.
"""

NumaParameters = TypedDict(
    "NumaParameters",
    {
        "numa_mode": int,
        "numa_nodeset": str,
    },
)
"""The NUMA nodes of the host that a guest's memory is on: `Domain.get_numa_parameters()`.

`numa_mode` is one of `Domain.NUMATUNE_MEM_*`; `numa_nodeset` text such as "0-1".
"""

PerfEvents = TypedDict(
    "PerfEvents",
    {
        "cmt": bool,
        "mbml": bool,
        "mbmt": bool,
        "cache_misses": bool,
        "cache_references": bool,
        "cpu_cycles": bool,
        "instructions": bool,
        "branch_instructions": bool,
        "branch_misses": bool,
        "bus_cycles": bool,
        "stalled_cycles_frontend": bool,
        "stalled_cycles_backend": bool,
        "ref_cpu_cycles": bool,
        "cpu_clock": bool,
        "task_clock": bool,
        "page_faults": bool,
        "context_switches": bool,
        "cpu_migrations": bool,
        "page_faults_min": bool,
        "page_faults_maj": bool,
        "alignment_faults": bool,
        "emulation_faults": bool,
    },
)
"""The performance events of a guest that are counted: `Domain.get_perf_events()`.
"""

IOThreadParameters = TypedDict(
    "IOThreadParameters",
    {
        "poll_max_ns": int,
        "poll_grow": int,
        "poll_shrink": int,
        "poll_weight": int,
        "thread_pool_min": int,
        "thread_pool_max": int,
    },
)
"""The parameters of an IOThread: `Domain.set_iothread()`.

How long it polls before it sleeps (`poll_max_ns`, in nanoseconds, 0 for not at all), and the factors by which that grows and
shrinks; how many threads it has for blocking work.
"""

LaunchSecurityInfo = TypedDict(
    "LaunchSecurityInfo",
    {
        "sev-measurement": str,
        "sev-api-major": int,
        "sev-api-minor": int,
        "sev-build-id": int,
        "sev-policy": int,
        "sev-snp-policy": int,
    },
)
"""The launch measurement and policy of a guest with protected memory: `Domain.get_launch_security_info()`.
"""

JobStats = TypedDict(
    "JobStats",
    {
        "time_elapsed": int,
        "time_elapsed_net": int,
        "time_remaining": int,
        "data_total": int,
        "data_processed": int,
        "data_remaining": int,
        "memory_total": int,
        "memory_processed": int,
        "memory_remaining": int,
        "memory_constant": int,
        "memory_normal": int,
        "memory_normal_bytes": int,
        "memory_bps": int,
        "memory_dirty_rate": int,
        "memory_iteration": int,
        "disk_total": int,
        "disk_processed": int,
        "disk_remaining": int,
        "disk_bps": int,
        "compression_cache": int,
        "compression_bytes": int,
        "compression_pages": int,
        "compression_cache_misses": int,
        "compression_overflow": int,
        "downtime": int,
        "downtime_net": int,
        "setup_time": int,
        "memory_page_size": int,
        "memory_postcopy_requests": int,
        "auto_converge_throttle": int,
        "operation": int,
        "success": bool,
        "disk_temp_total": int,
        "disk_temp_used": int,
        "errmsg": str,
        "vfio_data_transferred": int,
    },
)
"""The figures of a guest's job, the second result of `Domain.get_job_stats()`.

Times in milliseconds, sizes in bytes, speeds in bytes per second, `disk_bps` and `memory_bps` too; `compression_*` and others are for
migrations only.
"""

_DomainStats_int: TypeAlias = Literal[
    "balloon.current",
    "balloon.maximum",
    "balloon.swap_in",
    "balloon.swap_out",
    "balloon.major_fault",
    "balloon.minor_fault",
    "balloon.unused",
    "balloon.available",
    "balloon.rss",
    "balloon.usable",
    "balloon.last-update",
    "balloon.disk_caches",
    "balloon.hugetlb_pgalloc",
    "balloon.hugetlb_pgfail",
    "block.count",
    "block.0.backingIndex", "block.1.backingIndex", "block.2.backingIndex", "block.3.backingIndex", "block.4.backingIndex", "block.5.backingIndex", "block.6.backingIndex", "block.7.backingIndex", "block.8.backingIndex", "block.9.backingIndex",
    "block.0.rd.reqs", "block.1.rd.reqs", "block.2.rd.reqs", "block.3.rd.reqs", "block.4.rd.reqs", "block.5.rd.reqs", "block.6.rd.reqs", "block.7.rd.reqs", "block.8.rd.reqs", "block.9.rd.reqs",
    "block.0.rd.bytes", "block.1.rd.bytes", "block.2.rd.bytes", "block.3.rd.bytes", "block.4.rd.bytes", "block.5.rd.bytes", "block.6.rd.bytes", "block.7.rd.bytes", "block.8.rd.bytes", "block.9.rd.bytes",
    "block.0.rd.times", "block.1.rd.times", "block.2.rd.times", "block.3.rd.times", "block.4.rd.times", "block.5.rd.times", "block.6.rd.times", "block.7.rd.times", "block.8.rd.times", "block.9.rd.times",
    "block.0.wr.reqs", "block.1.wr.reqs", "block.2.wr.reqs", "block.3.wr.reqs", "block.4.wr.reqs", "block.5.wr.reqs", "block.6.wr.reqs", "block.7.wr.reqs", "block.8.wr.reqs", "block.9.wr.reqs",
    "block.0.wr.bytes", "block.1.wr.bytes", "block.2.wr.bytes", "block.3.wr.bytes", "block.4.wr.bytes", "block.5.wr.bytes", "block.6.wr.bytes", "block.7.wr.bytes", "block.8.wr.bytes", "block.9.wr.bytes",
    "block.0.wr.times", "block.1.wr.times", "block.2.wr.times", "block.3.wr.times", "block.4.wr.times", "block.5.wr.times", "block.6.wr.times", "block.7.wr.times", "block.8.wr.times", "block.9.wr.times",
    "block.0.fl.reqs", "block.1.fl.reqs", "block.2.fl.reqs", "block.3.fl.reqs", "block.4.fl.reqs", "block.5.fl.reqs", "block.6.fl.reqs", "block.7.fl.reqs", "block.8.fl.reqs", "block.9.fl.reqs",
    "block.0.fl.times", "block.1.fl.times", "block.2.fl.times", "block.3.fl.times", "block.4.fl.times", "block.5.fl.times", "block.6.fl.times", "block.7.fl.times", "block.8.fl.times", "block.9.fl.times",
    "block.0.errors", "block.1.errors", "block.2.errors", "block.3.errors", "block.4.errors", "block.5.errors", "block.6.errors", "block.7.errors", "block.8.errors", "block.9.errors",
    "block.0.allocation", "block.1.allocation", "block.2.allocation", "block.3.allocation", "block.4.allocation", "block.5.allocation", "block.6.allocation", "block.7.allocation", "block.8.allocation", "block.9.allocation",
    "block.0.capacity", "block.1.capacity", "block.2.capacity", "block.3.capacity", "block.4.capacity", "block.5.capacity", "block.6.capacity", "block.7.capacity", "block.8.capacity", "block.9.capacity",
    "block.0.physical", "block.1.physical", "block.2.physical", "block.3.physical", "block.4.physical", "block.5.physical", "block.6.physical", "block.7.physical", "block.8.physical", "block.9.physical",
    "block.0.threshold", "block.1.threshold", "block.2.threshold", "block.3.threshold", "block.4.threshold", "block.5.threshold", "block.6.threshold", "block.7.threshold", "block.8.threshold", "block.9.threshold",
    "block.0.limits.discard_alignment", "block.1.limits.discard_alignment", "block.2.limits.discard_alignment", "block.3.limits.discard_alignment", "block.4.limits.discard_alignment", "block.5.limits.discard_alignment", "block.6.limits.discard_alignment", "block.7.limits.discard_alignment", "block.8.limits.discard_alignment", "block.9.limits.discard_alignment",
    "block.0.limits.discard_max", "block.1.limits.discard_max", "block.2.limits.discard_max", "block.3.limits.discard_max", "block.4.limits.discard_max", "block.5.limits.discard_max", "block.6.limits.discard_max", "block.7.limits.discard_max", "block.8.limits.discard_max", "block.9.limits.discard_max",
    "block.0.limits.iov_hw_max", "block.1.limits.iov_hw_max", "block.2.limits.iov_hw_max", "block.3.limits.iov_hw_max", "block.4.limits.iov_hw_max", "block.5.limits.iov_hw_max", "block.6.limits.iov_hw_max", "block.7.limits.iov_hw_max", "block.8.limits.iov_hw_max", "block.9.limits.iov_hw_max",
    "block.0.limits.iov_max", "block.1.limits.iov_max", "block.2.limits.iov_max", "block.3.limits.iov_max", "block.4.limits.iov_max", "block.5.limits.iov_max", "block.6.limits.iov_max", "block.7.limits.iov_max", "block.8.limits.iov_max", "block.9.limits.iov_max",
    "block.0.limits.memory_alignment_minimal", "block.1.limits.memory_alignment_minimal", "block.2.limits.memory_alignment_minimal", "block.3.limits.memory_alignment_minimal", "block.4.limits.memory_alignment_minimal", "block.5.limits.memory_alignment_minimal", "block.6.limits.memory_alignment_minimal", "block.7.limits.memory_alignment_minimal", "block.8.limits.memory_alignment_minimal", "block.9.limits.memory_alignment_minimal",
    "block.0.limits.memory_alignment_optimal", "block.1.limits.memory_alignment_optimal", "block.2.limits.memory_alignment_optimal", "block.3.limits.memory_alignment_optimal", "block.4.limits.memory_alignment_optimal", "block.5.limits.memory_alignment_optimal", "block.6.limits.memory_alignment_optimal", "block.7.limits.memory_alignment_optimal", "block.8.limits.memory_alignment_optimal", "block.9.limits.memory_alignment_optimal",
    "block.0.limits.request_alignment", "block.1.limits.request_alignment", "block.2.limits.request_alignment", "block.3.limits.request_alignment", "block.4.limits.request_alignment", "block.5.limits.request_alignment", "block.6.limits.request_alignment", "block.7.limits.request_alignment", "block.8.limits.request_alignment", "block.9.limits.request_alignment",
    "block.0.limits.transfer_hw_max", "block.1.limits.transfer_hw_max", "block.2.limits.transfer_hw_max", "block.3.limits.transfer_hw_max", "block.4.limits.transfer_hw_max", "block.5.limits.transfer_hw_max", "block.6.limits.transfer_hw_max", "block.7.limits.transfer_hw_max", "block.8.limits.transfer_hw_max", "block.9.limits.transfer_hw_max",
    "block.0.limits.transfer_max", "block.1.limits.transfer_max", "block.2.limits.transfer_max", "block.3.limits.transfer_max", "block.4.limits.transfer_max", "block.5.limits.transfer_max", "block.6.limits.transfer_max", "block.7.limits.transfer_max", "block.8.limits.transfer_max", "block.9.limits.transfer_max",
    "block.0.limits.transfer_optimal", "block.1.limits.transfer_optimal", "block.2.limits.transfer_optimal", "block.3.limits.transfer_optimal", "block.4.limits.transfer_optimal", "block.5.limits.transfer_optimal", "block.6.limits.transfer_optimal", "block.7.limits.transfer_optimal", "block.8.limits.transfer_optimal", "block.9.limits.transfer_optimal",
    "block.0.limits.write_zeroes_alignment", "block.1.limits.write_zeroes_alignment", "block.2.limits.write_zeroes_alignment", "block.3.limits.write_zeroes_alignment", "block.4.limits.write_zeroes_alignment", "block.5.limits.write_zeroes_alignment", "block.6.limits.write_zeroes_alignment", "block.7.limits.write_zeroes_alignment", "block.8.limits.write_zeroes_alignment", "block.9.limits.write_zeroes_alignment",
    "block.0.limits.write_zeroes_max", "block.1.limits.write_zeroes_max", "block.2.limits.write_zeroes_max", "block.3.limits.write_zeroes_max", "block.4.limits.write_zeroes_max", "block.5.limits.write_zeroes_max", "block.6.limits.write_zeroes_max", "block.7.limits.write_zeroes_max", "block.8.limits.write_zeroes_max", "block.9.limits.write_zeroes_max",
    "block.0.timed_group.count", "block.1.timed_group.count", "block.2.timed_group.count", "block.3.timed_group.count", "block.4.timed_group.count", "block.5.timed_group.count", "block.6.timed_group.count", "block.7.timed_group.count", "block.8.timed_group.count", "block.9.timed_group.count",
    "block.0.timed_group.0.flush_latency_avg", "block.0.timed_group.1.flush_latency_avg", "block.0.timed_group.2.flush_latency_avg", "block.0.timed_group.3.flush_latency_avg", "block.1.timed_group.0.flush_latency_avg", "block.1.timed_group.1.flush_latency_avg", "block.1.timed_group.2.flush_latency_avg", "block.1.timed_group.3.flush_latency_avg", "block.2.timed_group.0.flush_latency_avg", "block.2.timed_group.1.flush_latency_avg", "block.2.timed_group.2.flush_latency_avg", "block.2.timed_group.3.flush_latency_avg", "block.3.timed_group.0.flush_latency_avg", "block.3.timed_group.1.flush_latency_avg", "block.3.timed_group.2.flush_latency_avg", "block.3.timed_group.3.flush_latency_avg", "block.4.timed_group.0.flush_latency_avg", "block.4.timed_group.1.flush_latency_avg", "block.4.timed_group.2.flush_latency_avg", "block.4.timed_group.3.flush_latency_avg", "block.5.timed_group.0.flush_latency_avg", "block.5.timed_group.1.flush_latency_avg", "block.5.timed_group.2.flush_latency_avg", "block.5.timed_group.3.flush_latency_avg", "block.6.timed_group.0.flush_latency_avg", "block.6.timed_group.1.flush_latency_avg", "block.6.timed_group.2.flush_latency_avg", "block.6.timed_group.3.flush_latency_avg", "block.7.timed_group.0.flush_latency_avg", "block.7.timed_group.1.flush_latency_avg", "block.7.timed_group.2.flush_latency_avg", "block.7.timed_group.3.flush_latency_avg", "block.8.timed_group.0.flush_latency_avg", "block.8.timed_group.1.flush_latency_avg", "block.8.timed_group.2.flush_latency_avg", "block.8.timed_group.3.flush_latency_avg", "block.9.timed_group.0.flush_latency_avg", "block.9.timed_group.1.flush_latency_avg", "block.9.timed_group.2.flush_latency_avg", "block.9.timed_group.3.flush_latency_avg",
    "block.0.timed_group.0.flush_latency_max", "block.0.timed_group.1.flush_latency_max", "block.0.timed_group.2.flush_latency_max", "block.0.timed_group.3.flush_latency_max", "block.1.timed_group.0.flush_latency_max", "block.1.timed_group.1.flush_latency_max", "block.1.timed_group.2.flush_latency_max", "block.1.timed_group.3.flush_latency_max", "block.2.timed_group.0.flush_latency_max", "block.2.timed_group.1.flush_latency_max", "block.2.timed_group.2.flush_latency_max", "block.2.timed_group.3.flush_latency_max", "block.3.timed_group.0.flush_latency_max", "block.3.timed_group.1.flush_latency_max", "block.3.timed_group.2.flush_latency_max", "block.3.timed_group.3.flush_latency_max", "block.4.timed_group.0.flush_latency_max", "block.4.timed_group.1.flush_latency_max", "block.4.timed_group.2.flush_latency_max", "block.4.timed_group.3.flush_latency_max", "block.5.timed_group.0.flush_latency_max", "block.5.timed_group.1.flush_latency_max", "block.5.timed_group.2.flush_latency_max", "block.5.timed_group.3.flush_latency_max", "block.6.timed_group.0.flush_latency_max", "block.6.timed_group.1.flush_latency_max", "block.6.timed_group.2.flush_latency_max", "block.6.timed_group.3.flush_latency_max", "block.7.timed_group.0.flush_latency_max", "block.7.timed_group.1.flush_latency_max", "block.7.timed_group.2.flush_latency_max", "block.7.timed_group.3.flush_latency_max", "block.8.timed_group.0.flush_latency_max", "block.8.timed_group.1.flush_latency_max", "block.8.timed_group.2.flush_latency_max", "block.8.timed_group.3.flush_latency_max", "block.9.timed_group.0.flush_latency_max", "block.9.timed_group.1.flush_latency_max", "block.9.timed_group.2.flush_latency_max", "block.9.timed_group.3.flush_latency_max",
    "block.0.timed_group.0.flush_latency_min", "block.0.timed_group.1.flush_latency_min", "block.0.timed_group.2.flush_latency_min", "block.0.timed_group.3.flush_latency_min", "block.1.timed_group.0.flush_latency_min", "block.1.timed_group.1.flush_latency_min", "block.1.timed_group.2.flush_latency_min", "block.1.timed_group.3.flush_latency_min", "block.2.timed_group.0.flush_latency_min", "block.2.timed_group.1.flush_latency_min", "block.2.timed_group.2.flush_latency_min", "block.2.timed_group.3.flush_latency_min", "block.3.timed_group.0.flush_latency_min", "block.3.timed_group.1.flush_latency_min", "block.3.timed_group.2.flush_latency_min", "block.3.timed_group.3.flush_latency_min", "block.4.timed_group.0.flush_latency_min", "block.4.timed_group.1.flush_latency_min", "block.4.timed_group.2.flush_latency_min", "block.4.timed_group.3.flush_latency_min", "block.5.timed_group.0.flush_latency_min", "block.5.timed_group.1.flush_latency_min", "block.5.timed_group.2.flush_latency_min", "block.5.timed_group.3.flush_latency_min", "block.6.timed_group.0.flush_latency_min", "block.6.timed_group.1.flush_latency_min", "block.6.timed_group.2.flush_latency_min", "block.6.timed_group.3.flush_latency_min", "block.7.timed_group.0.flush_latency_min", "block.7.timed_group.1.flush_latency_min", "block.7.timed_group.2.flush_latency_min", "block.7.timed_group.3.flush_latency_min", "block.8.timed_group.0.flush_latency_min", "block.8.timed_group.1.flush_latency_min", "block.8.timed_group.2.flush_latency_min", "block.8.timed_group.3.flush_latency_min", "block.9.timed_group.0.flush_latency_min", "block.9.timed_group.1.flush_latency_min", "block.9.timed_group.2.flush_latency_min", "block.9.timed_group.3.flush_latency_min",
    "block.0.timed_group.0.interval", "block.0.timed_group.1.interval", "block.0.timed_group.2.interval", "block.0.timed_group.3.interval", "block.1.timed_group.0.interval", "block.1.timed_group.1.interval", "block.1.timed_group.2.interval", "block.1.timed_group.3.interval", "block.2.timed_group.0.interval", "block.2.timed_group.1.interval", "block.2.timed_group.2.interval", "block.2.timed_group.3.interval", "block.3.timed_group.0.interval", "block.3.timed_group.1.interval", "block.3.timed_group.2.interval", "block.3.timed_group.3.interval", "block.4.timed_group.0.interval", "block.4.timed_group.1.interval", "block.4.timed_group.2.interval", "block.4.timed_group.3.interval", "block.5.timed_group.0.interval", "block.5.timed_group.1.interval", "block.5.timed_group.2.interval", "block.5.timed_group.3.interval", "block.6.timed_group.0.interval", "block.6.timed_group.1.interval", "block.6.timed_group.2.interval", "block.6.timed_group.3.interval", "block.7.timed_group.0.interval", "block.7.timed_group.1.interval", "block.7.timed_group.2.interval", "block.7.timed_group.3.interval", "block.8.timed_group.0.interval", "block.8.timed_group.1.interval", "block.8.timed_group.2.interval", "block.8.timed_group.3.interval", "block.9.timed_group.0.interval", "block.9.timed_group.1.interval", "block.9.timed_group.2.interval", "block.9.timed_group.3.interval",
    "block.0.timed_group.0.rd_latency_avg", "block.0.timed_group.1.rd_latency_avg", "block.0.timed_group.2.rd_latency_avg", "block.0.timed_group.3.rd_latency_avg", "block.1.timed_group.0.rd_latency_avg", "block.1.timed_group.1.rd_latency_avg", "block.1.timed_group.2.rd_latency_avg", "block.1.timed_group.3.rd_latency_avg", "block.2.timed_group.0.rd_latency_avg", "block.2.timed_group.1.rd_latency_avg", "block.2.timed_group.2.rd_latency_avg", "block.2.timed_group.3.rd_latency_avg", "block.3.timed_group.0.rd_latency_avg", "block.3.timed_group.1.rd_latency_avg", "block.3.timed_group.2.rd_latency_avg", "block.3.timed_group.3.rd_latency_avg", "block.4.timed_group.0.rd_latency_avg", "block.4.timed_group.1.rd_latency_avg", "block.4.timed_group.2.rd_latency_avg", "block.4.timed_group.3.rd_latency_avg", "block.5.timed_group.0.rd_latency_avg", "block.5.timed_group.1.rd_latency_avg", "block.5.timed_group.2.rd_latency_avg", "block.5.timed_group.3.rd_latency_avg", "block.6.timed_group.0.rd_latency_avg", "block.6.timed_group.1.rd_latency_avg", "block.6.timed_group.2.rd_latency_avg", "block.6.timed_group.3.rd_latency_avg", "block.7.timed_group.0.rd_latency_avg", "block.7.timed_group.1.rd_latency_avg", "block.7.timed_group.2.rd_latency_avg", "block.7.timed_group.3.rd_latency_avg", "block.8.timed_group.0.rd_latency_avg", "block.8.timed_group.1.rd_latency_avg", "block.8.timed_group.2.rd_latency_avg", "block.8.timed_group.3.rd_latency_avg", "block.9.timed_group.0.rd_latency_avg", "block.9.timed_group.1.rd_latency_avg", "block.9.timed_group.2.rd_latency_avg", "block.9.timed_group.3.rd_latency_avg",
    "block.0.timed_group.0.rd_latency_max", "block.0.timed_group.1.rd_latency_max", "block.0.timed_group.2.rd_latency_max", "block.0.timed_group.3.rd_latency_max", "block.1.timed_group.0.rd_latency_max", "block.1.timed_group.1.rd_latency_max", "block.1.timed_group.2.rd_latency_max", "block.1.timed_group.3.rd_latency_max", "block.2.timed_group.0.rd_latency_max", "block.2.timed_group.1.rd_latency_max", "block.2.timed_group.2.rd_latency_max", "block.2.timed_group.3.rd_latency_max", "block.3.timed_group.0.rd_latency_max", "block.3.timed_group.1.rd_latency_max", "block.3.timed_group.2.rd_latency_max", "block.3.timed_group.3.rd_latency_max", "block.4.timed_group.0.rd_latency_max", "block.4.timed_group.1.rd_latency_max", "block.4.timed_group.2.rd_latency_max", "block.4.timed_group.3.rd_latency_max", "block.5.timed_group.0.rd_latency_max", "block.5.timed_group.1.rd_latency_max", "block.5.timed_group.2.rd_latency_max", "block.5.timed_group.3.rd_latency_max", "block.6.timed_group.0.rd_latency_max", "block.6.timed_group.1.rd_latency_max", "block.6.timed_group.2.rd_latency_max", "block.6.timed_group.3.rd_latency_max", "block.7.timed_group.0.rd_latency_max", "block.7.timed_group.1.rd_latency_max", "block.7.timed_group.2.rd_latency_max", "block.7.timed_group.3.rd_latency_max", "block.8.timed_group.0.rd_latency_max", "block.8.timed_group.1.rd_latency_max", "block.8.timed_group.2.rd_latency_max", "block.8.timed_group.3.rd_latency_max", "block.9.timed_group.0.rd_latency_max", "block.9.timed_group.1.rd_latency_max", "block.9.timed_group.2.rd_latency_max", "block.9.timed_group.3.rd_latency_max",
    "block.0.timed_group.0.rd_latency_min", "block.0.timed_group.1.rd_latency_min", "block.0.timed_group.2.rd_latency_min", "block.0.timed_group.3.rd_latency_min", "block.1.timed_group.0.rd_latency_min", "block.1.timed_group.1.rd_latency_min", "block.1.timed_group.2.rd_latency_min", "block.1.timed_group.3.rd_latency_min", "block.2.timed_group.0.rd_latency_min", "block.2.timed_group.1.rd_latency_min", "block.2.timed_group.2.rd_latency_min", "block.2.timed_group.3.rd_latency_min", "block.3.timed_group.0.rd_latency_min", "block.3.timed_group.1.rd_latency_min", "block.3.timed_group.2.rd_latency_min", "block.3.timed_group.3.rd_latency_min", "block.4.timed_group.0.rd_latency_min", "block.4.timed_group.1.rd_latency_min", "block.4.timed_group.2.rd_latency_min", "block.4.timed_group.3.rd_latency_min", "block.5.timed_group.0.rd_latency_min", "block.5.timed_group.1.rd_latency_min", "block.5.timed_group.2.rd_latency_min", "block.5.timed_group.3.rd_latency_min", "block.6.timed_group.0.rd_latency_min", "block.6.timed_group.1.rd_latency_min", "block.6.timed_group.2.rd_latency_min", "block.6.timed_group.3.rd_latency_min", "block.7.timed_group.0.rd_latency_min", "block.7.timed_group.1.rd_latency_min", "block.7.timed_group.2.rd_latency_min", "block.7.timed_group.3.rd_latency_min", "block.8.timed_group.0.rd_latency_min", "block.8.timed_group.1.rd_latency_min", "block.8.timed_group.2.rd_latency_min", "block.8.timed_group.3.rd_latency_min", "block.9.timed_group.0.rd_latency_min", "block.9.timed_group.1.rd_latency_min", "block.9.timed_group.2.rd_latency_min", "block.9.timed_group.3.rd_latency_min",
    "block.0.timed_group.0.wr_latency_avg", "block.0.timed_group.1.wr_latency_avg", "block.0.timed_group.2.wr_latency_avg", "block.0.timed_group.3.wr_latency_avg", "block.1.timed_group.0.wr_latency_avg", "block.1.timed_group.1.wr_latency_avg", "block.1.timed_group.2.wr_latency_avg", "block.1.timed_group.3.wr_latency_avg", "block.2.timed_group.0.wr_latency_avg", "block.2.timed_group.1.wr_latency_avg", "block.2.timed_group.2.wr_latency_avg", "block.2.timed_group.3.wr_latency_avg", "block.3.timed_group.0.wr_latency_avg", "block.3.timed_group.1.wr_latency_avg", "block.3.timed_group.2.wr_latency_avg", "block.3.timed_group.3.wr_latency_avg", "block.4.timed_group.0.wr_latency_avg", "block.4.timed_group.1.wr_latency_avg", "block.4.timed_group.2.wr_latency_avg", "block.4.timed_group.3.wr_latency_avg", "block.5.timed_group.0.wr_latency_avg", "block.5.timed_group.1.wr_latency_avg", "block.5.timed_group.2.wr_latency_avg", "block.5.timed_group.3.wr_latency_avg", "block.6.timed_group.0.wr_latency_avg", "block.6.timed_group.1.wr_latency_avg", "block.6.timed_group.2.wr_latency_avg", "block.6.timed_group.3.wr_latency_avg", "block.7.timed_group.0.wr_latency_avg", "block.7.timed_group.1.wr_latency_avg", "block.7.timed_group.2.wr_latency_avg", "block.7.timed_group.3.wr_latency_avg", "block.8.timed_group.0.wr_latency_avg", "block.8.timed_group.1.wr_latency_avg", "block.8.timed_group.2.wr_latency_avg", "block.8.timed_group.3.wr_latency_avg", "block.9.timed_group.0.wr_latency_avg", "block.9.timed_group.1.wr_latency_avg", "block.9.timed_group.2.wr_latency_avg", "block.9.timed_group.3.wr_latency_avg",
    "block.0.timed_group.0.wr_latency_max", "block.0.timed_group.1.wr_latency_max", "block.0.timed_group.2.wr_latency_max", "block.0.timed_group.3.wr_latency_max", "block.1.timed_group.0.wr_latency_max", "block.1.timed_group.1.wr_latency_max", "block.1.timed_group.2.wr_latency_max", "block.1.timed_group.3.wr_latency_max", "block.2.timed_group.0.wr_latency_max", "block.2.timed_group.1.wr_latency_max", "block.2.timed_group.2.wr_latency_max", "block.2.timed_group.3.wr_latency_max", "block.3.timed_group.0.wr_latency_max", "block.3.timed_group.1.wr_latency_max", "block.3.timed_group.2.wr_latency_max", "block.3.timed_group.3.wr_latency_max", "block.4.timed_group.0.wr_latency_max", "block.4.timed_group.1.wr_latency_max", "block.4.timed_group.2.wr_latency_max", "block.4.timed_group.3.wr_latency_max", "block.5.timed_group.0.wr_latency_max", "block.5.timed_group.1.wr_latency_max", "block.5.timed_group.2.wr_latency_max", "block.5.timed_group.3.wr_latency_max", "block.6.timed_group.0.wr_latency_max", "block.6.timed_group.1.wr_latency_max", "block.6.timed_group.2.wr_latency_max", "block.6.timed_group.3.wr_latency_max", "block.7.timed_group.0.wr_latency_max", "block.7.timed_group.1.wr_latency_max", "block.7.timed_group.2.wr_latency_max", "block.7.timed_group.3.wr_latency_max", "block.8.timed_group.0.wr_latency_max", "block.8.timed_group.1.wr_latency_max", "block.8.timed_group.2.wr_latency_max", "block.8.timed_group.3.wr_latency_max", "block.9.timed_group.0.wr_latency_max", "block.9.timed_group.1.wr_latency_max", "block.9.timed_group.2.wr_latency_max", "block.9.timed_group.3.wr_latency_max",
    "block.0.timed_group.0.wr_latency_min", "block.0.timed_group.1.wr_latency_min", "block.0.timed_group.2.wr_latency_min", "block.0.timed_group.3.wr_latency_min", "block.1.timed_group.0.wr_latency_min", "block.1.timed_group.1.wr_latency_min", "block.1.timed_group.2.wr_latency_min", "block.1.timed_group.3.wr_latency_min", "block.2.timed_group.0.wr_latency_min", "block.2.timed_group.1.wr_latency_min", "block.2.timed_group.2.wr_latency_min", "block.2.timed_group.3.wr_latency_min", "block.3.timed_group.0.wr_latency_min", "block.3.timed_group.1.wr_latency_min", "block.3.timed_group.2.wr_latency_min", "block.3.timed_group.3.wr_latency_min", "block.4.timed_group.0.wr_latency_min", "block.4.timed_group.1.wr_latency_min", "block.4.timed_group.2.wr_latency_min", "block.4.timed_group.3.wr_latency_min", "block.5.timed_group.0.wr_latency_min", "block.5.timed_group.1.wr_latency_min", "block.5.timed_group.2.wr_latency_min", "block.5.timed_group.3.wr_latency_min", "block.6.timed_group.0.wr_latency_min", "block.6.timed_group.1.wr_latency_min", "block.6.timed_group.2.wr_latency_min", "block.6.timed_group.3.wr_latency_min", "block.7.timed_group.0.wr_latency_min", "block.7.timed_group.1.wr_latency_min", "block.7.timed_group.2.wr_latency_min", "block.7.timed_group.3.wr_latency_min", "block.8.timed_group.0.wr_latency_min", "block.8.timed_group.1.wr_latency_min", "block.8.timed_group.2.wr_latency_min", "block.8.timed_group.3.wr_latency_min", "block.9.timed_group.0.wr_latency_min", "block.9.timed_group.1.wr_latency_min", "block.9.timed_group.2.wr_latency_min", "block.9.timed_group.3.wr_latency_min",
    "block.0.timed_group.0.zone_append_latency_avg", "block.0.timed_group.1.zone_append_latency_avg", "block.0.timed_group.2.zone_append_latency_avg", "block.0.timed_group.3.zone_append_latency_avg", "block.1.timed_group.0.zone_append_latency_avg", "block.1.timed_group.1.zone_append_latency_avg", "block.1.timed_group.2.zone_append_latency_avg", "block.1.timed_group.3.zone_append_latency_avg", "block.2.timed_group.0.zone_append_latency_avg", "block.2.timed_group.1.zone_append_latency_avg", "block.2.timed_group.2.zone_append_latency_avg", "block.2.timed_group.3.zone_append_latency_avg", "block.3.timed_group.0.zone_append_latency_avg", "block.3.timed_group.1.zone_append_latency_avg", "block.3.timed_group.2.zone_append_latency_avg", "block.3.timed_group.3.zone_append_latency_avg", "block.4.timed_group.0.zone_append_latency_avg", "block.4.timed_group.1.zone_append_latency_avg", "block.4.timed_group.2.zone_append_latency_avg", "block.4.timed_group.3.zone_append_latency_avg", "block.5.timed_group.0.zone_append_latency_avg", "block.5.timed_group.1.zone_append_latency_avg", "block.5.timed_group.2.zone_append_latency_avg", "block.5.timed_group.3.zone_append_latency_avg", "block.6.timed_group.0.zone_append_latency_avg", "block.6.timed_group.1.zone_append_latency_avg", "block.6.timed_group.2.zone_append_latency_avg", "block.6.timed_group.3.zone_append_latency_avg", "block.7.timed_group.0.zone_append_latency_avg", "block.7.timed_group.1.zone_append_latency_avg", "block.7.timed_group.2.zone_append_latency_avg", "block.7.timed_group.3.zone_append_latency_avg", "block.8.timed_group.0.zone_append_latency_avg", "block.8.timed_group.1.zone_append_latency_avg", "block.8.timed_group.2.zone_append_latency_avg", "block.8.timed_group.3.zone_append_latency_avg", "block.9.timed_group.0.zone_append_latency_avg", "block.9.timed_group.1.zone_append_latency_avg", "block.9.timed_group.2.zone_append_latency_avg", "block.9.timed_group.3.zone_append_latency_avg",
    "block.0.timed_group.0.zone_append_latency_max", "block.0.timed_group.1.zone_append_latency_max", "block.0.timed_group.2.zone_append_latency_max", "block.0.timed_group.3.zone_append_latency_max", "block.1.timed_group.0.zone_append_latency_max", "block.1.timed_group.1.zone_append_latency_max", "block.1.timed_group.2.zone_append_latency_max", "block.1.timed_group.3.zone_append_latency_max", "block.2.timed_group.0.zone_append_latency_max", "block.2.timed_group.1.zone_append_latency_max", "block.2.timed_group.2.zone_append_latency_max", "block.2.timed_group.3.zone_append_latency_max", "block.3.timed_group.0.zone_append_latency_max", "block.3.timed_group.1.zone_append_latency_max", "block.3.timed_group.2.zone_append_latency_max", "block.3.timed_group.3.zone_append_latency_max", "block.4.timed_group.0.zone_append_latency_max", "block.4.timed_group.1.zone_append_latency_max", "block.4.timed_group.2.zone_append_latency_max", "block.4.timed_group.3.zone_append_latency_max", "block.5.timed_group.0.zone_append_latency_max", "block.5.timed_group.1.zone_append_latency_max", "block.5.timed_group.2.zone_append_latency_max", "block.5.timed_group.3.zone_append_latency_max", "block.6.timed_group.0.zone_append_latency_max", "block.6.timed_group.1.zone_append_latency_max", "block.6.timed_group.2.zone_append_latency_max", "block.6.timed_group.3.zone_append_latency_max", "block.7.timed_group.0.zone_append_latency_max", "block.7.timed_group.1.zone_append_latency_max", "block.7.timed_group.2.zone_append_latency_max", "block.7.timed_group.3.zone_append_latency_max", "block.8.timed_group.0.zone_append_latency_max", "block.8.timed_group.1.zone_append_latency_max", "block.8.timed_group.2.zone_append_latency_max", "block.8.timed_group.3.zone_append_latency_max", "block.9.timed_group.0.zone_append_latency_max", "block.9.timed_group.1.zone_append_latency_max", "block.9.timed_group.2.zone_append_latency_max", "block.9.timed_group.3.zone_append_latency_max",
    "block.0.timed_group.0.zone_append_latency_min", "block.0.timed_group.1.zone_append_latency_min", "block.0.timed_group.2.zone_append_latency_min", "block.0.timed_group.3.zone_append_latency_min", "block.1.timed_group.0.zone_append_latency_min", "block.1.timed_group.1.zone_append_latency_min", "block.1.timed_group.2.zone_append_latency_min", "block.1.timed_group.3.zone_append_latency_min", "block.2.timed_group.0.zone_append_latency_min", "block.2.timed_group.1.zone_append_latency_min", "block.2.timed_group.2.zone_append_latency_min", "block.2.timed_group.3.zone_append_latency_min", "block.3.timed_group.0.zone_append_latency_min", "block.3.timed_group.1.zone_append_latency_min", "block.3.timed_group.2.zone_append_latency_min", "block.3.timed_group.3.zone_append_latency_min", "block.4.timed_group.0.zone_append_latency_min", "block.4.timed_group.1.zone_append_latency_min", "block.4.timed_group.2.zone_append_latency_min", "block.4.timed_group.3.zone_append_latency_min", "block.5.timed_group.0.zone_append_latency_min", "block.5.timed_group.1.zone_append_latency_min", "block.5.timed_group.2.zone_append_latency_min", "block.5.timed_group.3.zone_append_latency_min", "block.6.timed_group.0.zone_append_latency_min", "block.6.timed_group.1.zone_append_latency_min", "block.6.timed_group.2.zone_append_latency_min", "block.6.timed_group.3.zone_append_latency_min", "block.7.timed_group.0.zone_append_latency_min", "block.7.timed_group.1.zone_append_latency_min", "block.7.timed_group.2.zone_append_latency_min", "block.7.timed_group.3.zone_append_latency_min", "block.8.timed_group.0.zone_append_latency_min", "block.8.timed_group.1.zone_append_latency_min", "block.8.timed_group.2.zone_append_latency_min", "block.8.timed_group.3.zone_append_latency_min", "block.9.timed_group.0.zone_append_latency_min", "block.9.timed_group.1.zone_append_latency_min", "block.9.timed_group.2.zone_append_latency_min", "block.9.timed_group.3.zone_append_latency_min",
    "block.0.latency_histogram.flush.bin.count", "block.1.latency_histogram.flush.bin.count", "block.2.latency_histogram.flush.bin.count", "block.3.latency_histogram.flush.bin.count", "block.4.latency_histogram.flush.bin.count", "block.5.latency_histogram.flush.bin.count", "block.6.latency_histogram.flush.bin.count", "block.7.latency_histogram.flush.bin.count", "block.8.latency_histogram.flush.bin.count", "block.9.latency_histogram.flush.bin.count",
    "block.0.latency_histogram.read.bin.count", "block.1.latency_histogram.read.bin.count", "block.2.latency_histogram.read.bin.count", "block.3.latency_histogram.read.bin.count", "block.4.latency_histogram.read.bin.count", "block.5.latency_histogram.read.bin.count", "block.6.latency_histogram.read.bin.count", "block.7.latency_histogram.read.bin.count", "block.8.latency_histogram.read.bin.count", "block.9.latency_histogram.read.bin.count",
    "block.0.latency_histogram.write.bin.count", "block.1.latency_histogram.write.bin.count", "block.2.latency_histogram.write.bin.count", "block.3.latency_histogram.write.bin.count", "block.4.latency_histogram.write.bin.count", "block.5.latency_histogram.write.bin.count", "block.6.latency_histogram.write.bin.count", "block.7.latency_histogram.write.bin.count", "block.8.latency_histogram.write.bin.count", "block.9.latency_histogram.write.bin.count",
    "block.0.latency_histogram.zone_append.bin.count", "block.1.latency_histogram.zone_append.bin.count", "block.2.latency_histogram.zone_append.bin.count", "block.3.latency_histogram.zone_append.bin.count", "block.4.latency_histogram.zone_append.bin.count", "block.5.latency_histogram.zone_append.bin.count", "block.6.latency_histogram.zone_append.bin.count", "block.7.latency_histogram.zone_append.bin.count", "block.8.latency_histogram.zone_append.bin.count", "block.9.latency_histogram.zone_append.bin.count",
    "block.0.latency_histogram.flush.bin.0.start", "block.0.latency_histogram.flush.bin.1.start", "block.0.latency_histogram.flush.bin.2.start", "block.0.latency_histogram.flush.bin.3.start", "block.1.latency_histogram.flush.bin.0.start", "block.1.latency_histogram.flush.bin.1.start", "block.1.latency_histogram.flush.bin.2.start", "block.1.latency_histogram.flush.bin.3.start", "block.2.latency_histogram.flush.bin.0.start", "block.2.latency_histogram.flush.bin.1.start", "block.2.latency_histogram.flush.bin.2.start", "block.2.latency_histogram.flush.bin.3.start", "block.3.latency_histogram.flush.bin.0.start", "block.3.latency_histogram.flush.bin.1.start", "block.3.latency_histogram.flush.bin.2.start", "block.3.latency_histogram.flush.bin.3.start", "block.4.latency_histogram.flush.bin.0.start", "block.4.latency_histogram.flush.bin.1.start", "block.4.latency_histogram.flush.bin.2.start", "block.4.latency_histogram.flush.bin.3.start", "block.5.latency_histogram.flush.bin.0.start", "block.5.latency_histogram.flush.bin.1.start", "block.5.latency_histogram.flush.bin.2.start", "block.5.latency_histogram.flush.bin.3.start", "block.6.latency_histogram.flush.bin.0.start", "block.6.latency_histogram.flush.bin.1.start", "block.6.latency_histogram.flush.bin.2.start", "block.6.latency_histogram.flush.bin.3.start", "block.7.latency_histogram.flush.bin.0.start", "block.7.latency_histogram.flush.bin.1.start", "block.7.latency_histogram.flush.bin.2.start", "block.7.latency_histogram.flush.bin.3.start", "block.8.latency_histogram.flush.bin.0.start", "block.8.latency_histogram.flush.bin.1.start", "block.8.latency_histogram.flush.bin.2.start", "block.8.latency_histogram.flush.bin.3.start", "block.9.latency_histogram.flush.bin.0.start", "block.9.latency_histogram.flush.bin.1.start", "block.9.latency_histogram.flush.bin.2.start", "block.9.latency_histogram.flush.bin.3.start",
    "block.0.latency_histogram.read.bin.0.start", "block.0.latency_histogram.read.bin.1.start", "block.0.latency_histogram.read.bin.2.start", "block.0.latency_histogram.read.bin.3.start", "block.1.latency_histogram.read.bin.0.start", "block.1.latency_histogram.read.bin.1.start", "block.1.latency_histogram.read.bin.2.start", "block.1.latency_histogram.read.bin.3.start", "block.2.latency_histogram.read.bin.0.start", "block.2.latency_histogram.read.bin.1.start", "block.2.latency_histogram.read.bin.2.start", "block.2.latency_histogram.read.bin.3.start", "block.3.latency_histogram.read.bin.0.start", "block.3.latency_histogram.read.bin.1.start", "block.3.latency_histogram.read.bin.2.start", "block.3.latency_histogram.read.bin.3.start", "block.4.latency_histogram.read.bin.0.start", "block.4.latency_histogram.read.bin.1.start", "block.4.latency_histogram.read.bin.2.start", "block.4.latency_histogram.read.bin.3.start", "block.5.latency_histogram.read.bin.0.start", "block.5.latency_histogram.read.bin.1.start", "block.5.latency_histogram.read.bin.2.start", "block.5.latency_histogram.read.bin.3.start", "block.6.latency_histogram.read.bin.0.start", "block.6.latency_histogram.read.bin.1.start", "block.6.latency_histogram.read.bin.2.start", "block.6.latency_histogram.read.bin.3.start", "block.7.latency_histogram.read.bin.0.start", "block.7.latency_histogram.read.bin.1.start", "block.7.latency_histogram.read.bin.2.start", "block.7.latency_histogram.read.bin.3.start", "block.8.latency_histogram.read.bin.0.start", "block.8.latency_histogram.read.bin.1.start", "block.8.latency_histogram.read.bin.2.start", "block.8.latency_histogram.read.bin.3.start", "block.9.latency_histogram.read.bin.0.start", "block.9.latency_histogram.read.bin.1.start", "block.9.latency_histogram.read.bin.2.start", "block.9.latency_histogram.read.bin.3.start",
    "block.0.latency_histogram.write.bin.0.start", "block.0.latency_histogram.write.bin.1.start", "block.0.latency_histogram.write.bin.2.start", "block.0.latency_histogram.write.bin.3.start", "block.1.latency_histogram.write.bin.0.start", "block.1.latency_histogram.write.bin.1.start", "block.1.latency_histogram.write.bin.2.start", "block.1.latency_histogram.write.bin.3.start", "block.2.latency_histogram.write.bin.0.start", "block.2.latency_histogram.write.bin.1.start", "block.2.latency_histogram.write.bin.2.start", "block.2.latency_histogram.write.bin.3.start", "block.3.latency_histogram.write.bin.0.start", "block.3.latency_histogram.write.bin.1.start", "block.3.latency_histogram.write.bin.2.start", "block.3.latency_histogram.write.bin.3.start", "block.4.latency_histogram.write.bin.0.start", "block.4.latency_histogram.write.bin.1.start", "block.4.latency_histogram.write.bin.2.start", "block.4.latency_histogram.write.bin.3.start", "block.5.latency_histogram.write.bin.0.start", "block.5.latency_histogram.write.bin.1.start", "block.5.latency_histogram.write.bin.2.start", "block.5.latency_histogram.write.bin.3.start", "block.6.latency_histogram.write.bin.0.start", "block.6.latency_histogram.write.bin.1.start", "block.6.latency_histogram.write.bin.2.start", "block.6.latency_histogram.write.bin.3.start", "block.7.latency_histogram.write.bin.0.start", "block.7.latency_histogram.write.bin.1.start", "block.7.latency_histogram.write.bin.2.start", "block.7.latency_histogram.write.bin.3.start", "block.8.latency_histogram.write.bin.0.start", "block.8.latency_histogram.write.bin.1.start", "block.8.latency_histogram.write.bin.2.start", "block.8.latency_histogram.write.bin.3.start", "block.9.latency_histogram.write.bin.0.start", "block.9.latency_histogram.write.bin.1.start", "block.9.latency_histogram.write.bin.2.start", "block.9.latency_histogram.write.bin.3.start",
    "block.0.latency_histogram.zone_append.bin.0.start", "block.0.latency_histogram.zone_append.bin.1.start", "block.0.latency_histogram.zone_append.bin.2.start", "block.0.latency_histogram.zone_append.bin.3.start", "block.1.latency_histogram.zone_append.bin.0.start", "block.1.latency_histogram.zone_append.bin.1.start", "block.1.latency_histogram.zone_append.bin.2.start", "block.1.latency_histogram.zone_append.bin.3.start", "block.2.latency_histogram.zone_append.bin.0.start", "block.2.latency_histogram.zone_append.bin.1.start", "block.2.latency_histogram.zone_append.bin.2.start", "block.2.latency_histogram.zone_append.bin.3.start", "block.3.latency_histogram.zone_append.bin.0.start", "block.3.latency_histogram.zone_append.bin.1.start", "block.3.latency_histogram.zone_append.bin.2.start", "block.3.latency_histogram.zone_append.bin.3.start", "block.4.latency_histogram.zone_append.bin.0.start", "block.4.latency_histogram.zone_append.bin.1.start", "block.4.latency_histogram.zone_append.bin.2.start", "block.4.latency_histogram.zone_append.bin.3.start", "block.5.latency_histogram.zone_append.bin.0.start", "block.5.latency_histogram.zone_append.bin.1.start", "block.5.latency_histogram.zone_append.bin.2.start", "block.5.latency_histogram.zone_append.bin.3.start", "block.6.latency_histogram.zone_append.bin.0.start", "block.6.latency_histogram.zone_append.bin.1.start", "block.6.latency_histogram.zone_append.bin.2.start", "block.6.latency_histogram.zone_append.bin.3.start", "block.7.latency_histogram.zone_append.bin.0.start", "block.7.latency_histogram.zone_append.bin.1.start", "block.7.latency_histogram.zone_append.bin.2.start", "block.7.latency_histogram.zone_append.bin.3.start", "block.8.latency_histogram.zone_append.bin.0.start", "block.8.latency_histogram.zone_append.bin.1.start", "block.8.latency_histogram.zone_append.bin.2.start", "block.8.latency_histogram.zone_append.bin.3.start", "block.9.latency_histogram.zone_append.bin.0.start", "block.9.latency_histogram.zone_append.bin.1.start", "block.9.latency_histogram.zone_append.bin.2.start", "block.9.latency_histogram.zone_append.bin.3.start",
    "block.0.latency_histogram.flush.bin.0.value", "block.0.latency_histogram.flush.bin.1.value", "block.0.latency_histogram.flush.bin.2.value", "block.0.latency_histogram.flush.bin.3.value", "block.1.latency_histogram.flush.bin.0.value", "block.1.latency_histogram.flush.bin.1.value", "block.1.latency_histogram.flush.bin.2.value", "block.1.latency_histogram.flush.bin.3.value", "block.2.latency_histogram.flush.bin.0.value", "block.2.latency_histogram.flush.bin.1.value", "block.2.latency_histogram.flush.bin.2.value", "block.2.latency_histogram.flush.bin.3.value", "block.3.latency_histogram.flush.bin.0.value", "block.3.latency_histogram.flush.bin.1.value", "block.3.latency_histogram.flush.bin.2.value", "block.3.latency_histogram.flush.bin.3.value", "block.4.latency_histogram.flush.bin.0.value", "block.4.latency_histogram.flush.bin.1.value", "block.4.latency_histogram.flush.bin.2.value", "block.4.latency_histogram.flush.bin.3.value", "block.5.latency_histogram.flush.bin.0.value", "block.5.latency_histogram.flush.bin.1.value", "block.5.latency_histogram.flush.bin.2.value", "block.5.latency_histogram.flush.bin.3.value", "block.6.latency_histogram.flush.bin.0.value", "block.6.latency_histogram.flush.bin.1.value", "block.6.latency_histogram.flush.bin.2.value", "block.6.latency_histogram.flush.bin.3.value", "block.7.latency_histogram.flush.bin.0.value", "block.7.latency_histogram.flush.bin.1.value", "block.7.latency_histogram.flush.bin.2.value", "block.7.latency_histogram.flush.bin.3.value", "block.8.latency_histogram.flush.bin.0.value", "block.8.latency_histogram.flush.bin.1.value", "block.8.latency_histogram.flush.bin.2.value", "block.8.latency_histogram.flush.bin.3.value", "block.9.latency_histogram.flush.bin.0.value", "block.9.latency_histogram.flush.bin.1.value", "block.9.latency_histogram.flush.bin.2.value", "block.9.latency_histogram.flush.bin.3.value",
    "block.0.latency_histogram.read.bin.0.value", "block.0.latency_histogram.read.bin.1.value", "block.0.latency_histogram.read.bin.2.value", "block.0.latency_histogram.read.bin.3.value", "block.1.latency_histogram.read.bin.0.value", "block.1.latency_histogram.read.bin.1.value", "block.1.latency_histogram.read.bin.2.value", "block.1.latency_histogram.read.bin.3.value", "block.2.latency_histogram.read.bin.0.value", "block.2.latency_histogram.read.bin.1.value", "block.2.latency_histogram.read.bin.2.value", "block.2.latency_histogram.read.bin.3.value", "block.3.latency_histogram.read.bin.0.value", "block.3.latency_histogram.read.bin.1.value", "block.3.latency_histogram.read.bin.2.value", "block.3.latency_histogram.read.bin.3.value", "block.4.latency_histogram.read.bin.0.value", "block.4.latency_histogram.read.bin.1.value", "block.4.latency_histogram.read.bin.2.value", "block.4.latency_histogram.read.bin.3.value", "block.5.latency_histogram.read.bin.0.value", "block.5.latency_histogram.read.bin.1.value", "block.5.latency_histogram.read.bin.2.value", "block.5.latency_histogram.read.bin.3.value", "block.6.latency_histogram.read.bin.0.value", "block.6.latency_histogram.read.bin.1.value", "block.6.latency_histogram.read.bin.2.value", "block.6.latency_histogram.read.bin.3.value", "block.7.latency_histogram.read.bin.0.value", "block.7.latency_histogram.read.bin.1.value", "block.7.latency_histogram.read.bin.2.value", "block.7.latency_histogram.read.bin.3.value", "block.8.latency_histogram.read.bin.0.value", "block.8.latency_histogram.read.bin.1.value", "block.8.latency_histogram.read.bin.2.value", "block.8.latency_histogram.read.bin.3.value", "block.9.latency_histogram.read.bin.0.value", "block.9.latency_histogram.read.bin.1.value", "block.9.latency_histogram.read.bin.2.value", "block.9.latency_histogram.read.bin.3.value",
    "block.0.latency_histogram.write.bin.0.value", "block.0.latency_histogram.write.bin.1.value", "block.0.latency_histogram.write.bin.2.value", "block.0.latency_histogram.write.bin.3.value", "block.1.latency_histogram.write.bin.0.value", "block.1.latency_histogram.write.bin.1.value", "block.1.latency_histogram.write.bin.2.value", "block.1.latency_histogram.write.bin.3.value", "block.2.latency_histogram.write.bin.0.value", "block.2.latency_histogram.write.bin.1.value", "block.2.latency_histogram.write.bin.2.value", "block.2.latency_histogram.write.bin.3.value", "block.3.latency_histogram.write.bin.0.value", "block.3.latency_histogram.write.bin.1.value", "block.3.latency_histogram.write.bin.2.value", "block.3.latency_histogram.write.bin.3.value", "block.4.latency_histogram.write.bin.0.value", "block.4.latency_histogram.write.bin.1.value", "block.4.latency_histogram.write.bin.2.value", "block.4.latency_histogram.write.bin.3.value", "block.5.latency_histogram.write.bin.0.value", "block.5.latency_histogram.write.bin.1.value", "block.5.latency_histogram.write.bin.2.value", "block.5.latency_histogram.write.bin.3.value", "block.6.latency_histogram.write.bin.0.value", "block.6.latency_histogram.write.bin.1.value", "block.6.latency_histogram.write.bin.2.value", "block.6.latency_histogram.write.bin.3.value", "block.7.latency_histogram.write.bin.0.value", "block.7.latency_histogram.write.bin.1.value", "block.7.latency_histogram.write.bin.2.value", "block.7.latency_histogram.write.bin.3.value", "block.8.latency_histogram.write.bin.0.value", "block.8.latency_histogram.write.bin.1.value", "block.8.latency_histogram.write.bin.2.value", "block.8.latency_histogram.write.bin.3.value", "block.9.latency_histogram.write.bin.0.value", "block.9.latency_histogram.write.bin.1.value", "block.9.latency_histogram.write.bin.2.value", "block.9.latency_histogram.write.bin.3.value",
    "block.0.latency_histogram.zone_append.bin.0.value", "block.0.latency_histogram.zone_append.bin.1.value", "block.0.latency_histogram.zone_append.bin.2.value", "block.0.latency_histogram.zone_append.bin.3.value", "block.1.latency_histogram.zone_append.bin.0.value", "block.1.latency_histogram.zone_append.bin.1.value", "block.1.latency_histogram.zone_append.bin.2.value", "block.1.latency_histogram.zone_append.bin.3.value", "block.2.latency_histogram.zone_append.bin.0.value", "block.2.latency_histogram.zone_append.bin.1.value", "block.2.latency_histogram.zone_append.bin.2.value", "block.2.latency_histogram.zone_append.bin.3.value", "block.3.latency_histogram.zone_append.bin.0.value", "block.3.latency_histogram.zone_append.bin.1.value", "block.3.latency_histogram.zone_append.bin.2.value", "block.3.latency_histogram.zone_append.bin.3.value", "block.4.latency_histogram.zone_append.bin.0.value", "block.4.latency_histogram.zone_append.bin.1.value", "block.4.latency_histogram.zone_append.bin.2.value", "block.4.latency_histogram.zone_append.bin.3.value", "block.5.latency_histogram.zone_append.bin.0.value", "block.5.latency_histogram.zone_append.bin.1.value", "block.5.latency_histogram.zone_append.bin.2.value", "block.5.latency_histogram.zone_append.bin.3.value", "block.6.latency_histogram.zone_append.bin.0.value", "block.6.latency_histogram.zone_append.bin.1.value", "block.6.latency_histogram.zone_append.bin.2.value", "block.6.latency_histogram.zone_append.bin.3.value", "block.7.latency_histogram.zone_append.bin.0.value", "block.7.latency_histogram.zone_append.bin.1.value", "block.7.latency_histogram.zone_append.bin.2.value", "block.7.latency_histogram.zone_append.bin.3.value", "block.8.latency_histogram.zone_append.bin.0.value", "block.8.latency_histogram.zone_append.bin.1.value", "block.8.latency_histogram.zone_append.bin.2.value", "block.8.latency_histogram.zone_append.bin.3.value", "block.9.latency_histogram.zone_append.bin.0.value", "block.9.latency_histogram.zone_append.bin.1.value", "block.9.latency_histogram.zone_append.bin.2.value", "block.9.latency_histogram.zone_append.bin.3.value",
    "cpu.time",
    "cpu.user",
    "cpu.system",
    "cpu.haltpoll.success.time",
    "cpu.haltpoll.fail.time",
    "cpu.cache.monitor.count",
    "cpu.cache.monitor.0.bank.count", "cpu.cache.monitor.1.bank.count", "cpu.cache.monitor.2.bank.count", "cpu.cache.monitor.3.bank.count", "cpu.cache.monitor.4.bank.count", "cpu.cache.monitor.5.bank.count", "cpu.cache.monitor.6.bank.count", "cpu.cache.monitor.7.bank.count", "cpu.cache.monitor.8.bank.count", "cpu.cache.monitor.9.bank.count",
    "cpu.cache.monitor.0.bank.0.id", "cpu.cache.monitor.0.bank.1.id", "cpu.cache.monitor.0.bank.2.id", "cpu.cache.monitor.0.bank.3.id", "cpu.cache.monitor.1.bank.0.id", "cpu.cache.monitor.1.bank.1.id", "cpu.cache.monitor.1.bank.2.id", "cpu.cache.monitor.1.bank.3.id", "cpu.cache.monitor.2.bank.0.id", "cpu.cache.monitor.2.bank.1.id", "cpu.cache.monitor.2.bank.2.id", "cpu.cache.monitor.2.bank.3.id", "cpu.cache.monitor.3.bank.0.id", "cpu.cache.monitor.3.bank.1.id", "cpu.cache.monitor.3.bank.2.id", "cpu.cache.monitor.3.bank.3.id", "cpu.cache.monitor.4.bank.0.id", "cpu.cache.monitor.4.bank.1.id", "cpu.cache.monitor.4.bank.2.id", "cpu.cache.monitor.4.bank.3.id", "cpu.cache.monitor.5.bank.0.id", "cpu.cache.monitor.5.bank.1.id", "cpu.cache.monitor.5.bank.2.id", "cpu.cache.monitor.5.bank.3.id", "cpu.cache.monitor.6.bank.0.id", "cpu.cache.monitor.6.bank.1.id", "cpu.cache.monitor.6.bank.2.id", "cpu.cache.monitor.6.bank.3.id", "cpu.cache.monitor.7.bank.0.id", "cpu.cache.monitor.7.bank.1.id", "cpu.cache.monitor.7.bank.2.id", "cpu.cache.monitor.7.bank.3.id", "cpu.cache.monitor.8.bank.0.id", "cpu.cache.monitor.8.bank.1.id", "cpu.cache.monitor.8.bank.2.id", "cpu.cache.monitor.8.bank.3.id", "cpu.cache.monitor.9.bank.0.id", "cpu.cache.monitor.9.bank.1.id", "cpu.cache.monitor.9.bank.2.id", "cpu.cache.monitor.9.bank.3.id",
    "cpu.cache.monitor.0.bank.0.bytes", "cpu.cache.monitor.0.bank.1.bytes", "cpu.cache.monitor.0.bank.2.bytes", "cpu.cache.monitor.0.bank.3.bytes", "cpu.cache.monitor.1.bank.0.bytes", "cpu.cache.monitor.1.bank.1.bytes", "cpu.cache.monitor.1.bank.2.bytes", "cpu.cache.monitor.1.bank.3.bytes", "cpu.cache.monitor.2.bank.0.bytes", "cpu.cache.monitor.2.bank.1.bytes", "cpu.cache.monitor.2.bank.2.bytes", "cpu.cache.monitor.2.bank.3.bytes", "cpu.cache.monitor.3.bank.0.bytes", "cpu.cache.monitor.3.bank.1.bytes", "cpu.cache.monitor.3.bank.2.bytes", "cpu.cache.monitor.3.bank.3.bytes", "cpu.cache.monitor.4.bank.0.bytes", "cpu.cache.monitor.4.bank.1.bytes", "cpu.cache.monitor.4.bank.2.bytes", "cpu.cache.monitor.4.bank.3.bytes", "cpu.cache.monitor.5.bank.0.bytes", "cpu.cache.monitor.5.bank.1.bytes", "cpu.cache.monitor.5.bank.2.bytes", "cpu.cache.monitor.5.bank.3.bytes", "cpu.cache.monitor.6.bank.0.bytes", "cpu.cache.monitor.6.bank.1.bytes", "cpu.cache.monitor.6.bank.2.bytes", "cpu.cache.monitor.6.bank.3.bytes", "cpu.cache.monitor.7.bank.0.bytes", "cpu.cache.monitor.7.bank.1.bytes", "cpu.cache.monitor.7.bank.2.bytes", "cpu.cache.monitor.7.bank.3.bytes", "cpu.cache.monitor.8.bank.0.bytes", "cpu.cache.monitor.8.bank.1.bytes", "cpu.cache.monitor.8.bank.2.bytes", "cpu.cache.monitor.8.bank.3.bytes", "cpu.cache.monitor.9.bank.0.bytes", "cpu.cache.monitor.9.bank.1.bytes", "cpu.cache.monitor.9.bank.2.bytes", "cpu.cache.monitor.9.bank.3.bytes",
    "cpu.energy.monitor.count",
    "cpu.energy.monitor.0.pkg.count", "cpu.energy.monitor.1.pkg.count", "cpu.energy.monitor.2.pkg.count", "cpu.energy.monitor.3.pkg.count", "cpu.energy.monitor.4.pkg.count", "cpu.energy.monitor.5.pkg.count", "cpu.energy.monitor.6.pkg.count", "cpu.energy.monitor.7.pkg.count", "cpu.energy.monitor.8.pkg.count", "cpu.energy.monitor.9.pkg.count",
    "cpu.energy.monitor.0.pkg.0.id", "cpu.energy.monitor.0.pkg.1.id", "cpu.energy.monitor.0.pkg.2.id", "cpu.energy.monitor.0.pkg.3.id", "cpu.energy.monitor.1.pkg.0.id", "cpu.energy.monitor.1.pkg.1.id", "cpu.energy.monitor.1.pkg.2.id", "cpu.energy.monitor.1.pkg.3.id", "cpu.energy.monitor.2.pkg.0.id", "cpu.energy.monitor.2.pkg.1.id", "cpu.energy.monitor.2.pkg.2.id", "cpu.energy.monitor.2.pkg.3.id", "cpu.energy.monitor.3.pkg.0.id", "cpu.energy.monitor.3.pkg.1.id", "cpu.energy.monitor.3.pkg.2.id", "cpu.energy.monitor.3.pkg.3.id", "cpu.energy.monitor.4.pkg.0.id", "cpu.energy.monitor.4.pkg.1.id", "cpu.energy.monitor.4.pkg.2.id", "cpu.energy.monitor.4.pkg.3.id", "cpu.energy.monitor.5.pkg.0.id", "cpu.energy.monitor.5.pkg.1.id", "cpu.energy.monitor.5.pkg.2.id", "cpu.energy.monitor.5.pkg.3.id", "cpu.energy.monitor.6.pkg.0.id", "cpu.energy.monitor.6.pkg.1.id", "cpu.energy.monitor.6.pkg.2.id", "cpu.energy.monitor.6.pkg.3.id", "cpu.energy.monitor.7.pkg.0.id", "cpu.energy.monitor.7.pkg.1.id", "cpu.energy.monitor.7.pkg.2.id", "cpu.energy.monitor.7.pkg.3.id", "cpu.energy.monitor.8.pkg.0.id", "cpu.energy.monitor.8.pkg.1.id", "cpu.energy.monitor.8.pkg.2.id", "cpu.energy.monitor.8.pkg.3.id", "cpu.energy.monitor.9.pkg.0.id", "cpu.energy.monitor.9.pkg.1.id", "cpu.energy.monitor.9.pkg.2.id", "cpu.energy.monitor.9.pkg.3.id",
    "net.count",
    "net.0.rx.bytes", "net.1.rx.bytes", "net.2.rx.bytes", "net.3.rx.bytes", "net.4.rx.bytes", "net.5.rx.bytes", "net.6.rx.bytes", "net.7.rx.bytes", "net.8.rx.bytes", "net.9.rx.bytes",
    "net.0.rx.pkts", "net.1.rx.pkts", "net.2.rx.pkts", "net.3.rx.pkts", "net.4.rx.pkts", "net.5.rx.pkts", "net.6.rx.pkts", "net.7.rx.pkts", "net.8.rx.pkts", "net.9.rx.pkts",
    "net.0.rx.errs", "net.1.rx.errs", "net.2.rx.errs", "net.3.rx.errs", "net.4.rx.errs", "net.5.rx.errs", "net.6.rx.errs", "net.7.rx.errs", "net.8.rx.errs", "net.9.rx.errs",
    "net.0.rx.drop", "net.1.rx.drop", "net.2.rx.drop", "net.3.rx.drop", "net.4.rx.drop", "net.5.rx.drop", "net.6.rx.drop", "net.7.rx.drop", "net.8.rx.drop", "net.9.rx.drop",
    "net.0.tx.bytes", "net.1.tx.bytes", "net.2.tx.bytes", "net.3.tx.bytes", "net.4.tx.bytes", "net.5.tx.bytes", "net.6.tx.bytes", "net.7.tx.bytes", "net.8.tx.bytes", "net.9.tx.bytes",
    "net.0.tx.pkts", "net.1.tx.pkts", "net.2.tx.pkts", "net.3.tx.pkts", "net.4.tx.pkts", "net.5.tx.pkts", "net.6.tx.pkts", "net.7.tx.pkts", "net.8.tx.pkts", "net.9.tx.pkts",
    "net.0.tx.errs", "net.1.tx.errs", "net.2.tx.errs", "net.3.tx.errs", "net.4.tx.errs", "net.5.tx.errs", "net.6.tx.errs", "net.7.tx.errs", "net.8.tx.errs", "net.9.tx.errs",
    "net.0.tx.drop", "net.1.tx.drop", "net.2.tx.drop", "net.3.tx.drop", "net.4.tx.drop", "net.5.tx.drop", "net.6.tx.drop", "net.7.tx.drop", "net.8.tx.drop", "net.9.tx.drop",
    "state.state",
    "state.reason",
    "vcpu.current",
    "vcpu.maximum",
    "vcpu.0.state", "vcpu.1.state", "vcpu.2.state", "vcpu.3.state", "vcpu.4.state", "vcpu.5.state", "vcpu.6.state", "vcpu.7.state", "vcpu.8.state", "vcpu.9.state",
    "vcpu.0.time", "vcpu.1.time", "vcpu.2.time", "vcpu.3.time", "vcpu.4.time", "vcpu.5.time", "vcpu.6.time", "vcpu.7.time", "vcpu.8.time", "vcpu.9.time",
    "vcpu.0.wait", "vcpu.1.wait", "vcpu.2.wait", "vcpu.3.wait", "vcpu.4.wait", "vcpu.5.wait", "vcpu.6.wait", "vcpu.7.wait", "vcpu.8.wait", "vcpu.9.wait",
    "vcpu.0.delay", "vcpu.1.delay", "vcpu.2.delay", "vcpu.3.delay", "vcpu.4.delay", "vcpu.5.delay", "vcpu.6.delay", "vcpu.7.delay", "vcpu.8.delay", "vcpu.9.delay",
    "perf.cmt",
    "perf.mbmt",
    "perf.mbml",
    "perf.cache_misses",
    "perf.cache_references",
    "perf.instructions",
    "perf.cpu_cycles",
    "perf.branch_instructions",
    "perf.branch_misses",
    "perf.bus_cycles",
    "perf.stalled_cycles_frontend",
    "perf.stalled_cycles_backend",
    "perf.ref_cpu_cycles",
    "perf.cpu_clock",
    "perf.task_clock",
    "perf.page_faults",
    "perf.context_switches",
    "perf.cpu_migrations",
    "perf.page_faults_min",
    "perf.page_faults_maj",
    "perf.alignment_faults",
    "perf.emulation_faults",
    "iothread.count",
    "iothread.0.poll-max-ns", "iothread.1.poll-max-ns", "iothread.2.poll-max-ns", "iothread.3.poll-max-ns", "iothread.4.poll-max-ns", "iothread.5.poll-max-ns", "iothread.6.poll-max-ns", "iothread.7.poll-max-ns", "iothread.8.poll-max-ns", "iothread.9.poll-max-ns",
    "iothread.0.poll-grow", "iothread.1.poll-grow", "iothread.2.poll-grow", "iothread.3.poll-grow", "iothread.4.poll-grow", "iothread.5.poll-grow", "iothread.6.poll-grow", "iothread.7.poll-grow", "iothread.8.poll-grow", "iothread.9.poll-grow",
    "iothread.0.poll-shrink", "iothread.1.poll-shrink", "iothread.2.poll-shrink", "iothread.3.poll-shrink", "iothread.4.poll-shrink", "iothread.5.poll-shrink", "iothread.6.poll-shrink", "iothread.7.poll-shrink", "iothread.8.poll-shrink", "iothread.9.poll-shrink",
    "iothread.0.poll-weight", "iothread.1.poll-weight", "iothread.2.poll-weight", "iothread.3.poll-weight", "iothread.4.poll-weight", "iothread.5.poll-weight", "iothread.6.poll-weight", "iothread.7.poll-weight", "iothread.8.poll-weight", "iothread.9.poll-weight",
    "memory.bandwidth.monitor.count",
    "memory.bandwidth.monitor.0.node.count", "memory.bandwidth.monitor.1.node.count", "memory.bandwidth.monitor.2.node.count", "memory.bandwidth.monitor.3.node.count", "memory.bandwidth.monitor.4.node.count", "memory.bandwidth.monitor.5.node.count", "memory.bandwidth.monitor.6.node.count", "memory.bandwidth.monitor.7.node.count", "memory.bandwidth.monitor.8.node.count", "memory.bandwidth.monitor.9.node.count",
    "memory.bandwidth.monitor.0.node.0.id", "memory.bandwidth.monitor.0.node.1.id", "memory.bandwidth.monitor.0.node.2.id", "memory.bandwidth.monitor.0.node.3.id", "memory.bandwidth.monitor.1.node.0.id", "memory.bandwidth.monitor.1.node.1.id", "memory.bandwidth.monitor.1.node.2.id", "memory.bandwidth.monitor.1.node.3.id", "memory.bandwidth.monitor.2.node.0.id", "memory.bandwidth.monitor.2.node.1.id", "memory.bandwidth.monitor.2.node.2.id", "memory.bandwidth.monitor.2.node.3.id", "memory.bandwidth.monitor.3.node.0.id", "memory.bandwidth.monitor.3.node.1.id", "memory.bandwidth.monitor.3.node.2.id", "memory.bandwidth.monitor.3.node.3.id", "memory.bandwidth.monitor.4.node.0.id", "memory.bandwidth.monitor.4.node.1.id", "memory.bandwidth.monitor.4.node.2.id", "memory.bandwidth.monitor.4.node.3.id", "memory.bandwidth.monitor.5.node.0.id", "memory.bandwidth.monitor.5.node.1.id", "memory.bandwidth.monitor.5.node.2.id", "memory.bandwidth.monitor.5.node.3.id", "memory.bandwidth.monitor.6.node.0.id", "memory.bandwidth.monitor.6.node.1.id", "memory.bandwidth.monitor.6.node.2.id", "memory.bandwidth.monitor.6.node.3.id", "memory.bandwidth.monitor.7.node.0.id", "memory.bandwidth.monitor.7.node.1.id", "memory.bandwidth.monitor.7.node.2.id", "memory.bandwidth.monitor.7.node.3.id", "memory.bandwidth.monitor.8.node.0.id", "memory.bandwidth.monitor.8.node.1.id", "memory.bandwidth.monitor.8.node.2.id", "memory.bandwidth.monitor.8.node.3.id", "memory.bandwidth.monitor.9.node.0.id", "memory.bandwidth.monitor.9.node.1.id", "memory.bandwidth.monitor.9.node.2.id", "memory.bandwidth.monitor.9.node.3.id",
    "memory.bandwidth.monitor.0.node.0.bytes.local", "memory.bandwidth.monitor.0.node.1.bytes.local", "memory.bandwidth.monitor.0.node.2.bytes.local", "memory.bandwidth.monitor.0.node.3.bytes.local", "memory.bandwidth.monitor.1.node.0.bytes.local", "memory.bandwidth.monitor.1.node.1.bytes.local", "memory.bandwidth.monitor.1.node.2.bytes.local", "memory.bandwidth.monitor.1.node.3.bytes.local", "memory.bandwidth.monitor.2.node.0.bytes.local", "memory.bandwidth.monitor.2.node.1.bytes.local", "memory.bandwidth.monitor.2.node.2.bytes.local", "memory.bandwidth.monitor.2.node.3.bytes.local", "memory.bandwidth.monitor.3.node.0.bytes.local", "memory.bandwidth.monitor.3.node.1.bytes.local", "memory.bandwidth.monitor.3.node.2.bytes.local", "memory.bandwidth.monitor.3.node.3.bytes.local", "memory.bandwidth.monitor.4.node.0.bytes.local", "memory.bandwidth.monitor.4.node.1.bytes.local", "memory.bandwidth.monitor.4.node.2.bytes.local", "memory.bandwidth.monitor.4.node.3.bytes.local", "memory.bandwidth.monitor.5.node.0.bytes.local", "memory.bandwidth.monitor.5.node.1.bytes.local", "memory.bandwidth.monitor.5.node.2.bytes.local", "memory.bandwidth.monitor.5.node.3.bytes.local", "memory.bandwidth.monitor.6.node.0.bytes.local", "memory.bandwidth.monitor.6.node.1.bytes.local", "memory.bandwidth.monitor.6.node.2.bytes.local", "memory.bandwidth.monitor.6.node.3.bytes.local", "memory.bandwidth.monitor.7.node.0.bytes.local", "memory.bandwidth.monitor.7.node.1.bytes.local", "memory.bandwidth.monitor.7.node.2.bytes.local", "memory.bandwidth.monitor.7.node.3.bytes.local", "memory.bandwidth.monitor.8.node.0.bytes.local", "memory.bandwidth.monitor.8.node.1.bytes.local", "memory.bandwidth.monitor.8.node.2.bytes.local", "memory.bandwidth.monitor.8.node.3.bytes.local", "memory.bandwidth.monitor.9.node.0.bytes.local", "memory.bandwidth.monitor.9.node.1.bytes.local", "memory.bandwidth.monitor.9.node.2.bytes.local", "memory.bandwidth.monitor.9.node.3.bytes.local",
    "memory.bandwidth.monitor.0.node.0.bytes.total", "memory.bandwidth.monitor.0.node.1.bytes.total", "memory.bandwidth.monitor.0.node.2.bytes.total", "memory.bandwidth.monitor.0.node.3.bytes.total", "memory.bandwidth.monitor.1.node.0.bytes.total", "memory.bandwidth.monitor.1.node.1.bytes.total", "memory.bandwidth.monitor.1.node.2.bytes.total", "memory.bandwidth.monitor.1.node.3.bytes.total", "memory.bandwidth.monitor.2.node.0.bytes.total", "memory.bandwidth.monitor.2.node.1.bytes.total", "memory.bandwidth.monitor.2.node.2.bytes.total", "memory.bandwidth.monitor.2.node.3.bytes.total", "memory.bandwidth.monitor.3.node.0.bytes.total", "memory.bandwidth.monitor.3.node.1.bytes.total", "memory.bandwidth.monitor.3.node.2.bytes.total", "memory.bandwidth.monitor.3.node.3.bytes.total", "memory.bandwidth.monitor.4.node.0.bytes.total", "memory.bandwidth.monitor.4.node.1.bytes.total", "memory.bandwidth.monitor.4.node.2.bytes.total", "memory.bandwidth.monitor.4.node.3.bytes.total", "memory.bandwidth.monitor.5.node.0.bytes.total", "memory.bandwidth.monitor.5.node.1.bytes.total", "memory.bandwidth.monitor.5.node.2.bytes.total", "memory.bandwidth.monitor.5.node.3.bytes.total", "memory.bandwidth.monitor.6.node.0.bytes.total", "memory.bandwidth.monitor.6.node.1.bytes.total", "memory.bandwidth.monitor.6.node.2.bytes.total", "memory.bandwidth.monitor.6.node.3.bytes.total", "memory.bandwidth.monitor.7.node.0.bytes.total", "memory.bandwidth.monitor.7.node.1.bytes.total", "memory.bandwidth.monitor.7.node.2.bytes.total", "memory.bandwidth.monitor.7.node.3.bytes.total", "memory.bandwidth.monitor.8.node.0.bytes.total", "memory.bandwidth.monitor.8.node.1.bytes.total", "memory.bandwidth.monitor.8.node.2.bytes.total", "memory.bandwidth.monitor.8.node.3.bytes.total", "memory.bandwidth.monitor.9.node.0.bytes.total", "memory.bandwidth.monitor.9.node.1.bytes.total", "memory.bandwidth.monitor.9.node.2.bytes.total", "memory.bandwidth.monitor.9.node.3.bytes.total",
    "dirtyrate.calc_status",
    "dirtyrate.calc_start_time",
    "dirtyrate.calc_period",
    "dirtyrate.megabytes_per_second",
    "dirtyrate.vcpu.0.megabytes_per_second", "dirtyrate.vcpu.1.megabytes_per_second", "dirtyrate.vcpu.2.megabytes_per_second", "dirtyrate.vcpu.3.megabytes_per_second", "dirtyrate.vcpu.4.megabytes_per_second", "dirtyrate.vcpu.5.megabytes_per_second", "dirtyrate.vcpu.6.megabytes_per_second", "dirtyrate.vcpu.7.megabytes_per_second", "dirtyrate.vcpu.8.megabytes_per_second", "dirtyrate.vcpu.9.megabytes_per_second",
]

_DomainStats_str: TypeAlias = Literal[
    "block.0.name", "block.1.name", "block.2.name", "block.3.name", "block.4.name", "block.5.name", "block.6.name", "block.7.name", "block.8.name", "block.9.name",
    "block.0.path", "block.1.path", "block.2.path", "block.3.path", "block.4.path", "block.5.path", "block.6.path", "block.7.path", "block.8.path", "block.9.path",
    "cpu.cache.monitor.0.name", "cpu.cache.monitor.1.name", "cpu.cache.monitor.2.name", "cpu.cache.monitor.3.name", "cpu.cache.monitor.4.name", "cpu.cache.monitor.5.name", "cpu.cache.monitor.6.name", "cpu.cache.monitor.7.name", "cpu.cache.monitor.8.name", "cpu.cache.monitor.9.name",
    "cpu.cache.monitor.0.vcpus", "cpu.cache.monitor.1.vcpus", "cpu.cache.monitor.2.vcpus", "cpu.cache.monitor.3.vcpus", "cpu.cache.monitor.4.vcpus", "cpu.cache.monitor.5.vcpus", "cpu.cache.monitor.6.vcpus", "cpu.cache.monitor.7.vcpus", "cpu.cache.monitor.8.vcpus", "cpu.cache.monitor.9.vcpus",
    "cpu.energy.monitor.0.name", "cpu.energy.monitor.1.name", "cpu.energy.monitor.2.name", "cpu.energy.monitor.3.name", "cpu.energy.monitor.4.name", "cpu.energy.monitor.5.name", "cpu.energy.monitor.6.name", "cpu.energy.monitor.7.name", "cpu.energy.monitor.8.name", "cpu.energy.monitor.9.name",
    "cpu.energy.monitor.0.vcpus", "cpu.energy.monitor.1.vcpus", "cpu.energy.monitor.2.vcpus", "cpu.energy.monitor.3.vcpus", "cpu.energy.monitor.4.vcpus", "cpu.energy.monitor.5.vcpus", "cpu.energy.monitor.6.vcpus", "cpu.energy.monitor.7.vcpus", "cpu.energy.monitor.8.vcpus", "cpu.energy.monitor.9.vcpus",
    "net.0.name", "net.1.name", "net.2.name", "net.3.name", "net.4.name", "net.5.name", "net.6.name", "net.7.name", "net.8.name", "net.9.name",
    "memory.bandwidth.monitor.0.name", "memory.bandwidth.monitor.1.name", "memory.bandwidth.monitor.2.name", "memory.bandwidth.monitor.3.name", "memory.bandwidth.monitor.4.name", "memory.bandwidth.monitor.5.name", "memory.bandwidth.monitor.6.name", "memory.bandwidth.monitor.7.name", "memory.bandwidth.monitor.8.name", "memory.bandwidth.monitor.9.name",
    "memory.bandwidth.monitor.0.vcpus", "memory.bandwidth.monitor.1.vcpus", "memory.bandwidth.monitor.2.vcpus", "memory.bandwidth.monitor.3.vcpus", "memory.bandwidth.monitor.4.vcpus", "memory.bandwidth.monitor.5.vcpus", "memory.bandwidth.monitor.6.vcpus", "memory.bandwidth.monitor.7.vcpus", "memory.bandwidth.monitor.8.vcpus", "memory.bandwidth.monitor.9.vcpus",
    "dirtyrate.calc_mode",
]

_DomainStats_float: TypeAlias = Literal[
    "block.0.timed_group.0.rd_queue_depth_avg", "block.0.timed_group.1.rd_queue_depth_avg", "block.0.timed_group.2.rd_queue_depth_avg", "block.0.timed_group.3.rd_queue_depth_avg", "block.1.timed_group.0.rd_queue_depth_avg", "block.1.timed_group.1.rd_queue_depth_avg", "block.1.timed_group.2.rd_queue_depth_avg", "block.1.timed_group.3.rd_queue_depth_avg", "block.2.timed_group.0.rd_queue_depth_avg", "block.2.timed_group.1.rd_queue_depth_avg", "block.2.timed_group.2.rd_queue_depth_avg", "block.2.timed_group.3.rd_queue_depth_avg", "block.3.timed_group.0.rd_queue_depth_avg", "block.3.timed_group.1.rd_queue_depth_avg", "block.3.timed_group.2.rd_queue_depth_avg", "block.3.timed_group.3.rd_queue_depth_avg", "block.4.timed_group.0.rd_queue_depth_avg", "block.4.timed_group.1.rd_queue_depth_avg", "block.4.timed_group.2.rd_queue_depth_avg", "block.4.timed_group.3.rd_queue_depth_avg", "block.5.timed_group.0.rd_queue_depth_avg", "block.5.timed_group.1.rd_queue_depth_avg", "block.5.timed_group.2.rd_queue_depth_avg", "block.5.timed_group.3.rd_queue_depth_avg", "block.6.timed_group.0.rd_queue_depth_avg", "block.6.timed_group.1.rd_queue_depth_avg", "block.6.timed_group.2.rd_queue_depth_avg", "block.6.timed_group.3.rd_queue_depth_avg", "block.7.timed_group.0.rd_queue_depth_avg", "block.7.timed_group.1.rd_queue_depth_avg", "block.7.timed_group.2.rd_queue_depth_avg", "block.7.timed_group.3.rd_queue_depth_avg", "block.8.timed_group.0.rd_queue_depth_avg", "block.8.timed_group.1.rd_queue_depth_avg", "block.8.timed_group.2.rd_queue_depth_avg", "block.8.timed_group.3.rd_queue_depth_avg", "block.9.timed_group.0.rd_queue_depth_avg", "block.9.timed_group.1.rd_queue_depth_avg", "block.9.timed_group.2.rd_queue_depth_avg", "block.9.timed_group.3.rd_queue_depth_avg",
    "block.0.timed_group.0.wr_queue_depth_avg", "block.0.timed_group.1.wr_queue_depth_avg", "block.0.timed_group.2.wr_queue_depth_avg", "block.0.timed_group.3.wr_queue_depth_avg", "block.1.timed_group.0.wr_queue_depth_avg", "block.1.timed_group.1.wr_queue_depth_avg", "block.1.timed_group.2.wr_queue_depth_avg", "block.1.timed_group.3.wr_queue_depth_avg", "block.2.timed_group.0.wr_queue_depth_avg", "block.2.timed_group.1.wr_queue_depth_avg", "block.2.timed_group.2.wr_queue_depth_avg", "block.2.timed_group.3.wr_queue_depth_avg", "block.3.timed_group.0.wr_queue_depth_avg", "block.3.timed_group.1.wr_queue_depth_avg", "block.3.timed_group.2.wr_queue_depth_avg", "block.3.timed_group.3.wr_queue_depth_avg", "block.4.timed_group.0.wr_queue_depth_avg", "block.4.timed_group.1.wr_queue_depth_avg", "block.4.timed_group.2.wr_queue_depth_avg", "block.4.timed_group.3.wr_queue_depth_avg", "block.5.timed_group.0.wr_queue_depth_avg", "block.5.timed_group.1.wr_queue_depth_avg", "block.5.timed_group.2.wr_queue_depth_avg", "block.5.timed_group.3.wr_queue_depth_avg", "block.6.timed_group.0.wr_queue_depth_avg", "block.6.timed_group.1.wr_queue_depth_avg", "block.6.timed_group.2.wr_queue_depth_avg", "block.6.timed_group.3.wr_queue_depth_avg", "block.7.timed_group.0.wr_queue_depth_avg", "block.7.timed_group.1.wr_queue_depth_avg", "block.7.timed_group.2.wr_queue_depth_avg", "block.7.timed_group.3.wr_queue_depth_avg", "block.8.timed_group.0.wr_queue_depth_avg", "block.8.timed_group.1.wr_queue_depth_avg", "block.8.timed_group.2.wr_queue_depth_avg", "block.8.timed_group.3.wr_queue_depth_avg", "block.9.timed_group.0.wr_queue_depth_avg", "block.9.timed_group.1.wr_queue_depth_avg", "block.9.timed_group.2.wr_queue_depth_avg", "block.9.timed_group.3.wr_queue_depth_avg",
    "block.0.timed_group.0.zone_append_queue_depth_avg", "block.0.timed_group.1.zone_append_queue_depth_avg", "block.0.timed_group.2.zone_append_queue_depth_avg", "block.0.timed_group.3.zone_append_queue_depth_avg", "block.1.timed_group.0.zone_append_queue_depth_avg", "block.1.timed_group.1.zone_append_queue_depth_avg", "block.1.timed_group.2.zone_append_queue_depth_avg", "block.1.timed_group.3.zone_append_queue_depth_avg", "block.2.timed_group.0.zone_append_queue_depth_avg", "block.2.timed_group.1.zone_append_queue_depth_avg", "block.2.timed_group.2.zone_append_queue_depth_avg", "block.2.timed_group.3.zone_append_queue_depth_avg", "block.3.timed_group.0.zone_append_queue_depth_avg", "block.3.timed_group.1.zone_append_queue_depth_avg", "block.3.timed_group.2.zone_append_queue_depth_avg", "block.3.timed_group.3.zone_append_queue_depth_avg", "block.4.timed_group.0.zone_append_queue_depth_avg", "block.4.timed_group.1.zone_append_queue_depth_avg", "block.4.timed_group.2.zone_append_queue_depth_avg", "block.4.timed_group.3.zone_append_queue_depth_avg", "block.5.timed_group.0.zone_append_queue_depth_avg", "block.5.timed_group.1.zone_append_queue_depth_avg", "block.5.timed_group.2.zone_append_queue_depth_avg", "block.5.timed_group.3.zone_append_queue_depth_avg", "block.6.timed_group.0.zone_append_queue_depth_avg", "block.6.timed_group.1.zone_append_queue_depth_avg", "block.6.timed_group.2.zone_append_queue_depth_avg", "block.6.timed_group.3.zone_append_queue_depth_avg", "block.7.timed_group.0.zone_append_queue_depth_avg", "block.7.timed_group.1.zone_append_queue_depth_avg", "block.7.timed_group.2.zone_append_queue_depth_avg", "block.7.timed_group.3.zone_append_queue_depth_avg", "block.8.timed_group.0.zone_append_queue_depth_avg", "block.8.timed_group.1.zone_append_queue_depth_avg", "block.8.timed_group.2.zone_append_queue_depth_avg", "block.8.timed_group.3.zone_append_queue_depth_avg", "block.9.timed_group.0.zone_append_queue_depth_avg", "block.9.timed_group.1.zone_append_queue_depth_avg", "block.9.timed_group.2.zone_append_queue_depth_avg", "block.9.timed_group.3.zone_append_queue_depth_avg",
]

_DomainStats_bool: TypeAlias = Literal[
    "vcpu.0.halted", "vcpu.1.halted", "vcpu.2.halted", "vcpu.3.halted", "vcpu.4.halted", "vcpu.5.halted", "vcpu.6.halted", "vcpu.7.halted", "vcpu.8.halted", "vcpu.9.halted",
]

class DomainStats(dict[str, Any]):
    """The statistics of a guest, an entry of `Connection.get_all_domain_stats()`.

Times are in nanoseconds, memory in KiB. Keys of things that come several times have numbers, and a count says how many: "vcpu.0.time" to below "vcpu.maximum", "net.0.rx.bytes", "block.0.name".
    """
    __slots__ = ()
    @overload
    def __getitem__(self, key: _DomainStats_int, /) -> int: ...
    @overload
    def __getitem__(self, key: _DomainStats_str, /) -> str: ...
    @overload
    def __getitem__(self, key: _DomainStats_float, /) -> float: ...
    @overload
    def __getitem__(self, key: _DomainStats_bool, /) -> bool: ...
    @overload
    def __getitem__(self, key: str, /) -> Any: ...
    @overload  # type: ignore[override]
    def get(self, key: _DomainStats_int, default: None = None, /) -> int | None: ...
    @overload
    def get(self, key: _DomainStats_int, default: T, /) -> int | T: ...
    @overload
    def get(self, key: _DomainStats_str, default: None = None, /) -> str | None: ...
    @overload
    def get(self, key: _DomainStats_str, default: T, /) -> str | T: ...
    @overload
    def get(self, key: _DomainStats_float, default: None = None, /) -> float | None: ...
    @overload
    def get(self, key: _DomainStats_float, default: T, /) -> float | T: ...
    @overload
    def get(self, key: _DomainStats_bool, default: None = None, /) -> bool | None: ...
    @overload
    def get(self, key: _DomainStats_bool, default: T, /) -> bool | T: ...
    @overload
    def get(self, key: str, default: object = None, /) -> Any: ...

CPUStats = TypedDict(
    "CPUStats",
    {
        "cpu_time": int,
        "user_time": int,
        "system_time": int,
        "vcpu_time": int,
    },
)
"""CPU time a guest has used, in nanoseconds: `Domain.get_cpu_stats()`.

`cpu_time` is all of it, `vcpu_time` that of its virtual CPUs alone, `user_time` and `system_time` what of it the host spent in user
space and in its kernel.
"""

_GuestInfo_int: TypeAlias = Literal[
    "user.count",
    "user.0.login-time", "user.1.login-time", "user.2.login-time", "user.3.login-time", "user.4.login-time", "user.5.login-time", "user.6.login-time", "user.7.login-time", "user.8.login-time", "user.9.login-time",
    "timezone.offset",
    "fs.count",
    "fs.0.total-bytes", "fs.1.total-bytes", "fs.2.total-bytes", "fs.3.total-bytes", "fs.4.total-bytes", "fs.5.total-bytes", "fs.6.total-bytes", "fs.7.total-bytes", "fs.8.total-bytes", "fs.9.total-bytes",
    "fs.0.used-bytes", "fs.1.used-bytes", "fs.2.used-bytes", "fs.3.used-bytes", "fs.4.used-bytes", "fs.5.used-bytes", "fs.6.used-bytes", "fs.7.used-bytes", "fs.8.used-bytes", "fs.9.used-bytes",
    "fs.0.disk.count", "fs.1.disk.count", "fs.2.disk.count", "fs.3.disk.count", "fs.4.disk.count", "fs.5.disk.count", "fs.6.disk.count", "fs.7.disk.count", "fs.8.disk.count", "fs.9.disk.count",
    "disk.count",
    "disk.0.dependency.count", "disk.1.dependency.count", "disk.2.dependency.count", "disk.3.dependency.count", "disk.4.dependency.count", "disk.5.dependency.count", "disk.6.dependency.count", "disk.7.dependency.count", "disk.8.dependency.count", "disk.9.dependency.count",
    "if.count",
    "if.0.addr.count", "if.1.addr.count", "if.2.addr.count", "if.3.addr.count", "if.4.addr.count", "if.5.addr.count", "if.6.addr.count", "if.7.addr.count", "if.8.addr.count", "if.9.addr.count",
    "if.0.addr.0.prefix", "if.0.addr.1.prefix", "if.0.addr.2.prefix", "if.0.addr.3.prefix", "if.1.addr.0.prefix", "if.1.addr.1.prefix", "if.1.addr.2.prefix", "if.1.addr.3.prefix", "if.2.addr.0.prefix", "if.2.addr.1.prefix", "if.2.addr.2.prefix", "if.2.addr.3.prefix", "if.3.addr.0.prefix", "if.3.addr.1.prefix", "if.3.addr.2.prefix", "if.3.addr.3.prefix", "if.4.addr.0.prefix", "if.4.addr.1.prefix", "if.4.addr.2.prefix", "if.4.addr.3.prefix", "if.5.addr.0.prefix", "if.5.addr.1.prefix", "if.5.addr.2.prefix", "if.5.addr.3.prefix", "if.6.addr.0.prefix", "if.6.addr.1.prefix", "if.6.addr.2.prefix", "if.6.addr.3.prefix", "if.7.addr.0.prefix", "if.7.addr.1.prefix", "if.7.addr.2.prefix", "if.7.addr.3.prefix", "if.8.addr.0.prefix", "if.8.addr.1.prefix", "if.8.addr.2.prefix", "if.8.addr.3.prefix", "if.9.addr.0.prefix", "if.9.addr.1.prefix", "if.9.addr.2.prefix", "if.9.addr.3.prefix",
    "device.count",
    "device.0.driverDate", "device.1.driverDate", "device.2.driverDate", "device.3.driverDate", "device.4.driverDate", "device.5.driverDate", "device.6.driverDate", "device.7.driverDate", "device.8.driverDate", "device.9.driverDate",
    "device.0.pciDevice", "device.1.pciDevice", "device.2.pciDevice", "device.3.pciDevice", "device.4.pciDevice", "device.5.pciDevice", "device.6.pciDevice", "device.7.pciDevice", "device.8.pciDevice", "device.9.pciDevice",
    "device.0.pciVendor", "device.1.pciVendor", "device.2.pciVendor", "device.3.pciVendor", "device.4.pciVendor", "device.5.pciVendor", "device.6.pciVendor", "device.7.pciVendor", "device.8.pciVendor", "device.9.pciVendor",
]

_GuestInfo_str: TypeAlias = Literal[
    "user.0.name", "user.1.name", "user.2.name", "user.3.name", "user.4.name", "user.5.name", "user.6.name", "user.7.name", "user.8.name", "user.9.name",
    "user.0.domain", "user.1.domain", "user.2.domain", "user.3.domain", "user.4.domain", "user.5.domain", "user.6.domain", "user.7.domain", "user.8.domain", "user.9.domain",
    "os.id",
    "os.name",
    "os.pretty-name",
    "os.version",
    "os.version-id",
    "os.kernel-release",
    "os.kernel-version",
    "os.machine",
    "os.variant",
    "os.variant-id",
    "timezone.name",
    "hostname",
    "fs.0.mountpoint", "fs.1.mountpoint", "fs.2.mountpoint", "fs.3.mountpoint", "fs.4.mountpoint", "fs.5.mountpoint", "fs.6.mountpoint", "fs.7.mountpoint", "fs.8.mountpoint", "fs.9.mountpoint",
    "fs.0.name", "fs.1.name", "fs.2.name", "fs.3.name", "fs.4.name", "fs.5.name", "fs.6.name", "fs.7.name", "fs.8.name", "fs.9.name",
    "fs.0.fstype", "fs.1.fstype", "fs.2.fstype", "fs.3.fstype", "fs.4.fstype", "fs.5.fstype", "fs.6.fstype", "fs.7.fstype", "fs.8.fstype", "fs.9.fstype",
    "fs.0.disk.0.alias", "fs.0.disk.1.alias", "fs.0.disk.2.alias", "fs.0.disk.3.alias", "fs.1.disk.0.alias", "fs.1.disk.1.alias", "fs.1.disk.2.alias", "fs.1.disk.3.alias", "fs.2.disk.0.alias", "fs.2.disk.1.alias", "fs.2.disk.2.alias", "fs.2.disk.3.alias", "fs.3.disk.0.alias", "fs.3.disk.1.alias", "fs.3.disk.2.alias", "fs.3.disk.3.alias", "fs.4.disk.0.alias", "fs.4.disk.1.alias", "fs.4.disk.2.alias", "fs.4.disk.3.alias", "fs.5.disk.0.alias", "fs.5.disk.1.alias", "fs.5.disk.2.alias", "fs.5.disk.3.alias", "fs.6.disk.0.alias", "fs.6.disk.1.alias", "fs.6.disk.2.alias", "fs.6.disk.3.alias", "fs.7.disk.0.alias", "fs.7.disk.1.alias", "fs.7.disk.2.alias", "fs.7.disk.3.alias", "fs.8.disk.0.alias", "fs.8.disk.1.alias", "fs.8.disk.2.alias", "fs.8.disk.3.alias", "fs.9.disk.0.alias", "fs.9.disk.1.alias", "fs.9.disk.2.alias", "fs.9.disk.3.alias",
    "fs.0.disk.0.serial", "fs.0.disk.1.serial", "fs.0.disk.2.serial", "fs.0.disk.3.serial", "fs.1.disk.0.serial", "fs.1.disk.1.serial", "fs.1.disk.2.serial", "fs.1.disk.3.serial", "fs.2.disk.0.serial", "fs.2.disk.1.serial", "fs.2.disk.2.serial", "fs.2.disk.3.serial", "fs.3.disk.0.serial", "fs.3.disk.1.serial", "fs.3.disk.2.serial", "fs.3.disk.3.serial", "fs.4.disk.0.serial", "fs.4.disk.1.serial", "fs.4.disk.2.serial", "fs.4.disk.3.serial", "fs.5.disk.0.serial", "fs.5.disk.1.serial", "fs.5.disk.2.serial", "fs.5.disk.3.serial", "fs.6.disk.0.serial", "fs.6.disk.1.serial", "fs.6.disk.2.serial", "fs.6.disk.3.serial", "fs.7.disk.0.serial", "fs.7.disk.1.serial", "fs.7.disk.2.serial", "fs.7.disk.3.serial", "fs.8.disk.0.serial", "fs.8.disk.1.serial", "fs.8.disk.2.serial", "fs.8.disk.3.serial", "fs.9.disk.0.serial", "fs.9.disk.1.serial", "fs.9.disk.2.serial", "fs.9.disk.3.serial",
    "fs.0.disk.0.device", "fs.0.disk.1.device", "fs.0.disk.2.device", "fs.0.disk.3.device", "fs.1.disk.0.device", "fs.1.disk.1.device", "fs.1.disk.2.device", "fs.1.disk.3.device", "fs.2.disk.0.device", "fs.2.disk.1.device", "fs.2.disk.2.device", "fs.2.disk.3.device", "fs.3.disk.0.device", "fs.3.disk.1.device", "fs.3.disk.2.device", "fs.3.disk.3.device", "fs.4.disk.0.device", "fs.4.disk.1.device", "fs.4.disk.2.device", "fs.4.disk.3.device", "fs.5.disk.0.device", "fs.5.disk.1.device", "fs.5.disk.2.device", "fs.5.disk.3.device", "fs.6.disk.0.device", "fs.6.disk.1.device", "fs.6.disk.2.device", "fs.6.disk.3.device", "fs.7.disk.0.device", "fs.7.disk.1.device", "fs.7.disk.2.device", "fs.7.disk.3.device", "fs.8.disk.0.device", "fs.8.disk.1.device", "fs.8.disk.2.device", "fs.8.disk.3.device", "fs.9.disk.0.device", "fs.9.disk.1.device", "fs.9.disk.2.device", "fs.9.disk.3.device",
    "disk.0.name", "disk.1.name", "disk.2.name", "disk.3.name", "disk.4.name", "disk.5.name", "disk.6.name", "disk.7.name", "disk.8.name", "disk.9.name",
    "disk.0.dependency.0.name", "disk.0.dependency.1.name", "disk.0.dependency.2.name", "disk.0.dependency.3.name", "disk.1.dependency.0.name", "disk.1.dependency.1.name", "disk.1.dependency.2.name", "disk.1.dependency.3.name", "disk.2.dependency.0.name", "disk.2.dependency.1.name", "disk.2.dependency.2.name", "disk.2.dependency.3.name", "disk.3.dependency.0.name", "disk.3.dependency.1.name", "disk.3.dependency.2.name", "disk.3.dependency.3.name", "disk.4.dependency.0.name", "disk.4.dependency.1.name", "disk.4.dependency.2.name", "disk.4.dependency.3.name", "disk.5.dependency.0.name", "disk.5.dependency.1.name", "disk.5.dependency.2.name", "disk.5.dependency.3.name", "disk.6.dependency.0.name", "disk.6.dependency.1.name", "disk.6.dependency.2.name", "disk.6.dependency.3.name", "disk.7.dependency.0.name", "disk.7.dependency.1.name", "disk.7.dependency.2.name", "disk.7.dependency.3.name", "disk.8.dependency.0.name", "disk.8.dependency.1.name", "disk.8.dependency.2.name", "disk.8.dependency.3.name", "disk.9.dependency.0.name", "disk.9.dependency.1.name", "disk.9.dependency.2.name", "disk.9.dependency.3.name",
    "disk.0.serial", "disk.1.serial", "disk.2.serial", "disk.3.serial", "disk.4.serial", "disk.5.serial", "disk.6.serial", "disk.7.serial", "disk.8.serial", "disk.9.serial",
    "disk.0.alias", "disk.1.alias", "disk.2.alias", "disk.3.alias", "disk.4.alias", "disk.5.alias", "disk.6.alias", "disk.7.alias", "disk.8.alias", "disk.9.alias",
    "disk.0.guest_alias", "disk.1.guest_alias", "disk.2.guest_alias", "disk.3.guest_alias", "disk.4.guest_alias", "disk.5.guest_alias", "disk.6.guest_alias", "disk.7.guest_alias", "disk.8.guest_alias", "disk.9.guest_alias",
    "disk.0.guest_bus", "disk.1.guest_bus", "disk.2.guest_bus", "disk.3.guest_bus", "disk.4.guest_bus", "disk.5.guest_bus", "disk.6.guest_bus", "disk.7.guest_bus", "disk.8.guest_bus", "disk.9.guest_bus",
    "if.0.name", "if.1.name", "if.2.name", "if.3.name", "if.4.name", "if.5.name", "if.6.name", "if.7.name", "if.8.name", "if.9.name",
    "if.0.hwaddr", "if.1.hwaddr", "if.2.hwaddr", "if.3.hwaddr", "if.4.hwaddr", "if.5.hwaddr", "if.6.hwaddr", "if.7.hwaddr", "if.8.hwaddr", "if.9.hwaddr",
    "if.0.addr.0.type", "if.0.addr.1.type", "if.0.addr.2.type", "if.0.addr.3.type", "if.1.addr.0.type", "if.1.addr.1.type", "if.1.addr.2.type", "if.1.addr.3.type", "if.2.addr.0.type", "if.2.addr.1.type", "if.2.addr.2.type", "if.2.addr.3.type", "if.3.addr.0.type", "if.3.addr.1.type", "if.3.addr.2.type", "if.3.addr.3.type", "if.4.addr.0.type", "if.4.addr.1.type", "if.4.addr.2.type", "if.4.addr.3.type", "if.5.addr.0.type", "if.5.addr.1.type", "if.5.addr.2.type", "if.5.addr.3.type", "if.6.addr.0.type", "if.6.addr.1.type", "if.6.addr.2.type", "if.6.addr.3.type", "if.7.addr.0.type", "if.7.addr.1.type", "if.7.addr.2.type", "if.7.addr.3.type", "if.8.addr.0.type", "if.8.addr.1.type", "if.8.addr.2.type", "if.8.addr.3.type", "if.9.addr.0.type", "if.9.addr.1.type", "if.9.addr.2.type", "if.9.addr.3.type",
    "if.0.addr.0.addr", "if.0.addr.1.addr", "if.0.addr.2.addr", "if.0.addr.3.addr", "if.1.addr.0.addr", "if.1.addr.1.addr", "if.1.addr.2.addr", "if.1.addr.3.addr", "if.2.addr.0.addr", "if.2.addr.1.addr", "if.2.addr.2.addr", "if.2.addr.3.addr", "if.3.addr.0.addr", "if.3.addr.1.addr", "if.3.addr.2.addr", "if.3.addr.3.addr", "if.4.addr.0.addr", "if.4.addr.1.addr", "if.4.addr.2.addr", "if.4.addr.3.addr", "if.5.addr.0.addr", "if.5.addr.1.addr", "if.5.addr.2.addr", "if.5.addr.3.addr", "if.6.addr.0.addr", "if.6.addr.1.addr", "if.6.addr.2.addr", "if.6.addr.3.addr", "if.7.addr.0.addr", "if.7.addr.1.addr", "if.7.addr.2.addr", "if.7.addr.3.addr", "if.8.addr.0.addr", "if.8.addr.1.addr", "if.8.addr.2.addr", "if.8.addr.3.addr", "if.9.addr.0.addr", "if.9.addr.1.addr", "if.9.addr.2.addr", "if.9.addr.3.addr",
    "device.0.driverName", "device.1.driverName", "device.2.driverName", "device.3.driverName", "device.4.driverName", "device.5.driverName", "device.6.driverName", "device.7.driverName", "device.8.driverName", "device.9.driverName",
    "device.0.driverVersion", "device.1.driverVersion", "device.2.driverVersion", "device.3.driverVersion", "device.4.driverVersion", "device.5.driverVersion", "device.6.driverVersion", "device.7.driverVersion", "device.8.driverVersion", "device.9.driverVersion",
    "device.0.idType", "device.1.idType", "device.2.idType", "device.3.idType", "device.4.idType", "device.5.idType", "device.6.idType", "device.7.idType", "device.8.idType", "device.9.idType",
]

_GuestInfo_bool: TypeAlias = Literal[
    "disk.0.partition", "disk.1.partition", "disk.2.partition", "disk.3.partition", "disk.4.partition", "disk.5.partition", "disk.6.partition", "disk.7.partition", "disk.8.partition", "disk.9.partition",
]

_GuestInfo_float: TypeAlias = Literal[
    "load.1m",
    "load.5m",
    "load.15m",
]

class GuestInfo(dict[str, Any]):
    """Information of the agent about a guest's system: `Domain.get_guest_info()`.

Keys of things that come several times have numbers, and a count says how many: "user.0.name" to below "user.count",
"fs.0.mountpoint", "disk.1.guest_alias", "if.0.addr.1.addr".
    """
    __slots__ = ()
    @overload
    def __getitem__(self, key: _GuestInfo_int, /) -> int: ...
    @overload
    def __getitem__(self, key: _GuestInfo_str, /) -> str: ...
    @overload
    def __getitem__(self, key: _GuestInfo_bool, /) -> bool: ...
    @overload
    def __getitem__(self, key: _GuestInfo_float, /) -> float: ...
    @overload
    def __getitem__(self, key: str, /) -> Any: ...
    @overload  # type: ignore[override]
    def get(self, key: _GuestInfo_int, default: None = None, /) -> int | None: ...
    @overload
    def get(self, key: _GuestInfo_int, default: T, /) -> int | T: ...
    @overload
    def get(self, key: _GuestInfo_str, default: None = None, /) -> str | None: ...
    @overload
    def get(self, key: _GuestInfo_str, default: T, /) -> str | T: ...
    @overload
    def get(self, key: _GuestInfo_bool, default: None = None, /) -> bool | None: ...
    @overload
    def get(self, key: _GuestInfo_bool, default: T, /) -> bool | T: ...
    @overload
    def get(self, key: _GuestInfo_float, default: None = None, /) -> float | None: ...
    @overload
    def get(self, key: _GuestInfo_float, default: T, /) -> float | T: ...
    @overload
    def get(self, key: str, default: object = None, /) -> Any: ...

_Tunables_int: TypeAlias = Literal[
    "cputune.cpu_shares",
    "cputune.emulator_period",
    "cputune.emulator_quota",
    "cputune.vcpu_period",
    "cputune.vcpu_quota",
    "cputune.global_period",
    "cputune.global_quota",
    "blkdeviotune.read_bytes_sec",
    "blkdeviotune.read_iops_sec",
    "blkdeviotune.total_bytes_sec",
    "blkdeviotune.total_iops_sec",
    "blkdeviotune.write_bytes_sec",
    "blkdeviotune.write_iops_sec",
    "blkdeviotune.read_bytes_sec_max",
    "blkdeviotune.read_iops_sec_max",
    "blkdeviotune.total_bytes_sec_max",
    "blkdeviotune.total_iops_sec_max",
    "blkdeviotune.write_bytes_sec_max",
    "blkdeviotune.write_iops_sec_max",
    "blkdeviotune.size_iops_sec",
    "cputune.iothread_period",
    "cputune.iothread_quota",
    "blkdeviotune.total_bytes_sec_max_length",
    "blkdeviotune.read_bytes_sec_max_length",
    "blkdeviotune.write_bytes_sec_max_length",
    "blkdeviotune.total_iops_sec_max_length",
    "blkdeviotune.read_iops_sec_max_length",
    "blkdeviotune.write_iops_sec_max_length",
]

_Tunables_str: TypeAlias = Literal[
    "cputune.emulatorpin",
    "cputune.vcpupin0", "cputune.vcpupin1", "cputune.vcpupin2", "cputune.vcpupin3", "cputune.vcpupin4", "cputune.vcpupin5", "cputune.vcpupin6", "cputune.vcpupin7", "cputune.vcpupin8", "cputune.vcpupin9",
    "blkdeviotune.disk",
    "cputune.iothreadpin0", "cputune.iothreadpin1", "cputune.iothreadpin2", "cputune.iothreadpin3", "cputune.iothreadpin4", "cputune.iothreadpin5", "cputune.iothreadpin6", "cputune.iothreadpin7", "cputune.iothreadpin8", "cputune.iothreadpin9",
    "blkdeviotune.group_name",
]

class Tunables(dict[str, Any]):
    """Limits of a guest that were changed, as a `TunableEvent` has them.

Times in microseconds, sizes in bytes. Those of pinning have the number of the virtual CPU or I/O thread behind the name, and a CPU
set as text.
    """
    __slots__ = ()
    @overload
    def __getitem__(self, key: _Tunables_int, /) -> int: ...
    @overload
    def __getitem__(self, key: _Tunables_str, /) -> str: ...
    @overload
    def __getitem__(self, key: str, /) -> Any: ...
    @overload  # type: ignore[override]
    def get(self, key: _Tunables_int, default: None = None, /) -> int | None: ...
    @overload
    def get(self, key: _Tunables_int, default: T, /) -> int | T: ...
    @overload
    def get(self, key: _Tunables_str, default: None = None, /) -> str | None: ...
    @overload
    def get(self, key: _Tunables_str, default: T, /) -> str | T: ...
    @overload
    def get(self, key: str, default: object = None, /) -> Any: ...

NodeCPUStats = TypedDict(
    "NodeCPUStats",
    {
        "idle": int,
        "iowait": int,
        "kernel": int,
        "user": int,
        "intr": int,
        "utilization": int,
        "guest": int,
    },
)
"""The time that the host's CPUs have spent on each kind of work, in nanoseconds: `Connection.get_node_cpu_stats()`.

`utilization` is in per cent, on hosts that count nothing else.
"""

NodeMemoryStats = TypedDict(
    "NodeMemoryStats",
    {
        "available": int,
        "buffers": int,
        "cached": int,
        "free": int,
        "total": int,
    },
)
"""The host's memory, in KiB: `Connection.get_node_memory_stats()`.
"""
