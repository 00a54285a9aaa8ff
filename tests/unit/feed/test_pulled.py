"""Posts of pulled authors: cached for a minute, shared, and merged exactly."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions import author_cache
from functions.clock import ulid_at
from functions.feed import entries as entries_module
from functions.feed import pulled
from functions.feed.entries import Entries
from functions.feed.pulled import HEAD, PulledPosts
from functions.posts.domain import PostRef
from tests.fakes.clock import SetClock
from tests.fakes.timelines import FakeTimelines

KEPT = timedelta(days=30)


def nobody(viewer_id):
    """Whom a viewer has muted."""
    return frozenset()


class Shelf:
    """Authors' published posts, and a record of what was asked of them."""

    def __init__(self, posts=()):
        self.posts = sorted(posts, key=lambda post: post.published_id, reverse=True)
        self.asked = []

    def recent(self, author_id, before, limit):
        self.asked.append((author_id, before, limit))
        theirs = [post for post in self.posts if post.author_id == author_id]
        return [post for post in theirs if before is None or post.published_id < before][:limit]


class Pulls:
    """Whom a viewer pulls."""

    def __init__(self, authors):
        self.authors = authors
        self.asked = 0

    def pulled(self, follower_id):
        self.asked += 1
        return self.authors


@pytest.fixture
def clock():
    return SetClock()


def posts_of(clock, author, count, start=0):
    """Posts of an author, one a minute, the oldest first."""
    moments = [clock() - timedelta(minutes=1000 - start - i) for i in range(count)]
    return [PostRef(ulid_at(at, 7), f"{author}-{i}", author) for i, at in enumerate(moments, start)]


def reader(shelf, clock, authors=()):
    return PulledPosts(Pulls(authors), shelf, KEPT, clock)


def test_a_head_is_read_once_a_minute_and_shared_by_all_readers(clock):
    shelf = Shelf(posts_of(clock, "ada", 3))
    pulls = reader(shelf, clock)
    first = pulls.before(["ada"], None, 20)
    assert [post.post_id for post in first] == ["ada-2", "ada-1", "ada-0"]
    clock.move(seconds=59.9)
    assert pulls.before(["ada"], None, 20) == first
    assert shelf.asked == [("ada", None, HEAD)]
    clock.move(seconds=0.1)
    pulls.before(["ada"], None, 20)
    assert shelf.asked == [("ada", None, HEAD)] * 2


def test_a_new_post_is_seen_within_a_minute(clock):
    shelf = Shelf(posts_of(clock, "ada", 1))
    pulls = reader(shelf, clock)
    pulls.before(["ada"], None, 20)
    shelf.posts[:0] = posts_of(clock, "ada", 1, start=5)
    assert len(pulls.before(["ada"], None, 20)) == 1
    clock.move(seconds=60)
    assert len(pulls.before(["ada"], None, 20)) == 2


def test_an_author_without_posts_is_remembered_too(clock):
    shelf = Shelf()
    pulls = reader(shelf, clock)
    assert pulls.before(["ada"], None, 20) == pulls.before(["ada"], None, 20) == []
    assert len(shelf.asked) == 1


def test_nobody_pulled_costs_nothing(clock):
    shelf = Shelf()
    assert reader(shelf, clock).before([], None, 20) == []
    assert shelf.asked == []


def test_more_is_read_only_of_an_author_whose_older_posts_may_be_among_the_newest(clock):
    busy = posts_of(clock, "busy", 60, start=100)
    calm = posts_of(clock, "calm", 60, start=0)
    shelf = Shelf(busy + calm)
    pulls = reader(shelf, clock)
    assert len(pulls.before(["busy", "calm"], None, 20)) == 20
    assert len(shelf.asked) == 2
    assert len(pulls.before(["busy", "calm"], None, HEAD)) == HEAD
    assert len(shelf.asked) == 2
    assert len(pulls.before(["busy", "calm"], None, HEAD + 1)) == HEAD + 1
    assert [author for author, *_ in shelf.asked[2:]] == ["busy"]


def test_an_older_page_is_read_behind_the_head_and_leaves_the_head_as_it_was(clock):
    shelf = Shelf(posts_of(clock, "ada", 100))
    pulls = reader(shelf, clock)
    newest = pulls.before(["ada"], None, 10)
    deep = shelf.posts[70].published_id
    assert pulls.before(["ada"], deep, 10) == shelf.posts[71:81]
    assert shelf.asked[1:] == [("ada", deep, HEAD)]
    assert pulls.before(["ada"], None, 10) == newest
    assert len(shelf.asked) == 2


