# ruff: noqa: E501
# fmt: off
"""What each procedure takes and gives: the types of sysvirt._protocol.table, for checkers and editors.

Made by tools/generate.py from spec/, which tools/import_spec.py made from libvirt 11.3.0, with additions-12.8.x.
Never edit this file; to make it again: python tools/generate.py

Beside each procedure stand the names of its fields. An event takes nothing and gives its message.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from .procedure import Procedure

Value: TypeAlias = int | float | str
#: An int where a server's handler gets it; anything with an index where a client passes it, which the encoder checks.
Int: TypeAlias = Any
Params: TypeAlias = dict[str, Value]
PassedParams: TypeAlias = Sequence[tuple[str, tuple[int, Value]]]

class Program:
    def __init__(self, name: str) -> None: ...
    def __iter__(self) -> Iterator[Procedure[..., Any]]: ...
    def by_number(self, number: int) -> Procedure[..., Any] | None: ...
    def exact(self, procedure: Procedure[..., Any]) -> Procedure[..., tuple[Any, ...]]: ...

class RemoteProcedures(Program):
    CONNECT_OPEN: Procedure[[str | None, Int], None]  # (name, flags)
    CONNECT_CLOSE: Procedure[[], None]  # ()
    CONNECT_GET_TYPE: Procedure[[], str]  # () -> type
    CONNECT_GET_VERSION: Procedure[[], int]  # () -> hv_ver
    CONNECT_GET_MAX_VCPUS: Procedure[[str | None], int]  # (type) -> max_vcpus
    NODE_GET_INFO: Procedure[[], tuple[list[int], int, int, int, int, int, int, int]]  # () -> model, memory, cpus, mhz, nodes, sockets, cores, threads
    CONNECT_GET_CAPABILITIES: Procedure[[], str]  # () -> capabilities
    DOMAIN_ATTACH_DEVICE: Procedure[[bytes, str], None]  # (dom, xml)
    DOMAIN_CREATE: Procedure[[bytes], None]  # (dom)
    DOMAIN_CREATE_XML: Procedure[[str, Int], bytes]  # (xml_desc, flags) -> dom
    DOMAIN_DEFINE_XML: Procedure[[str], bytes]  # (xml) -> dom
    DOMAIN_DESTROY: Procedure[[bytes], None]  # (dom)
    DOMAIN_DETACH_DEVICE: Procedure[[bytes, str], None]  # (dom, xml)
    DOMAIN_GET_XML_DESC: Procedure[[bytes, Int], str]  # (dom, flags) -> xml
    DOMAIN_GET_AUTOSTART: Procedure[[bytes], int]  # (dom) -> autostart
    DOMAIN_GET_INFO: Procedure[[bytes], tuple[int, int, int, int, int]]  # (dom) -> state, maxMem, memory, nrVirtCpu, cpuTime
    DOMAIN_GET_MAX_MEMORY: Procedure[[bytes], int]  # (dom) -> memory
    DOMAIN_GET_MAX_VCPUS: Procedure[[bytes], int]  # (dom) -> num
    DOMAIN_GET_OS_TYPE: Procedure[[bytes], str]  # (dom) -> type
    DOMAIN_GET_VCPUS: Procedure[[bytes, Int, Int], tuple[list[tuple[int, int, int, int]], bytes]]  # (dom, maxinfo, maplen) -> info, cpumaps
    CONNECT_LIST_DEFINED_DOMAINS: Procedure[[Int], list[str]]  # (maxnames) -> names
    DOMAIN_LOOKUP_BY_ID: Procedure[[Int], bytes]  # (id) -> dom
    DOMAIN_LOOKUP_BY_NAME: Procedure[[str], bytes]  # (name) -> dom
    DOMAIN_LOOKUP_BY_UUID: Procedure[[bytes], bytes]  # (uuid) -> dom
    CONNECT_NUM_OF_DEFINED_DOMAINS: Procedure[[], int]  # () -> num
    DOMAIN_PIN_VCPU: Procedure[[bytes, Int, bytes], None]  # (dom, vcpu, cpumap)
    DOMAIN_REBOOT: Procedure[[bytes, Int], None]  # (dom, flags)
    DOMAIN_RESUME: Procedure[[bytes], None]  # (dom)
    DOMAIN_SET_AUTOSTART: Procedure[[bytes, Int], None]  # (dom, autostart)
    DOMAIN_SET_MAX_MEMORY: Procedure[[bytes, Int], None]  # (dom, memory)
    DOMAIN_SET_MEMORY: Procedure[[bytes, Int], None]  # (dom, memory)
    DOMAIN_SET_VCPUS: Procedure[[bytes, Int], None]  # (dom, nvcpus)
    DOMAIN_SHUTDOWN: Procedure[[bytes], None]  # (dom)
    DOMAIN_SUSPEND: Procedure[[bytes], None]  # (dom)
    DOMAIN_UNDEFINE: Procedure[[bytes], None]  # (dom)
    CONNECT_LIST_DEFINED_NETWORKS: Procedure[[Int], list[str]]  # (maxnames) -> names
    CONNECT_LIST_DOMAINS: Procedure[[Int], list[int]]  # (maxids) -> ids
    CONNECT_LIST_NETWORKS: Procedure[[Int], list[str]]  # (maxnames) -> names
    NETWORK_CREATE: Procedure[[bytes], None]  # (net)
    NETWORK_CREATE_XML: Procedure[[str], bytes]  # (xml) -> net
    NETWORK_DEFINE_XML: Procedure[[str], bytes]  # (xml) -> net
    NETWORK_DESTROY: Procedure[[bytes], None]  # (net)
    NETWORK_GET_XML_DESC: Procedure[[bytes, Int], str]  # (net, flags) -> xml
    NETWORK_GET_AUTOSTART: Procedure[[bytes], int]  # (net) -> autostart
    NETWORK_GET_BRIDGE_NAME: Procedure[[bytes], str]  # (net) -> name
    NETWORK_LOOKUP_BY_NAME: Procedure[[str], bytes]  # (name) -> net
    NETWORK_LOOKUP_BY_UUID: Procedure[[bytes], bytes]  # (uuid) -> net
    NETWORK_SET_AUTOSTART: Procedure[[bytes, Int], None]  # (net, autostart)
    NETWORK_UNDEFINE: Procedure[[bytes], None]  # (net)
    CONNECT_NUM_OF_DEFINED_NETWORKS: Procedure[[], int]  # () -> num
    CONNECT_NUM_OF_DOMAINS: Procedure[[], int]  # () -> num
    CONNECT_NUM_OF_NETWORKS: Procedure[[], int]  # () -> num
    DOMAIN_CORE_DUMP: Procedure[[bytes, str, Int], None]  # (dom, to, flags)
    DOMAIN_RESTORE: Procedure[[str], None]  # (from)
    DOMAIN_SAVE: Procedure[[bytes, str], None]  # (dom, to)
    DOMAIN_GET_SCHEDULER_TYPE: Procedure[[bytes], tuple[str, int]]  # (dom) -> type, nparams
    DOMAIN_GET_SCHEDULER_PARAMETERS: Procedure[[bytes, Int], Params]  # (dom, nparams) -> params
    DOMAIN_SET_SCHEDULER_PARAMETERS: Procedure[[bytes, PassedParams], None]  # (dom, params)
    CONNECT_GET_HOSTNAME: Procedure[[], str]  # () -> hostname
    CONNECT_SUPPORTS_FEATURE: Procedure[[Int], int]  # (feature) -> supported
    DOMAIN_MIGRATE_PREPARE: Procedure[[str | None, Int, str | None, Int], tuple[bytes, str | None]]  # (uri_in, flags, dname, resource) -> cookie, uri_out
    DOMAIN_MIGRATE_PERFORM: Procedure[[bytes, bytes, str, Int, str | None, Int], None]  # (dom, cookie, uri, flags, dname, resource)
    DOMAIN_MIGRATE_FINISH: Procedure[[str, bytes, str, Int], bytes]  # (dname, cookie, uri, flags) -> ddom
    DOMAIN_BLOCK_STATS: Procedure[[bytes, str], tuple[int, int, int, int, int]]  # (dom, path) -> rd_req, rd_bytes, wr_req, wr_bytes, errs
    DOMAIN_INTERFACE_STATS: Procedure[[bytes, str], tuple[int, int, int, int, int, int, int, int]]  # (dom, device) -> rx_bytes, rx_packets, rx_errs, rx_drop, tx_bytes, tx_packets, tx_errs, tx_drop
    AUTH_LIST: Procedure[[], list[int]]  # () -> types
    AUTH_SASL_INIT: Procedure[[], str]  # () -> mechlist
    AUTH_SASL_START: Procedure[[str, Int, Sequence[int]], tuple[int, int, list[int]]]  # (mech, nil, data) -> complete, nil, data
    AUTH_SASL_STEP: Procedure[[Int, Sequence[int]], tuple[int, int, list[int]]]  # (nil, data) -> complete, nil, data
    AUTH_POLKIT: Procedure[[], int]  # () -> complete
    CONNECT_NUM_OF_STORAGE_POOLS: Procedure[[], int]  # () -> num
    CONNECT_LIST_STORAGE_POOLS: Procedure[[Int], list[str]]  # (maxnames) -> names
    CONNECT_NUM_OF_DEFINED_STORAGE_POOLS: Procedure[[], int]  # () -> num
    CONNECT_LIST_DEFINED_STORAGE_POOLS: Procedure[[Int], list[str]]  # (maxnames) -> names
    CONNECT_FIND_STORAGE_POOL_SOURCES: Procedure[[str, str | None, Int], str]  # (type, srcSpec, flags) -> xml
    STORAGE_POOL_CREATE_XML: Procedure[[str, Int], bytes]  # (xml, flags) -> pool
    STORAGE_POOL_DEFINE_XML: Procedure[[str, Int], bytes]  # (xml, flags) -> pool
    STORAGE_POOL_CREATE: Procedure[[bytes, Int], None]  # (pool, flags)
    STORAGE_POOL_BUILD: Procedure[[bytes, Int], None]  # (pool, flags)
    STORAGE_POOL_DESTROY: Procedure[[bytes], None]  # (pool)
    STORAGE_POOL_DELETE: Procedure[[bytes, Int], None]  # (pool, flags)
    STORAGE_POOL_UNDEFINE: Procedure[[bytes], None]  # (pool)
    STORAGE_POOL_REFRESH: Procedure[[bytes, Int], None]  # (pool, flags)
    STORAGE_POOL_LOOKUP_BY_NAME: Procedure[[str], bytes]  # (name) -> pool
    STORAGE_POOL_LOOKUP_BY_UUID: Procedure[[bytes], bytes]  # (uuid) -> pool
    STORAGE_POOL_LOOKUP_BY_VOLUME: Procedure[[bytes], bytes]  # (vol) -> pool
    STORAGE_POOL_GET_INFO: Procedure[[bytes], tuple[int, int, int, int]]  # (pool) -> state, capacity, allocation, available
    STORAGE_POOL_GET_XML_DESC: Procedure[[bytes, Int], str]  # (pool, flags) -> xml
    STORAGE_POOL_GET_AUTOSTART: Procedure[[bytes], int]  # (pool) -> autostart
    STORAGE_POOL_SET_AUTOSTART: Procedure[[bytes, Int], None]  # (pool, autostart)
    STORAGE_POOL_NUM_OF_VOLUMES: Procedure[[bytes], int]  # (pool) -> num
    STORAGE_POOL_LIST_VOLUMES: Procedure[[bytes, Int], list[str]]  # (pool, maxnames) -> names
    STORAGE_VOL_CREATE_XML: Procedure[[bytes, str, Int], bytes]  # (pool, xml, flags) -> vol
    STORAGE_VOL_DELETE: Procedure[[bytes, Int], None]  # (vol, flags)
    STORAGE_VOL_LOOKUP_BY_NAME: Procedure[[bytes, str], bytes]  # (pool, name) -> vol
    STORAGE_VOL_LOOKUP_BY_KEY: Procedure[[str], bytes]  # (key) -> vol
    STORAGE_VOL_LOOKUP_BY_PATH: Procedure[[str], bytes]  # (path) -> vol
    STORAGE_VOL_GET_INFO: Procedure[[bytes], tuple[int, int, int]]  # (vol) -> type, capacity, allocation
    STORAGE_VOL_GET_XML_DESC: Procedure[[bytes, Int], str]  # (vol, flags) -> xml
    STORAGE_VOL_GET_PATH: Procedure[[bytes], str]  # (vol) -> name
    NODE_GET_CELLS_FREE_MEMORY: Procedure[[Int, Int], list[int]]  # (startCell, maxcells) -> cells
    NODE_GET_FREE_MEMORY: Procedure[[], int]  # () -> freeMem
    DOMAIN_BLOCK_PEEK: Procedure[[bytes, str, Int, Int, Int], bytes]  # (dom, path, offset, size, flags) -> buffer
    DOMAIN_MEMORY_PEEK: Procedure[[bytes, Int, Int, Int], bytes]  # (dom, offset, size, flags) -> buffer
    CONNECT_DOMAIN_EVENT_REGISTER: Procedure[[], int]  # () -> cb_registered
    CONNECT_DOMAIN_EVENT_DEREGISTER: Procedure[[], int]  # () -> cb_registered
    DOMAIN_EVENT_LIFECYCLE: Procedure[[], tuple[bytes, int, int]]  # () -> dom, event, detail
    DOMAIN_MIGRATE_PREPARE2: Procedure[[str | None, Int, str | None, Int, str], tuple[bytes, str | None]]  # (uri_in, flags, dname, resource, dom_xml) -> cookie, uri_out
    DOMAIN_MIGRATE_FINISH2: Procedure[[str, bytes, str, Int, Int], bytes]  # (dname, cookie, uri, flags, retcode) -> ddom
    CONNECT_GET_URI: Procedure[[], str]  # () -> uri
    NODE_NUM_OF_DEVICES: Procedure[[str | None, Int], int]  # (cap, flags) -> num
    NODE_LIST_DEVICES: Procedure[[str | None, Int, Int], list[str]]  # (cap, maxnames, flags) -> names
    NODE_DEVICE_LOOKUP_BY_NAME: Procedure[[str], bytes]  # (name) -> dev
    NODE_DEVICE_GET_XML_DESC: Procedure[[str, Int], str]  # (name, flags) -> xml
    NODE_DEVICE_GET_PARENT: Procedure[[str], str | None]  # (name) -> parentName
    NODE_DEVICE_NUM_OF_CAPS: Procedure[[str], int]  # (name) -> num
    NODE_DEVICE_LIST_CAPS: Procedure[[str, Int], list[str]]  # (name, maxnames) -> names
    NODE_DEVICE_DETTACH: Procedure[[str], None]  # (name)
    NODE_DEVICE_RE_ATTACH: Procedure[[str], None]  # (name)
    NODE_DEVICE_RESET: Procedure[[str], None]  # (name)
    DOMAIN_GET_SECURITY_LABEL: Procedure[[bytes], tuple[list[int], int]]  # (dom) -> label, enforcing
    NODE_GET_SECURITY_MODEL: Procedure[[], tuple[list[int], list[int]]]  # () -> model, doi
    NODE_DEVICE_CREATE_XML: Procedure[[str, Int], bytes]  # (xml_desc, flags) -> dev
    NODE_DEVICE_DESTROY: Procedure[[str], None]  # (name)
    STORAGE_VOL_CREATE_XML_FROM: Procedure[[bytes, str, bytes, Int], bytes]  # (pool, xml, clonevol, flags) -> vol
    CONNECT_NUM_OF_INTERFACES: Procedure[[], int]  # () -> num
    CONNECT_LIST_INTERFACES: Procedure[[Int], list[str]]  # (maxnames) -> names
    INTERFACE_LOOKUP_BY_NAME: Procedure[[str], bytes]  # (name) -> iface
    INTERFACE_LOOKUP_BY_MAC_STRING: Procedure[[str], bytes]  # (mac) -> iface
    INTERFACE_GET_XML_DESC: Procedure[[bytes, Int], str]  # (iface, flags) -> xml
    INTERFACE_DEFINE_XML: Procedure[[str, Int], bytes]  # (xml, flags) -> iface
    INTERFACE_UNDEFINE: Procedure[[bytes], None]  # (iface)
    INTERFACE_CREATE: Procedure[[bytes, Int], None]  # (iface, flags)
    INTERFACE_DESTROY: Procedure[[bytes, Int], None]  # (iface, flags)
    CONNECT_DOMAIN_XML_FROM_NATIVE: Procedure[[str, str, Int], str]  # (nativeFormat, nativeConfig, flags) -> domainXml
    CONNECT_DOMAIN_XML_TO_NATIVE: Procedure[[str, str, Int], str]  # (nativeFormat, domainXml, flags) -> nativeConfig
    CONNECT_NUM_OF_DEFINED_INTERFACES: Procedure[[], int]  # () -> num
    CONNECT_LIST_DEFINED_INTERFACES: Procedure[[Int], list[str]]  # (maxnames) -> names
    CONNECT_NUM_OF_SECRETS: Procedure[[], int]  # () -> num
    CONNECT_LIST_SECRETS: Procedure[[Int], list[str]]  # (maxuuids) -> uuids
    SECRET_LOOKUP_BY_UUID: Procedure[[bytes], bytes]  # (uuid) -> secret
    SECRET_DEFINE_XML: Procedure[[str, Int], bytes]  # (xml, flags) -> secret
    SECRET_GET_XML_DESC: Procedure[[bytes, Int], str]  # (secret, flags) -> xml
    SECRET_SET_VALUE: Procedure[[bytes, bytes, Int], None]  # (secret, value, flags)
    SECRET_GET_VALUE: Procedure[[bytes, Int], bytes]  # (secret, flags) -> value
    SECRET_UNDEFINE: Procedure[[bytes], None]  # (secret)
    SECRET_LOOKUP_BY_USAGE: Procedure[[Int, str], bytes]  # (usageType, usageID) -> secret
    DOMAIN_MIGRATE_PREPARE_TUNNEL: Procedure[[Int, str | None, Int, str], None]  # (flags, dname, resource, dom_xml)
    CONNECT_IS_SECURE: Procedure[[], int]  # () -> secure
    DOMAIN_IS_ACTIVE: Procedure[[bytes], int]  # (dom) -> active
    DOMAIN_IS_PERSISTENT: Procedure[[bytes], int]  # (dom) -> persistent
    NETWORK_IS_ACTIVE: Procedure[[bytes], int]  # (net) -> active
    NETWORK_IS_PERSISTENT: Procedure[[bytes], int]  # (net) -> persistent
    STORAGE_POOL_IS_ACTIVE: Procedure[[bytes], int]  # (pool) -> active
    STORAGE_POOL_IS_PERSISTENT: Procedure[[bytes], int]  # (pool) -> persistent
    INTERFACE_IS_ACTIVE: Procedure[[bytes], int]  # (iface) -> active
    CONNECT_GET_LIB_VERSION: Procedure[[], int]  # () -> lib_ver
    CONNECT_COMPARE_CPU: Procedure[[str, Int], int]  # (xml, flags) -> result
    DOMAIN_MEMORY_STATS: Procedure[[bytes, Int, Int], list[tuple[int, int]]]  # (dom, maxStats, flags) -> stats
    DOMAIN_ATTACH_DEVICE_FLAGS: Procedure[[bytes, str, Int], None]  # (dom, xml, flags)
    DOMAIN_DETACH_DEVICE_FLAGS: Procedure[[bytes, str, Int], None]  # (dom, xml, flags)
    CONNECT_BASELINE_CPU: Procedure[[Sequence[str], Int], str]  # (xmlCPUs, flags) -> cpu
    DOMAIN_GET_JOB_INFO: Procedure[[bytes], tuple[int, int, int, int, int, int, int, int, int, int, int, int]]  # (dom) -> type, timeElapsed, timeRemaining, dataTotal, dataProcessed, dataRemaining, memTotal, memProcessed, memRemaining, fileTotal, fileProcessed, fileRemaining
    DOMAIN_ABORT_JOB: Procedure[[bytes], None]  # (dom)
    STORAGE_VOL_WIPE: Procedure[[bytes, Int], None]  # (vol, flags)
    DOMAIN_MIGRATE_SET_MAX_DOWNTIME: Procedure[[bytes, Int, Int], None]  # (dom, downtime, flags)
    CONNECT_DOMAIN_EVENT_REGISTER_ANY: Procedure[[Int], None]  # (eventID)
    CONNECT_DOMAIN_EVENT_DEREGISTER_ANY: Procedure[[Int], None]  # (eventID)
    DOMAIN_EVENT_REBOOT: Procedure[[], bytes]  # () -> dom
    DOMAIN_EVENT_RTC_CHANGE: Procedure[[], tuple[bytes, int]]  # () -> dom, offset
    DOMAIN_EVENT_WATCHDOG: Procedure[[], tuple[bytes, int]]  # () -> dom, action
    DOMAIN_EVENT_IO_ERROR: Procedure[[], tuple[bytes, str, str, int]]  # () -> dom, srcPath, devAlias, action
    DOMAIN_EVENT_GRAPHICS: Procedure[[], tuple[bytes, int, tuple[int, str, str], tuple[int, str, str], str, list[tuple[str, str]]]]  # () -> dom, phase, local, remote, authScheme, subject
    DOMAIN_UPDATE_DEVICE_FLAGS: Procedure[[bytes, str, Int], None]  # (dom, xml, flags)
    NWFILTER_LOOKUP_BY_NAME: Procedure[[str], bytes]  # (name) -> nwfilter
    NWFILTER_LOOKUP_BY_UUID: Procedure[[bytes], bytes]  # (uuid) -> nwfilter
    NWFILTER_GET_XML_DESC: Procedure[[bytes, Int], str]  # (nwfilter, flags) -> xml
    CONNECT_NUM_OF_NWFILTERS: Procedure[[], int]  # () -> num
    CONNECT_LIST_NWFILTERS: Procedure[[Int], list[str]]  # (maxnames) -> names
    NWFILTER_DEFINE_XML: Procedure[[str], bytes]  # (xml) -> nwfilter
    NWFILTER_UNDEFINE: Procedure[[bytes], None]  # (nwfilter)
    DOMAIN_MANAGED_SAVE: Procedure[[bytes, Int], None]  # (dom, flags)
    DOMAIN_HAS_MANAGED_SAVE_IMAGE: Procedure[[bytes, Int], int]  # (dom, flags) -> result
    DOMAIN_MANAGED_SAVE_REMOVE: Procedure[[bytes, Int], None]  # (dom, flags)
    DOMAIN_SNAPSHOT_CREATE_XML: Procedure[[bytes, str, Int], bytes]  # (dom, xml_desc, flags) -> snap
    DOMAIN_SNAPSHOT_GET_XML_DESC: Procedure[[bytes, Int], str]  # (snap, flags) -> xml
    DOMAIN_SNAPSHOT_NUM: Procedure[[bytes, Int], int]  # (dom, flags) -> num
    DOMAIN_SNAPSHOT_LIST_NAMES: Procedure[[bytes, Int, Int], list[str]]  # (dom, maxnames, flags) -> names
    DOMAIN_SNAPSHOT_LOOKUP_BY_NAME: Procedure[[bytes, str, Int], bytes]  # (dom, name, flags) -> snap
    DOMAIN_HAS_CURRENT_SNAPSHOT: Procedure[[bytes, Int], int]  # (dom, flags) -> result
    DOMAIN_SNAPSHOT_CURRENT: Procedure[[bytes, Int], bytes]  # (dom, flags) -> snap
    DOMAIN_REVERT_TO_SNAPSHOT: Procedure[[bytes, Int], None]  # (snap, flags)
    DOMAIN_SNAPSHOT_DELETE: Procedure[[bytes, Int], None]  # (snap, flags)
    DOMAIN_GET_BLOCK_INFO: Procedure[[bytes, str, Int], tuple[int, int, int]]  # (dom, path, flags) -> allocation, capacity, physical
    DOMAIN_EVENT_IO_ERROR_REASON: Procedure[[], tuple[bytes, str, str, int, str]]  # () -> dom, srcPath, devAlias, action, reason
    DOMAIN_CREATE_WITH_FLAGS: Procedure[[bytes, Int], bytes]  # (dom, flags) -> dom
    DOMAIN_SET_MEMORY_PARAMETERS: Procedure[[bytes, PassedParams, Int], None]  # (dom, params, flags)
    DOMAIN_GET_MEMORY_PARAMETERS: Procedure[[bytes, Int, Int], tuple[Params, int]]  # (dom, nparams, flags) -> params, nparams
    DOMAIN_SET_VCPUS_FLAGS: Procedure[[bytes, Int, Int], None]  # (dom, nvcpus, flags)
    DOMAIN_GET_VCPUS_FLAGS: Procedure[[bytes, Int], int]  # (dom, flags) -> num
    DOMAIN_OPEN_CONSOLE: Procedure[[bytes, str | None, Int], None]  # (dom, dev_name, flags)
    DOMAIN_IS_UPDATED: Procedure[[bytes], int]  # (dom) -> updated
    CONNECT_GET_SYSINFO: Procedure[[Int], str]  # (flags) -> sysinfo
    DOMAIN_SET_MEMORY_FLAGS: Procedure[[bytes, Int, Int], None]  # (dom, memory, flags)
    DOMAIN_SET_BLKIO_PARAMETERS: Procedure[[bytes, PassedParams, Int], None]  # (dom, params, flags)
    DOMAIN_GET_BLKIO_PARAMETERS: Procedure[[bytes, Int, Int], tuple[Params, int]]  # (dom, nparams, flags) -> params, nparams
    DOMAIN_MIGRATE_SET_MAX_SPEED: Procedure[[bytes, Int, Int], None]  # (dom, bandwidth, flags)
    STORAGE_VOL_UPLOAD: Procedure[[bytes, Int, Int, Int], None]  # (vol, offset, length, flags)
    STORAGE_VOL_DOWNLOAD: Procedure[[bytes, Int, Int, Int], None]  # (vol, offset, length, flags)
    DOMAIN_INJECT_NMI: Procedure[[bytes, Int], None]  # (dom, flags)
    DOMAIN_SCREENSHOT: Procedure[[bytes, Int, Int], str | None]  # (dom, screen, flags) -> mime
    DOMAIN_GET_STATE: Procedure[[bytes, Int], tuple[int, int]]  # (dom, flags) -> state, reason
    DOMAIN_MIGRATE_BEGIN3: Procedure[[bytes, str | None, Int, str | None, Int], tuple[bytes, str]]  # (dom, xmlin, flags, dname, resource) -> cookie_out, xml
    DOMAIN_MIGRATE_PREPARE3: Procedure[[bytes, str | None, Int, str | None, Int, str], tuple[bytes, str | None]]  # (cookie_in, uri_in, flags, dname, resource, dom_xml) -> cookie_out, uri_out
    DOMAIN_MIGRATE_PREPARE_TUNNEL3: Procedure[[bytes, Int, str | None, Int, str], bytes]  # (cookie_in, flags, dname, resource, dom_xml) -> cookie_out
    DOMAIN_MIGRATE_PERFORM3: Procedure[[bytes, str | None, bytes, str | None, str | None, Int, str | None, Int], bytes]  # (dom, xmlin, cookie_in, dconnuri, uri, flags, dname, resource) -> cookie_out
    DOMAIN_MIGRATE_FINISH3: Procedure[[str, bytes, str | None, str | None, Int, Int], tuple[bytes, bytes]]  # (dname, cookie_in, dconnuri, uri, flags, cancelled) -> dom, cookie_out
    DOMAIN_MIGRATE_CONFIRM3: Procedure[[bytes, bytes, Int, Int], None]  # (dom, cookie_in, flags, cancelled)
    DOMAIN_SET_SCHEDULER_PARAMETERS_FLAGS: Procedure[[bytes, PassedParams, Int], None]  # (dom, params, flags)
    INTERFACE_CHANGE_BEGIN: Procedure[[Int], None]  # (flags)
    INTERFACE_CHANGE_COMMIT: Procedure[[Int], None]  # (flags)
    INTERFACE_CHANGE_ROLLBACK: Procedure[[Int], None]  # (flags)
    DOMAIN_GET_SCHEDULER_PARAMETERS_FLAGS: Procedure[[bytes, Int, Int], Params]  # (dom, nparams, flags) -> params
    DOMAIN_EVENT_CONTROL_ERROR: Procedure[[], bytes]  # () -> dom
    DOMAIN_PIN_VCPU_FLAGS: Procedure[[bytes, Int, bytes, Int], None]  # (dom, vcpu, cpumap, flags)
    DOMAIN_SEND_KEY: Procedure[[bytes, Int, Int, Sequence[int], Int], None]  # (dom, codeset, holdtime, keycodes, flags)
    NODE_GET_CPU_STATS: Procedure[[Int, Int, Int], tuple[list[tuple[str, int]], int]]  # (cpuNum, nparams, flags) -> params, nparams
    NODE_GET_MEMORY_STATS: Procedure[[Int, Int, Int], tuple[list[tuple[str, int]], int]]  # (nparams, cellNum, flags) -> params, nparams
    DOMAIN_GET_CONTROL_INFO: Procedure[[bytes, Int], tuple[int, int, int]]  # (dom, flags) -> state, details, stateTime
    DOMAIN_GET_VCPU_PIN_INFO: Procedure[[bytes, Int, Int, Int], tuple[bytes, int]]  # (dom, ncpumaps, maplen, flags) -> cpumaps, num
    DOMAIN_UNDEFINE_FLAGS: Procedure[[bytes, Int], None]  # (dom, flags)
    DOMAIN_SAVE_FLAGS: Procedure[[bytes, str, str | None, Int], None]  # (dom, to, dxml, flags)
    DOMAIN_RESTORE_FLAGS: Procedure[[str, str | None, Int], None]  # (from, dxml, flags)
    DOMAIN_DESTROY_FLAGS: Procedure[[bytes, Int], None]  # (dom, flags)
    DOMAIN_SAVE_IMAGE_GET_XML_DESC: Procedure[[str, Int], str]  # (file, flags) -> xml
    DOMAIN_SAVE_IMAGE_DEFINE_XML: Procedure[[str, str, Int], None]  # (file, dxml, flags)
    DOMAIN_BLOCK_JOB_ABORT: Procedure[[bytes, str, Int], None]  # (dom, path, flags)
    DOMAIN_GET_BLOCK_JOB_INFO: Procedure[[bytes, str, Int], tuple[int, int, int, int, int]]  # (dom, path, flags) -> found, type, bandwidth, cur, end
    DOMAIN_BLOCK_JOB_SET_SPEED: Procedure[[bytes, str, Int, Int], None]  # (dom, path, bandwidth, flags)
    DOMAIN_BLOCK_PULL: Procedure[[bytes, str, Int, Int], None]  # (dom, path, bandwidth, flags)
    DOMAIN_EVENT_BLOCK_JOB: Procedure[[], tuple[bytes, str, int, int]]  # () -> dom, path, type, status
    DOMAIN_MIGRATE_GET_MAX_SPEED: Procedure[[bytes, Int], int]  # (dom, flags) -> bandwidth
    DOMAIN_BLOCK_STATS_FLAGS: Procedure[[bytes, str, Int, Int], tuple[Params, int]]  # (dom, path, nparams, flags) -> params, nparams
    DOMAIN_SNAPSHOT_GET_PARENT: Procedure[[bytes, Int], bytes]  # (snap, flags) -> snap
    DOMAIN_RESET: Procedure[[bytes, Int], None]  # (dom, flags)
    DOMAIN_SNAPSHOT_NUM_CHILDREN: Procedure[[bytes, Int], int]  # (snap, flags) -> num
    DOMAIN_SNAPSHOT_LIST_CHILDREN_NAMES: Procedure[[bytes, Int, Int], list[str]]  # (snap, maxnames, flags) -> names
    DOMAIN_EVENT_DISK_CHANGE: Procedure[[], tuple[bytes, str | None, str | None, str, int]]  # () -> dom, oldSrcPath, newSrcPath, devAlias, reason
    DOMAIN_OPEN_GRAPHICS: Procedure[[bytes, Int, Int], None]  # (dom, idx, flags)
    NODE_SUSPEND_FOR_DURATION: Procedure[[Int, Int, Int], None]  # (target, duration, flags)
    DOMAIN_BLOCK_RESIZE: Procedure[[bytes, str, Int, Int], None]  # (dom, disk, size, flags)
    DOMAIN_SET_BLOCK_IO_TUNE: Procedure[[bytes, str, PassedParams, Int], None]  # (dom, disk, params, flags)
    DOMAIN_GET_BLOCK_IO_TUNE: Procedure[[bytes, str | None, Int, Int], tuple[Params, int]]  # (dom, disk, nparams, flags) -> params, nparams
    DOMAIN_SET_NUMA_PARAMETERS: Procedure[[bytes, PassedParams, Int], None]  # (dom, params, flags)
    DOMAIN_GET_NUMA_PARAMETERS: Procedure[[bytes, Int, Int], tuple[Params, int]]  # (dom, nparams, flags) -> params, nparams
    DOMAIN_SET_INTERFACE_PARAMETERS: Procedure[[bytes, str, PassedParams, Int], None]  # (dom, device, params, flags)
    DOMAIN_GET_INTERFACE_PARAMETERS: Procedure[[bytes, str, Int, Int], tuple[Params, int]]  # (dom, device, nparams, flags) -> params, nparams
    DOMAIN_SHUTDOWN_FLAGS: Procedure[[bytes, Int], None]  # (dom, flags)
    STORAGE_VOL_WIPE_PATTERN: Procedure[[bytes, Int, Int], None]  # (vol, algorithm, flags)
    STORAGE_VOL_RESIZE: Procedure[[bytes, Int, Int], None]  # (vol, capacity, flags)
    DOMAIN_PM_SUSPEND_FOR_DURATION: Procedure[[bytes, Int, Int, Int], None]  # (dom, target, duration, flags)
    DOMAIN_GET_CPU_STATS: Procedure[[bytes, Int, Int, Int, Int], tuple[Params, int]]  # (dom, nparams, start_cpu, ncpus, flags) -> params, nparams
    DOMAIN_GET_DISK_ERRORS: Procedure[[bytes, Int, Int], tuple[list[tuple[str, int]], int]]  # (dom, maxerrors, flags) -> errors, nerrors
    DOMAIN_SET_METADATA: Procedure[[bytes, Int, str | None, str | None, str | None, Int], None]  # (dom, type, metadata, key, uri, flags)
    DOMAIN_GET_METADATA: Procedure[[bytes, Int, str | None, Int], str]  # (dom, type, uri, flags) -> metadata
    DOMAIN_BLOCK_REBASE: Procedure[[bytes, str, str | None, Int, Int], None]  # (dom, path, base, bandwidth, flags)
    DOMAIN_PM_WAKEUP: Procedure[[bytes, Int], None]  # (dom, flags)
    DOMAIN_EVENT_TRAY_CHANGE: Procedure[[], tuple[bytes, str, int]]  # () -> dom, devAlias, reason
    DOMAIN_EVENT_PMWAKEUP: Procedure[[], bytes]  # () -> dom
    DOMAIN_EVENT_PMSUSPEND: Procedure[[], bytes]  # () -> dom
    DOMAIN_SNAPSHOT_IS_CURRENT: Procedure[[bytes, Int], int]  # (snap, flags) -> current
    DOMAIN_SNAPSHOT_HAS_METADATA: Procedure[[bytes, Int], int]  # (snap, flags) -> metadata
    CONNECT_LIST_ALL_DOMAINS: Procedure[[Int, Int], tuple[list[bytes], int]]  # (need_results, flags) -> domains, ret
    DOMAIN_LIST_ALL_SNAPSHOTS: Procedure[[bytes, Int, Int], tuple[list[bytes], int]]  # (dom, need_results, flags) -> snapshots, ret
    DOMAIN_SNAPSHOT_LIST_ALL_CHILDREN: Procedure[[bytes, Int, Int], tuple[list[bytes], int]]  # (snapshot, need_results, flags) -> snapshots, ret
    DOMAIN_EVENT_BALLOON_CHANGE: Procedure[[], tuple[bytes, int]]  # () -> dom, actual
    DOMAIN_GET_HOSTNAME: Procedure[[bytes, Int], str]  # (dom, flags) -> hostname
    DOMAIN_GET_SECURITY_LABEL_LIST: Procedure[[bytes], tuple[list[tuple[list[int], int]], int]]  # (dom) -> labels, ret
    DOMAIN_PIN_EMULATOR: Procedure[[bytes, bytes, Int], None]  # (dom, cpumap, flags)
    DOMAIN_GET_EMULATOR_PIN_INFO: Procedure[[bytes, Int, Int], tuple[bytes, int]]  # (dom, maplen, flags) -> cpumaps, ret
    CONNECT_LIST_ALL_STORAGE_POOLS: Procedure[[Int, Int], tuple[list[bytes], int]]  # (need_results, flags) -> pools, ret
    STORAGE_POOL_LIST_ALL_VOLUMES: Procedure[[bytes, Int, Int], tuple[list[bytes], int]]  # (pool, need_results, flags) -> vols, ret
    CONNECT_LIST_ALL_NETWORKS: Procedure[[Int, Int], tuple[list[bytes], int]]  # (need_results, flags) -> nets, ret
    CONNECT_LIST_ALL_INTERFACES: Procedure[[Int, Int], tuple[list[bytes], int]]  # (need_results, flags) -> ifaces, ret
    CONNECT_LIST_ALL_NODE_DEVICES: Procedure[[Int, Int], tuple[list[bytes], int]]  # (need_results, flags) -> devices, ret
    CONNECT_LIST_ALL_NWFILTERS: Procedure[[Int, Int], tuple[list[bytes], int]]  # (need_results, flags) -> filters, ret
    CONNECT_LIST_ALL_SECRETS: Procedure[[Int, Int], tuple[list[bytes], int]]  # (need_results, flags) -> secrets, ret
    NODE_SET_MEMORY_PARAMETERS: Procedure[[PassedParams, Int], None]  # (params, flags)
    NODE_GET_MEMORY_PARAMETERS: Procedure[[Int, Int], tuple[Params, int]]  # (nparams, flags) -> params, nparams
    DOMAIN_BLOCK_COMMIT: Procedure[[bytes, str, str | None, str | None, Int, Int], None]  # (dom, disk, base, top, bandwidth, flags)
    NETWORK_UPDATE: Procedure[[bytes, Int, Int, Int, str, Int], None]  # (net, command, section, parentIndex, xml, flags)
    DOMAIN_EVENT_PMSUSPEND_DISK: Procedure[[], bytes]  # () -> dom
    NODE_GET_CPU_MAP: Procedure[[Int, Int, Int], tuple[bytes, int, int]]  # (need_map, need_online, flags) -> cpumap, online, ret
    DOMAIN_FSTRIM: Procedure[[bytes, str | None, Int, Int], None]  # (dom, mountPoint, minimum, flags)
    DOMAIN_SEND_PROCESS_SIGNAL: Procedure[[bytes, Int, Int, Int], None]  # (dom, pid_value, signum, flags)
    DOMAIN_OPEN_CHANNEL: Procedure[[bytes, str | None, Int], None]  # (dom, name, flags)
    NODE_DEVICE_LOOKUP_SCSI_HOST_BY_WWN: Procedure[[str, str, Int], bytes]  # (wwnn, wwpn, flags) -> dev
    DOMAIN_GET_JOB_STATS: Procedure[[bytes, Int], tuple[int, Params]]  # (dom, flags) -> type, params
    DOMAIN_MIGRATE_GET_COMPRESSION_CACHE: Procedure[[bytes, Int], int]  # (dom, flags) -> cacheSize
    DOMAIN_MIGRATE_SET_COMPRESSION_CACHE: Procedure[[bytes, Int, Int], None]  # (dom, cacheSize, flags)
    NODE_DEVICE_DETACH_FLAGS: Procedure[[str, str | None, Int], None]  # (name, driverName, flags)
    DOMAIN_MIGRATE_BEGIN3_PARAMS: Procedure[[bytes, PassedParams, Int], tuple[bytes, str]]  # (dom, params, flags) -> cookie_out, xml
    DOMAIN_MIGRATE_PREPARE3_PARAMS: Procedure[[PassedParams, bytes, Int], tuple[bytes, str | None]]  # (params, cookie_in, flags) -> cookie_out, uri_out
    DOMAIN_MIGRATE_PREPARE_TUNNEL3_PARAMS: Procedure[[PassedParams, bytes, Int], bytes]  # (params, cookie_in, flags) -> cookie_out
    DOMAIN_MIGRATE_PERFORM3_PARAMS: Procedure[[bytes, str | None, PassedParams, bytes, Int], bytes]  # (dom, dconnuri, params, cookie_in, flags) -> cookie_out
    DOMAIN_MIGRATE_FINISH3_PARAMS: Procedure[[PassedParams, bytes, Int, Int], tuple[bytes, bytes]]  # (params, cookie_in, flags, cancelled) -> dom, cookie_out
    DOMAIN_MIGRATE_CONFIRM3_PARAMS: Procedure[[bytes, PassedParams, bytes, Int, Int], None]  # (dom, params, cookie_in, flags, cancelled)
    DOMAIN_SET_MEMORY_STATS_PERIOD: Procedure[[bytes, Int, Int], None]  # (dom, period, flags)
    DOMAIN_CREATE_XML_WITH_FILES: Procedure[[str, Int], bytes]  # (xml_desc, flags) -> dom
    DOMAIN_CREATE_WITH_FILES: Procedure[[bytes, Int], bytes]  # (dom, flags) -> dom
    DOMAIN_EVENT_DEVICE_REMOVED: Procedure[[], tuple[bytes, str]]  # () -> dom, devAlias
    CONNECT_GET_CPU_MODEL_NAMES: Procedure[[str, Int, Int], tuple[list[str], int]]  # (arch, need_results, flags) -> models, ret
    CONNECT_NETWORK_EVENT_REGISTER_ANY: Procedure[[Int, bytes | None], int]  # (eventID, net) -> callbackID
    CONNECT_NETWORK_EVENT_DEREGISTER_ANY: Procedure[[Int], None]  # (callbackID)
    NETWORK_EVENT_LIFECYCLE: Procedure[[], tuple[int, bytes, int, int]]  # () -> callbackID, net, event, detail
    CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY: Procedure[[Int, bytes | None], int]  # (eventID, dom) -> callbackID
    CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY: Procedure[[Int], None]  # (callbackID)
    DOMAIN_EVENT_CALLBACK_LIFECYCLE: Procedure[[], tuple[int, tuple[bytes, int, int]]]  # () -> callbackID, msg
    DOMAIN_EVENT_CALLBACK_REBOOT: Procedure[[], tuple[int, tuple[bytes]]]  # () -> callbackID, msg
    DOMAIN_EVENT_CALLBACK_RTC_CHANGE: Procedure[[], tuple[int, tuple[bytes, int]]]  # () -> callbackID, msg
    DOMAIN_EVENT_CALLBACK_WATCHDOG: Procedure[[], tuple[int, tuple[bytes, int]]]  # () -> callbackID, msg
    DOMAIN_EVENT_CALLBACK_IO_ERROR: Procedure[[], tuple[int, tuple[bytes, str, str, int]]]  # () -> callbackID, msg
    DOMAIN_EVENT_CALLBACK_GRAPHICS: Procedure[[], tuple[int, tuple[bytes, int, tuple[int, str, str], tuple[int, str, str], str, list[tuple[str, str]]]]]  # () -> callbackID, msg
    DOMAIN_EVENT_CALLBACK_IO_ERROR_REASON: Procedure[[], tuple[int, tuple[bytes, str, str, int, str]]]  # () -> callbackID, msg
    DOMAIN_EVENT_CALLBACK_CONTROL_ERROR: Procedure[[], tuple[int, tuple[bytes]]]  # () -> callbackID, msg
    DOMAIN_EVENT_CALLBACK_BLOCK_JOB: Procedure[[], tuple[int, tuple[bytes, str, int, int]]]  # () -> callbackID, msg
    DOMAIN_EVENT_CALLBACK_DISK_CHANGE: Procedure[[], tuple[int, tuple[bytes, str | None, str | None, str, int]]]  # () -> callbackID, msg
    DOMAIN_EVENT_CALLBACK_TRAY_CHANGE: Procedure[[], tuple[int, tuple[bytes, str, int]]]  # () -> callbackID, msg
    DOMAIN_EVENT_CALLBACK_PMWAKEUP: Procedure[[], tuple[int, int, tuple[bytes]]]  # () -> callbackID, reason, msg
    DOMAIN_EVENT_CALLBACK_PMSUSPEND: Procedure[[], tuple[int, int, tuple[bytes]]]  # () -> callbackID, reason, msg
    DOMAIN_EVENT_CALLBACK_BALLOON_CHANGE: Procedure[[], tuple[int, tuple[bytes, int]]]  # () -> callbackID, msg
    DOMAIN_EVENT_CALLBACK_PMSUSPEND_DISK: Procedure[[], tuple[int, int, tuple[bytes]]]  # () -> callbackID, reason, msg
    DOMAIN_EVENT_CALLBACK_DEVICE_REMOVED: Procedure[[], tuple[int, tuple[bytes, str]]]  # () -> callbackID, msg
    DOMAIN_CORE_DUMP_WITH_FORMAT: Procedure[[bytes, str, Int, Int], None]  # (dom, to, dumpformat, flags)
    DOMAIN_FSFREEZE: Procedure[[bytes, Sequence[str], Int], int]  # (dom, mountpoints, flags) -> filesystems
    DOMAIN_FSTHAW: Procedure[[bytes, Sequence[str], Int], int]  # (dom, mountpoints, flags) -> filesystems
    DOMAIN_GET_TIME: Procedure[[bytes, Int], tuple[int, int]]  # (dom, flags) -> seconds, nseconds
    DOMAIN_SET_TIME: Procedure[[bytes, Int, Int, Int], None]  # (dom, seconds, nseconds, flags)
    DOMAIN_EVENT_BLOCK_JOB_2: Procedure[[], tuple[int, bytes, str, int, int]]  # () -> callbackID, dom, dst, type, status
    NODE_GET_FREE_PAGES: Procedure[[Sequence[int], Int, Int, Int], list[int]]  # (pages, startCell, cellCount, flags) -> counts
    NETWORK_GET_DHCP_LEASES: Procedure[[bytes, str | None, Int, Int], tuple[list[tuple[str, int, int, str | None, str | None, str, int, str | None, str | None]], int]]  # (net, mac, need_results, flags) -> leases, ret
    CONNECT_GET_DOMAIN_CAPABILITIES: Procedure[[str | None, str | None, str | None, str | None, Int], str]  # (emulatorbin, arch, machine, virttype, flags) -> capabilities
    DOMAIN_OPEN_GRAPHICS_FD: Procedure[[bytes, Int, Int], None]  # (dom, idx, flags)
    CONNECT_GET_ALL_DOMAIN_STATS: Procedure[[Sequence[bytes], Int, Int], list[tuple[bytes, Params]]]  # (doms, stats, flags) -> retStats
    DOMAIN_BLOCK_COPY: Procedure[[bytes, str, str, PassedParams, Int], None]  # (dom, path, destxml, params, flags)
    DOMAIN_EVENT_CALLBACK_TUNABLE: Procedure[[], tuple[int, bytes, Params]]  # () -> callbackID, dom, params
    NODE_ALLOC_PAGES: Procedure[[Sequence[int], Sequence[int], Int, Int, Int], int]  # (pageSizes, pageCounts, startCell, cellCount, flags) -> ret
    DOMAIN_EVENT_CALLBACK_AGENT_LIFECYCLE: Procedure[[], tuple[int, bytes, int, int]]  # () -> callbackID, dom, state, reason
    DOMAIN_GET_FSINFO: Procedure[[bytes, Int], tuple[list[tuple[str, str, str, list[str]]], int]]  # (dom, flags) -> info, ret
    DOMAIN_DEFINE_XML_FLAGS: Procedure[[str, Int], bytes]  # (xml, flags) -> dom
    DOMAIN_GET_IOTHREAD_INFO: Procedure[[bytes, Int], tuple[list[tuple[int, bytes]], int]]  # (dom, flags) -> info, ret
    DOMAIN_PIN_IOTHREAD: Procedure[[bytes, Int, bytes, Int], None]  # (dom, iothreads_id, cpumap, flags)
    DOMAIN_INTERFACE_ADDRESSES: Procedure[[bytes, Int, Int], list[tuple[str, str | None, list[tuple[int, str, int]]]]]  # (dom, source, flags) -> ifaces
    DOMAIN_EVENT_CALLBACK_DEVICE_ADDED: Procedure[[], tuple[int, bytes, str]]  # () -> callbackID, dom, devAlias
    DOMAIN_ADD_IOTHREAD: Procedure[[bytes, Int, Int], None]  # (dom, iothread_id, flags)
    DOMAIN_DEL_IOTHREAD: Procedure[[bytes, Int, Int], None]  # (dom, iothread_id, flags)
    DOMAIN_SET_USER_PASSWORD: Procedure[[bytes, str | None, str | None, Int], None]  # (dom, user, password, flags)
    DOMAIN_RENAME: Procedure[[bytes, str | None, Int], int]  # (dom, new_name, flags) -> retcode
    DOMAIN_EVENT_CALLBACK_MIGRATION_ITERATION: Procedure[[], tuple[int, bytes, int]]  # () -> callbackID, dom, iteration
    CONNECT_REGISTER_CLOSE_CALLBACK: Procedure[[], None]  # ()
    CONNECT_UNREGISTER_CLOSE_CALLBACK: Procedure[[], None]  # ()
    CONNECT_EVENT_CONNECTION_CLOSED: Procedure[[], int]  # () -> reason
    DOMAIN_EVENT_CALLBACK_JOB_COMPLETED: Procedure[[], tuple[int, bytes, Params]]  # () -> callbackID, dom, params
    DOMAIN_MIGRATE_START_POST_COPY: Procedure[[bytes, Int], None]  # (dom, flags)
    DOMAIN_GET_PERF_EVENTS: Procedure[[bytes, Int], Params]  # (dom, flags) -> params
    DOMAIN_SET_PERF_EVENTS: Procedure[[bytes, PassedParams, Int], None]  # (dom, params, flags)
    DOMAIN_EVENT_CALLBACK_DEVICE_REMOVAL_FAILED: Procedure[[], tuple[int, bytes, str]]  # () -> callbackID, dom, devAlias
    CONNECT_STORAGE_POOL_EVENT_REGISTER_ANY: Procedure[[Int, bytes | None], int]  # (eventID, pool) -> callbackID
    CONNECT_STORAGE_POOL_EVENT_DEREGISTER_ANY: Procedure[[Int], None]  # (callbackID)
    STORAGE_POOL_EVENT_LIFECYCLE: Procedure[[], tuple[int, bytes, int, int]]  # () -> callbackID, pool, event, detail
    DOMAIN_GET_GUEST_VCPUS: Procedure[[bytes, Int], Params]  # (dom, flags) -> params
    DOMAIN_SET_GUEST_VCPUS: Procedure[[bytes, str, Int, Int], None]  # (dom, cpumap, state, flags)
    STORAGE_POOL_EVENT_REFRESH: Procedure[[], tuple[int, bytes]]  # () -> callbackID, pool
    CONNECT_NODE_DEVICE_EVENT_REGISTER_ANY: Procedure[[Int, bytes | None], int]  # (eventID, dev) -> callbackID
    CONNECT_NODE_DEVICE_EVENT_DEREGISTER_ANY: Procedure[[Int], None]  # (callbackID)
    NODE_DEVICE_EVENT_LIFECYCLE: Procedure[[], tuple[int, bytes, int, int]]  # () -> callbackID, dev, event, detail
    NODE_DEVICE_EVENT_UPDATE: Procedure[[], tuple[int, bytes]]  # () -> callbackID, dev
    STORAGE_VOL_GET_INFO_FLAGS: Procedure[[bytes, Int], tuple[int, int, int]]  # (vol, flags) -> type, capacity, allocation
    DOMAIN_EVENT_CALLBACK_METADATA_CHANGE: Procedure[[], tuple[int, bytes, int, str | None]]  # () -> callbackID, dom, type, nsuri
    CONNECT_SECRET_EVENT_REGISTER_ANY: Procedure[[Int, bytes | None], int]  # (eventID, secret) -> callbackID
    CONNECT_SECRET_EVENT_DEREGISTER_ANY: Procedure[[Int], None]  # (callbackID)
    SECRET_EVENT_LIFECYCLE: Procedure[[], tuple[int, bytes, int, int]]  # () -> callbackID, secret, event, detail
    SECRET_EVENT_VALUE_CHANGED: Procedure[[], tuple[int, bytes]]  # () -> callbackID, secret
    DOMAIN_SET_VCPU: Procedure[[bytes, str, Int, Int], None]  # (dom, cpumap, state, flags)
    DOMAIN_EVENT_BLOCK_THRESHOLD: Procedure[[], tuple[int, bytes, str, str | None, int, int]]  # () -> callbackID, dom, dev, path, threshold, excess
    DOMAIN_SET_BLOCK_THRESHOLD: Procedure[[bytes, str, Int, Int], None]  # (dom, dev, threshold, flags)
    DOMAIN_MIGRATE_GET_MAX_DOWNTIME: Procedure[[bytes, Int], int]  # (dom, flags) -> downtime
    DOMAIN_MANAGED_SAVE_GET_XML_DESC: Procedure[[bytes, Int], str]  # (dom, flags) -> xml
    DOMAIN_MANAGED_SAVE_DEFINE_XML: Procedure[[bytes, str | None, Int], None]  # (dom, dxml, flags)
    DOMAIN_SET_LIFECYCLE_ACTION: Procedure[[bytes, Int, Int, Int], None]  # (dom, type, action, flags)
    STORAGE_POOL_LOOKUP_BY_TARGET_PATH: Procedure[[str], bytes]  # (path) -> pool
    DOMAIN_DETACH_DEVICE_ALIAS: Procedure[[bytes, str, Int], None]  # (dom, alias, flags)
    CONNECT_COMPARE_HYPERVISOR_CPU: Procedure[[str | None, str | None, str | None, str | None, str, Int], int]  # (emulator, arch, machine, virttype, xmlCPU, flags) -> result
    CONNECT_BASELINE_HYPERVISOR_CPU: Procedure[[str | None, str | None, str | None, str | None, Sequence[str], Int], str]  # (emulator, arch, machine, virttype, xmlCPUs, flags) -> cpu
    NODE_GET_SEV_INFO: Procedure[[Int, Int], tuple[Params, int]]  # (nparams, flags) -> params, nparams
    DOMAIN_GET_LAUNCH_SECURITY_INFO: Procedure[[bytes, Int], Params]  # (dom, flags) -> params
    NWFILTER_BINDING_LOOKUP_BY_PORT_DEV: Procedure[[str], bytes]  # (name) -> nwfilter
    NWFILTER_BINDING_GET_XML_DESC: Procedure[[bytes, Int], str]  # (nwfilter, flags) -> xml
    NWFILTER_BINDING_CREATE_XML: Procedure[[str, Int], bytes]  # (xml, flags) -> nwfilter
    NWFILTER_BINDING_DELETE: Procedure[[bytes], None]  # (nwfilter)
    CONNECT_LIST_ALL_NWFILTER_BINDINGS: Procedure[[Int, Int], tuple[list[bytes], int]]  # (need_results, flags) -> bindings, ret
    DOMAIN_SET_IOTHREAD_PARAMS: Procedure[[bytes, Int, PassedParams, Int], None]  # (dom, iothread_id, params, flags)
    CONNECT_GET_STORAGE_POOL_CAPABILITIES: Procedure[[Int], str]  # (flags) -> capabilities
    NETWORK_LIST_ALL_PORTS: Procedure[[bytes, Int, Int], tuple[list[bytes], int]]  # (network, need_results, flags) -> ports, ret
    NETWORK_PORT_LOOKUP_BY_UUID: Procedure[[bytes, bytes], bytes]  # (network, uuid) -> port
    NETWORK_PORT_CREATE_XML: Procedure[[bytes, str, Int], bytes]  # (network, xml, flags) -> port
    NETWORK_PORT_GET_PARAMETERS: Procedure[[bytes, Int, Int], tuple[Params, int]]  # (port, nparams, flags) -> params, nparams
    NETWORK_PORT_SET_PARAMETERS: Procedure[[bytes, PassedParams, Int], None]  # (port, params, flags)
    NETWORK_PORT_GET_XML_DESC: Procedure[[bytes, Int], str]  # (port, flags) -> xml
    NETWORK_PORT_DELETE: Procedure[[bytes, Int], None]  # (port, flags)
    DOMAIN_CHECKPOINT_CREATE_XML: Procedure[[bytes, str, Int], bytes]  # (dom, xml_desc, flags) -> checkpoint
    DOMAIN_CHECKPOINT_GET_XML_DESC: Procedure[[bytes, Int], str]  # (checkpoint, flags) -> xml
    DOMAIN_LIST_ALL_CHECKPOINTS: Procedure[[bytes, Int, Int], tuple[list[bytes], int]]  # (dom, need_results, flags) -> checkpoints, ret
    DOMAIN_CHECKPOINT_LIST_ALL_CHILDREN: Procedure[[bytes, Int, Int], tuple[list[bytes], int]]  # (checkpoint, need_results, flags) -> checkpoints, ret
    DOMAIN_CHECKPOINT_LOOKUP_BY_NAME: Procedure[[bytes, str, Int], bytes]  # (dom, name, flags) -> checkpoint
    DOMAIN_CHECKPOINT_GET_PARENT: Procedure[[bytes, Int], bytes]  # (checkpoint, flags) -> parent
    DOMAIN_CHECKPOINT_DELETE: Procedure[[bytes, Int], None]  # (checkpoint, flags)
    DOMAIN_GET_GUEST_INFO: Procedure[[bytes, Int, Int], Params]  # (dom, types, flags) -> params
    CONNECT_SET_IDENTITY: Procedure[[PassedParams, Int], None]  # (params, flags)
    DOMAIN_AGENT_SET_RESPONSE_TIMEOUT: Procedure[[bytes, Int, Int], int]  # (dom, timeout, flags) -> result
    DOMAIN_BACKUP_BEGIN: Procedure[[bytes, str, str | None, Int], None]  # (dom, backup_xml, checkpoint_xml, flags)
    DOMAIN_BACKUP_GET_XML_DESC: Procedure[[bytes, Int], str]  # (dom, flags) -> xml
    DOMAIN_EVENT_MEMORY_FAILURE: Procedure[[], tuple[int, bytes, int, int, int]]  # () -> callbackID, dom, recipient, action, flags
    DOMAIN_AUTHORIZED_SSH_KEYS_GET: Procedure[[bytes, str, Int], list[str]]  # (dom, user, flags) -> keys
    DOMAIN_AUTHORIZED_SSH_KEYS_SET: Procedure[[bytes, str, Sequence[str], Int], None]  # (dom, user, keys, flags)
    DOMAIN_GET_MESSAGES: Procedure[[bytes, Int], list[str]]  # (dom, flags) -> msgs
    DOMAIN_START_DIRTY_RATE_CALC: Procedure[[bytes, Int, Int], None]  # (dom, seconds, flags)
    NODE_DEVICE_DEFINE_XML: Procedure[[str, Int], bytes]  # (xml_desc, flags) -> dev
    NODE_DEVICE_UNDEFINE: Procedure[[str, Int], None]  # (name, flags)
    NODE_DEVICE_CREATE: Procedure[[str, Int], None]  # (name, flags)
    NWFILTER_DEFINE_XML_FLAGS: Procedure[[str, Int], bytes]  # (xml, flags) -> nwfilter
    NETWORK_DEFINE_XML_FLAGS: Procedure[[str, Int], bytes]  # (xml, flags) -> net
    NODE_DEVICE_GET_AUTOSTART: Procedure[[str], int]  # (name) -> autostart
    NODE_DEVICE_SET_AUTOSTART: Procedure[[str, Int], None]  # (name, autostart)
    NODE_DEVICE_IS_PERSISTENT: Procedure[[str], int]  # (name) -> persistent
    NODE_DEVICE_IS_ACTIVE: Procedure[[str], int]  # (name) -> active
    NETWORK_CREATE_XML_FLAGS: Procedure[[str, Int], bytes]  # (xml, flags) -> net
    DOMAIN_EVENT_MEMORY_DEVICE_SIZE_CHANGE: Procedure[[], tuple[int, bytes, str, int]]  # () -> callbackID, dom, alias, size
    DOMAIN_SET_LAUNCH_SECURITY_STATE: Procedure[[bytes, PassedParams, Int], None]  # (dom, params, flags)
    DOMAIN_SAVE_PARAMS: Procedure[[bytes, PassedParams, Int], None]  # (dom, params, flags)
    DOMAIN_RESTORE_PARAMS: Procedure[[PassedParams, Int], None]  # (params, flags)
    DOMAIN_ABORT_JOB_FLAGS: Procedure[[bytes, Int], None]  # (dom, flags)
    DOMAIN_FD_ASSOCIATE: Procedure[[bytes, str, Int], None]  # (dom, name, flags)
    NETWORK_SET_METADATA: Procedure[[bytes, Int, str | None, str | None, str | None, Int], None]  # (network, type, metadata, key, uri, flags)
    NETWORK_GET_METADATA: Procedure[[bytes, Int, str | None, Int], str]  # (network, type, uri, flags) -> metadata
    NETWORK_EVENT_CALLBACK_METADATA_CHANGE: Procedure[[], tuple[int, bytes, int, str | None]]  # () -> callbackID, net, type, nsuri
    NODE_DEVICE_UPDATE: Procedure[[str, str, Int], None]  # (name, xml_desc, flags)
    DOMAIN_GRAPHICS_RELOAD: Procedure[[bytes, Int, Int], None]  # (dom, type, flags)
    DOMAIN_GET_AUTOSTART_ONCE: Procedure[[bytes], int]  # (dom) -> autostart
    DOMAIN_SET_AUTOSTART_ONCE: Procedure[[bytes, Int], None]  # (dom, autostart)
    DOMAIN_SET_THROTTLE_GROUP: Procedure[[bytes, str, PassedParams, Int], None]  # (dom, group, params, flags)
    DOMAIN_DEL_THROTTLE_GROUP: Procedure[[bytes, str | None, Int], None]  # (dom, group, flags)
    DOMAIN_EVENT_NIC_MAC_CHANGE: Procedure[[], tuple[int, bytes, str, str, str]]  # () -> callbackID, dom, alias, oldMAC, newMAC
    DOMAIN_EVENT_VCPU_REMOVED: Procedure[[], tuple[int, bytes, int]]  # () -> callbackID, dom, vcpuid
    DOMAIN_EVENT_CALLBACK_CHANNEL_LIFECYCLE: Procedure[[], tuple[int, bytes, str, int, int]]  # () -> callbackID, dom, channelName, state, reason
    DOMAIN_ANNOUNCE_INTERFACE: Procedure[[bytes, str | None, PassedParams, Int], None]  # (dom, device, params, flags)

class QemuProcedures(Program):
    DOMAIN_MONITOR_COMMAND: Procedure[[bytes, str, Int], str]  # (dom, cmd, flags) -> result
    DOMAIN_ATTACH: Procedure[[Int, Int], bytes]  # (pid_value, flags) -> dom
    DOMAIN_AGENT_COMMAND: Procedure[[bytes, str, Int, Int], str | None]  # (dom, cmd, timeout, flags) -> result
    CONNECT_DOMAIN_MONITOR_EVENT_REGISTER: Procedure[[bytes | None, str | None, Int], int]  # (dom, event, flags) -> callbackID
    CONNECT_DOMAIN_MONITOR_EVENT_DEREGISTER: Procedure[[Int], None]  # (callbackID)
    DOMAIN_MONITOR_EVENT: Procedure[[], tuple[int, bytes, str, int, int, str | None]]  # () -> callbackID, dom, event, seconds, micros, details
    DOMAIN_MONITOR_COMMAND_WITH_FILES: Procedure[[bytes, str, Int], str]  # (dom, cmd, flags) -> result

class LxcProcedures(Program):
    DOMAIN_OPEN_NAMESPACE: Procedure[[bytes, Int], None]  # (dom, flags)

class KeepaliveProcedures(Program):
    PING: Procedure[[], None]  # ()
    PONG: Procedure[[], None]  # ()

remote: RemoteProcedures
qemu: QemuProcedures
lxc: LxcProcedures
keepalive: KeepaliveProcedures

def find(program: int, number: int) -> Procedure[..., Any] | None: ...
