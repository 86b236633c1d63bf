"""The records that methods return, by topic: a class for each hash with fixed keys in `Sys::Virt`."""

from __future__ import annotations

from .._generated import dicts
from .._generated.dicts import *  # noqa: F403
from . import agent, block, cpu, host, jobs, memory, network, security, state, storage, stream
from .agent import *  # noqa: F403
from .block import *  # noqa: F403
from .cpu import *  # noqa: F403
from .host import *  # noqa: F403
from .jobs import *  # noqa: F403
from .memory import *  # noqa: F403
from .network import *  # noqa: F403
from .security import *  # noqa: F403
from .state import *  # noqa: F403
from .storage import *  # noqa: F403
from .stream import *  # noqa: F403

# Results whose keys depend on the host, the guest and the daemon are plain dicts. `dicts` has their known keys, for
# type checkers. Any of them may be missing, and others may be there: test with `in`.
__all__: list[str] = []
__all__ += dicts.__all__
__all__ += agent.__all__
__all__ += block.__all__
__all__ += cpu.__all__
__all__ += host.__all__
__all__ += jobs.__all__
__all__ += memory.__all__
__all__ += network.__all__
__all__ += security.__all__
__all__ += state.__all__
__all__ += storage.__all__
__all__ += stream.__all__
