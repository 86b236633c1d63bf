"""What a fake daemon and a proxy have in common: how clients connect, and how they are closed."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import quote

from .._transport.memory import memory_pair
from ._background import Background


class Peer:
    """Something to connect to: over a unix socket, or over a pair of sockets within this process."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._listeners: list[tuple[socket.socket, str]] = []
        self._folder = ""
        self._closed = False
        self._process = os.getpid()
        background.acquire()

    def _join(self, sock: socket.socket) -> object:
        """Takes a client's connection; on the background thread."""
        raise NotImplementedError

    def _drop(self) -> None:
        """Breaks all connections; on the background thread."""
        raise NotImplementedError

    def _sockets(self) -> list[socket.socket]:
        """Those of all connections."""
        raise NotImplementedError

    # --- life ----------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes all connections and cleans up. In a forked child it only closes the child's copies."""
        if self._closed:
            return
        self._closed = True
        if self._process != os.getpid():
            self._background.abandon()
            for sock in [*self._sockets(), *(listener for listener, _ in self._listeners)]:
                sock.close()
            return
        try:
            self._background.run(self._end)
        finally:
            self._background.release()
        if self._folder:
            shutil.rmtree(self._folder)

    def _end(self) -> None:
        for sock, path in self._listeners:
            self._background.forget(sock)
            sock.close()
            os.unlink(path)
        self._drop()

    # --- being reached -------------------------------------------------------------------------------

    def listen(self, path: str | None = None) -> str:
        """Listens on a unix socket and returns its path; without a path, one in a new folder."""
        if path is None:
            self._folder = self._folder or tempfile.mkdtemp(prefix="sysvirt-testing-")
            path = os.path.join(self._folder, f"sock{len(self._listeners)}")
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.bind(path)
            sock.listen(512)
        except BaseException:
            sock.close()
            raise
        self._listeners.append((sock, path))
        self._background.run(lambda: self._background.listen(sock, self._join))
        return path

    @property
    def uri(self) -> str:
        """A `test:///default` URI that leads here. It begins to listen when this is first read."""
        path = self._listeners[0][1] if self._listeners else self.listen()
        return f"test+unix:///default?socket={quote(path)}"

    def pair(self) -> socket.socket:
        """The client's end of a connection within this process."""
        ours, theirs = memory_pair()
        self._background.run(lambda: self._join(ours))
        return theirs

    def drop(self) -> None:
        """Closes all connections, like a daemon that was killed."""
        self._background.run(self._drop)

    # --- what happens here ---------------------------------------------------------------------------

    def wait_until(self, condition: Callable[[], object], timeout: float = 10.0) -> None:
        """Waits until something that happens here makes a condition true; raises TimeoutError after the timeout.

        A change elsewhere does not wake it: then TimeoutError is raised too, even if the condition is true by then. It
        blocks: a test on an event loop awaits `asyncio.to_thread(peer.wait_until, ...)`.
        """
        if self._background.wait_for(condition, timeout):
            return
        if condition():
            raise TimeoutError(
                f"what was waited for holds after {timeout} s, but nothing that happened here made it; {self!r}"
            )
        raise TimeoutError(f"what was waited for did not happen in {timeout} s; {self!r}")
