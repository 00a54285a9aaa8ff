"""The score of closeness, and the interactions that add to it.

Each interaction adds its weight, which halves with every half-life since:

    score(now) = sum of weight_i * 2 ** -((now - at_i) / half_life)

It is exponential decay in the forward form of Cormode, Shkapenyuk, Srivastava and Xu, "Forward
Decay: A Practical Time Decay Model for Streaming Systems" (ICDE 2009): the sum is kept as of the
latest interaction, a late one is added with the weight it has by then, and only a reader decays the
sum to the present. So any order of interactions ends in the same score, and time alone writes
nothing.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

InteractionKind = Literal["visit", "view", "like", "comment"]

WEIGHTS: dict[InteractionKind, float] = {"visit": 1.0, "view": 1.0, "like": 2.0, "comment": 4.0}
"""How much an interaction adds to the score: more effort counts more."""
COUNTED_EVERY = timedelta(hours=1)
"""Each kind of interaction counts once per interval and author, however often it happens."""
FORGOTTEN_AT = 1 / 64
"""The score below which a row may expire: far less than the smallest weight."""


class Interaction(msgspec.Struct, frozen=True):
    """A viewer's interaction with an author's profile, story or post."""

    viewer_id: str
    author_id: str
    kind: InteractionKind
    at: datetime


class Closeness(msgspec.Struct, frozen=True, kw_only=True):
    """A viewer's score of an author as of a moment.

    `counted` is the last hour (since 1970) that was counted for each kind of interaction. It keeps
    repetitions from counting again.
    """

    viewer_id: str
    author_id: str
    score: float = 0.0
    as_of: datetime
    counted: dict[InteractionKind, int] = {}


def score_at(closeness: Closeness, now: datetime, half_life: timedelta) -> float:
    """Return the score at a moment."""
    return closeness.score * decay(now - closeness.as_of, half_life)


def decay(age: timedelta, half_life: timedelta) -> float:
    """Return the share of a weight that is left after `age`."""
    return float(2.0 ** -(age / half_life))


def hour_of(moment: datetime) -> int:
    """Return the number of hours since 1970."""
    return int(moment.timestamp() // COUNTED_EVERY.total_seconds())


def with_interaction(
    closeness: Closeness, interaction: Interaction, half_life: timedelta
) -> Closeness | None:
    """Add an interaction to a closeness.

    Return None if its kind was already counted in its hour or a later one. So a repetition never
    counts, and each kind writes the row at most once an hour. The price: of several interactions in
    one hour only one counts, and one that arrives after the next hour's is not counted at all.
    """
    hour = hour_of(interaction.at)
    if hour <= closeness.counted.get(interaction.kind, -1):
        return None
    as_of = max(closeness.as_of, interaction.at)
    score = score_at(closeness, as_of, half_life)
    score += WEIGHTS[interaction.kind] * decay(as_of - interaction.at, half_life)
    counted = {**closeness.counted, interaction.kind: hour}
    return msgspec.structs.replace(closeness, score=score, as_of=as_of, counted=counted)


def forgotten_at(closeness: Closeness, half_life: timedelta) -> datetime:
    """Return when the score falls below `FORGOTTEN_AT`, at least a day after the last interaction.

    The day lets a record that a stream delivers again find its hour counted.
    """
    halvings = 0
    score = closeness.score
    while score > FORGOTTEN_AT:
        score, halvings = score / 2, halvings + 1
    return closeness.as_of + max(halvings * half_life, timedelta(days=1))
