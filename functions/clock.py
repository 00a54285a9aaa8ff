"""Time and ids: each use case takes them as arguments instead of asking for them."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the present time, in UTC."""

NewId = Callable[[], str]
"""Returns an id that was never returned before. Later ids sort later, to the millisecond."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The zero of times that are counted in whole numbers. A float would round the microseconds of far
years."""

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def utc_now() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)


def ulid_at(moment: datetime, randomness: int) -> str:
    """Return the ULID of a moment: 48 bits of milliseconds, then 80 random bits, in Crockford's
    base 32.

    Source: https://github.com/ulid/spec. `randomness` is taken modulo 2**80.
    """
    milliseconds = (moment - EPOCH) // timedelta(milliseconds=1)
    number = (milliseconds << 80) | (randomness % (1 << 80))
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -5, -5))


def new_ulid() -> str:
    """Return a ULID of now. It sorts by time, so sorting by key gives "newest first"."""
    return ulid_at(utc_now(), int.from_bytes(os.urandom(10)))


def new_code() -> str:
    """Return a code of six digits that nobody can guess, for a person to type."""
    return f"{int.from_bytes(os.urandom(8)) % 10**6:06}"


def ulid_time(ulid: str) -> datetime:
    """Return when a ULID was drawn, to the millisecond."""
    milliseconds = 0
    for character in ulid[:10]:
        milliseconds = milliseconds * 32 + _CROCKFORD.index(character)
    return EPOCH + timedelta(milliseconds=milliseconds)


def whole_second(moment: datetime) -> datetime:
    """Return the second in which a moment lies. TTL and signatures end at whole seconds."""
    return moment.replace(microsecond=0)


def epoch_seconds(moment: datetime) -> int:
    """Return a moment as DynamoDB's TTL needs it: whole seconds since 1970."""
    return (moment - EPOCH) // timedelta(seconds=1)
