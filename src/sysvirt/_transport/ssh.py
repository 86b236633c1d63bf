"""What ssh is run with: the command line here, and the command on the other host, both as libvirt's client has them.

Nothing here passes a shell. The other host's command passes two, the user's own, whatever kind that is, and `sh`, so it
is quoted twice, in the form that all of them understand alike. `uri.py` has refused what could be taken for an option.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..uri import URI

# Not /run: as libvirt has it, since every host has this one.
_SOCKETS = "/var/run/libvirt/libvirt-sock"

#: For `sshauth`: libvirt's methods, as OpenSSH calls them.
_METHODS = {
    "agent": "publickey",
    "privkey": "publickey",
    "password": "password",
    "keyboard-interactive": "keyboard-interactive",
}

#: Finds out whether netcat's option -q, to end when its input ends, is there, and ends at once then.
_NETCAT = """\
if {netcat} -q 2>&1 | grep "requires an argument" >/dev/null 2>&1; then exec {netcat} -q0 -U {socket}; fi; \
exec {netcat} -U {socket}"""


def ssh_command(where: URI, readonly: bool) -> tuple[str, ...]:
    """The program and its arguments, by which the URI's host is reached."""
    command = [where.command or "ssh"]
    if where.port is not None:
        command += ["-p", str(where.port)]
    if where.user is not None:
        command += ["-l", where.user]
    if where.keyfile is not None:
        command += ["-i", where.keyfile]
    command += ["-T", "-e", "none"]
    if where.no_tty:
        command += ["-o", "BatchMode=yes"]
    checking = _host_key_checking(where)
    if checking is not None:
        command += ["-o", f"StrictHostKeyChecking={checking}"]
    if where.known_hosts is not None:
        command += ["-o", 'UserKnownHostsFile="{}"'.format(where.known_hosts.replace("%", "%%"))]
    if where.sshauth is not None:
        command += _authentication(where.sshauth.split(","))
    return (*command, "--", where.host or "localhost", remote_command(where, readonly))


def verifies(where: URI) -> bool:
    """Whether the host's key is checked; unless ssh's own configuration says otherwise."""
    return _host_key_checking(where) != "no"


def _host_key_checking(where: URI) -> str | None:
    if where.no_verify or where.known_hosts_verify == "ignore":
        return "no"
    if where.known_hosts_verify == "auto":
        return "accept-new"
    if where.known_hosts_verify == "normal":
        return "yes" if where.no_tty else "ask"
    return None


def _authentication(methods: list[str]) -> list[str]:
    wanted = dict.fromkeys([_METHODS[method] for method in methods])  # in their order, each once
    options = ["-o", f"PreferredAuthentications={','.join(wanted)}"]
    if "agent" in methods and "privkey" not in methods:
        options += ["-o", "IdentityFile=none"]
    if "privkey" in methods and "agent" not in methods:
        options += ["-o", "IdentityAgent=none"]
    return options


def remote_command(where: URI, readonly: bool) -> str:
    """The command on the other host: virt-ssh-helper, which finds the socket there, or else netcat."""
    # Each `exec` replaces the shell, so the status is that of what was run.
    helper = f"exec virt-ssh-helper {'-r ' if readonly else ''}{_quoted(where.helper_name)}"
    socket = where.socket or (_SOCKETS + "-ro" if readonly else _SOCKETS)
    netcat = where.netcat or "nc"
    by_netcat = _NETCAT.format(netcat=_quoted(netcat), socket=_quoted(socket))
    if where.proxy == "native":
        script = f"{_if_there('virt-ssh-helper', helper)} {_fail('virt-ssh-helper is not installed')}"
    elif where.proxy == "netcat":
        script = f"{_if_there(netcat, by_netcat)} {_fail(f'{netcat} is not installed')}"
    else:
        script = (
            f"{_if_there('virt-ssh-helper', helper)} {_if_there(netcat, by_netcat)} "
            f"{_fail(f'neither virt-ssh-helper nor {netcat} is installed')}"
        )
    return f"sh -c {_quoted(script)}"


def _if_there(program: str, script: str) -> str:
    return f"if command -v {_quoted(program)} >/dev/null 2>&1; then {script}; fi;"


def _fail(why: str) -> str:
    return f"echo {_quoted(why)} >&2; exit 127"


def _quoted(text: str) -> str:
    # Without a backslash, which the shells understand differently between quotes.
    return "'" + text.replace("'", "'\"'\"'") + "'"
