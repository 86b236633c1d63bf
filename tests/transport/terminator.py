"""TLS before a peer that knows nothing of it: a thread that decodes what comes, and encodes what goes."""

from __future__ import annotations

import select
import socket
import ssl
import threading

from sysvirt._transport.tls import TLSLink
from tests.transport.links import client_context, server_context, shake_hands

#: More is not read from one side before the other has taken it.
_MOST = 262144
_AGAIN = (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError)


def over_tls(plain: socket.socket, version: str | None = None) -> TLSLink:
    """A client's link over TLS to a peer, by one end of a connection to it, which this takes over."""
    ours, theirs = socket.socketpair()
    context = server_context(version)
    thread = threading.Thread(target=Terminator(plain, theirs, context).run, name="terminator")
    thread.start()
    return shake_hands(ours, client_context())


class Terminator:
    def __init__(self, plain: socket.socket, secured: socket.socket, context: ssl.SSLContext) -> None:
        self._plain = plain
        self._secured = secured
        self._context = context
        self._decoded = bytearray()
        self._encoding = bytearray()
        self._ended = False

    def run(self) -> None:
        try:
            with self._plain, self._context.wrap_socket(self._secured, server_side=True) as secured:
                secured.sendall(b"\1")
                secured.setblocking(False)
                self._plain.setblocking(False)
                while self._pass_on(secured):
                    pass
        except OSError:
            pass  # one side is gone, and so goes the other

    def _pass_on(self, secured: ssl.SSLSocket) -> bool:
        poller = select.poll()
        poller.register(self._plain, _mask(len(self._encoding) < _MOST and not self._ended, self._decoded))
        poller.register(secured, _mask(len(self._decoded) < _MOST, self._encoding))
        if not secured.pending():
            poller.poll()
        if len(self._decoded) < _MOST and not self._read(secured, self._decoded):
            self._plain.setblocking(True)
            self._plain.sendall(self._decoded)
            return False
        if len(self._encoding) < _MOST and not self._ended:
            self._ended = not self._read(self._plain, self._encoding)
        _write(self._plain, self._decoded)
        _write(secured, self._encoding)
        return not self._ended or bool(self._encoding)

    @staticmethod
    def _read(source: socket.socket, into: bytearray) -> bool:
        """False at the end."""
        try:
            data = source.recv(65536)
        except _AGAIN:
            return True
        into += data
        return bool(data)


def _mask(reads: bool, waiting: bytearray) -> int:
    return (select.POLLIN if reads else 0) | (select.POLLOUT if waiting else 0)


def _write(to: socket.socket, waiting: bytearray) -> None:
    if waiting:
        try:
            del waiting[: to.send(waiting)]
        except _AGAIN:
            pass
