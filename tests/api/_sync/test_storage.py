# Made by tools/unasync.py from tests/api/_async/test_storage.py; do not edit.
"""Storage pools and volumes: finding, defining and starting pools; making, changing and deleting volumes."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest

from rig.guest import unique_name
from rig.host import Host
from sysvirt import Connection, StoragePool, StorageVol
from sysvirt.errors import (
    Error,
    InvalidArgument,
    NoStoragePool,
    NoStorageVol,
    OperationInvalid,
)
from tests.conformance.recorder import Recorder

from ..refusals import not_sent, refused

MIB = 1 << 20


def volume_xml(name: str, mib: int = 1, kind: str = "raw", allocated: bool = True) -> str:
    allocation = "" if allocated else "<allocation>0</allocation>"
    return (
        f"<volume><name>{name}</name><capacity unit='MiB'>{mib}</capacity>{allocation}"
        f"<target><format type='{kind}'/></target></volume>"
    )


def info(host: Host, *arguments: str) -> dict[str, str]:
    """What virsh prints as a table of two columns."""
    rows = [line.split(":", 1) for line in host.virsh(*arguments).splitlines() if ":" in line]
    return {name.strip(): value.strip() for name, value in rows}


def names(host: Host, *arguments: str) -> set[str]:
    return {line.split()[0] for line in host.virsh(*arguments).splitlines() if line.split()}


def image(host: Host, path: str) -> Any:
    return json.loads(host.run("qemu-img", "info", "--output=json", path))


def test_the_life_of_a_pool(host: Host, conn: Connection, observed: Recorder) -> None:
    folder = host.files / unique_name("pool")
    name, number = folder.name, uuid.uuid4()
    xml = f"<pool type='dir'><name>{name}</name><uuid>{number}</uuid><target><path>{folder}</path></target></pool>"
    pool = conn.define_storage_pool(xml, StoragePool.DEFINE_VALIDATE)
    assert info(host, "pool-info", name)["UUID"] == str(number)
    observed("Connection.define_storage_pool", "virsh pool-info")
    assert (pool.get_name(), pool.get_uuid(), pool.get_uuid_string()) == (name, number.bytes, str(number))
    observed("StoragePool.get_name", "the definition")
    observed("StoragePool.get_uuid", "the definition")
    observed("StoragePool.get_uuid_string", "the definition")
    assert pool.get_connection() is conn
    assert repr(pool).endswith(f"StoragePool {name!r} {number}>")
    try:
        assert not pool.is_active()
        observed("StoragePool.is_active", "true between create and destroy")
        assert (pool.get_info()).state == StoragePool.STATE_INACTIVE
        for found in (
            conn.get_storage_pool_by_name(name),
            conn.get_storage_pool_by_uuid(number),
            conn.get_storage_pool_by_uuid(str(number)),
        ):
            assert found == pool
            assert hash(found) == hash(pool)
        observed("Connection.get_storage_pool_by_name", "finds the one that was defined")
        observed("Connection.get_storage_pool_by_uuid", "finds the one that was defined")
        assert pool in conn.list_defined_storage_pools()
        assert pool not in conn.list_storage_pools()
        assert names(host, "pool-list", "--inactive", "--name") == set(
            conn.list_defined_storage_pool_names()
        )
        assert conn.list_defined_storage_pool_names(0) == []
        assert conn.num_of_defined_storage_pools() == len(conn.list_defined_storage_pools())
        observed("Connection.list_defined_storage_pools", "virsh pool-list")
        observed("Connection.list_defined_storage_pool_names", "virsh pool-list")
        observed("Connection.num_of_defined_storage_pools", "virsh pool-list")

        pool.build()
        assert folder.is_dir()
        observed("StoragePool.build", "the folder on the host")
        assert f"<path>{folder}</path>" in pool.get_xml_description(StoragePool.XML_INACTIVE)
        observed("StoragePool.get_xml_description", "the path of the definition")
        assert not pool.get_autostart()
        pool.set_autostart(True)
        assert info(host, "pool-info", name)["Autostart"] == "yes"
        assert pool.get_autostart()
        observed("StoragePool.set_autostart", "virsh pool-info")
        observed("StoragePool.get_autostart", "virsh pool-info")
        pool.set_autostart(False)
        assert info(host, "pool-info", name)["Autostart"] == "no"

        pool.create()
        assert info(host, "pool-info", name)["State"] == "running"
        assert pool.is_active()
        observed("StoragePool.create", "virsh pool-info")
        assert pool.is_persistent()
        observed("StoragePool.is_persistent", "true of this one, false of one that was only started")
        assert conn.get_storage_pool_by_target_path(folder) == pool
        observed("Connection.get_storage_pool_by_target_path", "finds the one at the folder")
        assert pool in conn.list_all_storage_pools(StoragePool.LIST_ACTIVE | StoragePool.LIST_DIR)
        assert pool not in conn.list_all_storage_pools(StoragePool.LIST_LOGICAL)
        assert names(host, "pool-list", "--all", "--name") == {
            found.get_name() for found in conn.list_all_storage_pools()
        }
        observed("Connection.list_all_storage_pools", "virsh pool-list")
        assert pool in conn.list_storage_pools()
        active = names(host, "pool-list", "--name")
        assert active == set(conn.list_storage_pool_names())
        assert conn.num_of_storage_pools() == len(active)
        observed("Connection.list_storage_pools", "virsh pool-list")
        observed("Connection.list_storage_pool_names", "virsh pool-list")
        observed("Connection.num_of_storage_pools", "virsh pool-list")

        got = pool.get_info()
        shown = info(host, "pool-info", "--bytes", name)
        assert got.state == StoragePool.STATE_RUNNING
        assert got.capacity == int(shown["Capacity"])
        assert got.allocation + got.available <= got.capacity
        observed("StoragePool.get_info", "virsh pool-info")

        (folder / "file").write_bytes(bytes(4096))
        assert pool.list_storage_vol_names() == []
        pool.refresh()
        assert pool.list_storage_vol_names() == ["file"]
        observed("StoragePool.refresh", "a file that came into the folder is a volume")
        (folder / "file").unlink()

        pool.destroy()
        assert info(host, "pool-info", name)["State"] == "inactive"
        observed("StoragePool.destroy", "virsh pool-info")
        pool.delete()
        assert not folder.exists()
        observed("StoragePool.delete", "the folder on the host")
    finally:
        pool.undefine()
    assert name not in host.virsh("pool-list", "--all", "--name")
    observed("StoragePool.undefine", "virsh pool-list")
    with refused(NoStoragePool, f"Storage pool not found: no storage pool with matching name '{name}'"):
        conn.get_storage_pool_by_name(name)


def test_a_pool_that_is_not_defined(
    host: Host, conn: Connection, observed: Recorder, pool: StoragePool
) -> None:
    shown = info(host, "pool-info", pool.get_name())
    assert (shown["State"], shown["Persistent"]) == ("running", "no")
    assert (host.files / pool.get_name()).is_dir()
    observed("Connection.create_storage_pool", "virsh pool-info, the folder on the host")
    assert not pool.is_persistent()
    pool.destroy()
    assert pool not in conn.list_all_storage_pools()


def test_volumes(host: Host, conn: Connection, pool: StoragePool, observed: Recorder) -> None:
    name, folder = pool.get_name(), host.files / pool.get_name()
    volume = pool.create_volume(volume_xml("one", allocated=False))
    assert (folder / "one").stat().st_size == MIB
    assert (folder / "one").stat().st_blocks == 0
    observed("StoragePool.create_volume", "the file on the host")
    metadata = pool.create_volume(volume_xml("two", 16, "qcow2"), StorageVol.CREATE_PREALLOC_METADATA)
    assert image(host, str(folder / "two"))["format"] == "qcow2"

    assert names(host, "vol-list", name) >= {"one", "two"}
    assert {found.get_name() for found in pool.list_all_volumes()} == {"one", "two"}
    assert set(pool.list_volumes()) == {volume, metadata}
    assert set(pool.list_storage_vol_names()) == {"one", "two"}
    assert len(pool.list_storage_vol_names(1)) == 1
    assert pool.num_of_storage_volumes() == 2
    observed("StoragePool.list_all_volumes", "virsh vol-list")
    observed("StoragePool.list_volumes", "virsh vol-list")
    observed("StoragePool.list_storage_vol_names", "virsh vol-list")
    observed("StoragePool.num_of_storage_volumes", "virsh vol-list")

    assert volume.get_connection() is conn
    assert (volume.get_pool_name(), volume.get_name(), volume.get_key()) == (name, "one", f"{folder}/one")
    assert host.virsh("vol-key", "one", name) == volume.get_key()
    observed("StorageVol.get_name", "the definition")
    observed("StorageVol.get_key", "virsh vol-key")
    observed("StorageVol.get_pool_name", "the pool it was made in")
    assert volume.get_path() == f"{folder}/one"
    observed("StorageVol.get_path", "the file on the host")
    assert repr(volume).endswith(f"StorageVol 'one' of {name!r}>")
    for found in (
        pool.get_volume_by_name("one"),
        conn.get_storage_volume_by_path(folder / "one"),
        conn.get_storage_volume_by_key(volume.get_key()),
    ):
        assert found == volume
        assert hash(found) == hash(volume)
    observed("StoragePool.get_volume_by_name", "finds the one that was made")
    observed("Connection.get_storage_volume_by_path", "finds the one that was made")
    observed("Connection.get_storage_volume_by_key", "finds the one that was made")
    assert conn.get_storage_pool_by_volume(volume) == pool
    observed("Connection.get_storage_pool_by_volume", "finds the pool it was made in")
    assert "<name>one</name>" in volume.get_xml_description()
    observed("StorageVol.get_xml_description", "the name of the definition")

    got = volume.get_info()
    assert (got.type, got.capacity, got.allocation) == (StorageVol.TYPE_FILE, MIB, 0)
    assert (metadata.get_info(StorageVol.GET_PHYSICAL)).allocation == (folder / "two").stat().st_size
    observed("StorageVol.get_info", "the file on the host")

    volume.resize(4 * MIB)
    assert (folder / "one").stat().st_size == 4 * MIB
    volume.resize(MIB, StorageVol.RESIZE_DELTA)
    assert (folder / "one").stat().st_size == 5 * MIB
    with refused(
        InvalidArgument,
        "invalid argument: Can't shrink capacity below current capacity unless shrink flag .*",
    ):
        volume.resize(MIB)
    volume.resize(2 * MIB, StorageVol.RESIZE_SHRINK)
    assert (folder / "one").stat().st_size == 2 * MIB
    volume.resize(3 * MIB, StorageVol.RESIZE_ALLOCATE)
    assert (folder / "one").stat().st_blocks * 512 >= MIB
    observed("StorageVol.resize", "the file on the host")

    (folder / "one").write_bytes(b"secret" * 100_000)
    pool.refresh()
    copy = pool.clone_volume(volume_xml("copy"), volume)
    assert (folder / "copy").read_bytes()[:600_000] == b"secret" * 100_000
    observed("StoragePool.clone_volume", "the file on the host")
    volume.wipe()
    assert not any((folder / "one").read_bytes())
    observed("StorageVol.wipe", "the file on the host")
    copy.wipe_pattern(StorageVol.WIPE_ALG_ZERO)
    assert not any((folder / "copy").read_bytes())
    observed("StorageVol.wipe_pattern", "the file on the host")

    copy.delete()
    volume.delete()
    assert sorted(path.name for path in folder.iterdir()) == ["two"]
    observed("StorageVol.delete", "the folder on the host")
    with refused(NoStorageVol, "Storage volume not found: no storage vol with matching name 'one'"):
        pool.get_volume_by_name("one")


def test_refused(host: Host, conn: Connection, pool: StoragePool) -> None:
    with not_sent(conn, "maxnames"):
        conn.list_storage_pool_names(-1)
    with not_sent(conn, "flags"):
        pool.build(StoragePool.BUILD_OVERWRITE | StoragePool.BUILD_NO_OVERWRITE)
    with not_sent(conn, "volume", TypeError):
        conn.get_storage_pool_by_volume(pool)  # type: ignore[arg-type]
    with not_sent(conn, "origvol", TypeError):
        pool.clone_volume(volume_xml("x"), "one")  # type: ignore[arg-type]
    with not_sent(conn, "path"):
        conn.get_storage_volume_by_path("")
    volume = pool.create_volume(volume_xml("one"))
    with not_sent(conn, "length"):
        volume.download(conn.new_stream(), 0, -1)
    with not_sent(conn, "offset"):
        volume.upload(conn.new_stream(), 1 << 64)
    with not_sent(conn, "stream", TypeError):
        volume.upload(b"data")  # type: ignore[arg-type]
    with refused(NoStorageVol, "Storage volume not found: no storage vol with matching path '/nowhere'"):
        conn.get_storage_volume_by_path("/nowhere")
    with pytest.raises(TypeError, match="a StorageVol can't be pickled"):
        volume.__reduce__()
    with refused(
        OperationInvalid,
        f"Requested operation is not valid: storage pool '{pool.get_name()}' is already active",
    ):
        pool.create()
    with pytest.raises(Error) as caught:
        pool.create_volume(volume_xml("one"))
    assert re.search("exists|already", caught.value.message)
    assert Path(host.files / pool.get_name() / "one").exists()
