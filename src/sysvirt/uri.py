"""Connection URIs as libvirt reads them: which daemon, over which transport, and what it is to open.

`resolve` finds the URI that a user means (default, alias), `URI.parse` parses it, and `plan_socket` says which local
socket it stands for and how to start the daemon. The grammar is RFC 3986's; where libvirt's client differs, it is
libvirt's. The name that is sent to the daemon is exactly the one that libvirt's client would send.
"""

from __future__ import annotations

import os

from ._config import Config, runtime_directory
from ._records import Record
from .errors import invalid_argument, invalid_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import NoReturn

_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_HEX = "0123456789ABCDEFabcdef"

#: Characters that need no escape: in each part of a URI, and in what is sent to the daemon.
_SCHEME = _ALNUM + "+-."
_USER = _ALNUM + "-._~!$&'()*+,;=:"
_PATH = _USER + "@/"
_QUERY = _PATH + "?"
_FRAGMENT = _QUERY + "[]"
_SENT_PATH = _ALNUM + "-_.!~*'()/;@&=+$,"
_SENT_VALUE = _ALNUM + "-._~"
_SENT_FRAGMENT = _SENT_PATH + ":?[]"

#: Characters that mean something to a shell, but the backslash and what a user's name may have in it.
_SHELL = "'`\"$;&<>|(){}[]*?!#~^%"

_TRANSPORTS = ("tls", "unix", "ssh", "libssh2", "ext", "tcp", "libssh")
_SSH = ("ssh", "libssh2", "libssh")
_PORTS = {"tls": 16514, "tcp": 16509}

#: Parameters for the client, which are not sent; all others are sent to the daemon.
_MINE = (
    "name", "command", "socket", "auth", "authfile", "sshauth", "netcat", "keyfile", "pkipath", "known_hosts",
    "known_hosts_verify", "tls_priority", "mode", "proxy", "no_sanity", "no_verify", "no_tty",
)  # fmt: skip
#: Those that choose or name a program, here or on the other host.
_PROGRAMS = ("command", "netcat", "proxy")
_CHOICES = {
    "mode": ("auto", "legacy", "direct"),
    "proxy": ("auto", "netcat", "native"),
    "known_hosts_verify": ("normal", "auto", "ignore"),
}

#: How ssh may log in: by keys, without asking, or by asking.
_SSHAUTH = ("agent", "privkey", "password", "keyboard-interactive")

#: Drivers that live in libvirt's C library alone; no daemon has them.
_IN_THE_LIBRARY = ("esx", "gsx", "vpx", "hyperv")
#: Drivers whose path must be /system or /session: the same word in place of the host is a mistake.
_WITH_PATH = ("qemu", "vbox", "vz")

#: Drivers with a daemon of their own, in the order in which libvirt looks for one.
_SYSTEM_DRIVERS = ("xen", "qemu", "lxc", "vbox", "bhyve", "vz", "ch")
_SESSION_DRIVERS = ("qemu", "vbox")
_SECONDARY_DRIVERS = ("network", "storage", "nodedev", "nwfilter", "secret", "interface")

# Not /run: this is where it is on every system that libvirt runs on.
_SYSTEM_DIRECTORY = "/var/run/libvirt"
_DAEMON_DIRECTORIES = ("/usr/sbin", "/usr/local/sbin")


