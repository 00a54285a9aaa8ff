"""Formulas that order a feed by more than time. Pure. A new formula goes beside these."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from functions.counters.domain import Counts

Formula = Literal["gravity", "hot"]
Score = Callable[[Counts, datetime, datetime], float]
"""Takes (counts, time of publication, now). A higher score stands further up."""

COMMENT_WEIGHT = 2
"""A comment says as much as two likes."""
YOUNGEST = timedelta(minutes=15)
"""The age at which a new post's weight stops growing, so that the score is finite from the first
second."""
HOT_SECONDS = 45_000
"""Twelve and a half hours: in the formula `hot`, a post younger by this much is worth ten times the
likes. Reddit's own figure."""


def by_gravity(gravity: float) -> Score:
    """Return the formula `log(1 + likes + 2 * comments) + gravity / age_hours`.

    Recency decides for the first hours, and the logarithm of the reactions after that. With gravity
    12, a post of one hour is level with a post of one day that has about 100,000 reactions.
    """

    def score(counts: Counts, published_at: datetime, now: datetime) -> float:
        age_hours = max(now - published_at, YOUNGEST) / timedelta(hours=1)
        return math.log1p(_reactions(counts)) + gravity / age_hours

    return score


def hot(counts: Counts, published_at: datetime, now: datetime) -> float:  # noqa: ARG001
    """Return `log10(max(1, likes + 2 * comments)) + published / 45,000 s`. The score never has to
    be computed again, because all posts age alike.

    Source: Reddit's `hot`, https://github.com/reddit-archive/reddit, r2/lib/db/_sorts.pyx.
    """
    return math.log10(max(1, _reactions(counts))) + published_at.timestamp() / HOT_SECONDS


def _reactions(counts: Counts) -> int:
    return max(0, counts.likes + counts.comments * COMMENT_WEIGHT)


def formula(name: Formula, gravity: float) -> Score:
    """Return the formula of a stage: see `RANKING` and `RANKING_GRAVITY`."""
    return hot if name == "hot" else by_gravity(gravity)
