"""libvirt's sources -> spec/*.json, when libvirt makes a release; the diff in spec/ is what gets reviewed.

    python tools/import_spec.py --libvirt-source DIR [--api-xml FILE]

DIR is an unpacked libvirt source tree, FILE libvirt-api.xml of the newest release (package libvirt-dev).
Afterwards: python tools/generate.py
"""

from __future__ import annotations

import argparse
from pathlib import Path

import spec_protocol


def main() -> None:
    parser = argparse.ArgumentParser(description="Import libvirt's facts into spec/.")
    parser.add_argument("--libvirt-source", type=Path, required=True, metavar="DIR")
    parser.add_argument("--api-xml", type=Path, metavar="FILE")
    options = parser.parse_args()
    outputs = spec_protocol.import_protocol(options.libvirt_source)
    if options.api_xml is not None:
        import spec_constants

        outputs |= spec_constants.import_constants(options.api_xml)
    for path, text in outputs.items():
        path.write_text(text, "utf-8", newline="\n")
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
