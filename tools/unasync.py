"""Make the blocking API from the asyncio one: src/sysvirt/_async is the source, src/sysvirt/_sync is made.

    python tools/unasync.py            write the blocking files
    python tools/unasync.py --check    compare them, whole, with what would be written

Every file of a source folder is converted, tests included. Conversion is by words: `RULES` for all text, code
or not, and the two keywords. A rule that nothing needs fails the check, and a word in converted code that
still speaks of asyncio fails the conversion. Only the places of strings and comments are taken from the
tokenizer, so that the result is the same whatever Python runs this.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

FOLDERS = {
    "src/sysvirt/_async": "src/sysvirt/_sync",
    "tests/api/_async": "tests/api/_sync",
    "tests/faults_real/_async": "tests/faults_real/_sync",
    "tests/migration/_async": "tests/migration/_sync",
    "tests/typing/_async": "tests/typing/_sync",
}

#: Whole words, names with dots, or phrases for comments and docstrings: asyncio -> blocking.
RULES = {
    "_session.aio": "_session.blocking",
    "aio_facade": "blocking_facade",
    "sysvirt.aio": "sysvirt",
    "AsyncPump": "BlockingPump",
    "AsyncGenerator": "Generator",
    "AsyncIterator": "Iterator",
    "StopAsyncIteration": "StopIteration",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
}

#: What converted code must not contain.
_LEFT = re.compile(r"(?<!\w)(?:\w*[aA]sync\w*|await|aio|aclose|__a(?:enter|exit|iter|next)__)(?!\w)")

_IMPORT = re.compile(r"^([ ]*from [\w.]+ import )([\w, ]+)$", re.MULTILINE)


class ConversionError(Exception):
    """The source cannot be converted as it is."""


def pieces(source: str) -> list[tuple[bool, str]]:
    """The source in order, as (is code, text): strings and comments are not code."""
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    found: list[tuple[bool, str]] = []
    done = depth = begin = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        name = tokenize.tok_name[token.type]
        opens, closes = name in ("FSTRING_START", "TSTRING_START"), name in ("FSTRING_END", "TSTRING_END")
        if depth == 0:
            begin = starts[token.start[0] - 1] + token.start[1]
        depth += opens - closes
        if depth == 0 and (closes or name in ("STRING", "COMMENT")):
            end = starts[token.end[0] - 1] + token.end[1]
            found += [(True, source[done:begin]), (False, source[begin:end])]
            done = end
    return [*found, (True, source[done:])]


def _sorted_names(match: re.Match[str]) -> str:
    """An import's names in the linter's order; two names may have become one."""

    def order(name: str) -> tuple[bool, bool, str]:
        return not (name.isupper() and len(name) > 1), not name[0].isupper(), name.lower()

    return match[1] + ", ".join(sorted(set(match[2].split(", ")), key=order))


class Converter:
    """Converts sources, and remembers which rules they needed."""

    def __init__(self, rules: dict[str, str]) -> None:
        self._rules = {**rules, "async": "", "await": ""}
        self._used: set[str] = set()
        words = "|".join(re.escape(rule) for rule in sorted(rules, key=len, reverse=True))
        both = rf"(?<!\w)(?:{words})(?!\w)|(?<!\w)async (?=(?:def|for|with)\b)"
        self._code = re.compile(rf"{both}|(?<!\w)await ")
        # In prose, "await" is a keyword only before a call: "await the reply" is English.
        self._text = re.compile(rf"{both}|(?<!\w)await (?=[\w.]+\()")

    def convert(self, source: str) -> str:
        converted: list[str] = []
        for is_code, text in pieces(source):
            new = (self._code if is_code else self._text).sub(self._replace, text)
            if is_code and (left := _LEFT.search(new)):
                raise ConversionError(f"no rule for {left[0]!r}")
            converted.append(_IMPORT.sub(_sorted_names, new) if is_code else new)
        result = "".join(converted)
        compile(result, "converted", "exec", dont_inherit=True)
        return result

    def unused(self) -> list[str]:
        return [rule for rule in self._rules if rule not in self._used]

    def _replace(self, match: re.Match[str]) -> str:
        word = match[0].rstrip()
        self._used.add(word)
        return self._rules[word]


def build(root: Path, converter: Converter) -> tuple[dict[Path, str], list[str]]:
    """What the made files are to contain, and what cannot be converted."""
    made: dict[Path, str] = {}
    problems: list[str] = []
    for source_folder, target_folder in FOLDERS.items():
        for path in sorted((root / source_folder).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            target = root / target_folder / path.relative_to(root / source_folder)
            header = f"# Made by tools/unasync.py from {name}; do not edit.\n"
            try:
                made[target] = header + converter.convert(path.read_text("utf-8"))
            except (ConversionError, SyntaxError) as error:
                problems.append(f"{name}: {error}")
    return made, problems


def leftovers(root: Path, made: dict[Path, str]) -> list[Path]:
    """Files in the target folders that no source stands behind."""
    return sorted(
        path
        for folder in FOLDERS.values()
        for path in (root / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path not in made
    )


def main(arguments: list[str] | None = None, root: Path = ROOT, rules: dict[str, str] = RULES) -> int:
    parser = argparse.ArgumentParser(description="Make the blocking API from the asyncio one.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not current")
    check = parser.parse_args(arguments).check
    converter = Converter(rules)
    made, problems = build(root, converter)
    old = leftovers(root, made)
    if check:
        problems += [f"unused rule: {rule}" for rule in converter.unused()]
        for path, text in made.items():
            if not path.exists():
                problems.append(f"missing: {path.relative_to(root).as_posix()}")
            elif path.read_bytes() != text.encode():
                problems.append(f"not current: {path.relative_to(root).as_posix()}")
        problems += [f"no source: {path.relative_to(root).as_posix()}" for path in old]
    elif not problems:
        for path, text in made.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        for path in old:
            path.unlink()
    for problem in problems:
        print(f"unasync: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
