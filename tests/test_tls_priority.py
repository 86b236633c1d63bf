"""tls_priority, in OpenSSL's terms."""

from __future__ import annotations

import ssl

import pytest

from sysvirt._tls_priority import parse_priority
from sysvirt.errors import InvalidArgument

BOTH = ("TLS1.2", "TLS1.3")
AES_128, AES_256 = "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"
CHACHA = "TLS_CHACHA20_POLY1305_SHA256"


@pytest.mark.parametrize(
    ("text", "versions", "has", "lacks", "refused"),
    [
        (None, BOTH, "ECDHE-RSA-AES128-GCM-SHA256", "CBC", set[str]()),
        ("", BOTH, "ECDHE-RSA-AES128-GCM-SHA256", "CBC", set[str]()),
        ("NORMAL", BOTH, "DHE-RSA-CHACHA20-POLY1305", "RC4", set[str]()),
        ("normal:-vers-tls1.3", ("TLS1.2",), "ECDHE-ECDSA-AES256", "CBC", set[str]()),
        ("NORMAL:-VERS-ALL:+VERS-TLS1.3", ("TLS1.3",), "", "CBC", set[str]()),
        ("SECURE128:!VERS-TLS1.0:-VERS-TLS1.1:%COMPAT", BOTH, "AES128", "CBC", set[str]()),
        ("SECURE256", BOTH, "AES256", "AES128", {AES_128}),
        ("NORMAL:-AES-128-GCM:-AES-128-CBC:-3DES-CBC", BOTH, "AES256", "AES128", {AES_128}),
        ("NORMAL:-CIPHER-ALL:+AES-128-GCM", BOTH, "AES128", "AES256", {AES_256, CHACHA}),
        ("NORMAL:-DHE-RSA:-RSA:-SHA1", BOTH, "ECDHE-RSA", ":DHE-", set[str]()),
        ("NORMAL:-KX-ALL", ("TLS1.3",), "", "RSA", set[str]()),
        ("NONE:+VERS-TLS1.2:+AES-256-GCM:+ECDHE-RSA:+AEAD:+SIGN-ALL:+COMP-NULL:+GROUP-ALL", ("TLS1.2",),
         "ECDHE-RSA-AES256", "CHACHA", {AES_128, CHACHA}),
    ],
)  # fmt: skip
def test_understood(
    text: str | None, versions: tuple[str, ...], has: str, lacks: str, refused: set[str]
) -> None:
    priority = parse_priority(text)
    assert priority.versions == versions
    assert has in priority.ciphers
    assert lacks not in priority.ciphers
    assert priority.refused == refused
    if priority.ciphers:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_ciphers(priority.ciphers)
        known = {cipher["name"] for cipher in context.get_ciphers()}
        assert set(priority.ciphers.split(":")) <= known


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("@SYSTEM", "@SYSTEM"),
        ("@LIBVIRT,SYSTEM", "@LIBVIRT,SYSTEM"),
        ("AES-256-GCM", "AES-256-GCM"),
        ("NORMAL:+ANON-DH", "+ANON-DH"),
        ("NORMAL:+VERS-TLS1.0", "+VERS-TLS1.0"),
        ("NORMAL:-GROUP-X25519", "-GROUP-X25519"),
        ("NORMAL:%UNSAFE_RENEGOTIATION", "%UNSAFE_RENEGOTIATION"),
        ("NORMAL:AES-256-GCM", "AES-256-GCM"),
        ("NORMAL::", ""),
    ],
)
def test_refused_by_name(text: str, word: str) -> None:
    with pytest.raises(InvalidArgument) as raised:
        parse_priority(text)
    assert raised.value.message.startswith(f"tls_priority: {word!r} (in ")


@pytest.mark.parametrize(
    "text", ["NONE", "NORMAL:-VERS-ALL", "NORMAL:-CIPHER-ALL", "NONE:+VERS-TLS1.2:+AES-128-GCM"]
)
def test_nothing_is_left(text: str) -> None:
    with pytest.raises(InvalidArgument, match="leaves no version of TLS, or no cipher"):
        parse_priority(text)
