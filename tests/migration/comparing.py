"""What was sent for a migration, in a form in which two migrations of a guest can be compared."""

from __future__ import annotations

from collections.abc import Iterator

from .links import Links, Step

#: What virsh asks besides: it opens and closes its connections, looks the guest up, and shows how far it has come.
BY_VIRSH_ALONE = {
    "AUTH_LIST",
    "CONNECT_OPEN",
    "CONNECT_CLOSE",
    "CONNECT_REGISTER_CLOSE_CALLBACK",
    "CONNECT_UNREGISTER_CLOSE_CALLBACK",
    "DOMAIN_LOOKUP_BY_NAME",
    "DOMAIN_GET_JOB_INFO",
}
#: Features that it asks for when it opens a connection: keepalive for programs, remote events and close callbacks.
AT_OPENING = {10, 14, 15}


def conversation(links: Links, *, p2p: bool) -> list[tuple[object, ...]]:
    """Each call with its arguments; what a daemon has said before stands there by what it is.

    When the source's daemon does it all, what it tells the target's is left out.
    """
    known: dict[object, str] = {}
    found: list[tuple[object, ...]] = []
    for step in links.steps():
        if not _is_opening(step) and not (p2p and step.side == "target"):
            found.append((step.side, step.procedure, *_named(known, step.arguments)))
        _learn(known, step)
    return found


def _is_opening(step: Step) -> bool:
    return step.procedure in BY_VIRSH_ALONE or (
        step.procedure == "CONNECT_SUPPORTS_FEATURE" and step.arguments[0] in AT_OPENING
    )


def _learn(known: dict[object, str], step: Step) -> None:
    if step.reply is None or "MIGRATE" not in step.procedure:
        return
    for number, value in enumerate(step.reply):
        if value:
            known[value] = f"part {number} of the reply to {step.procedure}"


def _named(known: dict[object, str], arguments: tuple[object, ...]) -> Iterator[object]:
    for place, value in enumerate(arguments):
        if isinstance(value, list):  # typed parameters
            yield [(name, kind, known.get(text, text)) for name, (kind, text) in value]
        elif isinstance(value, bytes) and place == 0:  # a guest; its id is another one at each start
            yield value[:-4]
        else:
            yield known.get(value, value)
