"""What type checkers make of code that works with what is inside a guest, and around it. Only checked, never run."""

from __future__ import annotations

from typing import assert_type

from sysvirt import (
    ControlErrorReason,
    ControlInfo,
    ControlState,
    Domain,
    FSInfo,
    GuestInfo,
    LaunchSecurityInfo,
    SecurityLabel,
    aio,
)


def agent(dom: Domain) -> None:
    assert_type(dom.get_hostname(Domain.GET_HOSTNAME_LEASE), str)
    info = dom.get_guest_info(Domain.GUEST_INFO_OS | Domain.GUEST_INFO_USERS)
    assert_type(info, GuestInfo)
    assert_type(info["user.count"] + 1, int)
    assert_type(info[Domain.GUEST_INFO_LOAD_1M] / 2, float)
    dom.get_guest_info(0)
    dom.get_guest_info(Domain.STATS_STATE)  # type: ignore[arg-type]
    dom.set_agent_response_timeout(Domain.AGENT_RESPONSE_TIMEOUT_BLOCK)
    dom.set_agent_response_timeout(30)

    for fs in dom.get_fs_info():
        assert_type(fs, FSInfo)
        assert_type(fs.devalias, list[str])
        assert_type(dom.fs_freeze({fs.mountpoint}) - dom.fs_thaw(), int)
    dom.fs_trim()
    dom.fs_trim(None, 1 << 20)
    secs, nsecs = dom.get_time()
    dom.set_time(secs + 1, nsecs)
    dom.set_time(flags=Domain.TIME_SYNC)
    dom.set_user_password("root", "$6$", Domain.PASSWORD_ENCRYPTED)
    keys = dom.authorized_ssh_keys_get("root")
    dom.authorized_ssh_keys_set("root", (key for key in keys), Domain.AUTHORIZED_SSH_KEYS_SET_REMOVE)


def around(dom: Domain) -> None:
    dom.send_key(Domain.KEYCODE_SET_LINUX, 100, [29, 56, 111])
    dom.send_key(Domain.KEYCODE_SET_RFB, 0, range(2, 4))
    dom.send_key(0, 100, [29])
    dom.inject_nmi()
    dom.send_process_signal(1, Domain.PROCESS_SIGNAL_TERM)
    for label in [dom.get_security_label(), *dom.get_security_label_list()]:
        assert_type(label, SecurityLabel)
        assert_type((label.model, label.label, label.enforcing), tuple[str, str, bool])
    assert_type(dom.get_launch_security_info(), LaunchSecurityInfo)
    dom.set_launch_security_state({Domain.LAUNCH_SECURITY_SEV_SECRET: "", "sev-secret-set-address": 0})
    info = dom.get_control_info()
    assert_type(info, ControlInfo)
    assert_type(info.state, ControlState)
    assert_type(info.details, ControlErrorReason)
    assert info.state_time / 1000 < 30
    assert_type(dom.get_messages(Domain.MESSAGE_TAINTING | Domain.MESSAGE_IOERRORS), list[str])
    dom.set_lifecycle_action(Domain.LIFECYCLE_CRASH, Domain.LIFECYCLE_ACTION_PRESERVE, Domain.AFFECT_LIVE)
    dom.graphics_reload(Domain.GRAPHICS_RELOAD_TYPE_VNC)


def past_libvirt(dom: Domain) -> None:
    assert_type(dom.qemu_monitor_command("info name", Domain.QEMU_MONITOR_COMMAND_HMP), str)
    assert_type(dom.qemu_monitor_command_with_files("{}", [0]), tuple[str, list[int]])
    assert_type(dom.qemu_agent_command("{}", Domain.QEMU_AGENT_COMMAND_SHUTDOWN), str)
    dom.qemu_agent_command("{}", 5)


async def asynchronous(dom: aio.Domain) -> None:
    assert_type(await dom.get_hostname(), str)
    assert_type(await dom.get_guest_info(), GuestInfo)
    await dom.set_agent_response_timeout(30)
    assert_type(await dom.get_fs_info(), list[FSInfo])
    assert_type(await dom.fs_freeze(["/"]) - await dom.fs_thaw(), int)
    await dom.fs_trim(minimum=1 << 20)
    assert_type(await dom.get_time(), tuple[int, int])
    await dom.set_time(1, 0)
    await dom.set_user_password("root", "secret")
    await dom.authorized_ssh_keys_set("root", await dom.authorized_ssh_keys_get("root"))
    await dom.send_key(Domain.KEYCODE_SET_LINUX, 100, [29])
    await dom.inject_nmi()
    await dom.send_process_signal(1, Domain.PROCESS_SIGNAL_TERM)
    assert_type([await dom.get_security_label(), *await dom.get_security_label_list()], list[SecurityLabel])
    assert_type(await dom.get_launch_security_info(), LaunchSecurityInfo)
    await dom.set_launch_security_state({Domain.LAUNCH_SECURITY_SEV_SECRET: ""})
    assert_type(await dom.get_control_info(), ControlInfo)
    assert_type(await dom.get_messages(), list[str])
    await dom.set_lifecycle_action(Domain.LIFECYCLE_CRASH, Domain.LIFECYCLE_ACTION_PRESERVE)
    await dom.graphics_reload(Domain.GRAPHICS_RELOAD_TYPE_ANY)
    assert_type(await dom.qemu_monitor_command("{}"), str)
    assert_type(await dom.qemu_monitor_command_with_files("{}"), tuple[str, list[int]])
    assert_type(await dom.qemu_agent_command("{}"), str)
