"""Finds shapes of code in src/sysvirt that a signal handler's exception leaves without their exit.

A handler may raise wherever the interpreter looks for signals: at a function's entry, on a backward jump, and behind
any call. Then a lock must not stay locked, and what `finally` or `with` promises must come. Whether it does depends on
how a release compiles the code around that instant. Exits missed of 1,000 strikes at random instants:

    shape                                                            3.11   3.13   3.14
    with lock: call()                            around it a loop       0      0    439
    with lock: while call(): ...                                        0    523      0
    try: while call(): ...    finally: or except BaseException:         0    541      0
    try: while True: if call(): break    finally:                       0      0    596
    try: while True: call()    finally:                               450      0      0
    try: all(call() for ...)    finally:    (any and tuple too)         0      0    418
    lock.acquire() and then try: ... finally: lock.release()          632    436    458
    with threading.Condition(): ...                                   418    331    348
    threading.Event: set() and clear()                                329    302    319
    with an object whose __exit__ is Python                           274    256    285
    finally: a_function_that_cleans_up()                              346    327    368
    try: for ... in ...:    finally:; comprehensions there              0      0      0
    the loop in a function of its own, called in try or with            0      0      0
    a loop around try: ... finally:                                     0      0      0
    `locked` and `under_lock` of _session/guard.py                      0      0      0

A loop that is harmless today is refused as well: the next release may compile it as another. So these are found:

    lock        `with` a lock, and a lock's `acquire` outside the form of _session/guard.py
    loop        a loop, or a generator given to all, any or tuple, directly inside `with`, or inside a `try` with a
                clean-up: `finally`, or an `except` that catches the strike too
    threading   what is written in Python and has such shapes itself: the classes of threading and queue, and
                contextlib.suppress

What is in `async def` runs on an event loop, which signals do not strike but when its program ends: only its `lock` and
`threading` count. `_sync` is made from `_async`, so only its loops are told of, which are no `async def` any more.
The rows of Python code as an exit are for those who read: a clean-up begins with plain assignments.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src/sysvirt"
ALLOWED = ROOT / "spec/shapes.toml"

# Functions whose loop over a generator the compiler of 3.14 puts where they are called.
INLINED = {"all", "any", "tuple"}
STRUCK = {"BaseException", "KeyboardInterrupt"}
IN_PYTHON = {
    "threading": {
        *(
            "Lock",
            "RLock",
            "Event",
            "Condition",
            "Semaphore",
            "BoundedSemaphore",
            "Barrier",
            "Timer",
            "Thread",
        ),
    },
    "queue": {"Queue", "SimpleQueue", "LifoQueue", "PriorityQueue"},
    "contextlib": {"suppress"},
}


class Shape(NamedTuple):
    """One bad shape: where, of which rule, and what it is in words."""

    file: str
    line: int
    function: str
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.text} (in {self.function or 'the module'})"

    @property
    def place(self) -> str:
        """What spec/shapes.toml calls it."""
        return f"{self.file}:{self.function}"


def shapes(source: str, file: str = "") -> Iterator[Shape]:
    """The bad shapes of a module's source, from its first line on."""
    finder = _Finder(file)
    finder.visit(ast.parse(source))
    yield from sorted(finder.found, key=lambda shape: shape.line)


