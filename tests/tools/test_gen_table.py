from __future__ import annotations

import pytest

import gen_table
from gen_schema import load
from sysvirt._protocol import xdr


def test_handles_are_those_of_the_codec() -> None:
    assert gen_table.HANDLES == xdr.HANDLES


@pytest.mark.parametrize(
    "row",
    [
        "CONNECT_OPEN: Procedure[[str | None, Int], None]",
        "CONNECT_GET_HOSTNAME: Procedure[[], str]",
        "DOMAIN_GET_INFO: Procedure[[bytes], tuple[int, int, int, int, int]]",
        "CONNECT_GET_ALL_DOMAIN_STATS: Procedure[[Sequence[bytes], Int, Int], list[tuple[bytes, Params]]]",
        "DOMAIN_SET_MEMORY_PARAMETERS: Procedure[[bytes, PassedParams, Int], None]",
        "DOMAIN_EVENT_CALLBACK_LIFECYCLE: Procedure[[], tuple[int, tuple[bytes, int, int]]]",
    ],
)
def test_types(row: str) -> None:
    text = gen_table.table_text(load())
    assert f"    {row}  # (" in text


def test_every_procedure_is_there() -> None:
    text = gen_table.table_text(load())
    assert text.count(": Procedure[[") == 466
