"""The alternative texts and focal points of a post's pictures."""

import msgspec
import pytest

from functions.errors import Conflict, Invalid
from functions.media.domain import Focus, upload_key
from functions.posts.schemas import NewPost, PostChanges, PostPicture
from tests.fakes.pictures import picture

LEFT, TOP = Focus(-1, 0), Focus(0, 1)


def create(world, author, *pictures, **fields):
    return world.posts.create(world.new_id(), author, NewPost(media=list(pictures), **fields))


def edit(world, author, post, *pictures, **fields):
    return world.posts.edit(author, post.post_id, PostChanges(media=list(pictures), **fields))


def words(post):
    return [(one.alt, one.focus) for one in post.media]


def rendered(world, media_id, **look):
    media = world.media.get(media_id)
    made = msgspec.structs.replace(picture(media_id, "ada"), focus=media.focus, filter=media.filter)
    assert world.media_store.settle(media, msgspec.structs.replace(made, **look))


@pytest.fixture
def media(world, ada):
    found = [world.upload(ada), world.upload(ada)]
    for media_id in found:
        world.originals.put(upload_key(ada, media_id), "image/jpeg", b"original")
    return found


class TestMaking:
    """POST /posts with the longer form."""

    def test_texts_are_shown_at_once_and_an_empty_one_is_none(self, world, ada, media):
        post = create(world, ada, PostPicture(media[0], "Fog."), PostPicture(media[1], ""))
        assert (post.state, words(post)) == ("published", [("Fog.", None), (None, None)])

    def test_a_focal_point_other_than_the_uploads_is_rendered_first(self, world, ada, media):
        post = create(world, ada, PostPicture(media[0], focus=LEFT), PostPicture(media[1]))
        assert post.state == "processing"
        assert words(post) == [(None, LEFT), (None, None)]
        assert [world.media.get(one).status for one in media] == ["processing", "ready"]
        rendered(world, media[0])
        world.posts.complete(post.post_id)
        shown = world.posts.read(ada, post.post_id)
        assert (shown.state, [one.status for one in shown.media]) == ("published", ["ready"] * 2)
        assert words(shown) == [(None, LEFT), (None, None)]

    def test_the_focal_point_of_the_upload_stays_unless_another_is_given(self, world, ada):
        media_ids = [world.new_id() for _ in range(2)]
        for media_id in media_ids:
            world.media.offer(media_id, ada, "image/jpeg", 10, "post", "request", focus=TOP)
            rendered(world, media_id)
        [kept, taken] = media_ids
        post = world.posts.create(world.new_id(), ada, NewPost(media_ids=[kept]))
        assert (post.state, words(post)) == ("published", [(None, TOP)])
        post = create(world, ada, PostPicture(taken, focus=None))
        assert (post.state, words(post)) == ("processing", [(None, None)])

    @pytest.mark.parametrize("given", ["both", "neither", "twice"])
    def test_the_pictures_are_named_once_and_in_one_form(self, world, ada, media, given):
        new, at_fault = {
            "both": (NewPost(media_ids=[media[0]], media=[PostPicture(media[0])]), "media"),
            "neither": (NewPost(), "media_ids"),
            "twice": (NewPost(media=[PostPicture(media[0])] * 2), "media"),
        }[given]
        with pytest.raises(Invalid) as refused:
            world.posts.create(world.new_id(), ada, new)
        assert set(refused.value.errors) == {at_fault}

    def test_a_text_that_cannot_be_kept_is_refused_by_its_place(self, world, ada, media):
        with pytest.raises(Invalid) as refused:
            create(world, ada, PostPicture(media[0]), PostPicture(media[1], "a\x07"))
        assert set(refused.value.errors) == {"media[1].alt"}


