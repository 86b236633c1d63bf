"""Other releases of Python, as Debian has them: a program can run under each as if the machine had that one.

Such a program sees another system's /usr and nothing else that is new. The checkout, /etc, /tmp, the home folder and
the network are the machine's, so all that is set up for pip here (files, certificates, variables) holds there as well.
That is a mount of the program's own, which goes when it ends.
"""

from __future__ import annotations

import os
import subprocess
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from rig import cache
from rig.debian import UNUSED, install

# By version, the release of Debian that has it: the oldest Python that sysvirt supports, and the two newest there are.
PYTHONS = {"3.11": "bookworm", "3.13": "trixie", "3.14": "forky"}
NEWEST = "3.14"

# With what the tests and private hosts need of a machine.
PACKAGES = ("python3", "python3-venv", "mmdebstrap", "mount", "openssl", "util-linux-extra")

# $1 is the other system, $2 a folder; the rest is the command. What belongs to no system in /usr stays the machine's.
_ENTER = """\
for own in local src; do
    [ ! -d "/usr/$own" ] || mount --rbind "/usr/$own" "$1/usr/$own"
done
mount --rbind "$1/usr" /usr
mount -o remount,bind,ro /usr
cd "$2"
shift 2
exec "$@"
"""


class Python(NamedTuple):
    """One release of Python with the packages that the tests need; `None` as system is the machine's own."""

    version: str
    system: Path | None
    program: Path

    def command(self, *arguments: str) -> list[str]:
        """Runs the program with these arguments, in the folder that is the current one now."""
        return [*_inside(self.system), str(self.program), *arguments]


def python(version: str) -> Python:
    """A Python in PYTHONS, made at first use and then kept."""
    system = _system(version)
    packages = test_packages()
    recipe = sha256(repr((system.name, packages)).encode()).hexdigest()[:16]
    folder = cache.build(
        f"packages-{version}", recipe, lambda new: _install_packages(version, system, packages, new)
    )
    return Python(version, system, folder / "bin/python")


def test_packages() -> list[str]:
    """What the tests need of the package index: the group of that name in pyproject.toml."""
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    return sorted(project["dependency-groups"]["test"])


def _system(version: str) -> Path:
    """The root folder of the release of Debian that has this Python."""
    options = [
        *("--variant=apt", f"--include={','.join(PACKAGES)}"),
        "--aptopt=Acquire::Check-Valid-Until false",  # a mirror may be a snapshot of some days ago
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in UNUSED),
    ]
    recipe = sha256(repr(options).encode()).hexdigest()[:16]
    suite = PYTHONS[version]
    return cache.build(f"python-{version}", recipe, lambda folder: install(suite, options, folder))


def _install_packages(version: str, system: Path, packages: list[str], folder: Path) -> None:
    """Fill a folder with a virtual environment; its Python is found by its name, so the folder may be moved."""
    inside = _inside(system)
    program = folder / "bin/python"
    found = _output(
        *inside, "/usr/bin/python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"
    ).strip()
    if found != version:
        raise RuntimeError(
            f"{PYTHONS[version]} has Python {found} now, not {version}: see PYTHONS in {__file__}"
        )
    _output(*inside, "/usr/bin/python3", "-m", "venv", str(folder))
    _output(*inside, str(program), "-m", "pip", "install", "--disable-pip-version-check", *packages)


def _inside(system: Path | None) -> list[str]:
    if system is None:
        return []
    enter = ("unshare", "--mount", "--propagation", "private", "sh", "-euc", _ENTER, "sh")
    return [*enter, str(system), os.getcwd()]


def _output(*command: str) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}:\n{done.stdout[-4000:]}")
    return done.stdout
