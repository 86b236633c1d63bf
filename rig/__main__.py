"""`python -m rig up`: a private host for work by hand."""

from __future__ import annotations

import argparse
import signal

from rig.guest import guest_xml
from rig.host import Host


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m rig", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="keep a private host up until Ctrl-C")
    up.add_argument("--debug", action="store_true", help="let libvirtd log everything")
    options = parser.parse_args()
    with Host(debug=options.debug) as host:
        xml = host.files / "guest.xml"
        xml.write_text(guest_xml(host, "guest"))
        print(f"libvirt {host.version}, process {host.pid}, folder {host.folder}")
        print(f"URI     {host.uri}")
        print(f"        {host.test_uri}")
        print(f"guest   virsh -c '{host.uri}' define {xml}", flush=True)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("\ngoing down")


if __name__ == "__main__":
    main()
