"""Constants that become members of enums when somebody first looks at one.

To build all enums would take longer than the rest of `import sysvirt`. So a class of constants starts with a
placeholder per name. Looking at one builds its whole group (an enum, or a set of strings) and puts the real
values in the place of the group's placeholders.

A placeholder is an ordinary descriptor: it works on instances as well, and once replaced it leaves nothing
behind. (A metaclass with `__getattr__` starts with less work, but makes every later look at such a class four
times slower or worse, and instances would have a constant or not, depending on what was looked at before.)
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import Enum
    from typing import Any, TypeVar

    E = TypeVar("E", bound=Enum)


def lookup(enum: type[E], value: int) -> E:
    """The member for a value, known or not. (Calling the class does the same, many times slower.)"""
    members: dict[int, Any] = enum._value2member_map_
    try:
        member: E = members[value]
    except KeyError:
        return enum(value)
    return member


def pairs(row: str) -> dict[str, str]:
    """What a row of `name=value` items says."""
    words = row.replace("=", " ").split()
    return dict(zip(words[::2], words[1::2], strict=True))


def lazy_module(
    module: dict[str, Any], constants: Mapping[str, Mapping[str, str]]
) -> Callable[[str], object]:
    """A module's `__getattr__`, which makes its enums and classes of constants when they are asked for.

    Per class, constants has a row of `kind prefix NAME=value ...` for each group. Groups of the kinds value
    and mask are enums, whose members are called as the constants without the prefix; others are text and int.
    """

    def get(name: str) -> object:
        made: object = None
        owner = name.removesuffix("Constants")
        if owner in constants and owner != name:
            made = _constants_class(name, constants[owner], module)
        for groups in constants.values():
            if name in groups and groups[name].startswith(("value ", "mask ")):
                made = _enum(name, groups[name], module)
        if made is None:
            raise AttributeError(f"module {module['__name__']!r} has no attribute {name!r}")
        # When two threads make the same, the first one's is everybody's.
        return module.setdefault(name, made)

    return get


def _enum(name: str, row: str, module: dict[str, Any]) -> object:
    from . import _enum_bases

    kind, prefix, items = row.split(" ", 2)
    members = {key.removeprefix(prefix): int(value) for key, value in pairs(items).items()}
    return _enum_bases.build(name, kind == "mask", members, module["__name__"])


def _constants_class(title: str, groups: Mapping[str, str], module: dict[str, Any]) -> type:
    def fill(name: str) -> object:
        found = [(group, row) for group, row in groups.items() if f" {name}=" in row]
        group, row = found[0]
        kind, prefix, items = row.split(" ", 2)
        values: dict[str, Any] = pairs(items)
        if kind == "int":
            values = {key: int(value) for key, value in values.items()}
        elif kind != "text":
            enum = module.get(group) or module["__getattr__"](group)
            values = {key: enum[key.removeprefix(prefix)] for key in values}
        for key, value in values.items():
            setattr(made, key, value)
        return values[name]

    class Placeholder:
        __slots__ = ()

        # It doesn't even hold its name: some thousand of them are made at import, and that halves the time.
        def __get__(self, instance: object, owner: type | None = None) -> object:
            # No generator: one that is struck when it is collected has nobody to tell.
            names = [name for name, value in namespace.items() if value is self]
            return fill(names[0])

    namespace: dict[str, object] = {"__slots__": (), "__module__": module["__name__"]}
    for row in groups.values():
        for name in row.replace("=", " ").split()[2::2]:
            namespace[name] = Placeholder()
    made = type(title, (), namespace)
    return made
