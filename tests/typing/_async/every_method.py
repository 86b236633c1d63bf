"""Every method of a guest and its handles, as strict checkers must accept it: no cast, no guard, no Any.

Only checked, never run; tests/test_typing.py sees that no method is missing.
"""

from __future__ import annotations

from collections.abc import Sequence

from sysvirt.aio import Connection, Domain, DomainCheckpoint, DomainSnapshot, Stream, connect
from sysvirt.results import CredentialRequest

LIVE_AND_CONFIG = Domain.AFFECT_LIVE | Domain.AFFECT_CONFIG


async def identity(dom: Domain) -> tuple[str, bytes, Connection]:
    number = dom.get_id() + 1
    host = dom.get_name() + dom.get_uuid_string() + await dom.get_hostname(Domain.GET_HOSTNAME_AGENT)
    return host * number, dom.get_uuid() + b"", dom.get_connection()


async def state(dom: Domain) -> float:
    now, reason = await dom.get_state()
    info = await dom.get_info()
    control = await dom.get_control_info()
    busy = control.state == Domain.CONTROL_JOB or control.details == Domain.CONTROL_ERROR_REASON_NONE
    well = now == Domain.STATE_RUNNING and reason == Domain.STATE_RUNNING_BOOTED and info.state == now
    flags = [await dom.is_active(), await dom.is_persistent(), await dom.is_updated(), busy, well]
    texts = [*await dom.get_messages(Domain.MESSAGE_TAINTING), await dom.get_os_type()]
    return sum(flags) + len(texts) + info.cpu_time / 1e9 / info.nr_virt_cpu + control.state_time


async def configuration(dom: Domain) -> str:
    await dom.set_autostart(not await dom.get_autostart())
    await dom.set_autostart_once(not await dom.get_autostart_once())
    await dom.set_metadata(Domain.METADATA_ELEMENT, "<a/>", "k", "urn:a", LIVE_AND_CONFIG)
    text = await dom.get_metadata(Domain.METADATA_ELEMENT, "urn:a")
    await dom.rename("other")
    await dom.undefine(Domain.UNDEFINE_MANAGED_SAVE | Domain.UNDEFINE_NVRAM)
    return text + await dom.get_xml_description(Domain.XML_SECURE | Domain.XML_INACTIVE)


async def life(dom: Domain) -> None:
    await dom.create(Domain.START_PAUSED | Domain.START_BYPASS_CACHE)
    await dom.create_with_files([3, 4], Domain.START_PAUSED)
    await dom.suspend()
    await dom.resume()
    await dom.reset()
    await dom.reboot(Domain.REBOOT_GUEST_AGENT | Domain.REBOOT_ACPI_POWER_BTN)
    await dom.shutdown(Domain.SHUTDOWN_ACPI_POWER_BTN)
    await dom.destroy(Domain.DESTROY_GRACEFUL)
    await dom.pm_suspend_for_duration(Connection.NODE_SUSPEND_TARGET_MEM, 0)
    await dom.pm_wakeup()
    await dom.set_lifecycle_action(
        Domain.LIFECYCLE_CRASH, Domain.LIFECYCLE_ACTION_RESTART, Domain.AFFECT_CONFIG
    )


async def saving(dom: Domain) -> str:
    await dom.save("/a", "<domain/>", {Domain.SAVE_PARAM_IMAGE_FORMAT: "raw"}, Domain.SAVE_RUNNING)
    await dom.managed_save(Domain.SAVE_BYPASS_CACHE | Domain.SAVE_PAUSED)
    if await dom.has_managed_save_image():
        await dom.managed_save_define_xml("<domain/>", Domain.SAVE_RUNNING)
        await dom.managed_save_remove()
    await dom.core_dump("/a", Domain.DUMP_MEMORY_ONLY | Domain.DUMP_BYPASS_CACHE)
    await dom.core_dump_format("/a", Domain.CORE_DUMP_FORMAT_KDUMP_ZLIB, Domain.DUMP_MEMORY_ONLY)
    return await dom.managed_save_get_xml_description() + ""


