"""What follows from a change of a post."""

import msgspec
import pytest

from functions.posts.domain import Post, PostRef
from functions.queues import Complete, Dispatch, ErasePost
from functions.streams.jobs import TRAILS_SECONDS, Job
from functions.streams.posts import after
from tests.fakes.pictures import SOME_TIME

PROCESSING = Post(
    post_id="p1", author_id="ada", state="processing", caption="", location=None, filter=None,
    media_ids=["m1"], created_at=SOME_TIME, correlation_id="request",
)  # fmt: skip
REF = PostRef("01P", "p1", "ada")


def to(post, state, published_id=None, **fields):
    return msgspec.structs.replace(post, state=state, published_id=published_id, **fields)


PUBLISHED = to(PROCESSING, "published", "01P")
EDITED = to(PROCESSING, "published", "01P", caption="edited")
FAILED = to(PROCESSING, "failed")
TOMBSTONE = to(PROCESSING, "deleted")
DELIVER = [Job("fanout", Dispatch("deliver", REF, "request"))]
RETRACT = [Job("fanout", Dispatch("retract", REF, "request"))]
COMPLETE = [Job("completion", Complete("p1", "request"))]
ERASED = ErasePost("p1", "ada", ["m1"], "request")
ERASE = [Job("erasure", ERASED), Job("erasure", ERASED, TRAILS_SECONDS)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, PUBLISHED, DELIVER),
        (PROCESSING, PUBLISHED, DELIVER),
        (None, PROCESSING, COMPLETE),
        (PUBLISHED, TOMBSTONE, ERASE + RETRACT),
        (PUBLISHED, None, ERASE + RETRACT),
        (PUBLISHED, EDITED, []),
        (PROCESSING, to(PROCESSING, "processing", caption="edited"), []),
        (PROCESSING, FAILED, []),
        (PROCESSING, TOMBSTONE, ERASE),
        (FAILED, TOMBSTONE, ERASE),
        (TOMBSTONE, None, []),
        (PROCESSING, None, ERASE),
        (None, None, []),
    ],
)
def test_what_follows_from_a_post(old, new, expected):
    assert after(old, new) == expected


def test_a_stage_that_forgets_originals_completes_a_published_post_once_more():
    assert after(PROCESSING, PUBLISHED, forgets_originals=True) == DELIVER + COMPLETE
    assert after(PUBLISHED, EDITED, forgets_originals=True) == []
