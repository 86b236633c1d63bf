# Made by tools/unasync.py from tests/api/_async/watching.py; do not edit.
"""All that a connection is told of while something happens, by each way there is, beside what virsh says of it."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, TypeVar

from rig.guest import firmware_xml, unique_name
from rig.host import Host
from rig.wait import until
from sysvirt._session.blocking_facade import sleep
from sysvirt import Connection, EventStream
from sysvirt.events import Event, EventsLost, MetadataChangeEvent

from ..virsh_events import VirshEvents, kinds, words

E = TypeVar("E", bound=Event[Any, Any])


class Watch:
    """Events of all kinds and guests, from the moment that the block is entered.

        with Watch(host, conn) as watch:
            dom.suspend()
            event = watch.next(LifecycleEvent, dom, event=Domain.EVENT_SUSPENDED)

    At its end the iterator has got, callbacks for each kind have been called with, and virsh has printed the
    same events in the same order.
    """

    def __init__(self, host: Host, conn: Connection) -> None:
        self._host = host
        self._conn = conn
        self._mark = unique_name("mark")
        self._virsh = VirshEvents(host)
        self._ids = range(len(kinds(host)))
        self._stream: EventStream[Any] = conn.events(*self._ids)
        self._callbacks: list[int] = []
        self._called: list[Event[Any, Any]] = []
        #: How many of the events were asked for, or passed by, of a guest.
        self._passed: dict[object, int] = {}
        #: All that the iterator has brought.
        self.events: list[Event[Any, Any]] = []

    def __enter__(self) -> Watch:
        self._host.define(firmware_xml(self._host, self._mark))
        try:
            self._stream.__enter__()
            register = self._conn.domain_event_register_any
            self._callbacks = [register(None, number, self._called.append) for number in self._ids]
            self._virsh.start()
            self._cause("begin")
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._cause("end")
                self._compare()
        finally:
            self._end()

    def _end(self) -> None:
        self._virsh.close()
        for number in self._callbacks:
            self._conn.domain_event_deregister_any(number)
        self._stream.close()
        self._host.remove(self._mark)

    def next(self, kind: type[E], guest: object = None, /, **fields: object) -> E:
        """The next event of this kind, of this guest (None: of any), and with these fields.

        It is the next behind the last that was asked for of that guest. Those between them are passed by.
        """
        begin = at = self._passed.get(guest, 0)
        while True:
            if at == len(self.events):
                event = self._stream.next_event(120)
                if event is None:
                    came = "\n".join(map(str, self.events[begin:]))
                    raise AssertionError(f"no {kind.__name__} of {guest} with {fields}, but:\n{came}")
                assert not isinstance(event, EventsLost)
                self.events.append(event)
            found = self.events[at]
            at += 1
            if (
                type(found) is kind
                and guest in (None, found.domain)
                and all(getattr(found, name) == value for name, value in fields.items())
            ):
                self._passed[guest] = at
                return found

    def _cause(self, place: str) -> None:
        """Causes one more event, and waits until it has come everywhere."""
        uri = f"http://example.org/{place}"
        self._host.virsh("metadata", self._mark, uri, "--key", "mark", "--set", "<mark/>")
        mark = self.next(MetadataChangeEvent, nsuri=uri)
        deadline = time.monotonic() + 60
        while mark not in self._called:
            assert time.monotonic() < deadline, "no callback has been called with the mark"
            sleep(0.01)
        until(lambda: words(self._host, mark) in self._virsh.said(), "virsh has said it too")

    def _compare(self) -> None:
        """What came between the two marks is the same everywhere."""
        marks = [event for event in self.events if event.domain.get_name() == self._mark][-2:]

        def between(things: list[Any], begin: object, end: object) -> list[Any]:
            return things[things.index(begin) + 1 : things.index(end)]

        ours = between(self.events, *marks)
        assert between(self._called, *marks) == ours
        begin, end = (words(self._host, mark) for mark in marks)
        assert between(self._virsh.said(), begin, end) == [words(self._host, event) for event in ours]
