"""SCRAM: the examples of the standards, any names and passwords with a server of our own, and what no server says."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sysvirt import AuthFailed
from sysvirt._auth.scram import HASHES, ITERATIONS_MAX, ITERATIONS_MIN, Scram
from tests.auth.scram_server import ScramServer

#: RFC 5802, section 5, and RFC 7677, section 3: mechanism, nonce, and what client and server say in turn.
EXAMPLES = [
    (
        "SCRAM-SHA-1",
        b"fyko+d2lbbFgONRv9qkxdawL",
        (
            b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
            b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
        ),
    ),
    (
        "SCRAM-SHA-256",
        b"rOprNGfwEbeRWgbNEkqO",
        (
            b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
            b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        ),
    ),
]


@pytest.mark.parametrize(("name", "nonce", "said"), EXAMPLES, ids=lambda value: str(value)[:13])
def test_the_standards_examples(name: str, nonce: bytes, said: tuple[bytes, ...]) -> None:
    client = Scram(name, "user", "pencil", "", nonce)
    assert client.first() == said[0]
    assert not client.may_end
    assert client.answer(said[1]) == said[2]
    assert client.may_end
    assert not client.done
    assert client.answer(said[3]) is None
    assert client.done
    with pytest.raises(AuthFailed, match="goes on after its last message"):
        client.answer(said[3])


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)


@settings(max_examples=25, deadline=None)
@given(name=st.sampled_from(sorted(HASHES)), user=TEXT, password=TEXT, other=TEXT, act_as=TEXT | st.just(""))
def test_any_name_and_password(name: str, user: str, password: str, other: str, act_as: str) -> None:
    """Commas and equals signs are escaped; who knows the password gets in, and nobody else."""
    for known in {password, other}:
        server = ScramServer(name, {user: known})
        client = Scram(name, user, password, act_as)
        proof = client.answer(server.challenge(client.first()))
        assert proof is not None
        verdict = server.verdict(proof)
        if known != password:
            assert verdict is None
            continue
        assert client.answer(verdict) is None
        assert client.done


def test_each_nonce_is_new() -> None:
    firsts = {Scram("SCRAM-SHA-256", "user", "pencil", "").first() for _ in range(20)}
    assert len(firsts) == 20


NONCE = b"rOprNGfwEbeRWgbNEkqO"
GOOD = b"r=" + NONCE + b"abc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"

#: Challenge -> what the error says.
CHALLENGES = {
    b"": "not one of SCRAM",
    b"\xff\x00": "not one of SCRAM",
    b",,": "not one of SCRAM",
    b"m=must,r=" + NONCE + b"a,s=QUJD,i=4096": "not one of SCRAM",
    b"r=" + NONCE + b"a,i=4096,s=QUJD": "not one of SCRAM",
    b"r=" + NONCE + b"a,s=QUJD": "not one of SCRAM",
    b"e=other-error": "not one of SCRAM",
    b"r=other,s=QUJD,i=4096": "nonce",
    b"r=" + NONCE + b",s=QUJD,i=4096": "nonce",
    b"r=,s=QUJD,i=4096": "nonce",
    b"r=" + NONCE.lower() + b"abc,s=QUJD,i=4096": "nonce",
    b"r=" + NONCE + b"a\x07,s=QUJD,i=4096": "nonce",
    b"r=" + NONCE + b"\xc3\xa9,s=QUJD,i=4096": "nonce",
    b"r=" + NONCE + b"a,s=,i=4096": "Base64",
    b"r=" + NONCE + b"a,s=QUJ,i=4096": "Base64",
    b"r=" + NONCE + b"a,s=Q?JD,i=4096": "Base64",
    b"r=" + NONCE + b"a,s=QUJD\n,i=4096": "Base64",
    b"r=" + NONCE + b"a,s=QUJDRA=,i=4096": "Base64",
    b"r=" + NONCE + b"a,s=QUJD,i=": "iteration count",
    b"r=" + NONCE + b"a,s=QUJD,i=0": "iteration count",
    b"r=" + NONCE + b"a,s=QUJD,i=1": "iteration count",
    b"r=" + NONCE + b"a,s=QUJD,i=-4096": "iteration count",
    b"r=" + NONCE + b"a,s=QUJD,i=+4096": "iteration count",
    b"r=" + NONCE + b"a,s=QUJD,i=4_096": "iteration count",
    b"r=" + NONCE + b"a,s=QUJD,i= 4096": "iteration count",
    b"r=" + NONCE + b"a,s=QUJD,i=4096.0": "iteration count",
    b"r=" + NONCE + b"a,s=QUJD,i=%d" % (ITERATIONS_MIN - 1): "iteration count",
    b"r=" + NONCE + b"a,s=QUJD,i=%d" % (ITERATIONS_MAX + 1): "iteration count",
    b"r=" + NONCE + b"a,s=QUJD,i=4294967296": "iteration count",
    b"r=" + NONCE + b"a,s=QUJD,i=" + b"9" * 60000: "iteration count",
    b"r=" + NONCE + b"a,s=QUJD,i=" + b"0" * 60000 + b"4096": "iteration count",
}


@pytest.mark.parametrize(("challenge", "says"), CHALLENGES.items(), ids=lambda value: repr(value)[:60])
def test_challenges_that_are_none(challenge: bytes, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is computed for them, and nothing said of the password."""
    monkeypatch.setattr(hashlib, "pbkdf2_hmac", pytest.fail)
    client = Scram("SCRAM-SHA-256", "user", "pencil", "", NONCE)
    with pytest.raises(AuthFailed, match=says) as refusal:
        client.answer(challenge)
    assert not client.may_end
    assert not client.done
    assert "SCRAM-SHA-256" in str(refusal.value)
    assert "pencil" not in repr(refusal.value)


