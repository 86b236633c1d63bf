"""SASLprep: the examples of RFC 4013, and the tables it is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysvirt._auth.saslprep import saslprep


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("I\u00adX", "IX"),  # RFC 4013, section 3
        ("user", "user"),
        ("USER", "USER"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("", ""),
        ("pass\u00a0word\u3000", "pass word "),
        ("e\u0301", "\u00e9"),
        ("x\u00b2", "x2"),
        ("\u0627", "\u0627"),
        ("\u05d0 1 \u05d1", "\u05d0 1 \u05d1"),
    ],
)
def test_prepared(text: str, prepared: str) -> None:
    assert saslprep(text) == prepared


@pytest.mark.parametrize(
    "text",
    [
        "\u0007",  # RFC 4013, section 3
        "\u0627\u0031",
        "\u05d0a\u05d1",
        "1\u05d0",
        "\x7f",
        "\u200e",
        "\ue000",
        "\ufdd0",
        "\ud800",
        "\u2ff0",
        "\U000e0001",
        "\u0221",  # assigned after Unicode 3.2
        "\U0001f600",
    ],
)
def test_prohibited(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        saslprep(text)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_plain_text_stays(text: str) -> None:
    assert saslprep(text) == text


@given(st.text())
def test_twice_is_as_once(text: str) -> None:
    try:
        once = saslprep(text)
    except ValueError:
        return
    assert saslprep(once) == once
