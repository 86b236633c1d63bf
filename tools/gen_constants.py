"""spec/api.json, constants.toml and surface/*.tsv -> the constants and their stub.

Whatever libvirt has and nobody has decided about is an error here: a constant that is neither in the surface
lists nor left out, an enum without a Python name, a string in no set, a parameter without a wire type.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).parent.parent
SPEC = ROOT / "spec"
CODE = ROOT / "src/sysvirt/_generated/constants.py"
STUB = CODE.with_suffix(".pyi")
DICTS = CODE.with_name("dicts.py")
DICTS_STUB = DICTS.with_suffix(".pyi")

Facts: TypeAlias = Mapping[str, Any]

WIRE_TYPES = ("int", "uint", "llong", "ullong", "double", "boolean", "string", "string*")


class Undecided(Exception):
    """The hand-kept part of the spec doesn't say what to do with a fact."""


@dataclass(frozen=True)
class Constant:
    """A constant of a Python class and what it is in C: of an enum, or of the types "string" and "number"."""

    owner: str
    name: str
    c_name: str
    c_type: str


@dataclass(frozen=True)
class Group:
    """Constants of a class that become real together: an enum, a set of strings, the numbers.

    keys are the names of typed parameters that a set of strings stands for, with their wire types; dict_name
    and about are the type of results that have them, and what it says of itself.
    """

    owner: str
    name: str
    kind: str
    values: Mapping[str, int | str]
    prefix: str = ""
    c_type: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    dict_name: str = ""
    about: str = ""

    @property
    def is_enum(self) -> bool:
        return self.kind in ("value", "mask")

    def member(self, name: str) -> str:
        """What a constant is called as a member of the enum."""
        return name.removeprefix(self.prefix)

    def canonical(self, name: str) -> str:
        """The member that a constant is: of several with one value, the first."""
        return self.member(next(other for other in self.values if self.values[other] == self.values[name]))


def outputs() -> dict[Path, str]:
    """Every file this module makes."""
    constants, api, hand = load()
    check_decided(constants, api, hand)
    groups = [*enums(constants, api, hand), *sets(constants, api, hand), *numbers(constants, api)]
    check_names(groups)
    release = api["libvirt"]
    return {
        CODE: code_text(release, groups),
        STUB: stub_text(release, groups),
        DICTS: dicts_text(release, groups),
        DICTS_STUB: dicts_stub_text(release, groups),
    }


# --- from facts to groups --------------------------------------------------------------------------


def load() -> tuple[list[Constant], Facts, Facts]:
    """The constants that sysvirt has, the facts, and the hand-kept part of the spec."""
    api = json.loads((SPEC / "api.json").read_text("utf-8"))
    hand = tomllib.loads((SPEC / "constants.toml").read_text("utf-8"))
    return list(surface(api, hand)), api, hand


def surface(api: Facts, hand: Facts) -> Iterator[Constant]:
    """The constants, the extra ones first."""
    enum_of = {c_name: c_type for c_type, enum in api["enums"].items() for c_name in enum["members"]}
    for owner, extra in hand["extra"].items():
        for name, c_name in extra.items():
            yield Constant(owner, name, c_name, enum_of[c_name])
    for file in ("constants.tsv", "related-constants.tsv"):
        with (SPEC / "surface" / file).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                owner, name = row.get("object", "Domain"), row["constant"]
                yield Constant(owner, name, row["c_name"], hand["numbers"].get(name, row["c_type"]))


def check_decided(constants: Iterable[Constant], api: Facts, hand: Facts) -> None:
    """Each constant of libvirt must be one of sysvirt's, or left out; and nothing be left out for nothing."""
    bound = {constant.c_name for constant in constants}
    needless = set(hand["left_out"])
    facts = {c_name: c_type for c_type, enum in api["enums"].items() for c_name in enum["members"]}
    for c_name, c_type in {**facts, **dict.fromkeys([*api["strings"], *api["numbers"]], "")}.items():
        rules = [rule for rule in hand["left_out"] if fnmatchcase(c_name, rule) or fnmatchcase(c_type, rule)]
        needless.difference_update(rules)
        if (c_name in bound) == bool(rules):
            raise Undecided(f"{c_name} {c_type} must be either a constant of ours or left out")
    if needless:
        raise Undecided(f"left out, but not there: {', '.join(sorted(needless))}")


