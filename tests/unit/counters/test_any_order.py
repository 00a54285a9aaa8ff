"""Counts equal rows whatever the couriers do: a model of streams, pollers and recounts."""

from random import Random

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from functions.counters.domain import LIKES
from functions.counters.recount import Recounter
from functions.counters.service import Counter
from tests.fakes.clock import SetClock
from tests.fakes.counting import FakeStream, FakeTallies
from tests.fakes.lambdas import Pollers

TARGETS = [f"post-{i}" for i in range(3)]
ITEMS = [f"user-{i}" for i in range(5)]


class CountsModel(RuleBasedStateMachine):
    """Likes come and go; their records are brought late, twice, cut anew, by many shards; batches
    are lost; counts are made anew in the midst of it."""

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed):
        self.chance = Random(seed)  # noqa: S311
        self.clock = SetClock()
        self.acts = 0
        self.stream = FakeStream(self.chance)
        self.tallies = FakeTallies(self.clock)
        self.counter = Counter(self.tallies, self.clock)
        self.pollers = Pollers(
            self.stream, lambda shard, batch: self.counter.count(LIKES, shard, batch), self.chance
        )
        self.recounter = Recounter(
            self.tallies,
            self.stream,
            {"likes": self.stream},
            lambda _: False,
            self.clock,
            self.wait,
        )

    def wait(self, _):
        self.meanwhile()
        self.stream.show()

    def meanwhile(self):
        """What goes on while a recount takes its steps. It comes to rest, or no recount could."""
        if not self.acts:
            return
        self.acts -= 1
        for act, odds in (
            (self.toggle_any, 0.3),
            (self.stream.show, 0.1),
            (self.pollers.bring, 0.2),
            (self.pollers.bring_again, 0.05),
            (lambda: self.stream.split(2), 0.1),
        ):
            if self.chance.random() < odds:
                act()

    def toggle_any(self):
        self.stream.toggle(self.chance.choice(TARGETS), self.chance.choice(ITEMS))

    @rule(post=st.sampled_from(TARGETS), user=st.sampled_from(ITEMS))
    def somebody_likes_or_unlikes(self, post, user):
        self.stream.toggle(post, user)

    @rule(n=st.integers(1, 30))
    def much_happens(self, n):
        for _ in range(n):
            self.toggle_any()

    @rule()
    def records_can_be_read(self):
        self.stream.show()

    @rule(twice=st.sampled_from([0.0, 1.0]))
    def a_batch_comes(self, twice):
        self.pollers.bring(twice=twice)

    @rule()
    def a_batch_comes_again(self):
        self.pollers.bring_again()

    @rule(parts=st.integers(1, 3))
    def a_shard_ends(self, parts):
        self.stream.split(parts)

    @rule()
    def all_is_replayed(self):
        self.pollers.replay()

    @rule()
    def time_passes(self):
        self.clock.move(hours=5)
        if self.clock.moment.day > 1:  # the records of the first day must not have expired
            self.clock.move(hours=-5)

    @rule()
    def a_batch_is_lost_and_recounted(self):
        self.pollers.lose()
        self.recount_lost()

    @rule()
    def some_are_recounted(self):
        self.recount(self.chance.sample(TARGETS, 2))

    def recount_lost(self):
        while self.pollers.lost:
            shard_id, first, last = self.pollers.lost.pop()
            targets = self.recounter.failed(
                LIKES, self.stream.arn, shard_id, first.sequence, last.sequence
            )
            self.recount(targets)

    def recount(self, targets):
        self.stream.between = self.tallies.between = self.meanwhile
        self.acts = self.chance.randint(0, 60)
        self.recounter.recount(LIKES, targets)
        self.acts = 0

    @invariant()
    def no_count_is_below_zero(self):
        for tally in getattr(self, "tallies", FakeTallies(None)).rows.values():
            assert tally.counts["likes"] >= 0

    @rule(twice=st.sampled_from([0.0, 0.2]))
    def in_the_end_counts_equal_rows(self, twice):
        self.pollers.settle(twice=twice)
        self.check()
        for told in self.recounter.recount(LIKES, TARGETS):
            assert (told.drift, told.waiting) == (0, 0)
        self.check()

    def check(self):
        counted = {t: self.tallies.rows[t].counts["likes"] for t in self.tallies.rows}
        assert {t: counted.get(t, 0) for t in TARGETS} == {
            t: self.stream.number(t) for t in TARGETS
        }

    def teardown(self):
        if hasattr(self, "pollers"):
            self.pollers.settle()
            self.check()


CountsModel.TestCase.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, phases=[Phase.generate]
)
TestCountsModel = CountsModel.TestCase
