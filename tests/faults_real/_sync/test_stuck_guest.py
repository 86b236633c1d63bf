# Made by tools/unasync.py from tests/faults_real/_async/test_stuck_guest.py; do not edit.
"""A guest whose QEMU stands still: it holds up its own calls and nobody else's."""

from __future__ import annotations

from rig.host import Host
from sysvirt import Connection, Domain, connect

from ..helpers import one_release, received, starved, stopped, under_way
from .waiting import gives_up, reached, spawn


def test_it_takes_two_places_at_most(host: Host, conn: Connection, guests: list[Domain]) -> None:
    stuck, other = guests[:2]
    with stopped(host, stuck.get_name()):
        reset = spawn(stuck.reset)
        reached(lambda: under_way(conn) == ["DOMAIN_RESET"], "the first is sent")
        suspend = spawn(stuck.suspend)
        both = ["DOMAIN_RESET", "DOMAIN_SUSPEND"]
        reached(lambda: under_way(conn) == both, "the second is sent")

        # What needs a place, or the key that one of the two holds, waits here and is not sent.
        gives_up(conn, 0.3, "no", stuck.get_xml_description)
        gives_up(conn, 0.3, "no", stuck.set_metadata, Domain.METADATA_TITLE, "never sent")
        assert under_way(conn) == both

        # What needs neither goes, and so does everything of the others.
        assert (stuck.get_info()).state == Domain.STATE_RUNNING
        assert other.get_name() in other.get_xml_description()
        other.reset()
        other.suspend()
        other.resume()
        other.set_metadata(Domain.METADATA_TITLE, "sent")
        assert len(conn.list_all_domains()) >= len(guests)
        assert not reset.done
        assert not suspend.done

    reset.result()
    suspend.result()
    assert stuck.get_state() == (Domain.STATE_PAUSED, Domain.STATE_PAUSED_USER)
    stuck.resume()
    assert stuck.get_name() in stuck.get_xml_description()
    assert "never sent" not in host.virsh("dumpxml", stuck.get_name())
    assert other.get_metadata(Domain.METADATA_TITLE) == "sent"


def test_two_given_up_hold_what_they_took(host: Host, conn: Connection, guests: list[Domain]) -> None:
    stuck, other = guests[:2]
    with stopped(host, stuck.get_name()):
        gives_up(conn, 0.2, "unknown", stuck.reset)
        gives_up(conn, 0.2, "unknown", stuck.suspend)
        gives_up(conn, 0.2, "no", stuck.get_xml_description)
        gives_up(conn, 0.2, "no", stuck.reset)
        other.reset()
        other.get_xml_description()
    reached(lambda: not under_way(conn), "the late replies come")
    assert stuck.get_state() == (Domain.STATE_PAUSED, Domain.STATE_PAUSED_USER)


def test_statistics_of_the_others(host: Host, conn: Connection, guests: list[Domain]) -> None:
    """Statistics of all that were given up in a guest that hangs take those of the others from nobody."""
    stuck, other, third = guests[:3]

    def others_are_served() -> None:
        for ask in ([other], [third], [other, third]):
            named = {guest for guest, _ in conn.get_all_domain_stats(doms=ask)}
            assert named == set(ask)
        at_once = conn.get_all_domain_stats(flags=Domain.GET_ALL_STATS_NOWAIT)
        assert {other, third} <= {guest for guest, _ in at_once}

    with stopped(host, stuck.get_name()):
        gives_up(conn, 0.5, "unknown", conn.get_all_domain_stats)
        others_are_served()
        gives_up(conn, 0.5, "unknown", conn.get_all_domain_stats, doms=[stuck])
        others_are_served()
        # The last place that works is not for what would hang in the same guest.
        gives_up(conn, 0.5, "no", conn.get_all_domain_stats, doms=[stuck, other])
        gives_up(conn, 0.5, "no", stuck.set_metadata, Domain.METADATA_TITLE, "never sent")
        others_are_served()
    reached(lambda: not under_way(conn), "the late replies come")
    assert {stuck, other} == {guest for guest, _ in conn.get_all_domain_stats(doms=[stuck, other])}


def give_all_places_up(conn: Connection, stuck: list[Domain]) -> None:
    for guest in stuck:
        gives_up(conn, 0.2, "unknown", guest.reset)
    assert under_way(conn) == ["DOMAIN_RESET"] * 3


def test_three_of_them_and_all_places_given_up(
    host: Host, conn: Connection, guests: list[Domain]
) -> None:
    *stuck, well = guests
    with stopped(host, *(guest.get_name() for guest in stuck)):
        give_all_places_up(conn, stuck)
        with starved(conn):
            well.get_xml_description()
        with starved(conn):
            conn.get_capabilities()
        well.suspend()  # by the place that is kept for what steers
        assert (well.get_info()).state == Domain.STATE_PAUSED
    reached(lambda: not under_way(conn), "the late replies come")
    well.resume()
    for guest in guests:
        assert (guest.get_state())[0] == Domain.STATE_RUNNING
        assert guest.get_name() in guest.get_xml_description()


@one_release
def test_they_can_be_ended(host: Host, conn: Connection, guests: list[Domain]) -> None:
    """One with keepalive answered all the time; two at once, when the daemon reads nothing more, keepalive neither."""
    *stuck, well = guests
    with connect(host.uri, timeout=60, keepalive=(1, 6)) as crowded:
        with stopped(host, *(guest.get_name() for guest in stuck)):
            theirs = [crowded.get_domain_by_name(guest.get_name()) for guest in stuck]
            give_all_places_up(conn, stuck)
            give_all_places_up(crowded, theirs)

            ends = [spawn(guest.destroy) for guest in (stuck[0], *theirs[1:])]
            reached(lambda: under_way(conn).count("DOMAIN_DESTROY") == 1, "one is sent")
            reached(lambda: under_way(crowded).count("DOMAIN_DESTROY") == 2, "two are sent")
            before = received(conn)
            reached(lambda: received(conn) >= before + 3, "the daemon answers keepalive")
            assert (well.get_info()).state == Domain.STATE_RUNNING
            with starved(conn):
                well.get_xml_description()
            assert not any(end.done for end in ends)
            for end in ends:
                end.result()
            left = host.virsh("list", "--name").split()
            assert [guest.get_name() in left for guest in guests] == [False, False, False, True]

            # The late replies to the resets come with the ends, so that there are places again.
            reached(lambda: not under_way(conn) + under_way(crowded), "the late replies come")
        well.reset()
        assert len(crowded.list_all_domains()) >= len(guests)
