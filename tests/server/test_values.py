"""What handlers return and what events say becomes what a client would make of it again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sysvirt._protocol.procedure import Procedure
from sysvirt._protocol.table import remote
from sysvirt._server.events import DOMAIN, FAMILIES, values
from sysvirt._server.values import Int, LLong, UInt, reply_fields, reply_values, typed_params
from sysvirt.events import kind_of
from tests.protocol.reference import examples, fields, with_handles

AnyProcedure = Procedure[..., Any]

REPLIES = [procedure for procedure in remote if not procedure.is_event and procedure._ret != "-"]
KINDS = [kind_of(number) for number in range(30)]
OTHERS = [
    family.message(number)
    for family in FAMILIES
    if family is not DOMAIN
    for number in range(9)
    if family.knows(number)
]


@given(st.data())
@examples(300)
def test_a_reply_of_every_procedure(data: st.DataObject) -> None:
    """As a client has it, an only field without its tuple; typed parameters with their types or without."""
    procedure = data.draw(st.sampled_from(REPLIES))
    whole = with_handles(procedure._ret, data.draw(fields(procedure._ret)))
    value = whole[0] if len(whole) == 1 else whole
    assert procedure.encode_reply(*reply_values(procedure, value)) == procedure.encode_reply(*whole)
    decoded = procedure.decode_reply(procedure.encode_reply(*whole), 0)
    again = procedure.encode_reply(*reply_values(procedure, decoded))
    assert repr(procedure.decode_reply(again, 0)) == repr(decoded)


@given(st.data())
@examples(300)
def test_every_event_of_guests(data: st.DataObject) -> None:
    """What the client's decoder makes of a message, the server makes the same message of."""
    kind = data.draw(st.sampled_from(KINDS))
    procedure = kind.procedure
    whole = with_handles(procedure._ret, data.draw(fields(procedure._ret)))
    handle, details = kind.decode(procedure.encode_reply(*whole), 0)
    again = procedure.encode_reply(*values(procedure, whole[0], handle, tuple(details)))
    assert repr(procedure.decode_reply(again, 0)) == repr(
        procedure.decode_reply(procedure.encode_reply(*whole), 0)
    )


@pytest.mark.parametrize("procedure", OTHERS, ids=lambda procedure: procedure.name)
def test_events_of_other_families(procedure: AnyProcedure) -> None:
    assert reply_fields(procedure)[0] == "callbackID"
    assert len(values(procedure, 7, b"handle", tuple("abcdef"[: len(reply_fields(procedure)) - 2]))) == len(
        reply_fields(procedure)
    )


def test_wire_types_of_parameters() -> None:
    given: dict[str, int | float | str] = {
        "a": 1,
        "b": -1,
        "c": 0.5,
        "d": True,
        "e": "text",
        "f": UInt(3),
        "g": Int(-3),
        "h": LLong(3),
    }
    assert [(name, kind) for name, (kind, _) in typed_params(given)] == [
        ("a", 4), ("b", 3), ("c", 5), ("d", 6), ("e", 7), ("f", 2), ("g", 1), ("h", 3)
    ]  # fmt: skip
    assert all(type(value) in (int, float, str) for _, (_, value) in typed_params(given))


def test_what_does_not_fit_is_refused_with_the_fields_names() -> None:
    with pytest.raises(TypeError, match=r"state.*maxMem.*cpuTime"):
        reply_values(remote.DOMAIN_GET_INFO, (1, 2))
    with pytest.raises(TypeError, match="CONNECT_OPEN"):
        reply_values(remote.CONNECT_OPEN, 7)
