from __future__ import annotations

import pickle
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysvirt._config import Config, config_file, parse, runtime_directory
from sysvirt.errors import Error, InvalidArgument, SystemCallFailed
from sysvirt.uri import URI, plan_socket, resolve

if TYPE_CHECKING:
    from sysvirt._config import Value


# --- parts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "driver", "transport", "user", "host", "port", "path"),
    [
        ("qemu:///system", "qemu", "unix", None, None, None, "/system"),
        ("qemu:/system", "qemu", "unix", None, None, None, "/system"),
        ("qemu+unix:///session", "qemu", "unix", None, None, None, "/session"),
        ("test:///default", "test", "unix", None, None, None, "/default"),
        ("test+unix:///default", "test", "unix", None, None, None, "/default"),
        ("qemu://host/system", "qemu", "tls", None, "host", 16514, "/system"),
        ("qemu+tls://host:99/system", "qemu", "tls", None, "host", 99, "/system"),
        ("qemu+tls:///system", "qemu", "tls", None, "localhost", 16514, "/system"),
        ("qemu+tcp://host/system", "qemu", "tcp", None, "host", 16509, "/system"),
        ("qemu+tcp://host:0/system", "qemu", "tcp", None, "host", 16509, "/system"),
        ("qemu+tcp://:99/system", "qemu", "tcp", None, "localhost", 16509, "/system"),
        ("qemu+TCP://1.2.3.4:65535/system", "qemu", "tcp", None, "1.2.3.4", 65535, "/system"),
        ("qemu+ssh://root@host/system", "qemu", "ssh", "root", "host", None, "/system"),
        ("qemu+ssh://host:2222/system", "qemu", "ssh", None, "host", 2222, "/system"),
        ("qemu+ssh://a%40b:c@host/", "qemu", "ssh", "a@b:c", "host", None, "/"),
        ("qemu+ssh://DOM%5Cu@host_1.example./", "qemu", "ssh", "DOM\\u", "host_1.example.", None, "/"),
        ("qemu+libssh://[::1]:22/session", "qemu", "libssh", None, "::1", 22, "/session"),
        ("qemu+libssh2://u@[fe80::1%25eth0]/system", "qemu", "libssh2", "u", "fe80::1%eth0", None, "/system"),
        ("qemu+ssh://[fe80::1%eth0]/system", "qemu", "ssh", None, "fe80::1%eth0", None, "/system"),
        ("xen+ext://host/system?command=/bin/x", "xen", "ext", None, "host", None, "/system"),
        ("lxc+ssh://host", "lxc", "ssh", None, "host", None, ""),
        ("test:///a%20b/%C3%A4.xml", "test", "unix", None, None, None, "/a b/ä.xml"),
        ("test:///%FF", "test", "unix", None, None, None, "/\udcff"),
        ("remote://host/", "", "tls", None, "host", 16514, "/"),
        ("remote+unix:///", "", "unix", None, None, None, "/"),
        ("", "", "unix", None, None, None, ""),
    ],
)  # fmt: skip
def test_parts(
    text: str, driver: str, transport: str, user: str | None, host: str | None, port: int | None, path: str
) -> None:
    uri = URI.parse(text)
    assert (uri.driver, uri.transport, uri.user, uri.host, uri.port, uri.path) == (
        driver, transport, user, host, port, path,
    )  # fmt: skip
    assert str(uri) == uri.text == text


# What libvirt 9.0's own client sends; the last tests of this file see it do so.
NAMES = [
    ("qemu:///system", "qemu:///system"),
    ("qemu+unix:///session", "qemu:///session"),
    ("qemu+ssh://root@host:22/system", "qemu:///system"),
    ("qemu+ssh://host", "qemu://"),
    ("qemu+ssh://host/system?no_verify=1&command=ssh&foo=bar", "qemu:///system?foo=bar"),
    ("qemu+ssh://host/system?Foo=a&foo=b&foo", "qemu:///system?Foo=a&foo=b&foo="),
    ("qemu+ssh://host/system?foo=a/b%26c%20d", "qemu:///system?foo=a%2Fb%26c%20d"),
    ("qemu+ssh://host/system?foo=one;bar=two", "qemu:///system?foo=one&bar=two"),
    ("qemu+ssh://host/system?foo=one;bar=two&x=y", "qemu:///system?foo=one%3Bbar%3Dtwo&x=y"),
    ("qemu+ssh://host/system?&&foo=&;=bogus&%66oo=b", "qemu:///system?foo=&;=bogus&foo=b"),
    ("qemu+ssh://host/system?=bogus&foo=b", "qemu:///system?foo=b"),
    ("qemu+ssh://host/system?SOCKET=/x&Mode=auto&NAME=test:///a", "test:///a"),
    ("qemu+ssh://host/system?name=first&name=", ""),
    ("test+ssh://host/a%20b:c%ff?x=%FF#sharp%41", "test:///a%20b%3Ac%FF?x=%FF#sharpA"),
    ("test+ssh://host/x?no_sanity=1&pkipath=/p&sshauth=agent&known_hosts=/k&no_tty=1", "test:///x"),
    ("test+tls://host/x?auth=none&authfile=/a&tls_priority=NORMAL", "test:///x"),
    ("test+ssh://host/x#", "test:///x#"),
    ("QEMU+SSH://host/system", "QEMU:///system"),
    ("remote+ssh://host/system?foo=bar", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_name_to_open(text: str, name: str) -> None:
    assert URI.parse(text).name == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("qemu+ssh://h/system?foo=1", "qemu:///system?foo=1"),
        ("qemu+ssh://h/system?socket=/a&foo=1&netcat=nc", "qemu:///system?socket=%2Fa&foo=1"),
        ("qemu+ssh://h/system?mode=legacy", "qemu:///system?mode=legacy"),
        ("qemu+ssh://h/system?mode=legacy&name=x", "x"),
        ("remote+ssh://h/?mode=legacy", ""),
    ],
)
def test_name_for_the_helper_over_there(text: str, name: str) -> None:
    assert URI.parse(text).helper_name == name