def test_posts_leave_at_the_age_at_which_they_leave_timelines(clock):
    shelf = Shelf(posts_of(clock, "ada", 1))
    [post] = shelf.posts
    clock.moment += KEPT - timedelta(minutes=1000) - timedelta(milliseconds=1)
    assert reader(shelf, clock).before(["ada"], None, 20) == [post]
    clock.move(milliseconds=1)
    assert reader(shelf, clock).before(["ada"], None, 20) == []


def test_heads_are_forgotten_before_they_are_too_many(clock, monkeypatch):
    monkeypatch.setattr(author_cache, "CACHE_SIZE", 3)
    shelf = Shelf([post for i in range(10) for post in posts_of(clock, f"a{i}", 1)])
    pulls = reader(shelf, clock)
    for number in range(10):
        assert len(pulls.before([f"a{number}"], None, 5)) == 1
        assert len(pulls._heads._known) <= 3
    assert len(pulls.before([f"a{i}" for i in range(10)], None, 20)) == 10


@given(st.data())
def test_the_merge_is_what_sorting_everything_would_be(data):
    clock = SetClock()
    authors = [f"a{i}" for i in range(data.draw(st.integers(1, 4)))]
    minutes = data.draw(st.lists(st.integers(0, 60 * 24 * 40), unique=True, max_size=60))
    posts = []
    for number, age in enumerate(sorted(minutes)):
        author = authors[data.draw(st.integers(0, len(authors) - 1))]
        posts.append(PostRef(ulid_at(clock() - timedelta(minutes=age), 1), f"p{number}", author))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pulled, "HEAD", data.draw(st.integers(1, 5)))
        pulls = reader(Shelf(posts), clock)
        stay = [p for p in posts if p.published_id > ulid_at(clock() - KEPT, 1)]
        everything = sorted(stay, key=lambda post: post.published_id, reverse=True)
        before, count, seen = None, data.draw(st.integers(1, 9)), []
        while page := pulls.before(authors, before, count):
            seen += page
            before = page[-1].published_id
            if data.draw(st.booleans()):
                clock.move(seconds=61)
                clock.move(seconds=-61)
        assert seen == everything


class TestEntries:
    """The timeline merged with what is pulled."""

    @given(st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)), st.integers(1, 12))
    def test_a_post_that_is_in_both_is_there_once(self, pushed, pulled_ones, size):
        clock = SetClock()
        posts = posts_of(clock, "ada", 41)
        timelines = FakeTimelines(KEPT, clock)
        timelines.put(("bob", posts[i]) for i in pushed)
        pulls = PulledPosts(Pulls(["ada"]), Shelf(posts[i] for i in pulled_ones), KEPT, clock)
        expected = [posts[i] for i in sorted(pushed | pulled_ones, reverse=True)]
        entries, seen, before = Entries("bob", timelines, pulls, nobody), [], None
        while page := entries.before(before, size):
            seen += page
            before = page[-1].published_id
        assert seen == expected
        assert Entries("bob", timelines, pulls, nobody).before(None, 0) == []

    @given(st.sets(st.integers(0, 30), min_size=1), st.integers(1, 7), st.data())
    def test_between_two_entries_are_all_of_them(self, there, size, data):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(entries_module, "CANDIDATES", size)
            self.all_between(there, data)

    def all_between(self, there, data):
        clock = SetClock()
        posts = posts_of(clock, "ada", 31)
        timelines = FakeTimelines(KEPT, clock)
        timelines.put(("bob", posts[i]) for i in there)
        oldest, newest = sorted(data.draw(st.tuples(*[st.sampled_from(sorted(there))] * 2)))
        entries = Entries("bob", timelines, PulledPosts(Pulls([]), Shelf(), KEPT, clock), nobody)
        found = entries.between(posts[newest].published_id, posts[oldest].published_id)
        assert found == [posts[i] for i in sorted(there, reverse=True) if oldest <= i <= newest]

    def test_whom_a_viewer_pulls_and_has_muted_is_asked_once_a_request(self, clock):
        pulls = Pulls(["ada"])
        posts = PulledPosts(pulls, Shelf(posts_of(clock, "ada", 9)), KEPT, clock)
        asked = []

        def muted(viewer_id):
            asked.append(viewer_id)
            return frozenset({"eve"})

        entries = Entries("bob", FakeTimelines(KEPT, clock), posts, muted)
        page = entries.before(None, 3)
        entries.before(page[-1].published_id, 3)
        assert pulls.asked == 1
        assert asked == ["bob"]
        assert entries.muted == {"eve"}
