"""Making, naming, listing and deleting collections."""

import pytest
from msgspec import UNSET

from functions.errors import Conflict, Invalid, NotFound
from functions.http.pages import ListQuery
from functions.saved.domain import COVER_TRIES, MAX_COLLECTIONS
from functions.saved.schemas import CollectionChanges, NewCollection, SavedQuery, SaveRequest


def make(world, user_id, name="mornings"):
    return world.saved.create(world.new_id(), user_id, NewCollection(name))


def put(world, user_id, post, collection):
    world.saved.save(user_id, post.post_id, SaveRequest(collection.collection_id))


def listed(world, user_id, limit=100):
    return world.saved.collections(user_id, ListQuery(limit)).items


def cover(post):
    return post.media[0].renditions["small"].url


def test_a_collection_is_empty_and_named_and_made_once(world, bob):
    collection_id = world.new_id()
    for _ in range(2):
        made = world.saved.create(collection_id, bob, NewCollection("Ö 🙂"))
        assert (made.name, made.count, made.cover_url) == ("Ö 🙂", 0, None)
    assert listed(world, bob) == [made]


def test_each_collection_has_its_own_count_and_the_picture_of_its_newest_post(world, ada, bob):
    collections = [make(world, bob) for _ in range(3)]
    posts = [world.post(ada) for _ in range(3)]
    put(world, bob, posts[0], collections[0])
    put(world, bob, posts[1], collections[2])
    put(world, bob, posts[2], collections[2])
    told = {one.collection_id: (one.count, one.cover_url) for one in listed(world, bob)}
    assert [told[one.collection_id] for one in collections] == [
        (1, cover(posts[0])), (0, None), (2, cover(posts[2])),
    ]  # fmt: skip
    assert [one.count for one in listed(world, bob, limit=1)] == [2]


def test_collections_are_listed_newest_first_in_pages(world, bob):
    made = [make(world, bob).collection_id for _ in range(5)]
    shown, cursor = [], ""
    while cursor is not None:
        page = world.saved.collections(bob, ListQuery(2, cursor))
        shown += [one.collection_id for one in page.items]
        cursor = page.next_cursor
    assert shown == made[::-1]


@pytest.mark.parametrize("hidden", range(COVER_TRIES + 1))
def test_a_cover_is_the_newest_picture_that_the_user_may_see(world, ada, bob, hidden):
    collection, eve = make(world, bob), world.person("eve")
    seen = world.post(ada)
    put(world, bob, seen, collection)
    for _ in range(hidden):
        put(world, bob, world.post(eve), collection)
    world.boundaries.block(eve, bob)
    [told] = listed(world, bob)
    assert told.cover_url == (cover(seen) if hidden < COVER_TRIES else None)
    assert told.count == hidden + 1


def test_a_collection_is_renamed_and_its_posts_stay(world, ada, bob):
    made = make(world, bob)
    put(world, bob, world.post(ada), made)
    told = world.saved.rename(bob, made.collection_id, CollectionChanges("evenings"))
    assert (told.name, told.count) == ("evenings", 1)
    assert world.saved.rename(bob, made.collection_id, CollectionChanges(UNSET)) == told


def test_the_posts_of_a_deleted_collection_stay_saved_and_can_move_on(world, ada, bob):
    one, other, post = make(world, bob), make(world, bob), world.post(ada)
    put(world, bob, post, one)
    for _ in range(2):
        world.saved.delete(bob, one.collection_id)
    assert [view.post_id for view in world.saved.page(bob, SavedQuery()).items] == [post.post_id]
    assert [view.count for view in listed(world, bob)] == [0]
    put(world, bob, post, other)
    assert [view.count for view in listed(world, bob)] == [1]


def test_a_collection_is_known_to_its_user_alone(world, ada, bob):
    made, post = make(world, bob), world.post(ada)
    for act in (
        lambda: put(world, ada, post, made),
        lambda: world.saved.page(ada, SavedQuery(collection=made.collection_id)),
        lambda: world.saved.rename(ada, made.collection_id, CollectionChanges("mine")),
        lambda: world.saved.rename(ada, made.collection_id, CollectionChanges()),
        lambda: world.saved.read(ada, made.collection_id),
    ):
        with pytest.raises(NotFound, match="collection"):
            act()
    world.saved.delete(ada, made.collection_id)
    assert listed(world, ada) == []
    assert [view.name for view in listed(world, bob)] == ["mornings"]


@pytest.mark.parametrize("name", ["\u200b", "a\nb", "x" * 51, "\ud800"])
def test_a_name_that_cannot_be_shown_is_refused(world, bob, name):
    made = make(world, bob)
    with pytest.raises(Invalid, match="name"):
        make(world, bob, name)
    with pytest.raises(Invalid, match="name"):
        world.saved.rename(bob, made.collection_id, CollectionChanges(name))
    assert [one.name for one in listed(world, bob)] == ["mornings"]


def test_the_last_collection_before_the_limit_is_made_and_the_next_is_not(world, bob):
    made = [make(world, bob, "x" * 50) for _ in range(MAX_COLLECTIONS)]
    with pytest.raises(Conflict, match="100"):
        make(world, bob)
    assert len(listed(world, bob)) == MAX_COLLECTIONS
    world.saved.delete(bob, made[0].collection_id)
    make(world, bob)
