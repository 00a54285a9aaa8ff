"""Reading, editing and deleting a post, and an author's list."""

import pytest

from functions.config import settings
from functions.errors import Forbidden, Invalid, NotFound, StillRendering, TooManyRequests
from functions.http.pages import ListQuery
from functions.media.domain import Focus
from functions.posts.schemas import NewPost, PostChanges, PostPicture
from tests.fakes.pictures import CORRUPT, picture


def create(world, author, *media_ids, post_id=None, **fields):
    new = NewPost(media_ids=list(media_ids), **fields)
    return world.posts.create(post_id or world.new_id(), author, new)


def post_count(world, user_id):
    return world.accounts.get(user_id).post_count


class TestReading:
    """GET /posts/{post_id}."""

    def test_everybody_reads_a_public_post(self, world, ada):
        post = world.post(ada)
        assert world.posts.read("stranger", post.post_id).post_id == post.post_id

    def test_a_private_authors_post_is_for_followers(self, world, ada):
        bob = world.person("bob")
        post = world.post(ada)
        world.social.follow(bob, ada)
        world.users.update(ada, {"is_private": True})
        assert world.posts.read(bob, post.post_id)
        assert world.posts.read(ada, post.post_id)
        with pytest.raises(NotFound):
            world.posts.read("stranger", post.post_id)

    @pytest.mark.parametrize("what", ["processing", "failed"])
    def test_an_unpublished_post_is_for_its_author(self, world, ada, what):
        media_id = world.upload(ada, ready=False)
        post = create(world, ada, media_id)
        if what == "failed":
            world.settle(media_id, CORRUPT)
            world.posts.complete(post.post_id)
        assert world.posts.read(ada, post.post_id).state == what
        with pytest.raises(NotFound):
            world.posts.read("bob", post.post_id)

    def test_deleted_and_unknown_posts_are_told_alike(self, world, ada):
        post = world.post(ada)
        world.posts.delete(ada, post.post_id)
        told = set()
        for viewer, post_id in ((ada, post.post_id), ("bob", post.post_id), (ada, "unknown")):
            with pytest.raises(NotFound) as refused:
                world.posts.read(viewer, post_id)
            told.add(refused.value.detail)
        assert len(told) == 1

    def test_a_post_whose_author_has_gone_is_not_found(self, world, ada):
        post = world.post(ada)
        world.users.rows.drop(ada)
        with pytest.raises(NotFound):
            world.posts.read("bob", post.post_id)
        with pytest.raises(NotFound):
            world.posts.read(ada, post.post_id)


@pytest.fixture
def originals(world, monkeypatch):
    """Lets the world keep all originals."""
    monkeypatch.setattr(world.media, "can_rerender", lambda _: True)


@pytest.fixture
def renders(world, originals, monkeypatch):
    """Records the pictures that are counted under the limit of uploads."""
    counted = []
    monkeypatch.setattr(world.posts, "_count_renders", lambda *given: counted.append(given))
    return counted


def awaited(world, owner_id):
    """Make a slot whose upload has not arrived."""
    media_id = world.new_id()
    world.media.offer(media_id, owner_id, "image/jpeg", 1000, "post", "request")
    return media_id


