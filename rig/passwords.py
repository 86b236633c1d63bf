"""A host whose daemon wants a name and a password."""

from __future__ import annotations

from collections.abc import Mapping

from rig.host import Host
from rig.inside import SASL

SASL_CONF = """\
mech_list: {mechanisms}
sasldb_path: {sasl}/passwords
"""
# So that the host's own virsh gets in.
AUTH_CONF = """\
[credentials-rig]
authname={name}
password={password}
[auth-libvirt-default]
credentials=rig
"""


def want_passwords(host: Host, users: Mapping[str, str], mechanisms: str) -> None:
    """From now on clients log in by SASL, as one of `users` (name -> password); the host's virsh is the first of them.

    That goes for the unix socket and for the network. Read-only connections stay free.
    """
    etc = host.folder / "etc"
    (etc / "sasl2").mkdir()
    for name, password in users.items():
        host.run("saslpasswd2", "-f", f"{SASL}/passwords", "-p", "-c", "-a", "libvirt", name, input=password)
    (etc / "sasl2/libvirt.conf").write_text(SASL_CONF.format(mechanisms=mechanisms, sasl=SASL))
    name, password = next(iter(users.items()))
    auth_conf = etc / "auth.conf"
    auth_conf.touch(0o600)
    auth_conf.write_text(AUTH_CONF.format(name=name, password=password))
    host.configure(auth_unix_rw="sasl", auth_tcp="sasl", auth_tls="sasl")
