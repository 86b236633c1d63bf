"""Compares who imports whom in src/sysvirt with spec/layers.toml; the package imports the standard library only."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src/sysvirt"
LAYERS = ROOT / "spec/layers.toml"
NAME = "sysvirt"
MADE_FROM = {"_sync": "_async"}  # what is made from another imports what that one does


class Import(NamedTuple):
    """One import: by a module, of a module, whether for type checkers only."""

    line: int
    module: str
    for_types: bool


def imports(source: str, package: str) -> Iterator[Import]:
    """What a module that is in `package` imports, wherever in it that is."""

    def visit(node: ast.AST, for_types: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
                for statement in child.body:
                    yield from look(statement, True)
                for statement in child.orelse:
                    yield from look(statement, for_types)
            else:
                yield from look(child, for_types)

    def look(node: ast.AST, for_types: bool) -> Iterator[Import]:
        match node:
            case ast.Import(names=names):
                yield from (Import(node.lineno, name.name, for_types) for name in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                parents = package.split(".")
                base = [*parents[: len(parents) - level + 1]] if level else []
                base += [module] if module else []
                yield from (Import(node.lineno, ".".join([*base, name.name]), for_types) for name in names)
        yield from visit(node, for_types)

    yield from visit(ast.parse(source), False)


def part(module: str, package: Path = PACKAGE) -> str:
    """The part of the package that a module, or a name in one, belongs to: "sysvirt._session.core" is in "_session"."""
    first = module.split(".")[1] if "." in module else NAME
    known = (package / first).is_dir() or (package / f"{first}.py").exists()
    return first if known else NAME


def problems(package: Path = PACKAGE, layers: Path = LAYERS) -> Iterator[str]:
    """Imports that the table does not allow, and what it allows that nobody does."""
    table = tomllib.loads(layers.read_text("utf-8"))
    allowed = {kind: {by: set(names) for by, names in table[kind].items()} for kind in ("imports", "types")}
    unused = {
        (kind, by, name) for kind, rows in allowed.items() for by, names in rows.items() for name in names
    }
    for path in sorted(package.rglob("*.py")):
        file = path.relative_to(package)
        module = ".".join([NAME, *file.with_suffix("").parts]).removesuffix(".__init__")
        by = part(module, package)
        row = MADE_FROM.get(by, by)
        if row not in allowed["imports"]:
            yield f"{file}: {by} has no row in {layers.name}"
            continue
        own_package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        for line, what, for_types in imports(path.read_text("utf-8"), own_package):
            if what.split(".")[0] != NAME:
                if what.split(".")[0] not in sys.stdlib_module_names and not for_types:
                    yield f"{file}:{line}: {what} is not of the standard library"
                continue
            other = part(what, package)
            if other == by:
                continue
            if other in allowed["imports"][row]:
                unused.discard(("imports", row, other))
            elif for_types and other in allowed["types"].get(row, ()):
                unused.discard(("types", row, other))
            else:
                yield f"{file}:{line}: {by} may not import {other}{' for types' if for_types else ''} ({what})"
    for kind, by, name in sorted(unused):
        yield f"{layers.name}: {kind}: {by} does not import {name}"


def main() -> int:
    found = list(problems())
    print(*found, sep="\n", end="\n" if found else "")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
