"""What goes when something was deleted."""

import msgspec
import pytest

from functions.accounts.domain import Erasure
from functions.accounts.service import FIRST_STEP
from functions.erasure.messages import ChangeAvatar, EraseAccount, EraseMedia, ErasePost
from functions.erasure.routing import (
    FENCE_SECONDS,
    RENDERS_END_SECONDS,
    TRAILS_SECONDS,
    after_media,
    after_post,
    after_story,
    after_tombstone,
    after_user,
)
from tests.fakes.clock import SetClock
from tests.fakes.pictures import media


def at(step):
    begun_at = SetClock()()
    return Erasure(user_id="ada", username="ada", begun_at=begun_at, step=step)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (None, at(FIRST_STEP)),  # somebody leaves
        (None, at("rows")),  # a restore has brought back a tombstone, but no message
        (at(None), at(FIRST_STEP)),  # an operator erases once more
        (at("rows"), at(FIRST_STEP)),
    ],
)
def test_the_erasure_of_an_account_begins_behind_the_fence(old, new):
    assert after_tombstone(old, new) == [(EraseAccount("ada"), FENCE_SECONDS)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (None, None),  # a user, all the while
        (at(FIRST_STEP), at("rows")),  # it moves on
        (at("rows"), msgspec.structs.replace(at("rows"), position={"table": "x"})),
        (at("check"), at(None)),  # it is done
        (at(None), None),  # it goes by TTL
        (None, at(None)),
    ],
)
def test_an_erasure_that_moves_on_or_is_done_does_not_begin_again(old, new):
    assert after_tombstone(old, new) == []


def test_who_comes_or_leaves_shows_no_other_face(world):
    user = world.users.get(world.person("ada"))
    assert after_user(None, user) == after_user(user, None) == after_user(None, None) == []


def test_only_another_face_is_told(world):
    user = world.users.get(world.person("ada"))
    shown = world.users.update("ada", {"avatar_media_id": "m1"})
    assert after_user(user, shown) == [(ChangeAvatar("ada", None, "m1"), 0)]
    assert after_user(shown, shown) == []


def test_what_trails_a_post_goes_at_once_and_once_more_however_the_post_went(world):
    post = world.post_store.get(world.post(world.person("ada")).post_id)
    job = ErasePost(post.post_id, "ada", post.media_ids, post.correlation_id)
    twice = [(job, 0), (job, TRAILS_SECONDS)]
    world.posts.delete("ada", post.post_id)
    tombstone = world.post_store.get(post.post_id)
    assert after_post(post, tombstone) == twice
    assert after_post(post, None) == twice
    assert after_post(tombstone, None) == []
    assert after_post(None, post) == []
    assert after_post(post, post) == []


def test_what_trails_a_story_goes_as_a_posts_does_whether_it_was_deleted_or_swept(world):
    told = world.story(world.person("ada"))
    story = world.story_store.get(told.story_id)
    job = ErasePost(story.story_id, "ada", [story.media_id], story.correlation_id)
    twice = [(job, 0), (job, TRAILS_SECONDS)]
    world.stories.delete("ada", story.story_id)
    tombstone = world.story_store.get(story.story_id)
    assert tombstone.state == "deleted"
    assert after_story(story, tombstone) == twice
    assert after_story(story, None) == twice
    assert after_story(tombstone, None) == []
    assert after_story(None, story) == []
    assert after_story(story, story) == []


def test_objects_go_when_their_row_has_gone_and_again_when_no_render_can_be_under_way():
    made = media("m1", "ada", kind="story")
    job = EraseMedia("m1", "ada", "story", made.correlation_id)
    assert after_media(made, None) == [(job, 0), (job, RENDERS_END_SECONDS)]
    assert after_media(None, made) == []
    assert after_media(made, made) == []
