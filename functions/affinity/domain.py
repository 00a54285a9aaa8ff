"""The score of closeness, and what adds to it.

Every deed adds its weight, which halves with every half-life since:

    score(now) = sum of weight_i * 2 ** -((now - at_i) / half_life)

It is exponential decay in the forward form of Cormode, Shkapenyuk, Srivastava and Xu, "Forward
Decay: A Practical Time Decay Model for Streaming Systems" (ICDE 2009): the sum is kept as of the
latest deed, one that comes late is added with the weight it has by then, and only a reader decays
it to the present. So any order of the deeds ends in the same score, and time alone writes nothing.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

Deed = Literal["visit", "view", "like", "comment"]

WEIGHTS: dict[Deed, float] = {"visit": 1.0, "view": 1.0, "like": 2.0, "comment": 4.0}
"""What a deed adds: the more trouble it was, the more it says."""
COUNTED_EVERY = timedelta(hours=1)
"""A kind of deed adds once in so long to an author's score, however often it is done."""
FORGOTTEN_AT = 1 / 64
"""The score at which a row may go: far less than the smallest deed."""


class Touch(msgspec.Struct, frozen=True):
    """A viewer did something with something of an author's."""

    viewer_id: str
    author_id: str
    deed: Deed
    at: datetime


class Closeness(msgspec.Struct, frozen=True, kw_only=True):
    """A viewer's score of an author, as of a moment. `counted` is, for each kind of deed, the last
    hour (since 1970) in which one was added: it holds back repetitions."""

    viewer_id: str
    author_id: str
    score: float = 0.0
    as_of: datetime
    counted: dict[Deed, int] = {}


def score_at(closeness: Closeness, now: datetime, half_life: timedelta) -> float:
    """The score at a moment."""
    return closeness.score * faded(now - closeness.as_of, half_life)


def faded(age: timedelta, half_life: timedelta) -> float:
    """What is left of 1 after so long."""
    return float(2.0 ** -(age / half_life))


def hour_of(moment: datetime) -> int:
    """The number of a moment's hour since 1970."""
    return int(moment.timestamp() // COUNTED_EVERY.total_seconds())


def added(closeness: Closeness, touch: Touch, half_life: timedelta) -> Closeness | None:
    """The closeness with a deed added; None where this deed, or another of its kind in its hour or
    later, was added before.

    So a repetition never adds, and one kind writes a row at most once an hour. The price: of
    several in an hour one counts, and one that comes after the next hour's does not.
    """
    hour = hour_of(touch.at)
    if hour <= closeness.counted.get(touch.deed, -1):
        return None
    as_of = max(closeness.as_of, touch.at)
    score = score_at(closeness, as_of, half_life)
    score += WEIGHTS[touch.deed] * faded(as_of - touch.at, half_life)
    counted = {**closeness.counted, touch.deed: hour}
    return msgspec.structs.replace(closeness, score=score, as_of=as_of, counted=counted)


def forgotten_at(closeness: Closeness, half_life: timedelta) -> datetime:
    """When the score has come down to nothing worth keeping, or a day after the last deed if that
    is later: a repetition that comes within a stream's day still finds its hour counted."""
    halvings = 0
    score = closeness.score
    while score > FORGOTTEN_AT:
        score, halvings = score / 2, halvings + 1
    return closeness.as_of + max(halvings * half_life, timedelta(days=1))