class URI(Record):
    """A parsed connection URI."""

    __slots__ = ()
    text: str
    """The URI as it was given, or what the alias stands for; "" lets the daemon choose."""
    driver: str
    """The hypervisor driver, such as "qemu"; "" lets the daemon choose."""
    transport: str
    """One of "unix", "tcp", "tls", "ssh", "libssh", "libssh2" or "ext"."""
    user: str | None
    host: str | None
    """Name or address, IPv6 without brackets; None on this host."""
    port: int | None
    """None if the transport has no port, or for its own default (ssh)."""
    path: str
    name: str
    """The URI that the daemon is asked to open."""
    helper_name: str
    """The URI for virt-ssh-helper on the other host: `name` with the parameters that choose a socket."""
    socket: str | None
    mode: str
    """One of "auto", "legacy" (one daemon for all) or "direct" (one for each driver)."""
    proxy: str
    """What ssh runs on the other host: "native" (virt-ssh-helper), "netcat", or "auto" for either."""
    command: str | None
    netcat: str | None
    keyfile: str | None
    sshauth: str | None
    known_hosts: str | None
    known_hosts_verify: str | None
    """One of "normal", "auto" or "ignore"; None leaves it to ssh's own configuration."""
    pkipath: str | None
    tls_priority: str | None
    auth: str | None
    """How to log in: "none", "polkit", "sasl" or "sasl.MECHANISM"."""
    authfile: str | None
    no_verify: bool
    no_tty: bool
    """ssh must not ask for anything; False only where the URI says `no_tty=0`."""
    no_sanity: bool

    @classmethod
    def parse(cls, text: str, *, programs: bool = True, config: Config | None = None) -> URI:
        """Parses a URI. `programs=False` refuses one that names a program to run."""
        return _parse(text, programs, config or Config({}))

    def masked(self) -> str:
        """The URI for logs and messages: a password after the user's name is hidden."""
        return _masked(self.text)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"URI({self.masked()!r})"


class SocketPlan(Record):
    """A local socket to connect to."""

    __slots__ = ()
    path: str
    spawn: tuple[str, ...] | None
    """The command that starts this user's daemon if nothing listens there; None if it is not to be started here."""
    tried: tuple[str, ...]
    """All sockets that were looked for, for the message when nothing listens."""


def resolve(
    text: str | None,
    *,
    aliases: bool = True,
    programs: bool = True,
    environ: Mapping[str, str] | None = None,
    uid: int | None = None,
    config: Config | None = None,
) -> URI:
    """The URI that a user means: aliases are looked up, and None or "" means this user's default."""
    if text is not None and not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise invalid_type("uri", "str", text)
    environ = os.environ if environ is None else environ
    config = Config.load(environ, _uid() if uid is None else uid) if config is None else config
    if not text:
        text = environ.get("LIBVIRT_DEFAULT_URI") or config.text("uri_default") or ""
    elif text.lower() == "xen" or text == "xen://":
        text = "xen:///system"
    if aliases:
        text = config.find_alias(text)
    return URI.parse(text, programs=programs, config=config)


def plan_socket(
    uri: URI,
    readonly: bool = False,
    *,
    environ: Mapping[str, str] | None = None,
    uid: int | None = None,
    exists: Callable[[str], bool] = os.path.exists,
) -> SocketPlan:
    """The socket for a `unix` URI. Each driver has its own daemon, or one daemon, libvirtd, has all drivers."""
    if uri.socket is not None:
        return SocketPlan(uri.socket, None, (uri.socket,))
    environ = os.environ if environ is None else environ
    uid = _uid() if uid is None else uid

    session = uid != 0 and (not uri.text or uri.path == "/session" or uri.driver == "test")
    directory = runtime_directory(environ) if session else _SYSTEM_DIRECTORY
    ending = "-sock-ro" if readonly and not session else "-sock"

    drivers: tuple[str, ...] = _SESSION_DRIVERS if session else _SYSTEM_DRIVERS
    if uri.driver:
        own = uri.mode == "direct" or uri.driver in _SYSTEM_DRIVERS + _SECONDARY_DRIVERS
        drivers = (uri.driver,) if own else ()
    daemons = [f"virt{driver}d" for driver in drivers] if uri.mode != "legacy" else []
    sockets = {daemon: f"{directory}/{daemon}{ending}" for daemon in daemons}
    if uri.mode != "direct":
        sockets["libvirtd"] = f"{directory}/libvirt{ending}"

    programs = {daemon: _find_daemon(daemon, environ, exists) for daemon in sockets} if session else {}
    there = [daemon for daemon, path in sockets.items() if exists(path)]
    startable = [daemon for daemon in sockets if programs.get(daemon)]
    # If there is no socket and nothing to start, the message is about libvirtd's socket, which comes last.
    daemon = (there or startable or list(sockets)[-1:])[0]
    program = programs.get(daemon)
    autostart = program and environ.get("LIBVIRT_AUTOSTART") != "0"
    spawn = (program, "--timeout=120") if program and autostart else None
    return SocketPlan(sockets[daemon], spawn, tuple(sockets.values()))


