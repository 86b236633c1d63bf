"""What reaches a guest as if from outside: keys, interrupts, signals."""

from __future__ import annotations

from rig.guest import console_text, output_inside, start_inside
from rig.host import Host
from rig.wait import until
from sysvirt.aio import Connection, Domain
from sysvirt.errors import Error, InvalidArgument, NoSupport, OperationInvalid
from tests.conformance.recorder import Recorder

from ..refusals import not_sent, refused

#: The key Q in each set.
Q = {
    Domain.KEYCODE_SET_LINUX: 16,
    Domain.KEYCODE_SET_XT: 16,
    Domain.KEYCODE_SET_ATSET1: 16,
    Domain.KEYCODE_SET_ATSET2: 21,
    Domain.KEYCODE_SET_ATSET3: 21,
    Domain.KEYCODE_SET_OSX: 12,
    Domain.KEYCODE_SET_XT_KBD: 16,
    Domain.KEYCODE_SET_USB: 20,
    Domain.KEYCODE_SET_WIN32: 81,
    Domain.KEYCODE_SET_QNUM: 16,
}
SHIFT, X, ENTER = 42, 45, 28


async def test_keys(host: Host, conn: Connection, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()
    reader = start_inside(host, name, "head -n 1 </dev/tty1")
    for codeset, code in Q.items():
        await linux.send_key(codeset, 0, [code])
    await linux.send_key(Domain.KEYCODE_SET_LINUX, 50, (SHIFT, X))
    await linux.send_key(Domain.KEYCODE_SET_RFB, 0, iter([X]))
    await linux.send_key(Domain.KEYCODE_SET_LINUX, 0, [ENTER])
    assert output_inside(host, name, reader) == len(Q) * "q" + "Xx\n"
    observed("send_key", "what the guest reads from its terminal, each code set once")

    text = "internal error: cannot translate keycode 700 of linux codeset to qnum keycode"
    with refused(Error, text):
        await linux.send_key(Domain.KEYCODE_SET_LINUX, 0, [700])
    with refused(InvalidArgument, "Unsupported codeset '99'"):
        await linux.send_key(99, 0, [ENTER])
    for codes in ([], [ENTER] * (Domain.SEND_KEY_MAX_KEYS + 1), [-1]):
        with not_sent(conn, "keycodes"):
            await linux.send_key(Domain.KEYCODE_SET_LINUX, 0, codes)
    for wrong in ("q", None, 16):
        with not_sent(conn, "keycodes", TypeError):
            await linux.send_key(Domain.KEYCODE_SET_LINUX, 0, wrong)  # type: ignore[arg-type]
    with not_sent(conn, "keycodeset", TypeError):
        await linux.send_key("linux", 0, [ENTER])  # type: ignore[arg-type]
    with not_sent(conn, "holdtime"):
        await linux.send_key(Domain.KEYCODE_SET_LINUX, -1, [ENTER])


async def test_nmi(host: Host, linux: Domain, observed: Recorder) -> None:
    name = linux.get_name()
    before = console_text(host, name).count("NMI received")
    await linux.inject_nmi()
    until(lambda: console_text(host, name).count("NMI received") == before + 1, "the guest says so")
    observed("inject_nmi", "the guest's kernel log")


async def test_process_signal(conn: Connection, running: Domain, observed: Recorder) -> None:
    text = "this function is not supported by the connection driver: virDomainSendProcessSignal"
    for pid, signal in ((1, Domain.PROCESS_SIGNAL_TERM), (-1, Domain.PROCESS_SIGNAL_NOP)):
        with refused(NoSupport, text) as caught:
            await running.send_process_signal(pid, signal)
        observed.refusal("send_process_signal", caught.value)
    for wrong in (0, 1 << 63):
        with not_sent(conn, "pid"):
            await running.send_process_signal(wrong, Domain.PROCESS_SIGNAL_TERM)
    with not_sent(conn, "pid", TypeError):
        await running.send_process_signal("1", Domain.PROCESS_SIGNAL_TERM)  # type: ignore[arg-type]
    with not_sent(conn, "signum", TypeError):
        await running.send_process_signal(1, "TERM")  # type: ignore[arg-type]


async def test_a_guest_at_rest(dom: Domain) -> None:
    with refused(OperationInvalid, "Requested operation is not valid: domain is not running"):
        await dom.send_key(Domain.KEYCODE_SET_LINUX, 0, [ENTER])
    with refused(OperationInvalid, "Requested operation is not valid: domain is not running"):
        await dom.inject_nmi()
