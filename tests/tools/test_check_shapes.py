"""That the check of shapes finds each bad one, and none of the good ones."""

from __future__ import annotations

import textwrap

import pytest

import check_shapes

BAD = {
    "lock": """
        with lock:
            f()
        with self._lock, other:
            f()
        async def g():
            with session.lock:
                f()
        lock.acquire()
        if self.lock.acquire(False):
            f()
        with state_condition:
            f()
    """,
    "loop": """
        with f():
            while g(): h()
        try:
            for a in b: f()
        finally:
            g()
        try:
            f()
        except BaseException:
            raise
        else:
            while True: f()
        try:
            try:
                while f():
                    g()
            except ValueError:
                h()
        except:
            raise
        try:
            f()
        except OSError:
            for a in b: g()
        finally:
            h()
        try:
            all(f(a) for a in b)
        finally:
            h()
        try:
            if a:
                with c:
                    f()
                while d: f()
        except (KeyboardInterrupt, OSError):
            h()
        with f():
            match a:
                case 1:
                    while b: g()
    """,
    "threading": """
        import threading
        from threading import Condition
        from contextlib import suppress
        import queue
        threading.Event()
        class A(threading.Thread):
            waiting: queue.SimpleQueue
    """,
}
HOW_MANY = {"lock": 6, "loop": 8, "threading": 5}

GOOD = """
    taken = []
    try:
        taken.extend(map(lock.acquire, (True,)))
        f()
    finally:
        if taken:
            lock.release()
    while True:
        with f():
            g()
        try:
            f()
        finally:
            g()
    try:
        while f():
            g()
    except OSError:
        h()
    with f():
        def loop():
            while g(): h()
        loop()
        [g(a) for a in b]
        sorted(g(a) for a in b)
    try:
        f()
    finally:
        for a in b: g()
    async def g():
        async with f():
            async for a in b: h()
    def locked(lock):
        blocked = with_lock
    from threading import get_ident, excepthook
    threading.get_ident()
"""


@pytest.mark.parametrize("rule", BAD)
def test_bad_shapes_are_found(rule: str) -> None:
    found = list(check_shapes.shapes(textwrap.dedent(BAD[rule])))
    assert [shape.rule for shape in found] == [rule] * HOW_MANY[rule], [str(shape) for shape in found]


def test_good_shapes_are_not() -> None:
    assert list(check_shapes.shapes(textwrap.dedent(GOOD))) == []


def test_what_is_said_of_one() -> None:
    source = "class A:\n    def f(self):\n        with self.lock:\n            pass\n"
    (shape,) = check_shapes.shapes(source, "b.py")
    assert str(shape) == "b.py:3: lock: with self.lock (in A.f)"
    assert shape.place == "b.py:A.f"


def test_each_excuse_is_for_something() -> None:
    assert [shape for shape in check_shapes.package() if not shape.line] == []
