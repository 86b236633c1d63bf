"""Live migration, as its client has to do it: what stands behind the methods in `domain/migration.py`.

`request.py` checks what is asked for. `managed.py` has the five steps between two daemons, `peer_to_peer.py` the one
call of a migration that the source's daemon manages; `moving.py` is what they have in common. `places.py` reserves what
they need of both connections, `sides.py` is the two connections, and how one is asked again after it was lost;
`recovery.py` clears up what somebody has left in the middle.
"""