def check_names(groups: Iterable[Group]) -> None:
    """No two groups may share a name, nor two constants of a class."""
    seen: set[str] = set()
    for group in groups:
        names = [group.name, *(f"{group.owner}.{name}" for name in group.values)]
        if group.is_enum:
            names += (f"{group.name}.{group.member(name)}" for name in group.values)
        for name in names:
            if name in seen or not all(part.isidentifier() for part in name.split(".")):
                raise Undecided(f"{name} is there twice, or no identifier")
            seen.add(name)


def enums(constants: Iterable[Constant], api: Facts, hand: Facts) -> Iterator[Group]:
    """The enums, members in the order of their values, C's own before what is only defined as one."""
    used: dict[str, list[Constant]] = {c_type: [] for c_type in hand["enums"]}
    for constant in constants:
        if constant.c_type not in ("string", "number"):
            if constant.c_type not in used:
                raise Undecided(f"{constant.c_type} has no Python name")
            used[constant.c_type].append(constant)
    for c_type, members in used.items():
        enum: Facts = api["enums"][c_type]
        facts = enum["members"] | api["numbers"]
        name, prefix = hand["enums"][c_type]
        (owner,) = {member.owner for member in members}
        kind = "mask" if enum["mask"] else "value"
        members.sort(key=lambda m: (facts[m.c_name][0], m.c_name not in enum["members"]))
        values = {member.name: facts[member.c_name][0] for member in members}
        yield Group(owner, name, kind, values, prefix, c_type)


def sets(constants: Iterable[Constant], api: Facts, hand: Facts) -> Iterator[Group]:
    """The strings, each in the set with the longest prefix that fits."""
    found: dict[str, dict[str, str]] = {name: {} for name in hand["sets"]}
    types: dict[str, str] = {}
    for constant in constants:
        if constant.c_type == "string":
            fitting = {
                rule["prefix"]: name
                for name, rule in hand["sets"].items()
                if rule["class"] == constant.owner and constant.name.startswith(rule["prefix"])
            }
            if not fitting:
                raise Undecided(f"{constant.name} of {constant.owner} is in no set")
            name = fitting[max(fitting, key=len)]
            rule = hand["sets"][name]
            found[name][constant.name], _, stated = api["strings"][constant.c_name]
            types[constant.name] = rule.get("types", {}).get(constant.name) or stated or rule.get("type", "")
    for name, strings in found.items():
        rule = hand["sets"][name]
        keys: dict[str, str] = {}
        for constant_name in () if "values" in rule else strings:
            for key in parameter_keys(constant_name, strings):
                if key in keys or types[constant_name] not in WIRE_TYPES:
                    raise Undecided(f"{constant_name}: {key} is there twice, or has no wire type")
                keys[key] = types[constant_name]
        dict_name, about = rule.get("dict", ""), rule.get("about", "")
        yield Group(rule["class"], name, "text", strings, keys=keys, dict_name=dict_name, about=about)


def parameter_keys(name: str, strings: Mapping[str, str]) -> list[str]:
    """The names of parameters that a string is for, with `*` for a number; a mere prefix is for none."""
    return [] if strings[name].endswith(".") else expand(name, strings)


def expand(name: str, strings: Mapping[str, str]) -> list[str]:
    """A string behind all that comes before it: `A_SUFFIX_B` follows `A_PREFIX` (or each `A_*_PREFIX`) and,
    if it begins with a dot, a number."""
    text = strings[name].replace("%u", "*")
    outer, is_suffix, _ = name.rpartition("_SUFFIX_")
    if not is_suffix:
        return [text]
    prefixes = [
        other
        for other in strings
        if other.startswith(f"{outer}_")
        and other.endswith("PREFIX")
        and "SUFFIX_" not in other.removeprefix(f"{outer}_")
    ]
    number = "*" if text.startswith(".") else ""
    return [start + number + text for prefix in prefixes for start in expand(prefix, strings)]


