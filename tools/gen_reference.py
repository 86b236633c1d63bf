"""Docstrings -> docs/reference: what each method, record and error is for.

The asyncio source is read, since it says which methods are awaited there; the text is true of both faces.
Only the syntax tree is looked at, so nothing has to be importable.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
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


#: What our source calls otherwise than its reader.
ALIASES = {
    "C": "Connection",
    "D": "Domain",
    "Data": "bytes | bytearray | memoryview",
    "Number": "int",
    "Source": "str | PathLike[str] | BinaryIO | socket",
    "Target": "str | PathLike[str] | BinaryIO | socket",
    "StrPath": "str | PathLike[str]",
    "UUIDLike": "UUID | bytes | str",
}
#: Topics whose file has another name than what it is about.
TITLES = {
    "Domains": "Guests",
    "Host": "The host",
    "Storage": "Storage pools and volumes",
    "Cpu": "Virtual CPUs",
    "Iothreads": "IOThreads",
    "Config": "Definition",
    "Waiting": "Waiting for something",
    "Channels": "Consoles and channels",
    "Data": "Sending and receiving",
    "File": "As a file",
    "Handlers": "All at once",
}
#: The guide that shows how to use what is under a title.
GUIDES = {
    "Console": "console",
    "Consoles and channels": "console",
    "Errors": "errors",
    "Events": "events",
    "Progress": "progress",
    "StorageVol": "volumes",
    "Waiting for something": "waiting",
}
VALUES = (
    ("cpumap.py", "CpuSet"),
    ("typedparams.py", "TypedParam"),
    ("results/stream.py", "StreamStatus"),
    ("uri.py", "URI"),
)


@dataclass(frozen=True)
class Topic:
    """Methods of one file, which is about one thing."""

    title: str
    subject: str
    methods: Sequence[Function]


def outputs() -> dict[Path, str]:
    """Every file this module makes."""
    connection, domain = class_topics("connection", "Connection"), class_topics("domain", "Domain")
    connect = find(tree("_async/connecting/__init__.py"), "connect")
    assert isinstance(connect, Function)
    pages = {
        "connection": page(
            "_async/connection",
            "Connection",
            [
                FACES,
                *contents(connection),
                "## Opening one\n",
                *method(connect, owner="sysvirt."),
                "## The object\n",
                *described(find_class("_async/connection/__init__.py", "Connection")),
                *topics_text(connection),
            ],
        ),
        "domain": page(
            "_async/domain",
            "Domain",
            [
                FACES,
                *described(find_class("_async/domain/__init__.py", "Domain")),
                *contents(domain),
                *topics_text(domain),
            ],
        ),
        "snapshot": class_page("_async/snapshot.py", "DomainSnapshot"),
        "checkpoint": class_page("_async/checkpoint.py", "DomainCheckpoint"),
        "stream": stream_page(),
        "console": class_page("_async/console.py", "Console"),
        "storage-pool": class_page("_async/storage_pool.py", "StoragePool"),
        "storage-volume": class_page("_async/storage_vol.py", "StorageVol"),
        "events": page(
            "events.py",
            "Events",
            [
                FACES,
                "## EventStream\n",
                *class_text("_async/event_stream.py", "EventStream"),
                "## Records\n",
                "`AnyEvent` is whichever of them comes from the daemon.\n",
                *records_text(tree("events.py")),
            ],
        ),
        "results": page(
            "results/",
            "Results",
            [
                "What methods return where the keys are fixed: read-only records, and dicts where keys may be",
                "missing. A record's `asdict()` gives its fields by name, with enums as they are; `asjson()` gives",
                "what `json.dumps` takes: enums by name, sets of CPUs as text, a guest as its name and UUID.\n",
                *(
                    line
                    for topic in sorted((SOURCE / "results").glob("[a-z]*.py"))
                    for line in records_text(tree(f"results/{topic.name}"))
                ),
                "## Dicts\n",
                "Any key may be missing, and others may be there: test with `in`.\n",
                "Type checkers know the types of keys that are written out, with numbers up to 9. What has a key that",
                'is put together at run time, such as `f"block.{n}.name"`, is `Any` to them: say what it is, as in',
                '`name: str = stats[f"block.{n}.name"]`.\n',
                *dicts_text(),
            ],
        ),
        "values": page(
            "cpumap.py, typedparams.py, results/stream.py and uri.py",
            "Values",
            [
                "What arguments and results are made of, beside [records](results.md) and [enums](constants.md).\n",
                *(
                    line
                    for file, name in VALUES
                    for line in (f"## {name}\n", *class_text(file, name, faces=False))
                ),
            ],
        ),
        "errors": page("errors.py", "Errors", list(errors_text())),
    }
    return {TARGET / f"{name}.md": text for name, text in pages.items()}


def stream_page() -> str:
    """The topics of streams, which build on each other, from the ground up; then how the other kind differs."""
    home = "_async/stream/__init__.py"
    life, *topics = class_topics("stream", "Stream")
    topics = [life, *reversed(topics)]
    return page(
        "_async/stream",
        "Stream",
        [
            FACES,
            *described(find_class(home, "Stream")),
            *contents(topics),
            *topics_text(topics),
            "## NonblockingStream\n",
            *class_text(home, "NonblockingStream", inherited=False),
        ],
    )


def class_page(file: str, *names: str) -> str:
    """A page of one class, and perhaps of others that belong to it."""
    lines = [FACES, *class_text(file, names[0])]
    for name in names[1:]:
        lines += [f"## {name}\n", *class_text(file, name, inherited=False)]
    return page(file, names[0], lines)


def page(source: str, title: str, lines: Sequence[str]) -> str:
    text = "\n".join([*guide(title), *lines]).rstrip("\n")
    return HEAD.format(source=source, title=title) + text + "\n"


def guide(title: str) -> Iterator[str]:
    """Where its use is shown, if it is."""
    if (name := GUIDES.get(title)) is not None:
        first, _, _ = (ROOT / f"docs/howto/{name}.md").read_text("utf-8").partition("\n")
        yield f"Guide: [{first.removeprefix('# ')}](../howto/{name}.md).\n"


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
    found = [
        Topic("The handle" if folder == "domain" else "Its life", "", list(file_methods(f"{home}/base.py")))
    ]
    for file in dict.fromkeys(files[base] for base in bases):
        title = Path(file).stem.replace("_", " ").capitalize()
        found.append(Topic(TITLES.get(title, title), subject_of(file), list(own_methods(file))))
    return [topic for topic in found if topic.methods]


def own_methods(file: str) -> Iterator[Function]:
    """The public methods of the one class that a file gives to the composed class, which is its last."""
    return public_methods(last_class(tree(file)))


def file_methods(file: str) -> Iterator[Function]:
    return all_methods(file, last_class(tree(file)).name)


def last_class(module: ast.Module) -> ast.ClassDef:
    """The last one that is not private."""
    classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
    return [node for node in classes if not node.name.startswith("_")][-1]


def all_methods(file: str, name: str) -> Iterator[Function]:
    """The public methods of a class, after those of what it is based on elsewhere in `_async`."""
    module, node = tree(file), find_class(file, name)
    for base in (base.id for base in node.bases if isinstance(base, ast.Name)):
        home = file if _defines(module, base) else _imported_from(module, base, file)
        if home is not None:
            yield from all_methods(home, base)
    yield from public_methods(node)


def _defines(module: ast.Module, name: str) -> bool:
    return any(isinstance(node, ast.ClassDef) and node.name == name for node in module.body)


def _imported_from(module: ast.Module, name: str, file: str) -> str | None:
    for node in module.body:
        if isinstance(node, ast.ImportFrom) and node.module and name in [alias.name for alias in node.names]:
            home = Path(file).parents[node.level - 1].joinpath(*node.module.split(".")).with_suffix(".py")
            return home.as_posix() if home.parts[0] == "_async" else None
    return None


def _is_marked(function: Function, name: str) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == name for mark in function.decorator_list)


def public_methods(node: ast.ClassDef) -> Iterator[Function]:
    for member in node.body:
        if isinstance(member, Function) and not (
            member.name.startswith("_") or _is_marked(member, "overload")
        ):
            yield member


def subject_of(file: str) -> str:
    """What a file is about: the first paragraph of its docstring."""
    return (ast.get_docstring(tree(file)) or "").split("\n\n")[0]


# --- text ------------------------------------------------------------------------------------------


def contents(topics: Sequence[Topic]) -> Iterator[str]:
    """Links to each topic and its methods."""
    yield "| topic | methods |"
    yield "| --- | --- |"
    for topic in topics:
        links = ", ".join(f"[{node.name}](#{node.name})" for node in topic.methods)
        yield f"| [{topic.title}](#{topic.title.lower().replace(' ', '-')}) | {links} |"
    yield ""


def topics_text(topics: Iterable[Topic]) -> Iterator[str]:
    for topic in topics:
        yield f"## {topic.title}\n"
        yield from guide(topic.title)
        if topic.subject:
            yield f"{topic.subject}\n"
        yield from methods_text(topic.methods)


def methods_text(methods: Iterable[Function], *, faces: bool = True) -> Iterator[str]:
    for node in methods:
        yield from method(node, faces=faces)


def method(node: Function, *, owner: str = "", faces: bool = True) -> Iterator[str]:
    """One method: what it is called with, and what its docstring says; of a class that differs between the faces."""
    yield f"### {owner}{node.name}\n"
    if _is_marked(node, "property"):
        kind = f": {written(node.returns)}" if node.returns else ""
        yield f"```python\n{node.name}{kind}\n```\n"
    else:
        yield f"```python\n{signature(node)}\n```\n"
        if faces and isinstance(node, ast.FunctionDef):
            yield "*Not awaited.*\n"
    yield from described(node)


def written(node: ast.expr) -> str:
    """A type as its reader knows it: what stands for another one in our source is put in."""
    text = ast.unparse(node).replace("'", "").replace('"', "")
    for alias, meaning in ALIASES.items():
        text = re.sub(rf"\b{alias}\b", meaning, text)
    return re.sub(r"\b(?:Final|Given|Later)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]", r"\1", text)


def signature(node: Function) -> str:
    """`def name(...) -> result`, on one line where it fits."""
    parts = list(arguments(node.args))
    result = f" -> {written(node.returns)}" if node.returns else ""
    text = f"def {node.name}({', '.join(parts)}){result}: ..."
    if len(text) <= WIDTH:
        return text
    return f"def {node.name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){result}: ..."


def arguments(given: ast.arguments) -> Iterator[str]:
    """Each argument as one writes it, but for `self`."""
    positional = [*given.posonlyargs, *given.args]
    missing = len(positional) - len(given.defaults)
    for argument, default in zip(positional, [*missing * [None], *given.defaults], strict=True):
        if argument.arg not in ("self", "cls"):
            yield _argument(argument, default)
    if given.vararg:
        yield f"*{_argument(given.vararg, None)}"
    elif given.kwonlyargs:
        yield "*"
    for argument, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        yield _argument(argument, default)
    if given.kwarg:
        yield f"**{_argument(given.kwarg, None)}"


def _argument(argument: ast.arg, default: ast.expr | None) -> str:
    kind = f": {written(argument.annotation)}" if argument.annotation else ""
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


def class_text(file: str, name: str, *, inherited: bool = True, faces: bool = True) -> Iterator[str]:
    """A class, its fields, and its methods."""
    node = find_class(file, name)
    yield from described(node)
    yield from members_text(node)
    yield from methods_text(all_methods(file, name) if inherited else public_methods(node), faces=faces)


def members_text(node: ast.ClassDef) -> Iterator[str]:
    """The fields of a class."""
    rows = list(field_rows(node))
    if rows:
        yield "| field | type | |"
        yield "| --- | --- | --- |"
        yield from rows
        yield ""


def records_text(module: ast.Module) -> Iterator[str]:
    """Each record, with its fields."""
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            fields = list(field_rows(node))
            is_event = any(ast.unparse(base).startswith("Event[") for base in node.bases)
            if (fields or is_event) and not node.name.startswith("_"):
                yield f"### {node.name}\n"
                yield from described(node)
                yield from members_text(node)


def dicts_text() -> Iterator[str]:
    """The dicts whose keys are no names, with numbers in some."""
    for group in gen_constants.sets(*gen_constants.load()):
        if group.dict_name:
            yield f"### {group.dict_name}\n"
            yield inspect.cleandoc(group.about) + "\n"
            names = ", ".join(f"`{key.replace('*', 'N')}`" for key in group.keys)
            yield f"Known keys: {names}.\n"


def field_rows(node: ast.ClassDef) -> Iterator[str]:
    for n, member in enumerate(node.body):
        if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
            if member.target.id.startswith("_"):
                continue
            text = ""
            following = node.body[n + 1] if n + 1 < len(node.body) else None
            if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
                text = " ".join(str(following.value.value).split())
            kind = written(member.annotation).replace("|", "\\|")
            yield f"| `{member.target.id}` | `{kind}` | {text} |"


# --- errors ----------------------------------------------------------------------------------------


def errors_text() -> Iterator[str]:
    """The base, then every class, the ones below another indented."""
    classes = [node for node in tree("errors.py").body if isinstance(node, ast.ClassDef)]
    base = classes[0]
    yield f"## {base.name}\n"
    yield from described(base)
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
