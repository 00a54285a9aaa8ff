"""Counting batches, and what counting in simpler ways would come to."""

from datetime import timedelta
from random import Random

import pytest

from functions.counters.domain import LIKES, Record, padded, shard_key
from functions.counters.service import Counter
from tests.fakes.clock import SetClock
from tests.fakes.counting import FakeStream, FakeTallies
from tests.fakes.lambdas import Pollers
from tests.unit.counters.ways import (
    ByTheFirst,
    ByTheLast,
    OnePositionATarget,
    PlainAdd,
    deliver,
    drift_of,
)


@pytest.fixture
def tallies():
    return FakeTallies(SetClock())


@pytest.fixture
def counter(tallies):
    return Counter(tallies, SetClock())


def likes(*numbers, target="post", change=1):
    return [Record(padded(str(n)), target, f"u{n}", change) for n in numbers]


def count_of(tallies, target="post"):
    return tallies.rows[target].counts["likes"]


class TestABatch:
    """Counter.count."""

    def test_is_one_write_a_target(self, counter, tallies):
        assert counter.count(LIKES, "s", [*likes(*range(1, 101)), *likes(101, target="b")]) == []
        assert (count_of(tallies), count_of(tallies, "b"), tallies.writes) == (100, 1, 2)

    def test_that_comes_again_cut_anew_is_counted_once(self, counter, tallies):
        counter.count(LIKES, "s", likes(1, 2, 3))
        for again in (likes(1), likes(2, 3, 4), likes(3, 4, 5, 6), likes(1, 2, 3, 4, 5, 6)):
            counter.count(LIKES, "s", again)
        assert count_of(tallies) == 6

    def test_that_changes_nothing_writes_nothing(self, counter, tallies):
        counter.count(LIKES, "s", likes(1, 2, change=0))
        counter.count(LIKES, "s", [])
        assert tallies.writes == 0

    def test_of_likes_that_were_taken_back_moves_the_position(self, counter, tallies):
        counter.count(LIKES, "s", [*likes(1), *likes(2, change=-1)])
        assert (count_of(tallies), tallies.rows["post"].counted_to("s")) == (0, padded("2"))

    def test_names_the_first_record_of_each_target_that_fails_and_counts_the_rest(
        self, counter, tallies, caplog
    ):
        real = tallies.add

        def add(target_id, *more):
            if target_id != "post":
                raise RuntimeError("throttled")
            return real(target_id, *more)

        tallies.add = add
        batch = [*likes(1), *likes(2, target="a"), *likes(3), *likes(4, 5, target="a")]
        assert counter.count(LIKES, "s", batch) == [padded("2")]
        assert count_of(tallies) == 2
        tallies.add = real
        assert counter.count(LIKES, "s", batch[1:]) == []
        assert (count_of(tallies), count_of(tallies, "a")) == (2, 3)

    def test_forgets_the_positions_of_shards_that_have_expired(self, tallies):
        clock = tallies._now
        counter = Counter(tallies, clock)
        counter.count(LIKES, "old", likes(1))
        clock.move(hours=26)
        counter.count(LIKES, "new", likes(2))
        assert set(tallies.rows["post"].positions) == {"new"}
        assert count_of(tallies) == 2


EVENTS = 3000


def drift(way, seed=1):
    """How many likes are counted wrongly after a faulty delivery, a fifth of it twice."""
    chance, clock = Random(seed), SetClock()  # noqa: S311
    stream, tallies = FakeStream(chance), FakeTallies(clock)
    counter = way(tallies, clock)
    pollers = Pollers(stream, lambda shard, batch: counter.count(LIKES, shard, batch), chance)
    deliver(stream, pollers, chance, events=EVENTS, posts=4, twice=0.2)
    return drift_of(stream, tallies)


@pytest.mark.parametrize("seed", range(5))
def test_a_position_a_shard_held_against_each_record_does_not_drift(seed):
    assert drift(Counter, seed) == 0


@pytest.mark.parametrize("way", [OnePositionATarget, ByTheFirst, ByTheLast, PlainAdd])
def test_simpler_ways_drift(way):
    assert drift(way) > 10


def test_the_name_of_a_shards_position_is_short():
    assert len(shard_key(LIKES, "arn", "shardId-00000001541626099285-f35f62ef")) == 14


def test_a_position_outlives_the_records_before_it():
    clock = SetClock()
    tallies = FakeTallies(clock)
    Counter(tallies, clock).count(LIKES, "s", likes(1))
    assert not tallies.rows["post"].stale(clock() + timedelta(hours=24, minutes=59))
