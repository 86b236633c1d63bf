"""auth.conf: which credentials are for which host.

The file is one of GLib's key files, as libvirt's client reads it:

    [credentials-NAME]          a set of credentials: authname, password, username
    authname=fred
    password=secret

    [auth-libvirt-HOST]         the set for a host; "auth-libvirt-default" is for all others
    credentials=NAME

Messages never quote a line: it may hold a password.
"""

from __future__ import annotations

import os
import stat

from .._config import user_directory
from ..errors import AuthFailed, Error, SystemCallFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_SYSTEM_FILE = "/etc/libvirt/auth.conf"
#: Nobody has so many credentials.
_MAX_SIZE = 1024 * 1024

_CONF_SYNTAX = 33
_SPACE = " \t\n\v\f\r"
_ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}


class AuthConf:
    """The credentials that one auth.conf has."""

    def __init__(self, groups: Mapping[str, Mapping[str, str]], file: str) -> None:
        self._groups = groups
        self.file = file

    def credentials(self, host: str) -> Mapping[str, str]:
        """What the file has for a host, by the names that the file uses; empty if it has nothing."""
        for group in (f"auth-libvirt-{host}", "auth-libvirt-default"):
            if group in self._groups:
                break
        else:
            return {}
        name = self._groups[group].get("credentials")
        if name is None:
            raise _syntax_error(f"{self.file}: [{group}] has no 'credentials'")
        found = self._groups.get(f"credentials-{name}")
        if found is None:
            raise _syntax_error(f"{self.file}: [{group}] names credentials that no group has")
        return found


def find(chosen: str | None, environ: Mapping[str, str]) -> str | None:
    """The file that counts: $LIBVIRT_AUTH_FILE, or the one that the URI chooses, or this user's, or the system's."""
    if "LIBVIRT_AUTH_FILE" in environ:
        return environ["LIBVIRT_AUTH_FILE"]
    if chosen is not None:
        return chosen
    for file in (os.path.join(user_directory(environ), "auth.conf"), _SYSTEM_FILE):
        if os.access(file, os.R_OK):
            return file
    return None


def load(chosen: str | None, environ: Mapping[str, str]) -> AuthConf:
    """The file that counts. Without one it has nothing for anybody."""
    file = find(chosen, environ)
    return AuthConf({}, "") if file is None else AuthConf(parse(_read(file), file), file)


def _read(file: str) -> str:
    try:
        with open(file, "rb", opener=_at_once) as opened:
            _check(os.fstat(opened.fileno()), file)
            data = opened.read(_MAX_SIZE + 1)
    except OSError as error:
        raise SystemCallFailed(
            f"{file}, with credentials, cannot be read: {error.strerror}", int1=error.errno or 0
        ) from error
    if len(data) > _MAX_SIZE:
        raise _syntax_error(f"{file}: longer than {_MAX_SIZE} bytes")
    return data.decode("utf-8", "surrogateescape")


def _at_once(file: str, flags: int) -> int:
    """Opens a pipe too, without waiting for somebody who writes."""
    return os.open(file, flags | os.O_NONBLOCK)


def _check(found: os.stat_result, file: str) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise AuthFailed(f"{file}, with credentials, is not a regular file")
    if found.st_uid not in (0, os.geteuid()):
        raise AuthFailed(f"{file}, with credentials, belongs to another user, and is not used")
    if found.st_mode & 0o077:
        mode = stat.S_IMODE(found.st_mode)
        raise AuthFailed(
            f"{file}, with credentials, is open to others (mode {mode:04o}), and is not used: chmod 600 {file}"
        )


def parse(text: str, file: str) -> dict[str, dict[str, str]]:
    """The keys of each group. What comes again is added, and of one key the last value counts."""
    groups: dict[str, dict[str, str]] = {}
    keys: dict[str, str] | None = None
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r").lstrip(_SPACE)
        name, equals, value = line.partition("=")
        name = name.rstrip(_SPACE)
        if not line or line.startswith("#"):
            continue
        if (group := _group(line)) is not None:
            keys = groups.setdefault(group, {})
        elif keys is None:
            raise _syntax_error(f"{file}:{number}: a [group] was expected first")
        elif not equals or not name or "[" in name or "]" in name:
            raise _syntax_error(
                f"{file}:{number}: a [group], a 'key=value', or a comment with '#' was expected"
            )
        else:
            keys[name] = _unescaped(value.lstrip(_SPACE))
    return groups


def _group(line: str) -> str | None:
    name, bracket, rest = line[1:].partition("]")
    if line[0] != "[" or not bracket or rest.strip(" \t") or not name:
        return None
    return None if any(char == "[" or char < " " or char == "\x7f" for char in name) else name


def _unescaped(value: str) -> str:
    head, *pieces = value.split("\\")
    parts = [head]
    while pieces:
        piece = pieces.pop(0)
        if piece:
            # As GLib has it, one that is none stays as it is.
            parts += [_ESCAPES.get(piece[0], "\\" + piece[0]), piece[1:]]
        elif pieces:
            parts += ["\\", pieces.pop(0)]  # two of them
    return "".join(parts)


def _syntax_error(message: str) -> Error:
    return Error(message, _CONF_SYNTAX)
