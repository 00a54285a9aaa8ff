"""The contract of `functions.posts.ports.PostStore`."""

from datetime import timedelta

import msgspec
import pytest

from functions.aws.tables import ConditionFailed
from functions.media.domain import Focus
from functions.posts.domain import Post
from tests.fakes.pictures import media, picture


@pytest.fixture
def author(backend):
    return backend.user("author")


@pytest.fixture
def make(backend, author):
    """Return a function that makes posts, unpublished unless told otherwise."""

    def make(*, published=False, steps=(), **fields):
        plain = {
            "post_id": backend.name("post"),
            "author_id": author.user_id,
            "state": "published" if published else "processing",
            "caption": "first light",
            "location": "Oslo",
            "filter": None,
            "media_ids": ["m1", "m2"],
            "pictures": [picture("m1", author.user_id)] if published else [],
            "created_at": backend.clock(),
            "published_id": backend.new_id() if published else None,
            "correlation_id": "request",
        }
        post = Post(**{**plain, **fields})
        backend.posts.create(post, list(steps))
        return post

    return make


def publish(backend, post, steps=()):
    published = msgspec.structs.replace(
        post,
        state="published",
        published_id=backend.new_id(),
        pictures=[picture("m1", post.author_id)],
    )
    return published, backend.posts.publish(post, published, list(steps))


def test_a_post_is_read_as_written(backend, make):
    for post in (make(), make(published=True, location=None, filter="noir", caption="")):
        assert backend.posts.get(post.post_id) == post
    assert backend.posts.get(backend.name("unknown")) is None


def test_a_post_is_created_once(backend, make):
    post = make()
    with pytest.raises(ConditionFailed) as failed:
        backend.posts.create(msgspec.structs.replace(post, caption="other"), [])
    assert failed.value.failed == (0,)
    assert backend.posts.get(post.post_id) == post


def test_a_post_and_its_steps_are_one_transaction(backend, author, make):
    anothers = media(backend.name("media"), "another")
    backend.media.create(anothers, backend.clock() + timedelta(days=1))
    claim = backend.media.claim_step(
        msgspec.structs.replace(anothers, owner_id=author.user_id), "some post", None
    )
    post_id = backend.name("post")
    with pytest.raises(ConditionFailed) as failed:
        make(post_id=post_id, steps=[claim, backend.users.count_step(author.user_id, post_count=1)])
    assert failed.value.failed == (1,)
    assert backend.posts.get(post_id) is None
    assert backend.users.get(author.user_id).post_count == 0


def test_a_processing_post_is_published_once_and_counted_once(backend, author, make):
    post = make()
    counted = [backend.users.count_step(author.user_id, post_count=1)]
    published, first = publish(backend, post, counted)
    _, second = publish(backend, post, counted)
    assert (first, second) == (True, False)
    assert backend.posts.get(post.post_id) == published
    assert backend.users.get(author.user_id).post_count == 1


def test_a_post_given_up_is_never_published_and_the_other_way_round(backend, make):
    given_up = make()
    assert backend.posts.fail(given_up.post_id)
    assert not backend.posts.fail(given_up.post_id)
    assert not publish(backend, given_up)[1]
    assert backend.posts.get(given_up.post_id).state == "failed"

    post = make(published=True)
    assert not backend.posts.fail(post.post_id)
    assert not backend.posts.fail(backend.name("unknown"))
    assert backend.posts.get(post.post_id) == post


def test_what_publishing_counts_must_be_there(backend, make):
    post = make()
    with pytest.raises(ConditionFailed) as failed:
        publish(backend, post, [backend.users.count_step(backend.name("gone"), post_count=1)])
    assert failed.value.failed == (1,)
    assert backend.posts.get(post.post_id) == post


def test_a_deleted_post_leaves_an_empty_tombstone_once(backend, author, make):
    post = make(published=True)
    counted = [backend.users.count_step(author.user_id, post_count=-1)]
    assert backend.posts.delete(post, backend.clock(), counted)
    assert not backend.posts.delete(post, backend.clock(), counted)
    tombstone = backend.posts.get(post.post_id)
    assert tombstone.state == "deleted"
    assert not tombstone.published
    assert (tombstone.caption, tombstone.location, tombstone.pictures) == ("", None, [])
    assert tombstone.published_id is None
    assert backend.users.get(author.user_id).post_count == -1


def test_a_post_that_changed_its_state_meanwhile_is_not_deleted(backend, make):
    seen = make()
    publish(backend, seen)
    assert not backend.posts.delete(seen, backend.clock(), [])
    assert backend.posts.get(seen.post_id).published


def test_a_tombstone_is_not_edited_published_or_given_up(backend, make):
    post = make()
    backend.posts.delete(post, backend.clock(), [])
    assert not backend.posts.edit(post, {"caption": "back"}, backend.clock(), [])
    assert not publish(backend, post)[1]
    assert not backend.posts.fail(post.post_id)
    assert backend.posts.get(post.post_id).state == "deleted"


def test_an_edit_sets_and_clears_only_what_it_names(backend, make):
    post = make(published=True)
    at = backend.clock() + timedelta(hours=1)
    changes = {"caption": "new", "location": None}
    expected = msgspec.structs.replace(post, caption="new", location=None, edited_at=at)
    assert backend.posts.edit(post, changes, at, [])
    assert backend.posts.get(post.post_id) == expected
    unknown = msgspec.structs.replace(post, post_id=backend.name("unknown"))
    assert not backend.posts.edit(unknown, changes, at, [])


