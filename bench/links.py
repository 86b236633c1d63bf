"""Other links than a unix socket, each beside libvirt-python over the same."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from rig.host import Host

#: What is in a host's folder of certificates, and what clients call it.
_FILES = {"ca-cert.pem": "cacert.pem", "client-cert.pem": "clientcert.pem", "client-key.pem": "clientkey.pem"}


@contextmanager
def _tls(host: Host) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, host.network():
        for theirs, ours in _FILES.items():
            shutil.copy(host.folder / "etc/certificates" / theirs, Path(folder, ours))
        yield f"qemu+tls://localhost/system?pkipath={folder}"


#: By name: the URI of a host, where it can be reached by that in the block.
LINKS: dict[str, Callable[[Host], AbstractContextManager[str]]] = {"tls": _tls}
