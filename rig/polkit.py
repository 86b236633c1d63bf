"""A host whose daemon asks polkit who may use it."""

from __future__ import annotations

from rig.host import Host
from rig.wait import until

RULE = """\
polkit.addRule(function(action, subject) {
    if (action.id == "org.libvirt.unix.manage" && subject.user == "%s") return polkit.Result.YES;
});
"""


def ask_polkit(host: Host, allowed: str) -> None:
    """From now on everybody reaches the daemon's socket, and polkit lets in root and the user of this name."""
    rules = host.folder / "run/polkit-1/rules.d"
    rules.mkdir(parents=True)
    (rules / "10-sysvirt.rules").write_text(RULE % allowed)
    (host.folder / "run/dbus").mkdir()
    host.run("dbus-daemon", "--system", "--fork")
    host.daemon("/usr/lib/polkit-1/polkitd --no-debug")
    who = ("--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner")
    ask = ("dbus-send", "--system", "--print-reply", *who, "string:org.freedesktop.PolicyKit1")
    until(lambda: "boolean true" in host.run(*ask), "polkit is there")
    host.configure(auth_unix_rw="polkit", unix_sock_rw_perms="0777")
