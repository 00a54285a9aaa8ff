"""Measures the cost of counting a like, and the drift of each method: `python -m bench.counters`.

Likes of one post arrive at several rates and pass through the product's own tables; units are
computed from item sizes (see `bench.meter`). A batch holds the likes of one second, as with the
event source's batching window, split where Lambda would split it. Then each method gets the same
faulty delivery: shards are split, batches come again with other limits, and a fifth of all records
comes twice.
"""

import sys
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from bench.local import start

RATES = (1, 10, 100, 1000)
SECONDS = 10
EVENTS = 100_000
TWICE = 0.2
POSTS = 20


def costs() -> list[tuple[str, ...]]:
    """Return write units per like and calls per batch, for each rate and method."""
    start()
    rows = [("likes a second on one post", "way", "write units a like", "of them the like",
             "calls a batch", "records a batch")]  # fmt: skip
    for rate in RATES:
        for name, way in WAYS.items():
            rows.append((str(rate), name, *way(rate)))
    return rows


def by_stream(rate: int) -> tuple[str, ...]:
    """Count as the product does: a conditional put per like, and a conditional update per batch."""
    from functions.counters.domain import LIKES
    from functions.stage import stage
    from functions.streams.handlers import COUNTED_BATCH

    return _by_stream(
        rate, COUNTED_BATCH, lambda batch: stage().counter.count(LIKES, "likes.bench", batch)
    )


def by_plain_add(rate: int) -> tuple[str, ...]:
    """Count with a conditional put per like and an ADD per batch: as cheap, but unprotected."""
    from functions.counters.storage import CountsRow
    from functions.streams.handlers import COUNTED_BATCH

    def add(batch: Sequence[Any]) -> None:
        row = CountsRow(batch[0].target)
        row.update([CountsRow.likes.add(sum(record.change for record in batch))])

    return _by_stream(rate, COUNTED_BATCH, add)


def _by_stream(rate: int, most: int, count: Callable[[Sequence[Any]], object]) -> tuple[str, ...]:
    from bench.meter import metered
    from functions.aws.tables import batched
    from functions.clock import new_ulid
    from functions.counters.domain import Record, padded
    from functions.reactions.storage import LikeTable

    likes, post_id, batches = LikeTable(), new_ulid(), 0
    with metered() as put:
        for n in range(rate * SECONDS):
            likes.add(post_id, f"user-{n:032}")
    with metered() as counted:
        for second in range(SECONDS):
            numbers = range(second * rate, (second + 1) * rate)
            for batch in batched(numbers, most):
                count([Record(padded(str(n + 1)), post_id, f"user-{n:032}", 1) for n in batch])
                batches += 1
    total = rate * SECONDS
    return (
        f"{(put.write_units + counted.write_units) / total:.3f}",
        f"{put.write_units / total:g}",
        f"{sum(counted.calls.values()) / batches:g}",
        f"{total / batches:g}",
    )


def by_transaction(rate: int) -> tuple[str, ...]:
    """Count with a transaction per like that writes the row and the count.

    On one post the transactions also collide: each waits for the one before it.
    """
    from bench.meter import metered
    from functions.aws.tables import commit
    from functions.clock import new_ulid
    from functions.counters.storage import CountsRow
    from functions.reactions.storage import LikeRow

    post_id = new_ulid()
    with metered() as meter:
        for n in range(rate * SECONDS):
            row = LikeRow(post_id, f"user-{n:032}")
            commit(
                lambda t, row=row: t.save(row, LikeRow.post_id.does_not_exist()),
                lambda t: t.update(CountsRow(post_id), [CountsRow.likes.add(1)]),
            )
    return (f"{meter.write_units / (rate * SECONDS):.3f}", "", "", "")


WAYS: dict[str, Callable[[int], tuple[str, ...]]] = {
    "position a shard": by_stream,
    "plain ADD": by_plain_add,
    "transaction a like": by_transaction,
}


def drifts() -> list[tuple[str, ...]]:
    """Return the drift of each method after the same delivery."""
    from functions.counters.domain import LIKES
    from functions.counters.recount import Recounter
    from functions.counters.service import Counter
    from tests.fakes.clock import SetClock
    from tests.fakes.counting import FakeStream, FakeTallies
    from tests.fakes.lambdas import Pollers
    from tests.unit.counters import ways

    rows = [("way", "events", "delivered", "batches", "sum of drifts", "after a recount")]
    for way in (Counter, ways.OnePositionATarget, ways.ByTheFirst, ways.ByTheLast, ways.PlainAdd):
        chance, clock = Random(1), SetClock()  # noqa: S311
        stream, tallies = FakeStream(chance), FakeTallies(clock)
        counter, told = way(tallies, clock), {"records": 0, "batches": 0}

        def count(
            shard: str, batch: list[Any], counter: Any = counter, told: dict[str, int] = told
        ) -> list[str]:
            told["records"] += len(batch)
            told["batches"] += 1
            failed: list[str] = counter.count(LIKES, shard, batch)
            return failed

        pollers = Pollers(stream, count, chance)
        ways.deliver(stream, pollers, chance, events=EVENTS, posts=POSTS, twice=TWICE)
        wrong = ways.drift_of(stream, tallies)
        recounter = Recounter(
            tallies, stream, {"likes": stream}, lambda _: False, clock, stream.show
        )
        posts = [f"post-{n}" for n in range(POSTS)]
        recounter.recount(LIKES, posts)
        after = ways.drift_of(stream, tallies)
        rows.append((way.__name__, f"{EVENTS:,}", f"{told['records']:,}", f"{told['batches']:,}",
                     f"{wrong:,}", f"{after:,}"))  # fmt: skip
    return rows


def main() -> int:
    """Print both tables. Returns 1 if a budget is missed or the product's method drifts."""
    priced = costs()
    from bench.meter import table_of

    print(table_of(priced), "\n", sep="")
    wrong = drifts()
    print(table_of(wrong))
    at_hundred = next(row for row in priced if row[:2] == ("100", "position a shard"))
    return int(float(at_hundred[2]) > 1.1 or wrong[1][4:] != ("0", "0"))


if __name__ == "__main__":
    sys.exit(main())
