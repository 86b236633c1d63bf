"""The annotations of the API's methods -> which arguments of a procedure take members of which enums.

A method hands its argument to a procedure (`_call(remote.X, self._ref, flags)`), which refuses members of other
enums before anything is sent. A method that does something else with such an argument has to say
`check.expect("flags", flags, ...)` itself; here is seen that it does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path

import gen_constants
from gen_constants import Facts

ROOT = Path(__file__).parent.parent
API = ROOT / "src/sysvirt/_async"
CODE = ROOT / "src/sysvirt/_generated/arguments.py"

#: Programs, as names of `_protocol/table.py`.
PROGRAMS = ("remote", "qemu", "lxc")


class Unchecked(Exception):
    """Nothing refuses the members of other enums that a method's argument may be."""


@dataclass(frozen=True)
class Argument:
    """A parameter of a public method that takes members of some enums; of none, where it is flags without any."""

    method: str
    name: str
    enums: tuple[str, ...]


def outputs() -> dict[Path, str]:
    """Every file this module makes."""
    constants, api, hand = gen_constants.load()
    enums = frozenset(group.name for group in gen_constants.enums(constants, api, hand))
    trees = [ast.parse(path.read_text("utf-8")) for path in sorted(API.rglob("*.py"))]
    return {CODE: code_text(found(trees, enums), same(hand["same"], enums))}


def same(groups: Facts, known: Set[str]) -> dict[str, str]:
    rows: dict[str, str] = {}
    for group, rule in groups.items():
        for name in rule["enums"]:
            if name not in known:
                raise Unchecked(f"there is no enum {name}")
            rows[name] = f"{group} {rule['bits']}"
    return rows


def found(trees: Iterable[ast.Module], known: Set[str]) -> dict[tuple[str, str], dict[int, Argument]]:
    """For each procedure the arguments that are checked, by their index."""
    procedures: dict[tuple[str, str], dict[int, list[Argument]]] = {}
    by_hand: set[Argument] = set()
    for tree in trees:
        for function, argument in arguments(tree, known):
            places = set(handed_on(function, argument.name))
            for procedure, index in places:
                procedures.setdefault(procedure, {}).setdefault(index, []).append(argument)
            if is_expected(function, argument):
                by_hand.add(argument)
            elif not places and not is_passed(function, argument.name):
                raise Unchecked(f"{argument.method}: nothing checks {argument.name} {argument.enums}")
    return {
        procedure: {index: widest(several, by_hand) for index, several in sorted(by_index.items())}
        for procedure, by_index in sorted(procedures.items())
    }


def widest(several: list[Argument], by_hand: set[Argument]) -> Argument:
    """What a procedure checks for all methods that call it; who takes less checks that itself."""
    widest = max(several, key=lambda argument: len(argument.enums))
    for argument in several:
        if not set(argument.enums) <= set(widest.enums):
            raise Unchecked(f"{argument.method} and {widest.method} call one procedure with different enums")
        if set(argument.enums) != set(widest.enums) and argument not in by_hand:
            raise Unchecked(f"{argument.method} takes less than {widest.method}, and does not check that")
    return widest


def arguments(
    tree: ast.Module, known: Set[str]
) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, Argument]]:
    """The public methods of a module with arguments that take members of enums."""
    for owner in tree.body:
        if not isinstance(owner, ast.ClassDef):
            continue
        for function in owner.body:
            if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or is_overload(function):
                continue
            if function.name.startswith("_"):
                continue
            given = [*function.args.args, *function.args.kwonlyargs]
            given += [function.args.vararg] if function.args.vararg else []
            for arg in given:
                enums = enums_of(arg.annotation, known)
                if enums or arg.arg == "flags":
                    yield function, Argument(f"{owner.name}.{function.name}", arg.arg, enums)


def is_overload(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(name, ast.Name) and name.id == "overload" for name in function.decorator_list)


def enums_of(annotation: ast.expr | None, known: Set[str]) -> tuple[str, ...]:
    """The enums of a union; not those inside something else, such as what a callback gets."""
    if isinstance(annotation, ast.BinOp):
        return enums_of(annotation.left, known) + enums_of(annotation.right, known)
    if isinstance(annotation, ast.Name) and annotation.id in known:
        return (annotation.id,)
    return ()


def handed_on(function: ast.AST, name: str) -> Iterator[tuple[tuple[str, str], int]]:
    """The procedures that an argument goes to, and as which of theirs."""
    for call in ast.walk(function):
        if isinstance(call, ast.Call):
            for at, arg in enumerate(call.args):
                procedure = procedure_of(arg)
                if procedure is not None:
                    for index, given in enumerate(call.args[at + 1 :]):
                        if is_the_same(given, name):
                            yield procedure, index


def procedure_of(node: ast.expr) -> tuple[str, str] | None:
    """`remote.X` or `remote.exact(remote.X)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "exact":
        return procedure_of(node.args[0])
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in PROGRAMS:
        return (node.value.id, node.attr) if node.attr.isupper() else None
    return None


def is_the_same(node: ast.expr, name: str) -> bool:
    """Whether an expression is an argument as it was given: `flags | 4` would be refused by the wrong name."""
    return isinstance(node, ast.Name) and node.id == name


def is_expected(function: ast.AST, argument: Argument) -> bool:
    """Whether a method says `check.expect("name", name, "Enum" ...)` with exactly its enums."""
    wanted = [argument.name, *argument.enums]
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "expect":
            texts = [node.value for node in call.args if isinstance(node, ast.Constant)]
            if texts == wanted:
                return True
    return False


def is_passed(function: ast.AST, name: str) -> bool:
    """Whether an argument goes to another public method of the same object, which checks it."""
    return any(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "self"
        and not call.func.attr.startswith("_")
        and any(is_the_same(given, name) for given in call.args)
        for call in ast.walk(function)
    )


HEADER = '''# ruff: noqa: E501
# fmt: off
"""Which arguments of a procedure take members of which enums.

Made by tools/generate.py from the annotations of the methods in _async/, and spec/constants.toml.
Never edit this file; to make it again: python tools/generate.py

MEMBERS has for each argument `index name enums ...`, several apart by a comma; the name is the one that the methods
have, and flags without enums have none that libvirt knows. SAME has enums with flags that are those of others as
well: `group bits`.
"""
'''


def code_text(procedures: dict[tuple[str, str], dict[int, Argument]], same: dict[str, str]) -> str:
    text = HEADER + "\nMEMBERS = {\n"
    for (program, name), by_index in procedures.items():
        row = ", ".join(" ".join([str(at), arg.name, *arg.enums]) for at, arg in by_index.items())
        text += f'    ("{program}", "{name}"): "{row}",\n'
    text += "}\n\nSAME = {\n"
    text += "".join(f'    "{name}": "{row}",\n' for name, row in same.items())
    return text + "}\n"
