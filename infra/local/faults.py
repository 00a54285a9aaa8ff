"""Injects delivery faults between a queue or stream and its handler, for tests.

It does everything that AWS allows and nothing that AWS rules out. A queue's messages come late,
twice and in any order. A stream's records come again from any earlier position and in different
batches, but always in the order of their shard.
"""

from collections.abc import MutableSequence
from dataclasses import dataclass, field
from random import Random
from typing import Any


@dataclass
class Faults:
    """The probability of each fault, drawn from a seeded random source."""

    seed: int = 0
    twice: float = 0.0
    """A message is delivered again, or a stream's batch is read again after it was handled."""
    late: float = 0.0
    """A batch waits while later ones overtake it."""
    shuffle: bool = False
    """A queue's messages come in any order, and a stream's shards take turns at random."""
    recut: bool = False
    """Batches have random sizes up to the allowed one."""
    chance: Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311

    @classmethod
    def many(cls, seed: int) -> "Faults":
        """Return all faults together."""
        return cls(seed=seed, twice=0.3, late=0.3, shuffle=True, recut=True)

    @property
    def reorders(self) -> bool:
        """Whether a queue must be drained first, so that there are messages to reorder."""
        return self.shuffle or self.recut or self.late > 0

    def delivers_twice(self) -> bool:
        """Draw whether a handled message or batch comes again."""
        return self.chance.random() < self.twice

    def delays(self) -> bool:
        """Draw whether a batch that is ready waits."""
        return self.chance.random() < self.late

    def cut(self, size: int) -> int:
        """Draw the size of the next batch, up to `size`."""
        return self.chance.randint(1, size) if self.recut and size > 1 else size

    def order(self, waiting: MutableSequence[Any]) -> None:
        """Shuffle the waiting items in place if `shuffle` is on."""
        if self.shuffle:
            self.chance.shuffle(waiting)


NO_FAULTS = Faults()
