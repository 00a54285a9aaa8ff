"""Counters, wired to AWS."""

import time
from functools import cache
from typing import TYPE_CHECKING

from functions.clock import utc_now
from functions.config import settings
from functions.events import send

if TYPE_CHECKING:
    from functions.counters.recount import Recounter, Stream
    from functions.counters.recounting import Recounting
    from functions.counters.service import Counter
    from functions.counters.storage import CountsTable


@cache
def counts() -> "CountsTable":
    """The counts of this stage."""
    from functions.counters.storage import CountsTable

    return CountsTable(utc_now)


@cache
def counter() -> "Counter":
    """Counts the streams of this stage."""
    from functions.counters.service import Counter

    return Counter(counts(), utc_now)


@cache
def recounter() -> "Recounter":
    """Makes the counts of this stage anew."""
    from functions.counters.domain import COMMENTS, LIKES, VIEWS
    from functions.counters.recount import Recounter
    from functions.counters.storage import CountedRows
    from functions.counters.streams import TableStream

    stage = settings()
    arns = {
        LIKES: stage.likes_stream_arn,
        COMMENTS: stage.comments_stream_arn,
        VIEWS: stage.story_views_stream_arn,
    }
    streams: dict[str, Stream] = {kind.field: TableStream(kind, arn) for kind, arn in arns.items()}
    return Recounter(counts(), CountedRows(), streams, utc_now, time.sleep)


@cache
def recounting() -> "Recounting":
    """The recounts queue of this stage."""
    from functions.counters.recounting import Recounting

    return Recounting(recounter(), send)