def test_every_parameter() -> None:
    uri = URI.parse(
        "qemu+libssh://h/system?name=n&command=c&socket=s&auth=a&authfile=af&sshauth=privkey,agent&netcat=nc"
        "&keyfile=k&pkipath=p&known_hosts=kh&known_hosts_verify=ignore&tls_priority=NORMAL:%2BX&mode=direct"
        "&proxy=netcat&no_sanity=1&no_verify=1&no_tty=1"
    )
    assert (uri.name, uri.command, uri.socket, uri.auth, uri.authfile) == ("n", "c", "s", "a", "af")
    assert (uri.sshauth, uri.netcat, uri.keyfile, uri.pkipath) == ("privkey,agent", "nc", "k", "p")
    assert (uri.known_hosts, uri.known_hosts_verify, uri.tls_priority) == ("kh", "ignore", "NORMAL:+X")
    assert (uri.mode, uri.proxy) == ("direct", "netcat")
    assert uri.no_sanity is uri.no_verify is uri.no_tty is True


def test_no_parameter() -> None:
    uri = URI.parse("qemu+ssh://h/system")
    assert (uri.command, uri.socket, uri.auth, uri.authfile) == (None, None, None, None)
    assert (uri.sshauth, uri.netcat, uri.keyfile, uri.pkipath) == (None, None, None, None)
    assert (uri.known_hosts, uri.known_hosts_verify, uri.tls_priority) == (None, None, None)
    assert (uri.mode, uri.proxy) == ("auto", "auto")
    assert uri.no_sanity is uri.no_verify is False
    assert uri.no_tty is True  # ssh asks nothing unless it is told to


def test_ssh_may_ask() -> None:
    assert URI.parse("qemu+ssh://h/system?no_tty=0").no_tty is False
    assert URI.parse("qemu+ssh://h/system?no_tty=1").no_tty is True


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0", False), ("1", True), ("-1", True), ("%2B2", True), ("00", False), ("10", True)],
)
def test_switch(value: str, expected: bool) -> None:
    assert URI.parse(f"qemu+ssh://h/system?no_verify={value}").no_verify is expected


@pytest.mark.parametrize(
    ("query", "proxy"),
    [
        ("system", "auto"),
        ("session", "native"),
        ("system?socket=/a", "netcat"),
        ("session?socket=/a", "netcat"),
        ("system?netcat=nc", "netcat"),
        ("system?proxy=native", "native"),
        ("system?proxy=auto&socket=/a", "auto"),
        ("session?proxy=auto&netcat=nc&socket=/a", "netcat"),
        ("session?proxy=auto", "native"),
    ],
)
def test_proxy(query: str, proxy: str) -> None:
    assert URI.parse(f"qemu+ssh://h/{query}").proxy == proxy


def test_last_of_two_counts() -> None:
    assert URI.parse("qemu+ssh://h/system?keyfile=a&KeyFile=b").keyfile == "b"


def test_is_a_value() -> None:
    uri = URI.parse("qemu+ssh://u@h/system?foo=1")
    assert uri == URI.parse("qemu+ssh://u@h/system?foo=1") != URI.parse("qemu+ssh://h/system")
    assert pickle.loads(pickle.dumps(uri)) == uri
    assert hash(uri) == hash(URI.parse("qemu+ssh://u@h/system?foo=1"))
    with pytest.raises(AttributeError):
        uri.host = "x"  # type: ignore[misc]


