"""That the check of layers sees every way of importing, and says what is not allowed."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

import check_layers


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A package of two layers, of which `above` may import `below`."""
    for name in ("__init__", "above", "below/__init__", "below/deep"):
        file = tmp_path / "sysvirt" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (tmp_path / "layers.toml").write_text(
        '[imports]\nsysvirt = []\nbelow = []\nabove = ["below"]\n[types]\nbelow = ["above"]\n'
    )
    (tmp_path / "sysvirt/above.py").write_text("from . import below\n")
    (tmp_path / "sysvirt/below/deep.py").write_text(
        "from . import __init__\nif TYPE_CHECKING:\n    from sysvirt.above import f\n"
    )
    return tmp_path


def said(tree: Path) -> list[str]:
    return list(check_layers.problems(tree / "sysvirt", tree / "layers.toml"))


def test_what_is_allowed(tree: Path) -> None:
    assert said(tree) == []


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("import sysvirt.above", "sysvirt.above"),
        ("from sysvirt import above", "sysvirt.above"),
        ("from .. import above", "sysvirt.above"),
        ("from ..above import f", "sysvirt.above.f"),
        ("from ..above import f as g, h", "sysvirt.above.f"),
        ("def f():\n    from ..above import g", "sysvirt.above.g"),
        ("if TYPE_CHECKING:\n    pass\nelse:\n    from ..above import f", "sysvirt.above.f"),
        ("try:\n    from ..above import f\nexcept ImportError:\n    pass", "sysvirt.above.f"),
    ],
)
def test_what_is_not(tree: Path, source: str, what: str) -> None:
    with open(tree / "sysvirt/below/deep.py", "a") as file:
        file.write(textwrap.dedent(source))
    line = 3 + next(n for n, text in enumerate(source.splitlines(), 1) if "above" in text)
    assert f"below/deep.py:{line}: below may not import above ({what})" in said(tree)


def test_what_nobody_does(tree: Path) -> None:
    (tree / "sysvirt/above.py").write_text("")
    (tree / "sysvirt/below/deep.py").write_text("from .. import __version__, above\n")
    assert said(tree) == [
        "below/deep.py:1: below may not import sysvirt (sysvirt.__version__)",
        "below/deep.py:1: below may not import above (sysvirt.above)",
        "layers.toml: imports: above does not import below",
        "layers.toml: types: below does not import above",
    ]


def test_what_is_not_in_the_table(tree: Path) -> None:
    (tree / "sysvirt/beside.py").write_text("import os\n")
    (tree / "sysvirt/above.py").write_text("from . import below\nimport os.path\nimport attrs\n")
    assert said(tree) == [
        "above.py:3: attrs is not of the standard library",
        "beside.py: beside has no row in layers.toml",
    ]
