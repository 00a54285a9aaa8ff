"""The layer of erasure: the steps that delete everything a user leaves behind.

Tests check that the tables and buckets named here are those in the template.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from functions.stage.exports import WithExports

if TYPE_CHECKING:
    from functions.accounts.domain import Erasure
    from functions.erasure.manual import ManualErasure
    from functions.erasure.service import Eraser, Step

TRAILS_DONE_SECONDS = 120
"""The time after which the deletions caused by streams have been done, twice."""
SWEPT_BY_KEY = {"follows": "edges"}
"""Tables that a step empties by key instead of a pass, with the step's name. An edge is deleted
together with the counts of both ends."""
EMPTIED_BUCKETS = {"uploads": "late objects", "media": "late objects"}
"""The buckets, with the steps that empty them."""
SPARED = {
    "passes": "has the erasure's own wait, which the last step removes",
    "limits": "has keys without ids and names, and expires by TTL within hours",
    "page": "has the page's own files, and no data of users",
    "releases": "has what the deploy put there, and no data of users",
    "users": "keeps the tombstone, whose key is the user's id, for a day, by TTL",
}
"""Tables and buckets that no step empties, and the reason."""


class WithErasure(WithExports):
    """A stage's erasure."""

    @cached_property
    def eraser(self) -> "Eraser":
        from functions.erasure.service import Eraser

        trails = {
            "likes": self.likes.erase_some_of,
            "comments": self.comments.erase_some_of,
            "counts": self._bury_counts,  # last: each deleted like and comment is counted
        }
        steps = self.account_steps()
        return Eraser(self.users, self.media, trails, steps, self.send, self.now)

    @cached_property
    def manual_erasure(self) -> "ManualErasure":
        """Return the erasure of accounts for an operator."""
        from functions.erasure.manual import ManualErasure
        from functions.erasure.scans import is_left

        return ManualErasure(
            self.users,
            self.pool,
            lambda state: is_left(self.tables(), self._elsewhere, state),
            self.now,
        )

    def account_steps(self) -> "list[Step]":
        """Return the steps of an account's erasure, in order. A capability adds its own before
        `rows`.

        An erasure that is under way during a deploy continues with the step of its name, and begins
        with the first if there is none. So a name that keeps its place keeps its meaning.
        """
        from functions.erasure.service import Step
        from functions.erasure.waiting import in_pass

        return [
            # Pictures and exports go first: their signed URLs still open them.
            Step("pictures", _until_none(self.media.erase_some_of)),
            Step("posts", _until_none(self.posts.erase_some_of)),
            Step("edges", self._end_follows),
            Step("timeline", _until_none(self.timelines.erase_some_of)),
            # Before the pool, so that the name is never free between the two.
            Step("name", self._leave_name),
            Step("pool", lambda state: self.pool.remove(state.user_id)),
            # Again, for follows that the index did not show yet.
            Step("edges again", self._end_follows, TRAILS_DONE_SECONDS),
            Step("rows", lambda state: in_pass(self.passes, state)),
            # Again, for objects that were rendered, uploaded or exported meanwhile.
            Step("late objects", _until_none(self.media.erase_some_of)),
            Step("end", self._check),
        ]

    def _bury_counts(self, post_id: str) -> bool:
        self.counts.bury(post_id)
        return True

    def _check(self, state: "Erasure") -> None:
        """Raise if a place outside the tables still knows the user. The pass has read all rows."""
        from functions.erasure.service import TracesLeftError

        if left := self._elsewhere(state):
            raise TracesLeftError(left)
        self.passes.leave(state.user_id)

    def _end_follows(self, state: "Erasure") -> dict[str, Any] | None:
        return self.social.erase_some_of(state.user_id, state.position)

    def _leave_name(self, state: "Erasure") -> None:
        # A repeated erasure may not know the name. Then the account has left it before.
        if state.username:
            self.renaming.release(state.user_id, state.username)

    def _elsewhere(self, state: "Erasure") -> list[str]:
        """Return the places outside the tables that still know a user: buckets and pool."""
        known = self.pool.knows(state.user_id)
        return [*self.media.traces_of(state.user_id), *(["the user pool"] if known else [])]


def _until_none(
    erase_some_of: Callable[[str], bool],
) -> "Callable[[Erasure], dict[str, Any] | None]":
    return lambda state: None if erase_some_of(state.user_id) else {}
