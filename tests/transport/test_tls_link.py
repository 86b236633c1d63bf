"""What is special about a link over TLS: its handshake, records and what TLS itself says in between."""

from __future__ import annotations

import select
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sysvirt._transport.tls import Handshake, TLSLink
from tests.session.peer import PATIENCE, in_thread
from tests.transport.certificates import authority, good
from tests.transport.links import (
    TLS_VERSIONS,
    Frame,
    Inbox,
    client_context,
    secured,
    server_context,
    shake_hands,
)
from tests.transport.terminator import over_tls

pytestmark = pytest.mark.timeout(120)


def receive(link: TLSLink, inbox: Inbox, count: int) -> None:
    while len(inbox.data) < count:
        try:
            link.receive(inbox, 65536)
        except BlockingIOError:
            pass


def send_all(link: TLSLink, frame: Frame) -> None:
    while link.send(frame):
        pass


# --- the handshake --------------------------------------------------------------------------------------


class Server:
    """The server's side of a handshake, without I/O."""

    def __init__(self, version: str) -> None:
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.ssl = server_context(version).wrap_bio(self.incoming, self.outgoing, server_side=True)

    def answer(self, data: bytes) -> bytes:
        self.incoming.write(data)
        try:
            self.ssl.do_handshake()
        except ssl.SSLWantReadError:
            pass
        return self.outgoing.read()

    def say(self, *records: bytes) -> bytes:
        for record in records:
            self.ssl.write(record)
        return self.outgoing.read()


def shake(handshake: Handshake, server: Server, size: int) -> None:
    """Until both are content; what the server says reaches the client in pieces of this size."""
    handshake.go_on()
    for _ in range(3):
        said = server.answer(handshake.output())
        for at in range(0, len(said), size):
            handshake.go_on(said[at : at + size])
    assert handshake.shaken


@pytest.mark.parametrize("size", [1, 7, 65536])
@pytest.mark.parametrize("version", TLS_VERSIONS)
def test_what_comes_behind_the_verdict_is_kept(version: str, size: int) -> None:
    """In the same record, and in others, of which the last is not whole."""
    handshake, server = Handshake(client_context(), "localhost"), Server(version)
    shake(handshake, server, size)
    assert handshake.verdict is None
    said = server.say(b"\1and more", b"x", b"another record", b"the last")
    handshake.go_on(said[:-5])
    assert handshake.verdict == b"\1"
    ours, theirs = socket.socketpair()
    with ours, theirs:
        link = handshake.link(ours)
        inbox = Inbox()
        link.receive(inbox, 4, False)
        assert inbox.chunks == [b"and "]
        link.receive(inbox, 100, False)
        assert inbox.data == b"and morexanother record"
        assert not link.held
        with pytest.raises(BlockingIOError):
            link.receive(inbox, 100, False)
        theirs.sendall(said[-5:])
        link.receive(inbox, 100)
        assert inbox.chunks[-1] == b"the last"


@pytest.mark.parametrize("version", TLS_VERSIONS)
def test_a_server_that_goes_instead_of_a_verdict(version: str) -> None:
    handshake, server = Handshake(client_context(), "localhost"), Server(version)
    shake(handshake, server, 65536)
    with pytest.raises(ssl.SSLWantReadError):
        server.ssl.unwrap()
    handshake.go_on(server.outgoing.read())
    assert handshake.verdict == b""


# --- records --------------------------------------------------------------------------------------------


