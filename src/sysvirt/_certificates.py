"""Where a client's certificates are, by the rules of libvirt."""

from __future__ import annotations

import os

from ._records import Record
from .errors import SystemCallFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import NoReturn

_SYSTEM = "/etc/pki"
_NO_ENTRY = 2


class Certificates(Record):
    """Files, all of which are there."""

    __slots__ = ()
    authority: str | None
    """Whose certificates are trusted; None if there is no such file and the server is not to be verified."""
    revoked: str | None
    """Certificates that are not trusted any more."""
    certificate: str | None
    """The client's own, and None if it has none."""
    key: str | None


def find(
    pkipath: str | None,
    verify: bool = True,
    *,
    environ: Mapping[str, str] | None = None,
    uid: int | None = None,
    exists: Callable[[str], bool] = os.path.exists,
) -> Certificates:
    """The files in `pkipath`, or else those of the user, and of the system where the user has none.

    Raises `SystemCallFailed`, which names the file, if there is no authority, or a certificate without its key.
    """
    if pkipath is not None:
        trusts, lists, identities = [pkipath], [pkipath], [(pkipath, pkipath)]
    else:
        trusts = lists = [f"{_SYSTEM}/CA"]
        identities = [(f"{_SYSTEM}/libvirt", f"{_SYSTEM}/libvirt/private")]
        uid = os.geteuid() if uid is None else uid
        if uid:
            own = f"{(os.environ if environ is None else environ).get('HOME') or os.path.expanduser('~')}/.pki/libvirt"
            trusts = lists = [own, *trusts]
            identities = [(own, own), *identities]

    authority = _first(exists, [f"{folder}/cacert.pem" for folder in trusts])
    if authority is None and verify:
        _missing(
            "the certificate of the authority that signs servers' certificates",
            [f"{folder}/cacert.pem" for folder in trusts],
        )
    certificate = key = None
    for files in [(f"{a}/clientcert.pem", f"{b}/clientkey.pem") for a, b in identities]:
        there = [file for file in files if exists(file)]
        if len(there) == 1:
            _missing(f"what belongs to {there[0]}", [file for file in files if file not in there])
        if there:
            certificate, key = files
            break
    return Certificates(
        authority=authority,
        revoked=_first(exists, [f"{folder}/cacrl.pem" for folder in lists]),
        certificate=certificate,
        key=key,
    )


def _first(exists: Callable[[str], bool], paths: list[str]) -> str | None:
    return next(filter(exists, paths), None)


def _missing(what: str, paths: list[str]) -> NoReturn:
    raise SystemCallFailed(f"TLS needs {what}: there is no {' and no '.join(paths)}", int1=_NO_ENTRY)
