"""auth.conf: which file counts, who may read it, and its language, compared with GLib's where that is at hand."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysvirt import AuthFailed, Error, SystemCallFailed
from sysvirt._auth import conf
from sysvirt._auth.conf import AuthConf, load, parse

ROOT = os.geteuid() == 0


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def file_for(name: str) -> str:
    return f"[credentials-x]\nauthname={name}\n[auth-libvirt-default]\ncredentials=x\n"


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """All places where a file can be, the first one first, each with a file that names it."""
    monkeypatch.setattr(conf, "_SYSTEM_FILE", str(tmp_path / "etc/auth.conf"))
    names = {
        "environment": "env",
        "uri": "uri",
        "user": "config/libvirt/auth.conf",
        "system": "etc/auth.conf",
    }
    return {name: write(tmp_path / place, file_for(name)) for name, place in names.items()}


def test_which_file_counts(places: dict[str, Path], tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "LIBVIRT_AUTH_FILE": str(places["environment"])}

    def counts() -> str:
        return load(chosen, environ).credentials("host")["authname"]

    chosen: str | None = str(places["uri"])
    assert counts() == "environment"
    del environ["LIBVIRT_AUTH_FILE"]
    assert counts() == "uri"
    chosen = None
    assert counts() == "user"
    environ = {"HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": ""}
    write(tmp_path / "home/.config/libvirt/auth.conf", file_for("home"))
    assert counts() == "home"
    environ = {"HOME": str(tmp_path / "nowhere")}
    assert counts() == "system"
    places["system"].unlink()
    found = load(None, environ)
    assert (found.file, found.credentials("host")) == ("", {})


@pytest.mark.parametrize("by", ["environment", "uri"])
def test_a_file_that_is_named_must_be_there(by: str, places: dict[str, Path], tmp_path: Path) -> None:
    for missing, number in (
        (tmp_path / "missing", errno.ENOENT),
        (places["user"] / "x", errno.ENOTDIR),
        (Path(""), errno.EISDIR),
    ):
        environ = {"LIBVIRT_AUTH_FILE": str(missing)} if by == "environment" else {}
        with pytest.raises((SystemCallFailed, AuthFailed), match=r"with credentials") as refusal:
            load(str(missing), environ)
        if isinstance(refusal.value, SystemCallFailed):
            assert refusal.value.int1 == number


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666, 0o777])
def test_a_file_that_others_can_reach(mode: int, tmp_path: Path) -> None:
    file = write(tmp_path / "auth.conf", file_for("fred"), mode)
    with pytest.raises(AuthFailed, match=rf"auth\.conf.* is open to others \(mode {mode:04o}\).*chmod 600"):
        load(str(file), {})
    file.chmod(0o400)
    assert load(str(file), {}).credentials("x") == {"authname": "fred"}


@pytest.mark.skipif(not ROOT, reason="needs files of others")
def test_a_file_of_another_user(tmp_path: Path) -> None:
    file = write(tmp_path / "auth.conf", file_for("fred"))
    os.chown(file, 12345, 12345)
    with pytest.raises(AuthFailed, match="belongs to another user"):
        load(str(file), {})


@pytest.mark.parametrize("kind", ["folder", "fifo", "device"])
def test_what_is_no_file(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "auth.conf"
    if kind == "folder":
        path.mkdir(0o700)
    elif kind == "fifo":
        os.mkfifo(path, 0o600)
    else:
        path = Path("/dev/null")
    with pytest.raises((AuthFailed, SystemCallFailed), match=r"not a regular file|Is a directory"):
        load(str(path), {})


def test_a_file_without_end(tmp_path: Path) -> None:
    file = write(tmp_path / "auth.conf", "#" * (conf._MAX_SIZE + 1))
    with pytest.raises(Error, match="longer than"):
        load(str(file), {})


FILE = """\
# People

[credentials-test]
username=act
authname = fred
password=s\\sp\\\\c\\q=;#
[auth-libvirt-one]
credentials=test

[auth-libvirt-two]
nothing=1
[auth-libvirt-three]
credentials=nobody
[auth-ssh-one]
credentials=nobody
[auth-libvirt-default]
credentials=other
[credentials-other]
authname=else
[credentials-other]
password=later
password=latest
"""


def test_the_host_of_a_file() -> None:
    found = AuthConf(parse(FILE, "f"), "f")
    assert found.credentials("one") == {"username": "act", "authname": "fred", "password": "s p\\c\\q=;#"}
    assert found.credentials("ONE") == found.credentials("four") == {"authname": "else", "password": "latest"}
    for host, says in (
        ("two", r"f: \[auth-libvirt-two\] has no"),
        ("three", r"f: \[auth-libvirt-three\] names"),
    ):
        with pytest.raises(Error, match=says) as refusal:
            found.credentials(host)
        assert refusal.value.code == Error.ERR_CONF_SYNTAX
    assert AuthConf(parse("", "f"), "f").credentials("one") == {}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("password=hunter2\n", 1),
        ("[g]\nhunter2\n", 2),
        ("[g]\n; hunter2\n", 2),
        ("[g] hunter2\n", 1),
        ("[g]\n=hunter2\n", 2),
        ("[hunter2\n", 1),
        ("[g]\npass[word=hunter2\n", 2),
        ("\ufeff[g]\npassword=hunter2", 1),
    ],
)
def test_mistakes_are_told_without_the_line(text: str, line: int) -> None:
    with pytest.raises(Error, match=rf"^/x/auth\.conf:{line}: ") as refusal:
        parse(text, "/x/auth.conf")
    assert "hunter2" not in str(refusal.value)
    assert refusal.value.code == Error.ERR_CONF_SYNTAX


def glib() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL("libglib-2.0.so.0")
    except OSError:
        return None
    library.g_key_file_new.restype = ctypes.c_void_p
    library.g_key_file_free.argtypes = [ctypes.c_void_p]
    library.g_key_file_load_from_data.argtypes = [
        *(ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_void_p)
    ]
    library.g_key_file_get_string.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_char_p,
        ctypes.c_void_p,
    ]
    library.g_key_file_get_string.restype = ctypes.c_char_p
    return library


GLIB = glib()

#: Of what lines are made. Not in it: a key in several languages, and a line that ends with a carriage return alone.
WORDS = [
    "[g]\n",
    "[h]\n",
    "[g]",
    "\n",
    "\n",
    "\r\n",
    "k=",
    "k =",
    "k",
    "=",
    "a",
    " ",
    "\t",
    "\\s",
    "\\\\",
    "\\n",
]
WORDS += ["\\r", "\\t", "#", "é", ";", "k=v\n", "x=y\n"]


@pytest.mark.skipif(GLIB is None, reason="GLib is not installed")
@given(st.lists(st.sampled_from(WORDS), max_size=14), st.booleans())
def test_as_glib_reads_it(words: list[str], grouped: bool) -> None:
    assert GLIB is not None
    text = "[g]\n" * grouped + "".join(words)
    data = text.encode()
    file = GLIB.g_key_file_new()
    theirs: Mapping[str, str] | None = None
    if GLIB.g_key_file_load_from_data(file, data, len(data), 0, None):
        found = {key: GLIB.g_key_file_get_string(file, b"g", key.encode(), None) for key in ("k", "x")}
        theirs = {key: value.decode() for key, value in found.items() if value is not None}
    GLIB.g_key_file_free(file)
    try:
        ours = {key: value for key, value in parse(text, "f").get("g", {}).items() if key in ("k", "x")}
    except Error:
        assert theirs is None
    else:
        assert ours == theirs
