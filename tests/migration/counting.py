"""A guest that counts aloud, and what its hosts have heard of it."""

from __future__ import annotations

from itertools import pairwise

from rig.host import Host
from rig.moving import heard, numbers
from rig.wait import until


class Counting:
    """One that counts on a host; `moves_to` before it may go to another one."""

    def __init__(self, host: Host, name: str) -> None:
        #: What its hosts have heard is kept under this name, whatever it is called later.
        self.name = name
        #: Whether it may say a number again where it goes. Under software emulation QEMU loses what a guest has written
        #: last at some switches to post-copy (one of thirty, with virsh).
        self.repeats = False
        #: Where it has been, in turn, and how much had been heard there before.
        self._stays = [(host, len(heard(host, name)))]

    def moves_to(self, host: Host) -> None:
        self._stays.append((host, len(heard(host, self.name))))

    def stays_at(self, host: Host) -> None:
        """It has not gone where it might have."""
        while self.host is not host:
            other, begin = self._stays.pop()
            assert numbers(heard(other, self.name)[begin:]) == [], f"{self.name} has run on {other.name}"

    @property
    def host(self) -> Host:
        """Where it is, or goes."""
        return self._stays[-1][0]

    def goes_on(self, host: Host) -> None:
        """It counts on this host now, and has left out no number and said none twice, wherever it was before."""
        before = len(numbers(heard(host, self.name)))
        until(lambda: len(numbers(heard(host, self.name))) > before + 1, f"{self.name} counts on {host.name}")
        # What a host has heard last may come to its log a little later.
        until(self._in_order, f"the numbers are in order: {self.told()}", 5)

    def runs_twice(self) -> bool:
        """Whether two hosts have heard the same number."""
        said = [set(numbers(heard(host, self.name)[begin:])) for host, begin in self._stays]
        return bool(set.intersection(*said))

    def told(self) -> list[int]:
        """All numbers that it has said, where it was one by one."""
        text = ""
        for at, (host, begin) in enumerate(self._stays):
            ends = [end for later, end in self._stays[at + 1 :] if later is host]
            text += heard(host, self.name)[begin : ends[0] if ends else None]
        return numbers(text)

    def _in_order(self) -> bool:
        told = self.told()
        if self.repeats:
            told = [*told[:1], *(later for earlier, later in pairwise(told) if later != earlier)]
        return told == list(range(told[0], told[0] + len(told)))


def started(host: Host, name: str) -> Counting:
    """A guest that is defined there, when it has been started and counts."""
    guest = Counting(host, name)
    before = len(heard(host, name))
    host.virsh("start", name)
    until(lambda: numbers(heard(host, name)[before:]), f"{name} counts")
    return guest


def has_qemu(host: Host, name: str) -> bool:
    """Whether a process of the guest is there, of which libvirt may know or not."""
    found = host.run("sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' '\\n'")
    return f"guest={name}," in found
