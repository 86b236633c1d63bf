# ruff: noqa: E501
# fmt: off
"""libvirt's constants, for type checkers and editors.

Made by tools/generate.py from spec/, whose facts tools/import_spec.py took from libvirt 12.8.0.
Never edit this file; to make it again: python tools/generate.py
"""

from typing import Final

from sysvirt._enum_bases import Mask, Value

CONSTANTS: Final[dict[str, dict[str, str]]]
SETS: Final[dict[str, str]]
ENUM_NAMES: Final[frozenset[str]]

class DomainState(Value):
    """virDomainState"""

    NOSTATE = 0
    RUNNING = 1
    BLOCKED = 2
    PAUSED = 3
    SHUTDOWN = 4
    SHUTOFF = 5
    CRASHED = 6
    PMSUSPENDED = 7

class NostateReason(Value):
    """virDomainNostateReason"""

    UNKNOWN = 0

class RunningReason(Value):
    """virDomainRunningReason"""

    UNKNOWN = 0
    BOOTED = 1
    MIGRATED = 2
    RESTORED = 3
    FROM_SNAPSHOT = 4
    UNPAUSED = 5
    MIGRATION_CANCELED = 6
    SAVE_CANCELED = 7
    WAKEUP = 8
    CRASHED = 9
    POSTCOPY = 10
    POSTCOPY_FAILED = 11

class BlockedReason(Value):
    """virDomainBlockedReason"""

    UNKNOWN = 0

class PausedReason(Value):
    """virDomainPausedReason"""

    UNKNOWN = 0
    USER = 1
    MIGRATION = 2
    SAVE = 3
    DUMP = 4
    IOERROR = 5
    WATCHDOG = 6
    FROM_SNAPSHOT = 7
    SHUTTING_DOWN = 8
    SNAPSHOT = 9
    CRASHED = 10
    STARTING_UP = 11
    POSTCOPY = 12
    POSTCOPY_FAILED = 13
    API_ERROR = 14

class ShutdownReason(Value):
    """virDomainShutdownReason"""

    UNKNOWN = 0
    USER = 1

class ShutoffReason(Value):
    """virDomainShutoffReason"""

    UNKNOWN = 0
    SHUTDOWN = 1
    DESTROYED = 2
    CRASHED = 3
    MIGRATED = 4
    SAVED = 5
    FAILED = 6
    FROM_SNAPSHOT = 7
    DAEMON = 8

class CrashedReason(Value):
    """virDomainCrashedReason"""

    UNKNOWN = 0
    PANICKED = 1

class PMSuspendedReason(Value):
    """virDomainPMSuspendedReason"""

    UNKNOWN = 0

class PMSuspendedDiskReason(Value):
    """virDomainPMSuspendedDiskReason"""

    UNKNOWN = 0

class ControlState(Value):
    """virDomainControlState"""

    OK = 0
    JOB = 1
    OCCUPIED = 2
    ERROR = 3

class ControlErrorReason(Value):
    """virDomainControlErrorReason"""

    NONE = 0
    UNKNOWN = 1
    MONITOR = 2
    INTERNAL = 3

class ConnectListAllDomainsFlags(Mask):
    """virConnectListAllDomainsFlags"""

    ACTIVE = 1
    INACTIVE = 2
    PERSISTENT = 4
    TRANSIENT = 8
    RUNNING = 16
    PAUSED = 32
    SHUTOFF = 64
    OTHER = 128
    MANAGEDSAVE = 256
    NO_MANAGEDSAVE = 512
    AUTOSTART = 1024
    NO_AUTOSTART = 2048
    HAS_SNAPSHOT = 4096
    NO_SNAPSHOT = 8192
    HAS_CHECKPOINT = 16384
    NO_CHECKPOINT = 32768

class DomainModificationImpact(Mask):
    """virDomainModificationImpact"""

    CURRENT = 0
    LIVE = 1
    CONFIG = 2

class DomainDefineFlags(Mask):
    """virDomainDefineFlags"""

    VALIDATE = 1

class DomainXMLFlags(Mask):
    """virDomainXMLFlags"""

    SECURE = 1
    INACTIVE = 2
    UPDATE_CPU = 4
    MIGRATABLE = 8

class MetadataType(Value):
    """virDomainMetadataType"""

    DESCRIPTION = 0
    TITLE = 1
    ELEMENT = 2

class DomainCreateFlags(Mask):
    """virDomainCreateFlags"""

    PAUSED = 1
    AUTODESTROY = 2
    BYPASS_CACHE = 4
    FORCE_BOOT = 8
    VALIDATE = 16
    RESET_NVRAM = 32

class DomainFDAssociateFlags(Mask):
    """virDomainFDAssociateFlags"""

    SECLABEL_RESTORE = 1
    SECLABEL_WRITABLE = 2

class DomainShutdownFlags(Mask):
    """virDomainShutdownFlagValues"""

    DEFAULT = 0
    ACPI_POWER_BTN = 1
    GUEST_AGENT = 2
    INITCTL = 4
    SIGNAL = 8
    PARAVIRT = 16

class DomainRebootFlags(Mask):
    """virDomainRebootFlagValues"""

    DEFAULT = 0
    ACPI_POWER_BTN = 1
    GUEST_AGENT = 2
    INITCTL = 4
    SIGNAL = 8
    PARAVIRT = 16

class DomainDestroyFlags(Mask):
    """virDomainDestroyFlagsValues"""

    DEFAULT = 0
    GRACEFUL = 1
    REMOVE_LOGS = 2

class DomainUndefineFlags(Mask):
    """virDomainUndefineFlagsValues"""

    MANAGED_SAVE = 1
    SNAPSHOTS_METADATA = 2
    NVRAM = 4
    KEEP_NVRAM = 8
    CHECKPOINTS_METADATA = 16
    TPM = 32
    KEEP_TPM = 64

class DomainLifecycle(Value):
    """virDomainLifecycle"""

    POWEROFF = 0
    REBOOT = 1
    CRASH = 2

class LifecycleAction(Value):
    """virDomainLifecycleAction"""

    DESTROY = 0
    RESTART = 1
    RESTART_RENAME = 2
    PRESERVE = 3
    COREDUMP_DESTROY = 4
    COREDUMP_RESTART = 5
    PRESERVE_RUNNING = 6

class DomainSaveRestoreFlags(Mask):
    """virDomainSaveRestoreFlags"""

    BYPASS_CACHE = 1
    RUNNING = 2
    PAUSED = 4
    RESET_NVRAM = 8

class DomainSaveImageXMLFlags(Mask):
    """virDomainSaveImageXMLFlags"""

    SECURE = 1

class DomainCoreDumpFlags(Mask):
    """virDomainCoreDumpFlags"""

    CRASH = 1
    LIVE = 2
    BYPASS_CACHE = 4
    RESET = 8
    MEMORY_ONLY = 16

class CoreDumpFormat(Value):
    """virDomainCoreDumpFormat"""

    RAW = 0
    KDUMP_ZLIB = 1
    KDUMP_LZO = 2
    KDUMP_SNAPPY = 3
    WIN_DMP = 4

class DomainMessageType(Mask):
    """virDomainMessageType"""

    DEPRECATION = 1
    TAINTING = 2
    IOERRORS = 4

class ProcessSignal(Value):
    """virDomainProcessSignal"""

    NOP = 0
    HUP = 1
    INT = 2
    QUIT = 3
    ILL = 4
    TRAP = 5
    ABRT = 6
    BUS = 7
    FPE = 8
    KILL = 9
    USR1 = 10
    SEGV = 11
    USR2 = 12
    PIPE = 13
    ALRM = 14
    TERM = 15
    STKFLT = 16
    CHLD = 17
    CONT = 18
    STOP = 19
    TSTP = 20
    TTIN = 21
    TTOU = 22
    URG = 23
    XCPU = 24
    XFSZ = 25
    VTALRM = 26
    PROF = 27
    WINCH = 28
    POLL = 29
    PWR = 30
    SYS = 31
    RT0 = 32
    RT1 = 33
    RT2 = 34
    RT3 = 35
    RT4 = 36
    RT5 = 37
    RT6 = 38
    RT7 = 39
    RT8 = 40
    RT9 = 41
    RT10 = 42
    RT11 = 43
    RT12 = 44
    RT13 = 45
    RT14 = 46
    RT15 = 47
    RT16 = 48
    RT17 = 49
    RT18 = 50
    RT19 = 51
    RT20 = 52
    RT21 = 53
    RT22 = 54
    RT23 = 55
    RT24 = 56
    RT25 = 57
    RT26 = 58
    RT27 = 59
    RT28 = 60
    RT29 = 61
    RT30 = 62
    RT31 = 63
    RT32 = 64

class KeycodeSet(Value):
    """virKeycodeSet"""

    LINUX = 0
    XT = 1
    ATSET1 = 2
    ATSET2 = 3
    ATSET3 = 4
    OSX = 5
    XT_KBD = 6
    USB = 7
    WIN32 = 8
    QNUM = 9
    RFB = QNUM

class DomainMemoryModFlags(Mask):
    """virDomainMemoryModFlags"""

    CURRENT = 0
    LIVE = 1
    CONFIG = 2
    MAXIMUM = 4

class DomainMemoryFlags(Mask):
    """virDomainMemoryFlags"""

    VIRTUAL = 1
    PHYSICAL = 2

class MemoryStatTag(Value):
    """virDomainMemoryStatTags"""

    SWAP_IN = 0
    SWAP_OUT = 1
    MAJOR_FAULT = 2
    MINOR_FAULT = 3
    UNUSED = 4
    AVAILABLE = 5
    ACTUAL_BALLOON = 6
    RSS = 7
    USABLE = 8
    LAST_UPDATE = 9
    DISK_CACHES = 10
    HUGETLB_PGALLOC = 11
    HUGETLB_PGFAIL = 12

class NumatuneMemMode(Value):
    """virDomainNumatuneMemMode"""

    STRICT = 0
    PREFERRED = 1
    INTERLEAVE = 2
    RESTRICTIVE = 3

class DomainVcpuFlags(Mask):
    """virDomainVcpuFlags"""

    CURRENT = 0
    LIVE = 1
    CONFIG = 2
    MAXIMUM = 4
    GUEST = 8
    HOTPLUGGABLE = 16
    ASYNC_UNPLUG = 32

class DomainSetVcpuFlags(Mask):
    """virDomainSetVcpuFlags"""

    AFFECT_CURRENT = 0
    AFFECT_LIVE = 1
    AFFECT_CONFIG = 2
    ASYNC_UNPLUG = 4

class VcpuState(Value):
    """virVcpuState"""

    OFFLINE = 0
    RUNNING = 1
    BLOCKED = 2

class VcpuHostCpuState(Value):
    """virVcpuHostCpuState"""

    UNAVAILABLE = -2
    OFFLINE = -1

class DirtyRateStatus(Value):
    """virDomainDirtyRateStatus"""

    UNSTARTED = 0
    MEASURING = 1
    MEASURED = 2

class DomainDirtyRateCalcFlags(Mask):
    """virDomainDirtyRateCalcFlags"""

    PAGE_SAMPLING = 0
    DIRTY_BITMAP = 1
    DIRTY_RING = 2

class DomainDeviceModifyFlags(Mask):
    """virDomainDeviceModifyFlags"""

    CURRENT = 0
    LIVE = 1
    CONFIG = 2
    FORCE = 4

class DiskErrorCode(Value):
    """virDomainDiskErrorCode"""

    NONE = 0
    UNSPEC = 1
    NO_SPACE = 2

class DomainBlockResizeFlags(Mask):
    """virDomainBlockResizeFlags"""

    BYTES = 1
    CAPACITY = 2
    EXTEND = 4

class InterfaceAddressesSource(Value):
    """virDomainInterfaceAddressesSource"""

    LEASE = 0
    AGENT = 1
    ARP = 2

class DomainConsoleFlags(Mask):
    """virDomainConsoleFlags"""

    FORCE = 1
    SAFE = 2

class DomainChannelFlags(Mask):
    """virDomainChannelFlags"""

    FORCE = 1

class DomainOpenGraphicsFlags(Mask):
    """virDomainOpenGraphicsFlags"""

    SKIPAUTH = 1

class GraphicsReloadType(Value):
    """virDomainGraphicsReloadType"""

    ANY = 0
    VNC = 1

class JobType(Value):
    """virDomainJobType"""

    NONE = 0
    BOUNDED = 1
    UNBOUNDED = 2
    COMPLETED = 3
    FAILED = 4
    CANCELLED = 5

class JobOperation(Value):
    """virDomainJobOperation"""

    UNKNOWN = 0
    START = 1
    SAVE = 2
    RESTORE = 3
    MIGRATION_IN = 4
    MIGRATION_OUT = 5
    SNAPSHOT = 6
    SNAPSHOT_REVERT = 7
    DUMP = 8
    BACKUP = 9
    SNAPSHOT_DELETE = 10

class DomainGetJobStatsFlags(Mask):
    """virDomainGetJobStatsFlags"""

    COMPLETED = 1
    KEEP_COMPLETED = 2

class DomainAbortJobFlags(Mask):
    """virDomainAbortJobFlagsValues"""

    POSTCOPY = 1

class DomainBackupBeginFlags(Mask):
    """virDomainBackupBeginFlags"""

    REUSE_EXTERNAL = 1
    PRESERVE_SHUTDOWN_DOMAIN = 2

class BlockJobType(Value):
    """virDomainBlockJobType"""

    UNKNOWN = 0
    PULL = 1
    COPY = 2
    COMMIT = 3
    ACTIVE_COMMIT = 4
    BACKUP = 5

class BlockJobStatus(Value):
    """virConnectDomainEventBlockJobStatus"""

    COMPLETED = 0
    FAILED = 1
    CANCELED = 2
    READY = 3

class DomainBlockJobInfoFlags(Mask):
    """virDomainBlockJobInfoFlags"""

    BANDWIDTH_BYTES = 1

class DomainBlockJobAbortFlags(Mask):
    """virDomainBlockJobAbortFlags"""

    ASYNC = 1
    PIVOT = 2

class DomainBlockJobSetSpeedFlags(Mask):
    """virDomainBlockJobSetSpeedFlags"""

    BANDWIDTH_BYTES = 1

class DomainBlockPullFlags(Mask):
    """virDomainBlockPullFlags"""

    BANDWIDTH_BYTES = 64

class DomainBlockRebaseFlags(Mask):
    """virDomainBlockRebaseFlags"""

    SHALLOW = 1
    REUSE_EXT = 2
    COPY_RAW = 4
    COPY = 8
    RELATIVE = 16
    COPY_DEV = 32
    BANDWIDTH_BYTES = 64

class DomainBlockCopyFlags(Mask):
    """virDomainBlockCopyFlags"""

    SHALLOW = 1
    REUSE_EXT = 2
    TRANSIENT_JOB = 4
    SYNCHRONOUS_WRITES = 8
    TARGET_ZEROED = 16

class DomainBlockCommitFlags(Mask):
    """virDomainBlockCommitFlags"""

    SHALLOW = 1
    DELETE = 2
    ACTIVE = 4
    RELATIVE = 8
    BANDWIDTH_BYTES = 16

class DomainMigrateFlags(Mask):
    """virDomainMigrateFlags"""

    LIVE = 1
    PEER2PEER = 2
    TUNNELLED = 4
    PERSIST_DEST = 8
    UNDEFINE_SOURCE = 16
    PAUSED = 32
    NON_SHARED_DISK = 64
    NON_SHARED_INC = 128
    CHANGE_PROTECTION = 256
    UNSAFE = 512
    OFFLINE = 1024
    COMPRESSED = 2048
    ABORT_ON_ERROR = 4096
    AUTO_CONVERGE = 8192
    RDMA_PIN_ALL = 16384
    POSTCOPY = 32768
    TLS = 65536
    PARALLEL = 131072
    NON_SHARED_SYNCHRONOUS_WRITES = 262144
    POSTCOPY_RESUME = 524288
    ZEROCOPY = 1048576

class DomainMigrateMaxSpeedFlags(Mask):
    """virDomainMigrateMaxSpeedFlags"""

    POSTCOPY = 1

class ConnectGetAllDomainStatsFlags(Mask):
    """virConnectGetAllDomainStatsFlags"""

    ACTIVE = 1
    INACTIVE = 2
    PERSISTENT = 4
    TRANSIENT = 8
    RUNNING = 16
    PAUSED = 32
    SHUTOFF = 64
    OTHER = 128
    NOWAIT = 536870912
    BACKING = 1073741824
    ENFORCE_STATS = 2147483648

class DomainStatsTypes(Mask):
    """virDomainStatsTypes"""

    STATE = 1
    CPU_TOTAL = 2
    BALLOON = 4
    VCPU = 8
    INTERFACE = 16
    BLOCK = 32
    PERF = 64
    IOTHREAD = 128
    MEMORY = 256
    DIRTYRATE = 512
    VM = 1024

class DomainGuestInfoTypes(Mask):
    """virDomainGuestInfoTypes"""

    USERS = 1
    OS = 2
    TIMEZONE = 4
    HOSTNAME = 8
    FILESYSTEM = 16
    DISKS = 32
    INTERFACES = 64
    LOAD = 128
    DEVICES = 256

class DomainGetHostnameFlags(Mask):
    """virDomainGetHostnameFlags"""

    LEASE = 1
    AGENT = 2

class DomainSetTimeFlags(Mask):
    """virDomainSetTimeFlags"""

    SYNC = 1

class DomainSetUserPasswordFlags(Mask):
    """virDomainSetUserPasswordFlags"""

    ENCRYPTED = 1

class DomainAuthorizedSSHKeysSetFlags(Mask):
    """virDomainAuthorizedSSHKeysSetFlags"""

    APPEND = 1
    REMOVE = 2

class AgentResponseTimeout(Value):
    """virDomainAgentResponseTimeoutValues"""

    BLOCK = -2
    DEFAULT = -1
    NOWAIT = 0

class DomainQemuMonitorCommandFlags(Mask):
    """virDomainQemuMonitorCommandFlags"""

    DEFAULT = 0
    HMP = 1

class QemuAgentCommandTimeout(Value):
    """virDomainQemuAgentCommandTimeoutValues"""

    BLOCK = -2
    DEFAULT = -1
    NOWAIT = 0
    SHUTDOWN = 60

class DomainEventID(Value):
    """virDomainEventID"""

    LIFECYCLE = 0
    REBOOT = 1
    RTC_CHANGE = 2
    WATCHDOG = 3
    IO_ERROR = 4
    GRAPHICS = 5
    IO_ERROR_REASON = 6
    CONTROL_ERROR = 7
    BLOCK_JOB = 8
    DISK_CHANGE = 9
    TRAY_CHANGE = 10
    PMWAKEUP = 11
    PMSUSPEND = 12
    BALLOON_CHANGE = 13
    PMSUSPEND_DISK = 14
    DEVICE_REMOVED = 15
    BLOCK_JOB_2 = 16
    TUNABLE = 17
    AGENT_LIFECYCLE = 18
    DEVICE_ADDED = 19
    MIGRATION_ITERATION = 20
    JOB_COMPLETED = 21
    DEVICE_REMOVAL_FAILED = 22
    METADATA_CHANGE = 23
    BLOCK_THRESHOLD = 24
    MEMORY_FAILURE = 25
    MEMORY_DEVICE_SIZE_CHANGE = 26
    NIC_MAC_CHANGE = 27
    VCPU_REMOVED = 28
    CHANNEL_LIFECYCLE = 29

class DomainEventType(Value):
    """virDomainEventType"""

    DEFINED = 0
    UNDEFINED = 1
    STARTED = 2
    SUSPENDED = 3
    RESUMED = 4
    STOPPED = 5
    SHUTDOWN = 6
    PMSUSPENDED = 7
    CRASHED = 8

class DefinedDetail(Value):
    """virDomainEventDefinedDetailType"""

    ADDED = 0
    UPDATED = 1
    RENAMED = 2
    FROM_SNAPSHOT = 3

class UndefinedDetail(Value):
    """virDomainEventUndefinedDetailType"""

    REMOVED = 0
    RENAMED = 1

class StartedDetail(Value):
    """virDomainEventStartedDetailType"""

    BOOTED = 0
    MIGRATED = 1
    RESTORED = 2
    FROM_SNAPSHOT = 3
    WAKEUP = 4
    RECREATED = 5

