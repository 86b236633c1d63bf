"""Docstrings -> docs/reference: what each method, record and error is for.

The asyncio source is read, since it says which methods are awaited there; the text is true of both faces.
Only the syntax tree is looked at, so nothing has to be importable.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import gen_constants

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src/sysvirt"
TARGET = ROOT / "docs/reference"

HEAD = """\
<!-- Made by tools/generate.py from the docstrings of src/sysvirt/{source}; do not edit. -->

# {title}

"""
FACES = """\
The same in both faces: in `sysvirt.aio` every method is awaited unless it says *not awaited*; in `sysvirt`
`async with` and `async for` are `with` and `for`.
"""

WIDTH = 100
# The C functions that a docstring names at its end.
_C_NAMES = re.compile(r"\s*\[(vir\w+(?:,\s+vir\w+)*)\]$")
# The beginning of what a docstring says about one parameter, or about some.
_ABOUT = re.compile(r"(\w+(?:, \w+)*): ")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Topic:
    """Methods of one file, which is about one thing."""

    title: str
    methods: Sequence[Function]


def outputs() -> dict[Path, str]:
    """Every file this module makes."""
    connection, domain = class_topics("connection", "Connection"), class_topics("domain", "Domain")
    connect = find(tree("_async/opening.py"), "connect")
    assert isinstance(connect, Function)
    pool = find_class("_async/storage_pool.py", "StoragePool")
    volume = find_class("_async/storage_vol.py", "StorageVol")
    stream = find_class("_async/stream.py", "Stream")
    nonblocking = find_class("_async/stream.py", "NonblockingStream")
    snapshot = find_class("_async/snapshot.py", "DomainSnapshot")
    checkpoint = find_class("_async/checkpoint.py", "DomainCheckpoint")
    events = find_class("_async/connection/events.py", "EventStream")
    pages = {
        "connection": page(
            "_async/connection",
            "Connection",
            [
                FACES,
                "## Opening one\n",
                *method(connect, plain=False, owner="sysvirt."),
                "## The object\n",
                *class_text(find_class("_async/connection/__init__.py", "Connection")),
                *topics_text(connection),
            ],
        ),
        "domain": page(
            "_async/domain",
            "Domain",
            [
                FACES,
                *class_text(find_class("_async/domain/__init__.py", "Domain")),
                *topics_text(domain),
            ],
        ),
        "snapshot": page(
            "_async/snapshot.py",
            "DomainSnapshot",
            [FACES, *class_text(snapshot), *methods_text(all_methods("_async/snapshot.py"))],
        ),
        "checkpoint": page(
            "_async/checkpoint.py",
            "DomainCheckpoint",
            [FACES, *class_text(checkpoint), *methods_text(all_methods("_async/checkpoint.py"))],
        ),
        "stream": page(
            "_async/stream.py",
            "Stream",
            [
                FACES,
                *class_text(stream),
                *methods_text(public_methods(stream)),
                "## NonblockingStream\n",
                *class_text(nonblocking),
                *methods_text(public_methods(nonblocking)),
            ],
        ),
        "storage-pool": page(
            "_async/storage_pool.py",
            "StoragePool",
            [FACES, *class_text(pool), *methods_text(all_methods("_async/storage_pool.py"))],
        ),
        "storage-volume": page(
            "_async/storage_vol.py",
            "StorageVol",
            [FACES, *class_text(volume), *methods_text(all_methods("_async/storage_vol.py"))],
        ),
        "events": page(
            "events.py",
            "Events",
            [
                "How to use them: [How to watch events](../howto/events.md).\n",
                FACES,
                "## EventStream\n",
                *class_text(events),
                *methods_text(public_methods(events)),
                "## Records\n",
                *records_text(tree("events.py")),
            ],
        ),
        "results": page(
            "results/",
            "Results",
            [
                "What methods return where the keys are fixed: read-only records, and dicts where keys may be",
                "missing.\n",
                *(
                    line
                    for topic in sorted((SOURCE / "results").glob("[a-z]*.py"))
                    for line in records_text(tree(f"results/{topic.name}"))
                ),
                "## Dicts\n",
                "Any key may be missing, and others may be there: test with `in`.\n",
                *dicts_text(ast.parse(gen_constants.outputs()[gen_constants.DICTS_STUB])),
            ],
        ),
        "errors": page("errors.py", "Errors", list(errors_text())),
    }
    return {TARGET / f"{name}.md": text for name, text in pages.items()}


def page(source: str, title: str, lines: Sequence[str]) -> str:
    return HEAD.format(source=source, title=title) + "\n".join(lines).rstrip("\n") + "\n"


# --- finding things --------------------------------------------------------------------------------


def tree(file: str) -> ast.Module:
    return ast.parse((SOURCE / file).read_text("utf-8"))


def find(module: ast.Module, name: str) -> ast.stmt:
    for node in module.body:
        if isinstance(node, ast.ClassDef | Function) and node.name == name:
            return node
    raise LookupError(name)


def find_class(file: str, name: str) -> ast.ClassDef:
    node = find(tree(file), name)
    assert isinstance(node, ast.ClassDef)
    return node


def class_topics(folder: str, name: str) -> list[Topic]:
    """The methods of a class that is composed from the files of a folder, in the order of its bases."""
    home = f"_async/{folder}"
    package = tree(f"{home}/__init__.py")
    files = {
        alias.name: f"{home}/{node.module}.py"
        for node in package.body
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
    }
    bases = [base.id for base in find_class(f"{home}/__init__.py", name).bases if isinstance(base, ast.Name)]
    found = [Topic(title_of(f"{home}/base.py"), list(all_methods(f"{home}/base.py")))]
    others = dict.fromkeys(files[base] for base in bases)
    found += [Topic(title_of(file), list(file_methods(file))) for file in others]
    return [topic for topic in found if topic.methods]


def file_methods(file: str) -> Iterator[Function]:
    """The public methods of the one class that a file gives to the composed class, which is its last."""
    return public_methods(last_class(tree(file)))


def last_class(module: ast.Module) -> ast.ClassDef:
    """The last one that is not private."""
    classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
    return [node for node in classes if not node.name.startswith("_")][-1]


def all_methods(file: str) -> Iterator[Function]:
    """The public methods of a file's last class, after those of what it is based on elsewhere in `_async`."""
    module = tree(file)
    bases = {base.id for base in last_class(module).bases if isinstance(base, ast.Name)}
    for node in module.body:
        if isinstance(node, ast.ImportFrom) and node.module and bases & {alias.name for alias in node.names}:
            home = Path(file).parents[node.level - 1].joinpath(*node.module.split(".")).with_suffix(".py")
            if home.parts[0] == "_async":
                yield from all_methods(home.as_posix())
    yield from file_methods(file)