def _find_daemon(daemon: str, environ: Mapping[str, str], exists: Callable[[str], bool]) -> str | None:
    override = environ.get("VIRTD_PATH") or environ.get("LIBVIRTD_PATH")
    usual = (*_DAEMON_DIRECTORIES, *environ.get("PATH", "").split(os.pathsep))
    for directory in (override,) if override else usual:
        # An empty or relative entry would mean the current folder.
        if os.path.isabs(directory) and exists(path := os.path.join(directory, daemon)):
            return path
    return None


def _uid() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 1


# --- parsing ---------------------------------------------------------------------------------------


def _parse(text: str, programs: bool, config: Config) -> URI:
    # Without a URI a local daemon chooses the driver; "remote" means the same for another daemon.
    parts = _split(text) if text else _Parts("remote+unix", None, None, None, "", "", None)
    driver, plus, way = parts.scheme.partition("+")
    transport = _transport(text, parts, way.lower() if plus else None)
    params = _parameters(text, parts.query)
    mine = {name: value for name, _, value in params if name in _MINE}
    if not programs:
        _refuse_programs(text, transport, mine)

    socket, netcat, verify = mine.get("socket"), mine.get("netcat"), mine.get("known_hosts_verify")
    mode = _choice(text, "mode", mine.get("mode", config.text("remote_mode")))
    no_tty = _switch(text, "no_tty", mine, "1")
    # virt-ssh-helper knows no socket but its own; netcat cannot know where a session's is.
    usual = "netcat" if socket is not None else "native" if parts.path == "/session" else "auto"
    proxy = _choice(text, "proxy", mine.get("proxy", config.text("remote_proxy")) or usual)
    if proxy == "auto" and netcat is not None:
        proxy = "netcat"
    if transport in _SSH:
        _check_for_ssh(text, mine, no_tty)
        if proxy == "native" and netcat is not None:
            _refuse(text, "'netcat' does not go with the proxy 'native'")
        if mode == "direct" and socket is None:
            _refuse(text, f"'mode=direct' is not possible over {transport}")
        if parts.path == "/session" and socket is None:
            if proxy == "netcat":
                _refuse(text, "netcat needs 'socket': where a user's own one is, only that host knows")
            proxy = "native"
    if transport == "ext" and "command" not in mine:
        _refuse(text, "the transport 'ext' needs the parameter 'command'")

    def sent(*kept: str) -> str:
        if driver == "remote":
            return ""
        query = [
            f"{name}={_escape(value, _SENT_VALUE)}"
            for known, name, value in params
            if known not in _MINE or known in kept
        ]
        return (
            f"{driver}://{_escape(parts.path, _SENT_PATH)}"
            f"{'?' if query else ''}{'&'.join(query)}"
            f"{'' if parts.fragment is None else '#' + _escape(parts.fragment, _SENT_FRAGMENT)}"
        )

    return URI(
        text=text,
        driver="" if driver == "remote" else driver,
        transport=transport,
        user=parts.user,
        host=parts.host or (None if transport in ("unix", "ext") else "localhost"),
        port=parts.port or _PORTS.get(transport),
        path=parts.path,
        name=mine.get("name", sent()),
        helper_name=mine.get("name", sent("mode", "socket")),
        socket=socket,
        mode=mode,
        proxy=proxy,
        command=mine.get("command"),
        netcat=netcat,
        keyfile=mine.get("keyfile"),
        sshauth=mine.get("sshauth"),
        known_hosts=mine.get("known_hosts"),
        known_hosts_verify=verify and _choice(text, "known_hosts_verify", verify),
        pkipath=mine.get("pkipath"),
        tls_priority=mine.get("tls_priority") or config.text("tls_priority"),
        auth=mine.get("auth"),
        authfile=mine.get("authfile"),
        no_verify=_switch(text, "no_verify", mine, "0"),
        no_tty=no_tty,
        no_sanity=_switch(text, "no_sanity", mine, "0"),
    )


