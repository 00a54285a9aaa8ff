"""Simpler ways of counting, which drift; and a faulty delivery to see them do it."""

from random import Random

from functions.counters.domain import Tally
from functions.counters.service import Counter
from tests.fakes.counting import FakeStream, FakeTallies
from tests.fakes.lambdas import Pollers


class OnePositionATarget(Counter):
    """Wrong: a hot target's records come through several shards, which overtake each other."""

    def count(self, kind, shard, records):
        return super().count(kind, "one for all", records)


class ByTheFirst(Counter):
    """Wrong: what of a batch is new is told by its first record alone."""

    def _count(self, kind, shard, target_id, records):
        tally = self._tallies.read(target_id)
        if records[0].sequence > tally.counted_to(shard):
            super()._count(kind, shard, target_id, records)


class ByTheLast(Counter):
    """Wrong: what of a batch is new is told by its last record alone."""

    def _count(self, kind, shard, target_id, records):
        tally = self._tallies.rows.get(target_id, Tally())
        if records[-1].sequence > tally.counted_to(shard):
            self._tallies.rows[target_id] = Tally(
                tally.counts, {k: p for k, p in tally.positions.items() if k != shard}
            )
            super()._count(kind, shard, target_id, records)


class PlainAdd(Counter):
    """Wrong: without any position, what comes twice counts twice."""

    def _count(self, kind, shard, target_id, records):
        tally = self._tallies.rows.get(target_id, Tally())
        number = tally.counts.get("likes", 0) + sum(record.change for record in records)
        self._tallies.rows[target_id] = Tally({"likes": number})


def deliver(
    stream: FakeStream, pollers: Pollers, chance: Random, *, events: int, posts: int, twice: float
) -> None:
    """Likes of some posts, half of them of one, whose records come as streams let them come."""
    stream.split(4)
    for n in range(events):
        post = chance.randrange(posts) if n % 2 else 0
        stream.toggle(f"post-{post}", f"user-{chance.randrange(events // 10)}")
        if n % 40 == 0:
            stream.show()
            pollers.bring(twice=twice)
        if n % 500 == 0:
            pollers.bring_again()
        if n % (events // 10) == 0:
            stream.split(2)
    pollers.settle(twice=twice)


def drift_of(stream: FakeStream, tallies: FakeTallies) -> int:
    """By how much all counts together are wrong."""
    counted = {target: tally.counts["likes"] for target, tally in tallies.rows.items()}
    return sum(abs(stream.number(target) - number) for target, number in counted.items())