# --- refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("foo", "no driver is named"),
        ("/system", "no driver is named"),
        ("://host/", "no driver is named"),
        ("1q:///system", "no driver is named"),
        ("q_e:///system", "no driver is named"),
        ("ä:///system", "no driver is named"),
        ("qemu+foo://h/", "the transport is one of tls, unix, .* not 'foo'"),
        ("qemu+://h/", "the transport is one of"),
        ("qemu+unix+ssh://h/", "the transport is one of"),
        ("qemu+native://h/", "the transport is one of"),
        ("qemu+unix://h/system", "'unix' stays on this host"),
        ("qemu+ext:///system", "'ext' needs the parameter 'command'"),
        ("qemu://system", "a slash is missing: 'qemu:///system'"),
        ("qemu://session/", "a slash is missing: 'qemu:///session'"),
        ("qemu:///embed?root=/x", "embedded driver"),
        ("esx://host/", "'esx' is part of libvirt's C library"),
        ("qemu+ssh://h:/", "a port is a number"),
        ("qemu+ssh://h:x/", "a port is a number"),
        ("qemu+ssh://h:65536/", "a port is a number"),
        ("qemu+ssh://h:-1/", "a port is a number"),
        ("qemu+ssh://h:00000022/", "a port is a number"),
        ("qemu+ssh://[::1/", "IPv6 address"),
        ("qemu+ssh://[host]/", "IPv6 address"),
        ("qemu+ssh://[::1]22/", "IPv6 address"),
        ("qemu+ssh://h/a b", "has to be written as %XX"),
        ("qemu+ssh://h/ä", "has to be written as %XX"),
        ("qemu+ssh://h/\udcff", "has to be written as %XX"),
        ("qemu+ssh://h/?a=[1]", "has to be written as %XX"),
        ("qemu+ssh://h/?=a|b", "has to be written as %XX"),
        ("qemu+ssh://h/#a|b", "has to be written as %XX"),
        ("qemu+ssh://u u@h/", "has to be written as %XX"),
        ("qemu+ssh://h/%", "two hexadecimal digits"),
        ("qemu+ssh://h/%4", "two hexadecimal digits"),
        ("qemu+ssh://h/?a=%4x", "two hexadecimal digits"),
        ("qemu+ssh://h/?=%+1", "two hexadecimal digits"),
        ("qemu+ssh://h/%00", "control characters"),
        ("qemu+ssh://h/x?keyfile=a%0Ab", "control characters"),
        ("qemu+ssh://h/x?a%7F=b", "control characters"),
        ("qemu+ssh://h/x?a=%C2%80", "control characters"),
        ("qemu+ssh://h/x#%1B", "control characters"),
        ("qemu+ssh://u%0A@h/", "control characters"),
        ("qemu+ssh://h%0A/", "control characters"),
        ("qemu+ssh://-oProxyCommand=x/", "the host's name"),
        ("qemu+ssh://%2DoProxyCommand/", "the host's name"),
        ("qemu+ssh://[-a::1]/", "the host's name"),
        ("qemu+ssh://u@v@h/", "the host's name|has to be written"),
        ("qemu+ssh://u%40h;x/", "the host's name"),
        ("qemu+ssh://h%20x/", "the host's name"),
        ("qemu+ssh://h$(x)/", "the host's name"),
        ("qemu+ssh://-l@h/", "a user's name cannot begin with '-'"),
        ("qemu+ssh://%2Dl@h/", "a user's name cannot begin with '-'"),
        ("qemu+ssh://u%20v@h/", "the user's name has a character"),
        ("qemu+ssh://u%C2%A0v@h/", "the user's name has a character"),
        ("qemu+ssh://$(x)@h/", "the user's name has a character"),
        ("qemu+ssh://u;x@h/", "the user's name has a character"),
        ("qemu+ssh://u%60x@h/", "the user's name has a character"),
        ("qemu+ssh://u'x@h/", "the user's name has a character"),
        ("qemu+ssh://u&x@h/", "the user's name has a character"),
        ("qemu+ssh://u%7Cx@h/", "the user's name has a character"),
        ("qemu+ssh://u%3Ex@h/", "the user's name has a character"),
        ("qemu+ssh://u%25h@h/", "the user's name has a character"),
        ("qemu+ssh://u%5C@h/", "the user's name has a character"),
        ("qemu+ssh://~x/", "the host's name"),
        ("qemu+ssh://h/?no_verify=yes", "'no_verify' is 0 or 1, not 'yes'"),
        ("qemu+ssh://h/?no_tty=", "'no_tty' is 0 or 1, not ''"),
        ("qemu+ssh://h/?no_sanity=%D9%A1", "'no_sanity' is 0 or 1"),
        ("qemu+ssh://h/?no_sanity=1-2", "'no_sanity' is 0 or 1"),
        ("qemu+ssh://h/?mode=fast", "'mode' is one of auto, legacy, direct, not 'fast'"),
        ("qemu+ssh://h/?proxy=x", "'proxy' is one of auto, netcat, native, not 'x'"),
        ("qemu+ssh://h/?known_hosts_verify=no", "'known_hosts_verify' is one of normal, auto, ignore"),
        ("qemu+ssh://h/?mode=direct", "'mode=direct' is not possible over ssh"),
        ("qemu+ssh://h/?proxy=native&netcat=nc", "'netcat' does not go with"),
        ("qemu+ssh://h/session?proxy=auto&netcat=nc", "netcat needs 'socket'"),
        ("qemu+ssh://h/session?proxy=netcat", "netcat needs 'socket'"),
        ("qemu+ssh://h/system?name=-r", "'name' cannot begin with '-'"),
        ("qemu+libssh://h/system?socket=-e/bin/sh", "'socket' cannot begin with '-'"),
        ("qemu+ssh://h/system?netcat=-x", "'netcat' cannot begin with '-'"),
        ("qemu+ssh://h/system?command=-x", "'command' cannot begin with '-'"),
        ("qemu+ssh://h/system?keyfile=-x", "'keyfile' cannot begin with '-'"),
        ("qemu+ssh://h/system?keyfile=", "'keyfile' is empty"),
        ("qemu+ssh://h/system?command=", "'command' is empty"),
        ("qemu+ssh://h/system?known_hosts=a%22b", "'known_hosts' cannot be given to ssh"),
        ("qemu+ssh://h/system?sshauth=agent,magic", "'sshauth' is a list of agent, .* and has 'magic'"),
        ("qemu+ssh://h/system?sshauth=", "'sshauth' is a list of"),
        ("qemu+libssh2://h/system?sshauth=password", "ssh has to ask: 'no_tty=0' lets it"),
    ],
)  # fmt: skip
def test_refused(text: str, why: str) -> None:
    with pytest.raises(InvalidArgument, match=rf"^uri: .*({why})") as caught:
        URI.parse(text)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    "text",
    [
        "qemu+ssh://h/system?command=/tmp/x",
        "qemu+ssh://h/system?COMMAND=",
        "qemu+unix:///system?%63ommand=x",
        "qemu+ssh://h/system?netcat=x",
        "qemu+ssh://h/system?proxy=native",
        "qemu+ext:///system?command=x",
        "qemu+ext:///system",
        "qemu:///system?name=qemu%2Bext%3A%2F%2F%2F%3Fcommand%3Dx",
        "qemu:///system?name=qemu%2Bssh://h/?command=x",
        "qemu:///system?name=xen:///%3Fname%3Dqemu%252Bext:///%253Fcommand%253Dx",
        "qemu:///system?name=garbage",
    ],
)
def test_programs_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match=r"^uri: .*(programs=False|no driver)"):
        URI.parse(text, programs=False)


