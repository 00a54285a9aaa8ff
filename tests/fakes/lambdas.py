"""Lambda's pollers of a fake stream. They repeat batches with other borders, and lose some."""

from collections.abc import Callable
from random import Random

from functions.counters.domain import LIKES, Record, shard_key
from tests.fakes.counting import FakeStream

Count = Callable[[str, list[Record]], list[str]]
"""Counts a batch of a shard. Returns the sequence numbers that have failed."""


class Pollers:
    """One poller per shard. It begins when the poller of the parent shard has reached the end."""

    def __init__(self, stream: FakeStream, count: Count, chance: Random) -> None:
        self._stream = stream
        self._count = count
        self._chance = chance
        self.done: dict[str, int] = {}
        """The number of records of each shard that its poller has passed."""
        self.lost: list[tuple[str, Record, Record]] = []
        """The shard, the first and the last record of each batch that was given up."""

    def waiting(self) -> list[str]:
        """Return the shards that have a batch to bring."""
        return [s for s in self._stream.records if self._may_begin(s) and self._left(s)]

    def _left(self, shard_id: str) -> int:
        return self._stream.shown(shard_id) - self.done.get(shard_id, 0)

    def _may_begin(self, shard_id: str) -> bool:
        parent = self._stream.parent_of(shard_id)
        ended = parent is None or self.done.get(parent, 0) == len(self._stream.records[parent])
        return ended and (parent is None or self._may_begin(parent))

    def bring(self, *, twice: float = 0.0) -> bool:
        """Bring a batch of some shard, which may have been brought before. Return whether there was
        one."""
        waiting = self.waiting()
        if not waiting:
            return False
        shard_id = self._chance.choice(waiting)
        begin = self.done.get(shard_id, 0)
        size = self._chance.randint(1, self._left(shard_id))
        batch = self._stream.records[shard_id][begin : begin + size]
        failed = self._count(self._key(shard_id), batch)
        if failed:
            self.done[shard_id] = begin + next(
                i for i, record in enumerate(batch) if record.sequence in failed
            )
        elif self._chance.random() >= twice:
            self.done[shard_id] = begin + size
        return True

    def bring_again(self) -> None:
        """Repeat a batch that was brought before, as a poller does that hung meanwhile."""
        brought = [s for s, done in self.done.items() if done]
        if brought:
            shard_id = self._chance.choice(brought)
            begin = self._chance.randrange(self.done[shard_id])
            end = self._chance.randint(begin + 1, self.done[shard_id])
            self._count(self._key(shard_id), self._stream.records[shard_id][begin:end])

    def lose(self) -> None:
        """Give a batch up without counting it."""
        waiting = self.waiting()
        if waiting:
            shard_id = self._chance.choice(waiting)
            begin = self.done.get(shard_id, 0)
            size = self._chance.randint(1, self._left(shard_id))
            batch = self._stream.records[shard_id][begin : begin + size]
            self.done[shard_id] = begin + size
            self.lost.append((shard_id, batch[0], batch[-1]))

    def replay(self) -> None:
        """Begin again with the oldest record of every shard."""
        self.done.clear()

    def settle(self, *, twice: float = 0.0) -> None:
        """Bring all waiting batches."""
        self._stream.show()
        while self.bring(twice=twice):
            pass

    def _key(self, shard_id: str) -> str:
        return shard_key(LIKES, self._stream.arn, shard_id)
