"""What may go wrong between a queue or stream and its handler, made to happen, for tests.

Everything that AWS allows and nothing that it rules out: a queue's messages come late, twice and
in any order; a stream's records come again from any earlier position, in batches cut anew, but in
order in their shard.
"""

from collections.abc import MutableSequence
from dataclasses import dataclass, field
from random import Random
from typing import Any


@dataclass
class Faults:
    """How often each fault happens, as a probability, from a seeded source of chance."""

    seed: int = 0
    twice: float = 0.0
    """A message is delivered once more; a stream's batch is read again although it was handled."""
    late: float = 0.0
    """A batch waits while others go before it."""
    shuffle: bool = False
    """A queue's messages come in any order; a stream's shards take turns at random."""
    recut: bool = False
    """Batches are cut anew, each of any size up to what is allowed."""
    chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311

    @classmethod
    def many(cls, seed: int) -> "Faults":
        """All faults at once."""
        return cls(seed=seed, twice=0.3, late=0.3, shuffle=True, recut=True)

    @property
    def reorders(self) -> bool:
        """Whether a queue must be drained first, so that there is something to reorder."""
        return self.shuffle or self.recut or self.late > 0

    def delivers_twice(self) -> bool:
        """Whether what was just handled comes once more."""
        return self.chance.random() < self.twice

    def delays(self) -> bool:
        """Whether what is ready waits."""
        return self.chance.random() < self.late

    def cut(self, size: int) -> int:
        """The size of the next batch, of up to `size`."""
        return self.chance.randint(1, size) if self.recut and size > 1 else size

    def order(self, waiting: MutableSequence[Any]) -> None:
        """Put what waits in some order."""
        if self.shuffle:
            self.chance.shuffle(waiting)


NO_FAULTS = Faults()