@pytest.mark.parametrize(
    "text",
    [
        "qemu+ssh://root@h:22/system?keyfile=/k&foo=command",
        "qemu:///system?name=test:///default",
        "",
        "qemu:///system",
    ],
)
def test_no_program_in_it(text: str) -> None:
    assert URI.parse(text, programs=False) == URI.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "qemu+ssh://u:secret@h/system",
        "qemu+ssh://u:secret@h/x y",
        "qemu+ssh://u:sec@ret@h/system",
        "qemu+ssh://u:sec/ret@h/system",
        "qemu+ssh://u:sec#ret@h/system",
        "qemu+ssh://u:sec ret@h/system",
        "u:secret@h",
        "qemu+foo://u:secret@h/",
    ],
)
def test_passwords_are_not_shown(text: str) -> None:
    try:
        shown = repr(URI.parse(text))
    except InvalidArgument as error:
        shown = str(error)
    assert "sec" not in shown
    assert "ret@" not in shown
    assert "***@h" in shown


def test_masked() -> None:
    assert URI.parse("qemu+ssh://u:p@h:22/system").masked() == "qemu+ssh://u:***@h:22/system"
    assert URI.parse("qemu+ssh://h:22/system").masked() == "qemu+ssh://h:22/system"
    assert repr(URI.parse("qemu:///system")) == "URI('qemu:///system')"


@given(st.text(st.characters(max_codepoint=0x17F)) | st.text("qemu+sh:/@[]?&=;#%0a.-", max_size=30))
def test_any_text_is_taken_or_refused(text: str) -> None:
    try:
        uri = URI.parse(text)
    except InvalidArgument:
        return
    for part in (uri.user, uri.host):
        assert not part or (part[0] != "-" and part.isprintable())


