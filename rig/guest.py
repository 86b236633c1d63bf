"""Guests that need no KVM: one that boots Linux with the agent, one that runs firmware only."""

from __future__ import annotations

import base64
import json
import subprocess
import uuid as uuids
from itertools import count
from pathlib import Path
from typing import Any

from rig.host import Host
from rig.image import READY
from rig.wait import until

# In QEMU 7.2 and later, so that a guest can go from an older host to a newer one.
MACHINE = "pc-q35-7.2"
# Those after `panic` save about a second of boot under emulation.
KERNEL_ARGUMENTS = "console=ttyS0 panic=1 mitigations=off tsc=reliable no_timer_check"
# Slots for the guest's devices, and some free ones to plug into.
SLOTS = "<controller type='pci' index='0' model='pcie-root'/>" + 12 * (
    "<controller type='pci' model='pcie-root-port'/>"
)
AGENT = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
RNG = "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>"
NETWORK = "<interface type='user'><mac address='52:54:00:00:00:01'/><model type='virtio'/></interface>"
GRAPHICS = "<graphics type='vnc'><listen type='socket'/></graphics><video><model type='vga'/></video>"

_numbers = count(1)


def unique_name(prefix: str = "guest") -> str:
    """A name that no other guest of this process has."""
    return f"{prefix}-{next(_numbers)}"


def guest_xml(
    host: Host,
    name: str,
    *,
    memory_mib: int = 128,
    vcpus: int = 1,
    max_vcpus: int | None = None,
    uuid: str | None = None,
    machine: str = MACHINE,
    disk: Path | None = None,
    network: bool = False,
    graphics: bool = False,
    agent: bool = True,
    verbose: bool = False,
    console: Path | None = None,
    extra: str = "",
    extra_devices: str = "",
) -> str:
    """A guest that boots Linux from the host's image and says so on its console, see `console_text`.

    When it is `verbose`, its firmware and its kernel say something there before. `console` is a file for what is said
    there, in place of `console_log`. `extra` goes into <domain>, `extra_devices` into <devices>.
    """
    kernel, initramfs = host.image
    devices = [SLOTS, RNG, "<memballoon model='virtio'/>"]
    devices += [disk_xml(disk)] if disk else []
    devices += [AGENT] if agent else []
    devices += [NETWORK] if network else []
    devices += [GRAPHICS] if graphics else []
    arguments = f"{KERNEL_ARGUMENTS} {'loglevel=6' if verbose else 'quiet'}"
    boot = f"<kernel>{kernel}</kernel><initrd>{initramfs}</initrd><cmdline>{arguments}</cmdline>"
    boot += "<bios useserial='yes'/>" if verbose else ""
    vcpu = f"<vcpu current='{vcpus}'>{max_vcpus or vcpus}</vcpu>"
    devices_xml = "\n    ".join([*devices, extra_devices])
    log = console or console_log(host, name)
    return _domain(name, uuid, memory_mib, vcpu, machine, boot, log, extra, devices_xml)


def firmware_xml(
    host: Host,
    name: str,
    *,
    memory_mib: int = 16,
    uuid: str | None = None,
    console: Path | None = None,
    extra: str = "",
    extra_devices: str = "",
) -> str:
    """A guest that runs the firmware only: it starts at once, and never ends by itself."""
    devices = f"<memballoon model='none'/>\n    {extra_devices}"
    boot = "<bios useserial='yes'/>"
    log = console or console_log(host, name)
    return _domain(name, uuid, memory_mib, "<vcpu>1</vcpu>", MACHINE, boot, log, extra, devices)


def _domain(
    name: str,
    uuid: str | None,
    memory_mib: int,
    vcpu: str,
    machine: str,
    boot: str,
    console: Path,
    extra: str,
    devices: str,
) -> str:
    return f"""\
<domain type='qemu'>
  <name>{name}</name>
  <uuid>{uuid or uuids.uuid4()}</uuid>
  <memory unit='MiB'>{memory_mib}</memory>
  {vcpu}
  <os><type arch='x86_64' machine='{machine}'>hvm</type>{boot}</os>
  <features><acpi/><apic/></features>
  <cpu mode='custom' match='exact'><model>qemu64</model></cpu>
  <on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>
  {extra}
  <devices>
    <controller type='usb' model='none'/>
    <serial type='pty'><log file='{console}' append='on'/><target port='0'/></serial>
    <console type='pty'><target type='serial' port='0'/></console>
    {devices}
  </devices>
</domain>
"""


