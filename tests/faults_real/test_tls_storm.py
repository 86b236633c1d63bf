"""A storm of interrupts on a connection over TLS to a real daemon, beside a thread that calls too."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import sysvirt
from rig.host import Host
from tests.faults.storming import Storm

_STRIKES = 1500
_PATIENCE = 60.0


@pytest.mark.slow
@pytest.mark.parametrize("priority", ["NORMAL", "NORMAL:-VERS-TLS1.3"])
def test_storm(host: Host, firmware_guest: str, tmp_path: Path, priority: str) -> None:
    """Every answer is right, and nothing is pending after it."""
    for theirs, ours in (("ca-cert", "cacert"), ("client-cert", "clientcert"), ("client-key", "clientkey")):
        shutil.copy(host.folder / f"etc/certificates/{theirs}.pem", tmp_path / f"{ours}.pem")
    with host.network():
        conn = sysvirt.connect(
            f"qemu+tls://localhost/system?pkipath={tmp_path}&tls_priority={priority}", timeout=_PATIENCE
        )
    with conn:
        guest = conn.get_domain_by_name(firmware_guest)
        uuid, xml, name = guest.get_uuid(), guest.get_xml_description(), conn.get_hostname()
        capabilities = conn.get_capabilities()
        calls: tuple[Callable[[], bool], ...] = (
            lambda: guest.get_info().nr_virt_cpu == 1,
            lambda: guest.get_xml_description() == xml,
            lambda: conn.get_hostname() == name,
            lambda: conn.get_capabilities() == capabilities,
            lambda: uuid in [found.get_uuid() for found in conn.list_all_domains()],
        )
        over = threading.Event()
        made, wrong = 0, list[BaseException]()

        def work() -> None:
            nonlocal made
            try:
                while not over.is_set():
                    assert calls[0]()
                    assert calls[2]()
                    made += 1
            except BaseException as error:
                wrong.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        for call in calls:
            assert call()
        storm, choose = Storm(1), random.Random(2)
        with storm.raging():
            while storm.strikes < _STRIKES or made < 50:
                assert storm.call(choose.choice(calls)) in (True, None)
                assert not wrong
        over.set()
        thread.join(_PATIENCE)
        assert not thread.is_alive()
        assert not wrong
        assert conn.get_hostname() == name  # behind the replies to all that was given up
        for call in calls * 5:
            assert call()
        session = conn._pump.session
        assert not session.pending
        assert not session.chunks
        assert not session.control_frames
        assert not conn._pump.link.held
