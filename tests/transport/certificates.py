"""Certificates of all kinds, good and bad, made by `openssl` when they are first asked for."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import weakref
from functools import cache
from pathlib import Path

_EXTENSIONS = """
[ca]
default_ca = authority
[authority]
database = index
new_certs_dir = .
serial = serial
default_md = sha256
policy = anything
unique_subject = no
crlnumber = serial
default_crl_days = 30000
[anything]
commonName = supplied
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[peer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
"""


class Authority:
    """`certificate` is its own; `key` is the one key of all that it issues."""

    def __init__(self, name: str = "authority") -> None:
        folder = tempfile.mkdtemp(prefix="sysvirt-certificates-")
        self.folder = Path(folder)
        self._end = weakref.finalize(self, shutil.rmtree, folder)
        self.certificate = self.folder / "cacert.pem"
        self.key = self.folder / "key.pem"
        (self.folder / "config").write_text(_EXTENSIONS)
        (self.folder / "index").touch()
        (self.folder / "serial").write_text("1000\n")
        for key in ("ca-key.pem", "key.pem"):
            self._openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
        self._openssl(
            *("req", "-x509", "-config", "config", "-extensions", "root", "-key", "ca-key.pem"),
            *("-days", "30000", "-subj", f"/CN={name}", "-out", "cacert.pem"),
        )

    def issue(
        self,
        *names: str,
        begin: str = "20200101000000Z",
        end: str = "20900101000000Z",
        purposes: str = "serverAuth,clientAuth",
    ) -> Path:
        """A new certificate for these names, such as "DNS:localhost" or "IP:127.0.0.1"; with none it has no names."""
        number = len(list(self.folder.glob("*.crt")))
        extra = f"extendedKeyUsage = {purposes}\n"
        if names:
            extra += f"subjectAltName = {','.join(names)}\n"
        (self.folder / "issue").write_text(_EXTENSIONS + extra)
        self._openssl(
            "req", "-new", "-config", "config", "-key", "key.pem", "-subj", "/CN=peer", "-out", "request"
        )
        self._openssl(
            *("ca", "-batch", "-notext", "-config", "issue", "-extensions", "peer", "-keyfile", "ca-key.pem"),
            *("-cert", "cacert.pem", "-startdate", begin, "-enddate", end, "-in", "request"),
            *("-out", f"{number}.crt"),
        )
        return self.folder / f"{number}.crt"

    def revoke(self, certificate: Path) -> Path:
        """Revokes a certificate; returns the list of those that are revoked."""
        by = ("-config", "config", "-keyfile", "ca-key.pem", "-cert", "cacert.pem")
        self._openssl("ca", *by, "-revoke", certificate.name)
        self._openssl("ca", *by, "-gencrl", "-out", "cacrl.pem")
        return self.folder / "cacrl.pem"

    def _openssl(self, *arguments: str) -> None:
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"openssl {' '.join(arguments)}:\n{done.stderr}")


@cache
def authority() -> Authority:
    """The one that all tests share that need nothing special."""
    return Authority()


@cache
def good() -> Path:
    """A certificate for this machine, for both sides."""
    return authority().issue("DNS:localhost", "IP:127.0.0.1", "IP:::1")
