"""Where a client's certificates are looked for."""

from __future__ import annotations

import errno
import re

import pytest

from sysvirt._certificates import Certificates, find
from sysvirt.errors import SystemCallFailed

SYSTEM = (
    "/etc/pki/CA/cacert.pem",
    "/etc/pki/libvirt/clientcert.pem",
    "/etc/pki/libvirt/private/clientkey.pem",
)
OWN = tuple(f"/home/me/.pki/libvirt/{name}.pem" for name in ("cacert", "clientcert", "clientkey"))
GIVEN = tuple(f"/given/{name}.pem" for name in ("cacert", "clientcert", "clientkey"))
LISTS = ("/etc/pki/CA/cacrl.pem", "/home/me/.pki/libvirt/cacrl.pem", "/given/cacrl.pem")


def found(
    *there: str, pkipath: str | None = None, uid: int = 1000, verify: bool = True
) -> tuple[str | None, ...]:
    files: Certificates = find(
        pkipath, verify, environ={"HOME": "/home/me"}, uid=uid, exists=there.__contains__
    )
    return files.authority, files.revoked, files.certificate, files.key


def test_the_system_s() -> None:
    assert found(*SYSTEM) == (SYSTEM[0], None, *SYSTEM[1:])
    assert found(*SYSTEM, LISTS[0]) == (SYSTEM[0], LISTS[0], *SYSTEM[1:])


def test_a_user_s_own_come_first() -> None:
    assert found(*SYSTEM, *OWN, *LISTS) == (OWN[0], LISTS[1], *OWN[1:])


def test_what_a_user_has_not_is_the_system_s() -> None:
    """Certificate and key belong together."""
    assert found(*SYSTEM, OWN[0]) == (OWN[0], None, *SYSTEM[1:])
    assert found(*SYSTEM, *OWN[1:]) == (SYSTEM[0], None, *OWN[1:])


def test_root_has_the_system_s_only() -> None:
    assert found(*SYSTEM, *OWN, uid=0) == (SYSTEM[0], None, *SYSTEM[1:])


def test_pkipath_is_all_there_is() -> None:
    everything = (*SYSTEM, *OWN, *LISTS)
    assert found(*everything, *GIVEN, pkipath="/given") == (GIVEN[0], LISTS[2], *GIVEN[1:])
    assert found(*SYSTEM, *OWN, GIVEN[0], pkipath="/given") == (GIVEN[0], None, None, None)
    with pytest.raises(SystemCallFailed, match=r"there is no /given/cacert\.pem") as raised:
        found(*everything[:6], pkipath="/given")
    assert raised.value.int1 == errno.ENOENT


def test_no_authority() -> None:
    with pytest.raises(SystemCallFailed, match=re.escape(f"no {OWN[0]} and no {SYSTEM[0]}")):
        found()
    assert found(verify=False) == (None, None, None, None)


@pytest.mark.parametrize("pair", [SYSTEM[1:], OWN[1:]])
def test_half_a_pair(pair: tuple[str, str]) -> None:
    for there, missing in (pair, reversed(pair)):
        with pytest.raises(SystemCallFailed, match=f"what belongs to {there}: there is no {missing}"):
            found(SYSTEM[0], there)


def test_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    files = find(None, environ={}, uid=1000, exists=lambda path: path in OWN)
    assert files.authority == OWN[0]
