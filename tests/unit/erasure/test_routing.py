"""What goes when something was deleted."""

from functions.erasure.messages import ChangeAvatar, EraseAccount, EraseMedia, ErasePost
from functions.erasure.routing import (
    FENCE_SECONDS,
    RENDERS_END_SECONDS,
    TRAILS_SECONDS,
    after_media,
    after_post,
    after_story,
    after_user,
)
from tests.fakes.pictures import media


def test_the_erasure_of_an_account_begins_behind_the_fence(world):
    user = world.users.get(world.person("ada"))
    assert after_user(user, None) == [(EraseAccount("ada"), FENCE_SECONDS)]
    assert after_user(None, user) == []
    assert after_user(None, None) == []  # a tombstone moves on, or goes by TTL


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
