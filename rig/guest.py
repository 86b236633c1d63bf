"""Guests that need no KVM: one that boots Linux with the agent, one that runs firmware only."""

from __future__ import annotations

import subprocess
import uuid as uuids
from itertools import count
from pathlib import Path

from rig.host import Host

# In QEMU 7.2 and later, so that a guest can go from an older host to a newer one.
MACHINE = "pc-i440fx-7.2"
# The second half saves about a second of boot under emulation.
KERNEL_ARGUMENTS = "console=ttyS0 quiet panic=1 mitigations=off tsc=reliable no_timer_check"

_numbers = count(1)


def unique_name(prefix: str = "guest") -> str:
    """A name that no other guest of this test run has."""
    return f"{prefix}-{next(_numbers)}"


def guest_xml(
    host: Host,
    name: str,
    *,
    firmware_only: bool = False,
    memory_mib: int | None = None,
    vcpus: int = 1,
    max_vcpus: int | None = None,
    machine: str = MACHINE,
    uuid: str | None = None,
    disk: Path | None = None,
    network: bool = False,
    graphics: bool = False,
    agent: bool = True,
    extra_devices: str = "",
    extra: str = "",
) -> str:
    """The XML of a guest for `host`: Linux from the host's own image, or firmware that talks on the console.

    What the serial console says is also in the file `console_log(host, name)`. `extra` goes into <domain>,
    `extra_devices` into <devices>.
    """
    memory_mib = memory_mib or (16 if firmware_only else 128)
    if firmware_only:
        boot = "<bios useserial='yes'/>"
    else:
        boot = (
            f"<kernel>{host.image.kernel}</kernel><initrd>{host.image.initramfs}</initrd>"
            f"<cmdline>{KERNEL_ARGUMENTS}</cmdline>"
        )
    devices = ""
    if not firmware_only:
        devices += "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>"
        if agent:
            devices += "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
    if disk is not None:
        devices += (
            f"<disk type='file' device='disk'><driver name='qemu' type='{disk.suffix[1:]}'/>"
            f"<source file='{disk}'/><target dev='vda' bus='virtio'/></disk>"
        )
    if network:
        devices += (
            "<interface type='user'><mac address='52:54:00:00:00:01'/><model type='virtio'/></interface>"
        )
    if graphics:
        devices += "<graphics type='vnc'><listen type='socket'/></graphics><video><model type='vga'/></video>"
    current = f" current='{vcpus}'" if max_vcpus else ""
    return f"""\
<domain type='qemu'>
  <name>{name}</name>
  <uuid>{uuid or uuids.uuid4()}</uuid>
  <memory unit='MiB'>{memory_mib}</memory>
  <vcpu{current}>{max_vcpus or vcpus}</vcpu>
  <os><type arch='x86_64' machine='{machine}'>hvm</type>{boot}</os>
  <features><acpi/><apic/></features>
  <cpu mode='custom' match='exact'><model>qemu64</model></cpu>
  <on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>
  {extra}
  <devices>
    <controller type='usb' model='none'/>
    <serial type='pty'><log file='{console_log(host, name)}' append='on'/><target port='0'/></serial>
    <console type='pty'><target type='serial' port='0'/></console>
    <memballoon model='{"none" if firmware_only else "virtio"}'/>
    {devices}
    {extra_devices}
  </devices>
</domain>
"""


def console_log(host: Host, name: str) -> Path:
    """Where everything that the guest says on its serial console is kept."""
    return host.files / f"{name}.console"


def make_disk(path: Path, mib: int = 16) -> Path:
    """A disk with an empty ext4 on it; its suffix says its format: `.raw` or `.qcow2`."""
    raw = path.with_suffix(".raw")
    with open(raw, "wb") as image:
        image.truncate(mib << 20)
    subprocess.run(["/usr/sbin/mkfs.ext4", "-q", str(raw)], check=True)
    if path.suffix == ".qcow2":
        subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, path], check=True)
        raw.unlink()
    return path
