from __future__ import annotations

from pathlib import Path

import pytest

import unasync

# A table of the tests' own, so that the real one can follow its sources.
RULES = {
    "_session.aio": "_session.blocking",
    "sysvirt._async": "sysvirt._sync",
    "sysvirt.aio": "sysvirt",
    "AsyncPump": "BlockingPump",
    "AsyncIterator": "Iterator",
    "StopAsyncIteration": "StopIteration",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "anext": "next",
    "an asyncio pump": "a blocking pump",
}

SOURCE = '''\
"""Guests: `await dom.create()`, `async with sysvirt.aio.connect()`; they await the reply."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

from .._session.aio import AsyncPump

class Guests:
    def __init__(self, pump: AsyncPump) -> None:
        self.pump = pump  # an asyncio pump, an AsyncPump, see sysvirt._async.domain

    async def __aenter__(self) -> Guests:
        return await self.pump.enter(
            self,
        )

    async def __aexit__(self, *error: object) -> None:
        async with self.pump as pump, pump.lock:
            await pump.close()

    def __aiter__(self) -> AsyncIterator[int]:
        return self

    async def __anext__(self) -> int:
        if not (guests := [g async for g in self.pump if await g.ready()]):
            raise StopAsyncIteration
        text = f"{await anext(self.pump)!r} {'await'}"
        await (self.pump.flush())
        return await anext(guests, text)
'''

MADE = '''\
"""Guests: `dom.create()`, `with sysvirt.connect()`; they await the reply."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .._session.blocking import BlockingPump

class Guests:
    def __init__(self, pump: BlockingPump) -> None:
        self.pump = pump  # a blocking pump, an BlockingPump, see sysvirt._sync.domain

    def __enter__(self) -> Guests:
        return self.pump.enter(
            self,
        )

    def __exit__(self, *error: object) -> None:
        with self.pump as pump, pump.lock:
            pump.close()

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        if not (guests := [g for g in self.pump if g.ready()]):
            raise StopIteration
        text = f"{next(self.pump)!r} {'await'}"
        (self.pump.flush())
        return next(guests, text)
'''

HEADER = "# Made by tools/unasync.py from src/sysvirt/_async/{}; do not edit.\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository whose one source file needs every rule."""
    source = tmp_path / "src/sysvirt/_async/domain"
    source.mkdir(parents=True)
    (source / "guests.py").write_text(SOURCE)
    (source / "__init__.py").write_text("")
    return tmp_path


def convert(source: str) -> str:
    return unasync.Converter(RULES).convert(source)


def test_every_rule() -> None:
    converter = unasync.Converter(RULES)
    assert converter.unused() == [*RULES, "async", "await"]
    assert converter.convert(SOURCE) == MADE
    assert converter.unused() == []


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("", ""),
        ("x = 1\n", "x = 1\n"),
        ("x = await_ + my_anext + anexts\n", "x = await_ + my_anext + anexts\n"),
        ("x = 'ä€😀'; y = lambda: anext(x)\n", "x = 'ä€😀'; y = lambda: next(x)\n"),
        ("x = '''a\n\x0c\u2028b''' + anext(y)\n", "x = '''a\n\x0c\u2028b''' + next(y)\n"),
        (
            "async def f():\n    return f'{f\"{x}\"}{await y()}', await z\n",
            "def f():\n    return f'{f\"{x}\"}{y()}', z\n",
        ),
        (
            "import sysvirt.aio\nfrom ..._session.aio import x\n",
            "import sysvirt\nfrom ..._session.blocking import x\n",
        ),
        (
            "from m import AsyncIterator, AsyncPump, LIMIT, Iterator, a_b\n",
            "from m import LIMIT, BlockingPump, Iterator, a_b\n",
        ),
        ("# async def, async for, an async thing; await x.y()\n", "# def, for, an async thing; x.y()\n"),
    ],
)  # fmt: skip
def test_pieces_of_source(source: str, made: str) -> None:
    assert convert(source) == made


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\n",
        "x.aclose()\n",
        "AsyncThing()\n",
        "def __await__(self): pass\nasync_gen\n",
        "from . import aio\n",
    ],
)
def test_a_word_without_a_rule_is_refused(source: str) -> None:
    with pytest.raises(unasync.ConversionError, match="no rule for"):
        convert(source)


def test_what_no_longer_compiles_is_refused() -> None:
    # Without a call behind it, this "await" passes for prose, as the f-string is text.
    with pytest.raises(SyntaxError):
        convert("async def f():\n    return f'{await x}'\n")


def run(tree: Path, *arguments: str, rules: dict[str, str] = RULES) -> int:
    return unasync.main(list(arguments), tree, rules)


def test_writes_what_the_check_then_accepts(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tree, "--check") == 1
    assert capsys.readouterr().err.count("missing: ") == 2
    assert run(tree) == 0
    made = tree / "src/sysvirt/_sync/domain"
    assert (made / "guests.py").read_text() == HEADER.format("domain/guests.py") + MADE
    assert (made / "__init__.py").read_text() == HEADER.format("domain/__init__.py")
    assert run(tree, "--check") == 0
    assert capsys.readouterr().err == ""


def test_tests_are_converted_too(tree: Path) -> None:
    source = tree / "tests/api/_async/test_guests.py"
    source.parent.mkdir(parents=True)
    source.write_text("async def test_it() -> None:\n    assert await x()\n")
    assert run(tree) == 0
    assert (tree / "tests/api/_sync/test_guests.py").read_text() == (
        "# Made by tools/unasync.py from tests/api/_async/test_guests.py; do not edit.\n"
        "def test_it() -> None:\n    assert x()\n"
    )


@pytest.mark.parametrize("damage", ["cut", "changed", "longer", "deleted"])
def test_check_compares_whole_files(tree: Path, damage: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(tree)
    made = tree / "src/sysvirt/_sync/domain/guests.py"
    text = made.read_text()
    if damage == "deleted":
        made.unlink()
    else:
        made.write_text(
            {"cut": text[:-9], "changed": text.replace("pump", "pomp"), "longer": text + "\n"}[damage]
        )
    assert run(tree, "--check") == 1
    assert "src/sysvirt/_sync/domain/guests.py" in capsys.readouterr().err


def test_a_file_without_a_source(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tree)
    old = tree / "src/sysvirt/_sync/domain/gone.py"
    old.write_text("")
    cache = old.parent / "__pycache__/gone.pyc"
    cache.parent.mkdir()
    cache.write_text("")
    assert run(tree, "--check") == 1
    assert capsys.readouterr().err == "unasync: no source: src/sysvirt/_sync/domain/gone.py\n"
    assert run(tree) == 0
    assert not old.exists()
    assert cache.exists()


def test_an_unused_rule_fails_the_check(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = {**RULES, "AsyncUnheardOf": "UnheardOf"}
    assert run(tree, rules=rules) == 0
    assert run(tree, "--check", rules=rules) == 1
    assert capsys.readouterr().err == "unasync: unused rule: AsyncUnheardOf\n"


def test_all_or_nothing_is_written(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "src/sysvirt/_async/bad.py").write_text("import asyncio\n")
    assert run(tree) == 1
    assert capsys.readouterr().err == "unasync: src/sysvirt/_async/bad.py: no rule for 'asyncio'\n"
    assert not (tree / "src/sysvirt/_sync").exists()


@pytest.mark.slow
def test_the_repository_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert unasync.main(["--check"]) == 0, capsys.readouterr().err
