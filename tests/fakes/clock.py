"""Time that stands still until a test moves it, and ids that count up."""

from datetime import UTC, datetime, timedelta
from itertools import count

from functions.clock import Clock, ulid_at


class SetClock:
    """A clock set by hand."""

    def __init__(self, moment: datetime = datetime(2026, 5, 1, 12, tzinfo=UTC)) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        """Let time pass: `move(hours=1)`."""
        self.moment += timedelta(**by)


class CountingIds:
    """ULIDs of the clock's moment. One that is drawn later sorts later, within a millisecond
    too."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._drawn = count(1)

    def __call__(self) -> str:
        return ulid_at(self._clock(), next(self._drawn))