class SuspendedDetail(Value):
    """virDomainEventSuspendedDetailType"""

    PAUSED = 0
    MIGRATED = 1
    IOERROR = 2
    WATCHDOG = 3
    RESTORED = 4
    FROM_SNAPSHOT = 5
    API_ERROR = 6
    POSTCOPY = 7
    POSTCOPY_FAILED = 8
    GUEST_SHUTDOWN = 9

class ResumedDetail(Value):
    """virDomainEventResumedDetailType"""

    UNPAUSED = 0
    MIGRATED = 1
    FROM_SNAPSHOT = 2
    POSTCOPY = 3
    POSTCOPY_FAILED = 4

class StoppedDetail(Value):
    """virDomainEventStoppedDetailType"""

    SHUTDOWN = 0
    DESTROYED = 1
    CRASHED = 2
    MIGRATED = 3
    SAVED = 4
    FAILED = 5
    FROM_SNAPSHOT = 6
    RECREATED = 7

class ShutdownDetail(Value):
    """virDomainEventShutdownDetailType"""

    FINISHED = 0
    GUEST = 1
    HOST = 2

class PMSuspendedDetail(Value):
    """virDomainEventPMSuspendedDetailType"""

    MEMORY = 0
    DISK = 1

class CrashedDetail(Value):
    """virDomainEventCrashedDetailType"""

    PANICKED = 0
    CRASHLOADED = 1

class WatchdogAction(Value):
    """virDomainEventWatchdogAction"""

    NONE = 0
    PAUSE = 1
    RESET = 2
    POWEROFF = 3
    SHUTDOWN = 4
    DEBUG = 5
    INJECTNMI = 6

class IOErrorAction(Value):
    """virDomainEventIOErrorAction"""

    NONE = 0
    PAUSE = 1
    REPORT = 2

class GraphicsPhase(Value):
    """virDomainEventGraphicsPhase"""

    CONNECT = 0
    INITIALIZE = 1
    DISCONNECT = 2

class GraphicsAddressType(Value):
    """virDomainEventGraphicsAddressType"""

    IPV4 = 0
    IPV6 = 1
    UNIX = 2

class DiskChangeReason(Value):
    """virConnectDomainEventDiskChangeReason"""

    CHANGE_MISSING_ON_START = 0
    DROP_MISSING_ON_START = 1

class TrayChangeReason(Value):
    """virDomainEventTrayChangeReason"""

    OPEN = 0
    CLOSE = 1

class AgentLifecycleState(Value):
    """virConnectDomainEventAgentLifecycleState"""

    CONNECTED = 1
    DISCONNECTED = 2

class AgentLifecycleReason(Value):
    """virConnectDomainEventAgentLifecycleReason"""

    UNKNOWN = 0
    DOMAIN_STARTED = 1
    CHANNEL = 2

class ChannelLifecycleState(Value):
    """virConnectDomainEventChannelLifecycleState"""

    CONNECTED = 1
    DISCONNECTED = 2

class ChannelLifecycleReason(Value):
    """virConnectDomainEventChannelLifecycleReason"""

    UNKNOWN = 0
    DOMAIN_STARTED = 1
    CHANNEL = 2

class MemoryFailureRecipient(Value):
    """virDomainMemoryFailureRecipientType"""

    HYPERVISOR = 0
    GUEST = 1

class MemoryFailureAction(Value):
    """virDomainMemoryFailureActionType"""

    IGNORE = 0
    INJECT = 1
    FATAL = 2
    RESET = 3

class DomainMemoryFailureFlags(Mask):
    """virDomainMemoryFailureFlags"""

    ACTION_REQUIRED = 1
    RECURSIVE = 2

class ConnectFlags(Mask):
    """virConnectFlags"""

    RO = 1
    NO_ALIASES = 2

class CredentialType(Value):
    """virConnectCredentialType"""

    USERNAME = 1
    AUTHNAME = 2
    LANGUAGE = 3
    CNONCE = 4
    PASSPHRASE = 5
    ECHOPROMPT = 6
    NOECHOPROMPT = 7
    REALM = 8
    EXTERNAL = 9

class CloseReason(Value):
    """virConnectCloseReason"""

    ERROR = 0
    EOF = 1
    KEEPALIVE = 2
    CLIENT = 3

class ConnectBaselineCPUFlags(Mask):
    """virConnectBaselineCPUFlags"""

    EXPAND_FEATURES = 1
    MIGRATABLE = 2
    IGNORE_HOST = 4

class ConnectCompareCPUFlags(Mask):
    """virConnectCompareCPUFlags"""

    FAIL_INCOMPATIBLE = 1
    VALIDATE_XML = 2

class ConnectGetDomainCapabilitiesFlags(Mask):
    """virConnectGetDomainCapabilitiesFlags"""

    DISABLE_DEPRECATED_FEATURES = 1
    EXPAND_CPU_FEATURES = 2
    SUPPORTED_CPU_FEATURES = 4

class CPUCompareResult(Value):
    """virCPUCompareResult"""

    INCOMPATIBLE = 0
    IDENTICAL = 1
    SUPERSET = 2

class IPAddrType(Value):
    """virIPAddrType"""

    IPV4 = 0
    IPV6 = 1

class NodeAllocPagesFlags(Mask):
    """virNodeAllocPagesFlags"""

    ADD = 0
    SET = 1

class NodeCPUStatsAllCPUs(Value):
    """virNodeGetCPUStatsAllCPUs"""

    ALL_CPUS = -1

class NodeMemoryStatsAllCells(Value):
    """virNodeGetMemoryStatsAllCells"""

    ALL_CELLS = -1

class NodeSuspendTarget(Value):
    """virNodeSuspendTarget"""

    MEM = 0
    DISK = 1
    HYBRID = 2

class DomainSnapshotCreateFlags(Mask):
    """virDomainSnapshotCreateFlags"""

    REDEFINE = 1
    CURRENT = 2
    NO_METADATA = 4
    HALT = 8
    DISK_ONLY = 16
    REUSE_EXT = 32
    QUIESCE = 64
    ATOMIC = 128
    LIVE = 256
    VALIDATE = 512

class DomainSnapshotDeleteFlags(Mask):
    """virDomainSnapshotDeleteFlags"""

    CHILDREN = 1
    METADATA_ONLY = 2
    CHILDREN_ONLY = 4

class DomainSnapshotListFlags(Mask):
    """virDomainSnapshotListFlags"""

    ROOTS = 1
    DESCENDANTS = ROOTS
    METADATA = 2
    LEAVES = 4
    NO_LEAVES = 8
    NO_METADATA = 16
    INACTIVE = 32
    ACTIVE = 64
    DISK_ONLY = 128
    INTERNAL = 256
    EXTERNAL = 512
    TOPOLOGICAL = 1024

class DomainSnapshotRevertFlags(Mask):
    """virDomainSnapshotRevertFlags"""

    RUNNING = 1
    PAUSED = 2
    FORCE = 4
    RESET_NVRAM = 8

class DomainSnapshotXMLFlags(Mask):
    """virDomainSnapshotXMLFlags"""

    SECURE = 1

class DomainCheckpointCreateFlags(Mask):
    """virDomainCheckpointCreateFlags"""

    REDEFINE = 1
    QUIESCE = 2
    REDEFINE_VALIDATE = 4

class DomainCheckpointDeleteFlags(Mask):
    """virDomainCheckpointDeleteFlags"""

    CHILDREN = 1
    METADATA_ONLY = 2
    CHILDREN_ONLY = 4

class DomainCheckpointListFlags(Mask):
    """virDomainCheckpointListFlags"""

    ROOTS = 1
    DESCENDANTS = ROOTS
    TOPOLOGICAL = 2
    LEAVES = 4
    NO_LEAVES = 8

class DomainCheckpointXMLFlags(Mask):
    """virDomainCheckpointXMLFlags"""

    SECURE = 1
    NO_DOMAIN = 2
    SIZE = 4

class StreamFlags(Mask):
    """virStreamFlags"""

    NONBLOCK = 1

class StreamEventType(Mask):
    """virStreamEventType"""

    READABLE = 1
    WRITABLE = 2
    ERROR = 4
    HANGUP = 8

class StreamRecvFlags(Mask):
    """virStreamRecvFlagsValues"""

    STOP_AT_HOLE = 1

class ConnectListAllStoragePoolsFlags(Mask):
    """virConnectListAllStoragePoolsFlags"""

    INACTIVE = 1
    ACTIVE = 2
    PERSISTENT = 4
    TRANSIENT = 8
    AUTOSTART = 16
    NO_AUTOSTART = 32
    DIR = 64
    FS = 128
    NETFS = 256
    LOGICAL = 512
    DISK = 1024
    ISCSI = 2048
    SCSI = 4096
    MPATH = 8192
    RBD = 16384
    SHEEPDOG = 32768
    GLUSTER = 65536
    ZFS = 131072
    VSTORAGE = 262144
    ISCSI_DIRECT = 524288

class StoragePoolBuildFlags(Mask):
    """virStoragePoolBuildFlags"""

    NEW = 0
    REPAIR = 1
    RESIZE = 2
    NO_OVERWRITE = 4
    OVERWRITE = 8

class StoragePoolCreateFlags(Mask):
    """virStoragePoolCreateFlags"""

    NORMAL = 0
    WITH_BUILD = 1
    WITH_BUILD_OVERWRITE = 2
    WITH_BUILD_NO_OVERWRITE = 4

class StoragePoolDefineFlags(Mask):
    """virStoragePoolDefineFlags"""

    VALIDATE = 1

class StoragePoolDeleteFlags(Mask):
    """virStoragePoolDeleteFlags"""

    NORMAL = 0
    ZEROED = 1

class StoragePoolState(Value):
    """virStoragePoolState"""

    INACTIVE = 0
    BUILDING = 1
    RUNNING = 2
    DEGRADED = 3
    INACCESSIBLE = 4

class StoragePoolEventID(Value):
    """virStoragePoolEventID"""

    LIFECYCLE = 0
    REFRESH = 1

class StoragePoolEventType(Value):
    """virStoragePoolEventLifecycleType"""

    DEFINED = 0
    UNDEFINED = 1
    STARTED = 2
    STOPPED = 3
    CREATED = 4
    DELETED = 5

class StorageXMLFlags(Mask):
    """virStorageXMLFlags"""

    INACTIVE = 1

class StorageVolCreateFlags(Mask):
    """virStorageVolCreateFlags"""

    PREALLOC_METADATA = 1
    REFLINK = 2
    VALIDATE = 4

class StorageVolDeleteFlags(Mask):
    """virStorageVolDeleteFlags"""

    NORMAL = 0
    ZEROED = 1
    WITH_SNAPSHOTS = 2

class StorageVolDownloadFlags(Mask):
    """virStorageVolDownloadFlags"""

    SPARSE_STREAM = 1

class StorageVolUploadFlags(Mask):
    """virStorageVolUploadFlags"""

    SPARSE_STREAM = 1

class StorageVolInfoFlags(Mask):
    """virStorageVolInfoFlags"""

    USE_ALLOCATION = 0
    GET_PHYSICAL = 1

class StorageVolResizeFlags(Mask):
    """virStorageVolResizeFlags"""

    ALLOCATE = 1
    DELTA = 2
    SHRINK = 4

class StorageVolType(Value):
    """virStorageVolType"""

    FILE = 0
    BLOCK = 1
    DIR = 2
    NETWORK = 3
    NETDIR = 4
    PLOOP = 5

class StorageVolWipeAlgorithm(Value):
    """virStorageVolWipeAlgorithm"""

    ZERO = 0
    NNSA = 1
    DOD = 2
    BSI = 3
    GUTMANN = 4
    SCHNEIER = 5
    PFITZNER7 = 6
    PFITZNER33 = 7
    RANDOM = 8
    TRIM = 9

class ErrorCode(Value):
    """virErrorNumber"""

    OK = 0
    INTERNAL_ERROR = 1
    NO_MEMORY = 2
    NO_SUPPORT = 3
    UNKNOWN_HOST = 4
    NO_CONNECT = 5
    INVALID_CONN = 6
    INVALID_DOMAIN = 7
    INVALID_ARG = 8
    OPERATION_FAILED = 9
    GET_FAILED = 10
    POST_FAILED = 11
    HTTP_ERROR = 12
    SEXPR_SERIAL = 13
    NO_XEN = 14
    XEN_CALL = 15
    OS_TYPE = 16
    NO_KERNEL = 17
    NO_ROOT = 18
    NO_SOURCE = 19
    NO_TARGET = 20
    NO_NAME = 21
    NO_OS = 22
    NO_DEVICE = 23
    NO_XENSTORE = 24
    DRIVER_FULL = 25
    CALL_FAILED = 26
    XML_ERROR = 27
    DOM_EXIST = 28
    OPERATION_DENIED = 29
    OPERATIONED_DENIED = OPERATION_DENIED
    OPEN_FAILED = 30
    READ_FAILED = 31
    PARSE_FAILED = 32
    CONF_SYNTAX = 33
    WRITE_FAILED = 34
    XML_DETAIL = 35
    INVALID_NETWORK = 36
    NETWORK_EXIST = 37
    SYSTEM_ERROR = 38
    RPC = 39
    GNUTLS_ERROR = 40
    WAR_NO_NETWORK = 41
    NO_DOMAIN = 42
    NO_NETWORK = 43
    INVALID_MAC = 44
    AUTH_FAILED = 45
    INVALID_STORAGE_POOL = 46
    INVALID_STORAGE_VOL = 47
    WAR_NO_STORAGE = 48
    NO_STORAGE_POOL = 49
    NO_STORAGE_VOL = 50
    WAR_NO_NODE = 51
    INVALID_NODE_DEVICE = 52
    NO_NODE_DEVICE = 53
    NO_SECURITY_MODEL = 54
    OPERATION_INVALID = 55
    WAR_NO_INTERFACE = 56
    NO_INTERFACE = 57
    INVALID_INTERFACE = 58
    MULTIPLE_INTERFACES = 59
    WAR_NO_NWFILTER = 60
    INVALID_NWFILTER = 61
    NO_NWFILTER = 62
    BUILD_FIREWALL = 63
    WAR_NO_SECRET = 64
    INVALID_SECRET = 65
    NO_SECRET = 66
    CONFIG_UNSUPPORTED = 67
    OPERATION_TIMEOUT = 68
    MIGRATE_PERSIST_FAILED = 69
    HOOK_SCRIPT_FAILED = 70
    INVALID_DOMAIN_SNAPSHOT = 71
    NO_DOMAIN_SNAPSHOT = 72
    INVALID_STREAM = 73
    ARGUMENT_UNSUPPORTED = 74
    STORAGE_PROBE_FAILED = 75
    STORAGE_POOL_BUILT = 76
    SNAPSHOT_REVERT_RISKY = 77
    OPERATION_ABORTED = 78
    AUTH_CANCELLED = 79
    NO_DOMAIN_METADATA = 80
    MIGRATE_UNSAFE = 81
    OVERFLOW = 82
    BLOCK_COPY_ACTIVE = 83
    OPERATION_UNSUPPORTED = 84
    SSH = 85
    AGENT_UNRESPONSIVE = 86
    RESOURCE_BUSY = 87
    ACCESS_DENIED = 88
    DBUS_SERVICE = 89
    STORAGE_VOL_EXIST = 90
    CPU_INCOMPATIBLE = 91
    XML_INVALID_SCHEMA = 92
    INVALID_SCHEMA = XML_INVALID_SCHEMA
    MIGRATE_FINISH_OK = 93
    AUTH_UNAVAILABLE = 94
    NO_SERVER = 95
    NO_CLIENT = 96
    AGENT_UNSYNCED = 97
    LIBSSH = 98
    DEVICE_MISSING = 99
    INVALID_NWFILTER_BINDING = 100
    NO_NWFILTER_BINDING = 101
    INVALID_DOMAIN_CHECKPOINT = 102
    NO_DOMAIN_CHECKPOINT = 103
    NO_DOMAIN_BACKUP = 104
    INVALID_NETWORK_PORT = 105
    NETWORK_PORT_EXIST = 106
    NO_NETWORK_PORT = 107
    NO_HOSTNAME = 108
    CHECKPOINT_INCONSISTENT = 109
    MULTIPLE_DOMAINS = 110
    NO_NETWORK_METADATA = 111
    AGENT_COMMAND_TIMEOUT = 112
    AGENT_COMMAND_FAILED = 113
    INVALID_ENCR_KEY_SECRET = 114

class ErrorDomain(Value):
    """virErrorDomain"""

    NONE = 0
    XEN = 1
    XEND = 2
    XENSTORE = 3
    SEXPR = 4
    XML = 5
    DOM = 6
    RPC = 7
    PROXY = 8
    CONF = 9
    QEMU = 10
    NET = 11
    TEST = 12
    REMOTE = 13
    OPENVZ = 14
    XENXM = 15
    STATS_LINUX = 16
    LXC = 17
    STORAGE = 18
    NETWORK = 19
    DOMAIN = 20
    UML = 21
    NODEDEV = 22
    XEN_INOTIFY = 23
    SECURITY = 24
    VBOX = 25
    INTERFACE = 26
    ONE = 27
    ESX = 28
    PHYP = 29
    SECRET = 30
    CPU = 31
    XENAPI = 32
    NWFILTER = 33
    HOOK = 34
    DOMAIN_SNAPSHOT = 35
    AUDIT = 36
    SYSINFO = 37
    STREAMS = 38
    VMWARE = 39
    EVENT = 40
    LIBXL = 41
    LOCKING = 42
    HYPERV = 43
    CAPABILITIES = 44
    URI = 45
    AUTH = 46
    DBUS = 47
    PARALLELS = 48
    DEVICE = 49
    SSH = 50
    LOCKSPACE = 51
    INITCTL = 52
    IDENTITY = 53
    CGROUP = 54
    ACCESS = 55
    SYSTEMD = 56
    BHYVE = 57
    CRYPTO = 58
    FIREWALL = 59
    POLKIT = 60
    THREAD = 61
    ADMIN = 62
    LOGGING = 63
    XENXL = 64
    PERF = 65
    LIBSSH = 66
    RESCTRL = 67
    FIREWALLD = 68
    DOMAIN_CHECKPOINT = 69
    TPM = 70
    BPF = 71
    CH = 72

class ErrorLevel(Value):
    """virErrorLevel"""

    NONE = 0
    WARNING = 1
    ERROR = 2

