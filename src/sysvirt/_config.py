"""libvirt.conf: where the client's settings are, and a parser for its small language.

Statements `name = value`, one a line; a value is a string in one of three quotes and without escapes, a whole
number, or a list of values in brackets. Comments go from a `#` to the end of the line, but not inside a list.
"""

from __future__ import annotations

import os

from .errors import Error, SystemCallFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Value = str | int | list["Value"]

_CONF_SYNTAX = 33
_FROM_CONF = 9

#: libvirt's own bound; nobody has so many settings.
_MAX_SIZE = 10 * 1024 * 1024

_BLANK = " \t"
_SPACE = " \t\r\n"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"


class Config:
    """The settings of one libvirt.conf."""

    __slots__ = ("_file", "_values")

    def __init__(self, values: Mapping[str, Value], file: str = "libvirt.conf") -> None:
        self._values = values
        self._file = file

    @classmethod
    def load(cls, environ: Mapping[str, str], uid: int) -> Config:
        """The settings of root, or of this user; empty if there is no such file."""
        file = config_file(environ, uid)
        try:
            with open(file, encoding="utf-8", errors="surrogateescape") as opened:
                text = opened.read(_MAX_SIZE + 1)
        except (FileNotFoundError, NotADirectoryError):
            return cls({}, file)
        except OSError as error:
            raise SystemCallFailed(
                f"{file} cannot be read: {error.strerror}", int1=error.errno or 0
            ) from error
        if len(text) > _MAX_SIZE:
            raise _syntax_error(f"{file}: longer than {_MAX_SIZE} characters")
        return cls(parse(text, file), file)

    def text(self, name: str) -> str | None:
        value = self._values.get(name)
        if value is None or isinstance(value, str):
            return value
        raise _syntax_error(f"{self._file}: {name}: a string was expected")

    def texts(self, name: str) -> list[str]:
        value = self._values.get(name, [])
        if isinstance(value, list):
            strings = [item for item in value if isinstance(item, str)]
            if len(strings) == len(value):
                return strings
        raise _syntax_error(f"{self._file}: {name}: a list of strings was expected")

    def find_alias(self, text: str) -> str:
        """The URI that `uri_aliases` has for this name, or the text itself."""
        for entry in self.texts("uri_aliases"):
            alias, equals, uri = entry.partition("=")
            if not equals or alias.strip(_LETTERS + _DIGITS + "_-"):
                raise _syntax_error(
                    f"{self._file}: uri_aliases: {entry!r} is not an alias of letters, digits, '_' and '-', "
                    "then '=' and a URI"
                )
            if alias == text:
                return uri
        return text


def config_file(environ: Mapping[str, str], uid: int) -> str:
    if uid == 0:
        return "/etc/libvirt/libvirt.conf"
    return os.path.join(user_directory(environ), "libvirt.conf")


def user_directory(environ: Mapping[str, str]) -> str:
    """Where this user's own configuration is."""
    return os.path.join(environ.get("XDG_CONFIG_HOME") or _home(environ, ".config"), "libvirt")


def runtime_directory(environ: Mapping[str, str]) -> str:
    """Where this user's own daemons have their sockets."""
    base = environ.get("XDG_RUNTIME_DIR") or environ.get("XDG_CACHE_HOME") or _home(environ, ".cache")
    return os.path.join(base, "libvirt")


def _home(environ: Mapping[str, str], below: str) -> str:
    return os.path.join(environ.get("HOME") or os.path.expanduser("~"), below)


def parse(text: str, file: str) -> dict[str, Value]:
    """The settings in a text; if one comes twice the first counts, as in libvirt."""
    return _Parser(text, file).statements()


def _syntax_error(message: str) -> Error:
    return Error(message, _CONF_SYNTAX, _FROM_CONF)


class _Parser:
    __slots__ = ("_at", "_file", "_text")

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._at = 0

    def statements(self) -> dict[str, Value]:
        values: dict[str, Value] = {}
        while self._skip(_SPACE):
            if self._next() != "#":
                name = self._name()
                values.setdefault(name, self._value())
                self._skip(_BLANK)
            if self._next() == "#":
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end
            elif self._next() == ";":
                self._at += 1
            elif self._next() not in ("", "\r", "\n"):
                raise self._error("the end of the line")
        return values

    def _next(self) -> str:
        """The character that comes next, or "" at the end."""
        return self._text[self._at : self._at + 1]

    def _skip(self, characters: str) -> str:
        """Skips these characters; returns the next one."""
        while (char := self._next()) and char in characters:
            self._at += 1
        return char

    def _error(self, expected: str) -> Error:
        line = self._text.count("\n", 0, self._at) + 1
        return _syntax_error(f"{self._file}:{line}: {expected} was expected")

    def _name(self) -> str:
        begin = self._at
        if self._next() not in _LETTERS:
            raise self._error("a name")
        self._skip(_LETTERS + _DIGITS + "_")
        name = self._text[begin : self._at]
        if self._skip(_BLANK) != "=":
            raise self._error("'='")
        self._at += 1
        return name

    def _value(self) -> Value:
        char = self._skip(_BLANK)
        if char == "[":
            return self._list()
        if char and char in "\"'":
            return self._string(char)
        if char and char in _DIGITS + "+-":
            begin = self._at
            self._at += 1
            self._skip(_DIGITS)
            try:
                return int(self._text[begin : self._at])
            except ValueError:
                raise self._error("a number") from None
        raise self._error("a value")

    def _list(self) -> list[Value]:
        values: list[Value] = []
        self._at += 1
        while self._skip(_SPACE) != "]":
            values.append(self._value())
            if self._skip(_SPACE) == ",":
                self._at += 1
            elif self._next() != "]":
                raise self._error("',' or ']'")
        self._at += 1
        return values

    def _string(self, quote: str) -> str:
        long = quote == '"' and self._text.startswith('"""', self._at)
        if long:
            quote = '"""'
        begin = self._at + len(quote)
        end = self._text.find(quote, begin)
        value = self._text[begin:end]
        if end < 0 or (not long and ("\n" in value or "\r" in value)):
            raise self._error(f"a string that ends with {quote}")
        self._at = end + len(quote)
        return value
