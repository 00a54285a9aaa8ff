"""Waiting between attempts at calls that AWS asks to be tried again."""

import random
import time
from collections.abc import Callable, Iterator

FIRST_PAUSE = 0.025  # seconds; about one DynamoDB round trip
LONGEST_PAUSE = 1.0


def attempts(
    limit: int,
    pause: Callable[[float], object] = time.sleep,
    draw: Callable[[float, float], float] = random.uniform,
) -> Iterator[int]:
    """Count attempts from 0 to `limit` - 1, pausing before each but the first.

    The pause is "full jitter": uniform between nothing and an exponentially growing bound, which
    spreads rivals best. Source: AWS Architecture Blog, "Exponential Backoff And Jitter" (2015).
    """
    for attempt in range(limit):
        if attempt:
            pause(draw(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt)))
        yield attempt