class DomainConstants:
    __slots__ = ()
    STATE_NOSTATE: Final = DomainState.NOSTATE
    STATE_RUNNING: Final = DomainState.RUNNING
    STATE_BLOCKED: Final = DomainState.BLOCKED
    STATE_PAUSED: Final = DomainState.PAUSED
    STATE_SHUTDOWN: Final = DomainState.SHUTDOWN
    STATE_SHUTOFF: Final = DomainState.SHUTOFF
    STATE_CRASHED: Final = DomainState.CRASHED
    STATE_PMSUSPENDED: Final = DomainState.PMSUSPENDED
    STATE_NOSTATE_UNKNOWN: Final = NostateReason.UNKNOWN
    STATE_RUNNING_UNKNOWN: Final = RunningReason.UNKNOWN
    STATE_RUNNING_BOOTED: Final = RunningReason.BOOTED
    STATE_RUNNING_MIGRATED: Final = RunningReason.MIGRATED
    STATE_RUNNING_RESTORED: Final = RunningReason.RESTORED
    STATE_RUNNING_FROM_SNAPSHOT: Final = RunningReason.FROM_SNAPSHOT
    STATE_RUNNING_UNPAUSED: Final = RunningReason.UNPAUSED
    STATE_RUNNING_MIGRATION_CANCELED: Final = RunningReason.MIGRATION_CANCELED
    STATE_RUNNING_SAVE_CANCELED: Final = RunningReason.SAVE_CANCELED
    STATE_RUNNING_WAKEUP: Final = RunningReason.WAKEUP
    STATE_RUNNING_CRASHED: Final = RunningReason.CRASHED
    STATE_RUNNING_POSTCOPY: Final = RunningReason.POSTCOPY
    STATE_RUNNING_POSTCOPY_FAILED: Final = RunningReason.POSTCOPY_FAILED
    STATE_BLOCKED_UNKNOWN: Final = BlockedReason.UNKNOWN
    STATE_PAUSED_UNKNOWN: Final = PausedReason.UNKNOWN
    STATE_PAUSED_USER: Final = PausedReason.USER
    STATE_PAUSED_MIGRATION: Final = PausedReason.MIGRATION
    STATE_PAUSED_SAVE: Final = PausedReason.SAVE
    STATE_PAUSED_DUMP: Final = PausedReason.DUMP
    STATE_PAUSED_IOERROR: Final = PausedReason.IOERROR
    STATE_PAUSED_WATCHDOG: Final = PausedReason.WATCHDOG
    STATE_PAUSED_FROM_SNAPSHOT: Final = PausedReason.FROM_SNAPSHOT
    STATE_PAUSED_SHUTTING_DOWN: Final = PausedReason.SHUTTING_DOWN
    STATE_PAUSED_SNAPSHOT: Final = PausedReason.SNAPSHOT
    STATE_PAUSED_CRASHED: Final = PausedReason.CRASHED
    STATE_PAUSED_STARTING_UP: Final = PausedReason.STARTING_UP
    STATE_PAUSED_POSTCOPY: Final = PausedReason.POSTCOPY
    STATE_PAUSED_POSTCOPY_FAILED: Final = PausedReason.POSTCOPY_FAILED
    STATE_PAUSED_API_ERROR: Final = PausedReason.API_ERROR
    STATE_SHUTDOWN_UNKNOWN: Final = ShutdownReason.UNKNOWN
    STATE_SHUTDOWN_USER: Final = ShutdownReason.USER
    STATE_SHUTOFF_UNKNOWN: Final = ShutoffReason.UNKNOWN
    STATE_SHUTOFF_SHUTDOWN: Final = ShutoffReason.SHUTDOWN
    STATE_SHUTOFF_DESTROYED: Final = ShutoffReason.DESTROYED
    STATE_SHUTOFF_CRASHED: Final = ShutoffReason.CRASHED
    STATE_SHUTOFF_MIGRATED: Final = ShutoffReason.MIGRATED
    STATE_SHUTOFF_SAVED: Final = ShutoffReason.SAVED
    STATE_SHUTOFF_FAILED: Final = ShutoffReason.FAILED
    STATE_SHUTOFF_FROM_SNAPSHOT: Final = ShutoffReason.FROM_SNAPSHOT
    STATE_SHUTOFF_DAEMON: Final = ShutoffReason.DAEMON
    STATE_CRASHED_UNKNOWN: Final = CrashedReason.UNKNOWN
    STATE_CRASHED_PANICKED: Final = CrashedReason.PANICKED
    STATE_PMSUSPENDED_UNKNOWN: Final = PMSuspendedReason.UNKNOWN
    STATE_PMSUSPENDED_DISK_UNKNOWN: Final = PMSuspendedDiskReason.UNKNOWN
    CONTROL_OK: Final = ControlState.OK
    CONTROL_JOB: Final = ControlState.JOB
    CONTROL_OCCUPIED: Final = ControlState.OCCUPIED
    CONTROL_ERROR: Final = ControlState.ERROR
    CONTROL_ERROR_REASON_NONE: Final = ControlErrorReason.NONE
    CONTROL_ERROR_REASON_UNKNOWN: Final = ControlErrorReason.UNKNOWN
    CONTROL_ERROR_REASON_MONITOR: Final = ControlErrorReason.MONITOR
    CONTROL_ERROR_REASON_INTERNAL: Final = ControlErrorReason.INTERNAL
    LIST_ACTIVE: Final = ConnectListAllDomainsFlags.ACTIVE
    LIST_INACTIVE: Final = ConnectListAllDomainsFlags.INACTIVE
    LIST_PERSISTENT: Final = ConnectListAllDomainsFlags.PERSISTENT
    LIST_TRANSIENT: Final = ConnectListAllDomainsFlags.TRANSIENT
    LIST_RUNNING: Final = ConnectListAllDomainsFlags.RUNNING
    LIST_PAUSED: Final = ConnectListAllDomainsFlags.PAUSED
    LIST_SHUTOFF: Final = ConnectListAllDomainsFlags.SHUTOFF
    LIST_OTHER: Final = ConnectListAllDomainsFlags.OTHER
    LIST_MANAGEDSAVE: Final = ConnectListAllDomainsFlags.MANAGEDSAVE
    LIST_NO_MANAGEDSAVE: Final = ConnectListAllDomainsFlags.NO_MANAGEDSAVE
    LIST_AUTOSTART: Final = ConnectListAllDomainsFlags.AUTOSTART
    LIST_NO_AUTOSTART: Final = ConnectListAllDomainsFlags.NO_AUTOSTART
    LIST_HAS_SNAPSHOT: Final = ConnectListAllDomainsFlags.HAS_SNAPSHOT
    LIST_NO_SNAPSHOT: Final = ConnectListAllDomainsFlags.NO_SNAPSHOT
    LIST_HAS_CHECKPOINT: Final = ConnectListAllDomainsFlags.HAS_CHECKPOINT
    LIST_NO_CHECKPOINT: Final = ConnectListAllDomainsFlags.NO_CHECKPOINT
    AFFECT_CURRENT: Final = DomainModificationImpact.CURRENT
    AFFECT_LIVE: Final = DomainModificationImpact.LIVE
    AFFECT_CONFIG: Final = DomainModificationImpact.CONFIG
    DEFINE_VALIDATE: Final = DomainDefineFlags.VALIDATE
    XML_SECURE: Final = DomainXMLFlags.SECURE
    XML_INACTIVE: Final = DomainXMLFlags.INACTIVE
    XML_UPDATE_CPU: Final = DomainXMLFlags.UPDATE_CPU
    XML_MIGRATABLE: Final = DomainXMLFlags.MIGRATABLE
    METADATA_DESCRIPTION: Final = MetadataType.DESCRIPTION
    METADATA_TITLE: Final = MetadataType.TITLE
    METADATA_ELEMENT: Final = MetadataType.ELEMENT
    START_PAUSED: Final = DomainCreateFlags.PAUSED
    START_AUTODESTROY: Final = DomainCreateFlags.AUTODESTROY
    START_BYPASS_CACHE: Final = DomainCreateFlags.BYPASS_CACHE
    START_FORCE_BOOT: Final = DomainCreateFlags.FORCE_BOOT
    START_VALIDATE: Final = DomainCreateFlags.VALIDATE
    START_RESET_NVRAM: Final = DomainCreateFlags.RESET_NVRAM
    FD_ASSOCIATE_SECLABEL_RESTORE: Final = DomainFDAssociateFlags.SECLABEL_RESTORE
    FD_ASSOCIATE_SECLABEL_WRITABLE: Final = DomainFDAssociateFlags.SECLABEL_WRITABLE
    SHUTDOWN_DEFAULT: Final = DomainShutdownFlags.DEFAULT
    SHUTDOWN_ACPI_POWER_BTN: Final = DomainShutdownFlags.ACPI_POWER_BTN
    SHUTDOWN_GUEST_AGENT: Final = DomainShutdownFlags.GUEST_AGENT
    SHUTDOWN_INITCTL: Final = DomainShutdownFlags.INITCTL
    SHUTDOWN_SIGNAL: Final = DomainShutdownFlags.SIGNAL
    SHUTDOWN_PARAVIRT: Final = DomainShutdownFlags.PARAVIRT
    REBOOT_DEFAULT: Final = DomainRebootFlags.DEFAULT
    REBOOT_ACPI_POWER_BTN: Final = DomainRebootFlags.ACPI_POWER_BTN
    REBOOT_GUEST_AGENT: Final = DomainRebootFlags.GUEST_AGENT
    REBOOT_INITCTL: Final = DomainRebootFlags.INITCTL
    REBOOT_SIGNAL: Final = DomainRebootFlags.SIGNAL
    REBOOT_PARAVIRT: Final = DomainRebootFlags.PARAVIRT
    DESTROY_DEFAULT: Final = DomainDestroyFlags.DEFAULT
    DESTROY_GRACEFUL: Final = DomainDestroyFlags.GRACEFUL
    DESTROY_REMOVE_LOGS: Final = DomainDestroyFlags.REMOVE_LOGS
    UNDEFINE_MANAGED_SAVE: Final = DomainUndefineFlags.MANAGED_SAVE
    UNDEFINE_SNAPSHOTS_METADATA: Final = DomainUndefineFlags.SNAPSHOTS_METADATA
    UNDEFINE_NVRAM: Final = DomainUndefineFlags.NVRAM
    UNDEFINE_KEEP_NVRAM: Final = DomainUndefineFlags.KEEP_NVRAM
    UNDEFINE_CHECKPOINTS_METADATA: Final = DomainUndefineFlags.CHECKPOINTS_METADATA
    UNDEFINE_TPM: Final = DomainUndefineFlags.TPM
    UNDEFINE_KEEP_TPM: Final = DomainUndefineFlags.KEEP_TPM
    LIFECYCLE_POWEROFF: Final = DomainLifecycle.POWEROFF
    LIFECYCLE_REBOOT: Final = DomainLifecycle.REBOOT
    LIFECYCLE_CRASH: Final = DomainLifecycle.CRASH
    LIFECYCLE_ACTION_DESTROY: Final = LifecycleAction.DESTROY
    LIFECYCLE_ACTION_RESTART: Final = LifecycleAction.RESTART
    LIFECYCLE_ACTION_RESTART_RENAME: Final = LifecycleAction.RESTART_RENAME
    LIFECYCLE_ACTION_PRESERVE: Final = LifecycleAction.PRESERVE
    LIFECYCLE_ACTION_COREDUMP_DESTROY: Final = LifecycleAction.COREDUMP_DESTROY
    LIFECYCLE_ACTION_COREDUMP_RESTART: Final = LifecycleAction.COREDUMP_RESTART
    LIFECYCLE_ACTION_PRESERVE_RUNNING: Final = LifecycleAction.PRESERVE_RUNNING
    SAVE_BYPASS_CACHE: Final = DomainSaveRestoreFlags.BYPASS_CACHE
    SAVE_RUNNING: Final = DomainSaveRestoreFlags.RUNNING
    SAVE_PAUSED: Final = DomainSaveRestoreFlags.PAUSED
    SAVE_RESET_NVRAM: Final = DomainSaveRestoreFlags.RESET_NVRAM
    SAVE_IMAGE_XML_SECURE: Final = DomainSaveImageXMLFlags.SECURE
    DUMP_CRASH: Final = DomainCoreDumpFlags.CRASH
    DUMP_LIVE: Final = DomainCoreDumpFlags.LIVE
    DUMP_BYPASS_CACHE: Final = DomainCoreDumpFlags.BYPASS_CACHE
    DUMP_RESET: Final = DomainCoreDumpFlags.RESET
    DUMP_MEMORY_ONLY: Final = DomainCoreDumpFlags.MEMORY_ONLY
    CORE_DUMP_FORMAT_RAW: Final = CoreDumpFormat.RAW
    CORE_DUMP_FORMAT_KDUMP_ZLIB: Final = CoreDumpFormat.KDUMP_ZLIB
    CORE_DUMP_FORMAT_KDUMP_LZO: Final = CoreDumpFormat.KDUMP_LZO
    CORE_DUMP_FORMAT_KDUMP_SNAPPY: Final = CoreDumpFormat.KDUMP_SNAPPY
    CORE_DUMP_FORMAT_WIN_DMP: Final = CoreDumpFormat.WIN_DMP
    MESSAGE_DEPRECATION: Final = DomainMessageType.DEPRECATION
    MESSAGE_TAINTING: Final = DomainMessageType.TAINTING
    MESSAGE_IOERRORS: Final = DomainMessageType.IOERRORS
    PROCESS_SIGNAL_NOP: Final = ProcessSignal.NOP
    PROCESS_SIGNAL_HUP: Final = ProcessSignal.HUP
    PROCESS_SIGNAL_INT: Final = ProcessSignal.INT
    PROCESS_SIGNAL_QUIT: Final = ProcessSignal.QUIT
    PROCESS_SIGNAL_ILL: Final = ProcessSignal.ILL
    PROCESS_SIGNAL_TRAP: Final = ProcessSignal.TRAP
    PROCESS_SIGNAL_ABRT: Final = ProcessSignal.ABRT
    PROCESS_SIGNAL_BUS: Final = ProcessSignal.BUS
    PROCESS_SIGNAL_FPE: Final = ProcessSignal.FPE
    PROCESS_SIGNAL_KILL: Final = ProcessSignal.KILL
    PROCESS_SIGNAL_USR1: Final = ProcessSignal.USR1
    PROCESS_SIGNAL_SEGV: Final = ProcessSignal.SEGV
    PROCESS_SIGNAL_USR2: Final = ProcessSignal.USR2
    PROCESS_SIGNAL_PIPE: Final = ProcessSignal.PIPE
    PROCESS_SIGNAL_ALRM: Final = ProcessSignal.ALRM
    PROCESS_SIGNAL_TERM: Final = ProcessSignal.TERM
    PROCESS_SIGNAL_STKFLT: Final = ProcessSignal.STKFLT
    PROCESS_SIGNAL_CHLD: Final = ProcessSignal.CHLD
    PROCESS_SIGNAL_CONT: Final = ProcessSignal.CONT
    PROCESS_SIGNAL_STOP: Final = ProcessSignal.STOP
    PROCESS_SIGNAL_TSTP: Final = ProcessSignal.TSTP
    PROCESS_SIGNAL_TTIN: Final = ProcessSignal.TTIN
    PROCESS_SIGNAL_TTOU: Final = ProcessSignal.TTOU
    PROCESS_SIGNAL_URG: Final = ProcessSignal.URG
    PROCESS_SIGNAL_XCPU: Final = ProcessSignal.XCPU
    PROCESS_SIGNAL_XFSZ: Final = ProcessSignal.XFSZ
    PROCESS_SIGNAL_VTALRM: Final = ProcessSignal.VTALRM
    PROCESS_SIGNAL_PROF: Final = ProcessSignal.PROF
    PROCESS_SIGNAL_WINCH: Final = ProcessSignal.WINCH
    PROCESS_SIGNAL_POLL: Final = ProcessSignal.POLL
    PROCESS_SIGNAL_PWR: Final = ProcessSignal.PWR
    PROCESS_SIGNAL_SYS: Final = ProcessSignal.SYS
    PROCESS_SIGNAL_RT0: Final = ProcessSignal.RT0
    PROCESS_SIGNAL_RT1: Final = ProcessSignal.RT1
    PROCESS_SIGNAL_RT2: Final = ProcessSignal.RT2
    PROCESS_SIGNAL_RT3: Final = ProcessSignal.RT3
    PROCESS_SIGNAL_RT4: Final = ProcessSignal.RT4
    PROCESS_SIGNAL_RT5: Final = ProcessSignal.RT5
    PROCESS_SIGNAL_RT6: Final = ProcessSignal.RT6
    PROCESS_SIGNAL_RT7: Final = ProcessSignal.RT7
    PROCESS_SIGNAL_RT8: Final = ProcessSignal.RT8
    PROCESS_SIGNAL_RT9: Final = ProcessSignal.RT9
    PROCESS_SIGNAL_RT10: Final = ProcessSignal.RT10
    PROCESS_SIGNAL_RT11: Final = ProcessSignal.RT11
    PROCESS_SIGNAL_RT12: Final = ProcessSignal.RT12
    PROCESS_SIGNAL_RT13: Final = ProcessSignal.RT13
    PROCESS_SIGNAL_RT14: Final = ProcessSignal.RT14
    PROCESS_SIGNAL_RT15: Final = ProcessSignal.RT15
    PROCESS_SIGNAL_RT16: Final = ProcessSignal.RT16
    PROCESS_SIGNAL_RT17: Final = ProcessSignal.RT17
    PROCESS_SIGNAL_RT18: Final = ProcessSignal.RT18
    PROCESS_SIGNAL_RT19: Final = ProcessSignal.RT19
    PROCESS_SIGNAL_RT20: Final = ProcessSignal.RT20
    PROCESS_SIGNAL_RT21: Final = ProcessSignal.RT21
    PROCESS_SIGNAL_RT22: Final = ProcessSignal.RT22
    PROCESS_SIGNAL_RT23: Final = ProcessSignal.RT23
    PROCESS_SIGNAL_RT24: Final = ProcessSignal.RT24
    PROCESS_SIGNAL_RT25: Final = ProcessSignal.RT25
    PROCESS_SIGNAL_RT26: Final = ProcessSignal.RT26
    PROCESS_SIGNAL_RT27: Final = ProcessSignal.RT27
    PROCESS_SIGNAL_RT28: Final = ProcessSignal.RT28
    PROCESS_SIGNAL_RT29: Final = ProcessSignal.RT29
    PROCESS_SIGNAL_RT30: Final = ProcessSignal.RT30
    PROCESS_SIGNAL_RT31: Final = ProcessSignal.RT31
    PROCESS_SIGNAL_RT32: Final = ProcessSignal.RT32
    KEYCODE_SET_LINUX: Final = KeycodeSet.LINUX
    KEYCODE_SET_XT: Final = KeycodeSet.XT
    KEYCODE_SET_ATSET1: Final = KeycodeSet.ATSET1
    KEYCODE_SET_ATSET2: Final = KeycodeSet.ATSET2
    KEYCODE_SET_ATSET3: Final = KeycodeSet.ATSET3
    KEYCODE_SET_OSX: Final = KeycodeSet.OSX
    KEYCODE_SET_XT_KBD: Final = KeycodeSet.XT_KBD
    KEYCODE_SET_USB: Final = KeycodeSet.USB
    KEYCODE_SET_WIN32: Final = KeycodeSet.WIN32
    KEYCODE_SET_QNUM: Final = KeycodeSet.QNUM
    KEYCODE_SET_RFB: Final = KeycodeSet.QNUM
    MEM_CURRENT: Final = DomainMemoryModFlags.CURRENT
    MEM_LIVE: Final = DomainMemoryModFlags.LIVE
    MEM_CONFIG: Final = DomainMemoryModFlags.CONFIG
    MEM_MAXIMUM: Final = DomainMemoryModFlags.MAXIMUM
    MEMORY_VIRTUAL: Final = DomainMemoryFlags.VIRTUAL
    MEMORY_PHYSICAL: Final = DomainMemoryFlags.PHYSICAL
    MEMORY_STAT_SWAP_IN: Final = MemoryStatTag.SWAP_IN
    MEMORY_STAT_SWAP_OUT: Final = MemoryStatTag.SWAP_OUT
    MEMORY_STAT_MAJOR_FAULT: Final = MemoryStatTag.MAJOR_FAULT
    MEMORY_STAT_MINOR_FAULT: Final = MemoryStatTag.MINOR_FAULT
    MEMORY_STAT_UNUSED: Final = MemoryStatTag.UNUSED
    MEMORY_STAT_AVAILABLE: Final = MemoryStatTag.AVAILABLE
    MEMORY_STAT_ACTUAL_BALLOON: Final = MemoryStatTag.ACTUAL_BALLOON
    MEMORY_STAT_RSS: Final = MemoryStatTag.RSS
    MEMORY_STAT_USABLE: Final = MemoryStatTag.USABLE
    MEMORY_STAT_LAST_UPDATE: Final = MemoryStatTag.LAST_UPDATE
    MEMORY_STAT_DISK_CACHES: Final = MemoryStatTag.DISK_CACHES
    MEMORY_STAT_HUGETLB_PGALLOC: Final = MemoryStatTag.HUGETLB_PGALLOC
    MEMORY_STAT_HUGETLB_PGFAIL: Final = MemoryStatTag.HUGETLB_PGFAIL
    NUMATUNE_MEM_STRICT: Final = NumatuneMemMode.STRICT
    NUMATUNE_MEM_PREFERRED: Final = NumatuneMemMode.PREFERRED
    NUMATUNE_MEM_INTERLEAVE: Final = NumatuneMemMode.INTERLEAVE
    NUMATUNE_MEM_RESTRICTIVE: Final = NumatuneMemMode.RESTRICTIVE
    VCPU_CURRENT: Final = DomainVcpuFlags.CURRENT
    VCPU_LIVE: Final = DomainVcpuFlags.LIVE
    VCPU_CONFIG: Final = DomainVcpuFlags.CONFIG
    VCPU_MAXIMUM: Final = DomainVcpuFlags.MAXIMUM
    VCPU_GUEST: Final = DomainVcpuFlags.GUEST
    VCPU_HOTPLUGGABLE: Final = DomainVcpuFlags.HOTPLUGGABLE
    VCPU_ASYNC_UNPLUG: Final = DomainVcpuFlags.ASYNC_UNPLUG
    SETVCPU_AFFECT_CURRENT: Final = DomainSetVcpuFlags.AFFECT_CURRENT
    SETVCPU_AFFECT_LIVE: Final = DomainSetVcpuFlags.AFFECT_LIVE
    SETVCPU_AFFECT_CONFIG: Final = DomainSetVcpuFlags.AFFECT_CONFIG
    SETVCPU_ASYNC_UNPLUG: Final = DomainSetVcpuFlags.ASYNC_UNPLUG
    VCPU_OFFLINE: Final = VcpuState.OFFLINE
    VCPU_RUNNING: Final = VcpuState.RUNNING
    VCPU_BLOCKED: Final = VcpuState.BLOCKED
    VCPU_INFO_CPU_UNAVAILABLE: Final = VcpuHostCpuState.UNAVAILABLE
    VCPU_INFO_CPU_OFFLINE: Final = VcpuHostCpuState.OFFLINE
    DIRTYRATE_UNSTARTED: Final = DirtyRateStatus.UNSTARTED
    DIRTYRATE_MEASURING: Final = DirtyRateStatus.MEASURING
    DIRTYRATE_MEASURED: Final = DirtyRateStatus.MEASURED
    DIRTYRATE_MODE_PAGE_SAMPLING: Final = DomainDirtyRateCalcFlags.PAGE_SAMPLING
    DIRTYRATE_MODE_DIRTY_BITMAP: Final = DomainDirtyRateCalcFlags.DIRTY_BITMAP
    DIRTYRATE_MODE_DIRTY_RING: Final = DomainDirtyRateCalcFlags.DIRTY_RING
    DEVICE_MODIFY_CURRENT: Final = DomainDeviceModifyFlags.CURRENT
    DEVICE_MODIFY_LIVE: Final = DomainDeviceModifyFlags.LIVE
    DEVICE_MODIFY_CONFIG: Final = DomainDeviceModifyFlags.CONFIG
    DEVICE_MODIFY_FORCE: Final = DomainDeviceModifyFlags.FORCE
    DISK_ERROR_NONE: Final = DiskErrorCode.NONE
    DISK_ERROR_UNSPEC: Final = DiskErrorCode.UNSPEC
    DISK_ERROR_NO_SPACE: Final = DiskErrorCode.NO_SPACE
    BLOCK_RESIZE_BYTES: Final = DomainBlockResizeFlags.BYTES
    BLOCK_RESIZE_CAPACITY: Final = DomainBlockResizeFlags.CAPACITY
    BLOCK_RESIZE_EXTEND: Final = DomainBlockResizeFlags.EXTEND
    INTERFACE_ADDRESSES_SRC_LEASE: Final = InterfaceAddressesSource.LEASE
    INTERFACE_ADDRESSES_SRC_AGENT: Final = InterfaceAddressesSource.AGENT
    INTERFACE_ADDRESSES_SRC_ARP: Final = InterfaceAddressesSource.ARP
    OPEN_CONSOLE_FORCE: Final = DomainConsoleFlags.FORCE
    OPEN_CONSOLE_SAFE: Final = DomainConsoleFlags.SAFE
    OPEN_CHANNEL_FORCE: Final = DomainChannelFlags.FORCE
    OPEN_GRAPHICS_SKIPAUTH: Final = DomainOpenGraphicsFlags.SKIPAUTH
    GRAPHICS_RELOAD_TYPE_ANY: Final = GraphicsReloadType.ANY
    GRAPHICS_RELOAD_TYPE_VNC: Final = GraphicsReloadType.VNC
    JOB_NONE: Final = JobType.NONE
    JOB_BOUNDED: Final = JobType.BOUNDED
    JOB_UNBOUNDED: Final = JobType.UNBOUNDED
    JOB_COMPLETED: Final = JobType.COMPLETED
    JOB_FAILED: Final = JobType.FAILED
    JOB_CANCELLED: Final = JobType.CANCELLED
    JOB_OPERATION_UNKNOWN: Final = JobOperation.UNKNOWN
    JOB_OPERATION_START: Final = JobOperation.START
    JOB_OPERATION_SAVE: Final = JobOperation.SAVE
    JOB_OPERATION_RESTORE: Final = JobOperation.RESTORE
    JOB_OPERATION_MIGRATION_IN: Final = JobOperation.MIGRATION_IN
    JOB_OPERATION_MIGRATION_OUT: Final = JobOperation.MIGRATION_OUT
    JOB_OPERATION_SNAPSHOT: Final = JobOperation.SNAPSHOT
    JOB_OPERATION_SNAPSHOT_REVERT: Final = JobOperation.SNAPSHOT_REVERT
    JOB_OPERATION_DUMP: Final = JobOperation.DUMP
    JOB_OPERATION_BACKUP: Final = JobOperation.BACKUP
    JOB_OPERATION_SNAPSHOT_DELETE: Final = JobOperation.SNAPSHOT_DELETE
    JOB_STATS_COMPLETED: Final = DomainGetJobStatsFlags.COMPLETED
    JOB_STATS_KEEP_COMPLETED: Final = DomainGetJobStatsFlags.KEEP_COMPLETED
    DOMAIN_ABORT_JOB_POSTCOPY: Final = DomainAbortJobFlags.POSTCOPY
    BACKUP_BEGIN_REUSE_EXTERNAL: Final = DomainBackupBeginFlags.REUSE_EXTERNAL
    BACKUP_BEGIN_PRESERVE_SHUTDOWN_DOMAIN: Final = DomainBackupBeginFlags.PRESERVE_SHUTDOWN_DOMAIN
    BLOCK_JOB_TYPE_UNKNOWN: Final = BlockJobType.UNKNOWN
    BLOCK_JOB_TYPE_PULL: Final = BlockJobType.PULL
    BLOCK_JOB_TYPE_COPY: Final = BlockJobType.COPY
    BLOCK_JOB_TYPE_COMMIT: Final = BlockJobType.COMMIT
    BLOCK_JOB_TYPE_ACTIVE_COMMIT: Final = BlockJobType.ACTIVE_COMMIT
    BLOCK_JOB_TYPE_BACKUP: Final = BlockJobType.BACKUP
    BLOCK_JOB_COMPLETED: Final = BlockJobStatus.COMPLETED
    BLOCK_JOB_FAILED: Final = BlockJobStatus.FAILED
    BLOCK_JOB_CANCELED: Final = BlockJobStatus.CANCELED
    BLOCK_JOB_READY: Final = BlockJobStatus.READY
    BLOCK_JOB_INFO_BANDWIDTH_BYTES: Final = DomainBlockJobInfoFlags.BANDWIDTH_BYTES
    BLOCK_JOB_ABORT_ASYNC: Final = DomainBlockJobAbortFlags.ASYNC
    BLOCK_JOB_ABORT_PIVOT: Final = DomainBlockJobAbortFlags.PIVOT
    BLOCK_JOB_SPEED_BANDWIDTH_BYTES: Final = DomainBlockJobSetSpeedFlags.BANDWIDTH_BYTES
    BLOCK_PULL_BANDWIDTH_BYTES: Final = DomainBlockPullFlags.BANDWIDTH_BYTES
    BLOCK_REBASE_SHALLOW: Final = DomainBlockRebaseFlags.SHALLOW
    BLOCK_REBASE_REUSE_EXT: Final = DomainBlockRebaseFlags.REUSE_EXT
    BLOCK_REBASE_COPY_RAW: Final = DomainBlockRebaseFlags.COPY_RAW
    BLOCK_REBASE_COPY: Final = DomainBlockRebaseFlags.COPY
    BLOCK_REBASE_RELATIVE: Final = DomainBlockRebaseFlags.RELATIVE
    BLOCK_REBASE_COPY_DEV: Final = DomainBlockRebaseFlags.COPY_DEV
    BLOCK_REBASE_BANDWIDTH_BYTES: Final = DomainBlockRebaseFlags.BANDWIDTH_BYTES
    BLOCK_COPY_SHALLOW: Final = DomainBlockCopyFlags.SHALLOW
    BLOCK_COPY_REUSE_EXT: Final = DomainBlockCopyFlags.REUSE_EXT
    BLOCK_COPY_TRANSIENT_JOB: Final = DomainBlockCopyFlags.TRANSIENT_JOB
    BLOCK_COPY_SYNCHRONOUS_WRITES: Final = DomainBlockCopyFlags.SYNCHRONOUS_WRITES
    BLOCK_COPY_TARGET_ZEROED: Final = DomainBlockCopyFlags.TARGET_ZEROED
    BLOCK_COMMIT_SHALLOW: Final = DomainBlockCommitFlags.SHALLOW
    BLOCK_COMMIT_DELETE: Final = DomainBlockCommitFlags.DELETE
    BLOCK_COMMIT_ACTIVE: Final = DomainBlockCommitFlags.ACTIVE
    BLOCK_COMMIT_RELATIVE: Final = DomainBlockCommitFlags.RELATIVE
    BLOCK_COMMIT_BANDWIDTH_BYTES: Final = DomainBlockCommitFlags.BANDWIDTH_BYTES
    MIGRATE_LIVE: Final = DomainMigrateFlags.LIVE
    MIGRATE_PEER2PEER: Final = DomainMigrateFlags.PEER2PEER
    MIGRATE_TUNNELLED: Final = DomainMigrateFlags.TUNNELLED
    MIGRATE_PERSIST_DEST: Final = DomainMigrateFlags.PERSIST_DEST
    MIGRATE_UNDEFINE_SOURCE: Final = DomainMigrateFlags.UNDEFINE_SOURCE
    MIGRATE_PAUSED: Final = DomainMigrateFlags.PAUSED
    MIGRATE_NON_SHARED_DISK: Final = DomainMigrateFlags.NON_SHARED_DISK
    MIGRATE_NON_SHARED_INC: Final = DomainMigrateFlags.NON_SHARED_INC
    MIGRATE_CHANGE_PROTECTION: Final = DomainMigrateFlags.CHANGE_PROTECTION
    MIGRATE_UNSAFE: Final = DomainMigrateFlags.UNSAFE
    MIGRATE_OFFLINE: Final = DomainMigrateFlags.OFFLINE
    MIGRATE_COMPRESSED: Final = DomainMigrateFlags.COMPRESSED
    MIGRATE_ABORT_ON_ERROR: Final = DomainMigrateFlags.ABORT_ON_ERROR
    MIGRATE_AUTO_CONVERGE: Final = DomainMigrateFlags.AUTO_CONVERGE
    MIGRATE_RDMA_PIN_ALL: Final = DomainMigrateFlags.RDMA_PIN_ALL
    MIGRATE_POSTCOPY: Final = DomainMigrateFlags.POSTCOPY
    MIGRATE_TLS: Final = DomainMigrateFlags.TLS
    MIGRATE_PARALLEL: Final = DomainMigrateFlags.PARALLEL
    MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES: Final = DomainMigrateFlags.NON_SHARED_SYNCHRONOUS_WRITES
    MIGRATE_POSTCOPY_RESUME: Final = DomainMigrateFlags.POSTCOPY_RESUME
    MIGRATE_ZEROCOPY: Final = DomainMigrateFlags.ZEROCOPY
    MIGRATE_MAX_SPEED_POSTCOPY: Final = DomainMigrateMaxSpeedFlags.POSTCOPY
    GET_ALL_STATS_ACTIVE: Final = ConnectGetAllDomainStatsFlags.ACTIVE
    GET_ALL_STATS_INACTIVE: Final = ConnectGetAllDomainStatsFlags.INACTIVE
    GET_ALL_STATS_PERSISTENT: Final = ConnectGetAllDomainStatsFlags.PERSISTENT
    GET_ALL_STATS_TRANSIENT: Final = ConnectGetAllDomainStatsFlags.TRANSIENT
    GET_ALL_STATS_RUNNING: Final = ConnectGetAllDomainStatsFlags.RUNNING
    GET_ALL_STATS_PAUSED: Final = ConnectGetAllDomainStatsFlags.PAUSED
    GET_ALL_STATS_SHUTOFF: Final = ConnectGetAllDomainStatsFlags.SHUTOFF
    GET_ALL_STATS_OTHER: Final = ConnectGetAllDomainStatsFlags.OTHER
    GET_ALL_STATS_NOWAIT: Final = ConnectGetAllDomainStatsFlags.NOWAIT
    GET_ALL_STATS_BACKING: Final = ConnectGetAllDomainStatsFlags.BACKING
    GET_ALL_STATS_ENFORCE_STATS: Final = ConnectGetAllDomainStatsFlags.ENFORCE_STATS
    STATS_STATE: Final = DomainStatsTypes.STATE
    STATS_CPU_TOTAL: Final = DomainStatsTypes.CPU_TOTAL
    STATS_BALLOON: Final = DomainStatsTypes.BALLOON
    STATS_VCPU: Final = DomainStatsTypes.VCPU
    STATS_INTERFACE: Final = DomainStatsTypes.INTERFACE
    STATS_BLOCK: Final = DomainStatsTypes.BLOCK
    STATS_PERF: Final = DomainStatsTypes.PERF
    STATS_IOTHREAD: Final = DomainStatsTypes.IOTHREAD
    STATS_MEMORY: Final = DomainStatsTypes.MEMORY
    STATS_DIRTYRATE: Final = DomainStatsTypes.DIRTYRATE
    STATS_VM: Final = DomainStatsTypes.VM
    GUEST_INFO_USERS: Final = DomainGuestInfoTypes.USERS
    GUEST_INFO_OS: Final = DomainGuestInfoTypes.OS
    GUEST_INFO_TIMEZONE: Final = DomainGuestInfoTypes.TIMEZONE
    GUEST_INFO_HOSTNAME: Final = DomainGuestInfoTypes.HOSTNAME
    GUEST_INFO_FILESYSTEM: Final = DomainGuestInfoTypes.FILESYSTEM
    GUEST_INFO_DISKS: Final = DomainGuestInfoTypes.DISKS
    GUEST_INFO_INTERFACES: Final = DomainGuestInfoTypes.INTERFACES
    GUEST_INFO_LOAD: Final = DomainGuestInfoTypes.LOAD
    GUEST_INFO_DEVICES: Final = DomainGuestInfoTypes.DEVICES
    GET_HOSTNAME_LEASE: Final = DomainGetHostnameFlags.LEASE
    GET_HOSTNAME_AGENT: Final = DomainGetHostnameFlags.AGENT
    TIME_SYNC: Final = DomainSetTimeFlags.SYNC
    PASSWORD_ENCRYPTED: Final = DomainSetUserPasswordFlags.ENCRYPTED
    AUTHORIZED_SSH_KEYS_SET_APPEND: Final = DomainAuthorizedSSHKeysSetFlags.APPEND
    AUTHORIZED_SSH_KEYS_SET_REMOVE: Final = DomainAuthorizedSSHKeysSetFlags.REMOVE
    AGENT_RESPONSE_TIMEOUT_BLOCK: Final = AgentResponseTimeout.BLOCK
    AGENT_RESPONSE_TIMEOUT_DEFAULT: Final = AgentResponseTimeout.DEFAULT
    AGENT_RESPONSE_TIMEOUT_NOWAIT: Final = AgentResponseTimeout.NOWAIT
    QEMU_MONITOR_COMMAND_DEFAULT: Final = DomainQemuMonitorCommandFlags.DEFAULT
    QEMU_MONITOR_COMMAND_HMP: Final = DomainQemuMonitorCommandFlags.HMP
    QEMU_AGENT_COMMAND_BLOCK: Final = QemuAgentCommandTimeout.BLOCK
    QEMU_AGENT_COMMAND_DEFAULT: Final = QemuAgentCommandTimeout.DEFAULT
    QEMU_AGENT_COMMAND_NOWAIT: Final = QemuAgentCommandTimeout.NOWAIT
    QEMU_AGENT_COMMAND_SHUTDOWN: Final = QemuAgentCommandTimeout.SHUTDOWN
    EVENT_ID_LIFECYCLE: Final = DomainEventID.LIFECYCLE
    EVENT_ID_REBOOT: Final = DomainEventID.REBOOT
    EVENT_ID_RTC_CHANGE: Final = DomainEventID.RTC_CHANGE
    EVENT_ID_WATCHDOG: Final = DomainEventID.WATCHDOG
    EVENT_ID_IO_ERROR: Final = DomainEventID.IO_ERROR
    EVENT_ID_GRAPHICS: Final = DomainEventID.GRAPHICS
    EVENT_ID_IO_ERROR_REASON: Final = DomainEventID.IO_ERROR_REASON
    EVENT_ID_CONTROL_ERROR: Final = DomainEventID.CONTROL_ERROR
    EVENT_ID_BLOCK_JOB: Final = DomainEventID.BLOCK_JOB
    EVENT_ID_DISK_CHANGE: Final = DomainEventID.DISK_CHANGE
    EVENT_ID_TRAY_CHANGE: Final = DomainEventID.TRAY_CHANGE
    EVENT_ID_PMWAKEUP: Final = DomainEventID.PMWAKEUP
    EVENT_ID_PMSUSPEND: Final = DomainEventID.PMSUSPEND
    EVENT_ID_BALLOON_CHANGE: Final = DomainEventID.BALLOON_CHANGE
    EVENT_ID_PMSUSPEND_DISK: Final = DomainEventID.PMSUSPEND_DISK
    EVENT_ID_DEVICE_REMOVED: Final = DomainEventID.DEVICE_REMOVED
    EVENT_ID_BLOCK_JOB_2: Final = DomainEventID.BLOCK_JOB_2
    EVENT_ID_TUNABLE: Final = DomainEventID.TUNABLE
    EVENT_ID_AGENT_LIFECYCLE: Final = DomainEventID.AGENT_LIFECYCLE
    EVENT_ID_DEVICE_ADDED: Final = DomainEventID.DEVICE_ADDED
    EVENT_ID_MIGRATION_ITERATION: Final = DomainEventID.MIGRATION_ITERATION
    EVENT_ID_JOB_COMPLETED: Final = DomainEventID.JOB_COMPLETED
    EVENT_ID_DEVICE_REMOVAL_FAILED: Final = DomainEventID.DEVICE_REMOVAL_FAILED
    EVENT_ID_METADATA_CHANGE: Final = DomainEventID.METADATA_CHANGE
    EVENT_ID_BLOCK_THRESHOLD: Final = DomainEventID.BLOCK_THRESHOLD
    EVENT_ID_MEMORY_FAILURE: Final = DomainEventID.MEMORY_FAILURE
    EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE: Final = DomainEventID.MEMORY_DEVICE_SIZE_CHANGE
    EVENT_ID_NIC_MAC_CHANGE: Final = DomainEventID.NIC_MAC_CHANGE
    EVENT_ID_VCPU_REMOVED: Final = DomainEventID.VCPU_REMOVED
    EVENT_ID_CHANNEL_LIFECYCLE: Final = DomainEventID.CHANNEL_LIFECYCLE
    EVENT_DEFINED: Final = DomainEventType.DEFINED
    EVENT_UNDEFINED: Final = DomainEventType.UNDEFINED
    EVENT_STARTED: Final = DomainEventType.STARTED
    EVENT_SUSPENDED: Final = DomainEventType.SUSPENDED
    EVENT_RESUMED: Final = DomainEventType.RESUMED
    EVENT_STOPPED: Final = DomainEventType.STOPPED
    EVENT_SHUTDOWN: Final = DomainEventType.SHUTDOWN
    EVENT_PMSUSPENDED: Final = DomainEventType.PMSUSPENDED
    EVENT_CRASHED: Final = DomainEventType.CRASHED
    EVENT_DEFINED_ADDED: Final = DefinedDetail.ADDED
    EVENT_DEFINED_UPDATED: Final = DefinedDetail.UPDATED
    EVENT_DEFINED_RENAMED: Final = DefinedDetail.RENAMED
    EVENT_DEFINED_FROM_SNAPSHOT: Final = DefinedDetail.FROM_SNAPSHOT
    EVENT_UNDEFINED_REMOVED: Final = UndefinedDetail.REMOVED
    EVENT_UNDEFINED_RENAMED: Final = UndefinedDetail.RENAMED
    EVENT_STARTED_BOOTED: Final = StartedDetail.BOOTED
    EVENT_STARTED_MIGRATED: Final = StartedDetail.MIGRATED
    EVENT_STARTED_RESTORED: Final = StartedDetail.RESTORED
    EVENT_STARTED_FROM_SNAPSHOT: Final = StartedDetail.FROM_SNAPSHOT
    EVENT_STARTED_WAKEUP: Final = StartedDetail.WAKEUP
    EVENT_STARTED_RECREATED: Final = StartedDetail.RECREATED
    EVENT_SUSPENDED_PAUSED: Final = SuspendedDetail.PAUSED
    EVENT_SUSPENDED_MIGRATED: Final = SuspendedDetail.MIGRATED
    EVENT_SUSPENDED_IOERROR: Final = SuspendedDetail.IOERROR
    EVENT_SUSPENDED_WATCHDOG: Final = SuspendedDetail.WATCHDOG
    EVENT_SUSPENDED_RESTORED: Final = SuspendedDetail.RESTORED
    EVENT_SUSPENDED_FROM_SNAPSHOT: Final = SuspendedDetail.FROM_SNAPSHOT
    EVENT_SUSPENDED_API_ERROR: Final = SuspendedDetail.API_ERROR
    EVENT_SUSPENDED_POSTCOPY: Final = SuspendedDetail.POSTCOPY
    EVENT_SUSPENDED_POSTCOPY_FAILED: Final = SuspendedDetail.POSTCOPY_FAILED
    EVENT_SUSPENDED_GUEST_SHUTDOWN: Final = SuspendedDetail.GUEST_SHUTDOWN
    EVENT_RESUMED_UNPAUSED: Final = ResumedDetail.UNPAUSED
    EVENT_RESUMED_MIGRATED: Final = ResumedDetail.MIGRATED
    EVENT_RESUMED_FROM_SNAPSHOT: Final = ResumedDetail.FROM_SNAPSHOT
    EVENT_RESUMED_POSTCOPY: Final = ResumedDetail.POSTCOPY
    EVENT_RESUMED_POSTCOPY_FAILED: Final = ResumedDetail.POSTCOPY_FAILED
    EVENT_STOPPED_SHUTDOWN: Final = StoppedDetail.SHUTDOWN
    EVENT_STOPPED_DESTROYED: Final = StoppedDetail.DESTROYED
    EVENT_STOPPED_CRASHED: Final = StoppedDetail.CRASHED
    EVENT_STOPPED_MIGRATED: Final = StoppedDetail.MIGRATED
    EVENT_STOPPED_SAVED: Final = StoppedDetail.SAVED
    EVENT_STOPPED_FAILED: Final = StoppedDetail.FAILED
    EVENT_STOPPED_FROM_SNAPSHOT: Final = StoppedDetail.FROM_SNAPSHOT
    EVENT_STOPPED_RECREATED: Final = StoppedDetail.RECREATED
    EVENT_SHUTDOWN_FINISHED: Final = ShutdownDetail.FINISHED
    EVENT_SHUTDOWN_GUEST: Final = ShutdownDetail.GUEST
    EVENT_SHUTDOWN_HOST: Final = ShutdownDetail.HOST
    EVENT_PMSUSPENDED_MEMORY: Final = PMSuspendedDetail.MEMORY
    EVENT_PMSUSPENDED_DISK: Final = PMSuspendedDetail.DISK
    EVENT_CRASHED_PANICKED: Final = CrashedDetail.PANICKED
    EVENT_CRASHED_CRASHLOADED: Final = CrashedDetail.CRASHLOADED
    EVENT_WATCHDOG_NONE: Final = WatchdogAction.NONE
    EVENT_WATCHDOG_PAUSE: Final = WatchdogAction.PAUSE
    EVENT_WATCHDOG_RESET: Final = WatchdogAction.RESET
    EVENT_WATCHDOG_POWEROFF: Final = WatchdogAction.POWEROFF
    EVENT_WATCHDOG_SHUTDOWN: Final = WatchdogAction.SHUTDOWN
    EVENT_WATCHDOG_DEBUG: Final = WatchdogAction.DEBUG
    EVENT_WATCHDOG_INJECTNMI: Final = WatchdogAction.INJECTNMI
    EVENT_IO_ERROR_NONE: Final = IOErrorAction.NONE
    EVENT_IO_ERROR_PAUSE: Final = IOErrorAction.PAUSE
    EVENT_IO_ERROR_REPORT: Final = IOErrorAction.REPORT
    EVENT_GRAPHICS_CONNECT: Final = GraphicsPhase.CONNECT
    EVENT_GRAPHICS_INITIALIZE: Final = GraphicsPhase.INITIALIZE
    EVENT_GRAPHICS_DISCONNECT: Final = GraphicsPhase.DISCONNECT
    EVENT_GRAPHICS_ADDRESS_IPV4: Final = GraphicsAddressType.IPV4
    EVENT_GRAPHICS_ADDRESS_IPV6: Final = GraphicsAddressType.IPV6
    EVENT_GRAPHICS_ADDRESS_UNIX: Final = GraphicsAddressType.UNIX
    EVENT_DISK_CHANGE_MISSING_ON_START: Final = DiskChangeReason.CHANGE_MISSING_ON_START
    EVENT_DISK_DROP_MISSING_ON_START: Final = DiskChangeReason.DROP_MISSING_ON_START
    EVENT_TRAY_CHANGE_OPEN: Final = TrayChangeReason.OPEN
    EVENT_TRAY_CHANGE_CLOSE: Final = TrayChangeReason.CLOSE
    EVENT_AGENT_LIFECYCLE_STATE_CONNECTED: Final = AgentLifecycleState.CONNECTED
    EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED: Final = AgentLifecycleState.DISCONNECTED
    EVENT_AGENT_LIFECYCLE_REASON_UNKNOWN: Final = AgentLifecycleReason.UNKNOWN
    EVENT_AGENT_LIFECYCLE_REASON_DOMAIN_STARTED: Final = AgentLifecycleReason.DOMAIN_STARTED
    EVENT_AGENT_LIFECYCLE_REASON_CHANNEL: Final = AgentLifecycleReason.CHANNEL
    EVENT_CHANNEL_LIFECYCLE_STATE_CONNECTED: Final = ChannelLifecycleState.CONNECTED
    EVENT_CHANNEL_LIFECYCLE_STATE_DISCONNECTED: Final = ChannelLifecycleState.DISCONNECTED
    EVENT_CHANNEL_LIFECYCLE_REASON_UNKNOWN: Final = ChannelLifecycleReason.UNKNOWN
    EVENT_CHANNEL_LIFECYCLE_REASON_DOMAIN_STARTED: Final = ChannelLifecycleReason.DOMAIN_STARTED
    EVENT_CHANNEL_LIFECYCLE_REASON_CHANNEL: Final = ChannelLifecycleReason.CHANNEL
    EVENT_MEMORY_FAILURE_RECIPIENT_HYPERVISOR: Final = MemoryFailureRecipient.HYPERVISOR
    EVENT_MEMORY_FAILURE_RECIPIENT_GUEST: Final = MemoryFailureRecipient.GUEST
    EVENT_MEMORY_FAILURE_ACTION_IGNORE: Final = MemoryFailureAction.IGNORE
    EVENT_MEMORY_FAILURE_ACTION_INJECT: Final = MemoryFailureAction.INJECT
    EVENT_MEMORY_FAILURE_ACTION_FATAL: Final = MemoryFailureAction.FATAL
    EVENT_MEMORY_FAILURE_ACTION_RESET: Final = MemoryFailureAction.RESET
    MEMORY_FAILURE_ACTION_REQUIRED: Final = DomainMemoryFailureFlags.ACTION_REQUIRED
    MEMORY_FAILURE_RECURSIVE: Final = DomainMemoryFailureFlags.RECURSIVE
    SCHEDULER_CAP: Final = "cap"
    SCHEDULER_CPU_SHARES: Final = "cpu_shares"
    SCHEDULER_LIMIT: Final = "limit"
    SCHEDULER_RESERVATION: Final = "reservation"
    SCHEDULER_SHARES: Final = "shares"
    SCHEDULER_VCPU_PERIOD: Final = "vcpu_period"
    SCHEDULER_VCPU_QUOTA: Final = "vcpu_quota"
    SCHEDULER_GLOBAL_PERIOD: Final = "global_period"
    SCHEDULER_GLOBAL_QUOTA: Final = "global_quota"
    SCHEDULER_WEIGHT: Final = "weight"
    SCHEDULER_EMULATOR_PERIOD: Final = "emulator_period"
    SCHEDULER_EMULATOR_QUOTA: Final = "emulator_quota"
    SCHEDULER_IOTHREAD_PERIOD: Final = "iothread_period"
    SCHEDULER_IOTHREAD_QUOTA: Final = "iothread_quota"
    MEMORY_HARD_LIMIT: Final = "hard_limit"
    MEMORY_SOFT_LIMIT: Final = "soft_limit"
    MEMORY_MIN_GUARANTEE: Final = "min_guarantee"
    MEMORY_SWAP_HARD_LIMIT: Final = "swap_hard_limit"
    BLKIO_WEIGHT: Final = "weight"
    BLKIO_DEVICE_WEIGHT: Final = "device_weight"
    BLKIO_DEVICE_READ_BPS: Final = "device_read_bytes_sec"
    BLKIO_DEVICE_READ_IOPS: Final = "device_read_iops_sec"
    BLKIO_DEVICE_WRITE_BPS: Final = "device_write_bytes_sec"
    BLKIO_DEVICE_WRITE_IOPS: Final = "device_write_iops_sec"
    BLOCK_IOTUNE_TOTAL_BYTES_SEC: Final = "total_bytes_sec"
    BLOCK_IOTUNE_READ_BYTES_SEC: Final = "read_bytes_sec"
    BLOCK_IOTUNE_WRITE_BYTES_SEC: Final = "write_bytes_sec"
    BLOCK_IOTUNE_TOTAL_IOPS_SEC: Final = "total_iops_sec"
    BLOCK_IOTUNE_READ_IOPS_SEC: Final = "read_iops_sec"
    BLOCK_IOTUNE_WRITE_IOPS_SEC: Final = "write_iops_sec"
    BLOCK_IOTUNE_TOTAL_BYTES_SEC_MAX: Final = "total_bytes_sec_max"
    BLOCK_IOTUNE_READ_BYTES_SEC_MAX: Final = "read_bytes_sec_max"
    BLOCK_IOTUNE_WRITE_BYTES_SEC_MAX: Final = "write_bytes_sec_max"
    BLOCK_IOTUNE_TOTAL_IOPS_SEC_MAX: Final = "total_iops_sec_max"
    BLOCK_IOTUNE_READ_IOPS_SEC_MAX: Final = "read_iops_sec_max"
    BLOCK_IOTUNE_WRITE_IOPS_SEC_MAX: Final = "write_iops_sec_max"
    BLOCK_IOTUNE_SIZE_IOPS_SEC: Final = "size_iops_sec"
    BLOCK_IOTUNE_GROUP_NAME: Final = "group_name"
    BLOCK_IOTUNE_TOTAL_BYTES_SEC_MAX_LENGTH: Final = "total_bytes_sec_max_length"
    BLOCK_IOTUNE_READ_BYTES_SEC_MAX_LENGTH: Final = "read_bytes_sec_max_length"
    BLOCK_IOTUNE_WRITE_BYTES_SEC_MAX_LENGTH: Final = "write_bytes_sec_max_length"
    BLOCK_IOTUNE_TOTAL_IOPS_SEC_MAX_LENGTH: Final = "total_iops_sec_max_length"
    BLOCK_IOTUNE_READ_IOPS_SEC_MAX_LENGTH: Final = "read_iops_sec_max_length"
    BLOCK_IOTUNE_WRITE_IOPS_SEC_MAX_LENGTH: Final = "write_iops_sec_max_length"
    BANDWIDTH_IN_AVERAGE: Final = "inbound.average"
    BANDWIDTH_IN_PEAK: Final = "inbound.peak"
    BANDWIDTH_IN_BURST: Final = "inbound.burst"
    BANDWIDTH_IN_FLOOR: Final = "inbound.floor"
    BANDWIDTH_OUT_AVERAGE: Final = "outbound.average"
    BANDWIDTH_OUT_PEAK: Final = "outbound.peak"
    BANDWIDTH_OUT_BURST: Final = "outbound.burst"
    ANNOUNCE_INTERFACE_INITIAL: Final = "initial"
    ANNOUNCE_INTERFACE_MAX: Final = "max"
    ANNOUNCE_INTERFACE_ROUNDS: Final = "rounds"
    ANNOUNCE_INTERFACE_STEP: Final = "step"
    NUMA_MODE: Final = "numa_mode"
    NUMA_NODESET: Final = "numa_nodeset"
    PERF_PARAM_CMT: Final = "cmt"
    PERF_PARAM_MBML: Final = "mbml"
    PERF_PARAM_MBMT: Final = "mbmt"
    PERF_PARAM_CACHE_MISSES: Final = "cache_misses"
    PERF_PARAM_CACHE_REFERENCES: Final = "cache_references"
    PERF_PARAM_CPU_CYCLES: Final = "cpu_cycles"
    PERF_PARAM_INSTRUCTIONS: Final = "instructions"
    PERF_PARAM_BRANCH_INSTRUCTIONS: Final = "branch_instructions"
    PERF_PARAM_BRANCH_MISSES: Final = "branch_misses"
    PERF_PARAM_BUS_CYCLES: Final = "bus_cycles"
    PERF_PARAM_STALLED_CYCLES_FRONTEND: Final = "stalled_cycles_frontend"
    PERF_PARAM_STALLED_CYCLES_BACKEND: Final = "stalled_cycles_backend"
    PERF_PARAM_REF_CPU_CYCLES: Final = "ref_cpu_cycles"
    PERF_PARAM_CPU_CLOCK: Final = "cpu_clock"
    PERF_PARAM_TASK_CLOCK: Final = "task_clock"
    PERF_PARAM_PAGE_FAULTS: Final = "page_faults"
    PERF_PARAM_CONTEXT_SWITCHES: Final = "context_switches"
    PERF_PARAM_CPU_MIGRATIONS: Final = "cpu_migrations"
    PERF_PARAM_PAGE_FAULTS_MIN: Final = "page_faults_min"
    PERF_PARAM_PAGE_FAULTS_MAJ: Final = "page_faults_maj"
    PERF_PARAM_ALIGNMENT_FAULTS: Final = "alignment_faults"
    PERF_PARAM_EMULATION_FAULTS: Final = "emulation_faults"
    IOTHREAD_PARAM_POLL_MAX_NS: Final = "poll_max_ns"
    IOTHREAD_PARAM_POLL_GROW: Final = "poll_grow"
    IOTHREAD_PARAM_POLL_SHRINK: Final = "poll_shrink"
    IOTHREAD_PARAM_POLL_WEIGHT: Final = "poll_weight"
    IOTHREAD_PARAM_THREAD_POOL_MIN: Final = "thread_pool_min"
    IOTHREAD_PARAM_THREAD_POOL_MAX: Final = "thread_pool_max"
    BLOCK_COPY_BANDWIDTH: Final = "bandwidth"
    BLOCK_COPY_GRANULARITY: Final = "granularity"
    BLOCK_COPY_BUF_SIZE: Final = "buf-size"
    MIGRATE_PARAM_URI: Final = "migrate_uri"
    MIGRATE_PARAM_DEST_NAME: Final = "destination_name"
    MIGRATE_PARAM_DEST_XML: Final = "destination_xml"
    MIGRATE_PARAM_GRAPHICS_URI: Final = "graphics_uri"
    MIGRATE_PARAM_BANDWIDTH: Final = "bandwidth"
    MIGRATE_PARAM_LISTEN_ADDRESS: Final = "listen_address"
    MIGRATE_PARAM_DISK_PORT: Final = "disks_port"
    MIGRATE_PARAM_MIGRATE_DISKS: Final = "migrate_disks"
    MIGRATE_PARAM_BANDWIDTH_POSTCOPY: Final = "bandwidth.postcopy"
    MIGRATE_PARAM_COMPRESSION: Final = "compression"
    MIGRATE_PARAM_COMPRESSION_MT_THREADS: Final = "compression.mt.threads"
    MIGRATE_PARAM_COMPRESSION_MT_DTHREADS: Final = "compression.mt.dthreads"
    MIGRATE_PARAM_COMPRESSION_MT_LEVEL: Final = "compression.mt.level"
    MIGRATE_PARAM_COMPRESSION_XBZRLE_CACHE: Final = "compression.xbzrle.cache"
    MIGRATE_PARAM_PERSIST_XML: Final = "persistent_xml"
    MIGRATE_PARAM_AUTO_CONVERGE_INITIAL: Final = "auto_converge.initial"
    MIGRATE_PARAM_AUTO_CONVERGE_INCREMENT: Final = "auto_converge.increment"
    MIGRATE_PARAM_PARALLEL_CONNECTIONS: Final = "parallel.connections"
    MIGRATE_PARAM_TLS_DESTINATION: Final = "tls.destination"
    MIGRATE_PARAM_DISKS_URI: Final = "disks_uri"
    MIGRATE_PARAM_ZLIB_LEVEL: Final = "compression.zlib.level"
    MIGRATE_PARAM_ZSTD_LEVEL: Final = "compression.zstd.level"
    MIGRATE_PARAM_DISKS_DETECT_ZEROES: Final = "migrate_disks_detect_zeroes"
    MIGRATE_PARAM_BANDWIDTH_AVAIL_SWITCHOVER: Final = "bandwidth.avail.switchover"
    MIGRATE_PARAM_MIGRATE_DISKS_TARGET_ZERO: Final = "migrate_disks_target_zero"
    SAVE_PARAM_FILE: Final = "file"
    SAVE_PARAM_DXML: Final = "dxml"
    SAVE_PARAM_IMAGE_FORMAT: Final = "image_format"
    SAVE_PARAM_PARALLEL_CHANNELS: Final = "parallel.channels"
    SAVE_PARAM_IMAGE_FORMAT_RAW: Final = "raw"
    SAVE_PARAM_IMAGE_FORMAT_GZIP: Final = "gzip"
    SAVE_PARAM_IMAGE_FORMAT_BZIP2: Final = "bzip2"
    SAVE_PARAM_IMAGE_FORMAT_XZ: Final = "xz"
    SAVE_PARAM_IMAGE_FORMAT_LZOP: Final = "lzop"
    SAVE_PARAM_IMAGE_FORMAT_ZSTD: Final = "zstd"
    SAVE_PARAM_IMAGE_FORMAT_SPARSE: Final = "sparse"
    LAUNCH_SECURITY_SEV_MEASUREMENT: Final = "sev-measurement"
    LAUNCH_SECURITY_SEV_API_MAJOR: Final = "sev-api-major"
    LAUNCH_SECURITY_SEV_API_MINOR: Final = "sev-api-minor"
    LAUNCH_SECURITY_SEV_BUILD_ID: Final = "sev-build-id"
    LAUNCH_SECURITY_SEV_POLICY: Final = "sev-policy"
    LAUNCH_SECURITY_SEV_SNP_POLICY: Final = "sev-snp-policy"
    LAUNCH_SECURITY_SEV_SECRET: Final = "sev-secret"
    LAUNCH_SECURITY_SEV_SECRET_HEADER: Final = "sev-secret-header"
    LAUNCH_SECURITY_SEV_SECRET_SET_ADDRESS: Final = "sev-secret-set-address"
    JOB_TIME_ELAPSED: Final = "time_elapsed"
    JOB_TIME_ELAPSED_NET: Final = "time_elapsed_net"
    JOB_TIME_REMAINING: Final = "time_remaining"
    JOB_DATA_TOTAL: Final = "data_total"
    JOB_DATA_PROCESSED: Final = "data_processed"
    JOB_DATA_REMAINING: Final = "data_remaining"
    JOB_MEMORY_TOTAL: Final = "memory_total"
    JOB_MEMORY_PROCESSED: Final = "memory_processed"
    JOB_MEMORY_REMAINING: Final = "memory_remaining"
    JOB_MEMORY_CONSTANT: Final = "memory_constant"
    JOB_MEMORY_NORMAL: Final = "memory_normal"
    JOB_MEMORY_NORMAL_BYTES: Final = "memory_normal_bytes"
    JOB_MEMORY_BPS: Final = "memory_bps"
    JOB_MEMORY_DIRTY_RATE: Final = "memory_dirty_rate"
    JOB_MEMORY_ITERATION: Final = "memory_iteration"
    JOB_DISK_TOTAL: Final = "disk_total"
    JOB_DISK_PROCESSED: Final = "disk_processed"
    JOB_DISK_REMAINING: Final = "disk_remaining"
    JOB_DISK_BPS: Final = "disk_bps"
    JOB_COMPRESSION_CACHE: Final = "compression_cache"
    JOB_COMPRESSION_BYTES: Final = "compression_bytes"
    JOB_COMPRESSION_PAGES: Final = "compression_pages"
    JOB_COMPRESSION_CACHE_MISSES: Final = "compression_cache_misses"
    JOB_COMPRESSION_OVERFLOW: Final = "compression_overflow"
    JOB_DOWNTIME: Final = "downtime"
    JOB_DOWNTIME_NET: Final = "downtime_net"
    JOB_SETUP_TIME: Final = "setup_time"
    JOB_MEMORY_PAGE_SIZE: Final = "memory_page_size"
    JOB_MEMORY_POSTCOPY_REQS: Final = "memory_postcopy_requests"
    JOB_AUTO_CONVERGE_THROTTLE: Final = "auto_converge_throttle"
    JOB_OPERATION: Final = "operation"
    JOB_SUCCESS: Final = "success"
    JOB_DISK_TEMP_TOTAL: Final = "disk_temp_total"
    JOB_DISK_TEMP_USED: Final = "disk_temp_used"
    JOB_ERRMSG: Final = "errmsg"
    JOB_VFIO_DATA_TRANSFERRED: Final = "vfio_data_transferred"
    STATS_BALLOON_CURRENT: Final = "balloon.current"
    STATS_BALLOON_MAXIMUM: Final = "balloon.maximum"
    STATS_BALLOON_SWAP_IN: Final = "balloon.swap_in"
    STATS_BALLOON_SWAP_OUT: Final = "balloon.swap_out"
    STATS_BALLOON_MAJOR_FAULT: Final = "balloon.major_fault"
    STATS_BALLOON_MINOR_FAULT: Final = "balloon.minor_fault"
    STATS_BALLOON_UNUSED: Final = "balloon.unused"
    STATS_BALLOON_AVAILABLE: Final = "balloon.available"
    STATS_BALLOON_RSS: Final = "balloon.rss"
    STATS_BALLOON_USABLE: Final = "balloon.usable"
    STATS_BALLOON_LAST_UPDATE: Final = "balloon.last-update"
    STATS_BALLOON_DISK_CACHES: Final = "balloon.disk_caches"
    STATS_BALLOON_HUGETLB_PGALLOC: Final = "balloon.hugetlb_pgalloc"
    STATS_BALLOON_HUGETLB_PGFAIL: Final = "balloon.hugetlb_pgfail"
    STATS_BLOCK_COUNT: Final = "block.count"
    STATS_BLOCK_PREFIX: Final = "block."
    STATS_BLOCK_SUFFIX_NAME: Final = ".name"
    STATS_BLOCK_SUFFIX_BACKINGINDEX: Final = ".backingIndex"
    STATS_BLOCK_SUFFIX_PATH: Final = ".path"
    STATS_BLOCK_SUFFIX_RD_REQS: Final = ".rd.reqs"
    STATS_BLOCK_SUFFIX_RD_BYTES: Final = ".rd.bytes"
    STATS_BLOCK_SUFFIX_RD_TIMES: Final = ".rd.times"
    STATS_BLOCK_SUFFIX_WR_REQS: Final = ".wr.reqs"
    STATS_BLOCK_SUFFIX_WR_BYTES: Final = ".wr.bytes"
    STATS_BLOCK_SUFFIX_WR_TIMES: Final = ".wr.times"
    STATS_BLOCK_SUFFIX_FL_REQS: Final = ".fl.reqs"
    STATS_BLOCK_SUFFIX_FL_TIMES: Final = ".fl.times"
    STATS_BLOCK_SUFFIX_ERRORS: Final = ".errors"
    STATS_BLOCK_SUFFIX_ALLOCATION: Final = ".allocation"
    STATS_BLOCK_SUFFIX_CAPACITY: Final = ".capacity"
    STATS_BLOCK_SUFFIX_PHYSICAL: Final = ".physical"
    STATS_BLOCK_SUFFIX_THRESHOLD: Final = ".threshold"
    STATS_BLOCK_SUFFIX_LIMITS_DISCARD_ALIGNMENT: Final = ".limits.discard_alignment"
    STATS_BLOCK_SUFFIX_LIMITS_DISCARD_MAX: Final = ".limits.discard_max"
    STATS_BLOCK_SUFFIX_LIMITS_IOV_HW_MAX: Final = ".limits.iov_hw_max"
    STATS_BLOCK_SUFFIX_LIMITS_IOV_MAX: Final = ".limits.iov_max"
    STATS_BLOCK_SUFFIX_LIMITS_MEMORY_ALIGNMENT_MINIMAL: Final = ".limits.memory_alignment_minimal"
    STATS_BLOCK_SUFFIX_LIMITS_MEMORY_ALIGNMENT_OPTIMAL: Final = ".limits.memory_alignment_optimal"
    STATS_BLOCK_SUFFIX_LIMITS_REQUEST_ALIGNMENT: Final = ".limits.request_alignment"
    STATS_BLOCK_SUFFIX_LIMITS_TRANSFER_HW_MAX: Final = ".limits.transfer_hw_max"
    STATS_BLOCK_SUFFIX_LIMITS_TRANSFER_MAX: Final = ".limits.transfer_max"
    STATS_BLOCK_SUFFIX_LIMITS_TRANSFER_OPTIMAL: Final = ".limits.transfer_optimal"
    STATS_BLOCK_SUFFIX_LIMITS_WRITE_ZEROES_ALIGNMENT: Final = ".limits.write_zeroes_alignment"
    STATS_BLOCK_SUFFIX_LIMITS_WRITE_ZEROES_MAX: Final = ".limits.write_zeroes_max"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_COUNT: Final = ".timed_group.count"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_PREFIX: Final = ".timed_group."
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_FLUSH_LATENCY_AVG: Final = ".flush_latency_avg"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_FLUSH_LATENCY_MAX: Final = ".flush_latency_max"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_FLUSH_LATENCY_MIN: Final = ".flush_latency_min"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_INTERVAL: Final = ".interval"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_RD_LATENCY_AVG: Final = ".rd_latency_avg"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_RD_LATENCY_MAX: Final = ".rd_latency_max"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_RD_LATENCY_MIN: Final = ".rd_latency_min"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_RD_QUEUE_DEPTH_AVG: Final = ".rd_queue_depth_avg"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_WR_LATENCY_AVG: Final = ".wr_latency_avg"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_WR_LATENCY_MAX: Final = ".wr_latency_max"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_WR_LATENCY_MIN: Final = ".wr_latency_min"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_WR_QUEUE_DEPTH_AVG: Final = ".wr_queue_depth_avg"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_ZONE_APPEND_LATENCY_AVG: Final = ".zone_append_latency_avg"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_ZONE_APPEND_LATENCY_MAX: Final = ".zone_append_latency_max"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_ZONE_APPEND_LATENCY_MIN: Final = ".zone_append_latency_min"
    STATS_BLOCK_SUFFIX_TIMED_GROUP_SUFFIX_ZONE_APPEND_QUEUE_DEPTH_AVG: Final = ".zone_append_queue_depth_avg"
    STATS_BLOCK_SUFFIX_LATENCY_HISTOGRAM_FLUSH_PREFIX: Final = ".latency_histogram.flush."
    STATS_BLOCK_SUFFIX_LATENCY_HISTOGRAM_READ_PREFIX: Final = ".latency_histogram.read."
    STATS_BLOCK_SUFFIX_LATENCY_HISTOGRAM_WRITE_PREFIX: Final = ".latency_histogram.write."
    STATS_BLOCK_SUFFIX_LATENCY_HISTOGRAM_ZONE_APPEND_PREFIX: Final = ".latency_histogram.zone_append."
    STATS_BLOCK_SUFFIX_LATENCY_HISTOGRAM_SUFFIX_BIN_COUNT: Final = "bin.count"
    STATS_BLOCK_SUFFIX_LATENCY_HISTOGRAM_SUFFIX_BIN_PREFIX: Final = "bin."
    STATS_BLOCK_SUFFIX_LATENCY_HISTOGRAM_SUFFIX_BIN_SUFFIX_START: Final = ".start"
    STATS_BLOCK_SUFFIX_LATENCY_HISTOGRAM_SUFFIX_BIN_SUFFIX_VALUE: Final = ".value"
    STATS_CPU_TIME: Final = "cpu.time"
    STATS_CPU_USER: Final = "cpu.user"
    STATS_CPU_SYSTEM: Final = "cpu.system"
    STATS_CPU_HALTPOLL_SUCCESS_TIME: Final = "cpu.haltpoll.success.time"
    STATS_CPU_HALTPOLL_FAIL_TIME: Final = "cpu.haltpoll.fail.time"
    STATS_CPU_CACHE_MONITOR_COUNT: Final = "cpu.cache.monitor.count"
    STATS_CPU_CACHE_MONITOR_PREFIX: Final = "cpu.cache.monitor."
    STATS_CPU_CACHE_MONITOR_SUFFIX_NAME: Final = ".name"
    STATS_CPU_CACHE_MONITOR_SUFFIX_VCPUS: Final = ".vcpus"
    STATS_CPU_CACHE_MONITOR_SUFFIX_BANK_COUNT: Final = ".bank.count"
    STATS_CPU_CACHE_MONITOR_SUFFIX_BANK_PREFIX: Final = ".bank."
    STATS_CPU_CACHE_MONITOR_SUFFIX_BANK_SUFFIX_ID: Final = ".id"
    STATS_CPU_CACHE_MONITOR_SUFFIX_BANK_SUFFIX_BYTES: Final = ".bytes"
    STATS_CPU_ENERGY_MONITOR_COUNT: Final = "cpu.energy.monitor.count"
    STATS_CPU_ENERGY_MONITOR_PREFIX: Final = "cpu.energy.monitor."
    STATS_CPU_ENERGY_MONITOR_SUFFIX_NAME: Final = ".name"
    STATS_CPU_ENERGY_MONITOR_SUFFIX_VCPUS: Final = ".vcpus"
    STATS_CPU_ENERGY_MONITOR_SUFFIX_PKG_COUNT: Final = ".pkg.count"
    STATS_CPU_ENERGY_MONITOR_SUFFIX_PKG_PREFIX: Final = ".pkg."
    STATS_CPU_ENERGY_MONITOR_SUFFIX_PKG_SUFFIX_ID: Final = ".id"
    STATS_NET_COUNT: Final = "net.count"
    STATS_NET_PREFIX: Final = "net."
    STATS_NET_SUFFIX_NAME: Final = ".name"
    STATS_NET_SUFFIX_RX_BYTES: Final = ".rx.bytes"
    STATS_NET_SUFFIX_RX_PKTS: Final = ".rx.pkts"
    STATS_NET_SUFFIX_RX_ERRS: Final = ".rx.errs"
    STATS_NET_SUFFIX_RX_DROP: Final = ".rx.drop"
    STATS_NET_SUFFIX_TX_BYTES: Final = ".tx.bytes"
    STATS_NET_SUFFIX_TX_PKTS: Final = ".tx.pkts"
    STATS_NET_SUFFIX_TX_ERRS: Final = ".tx.errs"
    STATS_NET_SUFFIX_TX_DROP: Final = ".tx.drop"
    STATS_STATE_STATE: Final = "state.state"
    STATS_STATE_REASON: Final = "state.reason"
    STATS_VCPU_CURRENT: Final = "vcpu.current"
    STATS_VCPU_MAXIMUM: Final = "vcpu.maximum"
    STATS_VCPU_PREFIX: Final = "vcpu."
    STATS_VCPU_SUFFIX_STATE: Final = ".state"
    STATS_VCPU_SUFFIX_TIME: Final = ".time"
    STATS_VCPU_SUFFIX_WAIT: Final = ".wait"
    STATS_VCPU_SUFFIX_HALTED: Final = ".halted"
    STATS_VCPU_SUFFIX_DELAY: Final = ".delay"
    STATS_PERF_CMT: Final = "perf.cmt"
    STATS_PERF_MBMT: Final = "perf.mbmt"
    STATS_PERF_MBML: Final = "perf.mbml"
    STATS_PERF_CACHE_MISSES: Final = "perf.cache_misses"
    STATS_PERF_CACHE_REFERENCES: Final = "perf.cache_references"
    STATS_PERF_INSTRUCTIONS: Final = "perf.instructions"
    STATS_PERF_CPU_CYCLES: Final = "perf.cpu_cycles"
    STATS_PERF_BRANCH_INSTRUCTIONS: Final = "perf.branch_instructions"
    STATS_PERF_BRANCH_MISSES: Final = "perf.branch_misses"
    STATS_PERF_BUS_CYCLES: Final = "perf.bus_cycles"
    STATS_PERF_STALLED_CYCLES_FRONTEND: Final = "perf.stalled_cycles_frontend"
    STATS_PERF_STALLED_CYCLES_BACKEND: Final = "perf.stalled_cycles_backend"
    STATS_PERF_REF_CPU_CYCLES: Final = "perf.ref_cpu_cycles"
    STATS_PERF_CPU_CLOCK: Final = "perf.cpu_clock"
    STATS_PERF_TASK_CLOCK: Final = "perf.task_clock"
    STATS_PERF_PAGE_FAULTS: Final = "perf.page_faults"
    STATS_PERF_CONTEXT_SWITCHES: Final = "perf.context_switches"
    STATS_PERF_CPU_MIGRATIONS: Final = "perf.cpu_migrations"
    STATS_PERF_PAGE_FAULTS_MIN: Final = "perf.page_faults_min"
    STATS_PERF_PAGE_FAULTS_MAJ: Final = "perf.page_faults_maj"
    STATS_PERF_ALIGNMENT_FAULTS: Final = "perf.alignment_faults"
    STATS_PERF_EMULATION_FAULTS: Final = "perf.emulation_faults"
    STATS_IOTHREAD_COUNT: Final = "iothread.count"
    STATS_IOTHREAD_PREFIX: Final = "iothread."
    STATS_IOTHREAD_SUFFIX_POLL_MAX_NS: Final = ".poll-max-ns"
    STATS_IOTHREAD_SUFFIX_POLL_GROW: Final = ".poll-grow"
    STATS_IOTHREAD_SUFFIX_POLL_SHRINK: Final = ".poll-shrink"
    STATS_IOTHREAD_SUFFIX_POLL_WEIGHT: Final = ".poll-weight"
    STATS_MEMORY_BANDWIDTH_MONITOR_COUNT: Final = "memory.bandwidth.monitor.count"
    STATS_MEMORY_BANDWIDTH_MONITOR_PREFIX: Final = "memory.bandwidth.monitor."
    STATS_MEMORY_BANDWIDTH_MONITOR_SUFFIX_NAME: Final = ".name"
    STATS_MEMORY_BANDWIDTH_MONITOR_SUFFIX_VCPUS: Final = ".vcpus"
    STATS_MEMORY_BANDWIDTH_MONITOR_SUFFIX_NODE_COUNT: Final = ".node.count"
    STATS_MEMORY_BANDWIDTH_MONITOR_SUFFIX_NODE_PREFIX: Final = ".node."
    STATS_MEMORY_BANDWIDTH_MONITOR_SUFFIX_NODE_SUFFIX_ID: Final = ".id"
    STATS_MEMORY_BANDWIDTH_MONITOR_SUFFIX_NODE_SUFFIX_BYTES_LOCAL: Final = ".bytes.local"
    STATS_MEMORY_BANDWIDTH_MONITOR_SUFFIX_NODE_SUFFIX_BYTES_TOTAL: Final = ".bytes.total"
    STATS_DIRTYRATE_CALC_STATUS: Final = "dirtyrate.calc_status"
    STATS_DIRTYRATE_CALC_START_TIME: Final = "dirtyrate.calc_start_time"
    STATS_DIRTYRATE_CALC_PERIOD: Final = "dirtyrate.calc_period"
    STATS_DIRTYRATE_MEGABYTES_PER_SECOND: Final = "dirtyrate.megabytes_per_second"
    STATS_DIRTYRATE_CALC_MODE: Final = "dirtyrate.calc_mode"
    STATS_DIRTYRATE_VCPU_PREFIX: Final = "dirtyrate.vcpu."
    STATS_DIRTYRATE_VCPU_SUFFIX_MEGABYTES_PER_SECOND: Final = ".megabytes_per_second"
    STATS_VM_PREFIX: Final = "vm."
    STATS_CUSTOM_SUFFIX_TYPE_CUR: Final = ".cur"
    STATS_CUSTOM_SUFFIX_TYPE_MAX: Final = ".max"
    STATS_CUSTOM_SUFFIX_TYPE_SUM: Final = ".sum"
    CPU_STATS_CPUTIME: Final = "cpu_time"
    CPU_STATS_USERTIME: Final = "user_time"
    CPU_STATS_SYSTEMTIME: Final = "system_time"
    CPU_STATS_VCPUTIME: Final = "vcpu_time"
    BLOCK_STATS_ERRS: Final = "errs"
    BLOCK_STATS_FLUSH_REQ: Final = "flush_operations"
    BLOCK_STATS_FLUSH_TOTAL_TIMES: Final = "flush_total_times"
    BLOCK_STATS_READ_BYTES: Final = "rd_bytes"
    BLOCK_STATS_READ_REQ: Final = "rd_operations"
    BLOCK_STATS_READ_TOTAL_TIMES: Final = "rd_total_times"
    BLOCK_STATS_WRITE_BYTES: Final = "wr_bytes"
    BLOCK_STATS_WRITE_REQ: Final = "wr_operations"
    BLOCK_STATS_WRITE_TOTAL_TIMES: Final = "wr_total_times"
    GUEST_INFO_USER_COUNT: Final = "user.count"
    GUEST_INFO_USER_PREFIX: Final = "user."
    GUEST_INFO_USER_SUFFIX_NAME: Final = ".name"
    GUEST_INFO_USER_SUFFIX_DOMAIN: Final = ".domain"
    GUEST_INFO_USER_SUFFIX_LOGIN_TIME: Final = ".login-time"
    GUEST_INFO_OS_ID: Final = "os.id"
    GUEST_INFO_OS_NAME: Final = "os.name"
    GUEST_INFO_OS_PRETTY_NAME: Final = "os.pretty-name"
    GUEST_INFO_OS_VERSION: Final = "os.version"
    GUEST_INFO_OS_VERSION_ID: Final = "os.version-id"
    GUEST_INFO_OS_KERNEL_RELEASE: Final = "os.kernel-release"
    GUEST_INFO_OS_KERNEL_VERSION: Final = "os.kernel-version"
    GUEST_INFO_OS_MACHINE: Final = "os.machine"
    GUEST_INFO_OS_VARIANT: Final = "os.variant"
    GUEST_INFO_OS_VARIANT_ID: Final = "os.variant-id"
    GUEST_INFO_TIMEZONE_NAME: Final = "timezone.name"
    GUEST_INFO_TIMEZONE_OFFSET: Final = "timezone.offset"
    GUEST_INFO_HOSTNAME_HOSTNAME: Final = "hostname"
    GUEST_INFO_FS_COUNT: Final = "fs.count"
    GUEST_INFO_FS_PREFIX: Final = "fs."
    GUEST_INFO_FS_SUFFIX_MOUNTPOINT: Final = ".mountpoint"
    GUEST_INFO_FS_SUFFIX_NAME: Final = ".name"
    GUEST_INFO_FS_SUFFIX_FSTYPE: Final = ".fstype"
    GUEST_INFO_FS_SUFFIX_TOTAL_BYTES: Final = ".total-bytes"
    GUEST_INFO_FS_SUFFIX_USED_BYTES: Final = ".used-bytes"
    GUEST_INFO_FS_SUFFIX_DISK_COUNT: Final = ".disk.count"
    GUEST_INFO_FS_SUFFIX_DISK_PREFIX: Final = ".disk."
    GUEST_INFO_FS_SUFFIX_DISK_SUFFIX_ALIAS: Final = ".alias"
    GUEST_INFO_FS_SUFFIX_DISK_SUFFIX_SERIAL: Final = ".serial"
    GUEST_INFO_FS_SUFFIX_DISK_SUFFIX_DEVICE: Final = ".device"
    GUEST_INFO_DISK_COUNT: Final = "disk.count"
    GUEST_INFO_DISK_PREFIX: Final = "disk."
    GUEST_INFO_DISK_SUFFIX_NAME: Final = ".name"
    GUEST_INFO_DISK_SUFFIX_PARTITION: Final = ".partition"
    GUEST_INFO_DISK_SUFFIX_DEPENDENCY_COUNT: Final = ".dependency.count"
    GUEST_INFO_DISK_SUFFIX_DEPENDENCY_PREFIX: Final = ".dependency."
    GUEST_INFO_DISK_SUFFIX_DEPENDENCY_SUFFIX_NAME: Final = ".name"
    GUEST_INFO_DISK_SUFFIX_SERIAL: Final = ".serial"
    GUEST_INFO_DISK_SUFFIX_ALIAS: Final = ".alias"
    GUEST_INFO_DISK_SUFFIX_GUEST_ALIAS: Final = ".guest_alias"
    GUEST_INFO_DISK_SUFFIX_GUEST_BUS: Final = ".guest_bus"
    GUEST_INFO_IF_COUNT: Final = "if.count"
    GUEST_INFO_IF_PREFIX: Final = "if."
    GUEST_INFO_IF_SUFFIX_NAME: Final = ".name"
    GUEST_INFO_IF_SUFFIX_HWADDR: Final = ".hwaddr"
    GUEST_INFO_IF_SUFFIX_ADDR_COUNT: Final = ".addr.count"
    GUEST_INFO_IF_SUFFIX_ADDR_PREFIX: Final = ".addr."
    GUEST_INFO_IF_SUFFIX_ADDR_SUFFIX_TYPE: Final = ".type"
    GUEST_INFO_IF_SUFFIX_ADDR_SUFFIX_ADDR: Final = ".addr"
    GUEST_INFO_IF_SUFFIX_ADDR_SUFFIX_PREFIX: Final = ".prefix"
    GUEST_INFO_LOAD_1M: Final = "load.1m"
    GUEST_INFO_LOAD_5M: Final = "load.5m"
    GUEST_INFO_LOAD_15M: Final = "load.15m"
    GUEST_INFO_DEVICE_COUNT: Final = "device.count"
    GUEST_INFO_DEVICE_PREFIX: Final = "device."
    GUEST_INFO_DEVICE_SUFFIX_DRIVER_DATE: Final = ".driverDate"
    GUEST_INFO_DEVICE_SUFFIX_DRIVER_NAME: Final = ".driverName"
    GUEST_INFO_DEVICE_SUFFIX_DRIVER_VERSION: Final = ".driverVersion"
    GUEST_INFO_DEVICE_SUFFIX_ID_TYPE: Final = ".idType"
    GUEST_INFO_DEVICE_SUFFIX_PCI_DEVICE: Final = ".pciDevice"
    GUEST_INFO_DEVICE_SUFFIX_PCI_VENDOR: Final = ".pciVendor"
    TUNABLE_CPU_CPU_SHARES: Final = "cputune.cpu_shares"
    TUNABLE_CPU_EMULATORPIN: Final = "cputune.emulatorpin"
    TUNABLE_CPU_EMULATOR_PERIOD: Final = "cputune.emulator_period"
    TUNABLE_CPU_EMULATOR_QUOTA: Final = "cputune.emulator_quota"
    TUNABLE_CPU_VCPUPIN: Final = "cputune.vcpupin%u"
    TUNABLE_CPU_VCPU_PERIOD: Final = "cputune.vcpu_period"
    TUNABLE_CPU_VCPU_QUOTA: Final = "cputune.vcpu_quota"
    TUNABLE_CPU_GLOBAL_PERIOD: Final = "cputune.global_period"
    TUNABLE_CPU_GLOBAL_QUOTA: Final = "cputune.global_quota"
    TUNABLE_BLKDEV_DISK: Final = "blkdeviotune.disk"
    TUNABLE_BLKDEV_READ_BYTES_SEC: Final = "blkdeviotune.read_bytes_sec"
    TUNABLE_BLKDEV_READ_IOPS_SEC: Final = "blkdeviotune.read_iops_sec"
    TUNABLE_BLKDEV_TOTAL_BYTES_SEC: Final = "blkdeviotune.total_bytes_sec"
    TUNABLE_BLKDEV_TOTAL_IOPS_SEC: Final = "blkdeviotune.total_iops_sec"
    TUNABLE_BLKDEV_WRITE_BYTES_SEC: Final = "blkdeviotune.write_bytes_sec"
    TUNABLE_BLKDEV_WRITE_IOPS_SEC: Final = "blkdeviotune.write_iops_sec"
    TUNABLE_BLKDEV_READ_BYTES_SEC_MAX: Final = "blkdeviotune.read_bytes_sec_max"
    TUNABLE_BLKDEV_READ_IOPS_SEC_MAX: Final = "blkdeviotune.read_iops_sec_max"
    TUNABLE_BLKDEV_TOTAL_BYTES_SEC_MAX: Final = "blkdeviotune.total_bytes_sec_max"
    TUNABLE_BLKDEV_TOTAL_IOPS_SEC_MAX: Final = "blkdeviotune.total_iops_sec_max"
    TUNABLE_BLKDEV_WRITE_BYTES_SEC_MAX: Final = "blkdeviotune.write_bytes_sec_max"
    TUNABLE_BLKDEV_WRITE_IOPS_SEC_MAX: Final = "blkdeviotune.write_iops_sec_max"
    TUNABLE_BLKDEV_SIZE_IOPS_SEC: Final = "blkdeviotune.size_iops_sec"
    TUNABLE_IOTHREADSPIN: Final = "cputune.iothreadpin%u"
    TUNABLE_CPU_IOTHREAD_PERIOD: Final = "cputune.iothread_period"
    TUNABLE_CPU_IOTHREAD_QUOTA: Final = "cputune.iothread_quota"
    TUNABLE_BLKDEV_TOTAL_BYTES_SEC_MAX_LENGTH: Final = "blkdeviotune.total_bytes_sec_max_length"
    TUNABLE_BLKDEV_READ_BYTES_SEC_MAX_LENGTH: Final = "blkdeviotune.read_bytes_sec_max_length"
    TUNABLE_BLKDEV_WRITE_BYTES_SEC_MAX_LENGTH: Final = "blkdeviotune.write_bytes_sec_max_length"
    TUNABLE_BLKDEV_TOTAL_IOPS_SEC_MAX_LENGTH: Final = "blkdeviotune.total_iops_sec_max_length"
    TUNABLE_BLKDEV_READ_IOPS_SEC_MAX_LENGTH: Final = "blkdeviotune.read_iops_sec_max_length"
    TUNABLE_BLKDEV_WRITE_IOPS_SEC_MAX_LENGTH: Final = "blkdeviotune.write_iops_sec_max_length"
    TUNABLE_BLKDEV_GROUP_NAME: Final = "blkdeviotune.group_name"
    MEMORY_PARAM_UNLIMITED: Final = 9007199254740991
    SEND_KEY_MAX_KEYS: Final = 16

