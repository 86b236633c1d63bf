from __future__ import annotations

import ast
import re
from enum import Enum

import pytest

import gen_reference
import sysvirt


def function(text: str) -> ast.FunctionDef:
    (node,) = ast.parse(text).body
    assert isinstance(node, ast.FunctionDef)
    return node


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["Connection", "Domain", "DomainSnapshot", "DomainCheckpoint", "Stream", "Console"]
)
def test_every_public_method_is_there(name: str) -> None:
    file = f"{name.lower().removeprefix('domain') or 'domain'}.md"
    page = gen_reference.outputs()[gen_reference.TARGET / file]
    methods = {
        name
        for base in getattr(sysvirt, name).__mro__
        for name, value in vars(base).items()
        if callable(value) and base.__module__.startswith("sysvirt") and name[0] not in "_" and name.islower()
    }
    assert methods
    assert [method for method in methods if f"\n### {method}\n" not in page] == []


def test_every_error_is_there() -> None:
    page = gen_reference.outputs()[gen_reference.TARGET / "errors.md"]
    names = [name for name in dir(sysvirt) if isinstance(found := getattr(sysvirt, name), type)
             and issubclass(found, sysvirt.Error)]  # fmt: skip
    assert len(names) > 40
    assert [name for name in names if f"`{name}`" not in page and f"## {name}\n" not in page] == []


def test_every_public_name_is_there() -> None:
    """Enums are listed together, by prefix."""
    text = "".join(gen_reference.outputs().values())
    names = [
        name
        for name in dir(sysvirt)
        if name[0].isupper()
        and name != "AnyEvent"
        and isinstance(found := getattr(sysvirt, name), type)
        and (found is sysvirt.StreamStatus or not issubclass(found, Enum | sysvirt.Error))
    ]
    assert len(names) > 60
    assert [name for name in names if not re.search(rf"^#+ {name}$", text, re.M)] == []


def test_signatures_are_as_written() -> None:
    text = "def f(a: int, b: str | None = None, *, c: bool, d: float = 1.5) -> tuple[int, str]: ..."
    assert gen_reference.signature(function(text)).replace("'", '"') == text
    assert gen_reference.signature(function("def f(self, *args: int): ...")) == "def f(*args: int): ..."


def test_long_signatures_get_lines() -> None:
    arguments = ["one: int", "*", *(f"argument_{n}: dict[str, int] = {{}}" for n in range(5))]
    long = gen_reference.signature(function(f"def f({', '.join(arguments)}) -> None: ..."))
    assert long == "def f(\n" + "".join(f"    {argument},\n" for argument in arguments) + ") -> None: ..."


def test_docstrings_become_text_lists_and_c_names() -> None:
    node = function(
        '''def f(a, b, c):
    """Does it.

    a: the first, and more
        about it.
    b, c: the others.

    Raises nothing. [virOne,
    virTwo]
    """'''
    )
    assert list(gen_reference.described(node)) == [
        *("Does it.", ""),
        *("- `a`: the first, and more", "  about it.", "- `b`, `c`: the others.", ""),
        *("Raises nothing.", ""),
        "In C: `virOne`, `virTwo`.\n",
    ]