# --- which URI -------------------------------------------------------------------------------------

ALIASES: dict[str, Value] = {"uri_aliases": ["hail=qemu+ssh://root@hail/system", "sleet=qemu:///session"]}


@pytest.mark.parametrize(
    ("text", "environ", "config", "expected"),
    [
        ("qemu:///system", {"LIBVIRT_DEFAULT_URI": "test:///a"}, {"uri_default": "test:///b"}, "qemu:///system"),
        (None, {"LIBVIRT_DEFAULT_URI": "test:///a"}, {"uri_default": "test:///b"}, "test:///a"),
        ("", {"LIBVIRT_DEFAULT_URI": "test:///a"}, {}, "test:///a"),
        (None, {"LIBVIRT_DEFAULT_URI": ""}, {"uri_default": "test:///b"}, "test:///b"),
        (None, {}, {}, ""),
        ("hail", {}, ALIASES, "qemu+ssh://root@hail/system"),
        (None, {"LIBVIRT_DEFAULT_URI": "sleet"}, ALIASES, "qemu:///session"),
        (None, {}, {**ALIASES, "uri_default": "hail"}, "qemu+ssh://root@hail/system"),
        ("xen", {}, {}, "xen:///system"),
        ("XEN", {}, {}, "xen:///system"),
        ("xen://", {}, {}, "xen:///system"),
    ],
)  # fmt: skip
def test_resolve(text: str | None, environ: dict[str, str], config: dict[str, Value], expected: str) -> None:
    uri = resolve(text, environ=environ, uid=0, config=Config(config))
    assert uri == URI.parse(expected)
    assert str(uri) == expected


def test_without_aliases() -> None:
    with pytest.raises(InvalidArgument, match=r"no driver is named.*'hail'"):
        resolve("hail", aliases=False, environ={}, uid=0, config=Config(ALIASES))


def test_alias_cannot_smuggle_a_program() -> None:
    config = Config({"uri_aliases": ["a=qemu+ext:///?command=x"]})
    assert resolve("a", environ={}, config=config).transport == "ext"
    with pytest.raises(InvalidArgument, match="programs=False"):
        resolve("a", programs=False, environ={}, config=config)


@pytest.mark.parametrize("entry", ["no-equals", "a b=qemu:///system", "ä=qemu:///system"])
def test_malformed_alias(entry: str) -> None:
    with pytest.raises(Error, match=r"libvirt\.conf: uri_aliases: ") as caught:
        resolve("qemu:///system", environ={}, config=Config({"uri_aliases": [entry]}, "/x/libvirt.conf"))
    assert caught.value.code == Error.ERR_CONF_SYNTAX


@pytest.mark.parametrize("value", [3, b"qemu:///system", ["qemu:///system"]])
def test_uri_is_text(value: object) -> None:
    with pytest.raises(TypeError, match=r"^uri: expected str"):
        resolve(value, environ={}, config=Config({}))  # type: ignore[arg-type]


def test_settings_count_where_the_uri_is_silent() -> None:
    config = Config({"remote_mode": "legacy", "remote_proxy": "netcat", "tls_priority": "NORMAL"})
    uri = resolve("qemu+ssh://h/system", environ={}, config=config)
    assert (uri.mode, uri.proxy, uri.tls_priority) == ("legacy", "netcat", "NORMAL")
    uri = resolve("qemu+ssh://h/system?mode=auto&proxy=native&tls_priority=X", environ={}, config=config)
    assert (uri.mode, uri.proxy, uri.tls_priority) == ("auto", "native", "X")
    with pytest.raises(InvalidArgument, match="'mode' is one of"):
        resolve("qemu:///system", environ={}, config=Config({"remote_mode": "fast"}))


