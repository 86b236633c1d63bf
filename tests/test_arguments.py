"""Checks of arguments: what they let through, and what they say of the rest."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pytest

from sysvirt import Domain, DomainSnapshot
from sysvirt import _arguments as check
from sysvirt.errors import InvalidArgumentType, InvalidArgumentValue

UUID = uuid.UUID("00112233-4455-6677-8899-aabbccddeeff")


def test_text() -> None:
    assert check.text("name", "a\udcffb") == "a\udcffb"  # what was not UTF-8 goes back as it came
    assert check.text("name", "") == ""
    assert check.text("name", "x" * (4 << 20))
    assert check.optional_text("name", None) is None
    with pytest.raises(InvalidArgumentType, match=r"^name: expected str, not bytes$"):
        check.text("name", b"a")  # type: ignore[arg-type]
    for wrong in ("a\0b", "\ud800", "é" * (2 << 20) + "x"):
        with pytest.raises(InvalidArgumentValue, match=r"^name: "):
            check.text("name", wrong)


def test_path() -> None:
    assert check.path("file", "/a/../b") == "/a/../b"  # how to read it is the daemon's business
    assert check.path("file", Path("/a")) == "/a"
    assert check.path("file", "a") == os.path.join(os.getcwd(), "a")
    for wrong in ("", "/a\0b"):
        with pytest.raises(InvalidArgumentValue, match=r"^file: "):
            check.path("file", wrong)
    with pytest.raises(InvalidArgumentType, match=r"^file: expected a path, not int$"):
        check.path("file", 3)  # type: ignore[arg-type]


def test_buffer() -> None:
    assert bytes(check.buffer("data", b"ab")) == b"ab"
    assert check.buffer("data", memoryview(bytearray(4)).cast("I")).nbytes == 4
    assert bytes(check.buffer("buffer", bytearray(2), writable=True)) == bytes(2)
    for wrong in ("text", 3, None, [1]):
        with pytest.raises(InvalidArgumentType, match=r"^data: expected bytes, not "):
            check.buffer("data", wrong)  # type: ignore[arg-type]
    with pytest.raises(
        InvalidArgumentType, match=r"^buffer: expected a writable buffer of bytes, not bytes$"
    ):
        check.buffer("buffer", b"ab", writable=True)


def test_integer() -> None:
    assert check.integer("mem", 1, 1, 5) == 1
    assert check.integer("mem", 5, 1, 5) == 5
    assert check.integer("flag", True, 0, 1) == 1
    for wrong in (0, 6):
        with pytest.raises(
            InvalidArgumentValue, match=rf"^mem: an integer from 1 to 5 was expected, not {wrong}$"
        ):
            check.integer("mem", wrong, 1, 5)
    for wrong_type in ("1", 1.0, None, int):
        with pytest.raises(InvalidArgumentType, match=r"^mem: expected an integer, not "):
            check.integer("mem", wrong_type, 1, 5)  # type: ignore[arg-type]


def test_uuid() -> None:
    forms = (UUID, UUID.bytes, bytearray(UUID.bytes), memoryview(UUID.bytes), str(UUID), UUID.hex.upper())
    for form in forms:
        assert check.uuid("uuid", form) == UUID.bytes
    for wrong in (UUID.bytes[1:], str(UUID)[1:], UUID.hex + "00", "x" * 32, "", b"", "٠" * 32):
        with pytest.raises(InvalidArgumentValue, match=r"^uuid: 16 bytes or 32 hexadecimal digits "):
            check.uuid("uuid", wrong)
    for wrong_type in (UUID.int, None, [1] * 16):
        with pytest.raises(InvalidArgumentType, match=r"^uuid: "):
            check.uuid("uuid", wrong_type)  # type: ignore[arg-type]


def test_requires() -> None:
    current, redefine = DomainSnapshot.CREATE_CURRENT, DomainSnapshot.CREATE_REDEFINE
    for fine in (0, redefine, current | redefine, DomainSnapshot.CREATE_HALT):
        check.requires(fine, current, redefine)
    text = "^flags: DomainSnapshotCreateFlags.CURRENT is only for DomainSnapshotCreateFlags.REDEFINE$"
    with pytest.raises(InvalidArgumentValue, match=text):
        check.requires(current, current, redefine)
    with pytest.raises(InvalidArgumentType, match=r"^flags: "):
        check.requires("current", current, redefine)  # type: ignore[arg-type]


def test_exclusive() -> None:
    running, paused = Domain.SAVE_RUNNING, Domain.SAVE_PAUSED
    for fine in (0, running, paused, running | Domain.SAVE_BYPASS_CACHE, 1 << 31):
        check.exclusive(fine, running, paused)
    text = "^flags: DomainSaveRestoreFlags.RUNNING and DomainSaveRestoreFlags.PAUSED contradict each other$"
    with pytest.raises(InvalidArgumentValue, match=text):
        check.exclusive(running | paused, running, paused)
    with pytest.raises(InvalidArgumentValue, match=r"^flags: "):
        check.exclusive(-1, running, paused)
    with pytest.raises(InvalidArgumentType, match=r"^flags: "):
        check.exclusive("running", running, paused)  # type: ignore[arg-type]
