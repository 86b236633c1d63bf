"""Who may log in at the daemon of the fixture `guarded`."""

from __future__ import annotations

#: Name -> password.
USERS = {
    "fred": "s3cret pass",
    "a=b,c": "x=y,z",
    "zo\u00e9": "p\u00e4ssw\u00f6rd",
    "squared": "m\u00b2",  # not in the one form that the standard wants
    "combined": "e\u0301",
}