# --- libvirt.conf ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {}),
        ("\n \t\r\n", {}),
        ("# nothing\n  # at all", {}),
        ('a = "x"', {"a": "x"}),
        ("a='x'\nb_2\t=\t\"y\"\r\nC=3\n", {"a": "x", "b_2": "y", "C": 3}),
        ('a = "x" # why\nb = 2; c = -3 ;\n', {"a": "x", "b": 2, "c": -3}),
        ('a = "it\'s # \\n"', {"a": "it's # \\n"}),
        ('a = """two\n"lines\'"""\nb = +1', {"a": "two\n\"lines'", "b": 1}),
        ('a = ""\nb = ""\n', {"a": "", "b": ""}),
        ("a = []\nb = [ \"x\" , 'y',\n 3,\n]\n", {"a": [], "b": ["x", "y", 3]}),
        ('a = [["x"], []]', {"a": [["x"], []]}),
        ("a = 1\na = 2", {"a": 1}),
        ('a = "\udcff"', {"a": "\udcff"}),
    ],
)
def test_config(text: str, values: dict[str, Value]) -> None:
    assert parse(text, "f") == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "f:1: '=' was expected"),
        ("\n\n= 3", "f:3: a name was expected"),
        ("2a = 3", "f:1: a name was expected"),
        ("a =", "f:1: a value was expected"),
        ("a = b", "f:1: a value was expected"),
        ("a =\n3", "f:1: a value was expected"),
        ("a = -", "f:1: a number was expected"),
        ("a = 3 b = 4", "f:1: the end of the line was expected"),
        ("a = 1\nb = 'x", "f:2: a string that ends with ' was expected"),
        ("a = 'x\n'", "f:1: a string that ends with ' was expected"),
        ('a = "x', 'f:1: a string that ends with " was expected'),
        ('a = """x', 'f:1: a string that ends with """ was expected'),
        ("a = [", "f:1: a value was expected"),
        ("a = [1", "f:1: ',' or ']' was expected"),
        ("a = [1 2]", "f:1: ',' or ']' was expected"),
        ("a = [1,\n# no comment here\n]", "f:2: a value was expected"),
        ("a = [,]", "f:1: a value was expected"),
    ],
)
def test_config_errors(text: str, message: str) -> None:
    with pytest.raises(Error) as caught:
        parse(text, "f")
    assert str(caught.value) == message
    assert (caught.value.code, caught.value.domain) == (Error.ERR_CONF_SYNTAX, Error.FROM_CONF)


@given(st.text("a1_ \t\n\r=\"'[],#;-+x"))
def test_any_config_is_read_or_refused(text: str) -> None:
    try:
        parse(text, "f")
    except Error as error:
        message = str(error)
    else:
        message = "f: none"
    assert message.startswith("f:")


def test_settings_have_types() -> None:
    config = Config({"uri_default": 3, "uri_aliases": "a=b"}, "f")
    with pytest.raises(Error, match=r"^f: uri_default: a string was expected$"):
        config.text("uri_default")
    with pytest.raises(Error, match=r"^f: uri_aliases: a list of strings was expected$"):
        config.texts("uri_aliases")
    with pytest.raises(Error, match=r"^f: uri_aliases: a list of strings was expected$"):
        Config({"uri_aliases": ["a=b", 3]}, "f").texts("uri_aliases")


def test_where_things_are() -> None:
    assert config_file({"XDG_CONFIG_HOME": "/c", "HOME": "/h"}, 0) == "/etc/libvirt/libvirt.conf"
    assert config_file({"XDG_CONFIG_HOME": "/c", "HOME": "/h"}, 1) == "/c/libvirt/libvirt.conf"
    assert config_file({"XDG_CONFIG_HOME": "", "HOME": "/h"}, 1) == "/h/.config/libvirt/libvirt.conf"
    assert runtime_directory({"XDG_RUNTIME_DIR": "/r", "XDG_CACHE_HOME": "/c"}) == "/r/libvirt"
    assert runtime_directory({"XDG_CACHE_HOME": "/c", "HOME": "/h"}) == "/c/libvirt"
    assert runtime_directory({"HOME": "/h"}) == "/h/.cache/libvirt"


def test_config_is_read(tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert resolve(None, environ=environ, uid=1).text == ""
    file = tmp_path / "libvirt/libvirt.conf"
    file.parent.mkdir()
    file.write_bytes(b'uri_default = "a"\nuri_aliases = [ "a=test:///x" ]\nx = "\xff"\n')
    assert resolve(None, environ=environ, uid=1).text == "test:///x"
    file.write_text("oops")
    with pytest.raises(Error, match=rf"^{file}:1: '=' was expected$"):
        resolve("qemu:///system", environ=environ, uid=1)


def test_config_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "libvirt/libvirt.conf").mkdir(parents=True)
    with pytest.raises(SystemCallFailed, match=r"libvirt\.conf cannot be read") as caught:
        resolve(None, environ={"XDG_CONFIG_HOME": str(tmp_path)}, uid=1)
    assert caught.value.int1 > 0


# --- which socket ----------------------------------------------------------------------------------

RUN = "/var/run/libvirt"
USER_RUN = "/r/libvirt"
USER = {"XDG_RUNTIME_DIR": "/r", "PATH": "/usr/bin"}
ROOT: dict[str, str] = {}
LIBVIRTD = ("/usr/sbin/libvirtd", "--timeout=120")
VIRTQEMUD = ("/usr/sbin/virtqemud", "--timeout=120")
BOTH = [LIBVIRTD[0], VIRTQEMUD[0]]


def there(*paths: str) -> Callable[[str], bool]:
    return lambda path: path in paths


