"""What a reader finds in the documents is true: code runs, names and links exist.

A block that begins with ```python run is run against a private host, all those of a page as one program, with
`qemu:///system` replaced by the host's URI. Other ```python blocks have to compile.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

import sysvirt
from rig.guest import boot, guest_xml
from rig.host import Host
from sysvirt import aio

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_BLOCK = re.compile(r"^```(\w*) ?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
#: Where a name in the documents may belong.
OWNERS = {
    "sysvirt": (sysvirt,),
    "aio": (aio,),
    "Domain": (sysvirt.Domain, aio.Domain),
    "DomainSnapshot": (sysvirt.DomainSnapshot, aio.DomainSnapshot),
    "DomainCheckpoint": (sysvirt.DomainCheckpoint, aio.DomainCheckpoint),
    "Connection": (sysvirt.Connection, aio.Connection),
    "StoragePool": (sysvirt.StoragePool, aio.StoragePool),
    "StorageVol": (sysvirt.StorageVol, aio.StorageVol),
    "Stream": (sysvirt.Stream, aio.Stream),
    "stream": (sysvirt.Stream, aio.Stream),
    "Error": (sysvirt.Error,),
    "conn": (sysvirt.Connection, aio.Connection),
    "dom": (sysvirt.Domain, aio.Domain),
    "Console": (sysvirt.Console, aio.Console),
    "console": (sysvirt.Stream, aio.Stream, sysvirt.Console, aio.Console),
    "events": (sysvirt.EventStream, aio.EventStream),
}
_NAME = re.compile(rf"(?<![\w./])({'|'.join(OWNERS)})\.(?!py\b)(\w+)(\*?)")
# Names that are no attributes of the package until their modules are imported.
_MODULES = {("sysvirt", "aio"), ("sysvirt", "events"), ("sysvirt", "testing")}


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[tuple[str, str, str]]:
    """Each block as (language, word behind it, text)."""
    for found in _BLOCK.finditer(page.read_text("utf-8")):
        yield found[1], found[2], found[3]


def program(page: Path, uri: str) -> str:
    """The runnable blocks of a page as one program."""
    parts = [text for language, word, text in blocks(page) if (language, word) == ("python", "run")]
    return "\n".join(parts).replace("qemu:///system", uri)


RUNNABLE = [page for page in PAGES if program(page, "")]


def test_there_is_something_to_check() -> None:
    assert {"README.md", "docs/tutorial.md", "docs/howto/timeouts.md"} <= {name(page) for page in RUNNABLE}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_blocks_compile_and_have_a_known_language(page: Path) -> None:
    for language, word, text in blocks(page):
        assert (language, word) in {("", ""), ("sh", ""), ("python", ""), ("python", "run")}
        if language == "python":
            compile(text, name(page), "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_names_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    code = [block for language, _, block in blocks(page) if language == "python"]
    code += _CODE.findall(_BLOCK.sub("", text))
    unknown = [
        f"{owner}.{attribute}{star}"
        for part in code
        for owner, attribute, star in _NAME.findall(part)
        if (owner, attribute) not in _MODULES and not known(owner, attribute, bool(star))
    ]
    assert unknown == []


def known(owner: str, attribute: str, begins: bool) -> bool:
    for place in OWNERS[owner]:
        names = {*dir(place), *getattr(place, "__annotations__", ())}
        if any(other.startswith(attribute) if begins else other == attribute for other in names):
            return True
    return False


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    links = [link.partition("#")[0] for link in _LINK.findall(_BLOCK.sub("", page.read_text("utf-8")))]
    lost = [link for link in links if ":" not in link and not (page.parent / link).exists()]
    assert lost == []


@pytest.fixture(scope="module")
def web(host_bookworm: Host) -> Iterator[Host]:
    """A host on which the guest of the how-to guides, "web", has booted."""
    host_bookworm.define(guest_xml(host_bookworm, "web"))
    boot(host_bookworm, "web")
    yield host_bookworm
    host_bookworm.remove("web")


@pytest.mark.slow
@pytest.mark.parametrize("page", RUNNABLE, ids=name)
def test_page_runs(
    page: Path, web: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    guest = tmp_path / "guest.xml"
    guest.write_text(guest_xml(web, "reader", network=True, verbose=True))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIBVIRT_DEFAULT_URI", web.uri)
    monkeypatch.setenv("RIG_GUEST", str(guest))
    text = program(page, web.uri).replace("/var/tmp/guest.save", str(web.files / "reader.save"))
    # The only address that this guest has is one of its own site.
    text = text.replace(
        "INTERFACE_ADDRESSES_SRC_AGENT, timeout", "INTERFACE_ADDRESSES_SRC_AGENT, local=True, timeout"
    )
    before = web.virsh("list", "--all", "--name")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
            exec(compile(text, name(page), "exec"), {"__name__": "__main__"})
        assert capfd.readouterr().err == ""
        assert web.virsh("list", "--all", "--name") == before
    finally:
        web.remove("reader")
    assert web.virsh("domstate", "web") == "running"
