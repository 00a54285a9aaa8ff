"""Saving posts, and listing what is saved."""

import pytest
from msgspec import UNSET

from functions.errors import Conflict, Invalid, NotFound, TooManyRequests
from functions.http.pages import ListQuery
from functions.saved import service
from functions.saved.domain import MAX_SAVED, Save
from functions.saved.schemas import NewCollection, SavedQuery, SaveRequest


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(service, "attempts", range)


@pytest.fixture
def posts(world, ada):
    """Three posts of ada, oldest first."""
    return [world.post(ada).post_id for _ in range(3)]


def save(world, user_id, post_id, collection_id=UNSET):
    world.saved.save(user_id, post_id, SaveRequest(collection_id))


def listed(world, user_id, limit=100, collection=""):
    """Return the ids of saved posts, page by page."""
    pages, cursor = [], ""
    while True:
        page = world.saved.page(user_id, SavedQuery(limit, cursor, collection))
        pages.append([post.post_id for post in page.items])
        cursor = page.next_cursor
        if cursor is None:
            return pages


def collection(world, user_id, name="mornings"):
    return world.saved.create(world.new_id(), user_id, NewCollection(name)).collection_id


def counts(world, user_id):
    page = world.saved.collections(user_id, ListQuery())
    return {one.collection_id: one.count for one in page.items}


def test_saved_posts_are_listed_by_the_time_of_the_save_in_pages_of_any_size(world, bob, posts):
    order = [posts[1], posts[2], posts[0]]
    for post_id in order:
        save(world, bob, post_id)
    assert listed(world, bob) == [order[::-1]]
    assert listed(world, bob, limit=2) == [[posts[0], posts[2]], [posts[1]]]
    assert listed(world, bob, limit=1) == [[posts[0]], [posts[2]], [posts[1]]]


def test_saving_again_changes_nothing_and_keeps_the_place(world, bob, posts):
    place = collection(world, bob)
    save(world, bob, posts[0], place)
    save(world, bob, posts[1])
    save(world, bob, posts[0])
    assert listed(world, bob) == [[posts[1], posts[0]]]
    assert listed(world, bob, collection=place) == [[posts[0]]]
    assert counts(world, bob) == {place: 1}


def test_a_post_is_in_one_collection_and_null_takes_it_out(world, bob, posts):
    one, other = collection(world, bob), collection(world, bob)
    for place, expected in (
        (one, {one: 1, other: 0}),
        (other, {one: 0, other: 1}),
        (None, {one: 0, other: 0}),
    ):
        for _ in range(2):
            save(world, bob, posts[0], place)
            assert counts(world, bob) == expected
    assert listed(world, bob) == [[posts[0]]]


def test_what_is_taken_back_is_gone_and_can_be_taken_back_again(world, bob, posts):
    place = collection(world, bob)
    save(world, bob, posts[0], place)
    for _ in range(2):
        world.saved.unsave(bob, posts[0])
        assert listed(world, bob) == listed(world, bob, collection=place) == [[]]
        assert counts(world, bob) == {place: 0}


def test_a_post_says_to_its_viewer_alone_whether_it_is_saved(world, ada, bob, posts):
    save(world, bob, posts[0])
    assert world.posts.read(bob, posts[0]).saved
    assert not world.posts.read(bob, posts[1]).saved
    assert not world.posts.read(ada, posts[0]).saved
    [first, *_] = world.saved.page(bob, SavedQuery()).items
    assert first.saved


def test_a_save_of_a_moment_ago_is_told_by_the_post_itself(world, bob, posts):
    world.saved_store.rows.hold_index()
    save(world, bob, posts[0])
    assert world.posts.read(bob, posts[0]).saved


def test_a_hidden_post_can_be_taken_back_and_not_saved(world, ada, bob, posts):
    save(world, bob, posts[0])
    world.users.update(ada, {"is_private": True})
    assert listed(world, bob) == [[]]
    with pytest.raises(NotFound):
        save(world, bob, posts[1])
    world.saved.unsave(bob, posts[0])
    world.users.update(ada, {"is_private": False})
    assert listed(world, bob) == [[]]


def test_a_post_that_is_hidden_for_a_while_comes_back(world, ada, bob, posts):
    save(world, bob, posts[0])
    world.boundaries.block(ada, bob)
    assert listed(world, bob) == [[]]
    world.boundaries.unblock(ada, bob)
    assert listed(world, bob) == [[posts[0]]]


def test_a_list_that_meets_a_dead_post_deletes_its_save(world, ada, bob, posts):
    place = collection(world, bob)
    for post_id in posts:
        save(world, bob, post_id, place)
    world.posts.delete(ada, posts[0])
    world.post_store.rows.drop(posts[1])
    save(world, ada, posts[2])
    assert listed(world, bob, limit=1) == [[posts[2]], []]
    left = {(row.post_id, row.user_id) for row in world.saved_store.rows.rows()}
    assert left == {(posts[2], bob), (posts[2], ada)}
    assert counts(world, bob) == {place: 1}


def fill(world, user_id, count):
    for number in range(count):
        made = Save(user_id=user_id, post_id=f"p{number}", author_id="ada", saved_id=world.new_id())
        world.saved_store.add(made)


def test_the_last_save_before_the_limit_is_taken_and_the_next_is_not(world, bob, posts):
    place = collection(world, bob)
    fill(world, bob, MAX_SAVED - 1)
    save(world, bob, posts[0])
    with pytest.raises(Conflict, match="5,000"):
        save(world, bob, posts[1])
    save(world, bob, posts[0], place)  # it is saved already
    world.saved.unsave(bob, posts[0])
    save(world, bob, posts[1])


def test_two_saves_at_once_are_one(world, bob, posts):
    place = collection(world, bob)
    add = world.saved_store.add

    def add_second(made):
        world.saved_store.add = add
        save(world, bob, posts[0])
        return add(made)

    world.saved_store.add = add_second
    save(world, bob, posts[0], place)
    assert len(world.saved_store.rows.rows()) == 1
    assert counts(world, bob) == {place: 1}


def test_a_save_that_goes_while_it_is_moved_is_made_anew(world, bob, posts):
    place = collection(world, bob)
    save(world, bob, posts[0])
    move = world.saved_store.move

    def move_late(held, collection_id):
        world.saved.unsave(bob, posts[0])
        return move(held, collection_id)

    world.saved_store.move = move_late
    save(world, bob, posts[0], place)
    assert counts(world, bob) == {place: 1}


def test_a_save_that_changes_at_every_attempt_is_refused(world, bob, posts):
    world.saved_store.add = lambda made: False
    with pytest.raises(TooManyRequests):
        save(world, bob, posts[0])


def test_a_cursor_of_one_list_does_not_open_another(world, bob, posts):
    place = collection(world, bob)
    for post_id in posts:
        save(world, bob, post_id, place)
    cursor = world.saved.page(bob, SavedQuery(1)).next_cursor
    with pytest.raises(Invalid):
        world.saved.page(bob, SavedQuery(1, cursor, place))
