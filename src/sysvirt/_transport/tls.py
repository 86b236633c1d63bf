"""TLS over a socket: the handshake, and the link that it makes. Only what uses TLS imports this, and with it `ssl`.

A link of this kind makes the promises of every other: a signal handler's exception at any instant loses nothing and
doubles nothing. But what OpenSSL has done is told by a value that a call returns, and Python looks for signals on the
way, in its C code too. So **no result is trusted; what happened is read from the state**:

- *Receiving.* What comes from the socket is kept undecoded in `held`. One record at a time is given to OpenSSL, and one
  byte is read. Then `pending` says how much more the record had. That one byte was there at all if there is more, or if
  the record has the length of a record of one byte. Every other record is a message of TLS itself. The rest is read
  into memory of ours, and `pending` says whether that has happened.
- *Sending.* A frame is marked as begun. Then at most one record's data are given to OpenSSL. They were taken if, and
  only if, what OpenSSL wants to have sent has grown. That is looked at before anything else is done (`_settle`).

The length of a record of one byte is known from the server's first one. It tells something only while the length of a
record says how much data are in it: with ciphers that authenticate what they encrypt (AEAD), and without padding, as
GnuTLS and OpenSSL send.

OpenSSL's objects are used by one thread at a time, the reader or the sender; nobody waits for anything meanwhile.
"""

from __future__ import annotations

import select
import ssl
from _thread import allocate_lock

from .link import NOW, WAIT, Link

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence
    from typing import ParamSpec, TypeVar

    from .link import Frame, Inbox

    P = ParamSpec("P")
    R = TypeVar("R")

_HEADER = 5
_DATA_MAX = 16384
#: A record is at most so much longer than its data.
_RECORD_MAX = _HEADER + _DATA_MAX + 256
#: The types of records, from a change of ciphers to data.
_FIRST_TYPE, _DATA = 20, 23
_RECEIVE_SIZE = 65536
#: How many records are made before they are sent together: a long frame of a stream.
_RECORDS_AT_ONCE = 17
_END = [b""]
_BLOCKING, _AT_ONCE = (True,), (False,)