class ConnectionConstants:
    __slots__ = ()
    CONNECT_RO: Final = ConnectFlags.RO
    CONNECT_NO_ALIASES: Final = ConnectFlags.NO_ALIASES
    CRED_USERNAME: Final = CredentialType.USERNAME
    CRED_AUTHNAME: Final = CredentialType.AUTHNAME
    CRED_LANGUAGE: Final = CredentialType.LANGUAGE
    CRED_CNONCE: Final = CredentialType.CNONCE
    CRED_PASSPHRASE: Final = CredentialType.PASSPHRASE
    CRED_ECHOPROMPT: Final = CredentialType.ECHOPROMPT
    CRED_NOECHOPROMPT: Final = CredentialType.NOECHOPROMPT
    CRED_REALM: Final = CredentialType.REALM
    CRED_EXTERNAL: Final = CredentialType.EXTERNAL
    CLOSE_REASON_ERROR: Final = CloseReason.ERROR
    CLOSE_REASON_EOF: Final = CloseReason.EOF
    CLOSE_REASON_KEEPALIVE: Final = CloseReason.KEEPALIVE
    CLOSE_REASON_CLIENT: Final = CloseReason.CLIENT
    BASELINE_CPU_EXPAND_FEATURES: Final = ConnectBaselineCPUFlags.EXPAND_FEATURES
    BASELINE_CPU_MIGRATABLE: Final = ConnectBaselineCPUFlags.MIGRATABLE
    BASELINE_CPU_IGNORE_HOST: Final = ConnectBaselineCPUFlags.IGNORE_HOST
    COMPARE_CPU_FAIL_INCOMPATIBLE: Final = ConnectCompareCPUFlags.FAIL_INCOMPATIBLE
    COMPARE_CPU_VALIDATE_XML: Final = ConnectCompareCPUFlags.VALIDATE_XML
    DOMAIN_CAPABILITIES_DISABLE_DEPRECATED_FEATURES: Final = ConnectGetDomainCapabilitiesFlags.DISABLE_DEPRECATED_FEATURES
    DOMAIN_CAPABILITIES_EXPAND_CPU_FEATURES: Final = ConnectGetDomainCapabilitiesFlags.EXPAND_CPU_FEATURES
    DOMAIN_CAPABILITIES_SUPPORTED_CPU_FEATURES: Final = ConnectGetDomainCapabilitiesFlags.SUPPORTED_CPU_FEATURES
    CPU_COMPARE_INCOMPATIBLE: Final = CPUCompareResult.INCOMPATIBLE
    CPU_COMPARE_IDENTICAL: Final = CPUCompareResult.IDENTICAL
    CPU_COMPARE_SUPERSET: Final = CPUCompareResult.SUPERSET
    IP_ADDR_TYPE_IPV4: Final = IPAddrType.IPV4
    IP_ADDR_TYPE_IPV6: Final = IPAddrType.IPV6
    NODE_ALLOC_PAGES_ADD: Final = NodeAllocPagesFlags.ADD
    NODE_ALLOC_PAGES_SET: Final = NodeAllocPagesFlags.SET
    NODE_CPU_STATS_ALL_CPUS: Final = NodeCPUStatsAllCPUs.ALL_CPUS
    NODE_MEMORY_STATS_ALL_CELLS: Final = NodeMemoryStatsAllCells.ALL_CELLS
    NODE_SUSPEND_TARGET_MEM: Final = NodeSuspendTarget.MEM
    NODE_SUSPEND_TARGET_DISK: Final = NodeSuspendTarget.DISK
    NODE_SUSPEND_TARGET_HYBRID: Final = NodeSuspendTarget.HYBRID
    IDENTITY_USER_NAME: Final = "user-name"
    IDENTITY_UNIX_USER_ID: Final = "unix-user-id"
    IDENTITY_GROUP_NAME: Final = "group-name"
    IDENTITY_UNIX_GROUP_ID: Final = "unix-group-id"
    IDENTITY_PROCESS_ID: Final = "process-id"
    IDENTITY_PROCESS_TIME: Final = "process-time"
    IDENTITY_SASL_USER_NAME: Final = "sasl-user-name"
    IDENTITY_X509_DISTINGUISHED_NAME: Final = "x509-distinguished-name"
    IDENTITY_SELINUX_CONTEXT: Final = "selinux-context"
    NODE_CPU_STATS_IDLE: Final = "idle"
    NODE_CPU_STATS_IOWAIT: Final = "iowait"
    NODE_CPU_STATS_KERNEL: Final = "kernel"
    NODE_CPU_STATS_USER: Final = "user"
    NODE_CPU_STATS_INTR: Final = "intr"
    NODE_CPU_STATS_UTILIZATION: Final = "utilization"
    NODE_CPU_STATS_GUEST: Final = "guest"
    NODE_MEMORY_STATS_AVAILABLE: Final = "available"
    NODE_MEMORY_STATS_BUFFERS: Final = "buffers"
    NODE_MEMORY_STATS_CACHED: Final = "cached"
    NODE_MEMORY_STATS_FREE: Final = "free"
    NODE_MEMORY_STATS_TOTAL: Final = "total"
    NODE_MEMORY_SHARED_PAGES_TO_SCAN: Final = "shm_pages_to_scan"
    NODE_MEMORY_SHARED_SLEEP_MILLISECS: Final = "shm_sleep_millisecs"
    NODE_MEMORY_SHARED_PAGES_SHARED: Final = "shm_pages_shared"
    NODE_MEMORY_SHARED_PAGES_SHARING: Final = "shm_pages_sharing"
    NODE_MEMORY_SHARED_PAGES_UNSHARED: Final = "shm_pages_unshared"
    NODE_MEMORY_SHARED_PAGES_VOLATILE: Final = "shm_pages_volatile"
    NODE_MEMORY_SHARED_FULL_SCANS: Final = "shm_full_scans"
    NODE_MEMORY_SHARED_MERGE_ACROSS_NODES: Final = "shm_merge_across_nodes"
    SEV_CBITPOS: Final = "cbitpos"
    SEV_CERT_CHAIN: Final = "cert-chain"
    SEV_PDH: Final = "pdh"
    SEV_REDUCED_PHYS_BITS: Final = "reduced-phys-bits"
    SEV_MAX_GUESTS: Final = "max-guests"
    SEV_MAX_ES_GUESTS: Final = "max-es-guests"
    SEV_CPU0_ID: Final = "cpu0-id"

