"""What is refused over a read-only connection.

libvirt's public functions refuse it for every driver, so it belongs to the connection and not to a driver. From the
sources of libvirt 11.3; tests hold it against real daemons.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .._protocol.procedure import Procedure

#: Functions that are refused, without their "vir", by the part of libvirt that says so (`Error.FROM_*`).
_REFUSED = {
    20: """
        ConnectBaselineHypervisorCPU ConnectCompareHypervisorCPU ConnectDomainXMLFromNative
        ConnectDomainXMLToNative ConnectGetDomainCapabilities DomainAbortJob DomainAbortJobFlags
        DomainAddIOThread DomainAgentSetResponseTimeout DomainAnnounceInterface
        DomainAttachDevice DomainAttachDeviceFlags
        DomainAuthorizedSSHKeysGet DomainAuthorizedSSHKeysSet DomainBackupBegin DomainBlockCommit
        DomainBlockCopy DomainBlockJobAbort DomainBlockJobSetSpeed DomainBlockPeek DomainBlockPull
        DomainBlockRebase DomainBlockResize DomainCoreDump DomainCoreDumpWithFormat DomainCreate
        DomainCreateWithFiles DomainCreateWithFlags DomainCreateXML DomainCreateXMLWithFiles DomainDefineXML
        DomainDefineXMLFlags DomainDelIOThread DomainDestroy DomainDestroyFlags DomainDetachDevice
        DomainDetachDeviceAlias DomainDetachDeviceFlags DomainFDAssociate DomainFSFreeze DomainFSThaw
        DomainFSTrim DomainGetFSInfo DomainGetGuestInfo DomainGetGuestVcpus DomainGetHostname
        DomainGetLaunchSecurityInfo DomainGetTime DomainGraphicsReload DomainInjectNMI DomainManagedSave
        DomainManagedSaveDefineXML DomainManagedSaveRemove DomainMemoryPeek DomainMigrateBegin3
        DomainMigrateBegin3Params DomainMigrateConfirm3 DomainMigrateConfirm3Params DomainMigrateFinish
        DomainMigrateFinish2 DomainMigrateFinish3 DomainMigrateFinish3Params DomainMigrateGetMaxSpeed
        DomainMigratePerform DomainMigratePerform3 DomainMigratePerform3Params DomainMigratePrepare
        DomainMigratePrepare2 DomainMigratePrepare3 DomainMigratePrepare3Params DomainMigratePrepareTunnel
        DomainMigratePrepareTunnel3 DomainMigratePrepareTunnel3Params DomainMigrateSetCompressionCache
        DomainMigrateSetMaxDowntime DomainMigrateSetMaxSpeed DomainMigrateStartPostCopy DomainOpenChannel
        DomainOpenConsole DomainOpenGraphics DomainOpenGraphicsFD DomainPMSuspendForDuration DomainPMWakeup
        DomainPinEmulator DomainPinIOThread DomainPinVcpu DomainPinVcpuFlags DomainReboot DomainRename
        DomainReset DomainRestore DomainRestoreFlags DomainRestoreParams DomainResume DomainSave
        DomainSaveFlags DomainSaveImageDefineXML DomainSaveImageGetXMLDesc DomainSaveParams DomainScreenshot
        DomainSendKey DomainSendProcessSignal DomainSetAutostart DomainSetAutostartOnce
        DomainSetBlkioParameters DomainSetBlockIoTune DomainSetBlockThreshold DomainSetGuestVcpus
        DomainSetIOThreadParams DomainSetInterfaceParameters DomainSetLaunchSecurityState
        DomainSetLifecycleAction DomainSetMaxMemory DomainSetMemory DomainSetMemoryFlags
        DomainSetMemoryParameters DomainSetMemoryStatsPeriod DomainSetMetadata DomainSetNumaParameters
        DomainSetPerfEvents DomainSetSchedulerParameters DomainSetSchedulerParametersFlags
        DomainSetThrottleGroup DomainSetTime DomainSetUserPassword DomainSetVcpu DomainSetVcpus
        DomainSetVcpusFlags DomainShutdown DomainShutdownFlags DomainStartDirtyRateCalc DomainSuspend
        DomainUndefine DomainUndefineFlags DomainUpdateDeviceFlags NodeAllocPages NodeGetSEVInfo
        NodeSetMemoryParameters NodeSuspendForDuration
    """,
    69: """
        DomainCheckpointCreateXML DomainCheckpointDelete
    """,
    35: """
        DomainRevertToSnapshot DomainSnapshotCreateXML DomainSnapshotDelete
    """,
    26: """
        InterfaceChangeBegin InterfaceChangeCommit InterfaceChangeRollback InterfaceCreate InterfaceDefineXML
        InterfaceDestroy InterfaceUndefine
    """,
    19: """
        NetworkCreate NetworkCreateXML NetworkCreateXMLFlags NetworkDefineXML NetworkDefineXMLFlags
        NetworkDestroy NetworkPortCreateXML NetworkPortDelete NetworkPortSetParameters NetworkSetAutostart
        NetworkSetMetadata NetworkUndefine NetworkUpdate
    """,
    22: """
        NodeDeviceCreate NodeDeviceCreateXML NodeDeviceDefineXML NodeDeviceDestroy NodeDeviceDetachFlags
        NodeDeviceDettach NodeDeviceReAttach NodeDeviceReset NodeDeviceSetAutostart NodeDeviceUndefine
        NodeDeviceUpdate
    """,
    0: """
        ConnectDomainQemuMonitorEventDeregister ConnectDomainQemuMonitorEventRegister DomainLxcOpenNamespace
        DomainQemuAgentCommand DomainQemuAttach DomainQemuMonitorCommand DomainQemuMonitorCommandWithFiles
    """,
    33: """
        NWFilterBindingCreateXML NWFilterBindingDelete NWFilterDefineXML NWFilterDefineXMLFlags
        NWFilterUndefine
    """,
    30: """
        SecretDefineXML SecretGetValue SecretSetValue SecretUndefine
    """,
    18: """
        ConnectFindStoragePoolSources StoragePoolBuild StoragePoolCreate StoragePoolCreateXML
        StoragePoolDefineXML StoragePoolDelete StoragePoolDestroy StoragePoolRefresh StoragePoolSetAutostart
        StoragePoolUndefine StorageVolCreateXML StorageVolCreateXMLFrom StorageVolDelete StorageVolDownload
        StorageVolResize StorageVolUpload StorageVolWipe StorageVolWipePattern
    """,
}

#: Refused with some bits in an argument: its index, the bits, what is said, and by whom.
_DOMAIN, _CHECKPOINT, _SNAPSHOT = 20, 69, 35
_BY_ARGUMENT = {
    "DOMAIN_GET_XML_DESC": (1, 1 | 8, "virDomainGetXMLDesc with secure flag", _DOMAIN),
    "DOMAIN_MANAGED_SAVE_GET_XML_DESC": (1, 1, "virDomainManagedSaveGetXMLDesc with secure flag", _DOMAIN),
    "DOMAIN_CHECKPOINT_GET_XML_DESC": (1, 1, "virDomainCheckpointGetXMLDesc with secure flag", _CHECKPOINT),
    "DOMAIN_SNAPSHOT_GET_XML_DESC": (1, 1, "virDomainSnapshotGetXMLDesc with secure flag", _SNAPSHOT),
    "DOMAIN_GET_VCPUS_FLAGS": (1, 8, "read only access prevents virDomainGetVcpusFlags", _DOMAIN),
}
_SOURCE_AGENT = 1


def _key(name: str) -> str:
    """Functions for one hypervisor have its name in them, procedures have a program."""
    return name.replace("_", "").lower().replace("qemu", "").replace("lxc", "")


_refused: dict[str, tuple[str, int]] = {}


def refusal(procedure: Procedure[..., Any], args: tuple[Any, ...]) -> tuple[str, int] | None:
    """The message, and the part of libvirt that sends it, if this call is refused over a read-only connection."""
    if not _refused:
        for domain, names in _REFUSED.items():
            for name in names.split():
                _refused[_key(name)] = f"read only access prevents vir{name}", domain
    found = _refused.get(_key(procedure.name))
    if found is None and procedure.name in _BY_ARGUMENT:
        at, bits, what, domain = _BY_ARGUMENT[procedure.name]
        if args[at] & bits:
            return what, domain
    if procedure.name == "DOMAIN_INTERFACE_ADDRESSES" and args[1] == _SOURCE_AGENT:
        return "read only access prevents virDomainInterfaceAddresses", _DOMAIN
    return found
