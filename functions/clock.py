"""Time and ids, the two things that every use-case takes as arguments instead of asking for."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Answers the present time, in UTC."""

NewId = Callable[[], str]
"""Draws an id that was never drawn before; ids drawn later sort later, to the millisecond."""

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def utc_now() -> datetime:
    """The present time."""
    return datetime.now(UTC)


def ulid_at(moment: datetime, randomness: int) -> str:
    """The ULID of a moment: 48 bits of milliseconds, then 80 random bits, in Crockford's base 32.

    Source: https://github.com/ulid/spec. `randomness` is taken modulo 2**80.
    """
    number = (int(moment.timestamp() * 1000) << 80) | (randomness % (1 << 80))
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -5, -5))


def new_ulid() -> str:
    """A ULID of now. It sorts by time, so "newest first" is the sort key itself."""
    return ulid_at(utc_now(), int.from_bytes(os.urandom(10)))


def ulid_time(ulid: str) -> datetime:
    """When a ULID was drawn, to the millisecond."""
    milliseconds = 0
    for character in ulid[:10]:
        milliseconds = milliseconds * 32 + _CROCKFORD.index(character)
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


def whole_second(moment: datetime) -> datetime:
    """The second in which a moment lies, because TTL and signatures end at whole ones."""
    return moment.replace(microsecond=0)


def epoch_seconds(moment: datetime) -> int:
    """A moment as DynamoDB's TTL wants it: whole seconds since 1970."""
    return int(moment.timestamp())