@pytest.mark.parametrize(
    ("text", "readonly", "present", "path"),
    [
        ("qemu:///system", False, [], f"{RUN}/libvirt-sock"),
        ("qemu:///system", True, [], f"{RUN}/libvirt-sock-ro"),
        ("qemu:///system", False, [f"{RUN}/virtqemud-sock", f"{RUN}/libvirt-sock"], f"{RUN}/virtqemud-sock"),
        ("qemu:///system", True, [f"{RUN}/virtqemud-sock"], f"{RUN}/libvirt-sock-ro"),
        ("qemu:///system", True, [f"{RUN}/virtqemud-sock-ro"], f"{RUN}/virtqemud-sock-ro"),
        ("qemu:///system?mode=legacy", False, [f"{RUN}/virtqemud-sock"], f"{RUN}/libvirt-sock"),
        ("qemu:///system?mode=direct", False, [f"{RUN}/libvirt-sock"], f"{RUN}/virtqemud-sock"),
        ("qemu:///system?socket=@abstract", True, [], "@abstract"),
        ("xen:///system", False, [f"{RUN}/virtqemud-sock", f"{RUN}/virtxend-sock"], f"{RUN}/virtxend-sock"),
        ("network:///system", False, [f"{RUN}/virtnetworkd-sock"], f"{RUN}/virtnetworkd-sock"),
        ("test:///default", False, [f"{RUN}/virttestd-sock", f"{RUN}/virtqemud-sock"], f"{RUN}/libvirt-sock"),
        ("test+unix:///default?mode=direct", False, [], f"{RUN}/virttestd-sock"),
        ("", False, [], f"{RUN}/libvirt-sock"),
        ("", False, [f"{RUN}/virtlxcd-sock", f"{RUN}/virtqemud-sock"], f"{RUN}/virtqemud-sock"),
        ("", True, [f"{RUN}/virtlxcd-sock-ro", f"{RUN}/libvirt-sock-ro"], f"{RUN}/virtlxcd-sock-ro"),
        ("remote+unix:///", False, [f"{RUN}/virtqemud-sock"], f"{RUN}/virtqemud-sock"),
        ("qemu:///session", True, [], f"{RUN}/libvirt-sock-ro"),
    ],
)
def test_socket_for_root(text: str, readonly: bool, present: list[str], path: str) -> None:
    plan = plan_socket(URI.parse(text), readonly, environ=ROOT, uid=0, exists=there(*present, LIBVIRTD[0]))
    assert plan.path == path
    assert plan.spawn is None


