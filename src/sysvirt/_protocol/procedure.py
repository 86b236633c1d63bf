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

    #: Each is (index of an argument, mask, value): the masked argument is the value, or for None has a bit.
    Conditions = tuple[tuple[int, int, int | None], ...]

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


#: Whose lock calls about an object may wait for: its guest's, its pool's, or its own.
_OWNERS = {
    "remote_nonnull_domain": "guest",
    "remote_nonnull_domain_snapshot": "guest",
    "remote_nonnull_domain_checkpoint": "guest",
    "remote_nonnull_storage_pool": "pool",
    "remote_nonnull_storage_vol": "pool",
    "remote_nonnull_network": "network",
    "remote_nonnull_network_port": "network",
    "remote_nonnull_interface": "interface",
    "remote_nonnull_node_device": "device",
    "remote_nonnull_nwfilter": "nwfilter",
    "remote_nonnull_nwfilter_binding": "nwfilter",
}


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
        "encode_reply", "is_event", "is_simple", "members", "name", "number", "owner", "program", "reads_stream",
        "version", "wait", "wait_rules", "writes_stream",
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
        members = MEMBERS.get((program_name, name))
        #: Which of its arguments take members of which enums; see `_arguments.members`.
        self.members = () if members is None else _members(members)
        #: Wait classes that depend on the arguments: the first whose conditions hold is the call's.
        self.wait_rules: tuple[tuple[Conditions, str], ...] = WAITS.get((program_name, name), ())
        self._args = args
        self._ret = ret
        self.is_event = "e" in flags
        self.reads_stream = "r" in flags
        self.writes_stream = "w" in flags
        self.carries_fds = "f" in flags
        #: Needs no place, and has nothing but arguments and a reply: for the short cut of the blocking pump.
        self.is_simple = (
            wait == "free"
            and not self.wait_rules
            and not (self.carries_fds or self.reads_stream or self.writes_stream)
        )
        #: What its first argument is about: "guest", another kind of object, "guests" for a list of them, or "".
        self.owner = _owner(args)

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
        """The header of a message of this procedure with `size` bytes; refused if those are too many."""
        if size > wire.BODY_MAX:
            wire.check_size(self.name, size)
        return wire.HEADER.pack(
            wire.HEADER_SIZE + size, self.program, self.version, self.number, kind, serial, status
        )

    def __repr__(self) -> str:
        return f"<Procedure {self.name} {self.program:#x}:{self.number}>"


def _owner(struct: str) -> str:
    if struct == "-":
        return ""
    first = fields(STRUCTS[struct])[0][1]
    if first.startswith("<") and first.endswith(">remote_nonnull_domain"):
        return "guests"
    return _OWNERS.get(first, "")