class TestEditing:
    """PATCH /posts/{post_id}."""

    def test_what_is_given_is_set_and_the_rest_stays(self, world, ada):
        post = world.post(ada, caption="old", location="Oslo")
        world.clock.move(hours=1)
        edited = world.posts.edit(ada, post.post_id, PostChanges(caption="new"))
        assert (edited.caption, edited.location) == ("new", "Oslo")
        assert edited.edited_at == world.clock()
        cleared = world.posts.edit(ada, post.post_id, PostChanges(location=None))
        assert (cleared.caption, cleared.location) == ("new", None)

    def test_an_edit_of_nothing_is_none(self, world, ada):
        post = world.post(ada)
        assert world.posts.edit(ada, post.post_id, PostChanges()) == post

    def test_an_edit_to_what_stands_there_already_is_none(self, world, ada):
        post = world.post(ada, caption="old", location="Oslo", filter="ink")
        same = PostChanges(caption="old", location="Oslo", filter="ink")
        assert world.posts.edit(ada, post.post_id, same).edited_at is None
        assert world.posts.edit(ada, post.post_id, PostChanges(caption="new")).edited_at

    def test_while_its_pictures_are_rendered_no_other_filter_is_taken(self, world, ada, originals):
        post = world.post(ada)
        world.posts.edit(ada, post.post_id, PostChanges(filter="ink"))
        with pytest.raises(StillRendering) as refused:
            world.posts.edit(ada, post.post_id, PostChanges(filter="frost"))
        assert refused.value.headers == {"Retry-After": "2"}
        assert world.posts.edit(ada, post.post_id, PostChanges(filter="ink")).filter == "ink"
        assert world.posts.edit(ada, post.post_id, PostChanges(caption="new")).caption == "new"
        world.clock.move(minutes=14, seconds=59)
        with pytest.raises(StillRendering):
            world.posts.edit(ada, post.post_id, PostChanges(filter="frost"))
        # The render's message may be lost.
        world.clock.move(seconds=1)
        assert world.posts.edit(ada, post.post_id, PostChanges(filter="frost")).filter == "frost"

    def test_a_filter_asked_for_before_the_upload_costs_no_render(self, world, ada, renders):
        post = world.posts.create(world.new_id(), ada, NewPost(media_ids=[awaited(world, ada)]))
        for name in ("ink", "frost", None):
            world.posts.edit(ada, post.post_id, PostChanges(filter=name))
        assert renders == []

    def test_each_picture_that_is_rendered_again_counts_as_an_upload(self, world, ada, renders):
        media_ids = [world.upload(ada) for _ in range(3)]
        made = world.posts.create(world.new_id(), ada, NewPost(media_ids=media_ids))
        world.posts.edit(ada, made.post_id, PostChanges(caption="new", filter=None))
        assert renders == []
        world.posts.edit(ada, made.post_id, PostChanges(caption="newer", filter="ink"))
        assert renders == [(ada, 3)]

    def test_a_further_attempt_counts_no_picture_twice(self, world, ada, renders):
        post = world.post(ada)
        edit = world.post_store.edit
        answers = [False, False, True]
        world.post_store.edit = lambda *given: answers.pop(0) and edit(*given)
        world.posts.edit(ada, post.post_id, PostChanges(filter="ink"))
        assert renders == [(ada, 1)]

    def test_only_the_pictures_whose_focal_point_changes_count_as_uploads(
        self, world, ada, renders
    ):
        media_ids = [world.upload(ada) for _ in range(2)]
        post = create(world, ada, *media_ids)
        given = [PostPicture(media_ids[0], focus=Focus(0.5, 0)), PostPicture(media_ids[1])]
        world.posts.edit(ada, post.post_id, PostChanges(media=given))
        assert renders == [(ada, 1)]

    def test_beyond_the_limit_nothing_is_rendered(self, world, ada, originals):
        posts = [world.post(ada) for _ in range(2)]
        [limit, _] = settings().limit_upload.split("/")
        world.count_renders(ada, int(limit) - 1)
        world.posts.edit(ada, posts[0].post_id, PostChanges(filter="ink"))
        with pytest.raises(TooManyRequests):
            world.posts.edit(ada, posts[1].post_id, PostChanges(filter="ink"))
        assert world.posts.read(ada, posts[1].post_id).media[0].status == "ready"

    def test_anothers_post_is_not_edited_or_deleted(self, world, ada):
        post = world.post(ada)
        for change in (
            lambda: world.posts.edit("bob", post.post_id, PostChanges(caption="x")),
            lambda: world.posts.delete("bob", post.post_id),
        ):
            with pytest.raises(Forbidden):
                change()

    def test_what_is_not_visible_is_not_found_rather_than_forbidden(self, world):
        eve = world.person("eve", is_private=True)
        post = world.post(eve)
        with pytest.raises(NotFound):
            world.posts.edit("bob", post.post_id, PostChanges(caption="x"))
        with pytest.raises(NotFound):
            world.posts.delete("bob", "unknown")

    def test_a_post_deleted_meanwhile_is_not_found(self, world, ada):
        post = world.post(ada)

        def overtaken(*_):
            world.posts.delete(ada, post.post_id)
            return False

        world.post_store.edit = overtaken
        with pytest.raises(NotFound):
            world.posts.edit(ada, post.post_id, PostChanges(caption="x"))

    def test_a_post_that_never_stands_still_is_not_edited(self, world, ada):
        post = world.post(ada)
        world.post_store.edit = lambda *_: False
        with pytest.raises(TooManyRequests):
            world.posts.edit(ada, post.post_id, PostChanges(caption="x"))

    def test_bad_text_changes_nothing(self, world, ada):
        post = world.post(ada, caption="old")
        for changes in (PostChanges(caption="\x00"), PostChanges(filter="none", caption="x")):
            with pytest.raises(Invalid):
                world.posts.edit(ada, post.post_id, changes)
        assert world.posts.read(ada, post.post_id).caption == "old"


