"""Certificates for TLS between hosts: one authority, and one certificate for all names of a lan, for either side."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from rig import cache

# libvirt and QEMU look for these. GnuTLS wants RSA, and to be told what a key is for.
CA = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
PEER = (
    *("-addext", "basicConstraints=critical,CA:FALSE"),
    *("-addext", "keyUsage=critical,digitalSignature,keyEncipherment"),
    *("-addext", "extendedKeyUsage=serverAuth,clientAuth"),
)


def certificates(names: Iterable[str] = ()) -> Path:
    """The cached folder with an authority's certificate, and a key and a certificate for localhost and these names."""
    known = [*(f"DNS:{name}" for name in ("localhost", *names)), "IP:127.0.0.1", "IP:::1"]
    alternatives = ("-addext", "subjectAltName=" + ",".join(known))
    recipe = sha256(repr((CA, PEER, alternatives)).encode()).hexdigest()[:16]
    return cache.build("certificates", recipe, lambda folder: _make(folder, alternatives))


def _make(folder: Path, alternatives: tuple[str, str]) -> None:
    ca, ca_key = folder / "ca-cert.pem", folder / "ca-key.pem"
    _request(ca_key, ca, "/CN=sysvirt authority", *CA)
    by = ("-CA", str(ca), "-CAkey", str(ca_key))
    _request(
        folder / "server-key.pem", folder / "server-cert.pem", "/CN=sysvirt host", *PEER, *alternatives, *by
    )
    for kind in ("key", "cert"):
        (folder / f"client-{kind}.pem").symlink_to(f"server-{kind}.pem")
    ca_key.unlink()


def _request(key: Path, certificate: Path, subject: str, *options: str) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "36500", "-subj", subject]
    command += ["-keyout", str(key), "-out", str(certificate), *options]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stderr}")
