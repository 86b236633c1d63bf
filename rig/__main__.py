"""Private libvirt hosts, and other Pythons, for work by hand and for programs that want one while they run."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys

from rig import cache
from rig.debian import SUITES, debian
from rig.guest import guest_xml
from rig.host import Host
from rig.image import image
from rig.needs import missing
from rig.pythons import PYTHONS, python


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m rig", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="print why no private host can run here; then the status is 1")
    build = commands.add_parser("build", help="make what hosts need, once")
    build.add_argument(
        "what", nargs="+", choices=(*SUITES, *PYTHONS), help="a host's suite, a Python's version"
    )
    commands.add_parser("clean", help="remove what build made, except what is in use")
    run = commands.add_parser("run", help="start a host, run a program that uses it, remove the host")
    run.add_argument("--suite", choices=SUITES, default=SUITES[0])
    run.add_argument("--debug", action="store_true", help="let libvirtd log everything")
    run.add_argument("program", nargs=argparse.REMAINDER, help="default: a shell")
    other = commands.add_parser("python", help="run a program under another Python, with what tests need")
    other.add_argument("version", choices=PYTHONS)
    other.add_argument("arguments", nargs=argparse.REMAINDER, help="arguments for that Python")
    options = parser.parse_args()

    if options.command == "clean":
        cache.clear()
        return 0
    if reasons := missing():
        print("No private libvirt host can run here:", *reasons, sep="\n  ", file=sys.stderr)
        return 1
    if options.command == "build":
        for name in options.what:
            if name in PYTHONS:
                python(name)
            else:
                debian(name)
                image()
    elif options.command == "run":
        return _run(options.suite, options.debug, options.program)
    elif options.command == "python":
        return _wait(python(options.version).command(*options.arguments), dict(os.environ))
    return 0


def _run(suite: str, debug: bool, program: list[str]) -> int:
    """Run the program with a host; $LIBVIRT_DEFAULT_URI is its URI, $RIG_GUEST a description of a guest."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    with Host(suite, debug=debug) as host:
        guest = host.files / "guest.xml"
        guest.write_text(guest_xml(host, "guest", verbose=True))
        env = os.environ | {"LIBVIRT_DEFAULT_URI": host.uri, "RIG_GUEST": str(guest)}
        if not program:
            program = [os.environ.get("SHELL", "/bin/sh")]
            print(f"A private host with libvirt {host.version}, until this shell ends.")
            print(f"  its URI          {host.uri}  ($LIBVIRT_DEFAULT_URI)")
            print(f"  the test driver  {host.test_uri}")
            print(f"  a guest's XML    {guest}  ($RIG_GUEST)")
            print(f"  libvirt's log    {host.log}, process {host.pid}", flush=True)
        return _wait(program, env)


def _wait(program: list[str], env: dict[str, str]) -> int:
    """Run a program to its end; as long as that lasts, what it uses stays in the cache."""
    child = subprocess.Popen(program, env=env)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the program's
    try:
        return child.wait()
    finally:
        child.terminate()


if __name__ == "__main__":
    sys.exit(main())