class DomainSnapshotConstants:
    __slots__ = ()
    CREATE_REDEFINE: Final = DomainSnapshotCreateFlags.REDEFINE
    CREATE_CURRENT: Final = DomainSnapshotCreateFlags.CURRENT
    CREATE_NO_METADATA: Final = DomainSnapshotCreateFlags.NO_METADATA
    CREATE_HALT: Final = DomainSnapshotCreateFlags.HALT
    CREATE_DISK_ONLY: Final = DomainSnapshotCreateFlags.DISK_ONLY
    CREATE_REUSE_EXT: Final = DomainSnapshotCreateFlags.REUSE_EXT
    CREATE_QUIESCE: Final = DomainSnapshotCreateFlags.QUIESCE
    CREATE_ATOMIC: Final = DomainSnapshotCreateFlags.ATOMIC
    CREATE_LIVE: Final = DomainSnapshotCreateFlags.LIVE
    CREATE_VALIDATE: Final = DomainSnapshotCreateFlags.VALIDATE
    DELETE_CHILDREN: Final = DomainSnapshotDeleteFlags.CHILDREN
    DELETE_METADATA_ONLY: Final = DomainSnapshotDeleteFlags.METADATA_ONLY
    DELETE_CHILDREN_ONLY: Final = DomainSnapshotDeleteFlags.CHILDREN_ONLY
    LIST_ROOTS: Final = DomainSnapshotListFlags.ROOTS
    LIST_DESCENDANTS: Final = DomainSnapshotListFlags.ROOTS
    LIST_METADATA: Final = DomainSnapshotListFlags.METADATA
    LIST_LEAVES: Final = DomainSnapshotListFlags.LEAVES
    LIST_NO_LEAVES: Final = DomainSnapshotListFlags.NO_LEAVES
    LIST_NO_METADATA: Final = DomainSnapshotListFlags.NO_METADATA
    LIST_INACTIVE: Final = DomainSnapshotListFlags.INACTIVE
    LIST_ACTIVE: Final = DomainSnapshotListFlags.ACTIVE
    LIST_DISK_ONLY: Final = DomainSnapshotListFlags.DISK_ONLY
    LIST_INTERNAL: Final = DomainSnapshotListFlags.INTERNAL
    LIST_EXTERNAL: Final = DomainSnapshotListFlags.EXTERNAL
    LIST_TOPOLOGICAL: Final = DomainSnapshotListFlags.TOPOLOGICAL
    REVERT_RUNNING: Final = DomainSnapshotRevertFlags.RUNNING
    REVERT_PAUSED: Final = DomainSnapshotRevertFlags.PAUSED
    REVERT_FORCE: Final = DomainSnapshotRevertFlags.FORCE
    REVERT_RESET_NVRAM: Final = DomainSnapshotRevertFlags.RESET_NVRAM
    XML_SECURE: Final = DomainSnapshotXMLFlags.SECURE

