"""One procedure of the protocol: its numbers, its wait class, and its four codecs."""

from __future__ import annotations

from .._generated.arguments import MEMBERS
from .._generated.schema import STRUCTS, WAITS
from . import frame as wire
from .xdr import compile_decoder, compile_encoder, fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

    from .xdr import Decoder, Encoder

    P = ParamSpec("P")
    R = TypeVar("R", covariant=True)
    #: Of each argument that takes members of enums: its index, what it is called in public, and the enums.
    Members: TypeAlias = tuple[tuple[int, str, tuple[str, ...]], ...]

    class _Typed(Generic[P, R]):
        """The parameters of the call and the decoded reply, as `table.pyi` gives them."""
else:
    P = R = None

    class _Typed:
        __slots__ = ()

        def __class_getitem__(cls, item):
            return cls


#: Handles that name a guest as their last 20 bytes, UUID and id.
_OF_A_GUEST = frozenset(
    ("remote_nonnull_domain", "remote_nonnull_domain_snapshot", "remote_nonnull_domain_checkpoint")
)


def _members(row: str) -> Members:
    parts = [part.split(" ") for part in row.split(", ")]
    return tuple([(int(at), name, tuple(enums)) for at, name, *enums in parts])


class Procedure(_Typed[P, R]):
    """The codecs are compiled when first used.

    `encode_call(*fields)` and `decode_reply(bytes, offset)` are the client's half; `decode_call` and
    `encode_reply` the server's. `decode_reply` gives the value of an only field itself, None for an
    empty reply, and dicts for typed parameters; `decode_call` and `decode_reply_exact` give tuples
    that encode back to the same bytes.
    """

    __slots__ = (
        "_args", "_ret", "carries_fds", "decode_call", "decode_reply", "decode_reply_exact", "encode_call",
        "encode_reply", "is_event", "is_simple", "members", "name", "number", "of_guest", "program", "reads_stream",
        "version", "wait", "wait_argument", "writes_stream",
    )  # fmt: skip

    decode_call: Decoder
    decode_reply: Decoder
    decode_reply_exact: Decoder
    encode_call: Encoder
    encode_reply: Encoder

    def __init__(self, program: tuple[int, int], program_name: str, name: str, row: str) -> None:
        number, args, ret, wait, flags = row.split()
        self.program, self.version = program
        self.name = name
        self.number = int(number)
        self.wait = wait
        #: (index of an argument, mask, wait class when the argument has a bit of the mask), or None.
        self.wait_argument = WAITS.get((program_name, name))
        members = MEMBERS.get((program_name, name))
        #: Which of its arguments take members of which enums; see `_arguments.members`.
        self.members = () if members is None else _members(members)
        self._args = args
        self._ret = ret
        self.is_event = "e" in flags
        self.reads_stream = "r" in flags
        self.writes_stream = "w" in flags
        self.carries_fds = "f" in flags
        #: Needs no place and carries nothing but its arguments and its reply.
        self.is_simple = (
            wait == "free"
            and self.wait_argument is None
            and not (self.carries_fds or self.reads_stream or self.writes_stream)
        )
        self.of_guest = args != "-" and any(kind in _OF_A_GUEST for _, kind in fields(STRUCTS[args])[:1])

    def __getattr__(self, name: str) -> Any:
        # Reached only while the slot is empty.
        if name == "encode_call":
            codec: Any = compile_encoder(self._args)
        elif name == "decode_reply":
            codec = compile_decoder(self._ret, params="dict", unwrap=True)
        elif name == "decode_reply_exact":
            codec = compile_decoder(self._ret)
        elif name == "decode_call":
            codec = compile_decoder(self._args)
        elif name == "encode_reply":
            codec = compile_encoder(self._ret)
        else:
            raise AttributeError(f"Procedure has no attribute {name!r}")
        setattr(self, name, codec)
        return codec

    def header(self, kind: int, serial: int, status: int, size: int) -> bytes:
        """What stands before so many bytes in a message of this procedure."""
        return wire.HEADER.pack(
            wire.HEADER_SIZE + size, self.program, self.version, self.number, kind, serial, status
        )

    def __repr__(self) -> str:
        return f"<Procedure {self.name} {self.program:#x}:{self.number}>"