def _transport(text: str, parts: _Parts, way: str | None) -> str:
    driver = parts.scheme.partition("+")[0]
    if way is None:
        if driver in _IN_THE_LIBRARY:
            _refuse(text, f"the driver {driver!r} is part of libvirt's C library, and no daemon has it")
        if parts.path == "/embed":
            _refuse(text, "an embedded driver is part of libvirt's C library, and no daemon has it")
        return "tls" if parts.host else "unix"
    if way not in _TRANSPORTS:
        _refuse(text, f"the transport is one of {', '.join(_TRANSPORTS)}, not {way!r}")
    if way == "unix" and parts.host:
        _refuse(text, f"the transport 'unix' stays on this host, and {parts.host!r} names another one")
    return way


def _refuse_programs(text: str, transport: str, mine: Mapping[str, str]) -> None:
    for name in _PROGRAMS:
        if name in mine:
            _refuse(text, f"'{name}' chooses a program to run, and none is to be run (programs=False)")
    if transport == "ext":
        _refuse(text, "the transport 'ext' runs a program, and none is to be run (programs=False)")
    # The daemon may connect to that in turn, and would run the program as root.
    if "name" in mine:
        URI.parse(mine["name"], programs=False)


def _check_for_ssh(text: str, mine: Mapping[str, str], no_tty: bool) -> None:
    """Refuses what ssh can't be told, and what a program could take for an option."""
    for name in ("command", "keyfile", "known_hosts", "name", "netcat", "socket"):
        if name != "name" and mine.get(name) == "":
            _refuse(text, f"'{name}' is empty")
        if mine.get(name, "").startswith("-"):
            _refuse(text, f"'{name}' cannot begin with '-'")
    if '"' in mine.get("known_hosts", ""):
        _refuse(text, "'known_hosts' cannot be given to ssh with a quotation mark in it")
    if "sshauth" in mine:
        methods = mine["sshauth"].split(",")
        for method in methods:
            if method not in _SSHAUTH:
                _refuse(text, f"'sshauth' is a list of {', '.join(_SSHAUTH)}, and has {method!r}")
        if no_tty and not set(methods) & set(_SSHAUTH[:2]):
            _refuse(text, f"with 'sshauth={mine['sshauth']}' ssh has to ask: 'no_tty=0' lets it")


def _choice(text: str, name: str, value: str | None) -> str:
    """The value of a parameter that has a few values; the first one is the default."""
    if value is None:
        return _CHOICES[name][0]
    if value not in _CHOICES[name]:
        _refuse(text, f"'{name}' is one of {', '.join(_CHOICES[name])}, not {value!r}")
    return value


def _switch(text: str, name: str, mine: Mapping[str, str], default: str) -> bool:
    value = mine.get(name, default)
    if not value.lstrip("+-").isdecimal() or not value.isascii():
        _refuse(text, f"'{name}' is 0 or 1, not {value!r}")
    return value.strip("+-0") != ""


class _Parts(Record):
    """A URI cut at its separators, and unescaped except for the query."""

    __slots__ = ()
    scheme: str
    user: str | None
    host: str | None
    port: int | None
    path: str
    query: str
    fragment: str | None


def _split(text: str) -> _Parts:
    rest, sharp, fragment = text.partition("#")
    rest, _, query = rest.partition("?")
    scheme, colon, rest = rest.partition(":")
    if not colon or not _all_in(scheme, _SCHEME) or not scheme[:1].isalpha():
        _refuse(text, "no driver is named; a URI begins like 'qemu:///system' or 'qemu+ssh://host/system'")
    user = host = port = None
    path = rest
    if rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        path = slash + path
        user, host, port = _split_authority(text, authority)
    _unescape(text, query, _QUERY)
    if host in ("system", "session") and scheme in _WITH_PATH:
        _refuse(text, f"a slash is missing: '{scheme}:///{host}'")
    return _Parts(
        scheme=scheme,
        user=user,
        host=host,
        port=port,
        path=_unescape(text, path, _PATH),
        query=query,
        fragment=_unescape(text, fragment, _FRAGMENT) if sharp else None,
    )