class DomainCheckpointConstants:
    __slots__ = ()
    CREATE_REDEFINE: Final = DomainCheckpointCreateFlags.REDEFINE
    CREATE_QUIESCE: Final = DomainCheckpointCreateFlags.QUIESCE
    CREATE_REDEFINE_VALIDATE: Final = DomainCheckpointCreateFlags.REDEFINE_VALIDATE
    DELETE_CHILDREN: Final = DomainCheckpointDeleteFlags.CHILDREN
    DELETE_METADATA_ONLY: Final = DomainCheckpointDeleteFlags.METADATA_ONLY
    DELETE_CHILDREN_ONLY: Final = DomainCheckpointDeleteFlags.CHILDREN_ONLY
    LIST_ROOTS: Final = DomainCheckpointListFlags.ROOTS
    LIST_DESCENDANTS: Final = DomainCheckpointListFlags.ROOTS
    LIST_TOPOLOGICAL: Final = DomainCheckpointListFlags.TOPOLOGICAL
    LIST_LEAVES: Final = DomainCheckpointListFlags.LEAVES
    LIST_NO_LEAVES: Final = DomainCheckpointListFlags.NO_LEAVES
    XML_SECURE: Final = DomainCheckpointXMLFlags.SECURE
    XML_NO_DOMAIN: Final = DomainCheckpointXMLFlags.NO_DOMAIN
    XML_SIZE: Final = DomainCheckpointXMLFlags.SIZE

