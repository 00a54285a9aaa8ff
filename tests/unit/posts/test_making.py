"""Making a post, and publishing it when its pictures are there."""

import pytest

from functions.aws.tables import ConditionFailed
from functions.errors import Conflict, Invalid, NotFound, TooManyRequests
from functions.media.domain import AWAITED, Focus
from functions.posts.schemas import NewPost, PostPicture
from tests.fakes.courier import Courier
from tests.fakes.pictures import CORRUPT, picture


def create(world, author, *media_ids, post_id=None, **fields):
    new = NewPost(media_ids=list(media_ids), **fields)
    return world.posts.create(post_id or world.new_id(), author, new)


def post_count(world, user_id):
    return world.accounts.get(user_id).post_count


class TestMaking:
    """POST /posts."""

    def test_a_post_of_ready_pictures_is_published_at_once(self, world, ada):
        media = [world.upload(ada), world.upload(ada)]
        post = create(world, ada, *media, caption="hello", location="Oslo")
        assert (post.state, post.caption, post.location) == ("published", "hello", "Oslo")
        assert [one.media_id for one in post.media] == media
        assert {one.status for one in post.media} == {"ready"}
        assert (post.like_count, post.comment_count, post.liked) == (0, 0, False)
        assert post_count(world, ada) == 1

    def test_a_post_of_pictures_on_their_way_is_processing_and_not_counted(self, world, ada):
        media = [world.upload(ada), world.upload(ada, ready=False)]
        post = create(world, ada, *media)
        assert post.state == "processing"
        assert [one.status for one in post.media] == ["ready", "processing"]
        assert post_count(world, ada) == 0
        assert world.post_store.get(post.post_id).published_id is None

    def test_a_second_try_finds_the_post_done(self, world, ada):
        media, post_id = world.upload(ada), world.new_id()
        first = create(world, ada, media, post_id=post_id)
        assert create(world, ada, media, post_id=post_id) == first
        assert post_count(world, ada) == 1

    @pytest.mark.parametrize("what", ["unknown", "anothers", "a storys", "taken", "failed"])
    def test_media_that_cannot_be_taken_make_no_post(self, world, ada, what):
        media_id = {
            "unknown": lambda: "unknown",
            "anothers": lambda: world.upload(world.person("bob")),
            "a storys": lambda: offered(world, ada, "story"),
            "taken": lambda: world.post(ada).media[0].media_id,
            "failed": lambda: failed(world, ada),
        }[what]()
        good, posts = world.upload(ada), len(world.post_store.rows.rows())
        expected = NotFound if what in ("unknown", "anothers") else Conflict
        with pytest.raises(expected):
            create(world, ada, good, media_id)
        assert len(world.post_store.rows.rows()) == posts
        assert world.media.get(good).claimed_by is None

    def test_the_picture_of_a_deleted_post_can_be_posted_again_and_survives_its_erasure(
        self, world, ada
    ):
        media_id = world.upload(ada)
        first = create(world, ada, media_id)
        world.posts.delete(ada, first.post_id)
        again = create(world, ada, media_id)
        assert again.state == "published"
        assert not world.media_store.drop(media_id, first.post_id), "the erasure comes later"
        assert world.media.get(media_id).claimed_by == again.post_id

    def test_a_picture_that_was_erased_with_its_post_has_to_be_uploaded_again(self, world, ada):
        media_id = world.upload(ada)
        first = create(world, ada, media_id)
        world.posts.delete(ada, first.post_id)
        assert world.media_store.drop(media_id, first.post_id), "as the erasure does"
        with pytest.raises(NotFound, match="upload it again"):
            create(world, ada, media_id)

    def test_media_lost_to_another_post_at_the_last_moment_make_no_post(self, world, ada):
        media_id = world.upload(ada)
        create_in_store = world.post_store.create

        def overtaken(post, steps):
            world.post_store.create = create_in_store
            create(world, ada, media_id)
            create_in_store(post, steps)

        world.post_store.create = overtaken
        with pytest.raises(Conflict, match="another post"):
            create(world, ada, media_id)
        assert post_count(world, ada) == 1

    def test_what_changes_at_every_try_is_told_to_be_tried_again(self, world, ada):
        media_id = world.upload(ada)

        def overtaken(*_):
            raise ConditionFailed([1])

        world.post_store.create = overtaken
        with pytest.raises(TooManyRequests):
            create(world, ada, media_id)

    def test_an_author_who_leaves_meanwhile_publishes_nothing(self, world, ada):
        media_id = world.upload(ada)
        world.users.rows.drop(ada)
        with pytest.raises(NotFound):
            create(world, ada, media_id)

    def test_ready_pictures_that_a_filter_renders_again_count_as_uploads(
        self, world, ada, monkeypatch
    ):
        counted = []
        monkeypatch.setattr(world.posts, "_count_renders", lambda *given: counted.append(given))
        early = world.upload(ada, ready=False)
        create(world, ada, world.upload(ada), world.upload(ada))
        assert counted == []
        create(world, ada, early, world.upload(ada), world.upload(ada), filter="ink")
        assert counted == [(ada, 2)]

    def test_a_ready_picture_that_a_focal_point_renders_again_counts_as_an_upload(
        self, world, ada, monkeypatch
    ):
        counted = []
        monkeypatch.setattr(world.posts, "_count_renders", lambda *given: counted.append(given))
        moved = PostPicture(world.upload(ada), focus=Focus(0.5, 0))
        new = NewPost(media=[moved, PostPicture(world.upload(ada))])
        world.posts.create(world.new_id(), ada, new)
        assert counted == [(ada, 1)]

    def test_a_picture_that_settles_as_its_post_with_a_filter_is_made_is_asked_for_again(
        self, world, ada
    ):
        media_id = world.upload(ada, ready=False)
        make = world.post_store.create

        def overtaken(*given):
            world.post_store.create = make
            world.settle(media_id, picture(media_id, ada))
            make(*given)

        world.post_store.create = overtaken
        post = create(world, ada, media_id, filter="ink")
        assert (post.state, post.filter) == ("processing", "ink")
        assert world.media.get(media_id).status == "processing"

    @pytest.mark.parametrize(
        ("fields", "at_fault"),
        [
            ({"caption": "\x00"}, "caption"),
            ({"location": "a\nb"}, "location"),
            ({"filter": "no-such-filter"}, "filter"),
        ],
    )
    def test_text_or_a_filter_that_cannot_be_is_refused(self, world, ada, fields, at_fault):
        with pytest.raises(Invalid) as refused:
            create(world, ada, world.upload(ada), **fields)
        assert set(refused.value.errors) == {at_fault}

    def test_a_picture_named_twice_is_refused(self, world, ada):
        media_id = world.upload(ada)
        with pytest.raises(Invalid) as refused:
            create(world, ada, media_id, media_id)
        assert set(refused.value.errors) == {"media_ids"}