def _split_authority(text: str, authority: str) -> tuple[str | None, str | None, int | None]:
    user, at, place = authority.partition("@")
    if not at:
        user, place = "", authority
    user = _unescape(text, user, _USER)
    if user.startswith("-"):
        _refuse(text, "a user's name cannot begin with '-'")
    # ssh's configuration may pass it to a shell. A backslash is that of a Windows domain, DOMAIN\\user.
    if user.endswith("\\") or any(char.isspace() or char in _SHELL for char in user):
        _refuse(text, "the user's name has a character that means something to a shell")

    if place.startswith("["):
        # The zone of an IPv6 address follows "%25", or just "%".
        host, bracket, rest = place[1:].replace("%25", "%").partition("]")
        if not bracket or ":" not in host or (rest and rest[0] != ":"):
            _refuse(text, "an address in brackets is an IPv6 address, perhaps with ':' and a port after it")
        colon, digits = rest[:1], rest[1:]
    else:
        host, colon, digits = place.partition(":")
        host = _unescape(text, host, _USER)
    # Nothing that a shell or ssh could understand as more than a name.
    if host.startswith("-") or not all(char.isalnum() or char in "-._%:+" for char in host):
        _refuse(text, "the host's name has a character that no name has")
    if colon and not (_all_in(digits, "0123456789") and 0 < len(digits) < 6 and int(digits) < 65536):
        _refuse(text, "a port is a number below 65536")
    return user or None, host or None, int(digits) or None if host and digits else None


def _parameters(text: str, query: str) -> list[tuple[str, str, str]]:
    """The query's (name in lower case, name, value)s."""
    found: list[tuple[str, str, str]] = []
    while query:
        # As libvirt has it: ";" counts only where no "&" follows.
        end = query.find("&")
        part, _, query = query.partition("&" if end >= 0 else ";")
        name, _, value = part.partition("=")
        if name:
            name = _unescape(text, name, _QUERY)
            found.append((name.lower(), name, _unescape(text, value, _QUERY)))
    return found


def _all_in(text: str, characters: str) -> bool:
    return not text.strip(characters)


def _unescape(text: str, part: str, characters: str) -> str:
    """A part of a URI without its escapes."""
    head, *pieces = part.split("%")
    if not all(len(piece) > 1 and _all_in(piece[:2], _HEX) for piece in pieces):
        _refuse(text, "'%' begins an escape and has two hexadecimal digits after it")
    if not _all_in(head + "".join([piece[2:] for piece in pieces]), characters):
        _refuse(text, "a character has to be written as %XX")
    data = head.encode() + b"".join([bytes.fromhex(piece[:2]) + piece[2:].encode() for piece in pieces])
    meant = data.decode("utf-8", "surrogateescape")
    if any(char < " " or "\x7f" <= char < "\xa0" for char in meant):
        _refuse(text, "control characters are not allowed")
    return meant


def _escape(part: str, characters: str) -> str:
    return "".join(
        [
            chr(byte) if chr(byte) in characters else f"%{byte:02X}"
            for byte in part.encode("utf-8", "surrogateescape")
        ]
    )


def _masked(text: str) -> str:
    """Hides up to the last "@", rather too much: a password may have been written without its escapes."""
    begin, slashes, rest = text.partition("//") if "//" in text else ("", "", text)
    place, at, rest = rest.rpartition("@")
    user, colon, _ = place.partition(":")
    return f"{begin}{slashes}{user}{colon and ':***'}{at}{rest}"


def _refuse(text: str, why: str) -> NoReturn:
    raise invalid_argument("uri", f"{why} (in {_masked(text)!r})")