def numbers(constants: Iterable[Constant], api: Facts) -> Iterator[Group]:
    """What is no member of an enum in C either."""
    values: dict[str, dict[str, int]] = {}
    for constant in constants:
        if constant.c_type == "number":
            values.setdefault(constant.owner, {})[constant.name] = api["numbers"][constant.c_name][0]
    for owner, group in values.items():
        yield Group(owner, "numbers", "int", group)


# --- from groups to text ---------------------------------------------------------------------------

HEADER = '''# ruff: noqa: E501
# fmt: off
"""libvirt's constants, {contents}.

Made by tools/generate.py from spec/, whose facts tools/import_spec.py took from libvirt {release}.
Never edit this file; to make it again: python tools/generate.py
'''


def code_text(release: str, groups: Iterable[Group]) -> str:
    groups = list(groups)
    return (
        HEADER.format(contents="as data from which enums are built on first use", release=release)
        + '''
CONSTANTS has for each class a row `kind prefix NAME=value ...` per group: see lazy_module. SETS has for
each set of typed parameters a row `name=type ...`; `*` in a name is a number, what is `string*` may be given
several times.
"""

from sysvirt._enums import lazy_module

'''
        + "CONSTANTS = {\n"
        + "".join(
            f'    "{owner}": {{\n' + "".join(f'        "{g.name}": "{row(g)}",\n' for g in own) + "    },\n"
            for owner, own in by_owner(groups).items()
        )
        + "}\n\nSETS = {\n"
        + "".join(f'    "{group.name}": "{items(group.keys)}",\n' for group in groups if group.keys)
        + "}\n\nENUM_NAMES = frozenset(\n    {\n"
        + "".join(f'        "{group.name}",\n' for group in groups if group.is_enum)
        + "    }\n)\n\n__getattr__ = lazy_module(globals(), CONSTANTS)\n"
    )


def row(group: Group) -> str:
    return f"{group.kind} {group.prefix or '-'} {items(group.values)}"


def items(values: Mapping[str, int | str]) -> str:
    text = " ".join(f"{name}={value}" for name, value in values.items())
    if text.count("=") != len(values) or len(text.split()) != len(values) or '"' in text or "\\" in text:
        raise ValueError(f"not to be written as a row: {values}")
    return text


def stub_text(release: str, groups: Iterable[Group]) -> str:
    groups = list(groups)
    return (
        HEADER.format(contents="for type checkers and editors", release=release)
        + '''"""

from typing import Final

from sysvirt._enum_bases import Mask, Value

CONSTANTS: Final[dict[str, dict[str, str]]]
SETS: Final[dict[str, str]]
ENUM_NAMES: Final[frozenset[str]]
'''
        + "".join(enum_stub(group) for group in groups if group.is_enum)
        + "".join(class_stub(owner, own) for owner, own in by_owner(groups).items())
    )


def enum_stub(group: Group) -> str:
    base = "Mask" if group.kind == "mask" else "Value"
    members = ""
    for name, value in group.values.items():
        is_alias = group.canonical(name) != group.member(name)
        members += f"    {group.member(name)} = {group.canonical(name) if is_alias else value}\n"
    return f'\nclass {group.name}({base}):\n    """{group.c_type}"""\n\n{members}'


def class_stub(owner: str, groups: Iterable[Group]) -> str:
    lines = [f"\nclass {owner}Constants:\n    __slots__ = ()\n"]
    for group in groups:
        for name, value in group.values.items():
            literal = f"{group.name}.{group.canonical(name)}" if group.is_enum else json.dumps(value)
            lines.append(f"    {name}: Final = {literal}\n")
    return "".join(lines)


#: What values of each wire type are in Python.
_PYTHON_TYPES = {"double": "float", "boolean": "bool", "string": "str", "string*": "list[str]"}