def offered(world, owner, kind):
    media_id = world.new_id()
    world.media.offer(media_id, owner, "image/jpeg", 10, kind, "request")
    return media_id


def failed(world, owner):
    media_id = world.upload(owner, ready=False)
    world.settle(media_id, CORRUPT)
    return media_id


class TestCompleting:
    """A post whose pictures come later."""

    @pytest.fixture
    def media(self, world, ada):
        return [world.upload(ada, ready=False) for _ in range(2)]

    @pytest.fixture
    def post(self, world, ada, media):
        return create(world, ada, *media)

    def settle(self, world, ada, media_id):
        world.settle(media_id, picture(media_id, ada))

    def test_it_is_published_once_its_last_picture_is_ready(self, world, ada, media, post):
        self.settle(world, ada, media[1])
        world.posts.complete(post.post_id)
        assert world.post_store.get(post.post_id).state == "processing"
        world.clock.move(minutes=5)
        self.settle(world, ada, media[0])
        world.posts.complete(post.post_id)
        found = world.post_store.get(post.post_id)
        assert found.published
        assert [one.media_id for one in found.pictures] == media
        assert found.published_id > post.post_id
        assert post_count(world, ada) == 1

    def test_a_picture_ready_at_the_last_moment_before_the_post_is_made_publishes_it(
        self, world, ada
    ):
        courier, create_in_store = Courier(world), world.post_store.create
        media_id = world.upload(ada, ready=False)

        def overtaken(post, steps):
            world.post_store.create = create_in_store
            self.settle(world, ada, media_id)
            create_in_store(post, steps)

        world.post_store.create = overtaken
        assert create(world, ada, media_id).state == "published"
        courier.settle()
        assert post_count(world, ada) == 1

    def test_completing_again_changes_nothing(self, world, ada, media, post):
        for media_id in media:
            self.settle(world, ada, media_id)
        world.posts.complete(post.post_id)
        published = world.post_store.get(post.post_id)
        world.posts.complete(post.post_id)
        assert world.post_store.get(post.post_id) == published
        assert post_count(world, ada) == 1

    def test_of_two_who_complete_at_once_one_publishes(self, world, ada, media, post):
        for media_id in media:
            self.settle(world, ada, media_id)
        publish = world.post_store.publish

        def overtaken(*given):
            world.post_store.publish = publish
            world.posts.complete(post.post_id)
            return publish(*given)

        world.post_store.publish = overtaken
        world.posts.complete(post.post_id)
        assert post_count(world, ada) == 1

    def test_it_is_given_up_when_a_picture_fails(self, world, ada, media, post):
        self.settle(world, ada, media[0])
        world.settle(media[1], CORRUPT)
        world.posts.complete(post.post_id)
        shown = world.posts.read(ada, post.post_id)
        assert shown.state == "failed"
        assert [one.failure for one in shown.media] == [None, CORRUPT]
        assert post_count(world, ada) == 0

    def test_it_is_given_up_when_an_upload_never_came(self, world, ada, post):
        world.clock.move(seconds=AWAITED.total_seconds())
        world.posts.complete(post.post_id)
        assert world.posts.read(ada, post.post_id).state == "failed"

    def test_a_deleted_or_unknown_post_is_not_completed(self, world, ada, media, post):
        for media_id in media:
            self.settle(world, ada, media_id)
        world.posts.delete(ada, post.post_id)
        world.posts.complete(post.post_id)
        world.posts.complete("unknown")
        assert world.post_store.get(post.post_id).state == "deleted"
        assert post_count(world, ada) == 0