def _is_overload(function: Function) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "overload" for mark in function.decorator_list)


def public_methods(node: ast.ClassDef) -> Iterator[Function]:
    for member in node.body:
        if isinstance(member, Function) and not member.name.startswith("_") and not _is_overload(member):
            yield member


def title_of(file: str) -> str:
    """What a file is about: the beginning of its docstring."""
    text = ast.get_docstring(tree(file)) or ""
    return re.split(r"[:.;](?:\s|$)", text, maxsplit=1)[0].replace("\n", " ")


# --- text ------------------------------------------------------------------------------------------


def topics_text(topics: Sequence[Topic]) -> Iterator[str]:
    for topic in topics:
        yield f"## {topic.title}\n"
        yield from methods_text(topic.methods)


def methods_text(methods: Sequence[Function] | Iterator[Function]) -> Iterator[str]:
    for node in methods:
        yield from method(node, plain=isinstance(node, ast.FunctionDef))


def method(node: Function, *, plain: bool, owner: str = "") -> Iterator[str]:
    """One method: what it is called with, and what its docstring says."""
    yield f"### {owner}{node.name}\n"
    yield f"```python\n{signature(node)}\n```\n"
    if plain:
        yield "*Not awaited.*\n"
    yield from described(node)


def signature(node: Function) -> str:
    """`def name(...) -> result`, on one line where it fits."""
    parts = list(arguments(node.args))
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    text = f"def {node.name}({', '.join(parts)}){result}: ..."
    if len(text) <= WIDTH:
        return text
    return f"def {node.name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){result}: ..."