def test_publishing_keeps_an_edit_made_meanwhile(backend, make):
    post = make()
    backend.posts.edit(post, {"caption": "edited"}, backend.clock(), [])
    publish(backend, post)
    assert backend.posts.get(post.post_id).caption == "edited"


def test_an_authors_list_holds_published_posts_alone_newest_first_page_by_page(
    backend, author, make
):
    posts = [make(published=True) for _ in range(4)]
    deleted = make(published=True)
    backend.posts.delete(deleted, backend.clock(), [])
    make()
    newest = [post.ref for post in reversed(posts)]
    recent = backend.posts.recent
    assert list(recent(author.user_id, None, 10)) == newest
    assert list(recent(author.user_id, None, 2)) == newest[:2]
    assert list(recent(author.user_id, newest[1].published_id, 10)) == newest[2:]
    assert list(recent(author.user_id, deleted.published_id, 1)) == newest[:1]
    assert list(recent(backend.name("nobody"), None, 10)) == []


def test_posts_are_looked_up_tombstones_included(backend, make):
    post, deleted = make(published=True), make()
    backend.posts.delete(deleted, backend.clock(), [])
    ids = [post.post_id, deleted.post_id, backend.name("unknown")]
    [found] = backend.read_together(backend.posts.lookup(ids))
    assert found == {(i,): backend.posts.get(i) for i in ids[:2]}


def test_a_post_is_read_from_a_streams_image(backend, make):
    post = make(published=True)
    assert backend.posts.from_image(backend.image(backend.posts, post.post_id)) == post
    assert backend.posts.from_image(None) is None


LEFT = Focus(-1.0, 0.0)
LOOKS = [(None, "ink"), ("ink", None), ("ink", "dusk")]
"""The filter requested when the post was read, and the one requested since."""


def rendered(post, **changes):
    """Return a post with pictures that have its filter."""
    pictures = [msgspec.structs.replace(picture("m1", post.author_id), filter=post.filter)]
    return msgspec.structs.replace(post, pictures=pictures, state="published", **changes)


@pytest.mark.parametrize(("seen", "since"), LOOKS)
def test_a_post_is_not_published_with_a_filter_no_longer_asked_for(
    backend, author, make, seen, since
):
    post = make(filter=seen)
    assert backend.posts.edit(post, {"filter": since}, backend.clock(), [])
    held = backend.posts.get(post.post_id)
    counted = [backend.users.count_step(author.user_id, post_count=1)]
    made = rendered(post, published_id=backend.new_id())
    assert not backend.posts.publish(post, made, counted)
    assert backend.posts.get(post.post_id) == held
    assert backend.users.get(author.user_id).post_count == 0
    assert backend.posts.recent(author.user_id, None, 10) == []
    made = rendered(held, published_id=backend.new_id())
    assert backend.posts.publish(held, made, counted)
    assert backend.posts.get(post.post_id) == made


@pytest.mark.parametrize(("seen", "since"), LOOKS)
def test_a_published_post_is_not_shown_with_a_filter_no_longer_asked_for(
    backend, make, seen, since
):
    post = make(published=True, filter=seen)
    assert backend.posts.edit(post, {"filter": since}, backend.clock(), [])
    held = backend.posts.get(post.post_id)
    assert not backend.posts.switch(post, rendered(post))
    assert backend.posts.get(post.post_id) == held
    made = rendered(held)
    assert backend.posts.switch(held, made)
    assert backend.posts.get(post.post_id) == made


def test_only_a_published_post_is_shown_anew(backend, make):
    processing, deleted = make(), make(published=True)
    backend.posts.delete(deleted, backend.clock(), [])
    for post in (processing, deleted):
        held = backend.posts.get(post.post_id)
        assert not backend.posts.switch(post, rendered(post))
        assert backend.posts.get(post.post_id) == held


POINTS = [({}, {"m1": LEFT}), ({"m1": LEFT}, {}), ({"m1": LEFT}, {"m1": Focus(0.0, 1.0)})]
"""The focal points requested when the post was read, and those requested since."""


@pytest.mark.parametrize(("seen", "since"), POINTS)
def test_a_post_is_not_shown_with_a_focal_point_no_longer_asked_for(backend, make, seen, since):
    post = make(published=True, focuses=seen)
    assert backend.posts.edit(post, {"focuses": since}, backend.clock(), [])
    held = backend.posts.get(post.post_id)
    assert held.focuses == since
    assert not backend.posts.switch(post, rendered(post))
    assert not backend.posts.edit(post, {"caption": "late"}, backend.clock(), [])
    assert backend.posts.get(post.post_id) == held
    assert backend.posts.switch(held, rendered(held, focuses={}))
    assert backend.posts.get(post.post_id).focuses == {}


@pytest.mark.parametrize(("name", "value"), [("alts", {"m1": "Fog."}), ("media_ids", ["m2", "m1"])])
def test_a_field_with_values_for_each_picture_is_changed_as_it_was_read(backend, make, name, value):
    post = make(published=True)
    assert backend.posts.edit(post, {name: value}, backend.clock(), [])
    held = backend.posts.get(post.post_id)
    assert getattr(held, name) == value
    assert not backend.posts.edit(post, {name: getattr(post, name)}, backend.clock(), [])
    assert backend.posts.edit(post, {"caption": "another field"}, backend.clock(), [])
    assert getattr(backend.posts.get(post.post_id), name) == value


def test_a_deleted_post_keeps_no_alternative_texts(backend, make):
    post = make(published=True, alts={"m1": "Fog."})
    assert backend.posts.delete(post, backend.clock(), [])
    assert backend.posts.get(post.post_id).alts == {}
