# Made by tools/unasync.py from tests/typing/_async/every_method.py; do not edit.
"""Every method of a guest and its handles, as strict checkers must accept it: no cast, no guard, no Any.

Only checked, never run; tests/test_typing.py sees that no method is missing.
"""

from __future__ import annotations

from collections.abc import Sequence

from sysvirt import Connection, Domain, DomainCheckpoint, DomainSnapshot, Stream, connect
from sysvirt.results import CredentialRequest

LIVE_AND_CONFIG = Domain.AFFECT_LIVE | Domain.AFFECT_CONFIG


def identity(dom: Domain) -> tuple[str, bytes, Connection]:
    number = dom.get_id() + 1
    host = dom.get_name() + dom.get_uuid_string() + dom.get_hostname(Domain.GET_HOSTNAME_AGENT)
    return host * number, dom.get_uuid() + b"", dom.get_connection()


def state(dom: Domain) -> float:
    now, reason = dom.get_state()
    info = dom.get_info()
    control = dom.get_control_info()
    busy = control.state == Domain.CONTROL_JOB or control.details == Domain.CONTROL_ERROR_REASON_NONE
    well = now == Domain.STATE_RUNNING and reason == Domain.STATE_RUNNING_BOOTED and info.state == now
    flags = [dom.is_active(), dom.is_persistent(), dom.is_updated(), busy, well]
    texts = [*dom.get_messages(Domain.MESSAGE_TAINTING), dom.get_os_type()]
    return sum(flags) + len(texts) + info.cpu_time / 1e9 / info.nr_virt_cpu + control.state_time


def configuration(dom: Domain) -> str:
    dom.set_autostart(not dom.get_autostart())
    dom.set_autostart_once(not dom.get_autostart_once())
    dom.set_metadata(Domain.METADATA_ELEMENT, "<a/>", "k", "urn:a", LIVE_AND_CONFIG)
    text = dom.get_metadata(Domain.METADATA_ELEMENT, "urn:a")
    dom.rename("other")
    dom.undefine(Domain.UNDEFINE_MANAGED_SAVE | Domain.UNDEFINE_NVRAM)
    return text + dom.get_xml_description(Domain.XML_SECURE | Domain.XML_INACTIVE)


def life(dom: Domain) -> None:
    dom.create(Domain.START_PAUSED | Domain.START_BYPASS_CACHE)
    dom.create_with_files([3, 4], Domain.START_PAUSED)
    dom.suspend()
    dom.resume()
    dom.reset()
    dom.reboot(Domain.REBOOT_GUEST_AGENT | Domain.REBOOT_ACPI_POWER_BTN)
    dom.shutdown(Domain.SHUTDOWN_ACPI_POWER_BTN)
    dom.destroy(Domain.DESTROY_GRACEFUL)
    dom.pm_suspend_for_duration(Connection.NODE_SUSPEND_TARGET_MEM, 0)
    dom.pm_wakeup()
    dom.set_lifecycle_action(
        Domain.LIFECYCLE_CRASH, Domain.LIFECYCLE_ACTION_RESTART, Domain.AFFECT_CONFIG
    )


def saving(dom: Domain) -> str:
    dom.save("/a", "<domain/>", {Domain.SAVE_PARAM_IMAGE_FORMAT: "raw"}, Domain.SAVE_RUNNING)
    dom.managed_save(Domain.SAVE_BYPASS_CACHE | Domain.SAVE_PAUSED)
    if dom.has_managed_save_image():
        dom.managed_save_define_xml("<domain/>", Domain.SAVE_RUNNING)
        dom.managed_save_remove()
    dom.core_dump("/a", Domain.DUMP_MEMORY_ONLY | Domain.DUMP_BYPASS_CACHE)
    dom.core_dump_format("/a", Domain.CORE_DUMP_FORMAT_KDUMP_ZLIB, Domain.DUMP_MEMORY_ONLY)
    return dom.managed_save_get_xml_description() + ""


