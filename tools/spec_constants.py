"""libvirt's API description XML -> spec/api.json: every enum, string and number of the public headers.

Facts only: names, values, the release each appeared in, and for strings the wire type where the
description names exactly one. Values are plain numbers here; a few are symbols or C in the XML.
A mask is an enum of which a value is written as a shift.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

OUTPUT = Path(__file__).parent.parent / "spec/api.json"

# libvirt-qemu-api.xml lies beside libvirt-api.xml.
FILES = ("libvirt-api.xml", "libvirt-qemu-api.xml")

WIRE_TYPES = {
    "unsigned int": "uint",
    "unsigned long long": "ullong",
    "long long": "llong",
    "bool": "boolean",
    "int": "int",
    "uint": "uint",
    "llong": "llong",
    "ullong": "ullong",
    "double": "double",
    "boolean": "boolean",
    "string": "string",
}
TYPE_WORDS = "|".join(WIRE_TYPES)
TYPE = re.compile(
    rf"VIR_TYPED_PARAMS?_(\w+)|\b(?:as|type is|type of)(?: an?)? ({TYPE_WORDS})\b", re.IGNORECASE
)
NUMBER = re.compile(r"\(?(-?\d+)U?L*\)?(?: */\*.*)?")


def import_constants(api_xml: Path) -> dict[Path, str]:
    """The spec file made from libvirt-api.xml."""
    enumerators: list[ElementTree.Element] = []
    macros: list[ElementTree.Element] = []
    for name in FILES:
        root = ElementTree.parse(api_xml.with_name(name)).getroot()
        enumerators += root.iter("enum")
        macros += root.iter("macro")
    written = {e.attrib["name"]: e.attrib["value"] for e in enumerators}
    shifted = {e.attrib["name"] for e in enumerators if "value_bitshift" in e.attrib}

    def value(text: str) -> int:
        return value(written[text]) if text in written else int(text)

    def is_mask(name: str) -> bool:
        return name in shifted or (written[name] in written and is_mask(written[name]))

    members: dict[str, dict[str, list[Any]]] = defaultdict(dict)
    for e in sorted(enumerators, key=lambda e: (value(e.attrib["value"]), e.attrib["name"])):
        members[e.attrib["type"]][e.attrib["name"]] = [value(e.attrib["value"]), e.attrib["version"]]
    strings: dict[str, list[Any]] = {}
    numbers: dict[str, list[Any]] = {}
    for m in sorted(macros, key=lambda m: m.attrib["name"]):
        name, since, raw = m.attrib["name"], m.attrib["version"], m.get("raw", "")
        if "string" in m.attrib:
            strings[name] = [m.attrib["string"], since, wire_type(m.findtext("info", ""))]
        elif number := NUMBER.fullmatch(raw):
            numbers[name] = [int(number[1]), since]
        elif raw in written:
            numbers[name] = [value(raw), since]
    release = numbers.pop("LIBVIR_VERSION_NUMBER")[0]
    spec = {
        "libvirt": f"{release // 1000000}.{release // 1000 % 1000}.{release % 1000}",
        "enums": {
            c_type: {"mask": any(map(is_mask, members[c_type])), "members": members[c_type]}
            for c_type in sorted(members)
        },
        "strings": strings,
        "numbers": numbers,
    }
    return {OUTPUT: dump(spec) + "\n"}


def wire_type(description: str) -> str | None:
    """The type that a description gives to a typed parameter, if it names exactly one."""
    found = {(words[0] or words[1]).lower() for words in TYPE.findall(" ".join(description.split()))}
    return WIRE_TYPES[found.pop()] if len(found) == 1 else None


def dump(value: Any, indent: str = "") -> str:
    """JSON with one line per constant."""
    if not isinstance(value, dict):
        return json.dumps(value)
    inner = indent + " "
    lines = (f"{inner}{json.dumps(key)}: {dump(item, inner)}" for key, item in value.items())
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
