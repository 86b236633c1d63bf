"""That the gate sums up what its processes say, and that nothing that fails is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import gate
from rig.pythons import Python
from rig.wait import until
from tests.parts import NO_HOST, part_of

OWN = Python("", None, Path(sys.executable))

TESTS = {
    "good": """
        import pytest
        def test_one(): pass
        def test_two(): pytest.skip("not today")
        @pytest.mark.xfail(strict=True)
        def test_three(): assert False
    """,
    "bad": """
        def test_good(): pass
        def test_bad(): assert 1 == 2, "what went wrong"
    """,
    "unclean": """
        import pytest
        @pytest.fixture
        def dirty():
            yield
            raise RuntimeError("left something")
        def test_dirty(dirty): pass
    """,
    "broken": "import nowhere",
    "killed": "import os\ndef test_ends(): os._exit(0)",
    "stuck": """
        from _thread import allocate_lock
        def test_stuck():
            lock = allocate_lock()
            lock.acquire()
            lock.acquire()
    """,
    "empty": "",
}
INI = "[pytest]\nfaulthandler_timeout = 5\nfaulthandler_exit_on_timeout = true\n"


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, gate.Part]:
    monkeypatch.setattr(gate, "OUTPUT", tmp_path)
    (tmp_path / "pytest.ini").write_text(INI)
    found = {}
    for name, source in TESTS.items():
        file = tmp_path / f"test_{name}.py"
        file.write_text(textwrap.dedent(source))
        found[name] = gate.Part(name, OWN, ("-c", str(tmp_path / "pytest.ini"), str(file)))
    return found


@pytest.mark.slow
def test_each_part_is_run_and_counted(parts: dict[str, gate.Part], capfd: pytest.CaptureFixture[str]) -> None:
    gate.run(list(parts.values()))
    counted = {name: tuple(part.counts.values()) for name, part in parts.items()}
    assert counted == {
        "good": (1, 0, 2),
        "bad": (1, 1, 0),
        "unclean": (0, 1, 0),
        "broken": (0, 1, 0),
        "killed": (0, 1, 0),
        "stuck": (0, 1, 0),
        "empty": (0, 1, 0),
    }
    assert {name for name, part in parts.items() if part.status == 0} == {"good"}
    assert parts["bad"].said().startswith("=")
    assert "what went wrong" in parts["bad"].said()
    assert "No module named 'nowhere'" in parts["broken"].said()
    assert "in test_stuck" in parts["stuck"].said()
    assert "passed" not in parts["bad"].said()
    said = capfd.readouterr().out
    assert "good ... " in said
    assert "bad ... failed" in said


def test_where_a_test_belongs() -> None:
    def item(
        params: dict[str, object], *fixtures: str, real: bool = False
    ) -> Any:  # of pytest.Item, as far as asked
        return SimpleNamespace(
            callspec=SimpleNamespace(params=params),
            fixturenames=fixtures,
            get_closest_marker={"real": real}.get,
        )

    assert part_of(item({"host": "forky"}, "host")) == "forky"
    assert part_of(item({"suite": "bookworm"}, real=True)) == "bookworm"
    assert part_of(item({"host": "example.org"}, "host")) == NO_HOST
    assert part_of(item({}, "request", "host_forky")) == "forky"
    assert part_of(item({}, real=True)) == "bookworm"
    assert part_of(item({})) == NO_HOST


@pytest.mark.slow
def test_ctrl_c_ends_every_part(tmp_path: Path) -> None:
    """And what had not begun is not begun; what had is ended in good order."""
    source = """
        import signal
        from pathlib import Path
        def test_long():
            try:
                Path(__file__).with_suffix(".begun").touch()
                signal.pause()
            finally:
                Path(__file__).with_suffix(".ended").touch()
    """
    names = [f"test_{number}" for number in range(gate.SIDE_BY_SIDE + 1)]
    for name in names:
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(source))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    program = f"""
        import sys
        from pathlib import Path
        from rig.pythons import Python
        import gate
        folder = gate.OUTPUT = Path({str(tmp_path)!r})
        python = Python("", None, Path(sys.executable))
        ini = str(folder / "pytest.ini")
        parts = [gate.Part(name, python, ("-c", ini, str(folder / f"{{name}}.py"))) for name in {names}]
        gate.run(parts.copy())
        print([part.counts for part in parts])
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    env = os.environ | {"PYTHONPATH": f"{gate.ROOT}:{gate.ROOT}/tools"}
    with subprocess.Popen(command, env=env, cwd=gate.ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        until(lambda: len(list(tmp_path.glob("*.begun"))) == gate.SIDE_BY_SIDE, "they have begun")
        running.send_signal(signal.SIGINT)
        said = running.stdout.read()
    assert running.returncode == 0
    assert len(list(tmp_path.glob("*.ended"))) == gate.SIDE_BY_SIDE
    assert not (tmp_path / f"{names[-1]}.begun").exists()
    assert "SIGINT: waiting for what runs to end" in said
