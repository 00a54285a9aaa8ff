"""What follows from a change of a picture's row."""

import msgspec
import pytest
from msgspec.structs import replace

from functions.media.domain import Kind
from functions.queues import Complete, CompleteStory, EraseMedia, Rerender
from functions.streams.jobs import RENDERS_END_SECONDS, Job
from functions.streams.media import after
from tests.fakes.pictures import CORRUPT, media, picture


def erase(kind: Kind):
    """The jobs that erase the objects: at once, and when no render can be under way."""
    job = EraseMedia("m1", "ada", kind, "request")
    return [Job("erasure", job), Job("erasure", job, RENDERS_END_SECONDS)]


AWAITED = media("m1", "ada", status="awaiting_upload", correlation_id="request")
CLAIMED = msgspec.structs.replace(AWAITED, claimed_by="p1", status="processing")
READY = msgspec.structs.replace(CLAIMED, status="ready", picture=picture("m1", "ada"))
BROKEN = msgspec.structs.replace(CLAIMED, status="failed", failure=CORRUPT)
UNCLAIMED_READY = msgspec.structs.replace(READY, claimed_by=None)
FILTERED = msgspec.structs.replace(READY, status="processing", filter="film")
RERENDER = Rerender("m1", "request")
COMPLETE = [Job("completion", Complete("p1", "request"))]
ERASE = erase("post")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (CLAIMED, READY, COMPLETE),
        (CLAIMED, BROKEN, COMPLETE),
        (None, READY, COMPLETE),
        (CLAIMED, None, COMPLETE + ERASE),
        (AWAITED, CLAIMED, []),
        (AWAITED, UNCLAIMED_READY, []),
        (UNCLAIMED_READY, READY, []),
        (READY, None, ERASE),
        (AWAITED, None, ERASE),
        (None, AWAITED, []),
        (READY, FILTERED, [Job("rerender", RERENDER)]),
        (UNCLAIMED_READY, FILTERED, [Job("render", RERENDER)]),
        (CLAIMED, replace(CLAIMED, filter="film"), [Job("render", RERENDER)]),
        (None, None, []),
    ],
)
def test_what_follows_from_a_picture(old, new, expected):
    assert after(old, new) == expected


STORY = media("m1", "ada", kind="story", claimed_by="ada.01S", correlation_id="request")
STORY_READY = replace(STORY, status="ready", picture=picture("m1", "ada", "story"))
COMPLETE_STORY = [Job("story-completion", CompleteStory("ada.01S", "request"))]
ERASE_STORY = erase("story")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (STORY, STORY_READY, COMPLETE_STORY),
        (STORY, replace(STORY, status="failed", failure=CORRUPT), COMPLETE_STORY),
        (STORY, None, COMPLETE_STORY + ERASE_STORY),
        (replace(STORY_READY, claimed_by=None), STORY_READY, []),
        (STORY_READY, None, ERASE_STORY),
    ],
)
def test_a_storys_picture_tells_the_story(old, new, expected):
    assert after(old, new) == expected
