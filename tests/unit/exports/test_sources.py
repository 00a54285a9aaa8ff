"""What goes into an export, and how few reads bring it together."""

import pytest

from functions.exports import sources
from functions.social.domain import Edge
from tests.fakes.pictures import picture

MANY = 250
"""Two pages and a half."""


class Counted:
    """The media service, which notes of how many media each read asks."""

    def __init__(self, media):
        self._media = media
        self.store = self
        self.asked = []

    def read(self, media_ids):
        self.asked.append(len(media_ids))
        return self._media.store.read(media_ids)

    def best(self, media):
        return self._media.best(media)


def many(world, count=MANY):
    return [world.person(f"user-{number:03}") for number in range(count)]


def edge(world, follower_id, followee_id, state):
    made = Edge(
        follower_id=follower_id,
        followee_id=followee_id,
        state=state,
        epoch=world.new_id(),
        since=world.clock(),
    )
    world.follows.rows.put((follower_id, followee_id), made)


def places(world, user_id="ada"):
    return sources.places(world.users, world.post_store, world.story_store, world.read, user_id)


def test_posts_are_read_a_page_at_a_time_newest_first_without_the_deleted(world, ada):
    made = [world.post(ada).post_id for _ in range(MANY)]
    world.posts.delete(ada, made.pop(100))
    world.read.reads.clear()
    found = [post.post_id for post in sources.posts(world.post_store, world.read, ada)]
    assert found == made[::-1]
    assert world.read.reads == [100, 100, 49]


def test_a_post_that_is_deleted_after_its_page_was_listed_is_left_out(world, ada):
    first, second = world.post(ada).post_id, world.post(ada).post_id
    world.post_store.rows.hold_index()
    world.posts.delete(ada, first)
    found = [post.post_id for post in sources.posts(world.post_store, world.read, ada)]
    assert found == [second]


def test_pictures_are_looked_up_a_hundred_at_a_time(world, ada):
    posts = [world.post(ada) for _ in range(MANY)]
    media = Counted(world.media)
    found = list(sources.pictures(media, places(world)))
    newest = posts[-1]
    assert found[0] == (f"{newest.post_id}/{newest.media[0].media_id}.webp", None)
    assert len(found) == MANY
    assert media.asked == [100, 100, 50]


def test_an_avatar_is_in_it_in_its_largest_size(world, ada):
    world.users.update(ada, {"avatar_media_id": "m1", "avatar_id": "a1"})
    world.renditions.put("avatars/ada/a1/150.webp", "image/webp", b"small")
    assert list(sources.avatar(world.users, world.avatars, ada)) == [("avatar/a1.webp", b"small")]
    world.renditions.put("avatars/ada/a1/320.webp", "image/webp", b"large")
    assert list(sources.avatar(world.users, world.avatars, ada)) == [("avatar/a1.webp", b"large")]
    assert "avatar" not in dict(places(world))


def test_the_avatar_of_an_earlier_release_and_the_pictures_of_posts_and_stories_are_in_it(
    world, ada
):
    avatar = world.upload(ada)
    world.users.update(ada, {"avatar_media_id": avatar})
    post, story = world.post(ada), world.story(ada)
    told = world.story_store.get(story.story_id).media_id
    shown = post.media[0].media_id
    world.renditions.put(f"posts/ada/{avatar}/plain/full.webp", "image/webp", b"avatar")
    world.renditions.put(f"posts/ada/{shown}/plain/full.webp", "image/webp", b"post")
    world.renditions.put(f"stories/ada/{told}/plain/full.webp", "image/webp", b"story")
    assert dict(sources.pictures(world.media, places(world))) == {
        f"avatar/{avatar}.webp": b"avatar",
        f"{post.post_id}/{shown}.webp": b"post",
        f"{story.story_id}/{told}.webp": b"story",
    }


def test_a_picture_whose_media_has_gone_is_named_without_its_bytes(world, ada):
    post = world.post(ada)
    media_id = post.media[0].media_id
    world.media_store.rows.drop(media_id)
    found = list(sources.pictures(world.media, places(world)))
    assert found == [(f"{post.post_id}/{media_id}", None)]


def test_an_original_that_was_kept_for_days_is_in_it_as_its_rendition(world, ada):
    media_id = world.upload(ada, ready=False)
    original = f"originals/days/ada/{media_id}"
    waiting = world.media.get(media_id)
    world.media_store.settle(waiting, picture(media_id, ada), original=original)
    world.renditions.put(f"posts/ada/{media_id}/plain/full.webp", "image/webp", b"rendition")
    media = [("place", media_id)]
    assert list(sources.pictures(world.media, media)) == [(f"place/{media_id}.webp", b"rendition")]


def test_follows_are_all_that_stands_in_both_directions(world, ada):
    bob, carol, dave, eve = (world.person(name) for name in ("bob", "carol", "dave", "eve"))
    edge(world, ada, bob, "accepted")
    edge(world, ada, carol, "requested")
    edge(world, dave, ada, "accepted")
    edge(world, eve, ada, "requested")
    edge(world, bob, carol, "accepted")
    assert list(sources.follows(world.follows, world.users, ada)) == [
        {"follows": "bob", "username": "bob"},
        {"asks_to_follow": "carol", "username": "carol"},
        {"followed_by": "dave", "username": "dave"},
        {"asked_by": "eve", "username": "eve"},
    ]


@pytest.mark.parametrize("state", ["accepted", "requested"])
@pytest.mark.parametrize("outward", [True, False])
def test_of_many_follows_and_requests_none_is_left_out_or_twice(world, ada, state, outward):
    others = many(world)
    for other in others:
        pair = (ada, other) if outward else (other, ada)
        edge(world, *pair, state)
    found = [one["username"] for one in sources.follows(world.follows, world.users, ada)]
    assert sorted(found) == others


def test_who_has_gone_is_left_out(world, ada):
    edge(world, ada, world.person("bob"), "accepted")
    world.users.rows.drop("bob")
    assert list(sources.follows(world.follows, world.users, ada)) == []


def test_all_blocks_and_mutes_are_in_it(world, ada):
    others = many(world)
    for other in others[:120]:
        world.boundaries.block(ada, other)
    for other in others[120:]:
        world.boundaries.mute(ada, other)
    blocks = list(sources.blocks(world.blocks, world.users, ada))
    mutes = list(sources.mutes(world.social, ada))
    assert blocks == [{"blocks": other, "username": other} for other in others[:120]]
    assert mutes == [{"mutes": other, "username": other} for other in others[120:]]


def test_an_export_does_not_tell_who_has_blocked_its_owner(world, ada):
    bob = world.person("bob")
    world.boundaries.mute(ada, bob)
    world.boundaries.block(bob, ada)
    assert list(sources.mutes(world.social, ada)) == []
    assert list(sources.blocks(world.blocks, world.users, ada)) == []
