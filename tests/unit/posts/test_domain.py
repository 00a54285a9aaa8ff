"""When a post may be published."""

import pytest

from functions.posts.domain import Post, pictures_of, readiness
from tests.fakes.pictures import CORRUPT, SOME_TIME, media, picture

READY = media("m1", "ada", status="ready", picture=picture("m1", "ada"))
WAITING = media("m2", "ada")
EXPECTED = media("m3", "ada", status="awaiting_upload")
FAILED = media("m4", "ada", status="failed", failure=CORRUPT)


@pytest.mark.parametrize(
    ("state_of", "expected"),
    [
        ([READY], "publish"),
        ([READY, READY], "publish"),
        ([READY, WAITING], "wait"),
        ([EXPECTED], "wait"),
        ([READY, FAILED], "fail"),
        ([WAITING, FAILED], "fail"),
        ([WAITING, None], "fail"),
        ([None], "fail"),
    ],
)
def test_a_post_is_published_when_all_is_ready_and_given_up_when_one_is_lost(state_of, expected):
    assert readiness(state_of) == expected


def test_pictures_keep_their_order_without_the_unfinished():
    other = media("m9", "ada", status="ready", picture=picture("m9", "ada"))
    assert [p.media_id for p in pictures_of([other, WAITING, None, READY])] == ["m9", "m1"]


def test_a_post_that_was_never_published_has_no_place_in_lists():
    post = Post(
        post_id="p1", author_id="ada", state="processing", caption="", location=None, filter=None,
        media_ids=["m1"], created_at=SOME_TIME, correlation_id="request",
    )  # fmt: skip
    with pytest.raises(ValueError, match="p1"):
        _ = post.ref
