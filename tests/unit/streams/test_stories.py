"""What follows from a change of a story."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from functions.queues import CompleteStory, Dispatch, ErasePost
from functions.stories.domain import Story
from functions.streams.jobs import TRAILS_SECONDS, Job
from functions.streams.stories import after
from tests.fakes.pictures import SOME_TIME

PROCESSING = Story(
    story_id="ada.01S", author_id="ada", state="processing", media_id="m1", created_at=SOME_TIME,
    expires_at=SOME_TIME, correlation_id="request",
)  # fmt: skip
PUBLISHED = replace(PROCESSING, state="published", published_id="01P")
COMPLETE = [Job("story-completion", CompleteStory("ada.01S", "request"))]
DELIVER = [Job("fanout", Dispatch("deliver", PUBLISHED.ref, "request"))]
RETRACT = [Job("fanout", Dispatch("retract", PUBLISHED.ref, "request"))]
ERASED = ErasePost("ada.01S", "ada", ["m1"], "request")
ERASE = [Job("erasure", ERASED), Job("erasure", ERASED, TRAILS_SECONDS)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, PROCESSING, COMPLETE),
        (PROCESSING, replace(PROCESSING, state="failed"), []),
        (None, PUBLISHED, DELIVER),
        (PROCESSING, PUBLISHED, DELIVER),
        (PUBLISHED, PUBLISHED, []),
        (PUBLISHED, None, ERASE + RETRACT),
        (PROCESSING, None, ERASE),
    ],
)
def test_what_follows_from_a_story(old, new, expected):
    assert after(old, new, PUBLISHED.expires_at - timedelta(seconds=1)) == expected


def test_a_story_that_is_swept_after_its_time_is_not_retracted():
    assert after(PUBLISHED, None, PUBLISHED.expires_at) == ERASE
