"""The wheel: one for all platforms, whole, with types, and in need of nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder)]
    done = subprocess.run([*command, str(ROOT)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (made,) = folder.iterdir()
    return made


@pytest.mark.slow
def test_wheel_is_for_all_platforms_and_needs_nothing(wheel: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        fields = Parser().parsestr(archive.read(metadata).decode())
    assert fields.get_all("Requires-Dist") is None
    assert fields["Requires-Python"] == ">=3.11"
    package = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src/sysvirt").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert {"sysvirt/py.typed", "sysvirt/_generated/constants.pyi"} <= package
    assert {name for name in names if ".dist-info/" not in name} == package
    assert any(name.endswith("/licenses/LICENSE") for name in names)


IMPORTED = """
import sys
import sysvirt
from sysvirt import aio
assert ".venv" not in sysvirt.__file__ and sys.prefix in sysvirt.__file__, sysvirt.__file__
for name in dir(sysvirt):
    getattr(sysvirt, name)
try:
    sysvirt.connect("qemu+unix:///system?socket=/nowhere")
except sysvirt.NoConnect as error:
    print(error.code.name)
"""


@pytest.mark.slow
def test_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False)
    (site,) = (tmp_path / "env").glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)  # which is all that installing a wheel without scripts is
    done = subprocess.run(
        [tmp_path / "env/bin/python", "-I", "-W", "error", "-c", IMPORTED], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "SYSTEM_ERROR\n", "")


def test_the_asyncio_face_comes_with_the_package() -> None:
    script = "import sysvirt; assert sysvirt.aio.connect is not sysvirt.connect; assert 'aio' in dir(sysvirt)"
    subprocess.run(
        [sys.executable, "-c", script], check=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}
    )