class StreamConstants:
    __slots__ = ()
    NONBLOCK: Final = StreamFlags.NONBLOCK
    EVENT_READABLE: Final = StreamEventType.READABLE
    EVENT_WRITABLE: Final = StreamEventType.WRITABLE
    EVENT_ERROR: Final = StreamEventType.ERROR
    EVENT_HANGUP: Final = StreamEventType.HANGUP
    RECV_STOP_AT_HOLE: Final = StreamRecvFlags.STOP_AT_HOLE

class StoragePoolConstants:
    __slots__ = ()
    LIST_INACTIVE: Final = ConnectListAllStoragePoolsFlags.INACTIVE
    LIST_ACTIVE: Final = ConnectListAllStoragePoolsFlags.ACTIVE
    LIST_PERSISTENT: Final = ConnectListAllStoragePoolsFlags.PERSISTENT
    LIST_TRANSIENT: Final = ConnectListAllStoragePoolsFlags.TRANSIENT
    LIST_AUTOSTART: Final = ConnectListAllStoragePoolsFlags.AUTOSTART
    LIST_NO_AUTOSTART: Final = ConnectListAllStoragePoolsFlags.NO_AUTOSTART
    LIST_DIR: Final = ConnectListAllStoragePoolsFlags.DIR
    LIST_FS: Final = ConnectListAllStoragePoolsFlags.FS
    LIST_NETFS: Final = ConnectListAllStoragePoolsFlags.NETFS
    LIST_LOGICAL: Final = ConnectListAllStoragePoolsFlags.LOGICAL
    LIST_DISK: Final = ConnectListAllStoragePoolsFlags.DISK
    LIST_ISCSI: Final = ConnectListAllStoragePoolsFlags.ISCSI
    LIST_SCSI: Final = ConnectListAllStoragePoolsFlags.SCSI
    LIST_MPATH: Final = ConnectListAllStoragePoolsFlags.MPATH
    LIST_RBD: Final = ConnectListAllStoragePoolsFlags.RBD
    LIST_SHEEPDOG: Final = ConnectListAllStoragePoolsFlags.SHEEPDOG
    LIST_GLUSTER: Final = ConnectListAllStoragePoolsFlags.GLUSTER
    LIST_ZFS: Final = ConnectListAllStoragePoolsFlags.ZFS
    LIST_VSTORAGE: Final = ConnectListAllStoragePoolsFlags.VSTORAGE
    LIST_ISCSI_DIRECT: Final = ConnectListAllStoragePoolsFlags.ISCSI_DIRECT
    BUILD_NEW: Final = StoragePoolBuildFlags.NEW
    BUILD_REPAIR: Final = StoragePoolBuildFlags.REPAIR
    BUILD_RESIZE: Final = StoragePoolBuildFlags.RESIZE
    BUILD_NO_OVERWRITE: Final = StoragePoolBuildFlags.NO_OVERWRITE
    BUILD_OVERWRITE: Final = StoragePoolBuildFlags.OVERWRITE
    CREATE_NORMAL: Final = StoragePoolCreateFlags.NORMAL
    CREATE_WITH_BUILD: Final = StoragePoolCreateFlags.WITH_BUILD
    CREATE_WITH_BUILD_OVERWRITE: Final = StoragePoolCreateFlags.WITH_BUILD_OVERWRITE
    CREATE_WITH_BUILD_NO_OVERWRITE: Final = StoragePoolCreateFlags.WITH_BUILD_NO_OVERWRITE
    DEFINE_VALIDATE: Final = StoragePoolDefineFlags.VALIDATE
    DELETE_NORMAL: Final = StoragePoolDeleteFlags.NORMAL
    DELETE_ZEROED: Final = StoragePoolDeleteFlags.ZEROED
    STATE_INACTIVE: Final = StoragePoolState.INACTIVE
    STATE_BUILDING: Final = StoragePoolState.BUILDING
    STATE_RUNNING: Final = StoragePoolState.RUNNING
    STATE_DEGRADED: Final = StoragePoolState.DEGRADED
    STATE_INACCESSIBLE: Final = StoragePoolState.INACCESSIBLE
    EVENT_ID_LIFECYCLE: Final = StoragePoolEventID.LIFECYCLE
    EVENT_ID_REFRESH: Final = StoragePoolEventID.REFRESH
    EVENT_DEFINED: Final = StoragePoolEventType.DEFINED
    EVENT_UNDEFINED: Final = StoragePoolEventType.UNDEFINED
    EVENT_STARTED: Final = StoragePoolEventType.STARTED
    EVENT_STOPPED: Final = StoragePoolEventType.STOPPED
    EVENT_CREATED: Final = StoragePoolEventType.CREATED
    EVENT_DELETED: Final = StoragePoolEventType.DELETED
    XML_INACTIVE: Final = StorageXMLFlags.INACTIVE