def dicts_stub_text(release: str, groups: Iterable[Group]) -> str:
    text = HEADER.format(contents="as types of the dicts that methods return", release=release) + (
        '"""\n\n# pyright: reportIncompatibleMethodOverride=false\n\n'
        "from typing import Any, Literal, TypeAlias, TypedDict, TypeVar, overload\n"
    )
    text += all_names(groups)
    text += '\nT = TypeVar("T")\n'
    for group in groups:
        if group.dict_name:
            numbered = any("*" in key for key in group.keys)
            text += numbered_dict(group) if numbered else typed_dict(group)
    return text


def typed_dict(group: Group) -> str:
    text = f'\n{group.dict_name} = TypedDict(\n    "{group.dict_name}",\n    {{\n'
    for key, kind in group.keys.items():
        text += f'        "{key}": {_PYTHON_TYPES.get(kind, "int")},\n'
    return text + f'    }},\n)\n"""{group.about.strip()}\n"""\n'


#: How far numbers in keys are written out: the first one, and each within.
_NUMBERS = (range(10), range(4))


def numbered_dict(group: Group) -> str:
    """A dict that has keys with numbers, which no TypedDict can have.

    Keys as they may stand in a program have the type of their value, with small numbers too. Those that a program
    puts together have whatever it takes them for: no checker can know which they are.
    """
    keys: dict[str, list[str]] = {}
    for key, kind in group.keys.items():
        line = ", ".join(f'"{name}"' for name in written_out(key, _NUMBERS[0]))
        keys.setdefault(_PYTHON_TYPES.get(kind, "int"), []).append(line)
    text = ""
    for kind, lines in keys.items():
        listed = "".join(f"    {line},\n" for line in lines)
        text += f"\n_{group.dict_name}_{kind}: TypeAlias = Literal[\n{listed}]\n"
    text += f'\nclass {group.dict_name}(dict[str, Any]):\n    """{group.about.strip()}\n    """\n'
    text += "    __slots__ = ()\n"
    for kind in keys:
        name = f"_{group.dict_name}_{kind}"
        text += f"    @overload\n    def __getitem__(self, key: {name}, /) -> {kind}: ...\n"
    text += "    @overload\n    def __getitem__(self, key: str, /) -> Any: ...\n"
    for kind in keys:
        name = f"_{group.dict_name}_{kind}"
        first = kind == next(
            iter(keys)
        )  # of a dict, `get` takes nothing but keys, and gives what all values are
        text += f"    @overload{'  # type: ignore[override]' if first else ''}\n"
        text += f"    def get(self, key: {name}, default: None = None, /) -> {kind} | None: ...\n"
        text += f"    @overload\n    def get(self, key: {name}, default: T, /) -> {kind} | T: ...\n"
    return text + "    @overload\n    def get(self, key: str, default: object = None, /) -> Any: ...\n"


def written_out(key: str, numbers: Iterable[int]) -> list[str]:
    """A key with each of these numbers, and then smaller ones, for the stars in it."""
    head, star, tail = key.partition("*")
    return (
        [other for n in numbers for other in written_out(f"{head}{n}{tail}", _NUMBERS[1])] if star else [key]
    )


def all_names(groups: Iterable[Group]) -> str:
    names = "".join(
        f'    "{name}",\n' for name in sorted(group.dict_name for group in groups if group.dict_name)
    )
    return f"\n__all__ = [\n{names}]\n"


def dicts_text(release: str, groups: Iterable[Group]) -> str:
    text = HEADER.format(contents="as types of the dicts that methods return", release=release)
    text += "\nHere they are only there to be named; the results are plain dicts.\n"
    text += '"""\n' + all_names(groups)
    for group in groups:
        if group.dict_name:
            text += f"\nclass {group.dict_name}(dict[str, object]):\n    __slots__ = ()\n"
    return text


def by_owner(groups: Iterable[Group]) -> dict[str, list[Group]]:
    owners: dict[str, list[Group]] = {}
    for group in groups:
        owners.setdefault(group.owner, []).append(group)
    return owners