@pytest.mark.parametrize(
    ("text", "present", "path", "spawn"),
    [
        ("qemu:///session", [LIBVIRTD[0]], "libvirt-sock", LIBVIRTD),
        ("qemu:///session", [VIRTQEMUD[0]], "virtqemud-sock", VIRTQEMUD),
        ("qemu:///session", BOTH, "virtqemud-sock", VIRTQEMUD),
        ("qemu:///session", [*BOTH, f"{USER_RUN}/libvirt-sock"], "libvirt-sock", LIBVIRTD),
        ("qemu:///session", [LIBVIRTD[0], f"{USER_RUN}/virtqemud-sock"], "virtqemud-sock", None),
        ("qemu:///session?mode=legacy", BOTH, "libvirt-sock", LIBVIRTD),
        ("qemu:///session?mode=direct", [LIBVIRTD[0]], "virtqemud-sock", None),
        ("qemu:///session", [], "libvirt-sock", None),
        ("qemu:///session?socket=/s", [LIBVIRTD[0]], "/s", None),
        ("test:///default", BOTH, "libvirt-sock", LIBVIRTD),
        ("test+unix:///default", [LIBVIRTD[0]], "libvirt-sock", LIBVIRTD),
        ("", [LIBVIRTD[0]], "libvirt-sock", LIBVIRTD),
        ("", [VIRTQEMUD[0], f"{USER_RUN}/virtvboxd-sock"], "virtvboxd-sock", None),
        ("", [f"{RUN}/libvirt-sock"], "libvirt-sock", None),
        ("", ["/usr/bin/virtqemud"], "virtqemud-sock", ("/usr/bin/virtqemud", "--timeout=120")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("readonly", [False, True])
def test_socket_for_a_user(
    text: str, readonly: bool, present: list[str], path: str, spawn: tuple[str, ...] | None
) -> None:
    plan = plan_socket(URI.parse(text), readonly, environ=USER, uid=1000, exists=there(*present))
    assert plan.path == (path if path.startswith("/") else f"{USER_RUN}/{path}")
    assert plan.spawn == spawn


def test_system_socket_for_a_user() -> None:
    plan = plan_socket(URI.parse("qemu:///system"), environ=USER, uid=1000, exists=there(LIBVIRTD[0]))
    assert plan.path == f"{RUN}/libvirt-sock"
    assert plan.spawn is None
    assert plan.tried == (f"{RUN}/virtqemud-sock", f"{RUN}/libvirt-sock")


@pytest.mark.parametrize(
    ("environ", "present", "spawn"),
    [
        ({"LIBVIRT_AUTOSTART": "0"}, LIBVIRTD[0], None),
        ({"LIBVIRT_AUTOSTART": "1"}, LIBVIRTD[0], LIBVIRTD),
        ({"LIBVIRTD_PATH": "/d"}, "/d/libvirtd", ("/d/libvirtd", "--timeout=120")),
        ({"LIBVIRTD_PATH": "/d"}, LIBVIRTD[0], None),
        ({"LIBVIRTD_PATH": "/d", "VIRTD_PATH": "/v"}, "/v/virtqemud", ("/v/virtqemud", "--timeout=120")),
        ({"PATH": "::.:bin:/opt/bin"}, "libvirtd", None),
        ({"PATH": "::.:bin:/opt/bin"}, "bin/libvirtd", None),
        ({"PATH": "::.:bin:/opt/bin"}, "/opt/bin/libvirtd", ("/opt/bin/libvirtd", "--timeout=120")),
    ],
)
def test_how_the_daemon_is_started(
    environ: Mapping[str, str], present: str, spawn: tuple[str, ...] | None
) -> None:
    plan = plan_socket(
        URI.parse("qemu:///session"), environ={**USER, **environ}, uid=1000, exists=there(present)
    )
    assert plan.spawn == spawn


# --- libvirt's own client --------------------------------------------------------------------------

# Answers just enough for a client to send CONNECT_OPEN: no login, and no feature. Writes down what it was
# called with and the name that the client asks for, then hangs up.
PEER = """\
#!{python}
import os, struct, sys

def read(size):
    data = b""
    while len(data) < size:
        more = os.read(0, size - len(data))
        if not more:
            sys.exit()
        data += more
    return data

while True:
    length, program, version, procedure, kind, serial, status = struct.unpack(">7I", read(28))
    body = read(length - 28)
    if procedure == 1:
        size = struct.unpack_from(">I", body, 4)[0]
        with open({log!r}, "wb") as log:
            log.write(b"\\0".join([os.fsencode(arg) for arg in sys.argv[1:]] + [body[8 : 8 + size]]))
        sys.exit()
    reply = struct.pack(">II", 1, 0) if procedure == 66 else struct.pack(">I", 0)
    os.write(1, struct.pack(">7I", 28 + len(reply), program, version, procedure, 1, serial, 0) + reply)
"""

with_virsh = pytest.mark.skipif(not shutil.which("virsh"), reason="virsh is not installed")


@pytest.fixture
def peer(tmp_path: Path) -> Path:
    program = tmp_path / "peer"
    program.write_text(PEER.format(python=sys.executable, log=str(tmp_path / "log")))
    program.chmod(0o700)
    return program


def environ_below(home: Path) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "LIBVIRT_AUTOSTART": "0",
    }


@with_virsh
@pytest.mark.slow
@pytest.mark.parametrize("text", [text for text, _ in NAMES if "+ssh" in text.lower()])
def test_virsh_sends_the_same_name(text: str, peer: Path) -> None:
    rest, sharp, fragment = text.partition("#")
    text = f"{rest}{'&' if '?' in rest else '?'}command={peer}{sharp}{fragment}"
    environ = environ_below(peer.parent)
    subprocess.run(["virsh", "-c", text, "uri"], env=environ, capture_output=True, timeout=30, check=False)
    *arguments, command, name = (peer.parent / "log").read_bytes().decode().split("\0")
    uri = URI.parse(text)
    assert name == uri.name
    assert uri.host in arguments
    assert (f"-U {uri.socket}" if uri.proxy == "netcat" else uri.helper_name) in command


@with_virsh
@pytest.mark.slow
def test_virsh_sends_the_same_name_to_a_socket(peer: Path) -> None:
    place = str(peer.parent / "sock")
    text = f"qemu+unix:///system?socket={place}&foo=bar"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place)
        listener.listen()
        listener.settimeout(30)
        pipe = subprocess.PIPE
        with subprocess.Popen(
            ["virsh", "-c", text, "uri"], env=environ_below(peer.parent), stdout=pipe, stderr=pipe
        ) as virsh:
            link, _ = listener.accept()
            with link:
                link.setblocking(True)
                subprocess.run([peer], stdin=link.fileno(), stdout=link.fileno(), timeout=30, check=True)
            virsh.communicate(timeout=30)
    uri = URI.parse(text)
    assert (peer.parent / "log").read_text() == uri.name == "qemu:///system?foo=bar"
    assert plan_socket(uri).path == place