async def memory(dom: Domain) -> float:
    await dom.set_max_memory(2048)
    await dom.set_memory(await dom.get_max_memory() // 2, LIVE_AND_CONFIG)
    await dom.set_memory_stats_period(5, Domain.MEM_LIVE)
    await dom.start_dirty_rate_calc(1, Domain.DIRTYRATE_MODE_PAGE_SAMPLING)
    data = await dom.memory_peek(0, 16, Domain.MEMORY_PHYSICAL) + b""
    stats = await dom.memory_stats()
    if "rss" in stats:
        return stats["rss"] / 2
    return len(data)


async def cpus(dom: Domain) -> float:
    await dom.set_vcpus(await dom.get_vcpus(Domain.VCPU_MAXIMUM) - 1, Domain.VCPU_CONFIG)
    await dom.set_vcpu([1, 2], True, Domain.AFFECT_LIVE)
    await dom.set_guest_vcpus("1-2", False)
    online = (await dom.get_guest_vcpus())["online"].split(",")
    await dom.pin_vcpu(0, {0, 1}, Domain.AFFECT_LIVE)
    await dom.pin_emulator(await dom.get_emulator_pin_info(Domain.AFFECT_LIVE), Domain.AFFECT_CONFIG)
    used = [vcpu.cpu_time / 2 for vcpu in await dom.get_vcpu_info() if vcpu.cpu in vcpu.affinity]
    total = [cpu["cpu_time"] + cpu["vcpu_time"] for cpu in await dom.get_cpu_stats(0, 0)]
    return sum(used) + sum(total) / await dom.get_max_vcpus() + len(online)


async def iothreads(dom: Domain) -> int:
    await dom.add_iothread(1, Domain.AFFECT_LIVE)
    await dom.set_iothread(1, {Domain.IOTHREAD_PARAM_POLL_MAX_NS: 1000}, Domain.AFFECT_LIVE)
    found = await dom.get_iothread_info(Domain.AFFECT_LIVE)
    await dom.pin_iothread(found[0].number, found[0].affinity, Domain.AFFECT_LIVE)
    await dom.del_iothread(1, Domain.AFFECT_LIVE)
    return found[0].number + 1


async def tuning(dom: Domain) -> float:
    scheduler = await dom.get_scheduler_parameters(Domain.AFFECT_LIVE)
    scheduler["cpu_shares"] = scheduler["cpu_shares"] * 2
    await dom.set_scheduler_parameters(scheduler, Domain.AFFECT_LIVE)
    await dom.set_scheduler_parameters({Domain.SCHEDULER_CPU_SHARES: 1024})
    limits = await dom.get_memory_parameters()
    await dom.set_memory_parameters(limits)
    await dom.set_memory_parameters({Domain.MEMORY_HARD_LIMIT: limits["hard_limit"] + 1})
    disks = await dom.get_blkio_parameters()
    await dom.set_blkio_parameters(
        {"weight": disks["weight"] + 1, "device_weight": disks["device_weight"] + ""}
    )
    numa = await dom.get_numa_parameters()
    await dom.set_numa_parameters({"numa_nodeset": numa["numa_nodeset"] + ",1"}, Domain.AFFECT_CONFIG)
    events = await dom.get_perf_events()
    await dom.set_perf_events({Domain.PERF_PARAM_CPU_CYCLES: not events["cpu_cycles"]})
    return scheduler["vcpu_quota"] / 2 + len(await dom.get_scheduler_type())


async def devices(dom: Domain) -> None:
    await dom.attach_device("<disk/>", LIVE_AND_CONFIG)
    await dom.update_device("<disk/>", Domain.DEVICE_MODIFY_FORCE | Domain.DEVICE_MODIFY_LIVE)
    await dom.detach_device("<disk/>")
    await dom.detach_device_alias("ua-disk", Domain.AFFECT_LIVE)


async def disks(dom: Domain) -> float:
    info = await dom.get_block_info("vda")
    await dom.block_resize("vda", info.capacity * 2, Domain.BLOCK_RESIZE_BYTES)
    data = await dom.block_peek("vda", 0, 512) + b""
    stats = await dom.block_stats("vda")
    tuned = await dom.get_block_iotune("vda")
    await dom.set_block_iotune("vda", tuned, Domain.AFFECT_LIVE)
    await dom.set_block_iotune("vda", {Domain.BLOCK_IOTUNE_TOTAL_BYTES_SEC: tuned["total_bytes_sec"] * 2})
    await dom.set_throttle_group("group", {Domain.BLOCK_IOTUNE_READ_IOPS_SEC: 100}, Domain.AFFECT_LIVE)
    await dom.del_throttle_group("group", Domain.AFFECT_LIVE)
    await dom.set_block_threshold("vda", info.allocation + 1)
    failed = [one.path + "" for one in await dom.get_disk_errors() if one.error == Domain.DISK_ERROR_NO_SPACE]
    return stats["rd_bytes"] / 2 + stats["wr_req"] + len(data) + len(failed)


async def block_jobs(dom: Domain) -> float:
    await dom.block_pull("vda", 10, Domain.BLOCK_PULL_BANDWIDTH_BYTES)
    await dom.block_rebase("vda", None, 0, Domain.BLOCK_REBASE_SHALLOW | Domain.BLOCK_REBASE_COPY)
    await dom.block_commit("vda", None, None, 0, Domain.BLOCK_COMMIT_ACTIVE)
    await dom.block_copy("vda", "<disk/>", {Domain.BLOCK_COPY_BANDWIDTH: 10}, Domain.BLOCK_COPY_SHALLOW)
    await dom.set_block_job_speed("vda", 1 << 20, Domain.BLOCK_JOB_SPEED_BANDWIDTH_BYTES)
    job = await dom.get_block_job_info("vda")
    await dom.abort_block_job("vda", Domain.BLOCK_JOB_ABORT_PIVOT)
    return job.cur / job.end if job.type == Domain.BLOCK_JOB_TYPE_PULL else job.bandwidth / 2


async def network(dom: Domain) -> float:
    limits = await dom.get_interface_parameters("vnet0")
    average = limits["inbound.average"] * 2
    await dom.set_interface_parameters("vnet0", {Domain.BANDWIDTH_IN_AVERAGE: average}, Domain.AFFECT_LIVE)
    await dom.announce_interface("vnet0", {Domain.ANNOUNCE_INTERFACE_ROUNDS: 3})
    stats = await dom.interface_stats("vnet0")
    total = stats.rx_bytes + stats.tx_bytes
    for interface in await dom.get_interface_addresses(Domain.INTERFACE_ADDRESSES_SRC_LEASE):
        total += sum(address.prefix for address in interface.addrs)
    return total / 2


async def jobs(dom: Domain) -> float:
    info = await dom.get_job_info()
    kind, stats = await dom.get_job_stats(Domain.JOB_STATS_COMPLETED)
    await dom.abort_job()
    if kind == Domain.JOB_COMPLETED and info.type == Domain.JOB_NONE:
        return stats["data_processed"] / stats["data_total"]
    return info.data_remaining / 2


async def migration(dom: Domain, there: Connection) -> Domain:
    params = {Domain.MIGRATE_PARAM_URI: "tcp://a", Domain.MIGRATE_PARAM_DEST_NAME: "name"}
    several = {Domain.MIGRATE_PARAM_BANDWIDTH: 100, Domain.MIGRATE_PARAM_COMPRESSION: ["zlib", "zstd"]}
    await dom.migrate(
        there, {Domain.MIGRATE_PARAM_COMPRESSION: ["zlib"], Domain.MIGRATE_PARAM_URI: "tcp://a"}
    )
    await dom.migrate(there, several, Domain.MIGRATE_PARALLEL)
    moved = await dom.migrate(there, params, Domain.MIGRATE_LIVE | Domain.MIGRATE_PERSIST_DEST)
    moved = await moved.migrate2(there, None, Domain.MIGRATE_LIVE, "name", "tcp://a", 100)
    await moved.migrate_to_uri("qemu+ssh://a/system", params, Domain.MIGRATE_PEER2PEER)
    await moved.migrate_to_uri2("qemu+ssh://a/system", "tcp://a", None, Domain.MIGRATE_PEER2PEER, "name", 100)
    await dom.migrate_set_max_downtime(await dom.migrate_get_max_downtime() + 1)
    await dom.migrate_set_max_speed(await dom.migrate_get_max_speed() + 1, Domain.MIGRATE_MAX_SPEED_POSTCOPY)
    await dom.migrate_set_compression_cache(await dom.migrate_get_compression_cache() + 1)
    await dom.migrate_start_post_copy()
    return await dom.recover_migration(there)


async def snapshots(dom: Domain) -> int:
    new = await dom.create_snapshot("<domainsnapshot/>", DomainSnapshot.CREATE_DISK_ONLY)
    found: Sequence[DomainSnapshot] = [
        *await dom.list_snapshots(),
        *await dom.list_all_snapshots(DomainSnapshot.LIST_ROOTS | DomainSnapshot.LIST_LEAVES),
        await dom.get_snapshot_by_name("a"),
        await new.get_parent(),
        *await new.list_child_snapshots(),
        *await new.list_all_children(DomainSnapshot.LIST_DESCENDANTS),
    ]
    if await dom.has_current_snapshot() and await new.is_current() and await new.has_metadata():
        await (await dom.current_snapshot()).revert_to(DomainSnapshot.REVERT_PAUSED)
    await new.delete(DomainSnapshot.DELETE_CHILDREN)
    names = await dom.list_snapshot_names(3) + await new.list_child_snapshot_names()
    text = new.get_name() + await new.get_xml_description(DomainSnapshot.XML_SECURE) + "".join(names)
    same = new.get_domain() == dom and new.get_connection() is dom.get_connection()
    return await dom.num_of_snapshots() + await new.num_of_child_snapshots() + len(text) + len(found) + same


async def checkpoints(dom: Domain) -> int:
    new = await dom.create_checkpoint("<domaincheckpoint/>", DomainCheckpoint.CREATE_QUIESCE)
    found = [
        *await dom.list_all_checkpoints(DomainCheckpoint.LIST_ROOTS),
        await dom.get_checkpoint_by_name("a"),
        await new.get_parent(),
        *await new.list_all_children(),
    ]
    await dom.backup_begin("<domainbackup/>", None, Domain.BACKUP_BEGIN_REUSE_EXTERNAL)
    text = await dom.backup_get_xml_description() + new.get_name() + await new.get_xml_description()
    await new.delete(DomainCheckpoint.DELETE_METADATA_ONLY)
    same = new.get_domain() == dom and new.get_connection() is dom.get_connection()
    return len(found) + len(text) + same


async def agent(dom: Domain) -> float:
    frozen = await dom.fs_freeze(["/"]) - await dom.fs_thaw()
    await dom.fs_trim(None, 4096)
    sizes = [len(disk) for info in await dom.get_fs_info() for disk in info.devalias]
    guest = await dom.get_guest_info(Domain.GUEST_INFO_OS | Domain.GUEST_INFO_USERS)
    seconds, nanoseconds = await dom.get_time()
    await dom.set_time(seconds + 1, nanoseconds, Domain.TIME_SYNC)
    await dom.set_user_password("root", "secret", Domain.PASSWORD_ENCRYPTED)
    keys = await dom.authorized_ssh_keys_get("root")
    await dom.authorized_ssh_keys_set("root", keys, Domain.AUTHORIZED_SSH_KEYS_SET_APPEND)
    await dom.set_agent_response_timeout(Domain.AGENT_RESPONSE_TIMEOUT_NOWAIT)
    return sum(sizes) + guest["user.count"] / 2 + guest["load.1m"] + len(guest["os.id"]) + frozen


async def input_and_screens(dom: Domain, stream: Stream) -> str:
    await dom.send_key(Domain.KEYCODE_SET_LINUX, 50, [28])
    await dom.inject_nmi()
    await dom.send_process_signal(1, Domain.PROCESS_SIGNAL_TERM)
    await dom.open_console(stream, "serial0", Domain.OPEN_CONSOLE_FORCE)
    await dom.open_channel(stream, "org.example.0", Domain.OPEN_CHANNEL_FORCE)
    await dom.open_graphics(0, await dom.open_graphics_fd(0) + 0, Domain.OPEN_GRAPHICS_SKIPAUTH)
    await dom.graphics_reload(Domain.GRAPHICS_RELOAD_TYPE_VNC)
    await dom.fd_associate("name", [3], Domain.FD_ASSOCIATE_SECLABEL_RESTORE)
    kind, picture = await dom.take_screenshot()
    print(kind + "", picture[:8])
    return await dom.screenshot(stream, 0) + ""


async def security(dom: Domain) -> str:
    label = await dom.get_security_label()
    labels = [one.model + one.label for one in await dom.get_security_label_list() if one.enforcing]
    sev = await dom.get_launch_security_info()
    await dom.set_launch_security_state({Domain.LAUNCH_SECURITY_SEV_SECRET: "x"})
    return label.label + "".join(labels) + str(sev["sev-policy"] + 1)


async def monitor(dom: Domain) -> str:
    answer, fds = await dom.qemu_monitor_command_with_files("{}", [3])
    text = await dom.qemu_monitor_command("info status", Domain.QEMU_MONITOR_COMMAND_HMP)
    return text + answer + await dom.qemu_agent_command("{}", 5) + str(sum(fds))


async def following(dom: Domain) -> float:
    speeds = [progress.speed async for progress in dom.follow_job()]
    speeds += [progress.speed async for progress in dom.follow_block_job("vda", 0.1)]
    async for progress in dom.with_progress(dom.save, "/a", flags=Domain.SAVE_BYPASS_CACHE):
        speeds.append(progress.done * 100 // progress.total)
    return sum(speeds) / 2


async def conversation(dom: Domain) -> str:
    async with dom.console(flags=Domain.OPEN_CONSOLE_FORCE) as console:
        await console.send_line("root")
        found = await console.expect("# ", timeout=5)
        return found.group() + await console.run("uname") + console.before


async def waiting(dom: Domain) -> float:
    state, reason = await dom.wait_for_state(Domain.STATE_RUNNING, Domain.STATE_PAUSED, timeout=5)
    await dom.wait_for_agent(5)
    address = await dom.wait_for_address(Domain.INTERFACE_ADDRESSES_SRC_LEASE, timeout=5)
    address = await dom.wait_for_address(
        Domain.INTERFACE_ADDRESSES_SRC_AGENT, family=Connection.IP_ADDR_TYPE_IPV4, local=True
    )
    ended = await dom.wait_for_block_job("vda", 5)
    if ended is not None:
        print(ended == Domain.BLOCK_JOB_COMPLETED, ended.name)
    await dom.wait_for_detached("net0", timeout=5)
    await dom.wait_for_detached("vdb", 5, missing_ok=True)
    kind, stats = await dom.wait_for_job(5)
    if await dom.shutdown_or_destroy(30, Domain.SHUTDOWN_ACPI_POWER_BTN) == Domain.STATE_SHUTOFF_DESTROYED:
        return len(address + state.name) + reason / 2
    return stats["time_elapsed"] / 1000 if kind == Domain.JOB_COMPLETED else 0.0


async def login(by_name: dict[str, str], by_kind: dict[int, str]) -> None:
    async def ask(requests: list[CredentialRequest]) -> list[str | None]:
        hidden = Connection.CRED_PASSPHRASE
        return [None if request.type == hidden else request.result or request.prompt for request in requests]

    await connect("qemu:///system", credentials=by_name)
    await connect("qemu:///system", credentials=by_kind)
    await connect("qemu:///system", credentials={Connection.CRED_AUTHNAME: "fred", "password": "x"})
    await connect("qemu:///system", False, 0, [Connection.CRED_AUTHNAME, Connection.CRED_PASSPHRASE], ask)
