"""SASLprep (RFC 4013): how names and passwords are brought to one form before they are compared."""

from __future__ import annotations

import stringprep
import unicodedata

_PROHIBITED = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
    stringprep.in_table_a1,  # not assigned in Unicode 3.2: nobody knows what it will be
)


def saslprep(text: str) -> str:
    """The text in its one form. ValueError if it has characters that no name or password may have."""
    mapped = "".join(
        [" " if stringprep.in_table_c12(char) else char for char in text if not stringprep.in_table_b1(char)]
    )
    # The form of Unicode 3.2, which the tables are for.
    prepared = unicodedata.ucd_3_2_0.normalize("NFKC", mapped)
    for char in prepared:
        for prohibits in _PROHIBITED:
            if prohibits(char):
                raise ValueError("a character that is not allowed")
    if any(map(stringprep.in_table_d1, prepared)):
        # Text that is written from right to left has no letters of the other kind, and begins and ends in its own.
        if any(map(stringprep.in_table_d2, prepared)):
            raise ValueError("letters of both directions")
        if not (stringprep.in_table_d1(prepared[0]) and stringprep.in_table_d1(prepared[-1])):
            raise ValueError("text from right to left that does not begin and end so")
    return prepared