def memory(dom: Domain) -> float:
    dom.set_max_memory(2048)
    dom.set_memory(dom.get_max_memory() // 2, LIVE_AND_CONFIG)
    dom.set_memory_stats_period(5, Domain.MEM_LIVE)
    dom.start_dirty_rate_calc(1, Domain.DIRTYRATE_MODE_PAGE_SAMPLING)
    data = dom.memory_peek(0, 16, Domain.MEMORY_PHYSICAL) + b""
    stats = dom.memory_stats()
    if "rss" in stats:
        return stats["rss"] / 2
    return len(data)


def cpus(dom: Domain) -> float:
    dom.set_vcpus(dom.get_vcpus(Domain.VCPU_MAXIMUM) - 1, Domain.VCPU_CONFIG)
    dom.set_vcpu([1, 2], True, Domain.AFFECT_LIVE)
    dom.set_guest_vcpus("1-2", False)
    online = (dom.get_guest_vcpus())["online"].split(",")
    dom.pin_vcpu(0, {0, 1}, Domain.AFFECT_LIVE)
    dom.pin_emulator(dom.get_emulator_pin_info(Domain.AFFECT_LIVE), Domain.AFFECT_CONFIG)
    used = [vcpu.cpu_time / 2 for vcpu in dom.get_vcpu_info() if vcpu.cpu in vcpu.affinity]
    total = [cpu["cpu_time"] + cpu["vcpu_time"] for cpu in dom.get_cpu_stats(0, 0)]
    return sum(used) + sum(total) / dom.get_max_vcpus() + len(online)


def iothreads(dom: Domain) -> int:
    dom.add_iothread(1, Domain.AFFECT_LIVE)
    dom.set_iothread(1, {Domain.IOTHREAD_PARAM_POLL_MAX_NS: 1000}, Domain.AFFECT_LIVE)
    found = dom.get_iothread_info(Domain.AFFECT_LIVE)
    dom.pin_iothread(found[0].number, found[0].affinity, Domain.AFFECT_LIVE)
    dom.del_iothread(1, Domain.AFFECT_LIVE)
    return found[0].number + 1


def tuning(dom: Domain) -> float:
    scheduler = dom.get_scheduler_parameters(Domain.AFFECT_LIVE)
    scheduler["cpu_shares"] = scheduler["cpu_shares"] * 2
    dom.set_scheduler_parameters(scheduler, Domain.AFFECT_LIVE)
    dom.set_scheduler_parameters({Domain.SCHEDULER_CPU_SHARES: 1024})
    limits = dom.get_memory_parameters()
    dom.set_memory_parameters(limits)
    dom.set_memory_parameters({Domain.MEMORY_HARD_LIMIT: limits["hard_limit"] + 1})
    disks = dom.get_blkio_parameters()
    dom.set_blkio_parameters(
        {"weight": disks["weight"] + 1, "device_weight": disks["device_weight"] + ""}
    )
    numa = dom.get_numa_parameters()
    dom.set_numa_parameters({"numa_nodeset": numa["numa_nodeset"] + ",1"}, Domain.AFFECT_CONFIG)
    events = dom.get_perf_events()
    dom.set_perf_events({Domain.PERF_PARAM_CPU_CYCLES: not events["cpu_cycles"]})
    return scheduler["vcpu_quota"] / 2 + len(dom.get_scheduler_type())


def devices(dom: Domain) -> None:
    dom.attach_device("<disk/>", LIVE_AND_CONFIG)
    dom.update_device("<disk/>", Domain.DEVICE_MODIFY_FORCE | Domain.DEVICE_MODIFY_LIVE)
    dom.detach_device("<disk/>")
    dom.detach_device_alias("ua-disk", Domain.AFFECT_LIVE)


def disks(dom: Domain) -> float:
    info = dom.get_block_info("vda")
    dom.block_resize("vda", info.capacity * 2, Domain.BLOCK_RESIZE_BYTES)
    data = dom.block_peek("vda", 0, 512) + b""
    stats = dom.block_stats("vda")
    tuned = dom.get_block_iotune("vda")
    dom.set_block_iotune("vda", tuned, Domain.AFFECT_LIVE)
    dom.set_block_iotune("vda", {Domain.BLOCK_IOTUNE_TOTAL_BYTES_SEC: tuned["total_bytes_sec"] * 2})
    dom.set_throttle_group("group", {Domain.BLOCK_IOTUNE_READ_IOPS_SEC: 100}, Domain.AFFECT_LIVE)
    dom.del_throttle_group("group", Domain.AFFECT_LIVE)
    dom.set_block_threshold("vda", info.allocation + 1)
    failed = [one.path + "" for one in dom.get_disk_errors() if one.error == Domain.DISK_ERROR_NO_SPACE]
    return stats["rd_bytes"] / 2 + stats["wr_req"] + len(data) + len(failed)


def block_jobs(dom: Domain) -> float:
    dom.block_pull("vda", 10, Domain.BLOCK_PULL_BANDWIDTH_BYTES)
    dom.block_rebase("vda", None, 0, Domain.BLOCK_REBASE_SHALLOW | Domain.BLOCK_REBASE_COPY)
    dom.block_commit("vda", None, None, 0, Domain.BLOCK_COMMIT_ACTIVE)
    dom.block_copy("vda", "<disk/>", {Domain.BLOCK_COPY_BANDWIDTH: 10}, Domain.BLOCK_COPY_SHALLOW)
    dom.set_block_job_speed("vda", 1 << 20, Domain.BLOCK_JOB_SPEED_BANDWIDTH_BYTES)
    job = dom.get_block_job_info("vda")
    dom.abort_block_job("vda", Domain.BLOCK_JOB_ABORT_PIVOT)
    return job.cur / job.end if job.type == Domain.BLOCK_JOB_TYPE_PULL else job.bandwidth / 2


def network(dom: Domain) -> float:
    limits = dom.get_interface_parameters("vnet0")
    average = limits["inbound.average"] * 2
    dom.set_interface_parameters("vnet0", {Domain.BANDWIDTH_IN_AVERAGE: average}, Domain.AFFECT_LIVE)
    dom.announce_interface("vnet0", {Domain.ANNOUNCE_INTERFACE_ROUNDS: 3})
    stats = dom.interface_stats("vnet0")
    total = stats.rx_bytes + stats.tx_bytes
    for interface in dom.get_interface_addresses(Domain.INTERFACE_ADDRESSES_SRC_LEASE):
        total += sum(address.prefix for address in interface.addrs)
    return total / 2


def jobs(dom: Domain) -> float:
    info = dom.get_job_info()
    kind, stats = dom.get_job_stats(Domain.JOB_STATS_COMPLETED)
    dom.abort_job()
    if kind == Domain.JOB_COMPLETED and info.type == Domain.JOB_NONE:
        return stats["data_processed"] / stats["data_total"]
    return info.data_remaining / 2


def migration(dom: Domain, there: Connection) -> Domain:
    params = {Domain.MIGRATE_PARAM_URI: "tcp://a", Domain.MIGRATE_PARAM_DEST_NAME: "name"}
    several = {Domain.MIGRATE_PARAM_BANDWIDTH: 100, Domain.MIGRATE_PARAM_COMPRESSION: ["zlib", "zstd"]}
    dom.migrate(
        there, {Domain.MIGRATE_PARAM_COMPRESSION: ["zlib"], Domain.MIGRATE_PARAM_URI: "tcp://a"}
    )
    dom.migrate(there, several, Domain.MIGRATE_PARALLEL)
    moved = dom.migrate(there, params, Domain.MIGRATE_LIVE | Domain.MIGRATE_PERSIST_DEST)
    moved = moved.migrate2(there, None, Domain.MIGRATE_LIVE, "name", "tcp://a", 100)
    moved.migrate_to_uri("qemu+ssh://a/system", params, Domain.MIGRATE_PEER2PEER)
    moved.migrate_to_uri2("qemu+ssh://a/system", "tcp://a", None, Domain.MIGRATE_PEER2PEER, "name", 100)
    dom.migrate_set_max_downtime(dom.migrate_get_max_downtime() + 1)
    dom.migrate_set_max_speed(dom.migrate_get_max_speed() + 1, Domain.MIGRATE_MAX_SPEED_POSTCOPY)
    dom.migrate_set_compression_cache(dom.migrate_get_compression_cache() + 1)
    dom.migrate_start_post_copy()
    return dom.recover_migration(there)


def snapshots(dom: Domain) -> int:
    new = dom.create_snapshot("<domainsnapshot/>", DomainSnapshot.CREATE_DISK_ONLY)
    found: Sequence[DomainSnapshot] = [
        *dom.list_snapshots(),
        *dom.list_all_snapshots(DomainSnapshot.LIST_ROOTS | DomainSnapshot.LIST_LEAVES),
        dom.get_snapshot_by_name("a"),
        new.get_parent(),
        *new.list_child_snapshots(),
        *new.list_all_children(DomainSnapshot.LIST_DESCENDANTS),
    ]
    if dom.has_current_snapshot() and new.is_current() and new.has_metadata():
        (dom.current_snapshot()).revert_to(DomainSnapshot.REVERT_PAUSED)
    new.delete(DomainSnapshot.DELETE_CHILDREN)
    names = dom.list_snapshot_names(3) + new.list_child_snapshot_names()
    text = new.get_name() + new.get_xml_description(DomainSnapshot.XML_SECURE) + "".join(names)
    same = new.get_domain() == dom and new.get_connection() is dom.get_connection()
    return dom.num_of_snapshots() + new.num_of_child_snapshots() + len(text) + len(found) + same


def checkpoints(dom: Domain) -> int:
    new = dom.create_checkpoint("<domaincheckpoint/>", DomainCheckpoint.CREATE_QUIESCE)
    found = [
        *dom.list_all_checkpoints(DomainCheckpoint.LIST_ROOTS),
        dom.get_checkpoint_by_name("a"),
        new.get_parent(),
        *new.list_all_children(),
    ]
    dom.backup_begin("<domainbackup/>", None, Domain.BACKUP_BEGIN_REUSE_EXTERNAL)
    text = dom.backup_get_xml_description() + new.get_name() + new.get_xml_description()
    new.delete(DomainCheckpoint.DELETE_METADATA_ONLY)
    same = new.get_domain() == dom and new.get_connection() is dom.get_connection()
    return len(found) + len(text) + same


def agent(dom: Domain) -> float:
    frozen = dom.fs_freeze(["/"]) - dom.fs_thaw()
    dom.fs_trim(None, 4096)
    sizes = [len(disk) for info in dom.get_fs_info() for disk in info.devalias]
    guest = dom.get_guest_info(Domain.GUEST_INFO_OS | Domain.GUEST_INFO_USERS)
    seconds, nanoseconds = dom.get_time()
    dom.set_time(seconds + 1, nanoseconds, Domain.TIME_SYNC)
    dom.set_user_password("root", "secret", Domain.PASSWORD_ENCRYPTED)
    keys = dom.authorized_ssh_keys_get("root")
    dom.authorized_ssh_keys_set("root", keys, Domain.AUTHORIZED_SSH_KEYS_SET_APPEND)
    dom.set_agent_response_timeout(Domain.AGENT_RESPONSE_TIMEOUT_NOWAIT)
    return sum(sizes) + guest["user.count"] / 2 + guest["load.1m"] + len(guest["os.id"]) + frozen


def input_and_screens(dom: Domain, stream: Stream) -> str:
    dom.send_key(Domain.KEYCODE_SET_LINUX, 50, [28])
    dom.inject_nmi()
    dom.send_process_signal(1, Domain.PROCESS_SIGNAL_TERM)
    dom.open_console(stream, "serial0", Domain.OPEN_CONSOLE_FORCE)
    dom.open_channel(stream, "org.example.0", Domain.OPEN_CHANNEL_FORCE)
    dom.open_graphics(0, dom.open_graphics_fd(0) + 0, Domain.OPEN_GRAPHICS_SKIPAUTH)
    dom.graphics_reload(Domain.GRAPHICS_RELOAD_TYPE_VNC)
    dom.fd_associate("name", [3], Domain.FD_ASSOCIATE_SECLABEL_RESTORE)
    kind, picture = dom.take_screenshot()
    print(kind + "", picture[:8])
    return dom.screenshot(stream, 0) + ""


def security(dom: Domain) -> str:
    label = dom.get_security_label()
    labels = [one.model + one.label for one in dom.get_security_label_list() if one.enforcing]
    sev = dom.get_launch_security_info()
    dom.set_launch_security_state({Domain.LAUNCH_SECURITY_SEV_SECRET: "x"})
    return label.label + "".join(labels) + str(sev["sev-policy"] + 1)


def monitor(dom: Domain) -> str:
    answer, fds = dom.qemu_monitor_command_with_files("{}", [3])
    text = dom.qemu_monitor_command("info status", Domain.QEMU_MONITOR_COMMAND_HMP)
    return text + answer + dom.qemu_agent_command("{}", 5) + str(sum(fds))


def following(dom: Domain) -> float:
    speeds = [progress.speed for progress in dom.follow_job()]
    speeds += [progress.speed for progress in dom.follow_block_job("vda", 0.1)]
    for progress in dom.with_progress(dom.save, "/a", flags=Domain.SAVE_BYPASS_CACHE):
        speeds.append(progress.done * 100 // progress.total)
    return sum(speeds) / 2


def conversation(dom: Domain) -> str:
    with dom.console(flags=Domain.OPEN_CONSOLE_FORCE) as console:
        console.send_line("root")
        found = console.expect("# ", timeout=5)
        return found.group() + console.run("uname") + console.before


def waiting(dom: Domain) -> float:
    state, reason = dom.wait_for_state(Domain.STATE_RUNNING, Domain.STATE_PAUSED, timeout=5)
    dom.wait_for_agent(5)
    address = dom.wait_for_address(Domain.INTERFACE_ADDRESSES_SRC_LEASE, timeout=5)
    address = dom.wait_for_address(
        Domain.INTERFACE_ADDRESSES_SRC_AGENT, family=Connection.IP_ADDR_TYPE_IPV4, local=True
    )
    ended = dom.wait_for_block_job("vda", 5)
    if ended is not None:
        print(ended == Domain.BLOCK_JOB_COMPLETED, ended.name)
    dom.wait_for_detached("net0", timeout=5)
    dom.wait_for_detached("vdb", 5, missing_ok=True)
    kind, stats = dom.wait_for_job(5)
    if dom.shutdown_or_destroy(30, Domain.SHUTDOWN_ACPI_POWER_BTN) == Domain.STATE_SHUTOFF_DESTROYED:
        return len(address + state.name) + reason / 2
    return stats["time_elapsed"] / 1000 if kind == Domain.JOB_COMPLETED else 0.0


def login(by_name: dict[str, str], by_kind: dict[int, str]) -> None:
    def ask(requests: list[CredentialRequest]) -> list[str | None]:
        hidden = Connection.CRED_PASSPHRASE
        return [None if request.type == hidden else request.result or request.prompt for request in requests]

    connect("qemu:///system", credentials=by_name)
    connect("qemu:///system", credentials=by_kind)
    connect("qemu:///system", credentials={Connection.CRED_AUTHNAME: "fred", "password": "x"})
    connect("qemu:///system", False, 0, [Connection.CRED_AUTHNAME, Connection.CRED_PASSPHRASE], ask)