class TestDeleting:
    """DELETE /posts/{post_id}."""

    def test_a_published_post_is_taken_back_and_uncounted(self, world, ada):
        post = world.post(ada)
        world.posts.delete(ada, post.post_id)
        assert world.post_store.get(post.post_id).state == "deleted"
        assert post_count(world, ada) == 0
        with pytest.raises(NotFound):
            world.posts.delete(ada, post.post_id)

    def test_an_unpublished_post_was_never_counted(self, world, ada):
        post = create(world, ada, world.upload(ada, ready=False))
        world.posts.delete(ada, post.post_id)
        assert post_count(world, ada) == 0

    def test_a_post_published_at_the_last_moment_is_uncounted_too(self, world, ada):
        media_id = world.upload(ada, ready=False)
        post = create(world, ada, media_id)
        delete = world.post_store.delete

        def overtaken(seen, at, steps):
            world.post_store.delete = delete
            world.settle(media_id, picture(media_id, ada))
            world.posts.complete(post.post_id)
            return delete(seen, at, steps)

        world.post_store.delete = overtaken
        world.posts.delete(ada, post.post_id)
        assert world.post_store.get(post.post_id).state == "deleted"
        assert post_count(world, ada) == 0


class TestGrid:
    """GET /users/{user_id}/posts."""

    def test_it_lists_an_authors_posts_newest_first_page_by_page(self, world, ada):
        posts = [world.post(ada).post_id for _ in range(5)]
        create(world, ada, world.upload(ada, ready=False))
        first = world.posts.grid("bob", ada, ListQuery(2))
        second = world.posts.grid("bob", ada, ListQuery(2, first.next_cursor))
        third = world.posts.grid("bob", ada, ListQuery(2, second.next_cursor))
        pages = [[post.post_id for post in page.items] for page in (first, second, third)]
        newest = posts[::-1]
        assert pages == [newest[:2], newest[2:4], newest[4:]]
        assert third.next_cursor is None

    def test_a_deleted_post_has_gone_though_the_index_trails(self, world, ada):
        posts = [world.post(ada).post_id for _ in range(3)]
        world.post_store.rows.hold_index()
        world.posts.delete(ada, posts[2])
        page = world.posts.grid("bob", ada, ListQuery(2))
        assert [post.post_id for post in page.items] == [posts[1], posts[0]]

    def test_a_private_authors_grid_is_for_followers(self, world):
        eve = world.person("eve", is_private=True)
        world.post(eve)
        assert len(world.posts.grid(eve, eve, ListQuery(10)).items) == 1
        with pytest.raises(NotFound):
            world.posts.grid("bob", eve, ListQuery(10))
