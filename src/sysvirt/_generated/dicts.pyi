# ruff: noqa: E501
# fmt: off
"""libvirt's constants, as types of the dicts that methods return.

Made by tools/generate.py from spec/, whose facts tools/import_spec.py took from libvirt 12.8.0.
Never edit this file; to make it again: python tools/generate.py
"""

from typing import TypedDict

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
"""How a guest shares the host's CPUs: `Domain.get_scheduler_parameters()`.

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
"""How a guest shares the host's disks: `Domain.get_blkio_parameters()`.

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
"""Where on the host a guest's memory is: `Domain.get_numa_parameters()`.

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
"""Which performance events of a guest are counted: `Domain.get_perf_events()`.
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
"""What `Domain.set_iothread()` changes of an IOThread.

How long it polls before it sleeps (`poll_max_ns`, in nanoseconds, 0 for not at all) and how fast that grows and shrinks (factors);
how many threads it has for work that blocks.
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
"""What a guest with protected memory was started with: `Domain.get_launch_security_info()`.
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
"""How a job of a guest is getting on, and one of the results of `Domain.get_job_stats()`.

Times in milliseconds, sizes in bytes, speeds in bytes per second, `disk_bps` and `memory_bps` too; `compression_*` and others are for
migrations only.
"""

DomainStats = TypedDict(
    "DomainStats",
    {
        "balloon.current": int,
        "balloon.maximum": int,
        "balloon.swap_in": int,
        "balloon.swap_out": int,
        "balloon.major_fault": int,
        "balloon.minor_fault": int,
        "balloon.unused": int,
        "balloon.available": int,
        "balloon.rss": int,
        "balloon.usable": int,
        "balloon.last-update": int,
        "balloon.disk_caches": int,
        "balloon.hugetlb_pgalloc": int,
        "balloon.hugetlb_pgfail": int,
        "block.count": int,
        "cpu.time": int,
        "cpu.user": int,
        "cpu.system": int,
        "cpu.haltpoll.success.time": int,
        "cpu.haltpoll.fail.time": int,
        "cpu.cache.monitor.count": int,
        "cpu.energy.monitor.count": int,
        "net.count": int,
        "state.state": int,
        "state.reason": int,
        "vcpu.current": int,
        "vcpu.maximum": int,
        "perf.cmt": int,
        "perf.mbmt": int,
        "perf.mbml": int,
        "perf.cache_misses": int,
        "perf.cache_references": int,
        "perf.instructions": int,
        "perf.cpu_cycles": int,
        "perf.branch_instructions": int,
        "perf.branch_misses": int,
        "perf.bus_cycles": int,
        "perf.stalled_cycles_frontend": int,
        "perf.stalled_cycles_backend": int,
        "perf.ref_cpu_cycles": int,
        "perf.cpu_clock": int,
        "perf.task_clock": int,
        "perf.page_faults": int,
        "perf.context_switches": int,
        "perf.cpu_migrations": int,
        "perf.page_faults_min": int,
        "perf.page_faults_maj": int,
        "perf.alignment_faults": int,
        "perf.emulation_faults": int,
        "iothread.count": int,
        "memory.bandwidth.monitor.count": int,
        "dirtyrate.calc_status": int,
        "dirtyrate.calc_start_time": int,
        "dirtyrate.calc_period": int,
        "dirtyrate.megabytes_per_second": int,
        "dirtyrate.calc_mode": str,
    },
)
"""What is known of a guest, one entry of `Connection.get_all_domain_stats()`.

Times are in nanoseconds, memory in KiB. Of what there are several, a count says how many, and the keys
have numbers: "vcpu.0.time" to below "vcpu.maximum", "net.0.rx.bytes", "block.0.name".
"""

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

GuestInfo = TypedDict(
    "GuestInfo",
    {
        "user.count": int,
        "os.id": str,
        "os.name": str,
        "os.pretty-name": str,
        "os.version": str,
        "os.version-id": str,
        "os.kernel-release": str,
        "os.kernel-version": str,
        "os.machine": str,
        "os.variant": str,
        "os.variant-id": str,
        "timezone.name": str,
        "timezone.offset": int,
        "hostname": str,
        "fs.count": int,
        "disk.count": int,
        "if.count": int,
        "load.1m": float,
        "load.5m": float,
        "load.15m": float,
        "device.count": int,
    },
)
"""What a guest's agent tells of its system: `Domain.get_guest_info()`.

Of what there are several, a count says how many, and the keys have numbers: "user.0.name" to below "user.count",
"fs.0.mountpoint", "disk.1.guest_alias", "if.0.addr.1.addr".
"""

Tunables = TypedDict(
    "Tunables",
    {
        "cputune.cpu_shares": int,
        "cputune.emulatorpin": str,
        "cputune.emulator_period": int,
        "cputune.emulator_quota": int,
        "cputune.vcpu_period": int,
        "cputune.vcpu_quota": int,
        "cputune.global_period": int,
        "cputune.global_quota": int,
        "blkdeviotune.disk": str,
        "blkdeviotune.read_bytes_sec": int,
        "blkdeviotune.read_iops_sec": int,
        "blkdeviotune.total_bytes_sec": int,
        "blkdeviotune.total_iops_sec": int,
        "blkdeviotune.write_bytes_sec": int,
        "blkdeviotune.write_iops_sec": int,
        "blkdeviotune.read_bytes_sec_max": int,
        "blkdeviotune.read_iops_sec_max": int,
        "blkdeviotune.total_bytes_sec_max": int,
        "blkdeviotune.total_iops_sec_max": int,
        "blkdeviotune.write_bytes_sec_max": int,
        "blkdeviotune.write_iops_sec_max": int,
        "blkdeviotune.size_iops_sec": int,
        "cputune.iothread_period": int,
        "cputune.iothread_quota": int,
        "blkdeviotune.total_bytes_sec_max_length": int,
        "blkdeviotune.read_bytes_sec_max_length": int,
        "blkdeviotune.write_bytes_sec_max_length": int,
        "blkdeviotune.total_iops_sec_max_length": int,
        "blkdeviotune.read_iops_sec_max_length": int,
        "blkdeviotune.write_iops_sec_max_length": int,
        "blkdeviotune.group_name": str,
    },
)
"""Limits of a guest that were changed, as a `TunableEvent` has them.

Times in microseconds, sizes in bytes. Those of pinning have the number of the virtual CPU or I/O thread behind the name, and a CPU
set as text.
"""

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
"""Where the time of the host's CPUs went, in nanoseconds: `Connection.get_node_cpu_stats()`.

`utilization` is per cent of the time, where the host counts nothing else.
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
