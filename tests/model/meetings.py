"""Rare coincidences, each arranged in one rule. Random steps reach them about once in thousands."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.model.machine import DAY, HEADS_OLD, ONE, SEEDS, STAR, FeedMachine, chance_of
from tests.model.stage import Weather

ALL = 60
"""More messages than ever wait at once for six people."""


class Meetings(FeedMachine):
    """Coincidences of actions and handlers. People follow, come back or are left out at the moment
    when a handler has read but not written, or when an index does not show them yet."""

    @rule(follower=ONE, author=STAR, seed=SEEDS)
    def follow_at_the_last_moment(self, follower: int, author: int, seed: int) -> None:
        """Dispatch a post while the followers' index does not show a new follow, whose first
        backfill is done."""
        self._gather(author, [])
        self._settle(seed)
        self._trail("followers")
        self._follow(follower, author)
        self._run_dry(seed)
        self._post(author, ready=True)
        self._run_dry(seed)

    @rule(viewer=ONE, author=STAR, seed=SEEDS)
    def come_back_at_the_last_moment(self, viewer: int, author: int, seed: int) -> None:
        """Let an author push to active followers only, while the author's read does not show yet
        that a reader is back. The reader's first rebuild is done."""
        self._gather(author, self._others(author, viewer)[:2])
        self._settle(seed)
        self._sleep(3 * DAY)
        self._trail("users")
        for follower in self._others(author, viewer)[:2]:
            self.stage.greet(follower)
        self._run_dry(seed)
        self._post(author, ready=True)
        self._run_dry(seed)

    @rule(author=STAR, stay=ONE, seed=SEEDS, at=st.sampled_from(["put", "unmark", "turn"]))
    def read_while_a_follow_is_unmarked(self, author: int, stay: int, seed: int, at: str) -> None:
        """Read during a demotion: every post visible before it must stay visible."""
        self._promote(author, seed)
        self._post(author, ready=True)
        self._settle(seed)
        self._begin_demotion(author, self._others(author, stay)[:1], seed)
        self._sleep(HEADS_OLD)
        viewer = self._others(author, stay)[0]
        self.stage.greet(viewer)
        must = set(self._whole(viewer, "recent"))

        def look() -> None:
            shown = set(self._whole(viewer, "recent"))
            assert must & self.truth.may_see(viewer) <= shown, "gone while a band changes"

        self.stage.deliver(ALL, Weather(chance_of(seed), [look], dies=False, at=at))
        self._settle(seed)

    @rule(author=STAR, stay=ONE, seed=SEEDS)
    def promote_again_while_a_straggler_unmarks(self, author: int, stay: int, seed: int) -> None:
        """Deliver a demotion's message twice, and stop one of them until its author is pulled
        again."""
        self._promote(author, seed)
        self._begin_demotion(author, self._others(author, stay)[:2], seed)
        self._sleep(31)

        def again() -> None:
            self._run_dry(seed)
            self._promote(author, seed)

        weather = Weather(chance_of(seed), [again], dies=False, at="unmark", twice=0.9)
        self.stage.deliver(ALL, weather)

    @rule(author=STAR, stay=ONE, seed=SEEDS)
    def promote_again_before_a_straggler(self, author: int, stay: int, seed: int) -> None:
        """Repeat messages of an earlier promotion while another begins."""
        self._promote(author, seed)
        self._begin_demotion(author, self._others(author, stay)[:1], seed)
        self._settle(seed)
        self._gather(author, self._others(author, stay))
        self._post(author, ready=True)
        self._run_dry(seed)
        self._redrive(seed)
        self._settle(seed)

    @rule(follower=ONE, author=STAR, seed=SEEDS)
    def follow_while_a_promotion_passes(self, follower: int, author: int, seed: int) -> None:
        """Follow an author whose band was read as pushed and who is pulled by the time the follow
        is written."""
        others = self._others(author, follower)
        self._gather(author, others[1:])
        self._run_dry(seed)

        def meanwhile() -> None:
            self._post(author, ready=True)
            self._settle(seed)

        self._follow(self.people.index(others[0]), author, meanwhile)

    @rule(follower=ONE, author=STAR, seed=SEEDS)
    def follow_while_a_prune_removes(self, follower: int, author: int, seed: int) -> None:
        """Follow again, and backfill, between the read and the removal of a prune that saw no
        follow."""
        self._gather(author, self._others(author, follower)[:1])
        self._post(author, ready=True)
        self._settle(seed)
        self._unfollow(follower, author)

        def again() -> None:
            self._follow(follower, author)
            self._settle(seed)

        self.stage.deliver(ALL, Weather(chance_of(seed), [again], dies=False, at="remove"))

    @rule(seed=SEEDS)
    @precondition(lambda self: not self.quiet)
    def redrive(self, seed: int) -> None:
        self._redrive(seed)

    def _redrive(self, seed: int) -> None:
        """Deliver jobs once more that were done, as after a redrive."""
        self.stage.redrive()
        self.quiet = False
        self._run_dry(seed)

    def _others(self, author: int, first: int) -> list[str]:
        """Return everybody but the author, starting from one of them."""
        turned = [self._one(first + i) for i in range(len(self.people))]
        return [name for name in turned if name != self._one(author)]

    def _gather(self, author: int, followers: list[str]) -> None:
        """Let these users follow an author, and nobody else."""
        for number, name in enumerate(self.people):
            (self._follow if name in followers else self._unfollow)(number, author)

    def _promote(self, author: int, seed: int) -> None:
        """Let everybody follow an author, and finish the promotion."""
        self._gather(author, self._others(author, 0))
        self._post(author, ready=True)
        self._settle(seed)

    def _begin_demotion(self, author: int, stay: list[str], seed: int) -> None:
        """Begin a demotion, without finishing it. The inverse of promote."""
        self._gather(author, stay)
        self._post(author, ready=True)
        self._run_dry(seed)

    def _run_dry(self, seed: int) -> None:
        """Handle all waiting messages, except delayed ones."""
        self.stage.deliver(ALL, Weather(chance_of(seed), [], dies=False))

    def _settle(self, seed: int) -> None:
        self._run_dry(seed)
        self._sleep(31)
        self._run_dry(seed + 1)
