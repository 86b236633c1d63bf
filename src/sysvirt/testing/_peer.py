"""What a fake daemon and a proxy have in common: clients reach them, and they leave nothing."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
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
        self._news = threading.Condition()
        self._closed = False
        background.acquire()

    def _join(self, sock: socket.socket) -> None:
        """Takes a client's connection; on the background thread."""
        raise NotImplementedError

    def _drop(self) -> None:
        """Breaks all connections; on the background thread."""
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
        """Hangs up on everybody and leaves nothing."""
        if self._closed:
            return
        self._closed = True
        self._background.run(self._end)
        self._background.release()
        if self._folder:
            shutil.rmtree(self._folder)

    def _end(self) -> None:
        for sock, path in self._listeners:
            self._background.loop.remove_reader(sock)
            sock.close()
            os.unlink(path)
        self._drop()

    # --- being reached -------------------------------------------------------------------------------

    def listen(self, path: str | None = None) -> str:
        """Listens on a unix socket, one in a folder of its own if no path is given, and returns its path."""
        if path is None:
            self._folder = self._folder or tempfile.mkdtemp(prefix="sysvirt-testing-")
            path = os.path.join(self._folder, f"sock{len(self._listeners)}")
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.bind(path)
            sock.listen(512)
            sock.setblocking(False)
        except BaseException:
            sock.close()
            raise
        self._listeners.append((sock, path))
        self._background.run(lambda: self._background.loop.add_reader(sock, self._accept, sock))
        return path

    @property
    def uri(self) -> str:
        """A `test:///default` URI that leads here; it listens from the first time this is asked for."""
        path = self._listeners[0][1] if self._listeners else self.listen()
        return f"test+unix:///default?socket={quote(path)}"

    def pair(self) -> socket.socket:
        """The client's end of a connection within this process."""
        ours, theirs = memory_pair()
        self._background.run(lambda: self._join(ours))
        return theirs

    def _accept(self, listener: socket.socket) -> None:
        try:
            sock, _ = listener.accept()
        except BlockingIOError:
            return
        self._join(sock)
        self._noticed()

    def drop(self) -> None:
        """Hangs up on everybody, as a daemon that was killed does."""
        self._background.run(self._drop)

    # --- what happens here ---------------------------------------------------------------------------

    def wait_until(self, condition: Callable[[], bool], timeout: float = 10.0) -> None:
        """Waits until something holds that changes when something comes, goes or ends here.

        It blocks: a test on an event loop awaits `asyncio.to_thread(peer.wait_until, ...)`.
        """
        with self._news:
            if not self._news.wait_for(condition, timeout):
                raise TimeoutError(f"what was waited for did not happen in {timeout} s; {self!r}")

    def _noticed(self) -> None:
        with self._news:
            self._news.notify_all()
