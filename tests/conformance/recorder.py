"""What tests on real hosts say they have seen of each method, and what of it was really called.

A test that has seen a method's effect from outside says so:

    await dom.set_memory(65536)
    assert "65536" in host.virsh("dommemstat", name)
    observed("set_memory", "virsh dommemstat: actual")

While it runs, the methods of handles note that they were called, and with which procedures; saying something
of a method that was not called, or that did not return, fails the test.
"""

from __future__ import annotations

import functools
import inspect
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import sysvirt
import sysvirt.aio
from sysvirt._generated.constants import DomainEventID
from sysvirt._protocol.procedure import Procedure
from sysvirt._session.aio import AsyncPump
from sysvirt._session.blocking import BlockingPump
from sysvirt._session.core import Session
from sysvirt.errors import Error
from sysvirt.events import Event, LifecycleEvent, kind_of

#: Whose methods are noted.
CLASSES = (
    "Domain",
    "DomainSnapshot",
    "DomainCheckpoint",
    "Connection",
    "Stream",
    "NonblockingStream",
    "Console",
    "EventStream",
    "StoragePool",
    "StorageVol",
)

#: How what libvirt doesn't do begins.
REFUSED = "refused: "

_CALLERS = ("_call", "_call_with_fds", "_call_on_stream", "_call_passing_fds")

_running: ContextVar[str] = ContextVar("running", default="")


def members(kind: type) -> Iterator[tuple[type, str, Any]]:
    """Methods and properties of one of `CLASSES`, with the class that has each: of those that it is made from
    up to another of `CLASSES`, whose own they are.
    """
    for base in kind.__mro__:
        if base is not kind and base.__name__ in CLASSES:
            return
        if base.__module__.partition(".")[0] == "sysvirt":
            for name, member in list(vars(base).items()):
                if inspect.isfunction(member) or isinstance(member, property):
                    yield base, name, member


def title(kind: type, base: type, method: str) -> str:
    """What a method of `base` is called in rows when an object of `kind` has it: `Domain`'s by its name alone."""
    line = kind.__mro__
    homes = [home.__name__ for home in line[: line.index(base) + 1] if home.__name__ in CLASSES]
    return method if homes[-1] == "Domain" else f"{homes[-1]}.{method}"


@dataclass
class Row:
    """One method in one face on one host."""

    observations: list[str] = field(default_factory=list)
    procedures: set[str] = field(default_factory=set)


@dataclass
class Conformance:
    """All that the session has seen; rows by method, face and suite."""

    rows: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    procedures: set[str] = field(default_factory=set)
    #: What has caused them, by the name of an event's id or, of a life's, its detail, by face and by suite.
    events: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)

    def row(self, method: str, face: str, suite: str) -> Row:
        return self.rows.setdefault((method, face, suite), Row())

    def save(self, file: Path) -> None:
        """Into a file, for `read`."""
        rows = [[*key, row.observations, sorted(row.procedures)] for key, row in self.rows.items()]
        events = [[*key, causes] for key, causes in self.events.items()]
        found = {"rows": rows, "procedures": sorted(self.procedures), "events": events}
        file.write_text(json.dumps(found), "utf-8")

    def read(self, file: Path) -> None:
        """Adds what another session has seen."""
        found = json.loads(file.read_text("utf-8"))
        self.procedures.update(found["procedures"])
        for *key, observations, procedures in found["rows"]:
            row = self.row(*key)
            row.observations += [text for text in observations if text not in row.observations]
            row.procedures.update(procedures)
        for method, face, suite, causes in found["events"]:
            known = self.events.setdefault((method, face, suite), [])
            known += [text for text in causes if text not in known]


# Here, since pytest imports conftest.py under a name of its own, which would make a second key of it.
conformance_key = pytest.StashKey[Conformance]()