class TestChanging:
    """PATCH /posts/{post_id} with the longer form."""

    @pytest.fixture
    def post(self, world, ada, media):
        return create(world, ada, PostPicture(media[0], "Fog."), PostPicture(media[1], "Sun."))

    def test_what_is_left_out_stays_and_null_removes(self, world, ada, media, post):
        shown = edit(world, ada, post, PostPicture(media[0], None), PostPicture(media[1]))
        assert words(shown) == [(None, None), ("Sun.", None)]
        assert shown.edited_at is not None

    def test_the_order_given_becomes_the_posts(self, world, ada, media, post):
        shown = edit(world, ada, post, PostPicture(media[1]), PostPicture(media[0]))
        assert [one.media_id for one in shown.media] == media[::-1]
        assert words(shown) == [("Sun.", None), ("Fog.", None)]

    def test_a_new_focal_point_is_told_at_once_and_rendered(self, world, ada, media, post):
        shown = edit(world, ada, post, PostPicture(media[0], focus=LEFT), PostPicture(media[1]))
        assert [(one.status, one.focus) for one in shown.media] == [
            ("processing", LEFT), ("ready", None)
        ]  # fmt: skip
        rendered(world, media[0], folder="plain.-100.0")
        world.posts.complete(post.post_id)
        [moved, still] = world.posts.read(ada, post.post_id).media
        assert (moved.status, moved.focus, still.status) == ("ready", LEFT, "ready")
        assert "/plain.-100.0/" in moved.url

    def test_a_text_and_a_filter_leave_a_focal_point_alone(self, world, ada, media):
        post = create(world, ada, PostPicture(media[0], focus=LEFT))
        rendered(world, media[0])
        world.posts.complete(post.post_id)
        edit(world, ada, post, PostPicture(media[0], "Fog."), filter="ink")
        held = world.media.get(media[0])
        assert (held.status, held.filter, held.focus) == ("processing", "ink", LEFT)

    @pytest.mark.parametrize("given", ["one", "another", "twice"])
    def test_other_pictures_than_the_posts_are_refused(self, world, ada, media, post, given):
        ids = {
            "one": media[:1],
            "another": [*media, world.upload(ada)],
            "twice": [*media, media[0]],
        }[given]
        with pytest.raises(Invalid) as refused:
            edit(world, ada, post, *map(PostPicture, ids))
        assert set(refused.value.errors) == {"media"}

    def test_the_same_again_changes_nothing(self, world, ada, media, post):
        shown = edit(world, ada, post, PostPicture(media[0], "Fog."), PostPicture(media[1]))
        assert shown == world.posts.read(ada, post.post_id)
        assert shown.edited_at is None

    def test_a_point_that_differs_behind_the_second_decimal_is_the_same(self, world, ada, media):
        post = create(world, ada, PostPicture(media[0], focus=Focus(0.501, 0)))
        rendered(world, media[0])
        world.posts.complete(post.post_id)
        shown = edit(world, ada, post, PostPicture(media[0], focus=Focus(0.499, 0)))
        assert (shown.media[0].status, shown.edited_at) == ("ready", None)

    def test_without_the_original_a_text_can_be_changed_and_a_focal_point_cannot(
        self, world, ada, media, post
    ):
        world.originals.objects.clear()
        pictures = PostPicture(media[0], "Mist."), PostPicture(media[1])
        assert words(edit(world, ada, post, *pictures))[0] == ("Mist.", None)
        with pytest.raises(Conflict, match="original"):
            edit(world, ada, post, PostPicture(media[0], focus=TOP), PostPicture(media[1]))

    def test_two_changes_at_once_keep_each_others_texts(self, world, ada, media, post):
        change = world.post_store.edit

        def overtaken(*given):
            world.post_store.edit = change
            edit(world, ada, post, PostPicture(media[0], "Rain."), PostPicture(media[1]))
            return change(*given)

        world.post_store.edit = overtaken
        edit(world, ada, post, PostPicture(media[0]), PostPicture(media[1], "Snow."))
        assert words(world.posts.read(ada, post.post_id)) == [("Rain.", None), ("Snow.", None)]


def test_a_deleted_post_keeps_no_text(world, ada, media):
    post = create(world, ada, PostPicture(media[0], "Fog."))
    world.posts.delete(ada, post.post_id)
    assert world.post_store.get(post.post_id).alts == {}
