"""What follows from a change of a post or of its media."""

import msgspec
import pytest

from functions.feed.messages import Dispatch
from functions.posts.domain import Post, PostRef
from functions.posts.messages import Complete
from functions.posts.routing import after_media, after_post
from tests.fakes.pictures import CORRUPT, SOME_TIME, media, picture

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
DELIVER = [("fanout", Dispatch("deliver", REF, "request"))]
RETRACT = [("fanout", Dispatch("retract", REF, "request"))]
COMPLETE = [("completion", Complete("p1", "request"))]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, PUBLISHED, DELIVER),
        (PROCESSING, PUBLISHED, DELIVER),
        (None, PROCESSING, COMPLETE),
        (PUBLISHED, TOMBSTONE, RETRACT),
        (PUBLISHED, None, RETRACT),
        (PUBLISHED, EDITED, []),
        (PROCESSING, to(PROCESSING, "processing", caption="edited"), []),
        (PROCESSING, FAILED, []),
        (PROCESSING, TOMBSTONE, []),
        (FAILED, TOMBSTONE, []),
        (TOMBSTONE, None, []),
        (PROCESSING, None, []),
        (None, None, []),
    ],
)
def test_what_follows_from_a_post(old, new, expected):
    assert after_post(old, new) == expected


AWAITED = media("m1", "ada", status="awaiting_upload", correlation_id="request")
CLAIMED = msgspec.structs.replace(AWAITED, post_id="p1", status="processing")
READY = msgspec.structs.replace(CLAIMED, status="ready", picture=picture("m1", "ada"))
BROKEN = msgspec.structs.replace(CLAIMED, status="failed", failure=CORRUPT)
UNCLAIMED_READY = msgspec.structs.replace(READY, post_id=None)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (CLAIMED, READY, COMPLETE),
        (CLAIMED, BROKEN, COMPLETE),
        (None, READY, COMPLETE),
        (CLAIMED, None, COMPLETE),
        (AWAITED, CLAIMED, []),
        (AWAITED, UNCLAIMED_READY, []),
        (UNCLAIMED_READY, READY, []),
        (READY, None, []),
        (AWAITED, None, []),
        (None, AWAITED, []),
        (None, None, []),
    ],
)
def test_what_follows_from_media(old, new, expected):
    assert after_media(old, new) == expected