@pytest.fixture(params=TLS_VERSIONS)
def ends(request: pytest.FixtureRequest) -> Iterator[tuple[TLSLink, ssl.SSLSocket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs, secured(ours, theirs, request.param) as made:
        made[1].settimeout(PATIENCE)
        yield made


@pytest.fixture
def link(ends: tuple[TLSLink, ssl.SSLSocket]) -> TLSLink:
    return ends[0]


@pytest.fixture
def peer(ends: tuple[TLSLink, ssl.SSLSocket]) -> ssl.SSLSocket:
    return ends[1]


def raw(sock: socket.socket) -> socket.socket:
    """The socket under one, for what is not decoded."""
    return socket.socket(fileno=socket.dup(sock.fileno()))


def sealed(link: TLSLink, peer: ssl.SSLSocket, data: bytes) -> bytes:
    """What the peer sends for these data, taken away on the way."""
    peer.sendall(data)
    return link.sock.recv(100_000)


def test_records_that_came_together_are_one_chunk(link: TLSLink, peer: ssl.SSLSocket) -> None:
    for number in range(5):
        peer.sendall(bytes([number]) * (1 + 100 * number))
    inbox = Inbox()
    link.receive(inbox, 65536)
    assert len(inbox.chunks) == 1
    assert len(inbox.data) == 1005
    assert not link.held


def test_a_part_of_a_record_is_no_reason_to_wait(link: TLSLink, peer: ssl.SSLSocket) -> None:
    """A poll says that there is something; what there is must not have a reader wait for the rest."""
    data = sealed(link, peer, b"x" * 1000)
    inbox = Inbox()
    with raw(peer) as under:
        for at in range(0, len(data) - 1, 100):
            under.sendall(data[at : min(at + 100, len(data) - 1)])
            with pytest.raises(BlockingIOError):
                link.receive(inbox, 65536)
            assert not link.held
        under.sendall(data[-1:])
        link.receive(inbox, 65536)
    assert inbox.data == b"x" * 1000


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_what_was_changed_on_the_way_is_refused(link: TLSLink, peer: ssl.SSLSocket, size: int) -> None:
    """However often it is asked for; and nothing of it is taken for data."""
    data = bytearray(sealed(link, peer, b"x" * size))
    data[-3] ^= 1
    inbox = Inbox()
    with raw(peer) as under:
        under.sendall(data)
        under.sendall(data)
    for _ in range(3):
        with pytest.raises(ssl.SSLError):
            link.receive(inbox, 65536)
        link.take(inbox)
    assert inbox.chunks == []


@pytest.mark.parametrize(
    "rubbish", [b"GET / HTTP/1.1\r\n\r\n", b"\x17\x03\x03\xff\xff" + b"x" * 20, b"\0" * 5]
)
def test_what_is_no_record_is_refused(link: TLSLink, peer: ssl.SSLSocket, rubbish: bytes) -> None:
    with raw(peer) as under:
        under.sendall(rubbish)
    with pytest.raises(ssl.SSLError):
        link.receive(Inbox(), 65536)


def test_a_part_of_a_record_before_the_end_is_nothing(link: TLSLink, peer: ssl.SSLSocket) -> None:
    data = sealed(link, peer, b"x" * 1000)
    with raw(peer) as under:
        under.sendall(data + data[:100])
    peer.close()
    inbox = Inbox()
    for _ in range(3):
        link.receive(inbox, 100_000)
    assert inbox.chunks == [b"x" * 1000, b"", b""]


# --- the end --------------------------------------------------------------------------------------------


def test_the_peer_says_that_it_ends(link: TLSLink, peer: ssl.SSLSocket) -> None:
    """That is the end, though its socket stays open."""
    peer.sendall(b"the last")
    peer.settimeout(0)
    with pytest.raises(ssl.SSLWantReadError):
        peer.unwrap()
    inbox = Inbox()
    receive(link, inbox, 8)
    for _ in range(3):
        link.receive(inbox, 100)
        assert inbox.chunks[-1] == b""
    assert inbox.data == b"the last"


def test_the_peer_is_told_of_the_end(link: TLSLink, peer: ssl.SSLSocket) -> None:
    vars(peer)["suppress_ragged_eofs"] = False  # or an end that it is not told of would look the same
    link.shutdown()
    assert peer.recv(100) == b""


def test_nothing_is_told_in_the_middle_of_a_frame(link: TLSLink, peer: ssl.SSLSocket) -> None:
    """It would be taken for the rest of a record."""
    frame = Frame(b"x" * 10_000_000)
    with pytest.raises(BlockingIOError):
        send_all(link, frame)
    link.shutdown()
    came = bytearray()
    try:
        while part := peer.recv(65536):
            came += part
    except OSError:
        pass  # the end in the middle of a record is an error to some releases
    assert 0 < len(came) < 10_000_000
    assert set(came) == {ord("x")}


# --- what TLS itself says -------------------------------------------------------------------------------


@contextmanager
def s_server(*options: str) -> Iterator[tuple[TLSLink, subprocess.Popen[bytes]]]:
    """OpenSSL's own server, which sends each line that it is told, and obeys some letters. It has said its verdict.

    Without -nbio it would now and then wait for data of ours, and hear nothing that it is told.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", str(good()), *options]
    command += ["-key", str(authority().key), "-naccept", "1", "-nbio"]
    server = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert server.stdin
    assert server.stdout
    try:
        for line in server.stdout:
            if b"ACCEPT" in line:
                break
        say(server, b"\1\n")
        with socket.create_connection(("127.0.0.1", port)) as sock:
            sock.settimeout(PATIENCE)
            link = shake_hands(sock, client_context())
            inbox = Inbox()
            receive(link, inbox, 1)
            assert inbox.data == b"\n"
            yield link, server
            link.shutdown()
    finally:
        server.kill()
        server.wait()
        server.stdin.close()
        server.stdout.close()


def say(server: subprocess.Popen[bytes], line: bytes) -> None:
    assert server.stdin
    server.stdin.write(line)
    server.stdin.flush()


def obeyed(server: subprocess.Popen[bytes], command: bytes, link: TLSLink) -> None:
    """Says a command, for which something of TLS itself comes."""
    say(server, command)
    assert select.select([link.sock], (), (), PATIENCE)[0]
    with pytest.raises(BlockingIOError):
        link.receive(Inbox(), 65536)


def heard(server: subprocess.Popen[bytes], line: bytes) -> None:
    """Waits until the server has received this."""
    assert server.stdout
    while server.stdout.readline() != line:
        pass


@pytest.mark.slow
@pytest.mark.parametrize("letters", [b"kkk", b"KKK", b"kKk"], ids=["its own", "both", "in turn"])
def test_new_keys(letters: bytes) -> None:
    """TLS 1.3: the peer has new keys, or wants that both have; data go both ways."""
    with s_server("-tls1_3") as (link, server):
        inbox = Inbox()
        for number, letter in enumerate(letters):
            obeyed(server, b"%c\n" % letter, link)
            line = b"line %d\n" % number
            say(server, line)
            receive(link, inbox, len(line))
            assert inbox.data == line
            inbox.chunks.clear()
            assert not link.send(Frame(b"answer %d\n" % number))
            in_thread(heard, server, b"answer %d\n" % number).result(PATIENCE)


@pytest.mark.slow
def test_a_peer_that_wants_to_begin_again() -> None:
    """TLS 1.2: it is told no."""
    with s_server("-tls1_2") as (link, server):
        say(server, b"r\n")
        inbox = Inbox()
        # That is the end for OpenSSL's server. Nothing but an end, or an error, comes of it.
        try:
            link.receive(inbox, 100)
        except BlockingIOError:
            assert not link.send(Frame(b"hello\n"))
        except OSError:
            pass
        assert inbox.data == b""


# --- both ways at once ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("version", TLS_VERSIONS)
def test_one_sends_while_another_receives(version: str) -> None:
    data = bytes(range(256)) * 40_000
    plain, echo = socket.socketpair()

    def give_back() -> None:
        with echo:
            while part := echo.recv(65536):
                echo.sendall(part)

    giving_back = in_thread(give_back)
    link = over_tls(plain, version)
    frame = Frame(data)

    def send() -> None:
        while True:
            try:
                if not link.send(frame):
                    return
            except BlockingIOError:
                pass

    sending = in_thread(send)
    inbox = Inbox()
    while sum(map(len, inbox.chunks)) < len(data):
        try:
            link.receive(inbox, 65536)
        except BlockingIOError:
            pass
    assert inbox.data == data
    sending.result(PATIENCE)
    link.shutdown()
    link.close()
    giving_back.result(PATIENCE)