class StorageVolConstants:
    __slots__ = ()
    CREATE_PREALLOC_METADATA: Final = StorageVolCreateFlags.PREALLOC_METADATA
    CREATE_REFLINK: Final = StorageVolCreateFlags.REFLINK
    CREATE_VALIDATE: Final = StorageVolCreateFlags.VALIDATE
    DELETE_NORMAL: Final = StorageVolDeleteFlags.NORMAL
    DELETE_ZEROED: Final = StorageVolDeleteFlags.ZEROED
    DELETE_WITH_SNAPSHOTS: Final = StorageVolDeleteFlags.WITH_SNAPSHOTS
    VOL_DOWNLOAD_SPARSE_STREAM: Final = StorageVolDownloadFlags.SPARSE_STREAM
    VOL_UPLOAD_SPARSE_STREAM: Final = StorageVolUploadFlags.SPARSE_STREAM
    USE_ALLOCATION: Final = StorageVolInfoFlags.USE_ALLOCATION
    GET_PHYSICAL: Final = StorageVolInfoFlags.GET_PHYSICAL
    RESIZE_ALLOCATE: Final = StorageVolResizeFlags.ALLOCATE
    RESIZE_DELTA: Final = StorageVolResizeFlags.DELTA
    RESIZE_SHRINK: Final = StorageVolResizeFlags.SHRINK
    TYPE_FILE: Final = StorageVolType.FILE
    TYPE_BLOCK: Final = StorageVolType.BLOCK
    TYPE_DIR: Final = StorageVolType.DIR
    TYPE_NETWORK: Final = StorageVolType.NETWORK
    TYPE_NETDIR: Final = StorageVolType.NETDIR
    TYPE_PLOOP: Final = StorageVolType.PLOOP
    WIPE_ALG_ZERO: Final = StorageVolWipeAlgorithm.ZERO
    WIPE_ALG_NNSA: Final = StorageVolWipeAlgorithm.NNSA
    WIPE_ALG_DOD: Final = StorageVolWipeAlgorithm.DOD
    WIPE_ALG_BSI: Final = StorageVolWipeAlgorithm.BSI
    WIPE_ALG_GUTMANN: Final = StorageVolWipeAlgorithm.GUTMANN
    WIPE_ALG_SCHNEIER: Final = StorageVolWipeAlgorithm.SCHNEIER
    WIPE_ALG_PFITZNER7: Final = StorageVolWipeAlgorithm.PFITZNER7
    WIPE_ALG_PFITZNER33: Final = StorageVolWipeAlgorithm.PFITZNER33
    WIPE_ALG_RANDOM: Final = StorageVolWipeAlgorithm.RANDOM
    WIPE_ALG_TRIM: Final = StorageVolWipeAlgorithm.TRIM

class ErrorConstants:
    __slots__ = ()
    ERR_OK: Final = ErrorCode.OK
    ERR_INTERNAL_ERROR: Final = ErrorCode.INTERNAL_ERROR
    ERR_NO_MEMORY: Final = ErrorCode.NO_MEMORY
    ERR_NO_SUPPORT: Final = ErrorCode.NO_SUPPORT
    ERR_UNKNOWN_HOST: Final = ErrorCode.UNKNOWN_HOST
    ERR_NO_CONNECT: Final = ErrorCode.NO_CONNECT
    ERR_INVALID_CONN: Final = ErrorCode.INVALID_CONN
    ERR_INVALID_DOMAIN: Final = ErrorCode.INVALID_DOMAIN
    ERR_INVALID_ARG: Final = ErrorCode.INVALID_ARG
    ERR_OPERATION_FAILED: Final = ErrorCode.OPERATION_FAILED
    ERR_GET_FAILED: Final = ErrorCode.GET_FAILED
    ERR_POST_FAILED: Final = ErrorCode.POST_FAILED
    ERR_HTTP_ERROR: Final = ErrorCode.HTTP_ERROR
    ERR_SEXPR_SERIAL: Final = ErrorCode.SEXPR_SERIAL
    ERR_NO_XEN: Final = ErrorCode.NO_XEN
    ERR_XEN_CALL: Final = ErrorCode.XEN_CALL
    ERR_OS_TYPE: Final = ErrorCode.OS_TYPE
    ERR_NO_KERNEL: Final = ErrorCode.NO_KERNEL
    ERR_NO_ROOT: Final = ErrorCode.NO_ROOT
    ERR_NO_SOURCE: Final = ErrorCode.NO_SOURCE
    ERR_NO_TARGET: Final = ErrorCode.NO_TARGET
    ERR_NO_NAME: Final = ErrorCode.NO_NAME
    ERR_NO_OS: Final = ErrorCode.NO_OS
    ERR_NO_DEVICE: Final = ErrorCode.NO_DEVICE
    ERR_NO_XENSTORE: Final = ErrorCode.NO_XENSTORE
    ERR_DRIVER_FULL: Final = ErrorCode.DRIVER_FULL
    ERR_CALL_FAILED: Final = ErrorCode.CALL_FAILED
    ERR_XML_ERROR: Final = ErrorCode.XML_ERROR
    ERR_DOM_EXIST: Final = ErrorCode.DOM_EXIST
    ERR_OPERATION_DENIED: Final = ErrorCode.OPERATION_DENIED
    ERR_OPERATIONED_DENIED: Final = ErrorCode.OPERATION_DENIED
    ERR_OPEN_FAILED: Final = ErrorCode.OPEN_FAILED
    ERR_READ_FAILED: Final = ErrorCode.READ_FAILED
    ERR_PARSE_FAILED: Final = ErrorCode.PARSE_FAILED
    ERR_CONF_SYNTAX: Final = ErrorCode.CONF_SYNTAX
    ERR_WRITE_FAILED: Final = ErrorCode.WRITE_FAILED
    ERR_XML_DETAIL: Final = ErrorCode.XML_DETAIL
    ERR_INVALID_NETWORK: Final = ErrorCode.INVALID_NETWORK
    ERR_NETWORK_EXIST: Final = ErrorCode.NETWORK_EXIST
    ERR_SYSTEM_ERROR: Final = ErrorCode.SYSTEM_ERROR
    ERR_RPC: Final = ErrorCode.RPC
    ERR_GNUTLS_ERROR: Final = ErrorCode.GNUTLS_ERROR
    WAR_NO_NETWORK: Final = ErrorCode.WAR_NO_NETWORK
    ERR_NO_DOMAIN: Final = ErrorCode.NO_DOMAIN
    ERR_NO_NETWORK: Final = ErrorCode.NO_NETWORK
    ERR_INVALID_MAC: Final = ErrorCode.INVALID_MAC
    ERR_AUTH_FAILED: Final = ErrorCode.AUTH_FAILED
    ERR_INVALID_STORAGE_POOL: Final = ErrorCode.INVALID_STORAGE_POOL
    ERR_INVALID_STORAGE_VOL: Final = ErrorCode.INVALID_STORAGE_VOL
    WAR_NO_STORAGE: Final = ErrorCode.WAR_NO_STORAGE
    ERR_NO_STORAGE_POOL: Final = ErrorCode.NO_STORAGE_POOL
    ERR_NO_STORAGE_VOL: Final = ErrorCode.NO_STORAGE_VOL
    WAR_NO_NODE: Final = ErrorCode.WAR_NO_NODE
    ERR_INVALID_NODE_DEVICE: Final = ErrorCode.INVALID_NODE_DEVICE
    ERR_NO_NODE_DEVICE: Final = ErrorCode.NO_NODE_DEVICE
    ERR_NO_SECURITY_MODEL: Final = ErrorCode.NO_SECURITY_MODEL
    ERR_OPERATION_INVALID: Final = ErrorCode.OPERATION_INVALID
    WAR_NO_INTERFACE: Final = ErrorCode.WAR_NO_INTERFACE
    ERR_NO_INTERFACE: Final = ErrorCode.NO_INTERFACE
    ERR_INVALID_INTERFACE: Final = ErrorCode.INVALID_INTERFACE
    ERR_MULTIPLE_INTERFACES: Final = ErrorCode.MULTIPLE_INTERFACES
    WAR_NO_NWFILTER: Final = ErrorCode.WAR_NO_NWFILTER
    ERR_INVALID_NWFILTER: Final = ErrorCode.INVALID_NWFILTER
    ERR_NO_NWFILTER: Final = ErrorCode.NO_NWFILTER
    ERR_BUILD_FIREWALL: Final = ErrorCode.BUILD_FIREWALL
    WAR_NO_SECRET: Final = ErrorCode.WAR_NO_SECRET
    ERR_INVALID_SECRET: Final = ErrorCode.INVALID_SECRET
    ERR_NO_SECRET: Final = ErrorCode.NO_SECRET
    ERR_CONFIG_UNSUPPORTED: Final = ErrorCode.CONFIG_UNSUPPORTED
    ERR_OPERATION_TIMEOUT: Final = ErrorCode.OPERATION_TIMEOUT
    ERR_MIGRATE_PERSIST_FAILED: Final = ErrorCode.MIGRATE_PERSIST_FAILED
    ERR_HOOK_SCRIPT_FAILED: Final = ErrorCode.HOOK_SCRIPT_FAILED
    ERR_INVALID_DOMAIN_SNAPSHOT: Final = ErrorCode.INVALID_DOMAIN_SNAPSHOT
    ERR_NO_DOMAIN_SNAPSHOT: Final = ErrorCode.NO_DOMAIN_SNAPSHOT
    ERR_INVALID_STREAM: Final = ErrorCode.INVALID_STREAM
    ERR_ARGUMENT_UNSUPPORTED: Final = ErrorCode.ARGUMENT_UNSUPPORTED
    ERR_STORAGE_PROBE_FAILED: Final = ErrorCode.STORAGE_PROBE_FAILED
    ERR_STORAGE_POOL_BUILT: Final = ErrorCode.STORAGE_POOL_BUILT
    ERR_SNAPSHOT_REVERT_RISKY: Final = ErrorCode.SNAPSHOT_REVERT_RISKY
    ERR_OPERATION_ABORTED: Final = ErrorCode.OPERATION_ABORTED
    ERR_AUTH_CANCELLED: Final = ErrorCode.AUTH_CANCELLED
    ERR_NO_DOMAIN_METADATA: Final = ErrorCode.NO_DOMAIN_METADATA
    ERR_MIGRATE_UNSAFE: Final = ErrorCode.MIGRATE_UNSAFE
    ERR_OVERFLOW: Final = ErrorCode.OVERFLOW
    ERR_BLOCK_COPY_ACTIVE: Final = ErrorCode.BLOCK_COPY_ACTIVE
    ERR_OPERATION_UNSUPPORTED: Final = ErrorCode.OPERATION_UNSUPPORTED
    ERR_SSH: Final = ErrorCode.SSH
    ERR_AGENT_UNRESPONSIVE: Final = ErrorCode.AGENT_UNRESPONSIVE
    ERR_RESOURCE_BUSY: Final = ErrorCode.RESOURCE_BUSY
    ERR_ACCESS_DENIED: Final = ErrorCode.ACCESS_DENIED
    ERR_DBUS_SERVICE: Final = ErrorCode.DBUS_SERVICE
    ERR_STORAGE_VOL_EXIST: Final = ErrorCode.STORAGE_VOL_EXIST
    ERR_CPU_INCOMPATIBLE: Final = ErrorCode.CPU_INCOMPATIBLE
    ERR_XML_INVALID_SCHEMA: Final = ErrorCode.XML_INVALID_SCHEMA
    ERR_INVALID_SCHEMA: Final = ErrorCode.XML_INVALID_SCHEMA
    ERR_MIGRATE_FINISH_OK: Final = ErrorCode.MIGRATE_FINISH_OK
    ERR_AUTH_UNAVAILABLE: Final = ErrorCode.AUTH_UNAVAILABLE
    ERR_NO_SERVER: Final = ErrorCode.NO_SERVER
    ERR_NO_CLIENT: Final = ErrorCode.NO_CLIENT
    ERR_AGENT_UNSYNCED: Final = ErrorCode.AGENT_UNSYNCED
    ERR_LIBSSH: Final = ErrorCode.LIBSSH
    ERR_DEVICE_MISSING: Final = ErrorCode.DEVICE_MISSING
    ERR_INVALID_NWFILTER_BINDING: Final = ErrorCode.INVALID_NWFILTER_BINDING
    ERR_NO_NWFILTER_BINDING: Final = ErrorCode.NO_NWFILTER_BINDING
    ERR_INVALID_DOMAIN_CHECKPOINT: Final = ErrorCode.INVALID_DOMAIN_CHECKPOINT
    ERR_NO_DOMAIN_CHECKPOINT: Final = ErrorCode.NO_DOMAIN_CHECKPOINT
    ERR_NO_DOMAIN_BACKUP: Final = ErrorCode.NO_DOMAIN_BACKUP
    ERR_INVALID_NETWORK_PORT: Final = ErrorCode.INVALID_NETWORK_PORT
    ERR_NETWORK_PORT_EXIST: Final = ErrorCode.NETWORK_PORT_EXIST
    ERR_NO_NETWORK_PORT: Final = ErrorCode.NO_NETWORK_PORT
    ERR_NO_HOSTNAME: Final = ErrorCode.NO_HOSTNAME
    ERR_CHECKPOINT_INCONSISTENT: Final = ErrorCode.CHECKPOINT_INCONSISTENT
    ERR_MULTIPLE_DOMAINS: Final = ErrorCode.MULTIPLE_DOMAINS
    ERR_NO_NETWORK_METADATA: Final = ErrorCode.NO_NETWORK_METADATA
    ERR_AGENT_COMMAND_TIMEOUT: Final = ErrorCode.AGENT_COMMAND_TIMEOUT
    ERR_AGENT_COMMAND_FAILED: Final = ErrorCode.AGENT_COMMAND_FAILED
    ERR_INVALID_ENCR_KEY_SECRET: Final = ErrorCode.INVALID_ENCR_KEY_SECRET
    FROM_NONE: Final = ErrorDomain.NONE
    FROM_XEN: Final = ErrorDomain.XEN
    FROM_XEND: Final = ErrorDomain.XEND
    FROM_XENSTORE: Final = ErrorDomain.XENSTORE
    FROM_SEXPR: Final = ErrorDomain.SEXPR
    FROM_XML: Final = ErrorDomain.XML
    FROM_DOM: Final = ErrorDomain.DOM
    FROM_RPC: Final = ErrorDomain.RPC
    FROM_PROXY: Final = ErrorDomain.PROXY
    FROM_CONF: Final = ErrorDomain.CONF
    FROM_QEMU: Final = ErrorDomain.QEMU
    FROM_NET: Final = ErrorDomain.NET
    FROM_TEST: Final = ErrorDomain.TEST
    FROM_REMOTE: Final = ErrorDomain.REMOTE
    FROM_OPENVZ: Final = ErrorDomain.OPENVZ
    FROM_XENXM: Final = ErrorDomain.XENXM
    FROM_STATS_LINUX: Final = ErrorDomain.STATS_LINUX
    FROM_LXC: Final = ErrorDomain.LXC
    FROM_STORAGE: Final = ErrorDomain.STORAGE
    FROM_NETWORK: Final = ErrorDomain.NETWORK
    FROM_DOMAIN: Final = ErrorDomain.DOMAIN
    FROM_UML: Final = ErrorDomain.UML
    FROM_NODEDEV: Final = ErrorDomain.NODEDEV
    FROM_XEN_INOTIFY: Final = ErrorDomain.XEN_INOTIFY
    FROM_SECURITY: Final = ErrorDomain.SECURITY
    FROM_VBOX: Final = ErrorDomain.VBOX
    FROM_INTERFACE: Final = ErrorDomain.INTERFACE
    FROM_ONE: Final = ErrorDomain.ONE
    FROM_ESX: Final = ErrorDomain.ESX
    FROM_PHYP: Final = ErrorDomain.PHYP
    FROM_SECRET: Final = ErrorDomain.SECRET
    FROM_CPU: Final = ErrorDomain.CPU
    FROM_XENAPI: Final = ErrorDomain.XENAPI
    FROM_NWFILTER: Final = ErrorDomain.NWFILTER
    FROM_HOOK: Final = ErrorDomain.HOOK
    FROM_DOMAIN_SNAPSHOT: Final = ErrorDomain.DOMAIN_SNAPSHOT
    FROM_AUDIT: Final = ErrorDomain.AUDIT
    FROM_SYSINFO: Final = ErrorDomain.SYSINFO
    FROM_STREAMS: Final = ErrorDomain.STREAMS
    FROM_VMWARE: Final = ErrorDomain.VMWARE
    FROM_EVENT: Final = ErrorDomain.EVENT
    FROM_LIBXL: Final = ErrorDomain.LIBXL
    FROM_LOCKING: Final = ErrorDomain.LOCKING
    FROM_HYPERV: Final = ErrorDomain.HYPERV
    FROM_CAPABILITIES: Final = ErrorDomain.CAPABILITIES
    FROM_URI: Final = ErrorDomain.URI
    FROM_AUTH: Final = ErrorDomain.AUTH
    FROM_DBUS: Final = ErrorDomain.DBUS
    FROM_PARALLELS: Final = ErrorDomain.PARALLELS
    FROM_DEVICE: Final = ErrorDomain.DEVICE
    FROM_SSH: Final = ErrorDomain.SSH
    FROM_LOCKSPACE: Final = ErrorDomain.LOCKSPACE
    FROM_INITCTL: Final = ErrorDomain.INITCTL
    FROM_IDENTITY: Final = ErrorDomain.IDENTITY
    FROM_CGROUP: Final = ErrorDomain.CGROUP
    FROM_ACCESS: Final = ErrorDomain.ACCESS
    FROM_SYSTEMD: Final = ErrorDomain.SYSTEMD
    FROM_BHYVE: Final = ErrorDomain.BHYVE
    FROM_CRYPTO: Final = ErrorDomain.CRYPTO
    FROM_FIREWALL: Final = ErrorDomain.FIREWALL
    FROM_POLKIT: Final = ErrorDomain.POLKIT
    FROM_THREAD: Final = ErrorDomain.THREAD
    FROM_ADMIN: Final = ErrorDomain.ADMIN
    FROM_LOGGING: Final = ErrorDomain.LOGGING
    FROM_XENXL: Final = ErrorDomain.XENXL
    FROM_PERF: Final = ErrorDomain.PERF
    FROM_LIBSSH: Final = ErrorDomain.LIBSSH
    FROM_RESCTRL: Final = ErrorDomain.RESCTRL
    FROM_FIREWALLD: Final = ErrorDomain.FIREWALLD
    FROM_DOMAIN_CHECKPOINT: Final = ErrorDomain.DOMAIN_CHECKPOINT
    FROM_TPM: Final = ErrorDomain.TPM
    FROM_BPF: Final = ErrorDomain.BPF
    FROM_CH: Final = ErrorDomain.CH
    LEVEL_NONE: Final = ErrorLevel.NONE
    LEVEL_WARNING: Final = ErrorLevel.WARNING
    LEVEL_ERROR: Final = ErrorLevel.ERROR