def test_nothing_where_a_challenge_is_due() -> None:
    with pytest.raises(AuthFailed, match="says nothing"):
        Scram("SCRAM-SHA-1", "user", "pencil", "").answer(None)


def test_challenges_with_extensions() -> None:
    """Those that need not be known."""
    client = Scram("SCRAM-SHA-256", "user", "pencil", "", NONCE)
    assert client.answer(GOOD + b",x=whatever,y=") is not None


def signature(change: str) -> bytes:
    client = Scram("SCRAM-SHA-256", "user", "pencil", "", NONCE)
    server = ScramServer("SCRAM-SHA-256", {"user": "pencil"}, salt=b"salt", nonce=b"abc")
    proof = client.answer(server.challenge(client.first()))
    assert proof is not None
    right = server.verdict(proof)
    assert right is not None
    digest = bytearray(base64.b64decode(right[2:]))
    if change == "one bit":
        digest[0] ^= 1
    elif change == "shorter":
        del digest[-1]
    elif change == "longer":
        digest.append(0)
    elif change == "of another key":
        digest = bytearray(hashlib.sha256(digest).digest())
    return b"v=" + base64.b64encode(digest)


LAST_MESSAGES = {
    b"": "does not know the password",
    b"v=": "Base64",
    b"v=!!!!": "Base64",
    b"v": "does not know the password",
    b"V=QUJD": "does not know the password",
    b"x=QUJD": "does not know the password",
    b"\xff\xff\xff": "does not know the password",
    b"e=invalid-proof": "the daemon refuses: invalid-proof",
    b"e=unknown-user,x=y": "the daemon refuses: unknown-user",
    b"e=<script>\x1b[2J": "the daemon refuses: other-error",
    b"e=\xff": "the daemon refuses: other-error",
    signature("one bit"): "does not know the password",
    signature("shorter"): "does not know the password",
    signature("longer"): "does not know the password",
    signature("of another key"): "does not know the password",
}


@pytest.mark.parametrize(("message", "says"), LAST_MESSAGES.items(), ids=lambda value: repr(value)[:40])
def test_servers_that_do_not_know_the_password(message: bytes, says: str) -> None:
    client = Scram("SCRAM-SHA-256", "user", "pencil", "", NONCE)
    client.answer(b"r=" + NONCE + b"abc,s=c2FsdA==,i=4096")
    with pytest.raises(AuthFailed, match=says):
        client.answer(message)
    assert not client.done


def test_the_right_last_message() -> None:
    """What the wrong ones are made from; more may follow it that need not be known."""
    for more in (b"", b",x=extension"):
        client = Scram("SCRAM-SHA-256", "user", "pencil", "", NONCE)
        client.answer(b"r=" + NONCE + b"abc,s=c2FsdA==,i=4096")
        assert client.answer(signature("") + more) is None
        assert client.done
