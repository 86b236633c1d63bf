"""A program that is interrupted in the middle of a call: run by test_ctrl_c, which it obeys line by line.

python interrupted.py MODE URI GUEST OTHER-GUEST
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable

import sysvirt
from rig.wait import until
from sysvirt import Domain


def main(mode: str, uri: str, name: str, other_name: str) -> None:
    conn = sysvirt.connect(uri)
    guest, other = conn.get_domain_by_name(name), conn.get_domain_by_name(other_name)
    beside: list[object] = []
    stream = conn.new_stream()
    events = conn.events(Domain.EVENT_ID_LIFECYCLE)
    if mode == "stream":
        guest.open_console(stream)
    if mode == "events":
        events.__enter__()
    long_calls: dict[str, Callable[[], object]] = {
        "free": guest.get_info,
        "ordinary": guest.reset,
        "queued": guest.reset,
        "part": lambda: conn.get_domain_by_name("x" * 1_000_000),
        "stream": stream.read,
        "events": events.next_event,
    }

    def call_beside() -> None:
        if mode == "queued":
            guest.reset()
        beside.append(other.get_info().max_mem)

    print("ready", flush=True)
    sys.stdin.readline()  # the daemon, or the guest, is frozen now
    thread = threading.Thread(target=call_beside)
    if mode in ("free", "queued"):
        thread.start()
        until(lambda: conn._pump.session.pending, "the call beside is sent")
    try:
        print("calling", flush=True)
        long_calls[mode]()
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    sys.stdin.readline()  # what was frozen goes on
    if thread.ident is not None:
        thread.join()
        assert beside == [16384]
    for _ in range(100):
        assert conn.get_domain_by_name(name) == guest
        assert other.get_info().max_mem == 16384
        assert name in guest.get_xml_description()
    if mode == "events":
        guest.suspend()
        guest.resume()
        event = events.next_event(60)
        assert isinstance(event, sysvirt.LifecycleEvent)
        assert event.event == Domain.EVENT_SUSPENDED
        events.close()
    if mode == "stream":
        guest.reset()
        assert stream.recv(1)
        stream.finish()
    session = conn._pump.session
    assert (session.pending, session.admission.queue, session.admission._ordinary) == ({}, {}, {})
    conn.close()
    until(lambda: len(os.listdir("/proc/self/task")) == 1, "the watcher has ended")
    print("right", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
