"""Sets of CPU numbers, made from numbers, bit maps or text."""

from __future__ import annotations

# The module behind collections.abc, which the interpreter has loaded anyway.
from _collections_abc import Set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .errors import Error

    CPUs = Iterable[int] | bytes | bytearray | memoryview | str

#: REMOTE_CPUMAP_MAX: no call takes a longer bit map, so a wild number allocates nothing.
_MAX_BYTES = 2048
_MAX_CPUS = _MAX_BYTES * 8


class CpuSet(Set[int]):
    """A read-only set of CPU numbers; equal to any set of the same numbers.

    Made from numbers, from libvirt's bit map (bytes), or from text like "0-3,^2,8". `str()` gives text, `bytes()` the
    bit map. For a set that libvirt sent, the bit map has its full length: one bit for each CPU.
    """

    __slots__ = ("_bits", "_size")

    def __init__(self, cpus: CPUs = ()) -> None:
        self._bits, self._size = _parse(cpus, "cpus")

    def to_map(self, ncpus: int) -> bytes:
        """The bit map for a host or guest whose CPU numbers are below `ncpus`.

        For a host, `ncpus` is the first value of `Connection.get_node_cpu_map()`. It may be more than the number of
        CPUs, because some numbers may be unused.
        """
        return to_map(self, ncpus, "cpus")

    def __contains__(self, cpu: object) -> bool:
        return isinstance(cpu, int) and 0 <= cpu < _MAX_CPUS and bool(self._bits >> cpu & 1)

    def __iter__(self) -> Iterator[int]:
        for start, end in _runs(self._bits):
            yield from range(start, end)

    def __len__(self) -> int:
        return self._bits.bit_count()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, CpuSet):
            return self._bits == other._bits
        return super().__eq__(other)

    def __hash__(self) -> int:
        return hash(frozenset(self))

    def __bytes__(self) -> bytes:
        return self._bits.to_bytes(self._size, "little")

    def __str__(self) -> str:
        return _text(self._bits)

    def __repr__(self) -> str:
        return f"CpuSet({_text(self._bits)!r})"


def to_map(cpus: CPUs, ncpus: int, argument: str) -> bytes:
    """The bit map for CPU numbers below `ncpus`; an error names the argument."""
    bits, _ = _parse(cpus, argument)
    if bits >> ncpus:
        raise _refusal(argument, f"CPU numbers below {ncpus} were expected, not {bits.bit_length() - 1}")
    return bits.to_bytes((ncpus + 7) // 8, "little")


def some_map(cpus: CPUs, argument: str) -> bytes:
    """The shortest bit map for a set of at least one CPU."""
    bits, size = _some(cpus, argument)
    return bits.to_bytes(size, "little")


def some_text(cpus: CPUs, argument: str) -> str:
    """Text such as "0-3,8" for a set of at least one CPU."""
    return _text(_some(cpus, argument)[0])


def _some(cpus: CPUs, argument: str) -> tuple[int, int]:
    bits, size = _parse(cpus, argument)
    if not bits:
        raise _refusal(argument, "at least one CPU was expected")
    return bits, size


def _refusal(argument: str, text: str) -> Error:
    from .errors import invalid_argument

    return invalid_argument(argument, text)


def _text(bits: int) -> str:
    return ",".join([f"{start}-{end - 1}" if end - start > 1 else f"{start}" for start, end in _runs(bits)])


def _runs(bits: int) -> Iterator[tuple[int, int]]:
    """Where ones begin and end."""
    digits = f"0{bits:b}"[::-1]
    end = 0
    while (start := digits.find("1", end)) >= 0:
        end = digits.find("0", start)
        yield start, end


def _parse(cpus: CPUs, argument: str) -> tuple[int, int]:
    """The set's bits as one number, and the length of its map in bytes."""
    if isinstance(cpus, CpuSet):
        return cpus._bits, cpus._size  # pyright: ignore[reportPrivateUsage]
    if isinstance(cpus, (bytes, bytearray, memoryview)):
        data = bytes(cpus)
        if len(data) > _MAX_BYTES:
            raise _refusal(argument, f"a bit map of at most {_MAX_BYTES} bytes was expected, not {len(data)}")
        return int.from_bytes(data, "little"), len(data)
    bits = _parse_text(cpus, argument) if isinstance(cpus, str) else _parse_numbers(cpus, argument)
    return bits, (bits.bit_length() + 7) // 8


def _checked(cpu: int, argument: str) -> int:
    if not 0 <= cpu < _MAX_CPUS:
        raise _refusal(argument, f"CPU numbers from 0 to {_MAX_CPUS - 1} were expected, not {cpu}")
    return cpu


def _parse_numbers(cpus: Iterable[int], argument: str) -> int:
    from .errors import invalid_type

    bits = 0
    try:
        numbers = iter(cpus)
    except TypeError:
        raise invalid_type(argument, "CPU numbers, a bit map, or text like '0-3,^2'", cpus) from None
    for cpu in numbers:
        try:
            number = cpu.__index__()
        except (AttributeError, TypeError):
            raise invalid_type(argument, "CPU numbers", cpu) from None
        bits |= 1 << _checked(number, argument)
    return bits


def _parse_text(text: str, argument: str) -> int:
    """Parts count from left to right, as in libvirt: "^2,0-3" has a 2 and "0-3,^2" has none."""
    bits = 0
    parts = [part.strip() for part in text.split(",")]
    if not parts[-1]:
        parts.pop()
    for part in parts:
        first, dash, last = part.removeprefix("^").partition("-")
        low, high = _number(first, argument, text), _number(last if dash else first, argument, text)
        if high < low or (dash and part[0] == "^"):
            raise _refusal(argument, f"text like '0-3,^2,8' was expected, not {text!r}")
        run = (2 << high) - (1 << low)
        bits = bits & ~run if part[0] == "^" else bits | run
    return bits


def _number(digits: str, argument: str, text: str) -> int:
    digits = digits.strip()
    # Longer digits could not be a CPU number, and int() has a limit of its own.
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 1000:
        raise _refusal(argument, f"text like '0-3,^2,8' was expected, not {text!r}")
    return _checked(int(digits), argument)
