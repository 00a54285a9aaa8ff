"""Invariants of the search."""

import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

from tests.chaos.invariants.found import Found, Row
from tests.chaos.invariants.registry import invariant


@invariant
def the_index_holds_the_present_names(found: Found) -> Iterator[str]:
    """Everybody is in the index with each word of the present names, and with no other word."""
    by_user: dict[str, list[Row]] = {}
    for row in found.rows("search"):
        by_user.setdefault(row["term"].rpartition("#")[2], []).append(row)
    for user_id in by_user.keys() - found.users.keys():
        yield f"the index still has {found.name(user_id)}, who has left"
    for user_id, user in found.users.items():
        yield from _wrong(user, by_user.get(user_id, []))


def _wrong(user: Row, rows: list[Row]) -> Iterator[str]:
    names = [_plain(user["username"]), *map(_plain, user["display_name"].split())]
    followers = int(user.get("follower_count", 0))
    rank = str(9 - (len(str(followers)) if followers else 0))
    there = {row["term"].partition("#")[0] for row in rows}
    yield from (f"{user['username']}: the index lacks {n}" for n in names if n not in there)
    for row in rows:
        word, mark, _ = row["term"].split("#")
        if not any(word in name for name in names) or mark[-1] != rank:
            yield f"{user['username']} with {followers} followers: the index has {row['term']}"
        if not set(names) <= set(row["text"].split(" ")):
            yield f"{user['username']}: the index has the words {row['text']}"


def _plain(name: str) -> str:
    """Return the letters and digits of a name, without accents."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", name.casefold())))


@invariant
def people_find_whom_they_may(found: Found) -> Iterator[str]:
    """Everybody finds everybody else by their whole username first, unless one of the two has
    blocked the other."""
    for seeker in found.journal.here:
        for user_id, user in found.users.items():
            pairs = {(seeker.user_id, user_id), (user_id, seeker.user_id)}
            path = f"/search?q={quote(user['username'])}"
            ids = [one["user_id"] for one in found.pages(seeker, path)]
            if pairs & found.blocks and user_id in ids:
                yield f"{seeker.name} finds {found.name(user_id)} in spite of a block"
            elif not pairs & found.blocks and ids[:1] != [user_id]:
                yield f"{seeker.name} does not find {user['username']} first: {ids}"
