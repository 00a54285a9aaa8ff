"""What follows from likes, comments and views, beside their counts."""

from datetime import UTC, datetime

import pytest

from functions.affinity.domain import Interaction
from functions.reactions.domain import Reaction, reaction_of
from functions.stories.domain import View
from functions.streams import comments, likes, story_views

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
MADE = Reaction("bob", "p1")
AUTHORS = {"p1": "ada"}


@pytest.mark.parametrize(("stream", "kind"), [(likes, "like"), (comments, "comment")])
def test_only_a_new_reaction_to_a_post_that_is_there_brings_closer(stream, kind):
    assert stream.after(None, MADE, AT, AUTHORS.get) == [Interaction("bob", "ada", kind, AT)]
    assert stream.after(MADE, MADE, AT, AUTHORS.get) == []
    assert stream.after(MADE, None, AT, AUTHORS.get) == []
    assert stream.after(None, Reaction("bob", "unknown"), AT, AUTHORS.get) == []


def test_only_the_first_view_of_a_story_brings_closer():
    view = View(story_id="ada.01S", viewer_id="bob", viewed_at=AT)
    assert story_views.after(None, view, AT) == [Interaction("bob", "ada", "view", AT)]
    assert story_views.after(view, view, AT) == []
    assert story_views.after(view, None, AT) == []


def test_each_stream_is_counted_into_its_own_field():
    counted = [stream.COUNTED.field for stream in (likes, comments, story_views)]
    assert counted == ["likes", "comments", "views"]


def test_a_reaction_is_read_from_a_streams_image():
    image = {"post_id": {"S": "p1"}, "user_id": {"S": "bob"}, "text": {"S": "hello"}}
    assert reaction_of(image) == MADE
    assert reaction_of(None) is None
