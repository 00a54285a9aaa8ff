"""Erasure, wired to AWS. Every capability whose tables hold a user's rows is asked for here, so
that the scans know them; a test holds that against the template."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.accounts.bootstrap import accounts
from functions.affinity.bootstrap import affinity
from functions.clock import utc_now
from functions.config import settings
from functions.counters.bootstrap import counts
from functions.events import send
from functions.exports.bootstrap import exports
from functions.feed.bootstrap import timelines
from functions.media.bootstrap import media
from functions.posts.bootstrap import posts
from functions.reactions.bootstrap import comments, likes
from functions.social.bootstrap import social
from functions.stories.bootstrap import tray

if TYPE_CHECKING:
    from functions.accounts.domain import Erasure
    from functions.erasure.anew import Operator
    from functions.erasure.scans import Run
    from functions.erasure.service import Eraser, Step
    from functions.tables import Table

CAPABILITIES: tuple[Callable[[], object], ...] = (
    accounts, affinity, comments, counts, exports, likes, media, posts, social, timelines, tray,
)  # fmt: skip
"""Those whose tables hold a user's rows."""
TRAILS_DONE_SECONDS = 120
"""After this the deletions that follow from streams have been done, twice."""
SWEPT_BY_KEY = {"follows": "edges"}
"""Tables that a step empties by key and no scan does, with the step's name: an edge goes together
with the other's count."""
EMPTIED_BUCKETS = {"uploads": "objects", "media": "objects"}
"""The buckets, with the steps that empty them."""
SPARED = {
    "limits": "has keys that tell nobody's id or name, and goes by TTL within hours",
    "releases": "has what the deploy put there, and nothing of users",
    "users": "keeps the tombstone, whose key is the user's id, for a day, by TTL",
}
"""Tables and buckets that no step empties, and why."""


@cache
def eraser() -> "Eraser":
    """The eraser of this stage."""
    from functions.erasure.service import Eraser

    trails = {
        "likes": likes().erase_some_of,
        "comments": comments().erase_some_of,
        "counts": _counts,  # last: each like and comment that goes is counted
    }
    return Eraser(accounts().users, media(), trails, account_steps(), send, utc_now)


def _counts(post_id: str) -> bool:
    counts().erase(post_id)
    return True


def account_steps() -> "list[Step]":
    """The steps of an account's erasure, in order. What a capability adds goes before `rows`."""
    from functions.erasure.scans import sweep
    from functions.erasure.service import Step

    return [
        Step("pictures", _until_none(media().erase_some_of)),  # and exports: their URLs still open
        Step("posts", _until_none(posts().erase_some_of)),
        Step("edges", _until_none(social().erase_some_of)),
        Step("timeline", _until_none(timelines().erase_some_of)),
        Step("rows", sweep(one for one in tables() if one not in counted()), TRAILS_DONE_SECONDS),
        # Behind the rows: each view that goes is counted.
        Step("counts", sweep(counted()), TRAILS_DONE_SECONDS),
        # What was rendered, uploaded or exported meanwhile.
        Step("objects", _until_none(media().erase_some_of)),
        Step("pool", _leave_pool),
        Step("check", _check(), TRAILS_DONE_SECONDS),
    ]


@cache
def operator() -> "Operator":
    """What erases for an operator of this stage."""
    from functions.erasure.anew import Operator
    from functions.erasure.scans import is_left

    people = accounts()
    return Operator(people.users, people.pool, lambda state: is_left(_check(), state), utc_now)


def _check() -> "Run":
    from functions.erasure.scans import check

    return check(tables(), _elsewhere, accounts().users.find)


def tables() -> "list[type[Table]]":
    """The models of this stage's tables: a capability that is asked for imports its own."""
    from functions import idempotency, limits  # noqa: F401 - each has a table of its own
    from functions.tables import Table

    for capability in CAPABILITIES:
        capability()
    prefix = settings().table("")
    return [one for one in Table.__subclasses__() if one.Meta.table_name.startswith(prefix)]


def counted() -> "list[type[Table]]":
    """The models of tables that are written when rows of others go."""
    return [one for one in tables() if one.Meta.table_name == settings().table("counts")]


def _until_none(
    erase_some_of: Callable[[str], bool],
) -> "Callable[[Erasure], dict[str, Any] | None]":
    return lambda state: None if erase_some_of(state.user_id) else {}


def _leave_pool(state: "Erasure") -> None:
    if state.username:  # a later erasure may know no name: its account has left the pool before
        accounts().pool.remove(state.username, state.user_id)


def _elsewhere(state: "Erasure") -> list[str]:
    """Where a user is beside the tables: buckets and pool."""
    name, pool = state.username, accounts().pool
    known = bool(name) and pool.knows(name, state.user_id)
    return [*media().traces_of(state.user_id), *(["the user pool"] if known else [])]
