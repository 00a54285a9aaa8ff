"""Invariants of accounts."""

from collections.abc import Iterator

from tests.chaos.invariants.found import Found
from tests.chaos.invariants.registry import invariant


@invariant
def everybody_here_has_a_profile(found: Found) -> Iterator[str]:
    """Everybody who signed up and did not leave has a profile, with the privacy they chose."""
    for person in found.journal.here:
        user = found.users.get(person.user_id)
        if user is None:
            yield f"{person.name} has no profile"
        elif person.is_private is not None and bool(user.get("is_private")) != person.is_private:
            yield f"{person.name} chose is_private={person.is_private}"


@invariant
def a_name_is_one_persons(found: Found) -> Iterator[str]:
    """No two accounts have one name, and the row of a name says whose it is."""
    names = [user["username"] for user in found.users.values()]
    yield from {f"{name} has several users" for name in names if names.count(name) > 1}
    owners = {row["name"]: row.get("user_id") for row in found.rows("names")}
    for user_id, user in found.users.items():
        name = user["username"]
        if owners.get(name) != user_id:
            yield f"{name} of {user_id} is in the names of {owners.get(name)}"
    for name, owner in owners.items():
        if owner is not None and owner not in found.users:
            yield f"the name {name} is of {found.name(owner)}, who has left"


@invariant
def a_profile_counts_its_rows(found: Found) -> Iterator[str]:
    """The counts of a profile equal the rows."""
    for user_id, user in found.users.items():
        accepted = [pair for pair, edge in found.edges.items() if edge["state"] == "accepted"]
        rows = {
            "follower_count": sum(followee == user_id for _, followee in accepted),
            "following_count": sum(follower == user_id for follower, _ in accepted),
            "post_count": sum(p["author_id"] == user_id for p in found.published.values()),
        }
        for name, count in rows.items():
            if int(user.get(name, 0)) != count:
                yield f"{found.name(user_id)}: {name} is {user.get(name)}, the rows say {count}"


@invariant
def everybody_here_can_log_in(found: Found) -> Iterator[str]:
    """Everybody can log in with the password that was acknowledged last."""
    for person in found.journal.here:
        status = found.client.log_in(person)
        if status != 200:
            yield f"{person.name} cannot log in: {status}"