def arguments(given: ast.arguments) -> Iterator[str]:
    """Each argument as one writes it, but for `self`."""
    positional = [*given.posonlyargs, *given.args]
    missing = len(positional) - len(given.defaults)
    for argument, default in zip(positional, [*missing * [None], *given.defaults], strict=True):
        if argument.arg != "self":
            yield _argument(argument, default)
    if given.vararg:
        yield f"*{_argument(given.vararg, None)}"
    elif given.kwonlyargs:
        yield "*"
    for argument, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        yield _argument(argument, default)


def _argument(argument: ast.arg, default: ast.expr | None) -> str:
    kind = f": {ast.unparse(argument.annotation)}" if argument.annotation else ""
    return f"{argument.arg}{kind}" + (f" = {ast.unparse(default)}" if default else "")


def described(node: Function | ast.ClassDef) -> Iterator[str]:
    """The docstring as Markdown: a list of what is said about parameters, and the C functions at the end."""
    text = ast.get_docstring(node) or ""
    c_names = _C_NAMES.search(text)
    if c_names:
        text = text[: c_names.start()]
    for paragraph in text.split("\n\n"):
        lines = paragraph.split("\n")
        if _ABOUT.match(paragraph) and isinstance(node, Function):
            yield from _about(lines)
        elif all(line.startswith("    ") for line in lines):
            yield "```python\n" + textwrap.dedent(paragraph) + "\n```"
        elif paragraph:
            yield paragraph
        yield ""
    if c_names:
        names = ", ".join(f"`{name}`" for name in c_names[1].replace(",", " ").split())
        yield f"In C: {names}.\n"


def _about(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        about = _ABOUT.match(line)
        if about:
            names = ", ".join(f"`{name}`" for name in about[1].split(", "))
            yield f"- {names}: {line[about.end() :]}"
        else:
            yield f"  {line.strip()}"


def class_text(node: ast.ClassDef) -> Iterator[str]:
    yield from described(node)


def records_text(module: ast.Module) -> Iterator[str]:
    """Each record, with its fields."""
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            fields = list(field_rows(node))
            if fields and not node.name.startswith("_"):
                yield f"### {node.name}\n"
                yield from described(node)
                yield "| field | type | |"
                yield "| --- | --- | --- |"
                yield from fields
                yield ""


def dicts_text(module: ast.Module) -> Iterator[str]:
    """The dicts whose keys are no names: `X = TypedDict("X", {...})`, with a docstring below."""
    for node, below in zip(module.body, module.body[1:], strict=False):
        match node, below:
            case (
                ast.Assign([ast.Name(name)], ast.Call(ast.Name("TypedDict"), [_, ast.Dict(keys)])),
                ast.Expr(ast.Constant(str(text))),
            ):
                yield f"### {name}\n"
                yield inspect.cleandoc(text) + "\n"
                names = [f"`{key.value!s}`" for key in keys if isinstance(key, ast.Constant)]
                yield f"Known keys: {', '.join(names)}.\n"


def field_rows(node: ast.ClassDef) -> Iterator[str]:
    for n, member in enumerate(node.body):
        if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
            text = ""
            following = node.body[n + 1] if n + 1 < len(node.body) else None
            if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
                text = " ".join(str(following.value.value).split())
            kind = ast.unparse(member.annotation).replace("|", "\\|")
            yield f"| `{member.target.id}` | `{kind}` | {text} |"


# --- errors ----------------------------------------------------------------------------------------


def errors_text() -> Iterator[str]:
    """The base, then every class, the ones below another indented."""
    classes = [node for node in tree("errors.py").body if isinstance(node, ast.ClassDef)]
    base = classes[0]
    yield "How to use them: [How to handle errors](../howto/errors.md).\n"
    yield f"## {base.name}\n"
    yield from class_text(base)
    for member in public_methods(base):
        if ast.get_docstring(member):
            yield f"- `{member.name}`: {' '.join((ast.get_docstring(member) or '').split())}"
    yield "- `get_error_code()`, `get_error_domain()`, `get_error_level()`, `get_error_message()`,"
    yield "  `get_str1()` ... `get_int2()`: the same, as methods."
    yield ""
    yield "## All of them\n"
    yield "| class | is also | |"
    yield "| --- | --- | --- |"
    for node in classes[1:]:
        if node.name.startswith("_"):
            continue
        bases = ", ".join(f"`{ast.unparse(other)}`" for other in node.bases)
        text = " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())
        yield f"| `{node.name}` | {bases} | {text} |"