class Recorder:
    """What happens in one test. Methods of `Domain` are called by their names, others "Class.method"."""

    def __init__(self, conformance: Conformance, face: str, suite: str) -> None:
        self._conformance = conformance
        self._face = face
        self._suite = suite
        self._returned: set[str] = set()
        self._raised: dict[str, list[Error]] = {}
        self._procedures: dict[str, set[str]] = {}

    def __call__(self, method: str, by: str) -> None:
        """`method` has had its effect, which was seen in `by`."""
        assert method in self._returned, f"{method} was not called here, or did not return"
        self._add(method, by)

    def refusal(self, method: str, error: Error) -> None:
        """The daemon refuses the call, with exactly this error."""
        assert any(error is raised for raised in self._raised.get(method, ())), (
            f"{method} did not raise {error!r}"
        )
        # Names that tests make up are other ones in each run.
        text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID", error.message)
        text = re.sub(r"\b[a-z]+-[0-9a-f]{8}\b", "NAME", text)
        text = re.sub(r"\bprocess \d+", "process PID", text)
        self._add(method, f"{REFUSED}{type(error).__name__}: {text}")

    def event(self, event: Event[Any, Any], cause: str) -> None:
        """This has come, and has said what it has to, because of `cause`."""
        self._add_event(event_name(event), cause)

    def event_refusal(self, name: str, error: Error) -> None:
        """The daemon doesn't have this event, and says so with exactly this error."""
        self._add_event(name, f"{REFUSED}{type(error).__name__}: {error.message}")

    def _add_event(self, name: str, text: str) -> None:
        causes = self._conformance.events.setdefault((name, self._face, self._suite), [])
        if text not in causes:
            causes.append(text)

    def _add(self, method: str, text: str) -> None:
        row = self._conformance.row(method, self._face, self._suite)
        if text not in row.observations:
            row.observations.append(text)
        row.procedures |= self._procedures.get(method, set())

    @contextmanager
    def recording(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Notes what is called in the block."""
        found: dict[tuple[type, str], Any] = {}
        for home in (sysvirt.aio, sysvirt):
            for kind in CLASSES:
                for base, name, member in members(getattr(home, kind)):
                    if not name.startswith("_") or name in _CALLERS:
                        found[base, name] = member
        for (base, name), member in found.items():
            if isinstance(member, property):
                assert member.fget is not None
                monkeypatch.setattr(base, name, property(self._noting(base, name, member.fget)))
            else:
                monkeypatch.setattr(base, name, self._noting(base, name, member))
        for pump in (AsyncPump, BlockingPump):
            for name in ("call", "call_with_fds"):
                monkeypatch.setattr(pump, name, self._counting(getattr(pump, name)))
        monkeypatch.setattr(Session, "make_call_no_reply", self._noting_queued(Session.make_call_no_reply))
        yield

    def _counting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            self._conformance.procedures.add(_procedure_in(args))
            return function(*args, **kwargs)

        return call

    def _noting_queued(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """For calls that need nobody to wait for them: they go past the pump's `call`."""

        @functools.wraps(function)
        def made(*args: Any) -> Any:
            procedure = _procedure_in(args)
            self._conformance.procedures.add(procedure)
            self._procedures.setdefault(_running.get(), set()).add(procedure)
            return function(*args)

        return made

    def _noting(self, base: type, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        if name in _CALLERS:

            @functools.wraps(function)
            def call(*args: Any, **kwargs: Any) -> Any:
                procedure = _procedure_in(args)
                self._procedures.setdefault(_running.get(), set()).add(procedure)
                return function(*args, **kwargs)

            return call

        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def awaited(handle: object, *args: Any, **kwargs: Any) -> Any:
                with self._noted(title(type(handle), base, name)):
                    return await function(handle, *args, **kwargs)

            return awaited

        @functools.wraps(function)
        def plain(handle: object, *args: Any, **kwargs: Any) -> Any:
            with self._noted(title(type(handle), base, name)):
                return function(handle, *args, **kwargs)

        return plain

    @contextmanager
    def _noted(self, method: str) -> Iterator[None]:
        outer = _running.get()
        token = _running.set(outer or method)
        try:
            yield
        except Error as error:
            self._raised.setdefault(method, []).append(error)
            raise
        finally:
            _running.reset(token)
        self._returned.add(method)


def event_name(event: Event[Any, Any]) -> str:
    """The constant of `Domain` that stands for a kind of event, or for a detail of a life."""
    if isinstance(event, LifecycleEvent):
        return f"EVENT_{event.event.name}_{event.detail.name}"
    return f"EVENT_ID_{event_id(event).name}"


def event_id(event: Event[Any, Any]) -> DomainEventID:
    """Which id has brought a record."""
    return next(number for number in DomainEventID if kind_of(number).record is type(event))


def _procedure_in(args: tuple[Any, ...]) -> str:
    return next(arg.name for arg in args if isinstance(arg, Procedure))
