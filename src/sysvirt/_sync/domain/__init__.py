# Made by tools/unasync.py from src/sysvirt/_async/domain/__init__.py; do not edit.
"""`Domain`: a guest and everything that can be done with it, composed from its topics."""

from __future__ import annotations

from .agent import AgentMethods
from .backup import BackupMethods
from .block import BlockMethods
from .block_jobs import BlockJobMethods
from .channels import ChannelMethods
from .checkpoints import CheckpointMethods
from .config import ConfigMethods
from .cpu import CPUMethods
from .descriptors import DescriptorMethods
from .devices import DeviceMethods
from .graphics import GraphicsMethods
from .input import InputMethods
from .iothreads import IOThreadMethods
from .jobs import JobMethods
from .lifecycle import LifecycleMethods
from .memory import MemoryMethods
from .monitor import MonitorMethods
from .network import NetworkMethods
from .progress import ProgressMethods
from .saving import SavingMethods
from .security import SecurityMethods
from .snapshots import SnapshotMethods
from .state import StateMethods
from .tuning import TuningMethods
from .waiting import WaitingMethods


class Domain(
    StateMethods,
    ConfigMethods,
    LifecycleMethods,
    WaitingMethods,
    SavingMethods,
    MemoryMethods,
    CPUMethods,
    IOThreadMethods,
    TuningMethods,
    DeviceMethods,
    BlockMethods,
    ProgressMethods,
    BlockJobMethods,
    NetworkMethods,
    JobMethods,
    SnapshotMethods,
    CheckpointMethods,
    BackupMethods,
    AgentMethods,
    InputMethods,
    SecurityMethods,
    ChannelMethods,
    GraphicsMethods,
    DescriptorMethods,
    MonitorMethods,
):
    """A guest of the hypervisor.

    Made by the lookups, lists and definitions of a `Connection`. It holds only the guest's name, UUID and id. Two
    handles are equal when they stand for the same guest of the same connection.
    """

    __slots__ = ()
    __module__ = "sysvirt"
