"""Simulates posts' ways from publication to every follower's timeline: `python -m bench.delay`.

Assumptions, since nothing here is AWS:

- A DynamoDB call takes 8 ms and an SQS call 10 ms, each plus an exponential tail with a mean of a
  quarter of that.
- A stream's record is read after 250 ms, a message after 30 ms.
- Lambda starts with 5 batches of a queue at a time and adds 300 a minute, up to the queue's
  `max_concurrency`. A new instance starts in 600 ms.
- DynamoDB spreads the write units of a second evenly: 4,000 on a fresh on-demand table, 40,000 with
  warm throughput. It returns other writes as unprocessed; they are retried after the product's own
  pauses. A message whose retries are used up comes again as a whole, after the product's own pause.
- A function that reaches its time limit is stopped. All messages of its batch come again after the
  queue's visibility timeout.

Concurrency, batch size, time limit and visibility timeout are those that are deployed.
"""

import heapq
import json
from collections.abc import Generator, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.local import start
from infra.local.event_sources import read_behaviours

FOLLOWERS = 100_000
DYNAMODB, SQS, TAIL = 0.008, 0.010, 0.25
STREAM, HOP, START = 0.25, 0.03, 0.6
LANES_AT_FIRST, LANES_A_SECOND = 5, 5.0
LANES = read_behaviours()["deliver"].max_concurrency or 1000
TICK = 0.2
UNITS = {"fresh": 4000, "warm": 40_000}
"""Write units a second of a fresh on-demand table, and of one with warm throughput."""
POSTS = (1, 2, 4)
SEEDS = 8
CHALICE = Path(__file__).parent.parent / ".chalice" / "config.json"

start()
from app import app  # noqa: E402 - the product reads its environment when it is imported
from functions.aws.backoff import attempts  # noqa: E402
from functions.aws.redelivery import pause_after  # noqa: E402
from functions.aws.tables import ATTEMPTS, BATCH_WRITE_LIMIT  # noqa: E402
from functions.config import settings  # noqa: E402
from functions.feed.fanout import FOLLOWERS_PAGE, PAGES_A_DISPATCH  # noqa: E402
from infra.functions import functions_of  # noqa: E402

[DELIVER] = [one for one in functions_of(app) if one.name == "deliver"]
BATCH = DELIVER.source.batch_size if DELIVER.source else 1
TIME_LIMIT = float(
    json.loads(CHALICE.read_text())["stages"]["prod"]["lambda_functions"]["deliver"][
        "lambda_timeout"
    ]
)
VISIBILITY = 6 * TIME_LIMIT
"""A test holds the deployed queue to it."""

Process = Iterator[float]
"""Yields the seconds until it wants to continue."""


class Chunk(NamedTuple):
    """A message: its followers, how many of them have the post already, and its receives."""

    size: int
    there: int = 0
    received: int = 1


class Stopped(Exception):
    """Raised in a function that reaches its time limit."""


