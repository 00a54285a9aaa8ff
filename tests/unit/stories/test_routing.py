"""What follows from a change of a story, and of its picture."""

import pytest
from msgspec.structs import replace

from functions.posts.routing import after_media
from functions.stories.domain import Story
from functions.stories.messages import CompleteStory
from functions.stories.routing import after_story
from tests.fakes.pictures import CORRUPT, SOME_TIME, media, picture

PROCESSING = Story(
    story_id="ada.01S", author_id="ada", state="processing", media_id="m1", created_at=SOME_TIME,
    expires_at=SOME_TIME, correlation_id="request",
)  # fmt: skip
PUBLISHED = replace(PROCESSING, state="published", published_id="01P")
TOMBSTONE = replace(PROCESSING, state="deleted")
COMPLETE = [("story-completion", CompleteStory("ada.01S", "request"))]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, PROCESSING, COMPLETE),
        (PROCESSING, replace(PROCESSING, state="failed"), []),
        (PROCESSING, TOMBSTONE, []),
        (TOMBSTONE, None, []),
        (PROCESSING, None, []),
    ],
)
def test_what_follows(old, new, expected):
    assert after_story(old, new) == expected


WAITING = media("m1", "ada", kind="story", post_id="ada.01S", correlation_id="request")
READY = replace(WAITING, status="ready", picture=picture("m1", "ada", "story"))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (WAITING, READY, COMPLETE),
        (WAITING, replace(WAITING, status="failed", failure=CORRUPT), COMPLETE),
        (WAITING, None, COMPLETE),
        (replace(READY, post_id=None), READY, []),
        (READY, None, []),
    ],
)
def test_a_storys_picture_tells_the_story(old, new, expected):
    assert after_media(old, new) == expected
