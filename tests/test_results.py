"""The types of results that are dicts: they name what the daemon may send, as the data in spec/ has it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from sysvirt import results
from sysvirt._generated.constants import SETS

PYTHON = {"string": "str", "boolean": "bool", "double": "float"}


def declared() -> dict[str, dict[str, str]]:
    """The keys and types of every TypedDict in the module: none of them is there at run time."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.walk(ast.parse(Path(results.__file__).read_text())):
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "TypedDict" for base in node.bases):
            fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
            found[node.name] = {ast.unparse(item.target): ast.unparse(item.annotation) for item in fields}
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "TypedDict":
            name, items = node.args
            assert isinstance(items, ast.Dict)
            keys = [ast.literal_eval(key) for key in items.keys if key is not None]
            found[ast.literal_eval(name)] = dict(zip(keys, map(ast.unparse, items.values), strict=True))
    return found


@pytest.mark.parametrize(
    ("name", "row"),
    [("DomainStats", "stats"), ("NodeCPUStats", "node_cpu_stats"), ("NodeMemoryStats", "node_memory_stats")],
)
def test_known_keys_are_declared(name: str, row: str) -> None:
    pairs = [item.partition("=") for item in SETS[row].split() if "*" not in item]
    assert declared()[name] == {key: PYTHON.get(kind, "int") for key, _, kind in pairs}


def test_they_can_be_named_at_run_time() -> None:
    assert set(declared()) <= set(results.__all__)
    for name in declared():
        assert issubclass(getattr(results, name), dict)
