"""The example programs, run as a user runs them, against private hosts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rig.guest import guest_xml, unique_name
from rig.host import Host

ROOT = Path(__file__).parent.parent


def start(example: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", str(ROOT / "examples" / example), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )


def run(example: str, *arguments: str) -> str:
    """What the example prints; it must succeed, and have nothing to complain about."""
    with start(example, *arguments) as process:
        output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    return output


def read_until(process: subprocess.Popen[str], text: str) -> list[str]:
    """The lines up to the one that has the text."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError(f"{text!r} was never said in {lines}")


def in_order(output: str, *parts: str) -> bool:
    at = 0
    for part in parts:
        at = output.find(part, at)
        if at < 0:
            return False
    return True


def demo_arguments(host: Host, tmp_path: Path) -> tuple[str, str, str, str]:
    """The name of the demo's guest, and the arguments of the demo."""
    guest = unique_name("demo")
    xml = tmp_path / "guest.xml"
    xml.write_text(guest_xml(host, guest, verbose=True))
    return guest, host.uri, str(xml), str(host.files / f"{guest}.save")


@pytest.mark.slow
def test_demo(host: Host, tmp_path: Path) -> None:
    guest, *arguments = demo_arguments(host, tmp_path)
    output = run("demo.py", *arguments)
    assert in_order(
        output,
        f"libvirt {host.version} with QEMU",
        *("defined (added)", "started (booted)"),
        *("SeaBIOS", "Linux version", "sysvirt-guest ready", "uname -sr", "| Linux "),
        *("state: RUNNING (UNPAUSED)", "128 MiB"),
        *("stopped (saved)", "state: SHUTOFF (SAVED)"),
        *("started (restored)", "state: RUNNING", "echo $word", "| remembered"),
        *("stopped (shutdown)", "state: SHUTOFF (SHUTDOWN)", "undefined (removed)"),
    ), output
    assert "\x1b" not in output  # colours are for a terminal
    assert guest not in host.virsh("list", "--all", "--name")
    assert not Path(arguments[-1]).exists()


@pytest.mark.slow
def test_interrupted_demo_leaves_nothing(host_bookworm: Host, tmp_path: Path) -> None:
    guest, *arguments = demo_arguments(host_bookworm, tmp_path)
    with start("demo.py", *arguments) as process:
        read_until(process, "SeaBIOS")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 130
    assert errors == "\nInterrupted, and cleaned up.\n"
    assert guest not in host_bookworm.virsh("list", "--all", "--name")


def test_demo_says_why_it_cannot_work(tmp_path: Path) -> None:
    xml = tmp_path / "guest.xml"
    xml.write_text("<domain/>")
    with start("demo.py", "qemu+unix:///system?socket=/nowhere", str(xml), "/nowhere/save") as process:
        _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.startswith("\nThe demo can't go on: no libvirt daemon listens")
    assert "Traceback" not in errors


@pytest.mark.slow
@pytest.mark.parametrize("example", ["list_guests.py", "list_guests_async.py"])
def test_lists(example: str, host: Host, firmware_guest: str) -> None:
    def state() -> str:
        rows = [line.split() for line in run(example, host.uri).splitlines()]
        assert [row[0] for row in rows] == sorted(host.virsh("list", "--all", "--name").split())
        return next(row[1] for row in rows if row[0] == firmware_guest)

    assert state() == "shutoff"
    host.virsh("start", firmware_guest)
    assert state() == "running"


@pytest.mark.slow
def test_watch_events(host: Host, firmware_guest: str) -> None:
    with start("watch_events.py", host.uri) as process:
        read_until(process, "watching")
        host.virsh("start", firmware_guest)
        host.virsh("destroy", firmware_guest)
        lines = read_until(process, f"{firmware_guest} STOPPED DESTROYED")
        assert f"{firmware_guest} STARTED BOOTED\n" in lines
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")


@pytest.mark.slow
def test_console_run(host: Host, booted: str) -> None:
    assert run("console_run.py", host.uri, booted, "uname -n; expr 6 '*' 7") == "guest\n42\n"


@pytest.mark.slow
def test_boot_and_run(host: Host, tmp_path: Path) -> None:
    guest, uri, xml, save = demo_arguments(host, tmp_path)
    output = run("boot_and_run.py", uri, xml, save, "uname -n; expr 6 '*' 7")
    assert in_order(
        output,
        *(f"{guest} boots", "guest\n42\n", "saved 100%", "back again"),
        f"{guest} has ended: shutdown\n",
    ), output
    assert guest not in host.virsh("list", "--all", "--name")
    assert not Path(save).exists()
