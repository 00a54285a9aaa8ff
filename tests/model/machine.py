"""All actions of people, time and couriers that can touch feeds, and the rules that must hold
meanwhile.

At any moment a page shows no post that its viewer may not see, and no post twice. Once all events
are handled, every feed equals the oracle's, for every page size.
"""

from collections.abc import Callable
from random import Random
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from functions.feed.domain import CANDIDATES, Order
from tests.model.oracle import Truth
from tests.model.reading import Reading
from tests.model.stage import TRAILING, Act, Stage, Trailing, Weather

FEWEST, MOST = 4, 6
"""The number of people: enough for all three bands."""
HEADS_OLD = 61
"""Seconds after which a warm process reads the heads of pulled authors again."""
DAY = 86_400
ROUNDS = 200
"""The number of deliveries after which the test gives up waiting for all events to be handled."""

ONE = st.integers(0, MOST - 1)
STAR = st.sampled_from([0, 0, 0, 0, 1, 1, *range(MOST)])
"""Picks the user who is followed and posts. Mostly the same few, so that they cross the limits
between the bands in both directions."""
SEEDS = st.integers(0, 2**16)
LIMITS = st.sampled_from([1, 2, 3, 5, 50])


class FeedMachine(RuleBasedStateMachine):
    """The rules. `make_stage` returns an empty stage."""

    make_stage: ClassVar[Callable[[], Stage]]

    def __init__(self) -> None:
        super().__init__()
        self.stage = type(self).make_stage()
        self.truth = Truth()
        self.people: list[str] = []
        self.unfinished: list[str] = []
        self.readings: list[Reading] = []
        self.quiet = True

    @initialize(follows=st.lists(st.tuples(ONE, STAR), max_size=10))
    def begin(self, follows: list[tuple[int, int]]) -> None:
        self.people = [self.stage.sign_up() for _ in range(FEWEST)]
        for follower, followee in follows:
            self._follow(follower, followee)

    @rule()
    @precondition(lambda self: len(self.people) < MOST)
    def sign_up(self) -> None:
        self.people.append(self.stage.sign_up())

    @rule(follower=ONE, followee=STAR)
    def follow(self, follower: int, followee: int) -> None:
        self._follow(follower, followee)

    @rule(followee=STAR, seed=SEEDS)
    def rise(self, followee: int, seed: int) -> None:
        """Let everybody follow an author, who crosses the limits with the next post."""
        for follower in range(len(self.people)):
            self._follow(follower, followee)
        self._post(followee, ready=True)
        self._carry_on(seed)

    @rule(followee=STAR, stay=ONE, seed=SEEDS)
    def fall(self, followee: int, stay: int, seed: int) -> None:
        """Let all followers but at most one leave. The inverse of rise."""
        for follower in range(len(self.people)):
            if self._one(follower) != self._one(stay):
                self._unfollow(follower, followee)
        self._post(followee, ready=True)
        self._carry_on(seed)

    @rule(follower=ONE, followee=STAR)
    def unfollow(self, follower: int, followee: int) -> None:
        self._unfollow(follower, followee)

    @rule(followee=STAR)
    def accept_requests(self, followee: int) -> None:
        name = self._one(followee)
        for follower, asked in sorted(self.truth.requests):
            if asked == name:
                self.stage.accept(name, follower)
                self.truth.requests.discard((follower, name))
                self.truth.follows.add((follower, name))
        self._changed()

    @rule(user=ONE)
    def turn_private_or_public(self, user: int) -> None:
        """Turn a user private or public. Turning public grants the pending requests, sooner or
        later. Turning private again in between leaves the rest pending."""
        name = self._one(user)
        self.truth.private ^= {name}
        self.stage.turn_private(name, name in self.truth.private)
        if name in self.truth.private:
            self.truth.ungrant(name, self.stage.follows)
        else:
            self.truth.grant(name)
        self._changed()

    @rule(author=STAR, ready=st.booleans())
    def post(self, author: int, ready: bool) -> None:
        self._post(author, ready)

    @rule(which=SEEDS)
    @precondition(lambda self: self.unfinished)
    def finish(self, which: int) -> None:
        """Publish a post, perhaps minutes after it was made."""
        self.stage.finish(self.unfinished.pop(which % len(self.unfinished)))
        self._changed()

    @rule(which=SEEDS)
    @precondition(lambda self: self.truth.posts)
    def delete(self, which: int) -> None:
        self._delete(which)

    @rule(which=SEEDS, likes=st.integers(0, 9))
    @precondition(lambda self: self.truth.posts)
    def like(self, which: int, likes: int) -> None:
        self.stage.like(sorted(self.truth.posts)[which % len(self.truth.posts)], likes)

    @rule(viewer=ONE)
    def rebuild(self, viewer: int) -> None:
        self.stage.rebuild(self._one(viewer))
        self.quiet = False

    @rule(seconds=st.sampled_from([1, 5, 10, 14, 16, 31, 61, DAY, 3 * DAY, 28 * DAY]))
    def wait(self, seconds: int) -> None:
        self._sleep(seconds)

    @rule(what=st.sampled_from(TRAILING))
    def trail(self, what: Trailing) -> None:
        self._trail(what)

    @rule(
        count=st.integers(1, 12),
        seed=SEEDS,
        dies=st.booleans(),
        acts=st.lists(st.tuples(st.sampled_from(range(7)), ONE, STAR), max_size=4),
    )
    def deliver(self, count: int, seed: int, dies: bool, acts: list[tuple[int, int, int]]) -> None:
        """Handle some messages, and do `acts` in the middle of that."""
        weather = Weather(chance_of(seed), [self._act(*act) for act in acts], dies)
        self.stage.deliver(count, weather)

    @rule(
        what=st.sampled_from(TRAILING),
        seed=SEEDS,
        acts=st.lists(st.tuples(st.sampled_from(range(5)), ONE, STAR), min_size=2, max_size=4),
    )
    def race(self, what: Trailing, seed: int, acts: list[tuple[int, int, int]]) -> None:
        """Let people act while a read trails. All messages that are not delayed are handled at
        once."""
        self._trail(what)
        for act in acts:
            self._act(*act)()
            self._carry_on(seed)

    @rule(seed=SEEDS, viewer=ONE, author=STAR)
    def come_back(self, seed: int, viewer: int, author: int) -> None:
        """Let a user who was away come back just before the next post, while the return is not
        readable yet."""
        self._sleep(3 * DAY)
        self._trail("users")
        self.stage.greet(self._one(viewer))
        self._carry_on(seed)
        self._post(author, ready=True)
        self._carry_on(seed)

    @rule(seed=SEEDS)
    def carry_on(self, seed: int) -> None:
        """Let half a minute pass, as it usually does: handlers that have begun finish."""
        self._carry_on(seed)
        self._sleep(31)
        self._carry_on(seed + 1)

    def _carry_on(self, seed: int) -> None:
        chance = chance_of(seed)
        self.stage.deliver(chance.randrange(30), Weather(chance, [], dies=False))

    def _act(self, kind: int, one: int, other: int) -> Act:
        acts: list[Act] = [
            lambda: self._follow(one, other),
            lambda: self._unfollow(one, other),
            lambda: self._refollow(one, other),
            lambda: self._post(other, ready=True),
            lambda: self._delete(one),
            lambda: self._sleep(31),
            lambda: self._trail(TRAILING[one % len(TRAILING)]),
        ]
        return acts[kind]

    @rule(viewer=ONE, limit=LIMITS, order=st.sampled_from(["recent", "ranked"]))
    def read(self, viewer: int, limit: int, order: Order) -> None:
        """Begin to read, and perhaps continue later."""
        name = self._one(viewer)
        must = self._oracle(name) if self.quiet else []
        frozen = self._whole(name, order) if self.quiet else []
        must = must[:CANDIDATES] if order == "ranked" else must
        self.readings = [*self.readings[-2:], Reading(name, order, limit, set(must), frozen)]
        self._read_on(self.readings[-1])

    @rule(which=SEEDS)
    @precondition(lambda self: self.readings)
    def read_on(self, which: int) -> None:
        self._read_on(self.readings[which % len(self.readings)])

    @rule(seed=SEEDS)
    def quiesce(self, seed: int) -> None:
        """Let all events be handled, and compare every feed with the oracle's."""
        self._quiesce(seed)
        for viewer in self.people:
            expected = self._oracle(viewer)
            for limit in (50, 2, 1):
                assert self._traverse(viewer, "recent", limit) == expected, f"limit {limit}"
            ranked = self._traverse(viewer, "ranked", 3)
            assert sorted(ranked) == sorted(expected[:CANDIDATES])
            assert self._whole(viewer, "ranked") == ranked[:50]
        for follower, followee in self.truth.follows:
            assert self.stage.pulls(follower, followee) == self.stage.is_pulled(followee)
        self.quiet = True

    def _quiesce(self, seed: int) -> None:
        chance = chance_of(seed)
        self._handle_all(chance)
        for viewer in self.people:  # users who were away come back
            self.stage.greet(viewer)
        self._handle_all(chance)
        self._sleep(HEADS_OLD)

    def _handle_all(self, chance: Random) -> None:
        for _ in range(ROUNDS):
            self.stage.deliver(20, Weather(chance, [], dies=False))
            if not self.stage.pending():
                return
            self._sleep(16)
        raise AssertionError("the events do not come to an end")

    def _trail(self, what: Trailing) -> None:
        self.stage.trail(what)
        self.quiet = False

    def _one(self, number: int) -> str:
        return self.people[number % len(self.people)]

    def _follow(self, follower: int, followee: int, meanwhile: Act = lambda: None) -> None:
        edge = self._one(follower), self._one(followee)
        if edge[0] != edge[1]:
            self.stage.follow(*edge, meanwhile)
            asks = edge[1] in self.truth.private and edge not in self.truth.follows
            (self.truth.requests if asks else self.truth.follows).add(edge)
            if not asks:
                self.truth.requests.discard(edge)
            self._changed()

    def _unfollow(self, follower: int, followee: int) -> None:
        edge = self._one(follower), self._one(followee)
        self.stage.unfollow(*edge)
        self.truth.follows.discard(edge)
        self.truth.requests.discard(edge)
        self._changed()

    def _refollow(self, follower: int, followee: int) -> None:
        self._unfollow(follower, followee)
        self._follow(follower, followee)

    def _post(self, author: int, ready: bool) -> None:
        name = self._one(author)
        post_id = self.stage.publish(name, ready)
        self.truth.posts[post_id] = name
        if not ready:
            self.unfinished.append(post_id)
        self._changed()

    def _delete(self, which: int) -> None:
        if self.truth.posts:
            post_id = sorted(self.truth.posts)[which % len(self.truth.posts)]
            self.stage.delete(self.truth.posts.pop(post_id), post_id)
            self.unfinished = [one for one in self.unfinished if one != post_id]
            self._changed()

    def _sleep(self, seconds: int) -> None:
        self.stage.sleep(seconds)
        if seconds >= DAY:  # an upload that has not come in a day will not come
            self.unfinished = []
        self._changed(long=seconds >= DAY)

    def _changed(self, *, long: bool = False) -> None:
        self.quiet = False
        for reading in self.readings:
            reading.must &= set() if long else self.truth.may_see(reading.viewer)

    def _oracle(self, viewer: str) -> list[str]:
        return self.truth.feed(viewer, self.stage.published_id, self.stage.now())

    def _read_on(self, reading: Reading) -> None:
        page = self.stage.page(reading.viewer, reading.order, reading.limit, reading.cursor)
        allowed = self.truth.may_see(reading.viewer)
        assert set(page.post_ids) <= allowed, "shows what the viewer may not see"
        reading.add(page, self.stage.published_id)
        if reading.cursor is None:
            self.readings.remove(reading)

    def _traverse(self, viewer: str, order: Order, limit: int) -> list[str]:
        shown: list[str] = []
        cursor: str | None = None
        while True:
            page = self.stage.page(viewer, order, limit, cursor)
            shown += page.post_ids
            cursor = page.next_cursor
            if cursor is None:
                return shown

    def _whole(self, viewer: str, order: Order) -> list[str]:
        return self.stage.page(viewer, order, 50, None).post_ids

    def teardown(self) -> None:
        if self.people:
            self.quiesce(0)


def chance_of(seed: int) -> Random:
    """Return a random generator for a step."""
    return Random(seed)  # noqa: S311


def on(stage: Callable[[], Stage], machine: type[FeedMachine]) -> type[FeedMachine]:
    """Return a machine on one kind of stage."""
    made: Any = type(f"{machine.__name__}On", (machine,), {"make_stage": staticmethod(stage)})
    return made
