"""From publishing to every follower's timeline, simulated event by event.

Assumed, since nothing here is AWS: a DynamoDB call takes 8 ms and an SQS call 10, each with an
exponential tail of a quarter of that in the mean; a stream's record is read after 250 ms, a message
after 30 ms; Lambda begins with 5 batches of a queue at a time and adds 300 a minute, up to the
1,000 of an account; a new instance starts in 600 ms. DynamoDB gives out the write units of a second
evenly: 4,000 on a fresh on-demand table, 40,000 on one with warm throughput. What it does not take
comes back unprocessed and is tried again after the product's own pauses; a message whose tries are
used up comes again after the queue's visibility timeout.
"""

import heapq
from collections.abc import Generator, Iterator
from random import Random

from functions.backoff import attempts
from functions.config import settings
from functions.feed.fanout import FOLLOWERS_PAGE, PAGES_A_DISPATCH
from functions.tables import ATTEMPTS, BATCH_WRITE_LIMIT

FOLLOWERS = 100_000
DYNAMODB, SQS, TAIL = 0.008, 0.010, 0.25
STREAM, HOP, START = 0.25, 0.03, 0.6
LANES_AT_FIRST, LANES_A_SECOND, LANES = 5, 5.0, 1000
CHUNKS_A_BATCH = 10
VISIBILITY = 360.0
TICK = 0.2
UNITS = {"fresh on-demand table: 4,000 units a second": 4000, "warm: 40,000 units a second": 40_000}
SEEDS = 5

Process = Iterator[float]
"""Gives the seconds until it wants to go on."""


class Run:
    """One post on its way; write units come at `rate` a second, a tenth of a second's saved up."""

    def __init__(self, rate: int, seed: int) -> None:
        self._chance = Random(seed)  # noqa: S311
        self._rate, self._held, self._held_at = rate, rate / 10, 0.0
        self._size = settings().chunk_followers
        self._now, self._drawn = 0.0, 0
        self._going: list[tuple[float, int, Process]] = []
        self._waiting: list[int] = []
        self._running = self._idle = 0
        self.arrivals: list[float] = []
        self.refused = self.again = 0

    def go(self) -> "Run":
        """Run until every follower has the post."""
        self._begin(self._dispatch())
        self._begin(self._scale())
        while len(self.arrivals) < FOLLOWERS:
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
        yield STREAM + HOP + START
        for page in range(FOLLOWERS // FOLLOWERS_PAGE):
            if page and page % PAGES_A_DISPATCH == 0:
                yield self._takes(SQS) + HOP
            yield self._takes(DYNAMODB) + self._takes(SQS)
            for _ in range(FOLLOWERS_PAGE // self._size):
                self._begin(self._arrive(self._size), HOP)

    def _arrive(self, size: int) -> Process:
        self._waiting.append(size)
        self._take_up()
        yield from ()

    def _scale(self) -> Process:
        """Lanes are added while time passes, not only when something happens."""
        while True:
            yield TICK
            self._take_up()

    def _take_up(self) -> None:
        lanes = min(LANES, LANES_AT_FIRST + LANES_A_SECOND * self._now)
        while self._waiting and self._running < int(lanes):
            batch = self._waiting[:CHUNKS_A_BATCH]
            del self._waiting[:CHUNKS_A_BATCH]
            self._running += 1
            self._begin(self._deliver(batch))

    def _deliver(self, batch: list[int]) -> Process:
        if self._idle:
            self._idle -= 1
        else:
            yield START
        for size in batch:
            yield self._takes(DYNAMODB)  # who of them is active: read in parallel batches
            left = size
            while left and (yield from self._write(min(left, BATCH_WRITE_LIMIT))):
                left -= min(left, BATCH_WRITE_LIMIT)
            if left:
                self.again += 1
                self._begin(self._arrive(left), VISIBILITY)
        self._running -= 1
        self._idle += 1
        self._take_up()

    def _write(self, left: int) -> Generator[float, None, bool]:
        """Write a batch; whether all of it was taken in the end."""
        pauses: list[float] = []
        for _ in attempts(ATTEMPTS, pauses.append, self._chance.uniform):
            yield self._takes(DYNAMODB) + sum(pauses)
            pauses.clear()
            taken = self._units(left)
            self.arrivals += [self._now] * taken
            left -= taken
            if not left:
                return True
            self.refused += 1
        return False

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
    """The delay of the median follower and of one in a hundred, the worst of several runs."""
    found = [("throughput", "p50 s", "p99 s", "last s", "calls refused in part", "messages again")]
    for what, rate in UNITS.items():
        runs = [Run(rate, seed).go() for seed in range(SEEDS)]
        worst = max(runs, key=lambda run: run.arrivals[FOLLOWERS * 99 // 100])
        at = [worst.arrivals[FOLLOWERS * share // 100 - 1] for share in (50, 99, 100)]
        seconds = [f"{one:.1f}" for one in at]
        found.append((what, *seconds, f"{worst.refused:,}", str(worst.again)))
    return found
