"""Invariants of follows, blocks and mutes."""

from collections.abc import Iterator

from tests.chaos.invariants.found import Found
from tests.chaos.invariants.registry import invariant


@invariant
def acknowledged_follows_stand(found: Found) -> Iterator[str]:
    """Each follow is as its people last heard. A request may have been granted meanwhile."""
    here = {person.user_id for person in found.journal.here}
    for (a, b), known in found.journal.follows.items():
        state = found.edges.get((a, b), {}).get("state")
        if known is None or not {a, b} <= here:
            continue
        allowed: dict[str, set[str | None]] = {
            "accepted": {"accepted"},
            "none": {None},
            "requested": {"requested", "accepted"},
        }
        if state not in allowed[known]:
            yield f"{found.name(a)} -> {found.name(b)}: {known} was acknowledged, it is {state}"


@invariant
def follows_are_allowed(found: Found) -> Iterator[str]:
    """A follow has two living people, no block between them, and waits only for private ones."""
    for (a, b), edge in found.edges.items():
        name = f"{found.name(a)} -> {found.name(b)}"
        if not {a, b} <= found.users.keys():
            yield f"{name}: somebody has left"
        elif edge["state"] == "requested" and not found.users[b].get("is_private"):
            yield f"{name} waits, though {found.name(b)} is public"
        elif edge["state"] == "accepted":
            pulled = found.users[b].get("band") == "pulled"
            if bool(edge.get("pulled_epoch")) != pulled:
                yield f"{name} is marked {edge.get('pulled_epoch')}, the author's pulled={pulled}"
        if {(a, b), (b, a)} & found.blocks:
            yield f"{name} although a block is between them"


@invariant
def acknowledged_blocks_and_mutes_stand(found: Found) -> Iterator[str]:
    """Each block and mute is as its people last heard, and all are of living people."""
    here = {person.user_id for person in found.journal.here}
    kinds = {
        "block": (found.journal.blocks, found.blocks),
        "mute": (found.journal.mutes, found.mutes),
    }
    for kind, (known, rows) in kinds.items():
        for (a, b), on in known.items():
            if on is not None and {a, b} <= here and ((a, b) in rows) != on:
                yield f"{kind} {found.name(a)} -> {found.name(b)}: {on} was acknowledged"
        for pair in rows:
            if not set(pair) <= found.users.keys():
                yield f"{kind} {pair}: somebody has left"