class Run:
    """The fan-out of posts that are published at the same moment.

    `rate` is in write units per second, of which a tenth can be saved up.
    """

    def __init__(self, rate: int, seed: int, posts: int = 1) -> None:
        self._chance = Random(seed)  # noqa: S311
        self._rate, self._held, self._held_at = rate, rate / 10, 0.0
        self._posts = posts
        self._now, self._drawn = 0.0, 0
        self._going: list[tuple[float, int, Process]] = []
        self._waiting: list[Chunk] = []
        self._running = self._idle = 0
        self.arrivals: list[float] = []
        self.refused = self.again = self.stopped = 0

    def go(self) -> "Run":
        """Run until every follower has every post."""
        for _ in range(self._posts):
            self._begin(self._dispatch())
        self._begin(self._scale())
        while len(self.arrivals) < self._posts * FOLLOWERS:
            self._now, _, process = heapq.heappop(self._going)
            self._go_on(process)
        return self

    def _begin(self, process: Process, after: float = 0.0) -> None:
        self._drawn += 1
        heapq.heappush(self._going, (self._now + after, self._drawn, process))

    def _go_on(self, process: Process) -> None:
        pause = next(process, None)
        if pause is not None:
            self._begin(process, pause)

    def _dispatch(self) -> Process:
        size = settings().chunk_followers
        yield STREAM + HOP + START
        for page in range(FOLLOWERS // FOLLOWERS_PAGE):
            if page and page % PAGES_A_DISPATCH == 0:
                yield self._takes(SQS) + HOP
            yield self._takes(DYNAMODB) + self._takes(SQS)
            for _ in range(FOLLOWERS_PAGE // size):
                self._begin(self._arrive(Chunk(size)), HOP)

    def _arrive(self, chunk: Chunk) -> Process:
        self._waiting.append(chunk)
        self._take_up()
        yield from ()

    def _scale(self) -> Process:
        """Add lanes as time passes, even if nothing else happens."""
        while True:
            yield TICK
            self._take_up()

    def _take_up(self) -> None:
        lanes = min(LANES, LANES_AT_FIRST + LANES_A_SECOND * self._now)
        while self._waiting and self._running < int(lanes):
            batch = self._waiting[:BATCH]
            del self._waiting[:BATCH]
            self._running += 1
            self._begin(self._deliver(batch))

    def _deliver(self, batch: list[Chunk]) -> Process:
        if self._idle:
            self._idle -= 1
        else:
            yield START
        until = self._now + TIME_LIMIT
        there = {place: chunk.there for place, chunk in enumerate(batch)}
        try:
            for place, chunk in enumerate(batch):
                yield from self._put(chunk, place, there, until)
        except Stopped:
            self.stopped += 1
            for place, chunk in enumerate(batch):
                later = Chunk(chunk.size, there[place], chunk.received + 1)
                self._begin(self._arrive(later), VISIBILITY - TIME_LIMIT)
        else:
            self._idle += 1
        self._running -= 1
        self._take_up()

    def _put(self, chunk: Chunk, place: int, there: dict[int, int], until: float) -> Process:
        """Write a chunk's entries, also those that an earlier try has written."""
        yield self._takes(DYNAMODB)  # reads which followers are active, in parallel batches
        written = 0
        while written < chunk.size:
            size = min(chunk.size - written, BATCH_WRITE_LIMIT)
            done = yield from self._write(size, max(0, there[place] - written), until)
            written += done
            there[place] = max(there[place], written)
            if done < size:
                self.again += 1
                later = Chunk(chunk.size, there[place], chunk.received + 1)
                pause = pause_after(chunk.received, self._chance.uniform)
                self._begin(self._arrive(later), pause)
                return

    def _write(self, size: int, known: int, until: float) -> Generator[float, None, int]:
        """Write a batch, of which the first `known` entries are there. Return how many were
        accepted in the end."""
        pauses: list[float] = []
        done = idle = 0
        for _ in attempts(ATTEMPTS * BATCH_WRITE_LIMIT, pauses.append, self._chance.uniform):
            yield self._takes(DYNAMODB) + sum(pauses)
            if self._now > until:
                raise Stopped
            pauses.clear()
            taken = self._units(size - done)
            self.arrivals += [self._now] * max(0, done + taken - max(known, done))
            done += taken
            idle = 0 if taken else idle + 1
            if done == size or idle == ATTEMPTS:
                break
            self.refused += 1
        return done

    def _units(self, wanted: int) -> int:
        passed = self._now - self._held_at
        self._held = min(self._rate / 10, self._held + passed * self._rate)
        self._held_at = self._now
        given = min(wanted, int(self._held))
        self._held -= given
        return given

    def _takes(self, seconds: float) -> float:
        return seconds + self._chance.expovariate(1 / (seconds * TAIL))


def delays() -> list[tuple[str, ...]]:
    """Return the delays of the median and 99th percentile follower, for every seed."""
    found = [("table", "posts at once", "seed", "p50 s", "p99 s", "last s", "calls refused in part",
              "messages again", "stopped")]  # fmt: skip
    for table, rate in UNITS.items():
        for posts in POSTS:
            for seed in range(SEEDS):
                run = Run(rate, seed, posts).go()
                arrivals = sorted(run.arrivals)
                at = [arrivals[len(arrivals) * share // 100 - 1] for share in (50, 99, 100)]
                counts = (f"{run.refused:,}", f"{run.again:,}", f"{run.stopped:,}")
                seconds = [f"{one:.1f}" for one in at]
                found.append((table, str(posts), str(seed), *seconds, *counts))
    return found


if __name__ == "__main__":
    from bench.meter import table_of

    print(table_of(delays()))
