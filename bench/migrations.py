"""Measures the cost per follower of a promotion and a demotion.

Updates have conditions, which the emulator supports and `bench.memory` does not.
"""

from typing import Any


def migrations(followers: int, era: int) -> list[tuple[str, ...]]:
    """Make an author pulled, publish posts, and make the author pushed again."""
    from bench.meter import metered

    migration, users, author_id, posts = _author(followers, era)
    a_follower = ("calls", "write units", "units of its index", "read units")
    found = [("change", *(f"{what} a follower" for what in a_follower))]
    for change, band in (("promote", "promoting"), ("demote", "demoting")):
        job = _begun(users, author_id, change, band)
        with metered() as meter:
            getattr(migration, change)(job)
        if change == "promote":
            posts()
        costs = (sum(meter.calls.values()), meter.write_units, meter.index_units, meter.read_units)
        found.append((change, *(f"{cost / followers:.3f}" for cost in costs)))
    return found


def _begun(users: Any, author_id: str, change: str, band: Any) -> Any:
    """Return the job of a change of band that has just begun."""
    from functions.clock import new_ulid
    from functions.queues import Demote, Promote

    author, epoch = users.get(author_id), new_ulid()
    users.set_band(author, band, epoch, author.pulled_from)
    return (Promote if change == "promote" else Demote)(author_id, epoch)


def _author(followers: int, era: int) -> Any:
    from bench.flow import posted
    from functions.accounts.domain import User
    from functions.accounts.storage import UserRow
    from functions.aws.tables import put_all
    from functions.clock import new_ulid, utc_now
    from functions.social.storage import FollowRow
    from functions.stage import stage

    now, author_id = utc_now(), "migrating-author"
    people = [author_id, *(f"migrating-{number:026}" for number in range(followers))]
    plain = {"display_name": "Some Body", "created_at": now, "last_active": now.date()}
    put_all(
        UserRow.encode(User(user_id=i, username=i[-12:], follower_count=followers, **plain))
        for i in people
    )
    put_all(
        FollowRow(i, author_id, state="accepted", epoch=new_ulid(), since=now) for i in people[1:]
    )
    migration, users = stage().migration, stage().users
    return migration, users, author_id, lambda: [posted(author_id) for _ in range(era)]
