"""The contract of `functions.feed.ports.TimelineStore`, and of counts and likes."""

import pytest

from functions.counters.domain import Counts
from functions.posts.domain import PostRef


@pytest.fixture
def refs(backend):
    """Return six posts, oldest first."""
    return [PostRef(backend.new_id(), backend.name("post"), "author") for _ in range(6)]


def test_a_timeline_is_read_newest_first_page_by_page(backend, refs):
    viewer, other = backend.name("viewer"), backend.name("other")
    backend.timelines.put((viewer, ref) for ref in refs)
    backend.timelines.put([(other, refs[0])])
    newest = refs[::-1]
    read = backend.timelines.read
    assert list(read(viewer, None, 10)) == newest
    assert list(read(viewer, None, 2)) == newest[:2]
    assert list(read(viewer, newest[1].published_id, 2)) == newest[2:4]
    assert list(read(viewer, newest[5].published_id, 2)) == []
    assert list(read(viewer, None, 0)) == list(read(viewer, None, -1)) == []
    assert list(read(other, None, 10)) == refs[:1]


def test_putting_and_removing_may_be_repeated(backend, refs):
    viewer = backend.name("viewer")
    entries = [(viewer, ref) for ref in refs]
    backend.timelines.put(entries)
    backend.timelines.put(entries[:3])
    backend.timelines.remove(entries[1:])
    backend.timelines.remove(entries[1:])
    assert list(backend.timelines.read(viewer, None, 10)) == refs[:1]


def test_a_page_is_read_behind_an_entry_that_has_gone(backend, refs):
    viewer = backend.name("viewer")
    backend.timelines.put((viewer, ref) for ref in refs)
    backend.timelines.remove([(viewer, refs[3])])
    assert list(backend.timelines.read(viewer, refs[3].published_id, 2)) == [refs[2], refs[1]]


def test_an_entry_has_left_the_second_its_time_is_over(backend, refs):
    viewer = backend.name("viewer")
    backend.timelines.put([(viewer, refs[0])])
    backend.clock.move(days=30, seconds=-1)
    assert list(backend.timelines.read(viewer, None, 10)) == refs[:1]
    backend.clock.move(seconds=1)
    assert list(backend.timelines.read(viewer, None, 10)) == []


def test_an_entry_whose_time_is_over_is_not_put(backend, refs):
    viewer = backend.name("viewer")
    backend.clock.move(days=31)
    backend.timelines.put([(viewer, refs[0])])
    backend.clock.move(days=-2)
    assert list(backend.timelines.read(viewer, None, 10)) == []


def test_a_page_is_full_although_entries_before_it_have_expired(backend):
    viewer = backend.name("viewer")
    old = [PostRef(backend.new_id(), backend.name("post"), "author") for _ in range(3)]
    backend.clock.move(days=1)
    new = [PostRef(backend.new_id(), backend.name("post"), "author") for _ in range(3)]
    backend.timelines.put((viewer, ref) for ref in [*old, *new])
    backend.clock.move(days=29)
    assert list(backend.timelines.read(viewer, None, 10)) == new[::-1]


def test_more_than_one_batch_of_entries_is_written(backend):
    ref = PostRef(backend.new_id(), backend.name("post"), "author")
    viewers = [backend.name("viewer") for _ in range(30)]
    backend.timelines.put((viewer, ref) for viewer in viewers)
    assert all(list(backend.timelines.read(v, None, 5)) == [ref] for v in viewers)
    backend.timelines.remove((viewer, ref) for viewer in viewers)
    assert not any(backend.timelines.read(v, None, 5) for v in viewers)


def test_several_tables_are_read_together_in_the_order_asked_for(backend):
    user, post = backend.user("ada"), backend.name("post")
    backend.like(post, user.user_id)
    backend.count(post, Counts(likes=3, comments=1))
    unknown = backend.name("unknown")
    assert backend.read_together(
        backend.likes.lookup([(post, user.user_id), (post, unknown)]),
        backend.users.lookup([user.user_id, unknown]),
        backend.counts.lookup([post, unknown]),
        backend.counts.lookup([]),
    ) == [
        {(post, user.user_id): True},
        {(user.user_id,): user},
        {(post,): Counts(likes=3, comments=1)},
        {},
    ]


def test_more_keys_than_one_batch_takes_are_read(backend):
    posts = [backend.name("post") for _ in range(230)]
    for post in (posts[0], posts[120], posts[229]):
        backend.count(post, Counts(likes=1))
    [found] = backend.read_together(backend.counts.lookup(posts))
    assert found == {(posts[i],): Counts(likes=1) for i in (0, 120, 229)}
