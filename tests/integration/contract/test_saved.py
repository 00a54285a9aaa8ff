"""The contracts of `functions.saved.ports`."""

import pytest
from msgspec.structs import replace

from functions.saved.domain import Collection, Save, SavedRef


@pytest.fixture
def user(backend):
    return backend.name("user")


@pytest.fixture
def save(backend, user):
    """Saves a post of the user's."""

    def save(collection_id=None, user_id=user):
        made = Save(
            user_id=user_id,
            post_id=backend.name("post"),
            author_id="the author",
            saved_id=backend.new_id(),
            collection_id=collection_id,
        )
        assert backend.saved.add(made)
        return made

    return save


def ref(made):
    return SavedRef(made.saved_id, made.post_id, made.author_id)


def test_a_save_is_added_once_and_read_back(backend, save):
    made = save(backend.new_id())
    again = replace(made, saved_id=backend.new_id(), collection_id=None)
    assert not backend.saved.add(again)
    assert backend.saved.get(made.post_id, made.user_id) == made
    assert backend.saved.get(made.post_id, "another") is None
    backend.saved.remove(made.post_id, made.user_id)
    backend.saved.remove(made.post_id, made.user_id)
    assert backend.saved.get(made.post_id, made.user_id) is None


def test_saves_are_listed_and_counted_by_user_newest_first(backend, user, save):
    made = [save() for _ in range(5)]
    save(user_id=backend.name("another"))
    newest = [ref(one) for one in reversed(made)]
    assert list(backend.saved.page(user, None, None, 100)) == newest
    assert list(backend.saved.page(user, None, None, 2)) == newest[:2]
    assert list(backend.saved.page(user, None, newest[1].saved_id, 2)) == newest[2:4]
    assert list(backend.saved.page(user, None, newest[4].saved_id, 2)) == []
    assert backend.saved.count(user) == 5
    assert backend.saved.count("nobody") == 0


def test_a_collection_lists_its_own_saves_in_pages(backend, user, save):
    one, other = backend.new_id(), backend.new_id()
    made = [save(one) for _ in range(5)]
    save(other), save(), save(one, backend.name("another"))
    newest = [ref(one) for one in reversed(made)]
    assert list(backend.saved.page(user, one, None, 100)) == newest
    assert list(backend.saved.page(user, one, None, 2)) == newest[:2]
    assert list(backend.saved.page(user, one, newest[1].saved_id, 2)) == newest[2:4]
    assert list(backend.saved.page(user, one, newest[4].saved_id, 2)) == []


def test_the_saves_of_a_range_of_collections_come_newest_first_within_each(backend, user, save):
    ids = [backend.new_id() for _ in range(4)]
    made = [save(ids[number % 4]) for number in range(8)]
    save()

    def placed(first, last):
        found = {}
        for collection_id, entry in backend.saved.placed(user, first, last):
            found.setdefault(collection_id, []).append(entry)
        return found

    expected = {i: [ref(made[n + 4]), ref(made[n])] for n, i in enumerate(ids)}
    assert placed(ids[0], ids[3]) == expected
    assert placed(ids[1], ids[2]) == {i: expected[i] for i in ids[1:3]}
    assert placed(ids[2], ids[2]) == {ids[2]: expected[ids[2]]}


def test_a_save_moves_between_collections_and_out_of_them(backend, user, save):
    one, other, made = backend.new_id(), backend.new_id(), save()
    for place in (one, other, other, None):
        assert backend.saved.move(made, place)
        assert backend.saved.get(made.post_id, user) == replace(made, collection_id=place)
        for collection_id in (one, other):
            listed = [ref(made)] if place == collection_id else []
            assert list(backend.saved.page(user, collection_id, None, 9)) == listed


def test_a_save_that_went_or_was_made_anew_does_not_move(backend, user, save):
    made = save()
    backend.saved.remove(made.post_id, user)
    assert not backend.saved.move(made, backend.new_id())
    assert backend.saved.get(made.post_id, user) is None
    anew = replace(made, saved_id=backend.new_id())
    backend.saved.add(anew)
    assert not backend.saved.move(made, backend.new_id())
    assert backend.saved.get(made.post_id, user) == anew


def test_saves_are_dropped_together_for_their_user_alone(backend, user, save):
    first, second, left = save(), save(), save()
    others = replace(first, user_id=backend.name("another"))
    backend.saved.add(others)
    backend.saved.drop(user, [first.post_id, second.post_id, "never saved"])
    assert list(backend.saved.page(user, None, None, 9)) == [ref(left)]
    assert backend.saved.get(others.post_id, others.user_id) == others


@pytest.mark.parametrize("consistent", [True, False])
def test_saves_are_looked_up_with_other_rows(backend, user, save, consistent):
    made = save()
    pairs = [(made.post_id, user), (made.post_id, "another"), ("another", user)]
    [found] = backend.read_together(backend.saved.lookup(pairs, consistent=consistent))
    assert found == {(made.post_id, user): True}


@pytest.fixture
def make(backend, user):
    def make():
        made = Collection(
            user_id=user, collection_id=backend.new_id(), name="Ö", created_at=backend.clock()
        )
        assert backend.collections.add(made)
        return made

    return make


def test_a_collection_is_added_once_renamed_and_removed(backend, user, make):
    made = make()
    assert not backend.collections.add(replace(made, name="another"))
    assert backend.collections.get(user, made.collection_id) == made
    assert backend.collections.get("another", made.collection_id) is None
    assert backend.collections.rename(user, made.collection_id, "evenings")
    assert backend.collections.get(user, made.collection_id) == replace(made, name="evenings")
    backend.collections.remove(user, made.collection_id)
    backend.collections.remove(user, made.collection_id)
    assert backend.collections.get(user, made.collection_id) is None
    assert not backend.collections.rename(user, made.collection_id, "late")
    assert backend.collections.get(user, made.collection_id) is None


def test_collections_are_listed_and_counted_newest_first(backend, user, make):
    newest = [make() for _ in range(4)][::-1]
    assert list(backend.collections.page(user, None, 9)) == newest
    assert list(backend.collections.page(user, None, 2)) == newest[:2]
    assert list(backend.collections.page(user, newest[1].collection_id, 9)) == newest[2:]
    assert backend.collections.count(user) == 4
    assert backend.collections.count("nobody") == 0