def disk_xml(path: Path, target: str = "vda") -> str:
    """A <disk> for a file of `make_disk`."""
    return (
        f"<disk type='file' device='disk'><driver name='qemu' type='{path.suffix[1:]}' discard='unmap'/>"
        f"<source file='{path}'/><target dev='{target}' bus='virtio'/></disk>"
    )


def make_disk(host: Host, name: str, *, mib: int = 16) -> Path:
    """A disk with an ext4, for the guest to mount at /mnt; its name ends with its format: .raw or .qcow2."""
    path = host.files / name
    raw = path.with_suffix(".raw")
    with open(raw, "wb") as image:
        image.truncate(mib << 20)
    host.run("mkfs.ext4", "-q", str(raw))
    if path != raw:
        host.run("qemu-img", "convert", "-f", "raw", "-O", path.suffix[1:], str(raw), str(path))
        raw.unlink()
    return path


def console_log(host: Host, name: str) -> Path:
    """The file that keeps what the guest says on its serial console."""
    return host.files / f"{name}.console"


def console_text(host: Host, name: str) -> str:
    """What the guest has said on its serial console so far."""
    log = console_log(host, name)
    return log.read_text(errors="replace") if log.exists() else ""


def boot(host: Host, name: str) -> None:
    """Start a defined guest with virsh, and wait until its shell and its agent are there."""
    booted = console_text(host, name).count(READY)
    host.virsh("start", name)
    wait_booted(host, name, times=booted + 1)


def wait_booted(host: Host, name: str, *, times: int = 1) -> None:
    """Wait until the guest has come up for the given time, and its agent, if it has one, answers."""

    def ready() -> bool:
        if not host.guest_runs(name):
            raise RuntimeError(f"{name} did not come up:\n{console_text(host, name)}")
        return console_text(host, name).count(READY) >= times

    def has_agent() -> bool:
        # Told to be connected before libvirt has opened its own end, so that is not enough.
        return "guest_agent.0" not in host.virsh("dumpxml", name) or agent_answers(host, name)

    until(ready, f"{name} has booted")
    until(has_agent, f"the agent of {name} answers")


def agent(host: Host, name: str, command: str, /, **arguments: object) -> Any:
    """What the guest's agent answers, asked with virsh."""
    return _asked(host, "qemu-agent-command", name, command, arguments)


def qmp(host: Host, name: str, command: str, /, **arguments: object) -> Any:
    """What the guest's QEMU answers, asked with virsh."""
    return _asked(host, "qemu-monitor-command", name, command, arguments)


def hmp(host: Host, name: str, command: str) -> str:
    """What the guest's QEMU answers a human."""
    return host.virsh("qemu-monitor-command", "--hmp", name, command)


def _asked(host: Host, by: str, name: str, command: str, arguments: dict[str, object]) -> Any:
    request = json.dumps({"execute": command, "arguments": arguments})
    return json.loads(host.virsh(by, name, request))["return"]


def agent_answers(host: Host, name: str) -> bool:
    """Whether the agent is there; waking up, for example, a guest closes and opens its channel."""
    try:
        return bool(agent(host, name, "guest-ping") == {})
    except subprocess.CalledProcessError:
        return False


def start_inside(host: Host, name: str, script: str) -> int:
    """Start a shell script in the guest, by its agent."""
    pid: int = agent(
        host, name, "guest-exec", path="/bin/sh", arg=["-c", script], **{"capture-output": True}
    )["pid"]
    return pid


def output_inside(host: Host, name: str, pid: int) -> str:
    """Wait until a script of `start_inside` has ended well, and return what it printed."""
    status: dict[str, Any] = {}

    def ended() -> bool:
        status.update(agent(host, name, "guest-exec-status", pid=pid))
        return bool(status["exited"])

    until(ended, f"the script {pid} in {name} has ended")
    assert status.get("exitcode") == 0, status
    return base64.b64decode(status.get("out-data", "")).decode()


def run_inside(host: Host, name: str, script: str) -> str:
    """What a shell script prints that the guest's agent runs."""
    return output_inside(host, name, start_inside(host, name, script))