class _Finder(ast.NodeVisitor):
    def __init__(self, file: str) -> None:
        self.found: list[Shape] = []
        self._file = file
        self._names: list[str] = []
        self._exits: list[str] = []  # of the blocks around, within the function
        self._on_loop = False

    def _say(self, node: ast.stmt | ast.expr, rule: str, text: str) -> None:
        self.found.append(Shape(self._file, node.lineno, ".".join(self._names), rule, text))

    # Scopes

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._scope(node, node.name, self._on_loop)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._scope(node, node.name, False)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._scope(node, node.name, True)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._scope(node, "<lambda>", False)

    def _scope(self, node: ast.AST, name: str, on_loop: bool) -> None:
        before = self._exits, self._on_loop
        self._exits, self._on_loop = [], on_loop
        self._names.append(name)
        self.generic_visit(node)
        self._names.pop()
        self._exits, self._on_loop = before

    # Locks

    def visit_With(self, node: ast.With) -> None:
        for item in node.items:
            if _is_lock(item.context_expr):
                self._say(node, "lock", f"with {ast.unparse(item.context_expr)}")
            self.visit(item)
        self._inside(f"with {', '.join(ast.unparse(item.context_expr) for item in node.items)}", node.body)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:
        self._inside(
            f"async with {', '.join(ast.unparse(item.context_expr) for item in node.items)}", node.body
        )

    def visit_Call(self, node: ast.Call) -> None:
        match node.func:
            case ast.Attribute(attr="acquire"):
                self._say(node, "lock", f"{ast.unparse(node.func)}()")
            case ast.Name(id=name) if name in INLINED and any(
                isinstance(argument, ast.GeneratorExp) for argument in node.args
            ):
                self._loop(node, f"{name}(... for ...)")
        self.generic_visit(node)

    # Loops

    def visit_Try(self, node: ast.Try) -> None:
        clean_up = _clean_up(node)
        if clean_up:
            self._inside(f"try with {clean_up}", [*node.body, *node.orelse])
            for handler in node.handlers:
                self._inside("try with finally" if node.finalbody else "", handler.body)
        else:
            for statement in (*node.body, *node.orelse, *node.handlers):
                self.visit(statement)
        for statement in node.finalbody:
            self.visit(statement)

    def _inside(self, block: str, body: list[ast.stmt]) -> None:
        self._exits += [block] if block else []
        for statement in body:
            self.visit(statement)
        del self._exits[len(self._exits) - bool(block) :]

    def visit_While(self, node: ast.While) -> None:
        self._loop(node, f"while {ast.unparse(node.test)}")
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        self._loop(node, f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}")
        self.generic_visit(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self._loop(node, f"async for {ast.unparse(node.target)} in {ast.unparse(node.iter)}")
        self.generic_visit(node)

    def _loop(self, node: ast.stmt | ast.expr, text: str) -> None:
        if self._exits and not self._on_loop:
            self._say(node, "loop", f"{text}, directly inside {self._exits[-1]}")

    # What is written in Python

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for name in node.names:
            if node.level == 0 and name.name in IN_PYTHON.get(node.module or "", ()):
                self._say(node, "threading", f"{node.module}.{name.name}")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name) and node.attr in IN_PYTHON.get(node.value.id, ()):
            self._say(node, "threading", ast.unparse(node))
        self.generic_visit(node)


def _is_lock(node: ast.expr) -> bool:
    """By its name: ours say what they are."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.lower().endswith(("lock", "mutex", "condition", "semaphore"))


def _clean_up(node: ast.Try) -> str:
    """Which part of it must run when a strike leaves it."""
    if node.finalbody:
        return "finally"
    for handler in node.handlers:
        caught = (
            {name.id for name in ast.walk(handler.type) if isinstance(name, ast.Name)}
            if handler.type
            else STRUCK
        )
        if caught & STRUCK:
            return f"except {ast.unparse(handler.type)}" if handler.type else "except"
    return ""


def package() -> Iterator[Shape]:
    """Those of the package that are not allowed, and what is allowed and is not there."""
    allowed = tomllib.loads(ALLOWED.read_text("utf-8"))
    unused = {(rule, place) for rule, places in allowed.items() for place in places}
    for path in sorted(PACKAGE.rglob("*.py")):
        file = path.relative_to(PACKAGE).as_posix()
        for shape in shapes(path.read_text("utf-8"), file):
            if file.startswith("_sync/") and shape.rule != "loop":
                continue
            excuses = {place for place in allowed.get(shape.rule, ()) if fnmatchcase(shape.place, place)}
            unused -= {(shape.rule, place) for place in excuses}
            if not excuses:
                yield shape
    for rule, place in sorted(unused):
        file, _, function = place.partition(":")
        yield Shape(file, 0, function, rule, "allowed in spec/shapes.toml, and not there")


def main() -> int:
    found = list(package())
    print(*found, sep="\n", end="\n" if found else "")
    if found:
        print(f"{len(found)} bad shapes; tools/check_shapes.py says what is wrong with them")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