def make_context(
    authority: str | None,
    revoked: str | None,
    certificate: str | None,
    key: str | None,
    versions: Sequence[str],
    ciphers: str,
) -> ssl.SSLContext:
    """OpenSSL's settings for a client: files, or None, and what is allowed. Without an authority it trusts everybody.

    Raises OSError, of which SSLError is one, with the `filename` that is to blame.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # A peer that wants new keys half-way in TLS 1.2 would have a sender wait for it.
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    # Any certificate in the file is trusted, whoever has signed it: so does GnuTLS.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    known = {"TLS1.2": ssl.TLSVersion.TLSv1_2, "TLS1.3": ssl.TLSVersion.TLSv1_3}
    context.minimum_version = known[versions[0]]
    context.maximum_version = known[versions[-1]]
    if ciphers:
        context.set_ciphers(ciphers)
    if authority is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        _blaming(authority, context.load_verify_locations, authority)
        if revoked is not None:
            _blaming(revoked, context.load_verify_locations, revoked)
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    if certificate is not None:
        _blaming(certificate, context.load_cert_chain, certificate, key, _no_password)
    return context


def _blaming(file: str, load: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    try:
        load(*args, **kwargs)
    except OSError as error:
        error.filename = file
        raise


def _no_password() -> str:
    """For a key that has one; OpenSSL would ask for it on the terminal."""
    return ""


class Handshake:
    """A client's handshake, without I/O: it takes what has come, and says what is to be sent.

    It ends with the server's verdict on the client's certificate and address, one byte, which is libvirt's own.

    host: the name or address that the server's certificate must be for, if `context` checks that.
    """

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._ssl = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._raw = b""
        self._rest = b""
        self._one_byte = 0
        #: OpenSSL is content with the server.
        self.shaken = False
        #: What the server has said: b"\1" is good, b"" that it has nothing to say to us.
        self.verdict: bytes | None = None

    def go_on(self, data: bytes = b"") -> None:
        """Takes what has come; nothing, to begin with. Raises SSLError."""
        self._raw += data
        self._step(0)
        while self.verdict is None and (size := record_size(self._raw, 0)):
            self._incoming.write(self._raw[:size])
            self._raw = self._raw[size:]
            self._step(size)

    def _step(self, size: int) -> None:
        """Has OpenSSL look at a record of this size."""
        try:
            if not self.shaken:
                self._ssl.do_handshake()
                self.shaken = True
            elif size:
                self.verdict = self._ssl.read(1)
                pending = self._ssl.pending()
                self._rest = self._ssl.read(pending) if pending else b""
                self._one_byte = size - pending
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.verdict = b""

    def output(self) -> bytes:
        """What is to be sent now."""
        return self._outgoing.read()

    def say_why(self, sock: socket.socket) -> None:
        """Tells the peer what it has done wrong, after an error, if that is possible at once."""
        try:
            sock.send(self.output(), *NOW)
        except OSError:
            pass

    @property
    def cipher(self) -> str:
        """The name of the cipher that was agreed on."""
        found = self._ssl.cipher()
        return found[0] if found else ""

    def link(self, sock: socket.socket) -> TLSLink:
        """The link over the socket, once the verdict is good."""
        return TLSLink(
            sock, (self._ssl, self._incoming, self._outgoing), self._one_byte, self._rest, self._raw
        )


def record_size(raw: bytes, at: int) -> int:
    """The size of the record that begins there, 0 if it is not whole. OpenSSL is to judge what is no record at all."""
    there = len(raw) - at
    if there < _HEADER:
        return 0
    size = _HEADER + (raw[at + 3] << 8) + raw[at + 4]
    if size > _RECORD_MAX or not _FIRST_TYPE <= raw[at] <= _DATA:
        return there
    return size if size <= there else 0


class TLSLink(Link):
    """Made by `Handshake.link`.

    engine: OpenSSL's object, and what it reads from and writes to.
    one_byte: the length of a record of one byte.
    rest, raw: what has come behind the handshake, decoded and not.
    """

    __slots__ = (
        "_at", "_backlog", "_before", "_buffer", "_end", "_fed", "_first", "_incoming", "_lock", "_one_byte",
        "_others", "_outgoing", "_partial", "_plain", "_poller", "_sealing", "_sealing_size", "_sent", "_size", "_ssl",
        "_taken",
    )  # fmt: skip

    def __init__(
        self,
        sock: socket.socket,
        engine: tuple[ssl.SSLObject, ssl.MemoryBIO, ssl.MemoryBIO],
        one_byte: int,
        rest: bytes,
        raw: bytes,
    ) -> None:
        super().__init__(sock, local=False, carries_fds=False, secure=True)
        self._ssl, self._incoming, self._outgoing = engine
        self._one_byte = one_byte
        self._lock = allocate_lock()

        # The reader's. In `held` are pieces as they came, from whole records on, and last b"" for the end.
        #: The beginning of a record whose rest has not come.
        self._partial = b""
        #: The record that comes next is `held[0][_at:_end]`; `_end` is 0 as long as none was found.
        self._at = self._end = 0
        #: OpenSSL has been given that record.
        self._fed = False
        #: How much data are in it, -1 if that is not known yet.
        self._size = -1
        #: Its data, and how much of them were taken.
        self._plain: bytes | None = None
        self._taken = 0
        self._buffer = memoryview(bytearray(_DATA_MAX))
        self._first, self._others = self._buffer[:1], self._buffer[1:]
        if rest:
            self.held.append(b"\0")  # stands for the record that is decoded
            self._plain, self._end = rest, 1
        if raw:
            self.held.append(raw)

        # The sender's.
        #: What is encrypted and to be sent before anything else, and how much of the first piece was sent.
        self._backlog: list[bytes] = []
        self._sent: list[int] = []
        #: The frame of which so much is being given to OpenSSL, and what waited to be sent before.
        self._sealing: Frame | None = None
        self._sealing_size = self._before = 0
        self._poller = select.poll()
        self._poller.register(self.fileno, select.POLLOUT)

    def _locked(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        # The form of `_session/guard.py`, which says why.
        taken: list[bool] = []
        try:
            taken.extend(map(self._lock.acquire, _BLOCKING))
            return function(*args, **kwargs)
        finally:
            if taken:
                self._lock.release()

    # --- receiving -----------------------------------------------------------------------------------

    def receive(self, inbox: Inbox, size: int, wait: bool = True) -> None:
        held = self.held
        if not held:
            held.extend(map(self._recv, (_RECEIVE_SIZE,), WAIT if wait else NOW))
        if not self._locked(self._decode, inbox.chunks, size):
            raise BlockingIOError

    def take(self, inbox: Inbox) -> None:
        if self.held:
            try:
                self._locked(self._decode, inbox.chunks, _RECEIVE_SIZE)
            except OSError:
                pass  # it will be found again by who receives

    def _decode(self, chunks: list[bytes], size: int) -> bool:
        """Moves what is held to the chunks, decoded; False if there is no whole record."""
        self._settle()
        before = len(chunks)
        self._decode_all(chunks, size)
        count = len(chunks) - before
        if count > 1:
            # As one chunk, as it would have been received without TLS.
            joined = [b"".join(chunks[before:])]
            chunks[before:] = joined
        return count > 0

    def _decode_all(self, chunks: list[bytes], size: int) -> None:
        begun = False
        while size > 0 and (self._plain is not None or self._find_record()):
            if self._plain is None:
                if not self.held[0]:
                    if not begun:
                        chunks += _END
                    return
                self._open_record()
                continue
            size -= self._deliver(chunks, size)
            begun = True

    def _find_record(self) -> bool:
        """Whether a whole record, or the end, lies in front of what is held."""
        held = self.held
        while held and not self._end:
            first: bytes = held[0]
            if not first:
                return True
            if self._partial:
                joined = self._partial + first
                # One step.
                held[0] = first = joined
                self._partial = b""
            size = record_size(first, self._at)
            if size:
                self._end = self._at + size
            elif len(held) == 1:
                rest = first[self._at :]
                # One step.
                self._partial = rest
                self._at = 0
                del held[0]
            else:
                # Before the end, a part of a record is nothing.
                joined = first[self._at :] + held[1] if held[1] else b""
                # One step.
                held[1] = joined
                self._at = 0
                del held[0]
        return self._end > 0

    def _open_record(self) -> None:
        """Decodes the record, in steps each of which can be repeated."""
        record = self.held[0]
        if not self._fed:
            if not self._incoming.pending:
                self._incoming.write(memoryview(record)[self._at : self._end])
            self._fed = True
        if self._incoming.pending:
            self._read_first()
        if self._size < 0:
            more = self._ssl.pending()
            one = more or (record[self._at] == _DATA and self._end - self._at == self._one_byte)
            self._size = more + 1 if one else 0
        size = self._size
        if size > 1 and self._ssl.pending():
            self._ssl.read(size - 1, self._others)
        # With one byte at most, the reading may as well have failed: then it fails again.
        if size < 2 and self._read_first():
            # One step.
            self.held[:] = _END
            self._at = self._end = 0
            self._fed = False
            self._size = -1
            return
        self._plain = bytes(self._buffer[:size])

    def _read_first(self) -> bool:
        """Reads one byte; asked again, it finds the same errors. True if the peer has said that no more comes."""
        try:
            return self._ssl.read(1, self._first) == 0  # type: ignore[comparison-overlap]
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLZeroReturnError:
            return True

    def _deliver(self, chunks: list[bytes], most: int) -> int:
        """Moves data of the decoded record to the chunks; returns how much."""
        plain = self._plain
        assert plain is not None
        taken = self._taken
        end = min(len(plain), taken + most)
        whole = end == len(plain)
        chunk = [plain if whole and not taken else plain[taken:end]] if plain else []
        record_end = self._end
        last = record_end == len(self.held[0])
        # One step.
        chunks += chunk
        self._taken = end
        if whole:
            self._plain = None
            self._taken = 0
            self._fed = False
            self._size = -1
            self._at = record_end
            self._end = 0
            if last:
                self._at = 0
                del self.held[0]
        return end - taken

    # --- sending -------------------------------------------------------------------------------------

    def send(self, frame: Frame) -> bool:
        if self._outgoing.pending:
            self._locked(self._drain)  # of OpenSSL's own, or left by a thread that was interrupted
        if self._backlog:
            self._flush()
        if self._backlog:
            return True
        size = len(frame.data) + len(frame.tail)
        if sum(frame.counts) < size:
            if not frame.counts and not self._poller.poll(0):
                raise BlockingIOError  # encrypted, it could not be withdrawn any more
            self._locked(self._seal, frame, size)
            self._flush()
        return bool(self._backlog) or sum(frame.counts) < size

    def _flush(self) -> None:
        """Sends once from what is encrypted."""
        first = self._backlog[0]
        begun = sum(self._sent)
        if begun < len(first):
            self._sent.extend(map(self._send, (memoryview(first)[begun:] if begun else first,), NOW))
        if sum(self._sent) == len(first):
            fresh: list[int] = []
            # One step.
            self._sent = fresh
            del self._backlog[0]

    def _seal(self, frame: Frame, size: int) -> None:
        """Encrypts some of the rest of a frame."""
        self._settle()
        self._seal_records(frame, size)
        self._drain()

    def _drain(self) -> None:
        self._settle()
        if self._outgoing.pending:
            self._backlog.extend(map(self._outgoing.read, (-1,)))

    def _seal_records(self, frame: Frame, size: int) -> None:
        for _ in range(_RECORDS_AT_ONCE):
            begun = sum(frame.counts)
            if begun >= size:
                return
            piece = _piece(frame, begun)
            length = len(piece)
            mark = [0]
            # One step.
            if not frame.counts:
                frame.counts += mark
            self._before = self._outgoing.pending
            self._sealing_size = length
            self._sealing = frame
            self._ssl.write(piece)
            self._settle()

    def _settle(self) -> None:
        """Counts what was given to OpenSSL, if it has taken it; with the lock held, before anything else."""
        frame = self._sealing
        if frame is None:
            return
        count = [self._sealing_size]
        # One step.
        if self._outgoing.pending > self._before:
            frame.counts += count
        self._sealing = None

    # --- the end -------------------------------------------------------------------------------------

    def shutdown(self) -> None:
        """As of every link. The peer is told before, unless somebody is sending."""
        taken: list[bool] = []
        try:
            # It may be called in the middle of anything, by a finalizer.
            taken.extend(map(self._lock.acquire, _AT_ONCE))
            if taken[0] and not self._backlog and not self._sealing:
                self._say_goodbye()
        except OSError:
            pass  # the peer has gone before, or takes nothing
        finally:
            if taken and taken[0]:
                self._lock.release()
        super().shutdown()

    def _say_goodbye(self) -> None:
        try:
            self._ssl.unwrap()
        except ssl.SSLError:
            pass  # it waits for the peer's goodbye, and we don't
        goodbye = self._outgoing.read()
        if goodbye:
            self._send(goodbye, *NOW)


def _piece(frame: Frame, begun: int) -> bytes | memoryview:
    """What makes the next record of a frame."""
    data, tail = frame.data, frame.tail
    at = begun - len(data)
    if at >= 0:
        return memoryview(tail)[at : at + _DATA_MAX]
    if len(tail):
        piece = memoryview(data)[begun : begun + _DATA_MAX]
        return b"".join((piece, memoryview(tail)[: _DATA_MAX - len(piece)]))
    return memoryview(data)[begun : begun + _DATA_MAX] if begun or len(data) > _DATA_MAX else data
