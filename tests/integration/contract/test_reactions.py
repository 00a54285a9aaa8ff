"""The contracts of `functions.reactions.ports` and of `functions.counters.ports.TallyStore`."""

from datetime import timedelta

import pytest

from functions.counters.domain import COMMENTS, LIKES, Record, Tally, padded, position
from functions.reactions.domain import Comment


@pytest.fixture
def post(backend):
    return backend.name("post")


def test_a_like_is_there_once_and_goes_once(backend, post):
    likes = backend.likes
    assert [likes.add(post, "ada"), likes.add(post, "ada")] == [True, False]
    assert [likes.remove(post, "ada"), likes.remove(post, "ada")] == [True, False]
    assert likes.add(post, "ada")
    assert likes.users(post, None, 10) == ["ada"]


def test_likers_are_read_page_by_page_in_the_order_of_their_ids(backend, post):
    for user in ("eve", "ada", "bob"):
        backend.likes.add(post, user)
    backend.likes.add(backend.name("other"), "zoe")
    assert backend.likes.users(post, None, 2) == ["ada", "bob"]
    assert backend.likes.users(post, "bob", 2) == ["eve"]
    assert backend.likes.users(post, "eve", 2) == []


def comment_on(backend, post, **fields):
    plain = {"user_id": "ada", "text": "so\nbeautiful 🙂", "reply_to": None}
    return Comment(
        post_id=post, comment_id=backend.new_id(), created_at=backend.clock(), **{**plain, **fields}
    )


def test_a_comment_is_read_as_it_was_written_once(backend, post):
    first = comment_on(backend, post, reply_to="another")
    assert backend.comments.get(post, first.comment_id) is None
    assert [backend.comments.add(first), backend.comments.add(first)] == [True, False]
    assert backend.comments.get(post, first.comment_id) == first
    remove = backend.comments.remove
    assert [remove(post, first.comment_id), remove(post, first.comment_id)] == [True, False]


def test_comments_are_paged_from_both_ends(backend, post):
    written = [comment_on(backend, post) for _ in range(5)]
    for one in written:
        backend.comments.add(one)
    page, ids = backend.comments.page, [one.comment_id for one in written]
    assert list(page(post, None, 2, newest_first=False)) == written[:2]
    assert list(page(post, ids[1], 9, newest_first=False)) == written[2:]
    assert list(page(post, None, 2, newest_first=True)) == [written[4], written[3]]
    assert list(page(post, ids[3], 9, newest_first=True)) == written[2::-1]
    assert list(page(post, ids[0], 9, newest_first=True)) == []


def records(*numbers, change=1):
    return [Record(padded(str(n)), "t", f"u{n}", change) for n in numbers]


def add(backend, target, numbers, shard="likes.a", kind=LIKES):
    some = records(*numbers)
    return backend.tallies.add(target, kind, len(some), shard, some)


def test_a_target_that_was_never_counted_has_an_empty_tally(backend, post):
    assert backend.tallies.read(post) == Tally()


def test_a_shard_is_counted_behind_its_position_alone(backend, post):
    done, tally = add(backend, post, [7, 9])
    at = position(padded("9"), backend.clock())
    assert (done, tally.counts["likes"], tally.positions) == (True, 2, {"likes.a": at})
    for numbers in ([7, 9], [9], [8, 9, 10], [1]):
        assert add(backend, post, numbers) == (False, tally)
    done, tally = add(backend, post, [10, 100])
    assert (done, tally.counts["likes"], tally.counted_to("likes.a")) == (True, 4, padded("100"))


def test_each_shard_and_each_kind_has_a_position_of_its_own(backend, post):
    add(backend, post, [50])
    assert add(backend, post, [3], shard="likes.b")[0]
    done, tally = add(backend, post, [4], shard="comments.a", kind=COMMENTS)
    assert (done, tally.counts["likes"], tally.counts["comments"]) == (True, 2, 1)
    assert backend.tallies.read(post) == tally


def test_positions_are_forgotten_unless_they_have_moved(backend, post):
    _, tally = add(backend, post, [5])
    add(backend, post, [6], shard="likes.b")
    stale = dict(tally.positions)
    add(backend, post, [8])
    backend.tallies.forget(post, stale)
    tally = backend.tallies.read(post)
    assert set(tally.positions) == {"likes.a", "likes.b"}
    backend.tallies.forget(post, {"likes.b": tally.positions["likes.b"]})
    tally = backend.tallies.read(post)
    assert (set(tally.positions), tally.counts["likes"]) == ({"likes.a"}, 3)


def test_a_row_is_replaced_if_it_is_the_one_that_was_seen(backend, post):
    made = Tally({"likes": 9}, {"likes.a": position(padded("70"), backend.clock())}, 1)
    assert backend.tallies.replace(post, Tally(), made)
    assert not backend.tallies.replace(post, Tally(), made)
    add(backend, post, [71])
    again = Tally({"likes": 1}, {}, 2)
    assert not backend.tallies.replace(post, made, again)
    seen = backend.tallies.read(post)
    assert (seen.counts["likes"], seen.changes) == (10, 2)
    assert backend.tallies.replace(post, seen, Tally({"likes": 1}, {}, 3))
    assert backend.tallies.read(post).counts["likes"] == 1


def test_a_position_goes_when_the_records_before_it_have_expired(backend, post):
    _, tally = add(backend, post, [5])
    assert not tally.stale(backend.clock() + timedelta(hours=25))
    assert tally.stale(backend.clock() + timedelta(hours=26)) == tally.positions
