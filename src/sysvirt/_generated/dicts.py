# ruff: noqa: E501
# fmt: off
"""libvirt's constants, as types of the dicts that methods return.

Made by tools/generate.py from spec/, whose facts tools/import_spec.py took from libvirt 12.8.0.
Never edit this file; to make it again: python tools/generate.py

Here they are only there to be named; the results are plain dicts.
"""

__all__ = [
    "BlkioParameters",
    "BlockIOTune",
    "CPUStats",
    "DomainStats",
    "GuestInfo",
    "IOThreadParameters",
    "InterfaceParameters",
    "JobStats",
    "LaunchSecurityInfo",
    "MemoryParameters",
    "NodeCPUStats",
    "NodeMemoryStats",
    "NumaParameters",
    "PerfEvents",
    "SchedulerParameters",
    "Tunables",
]

class SchedulerParameters(dict[str, object]):
    __slots__ = ()

class MemoryParameters(dict[str, object]):
    __slots__ = ()

class BlkioParameters(dict[str, object]):
    __slots__ = ()

class BlockIOTune(dict[str, object]):
    __slots__ = ()

class InterfaceParameters(dict[str, object]):
    __slots__ = ()

class NumaParameters(dict[str, object]):
    __slots__ = ()

class PerfEvents(dict[str, object]):
    __slots__ = ()

class IOThreadParameters(dict[str, object]):
    __slots__ = ()

class LaunchSecurityInfo(dict[str, object]):
    __slots__ = ()

class JobStats(dict[str, object]):
    __slots__ = ()

class DomainStats(dict[str, object]):
    __slots__ = ()

class CPUStats(dict[str, object]):
    __slots__ = ()

class GuestInfo(dict[str, object]):
    __slots__ = ()

class Tunables(dict[str, object]):
    __slots__ = ()

class NodeCPUStats(dict[str, object]):
    __slots__ = ()

class NodeMemoryStats(dict[str, object]):
    __slots__ = ()
