"""Reading on while posts come and go, and authors with them: no post twice, none passed over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.counters.domain import Counts
from functions.feed import service
from functions.feed.schemas import FeedQuery
from tests.fakes.courier import Courier
from tests.fakes.world import World

AUTHORS = ["ada", "eve", "joe"]
HOURS = st.integers(0, 40)
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["publish", "delete", "follow", "unfollow", "like"]),
        st.integers(0, 99),
    ),
    max_size=4,
)
"""What happens between two pages."""
LIMITS = st.integers(1, 5)
SMALL_CAP = 6


class Reading:
    """Bob's feed, read page by page, and what was done to it since the reading began."""

    def __init__(self, order, before):
        self.world = World()
        self._courier = Courier(self.world)
        for name in ("bob", *AUTHORS):
            self.world.person(name)
        for author in AUTHORS[:2]:
            self.world.social.follow("bob", author)
        self.posts = {}
        for number, hours in before:
            self.publish(number)
            self.world.clock.move(hours=hours)
        self.order = order
        self.begun = self.whole()
        self.touched = set()

    def publish(self, number):
        author = [*AUTHORS, "bob"][number % 4]
        self.posts[self.world.post(author).post_id] = author
        self._courier.settle()

    def happen(self, kind, number):
        author = AUTHORS[number % len(AUTHORS)]
        if kind == "publish":
            self.publish(number)
        elif kind == "like" and self.posts:
            self.world.counts.rows[self._one(number)] = Counts(likes=number)
        elif kind == "delete" and self.posts:
            post_id = self._one(number)
            self.world.posts.delete(self.posts.pop(post_id), post_id)
            self.touched.add(post_id)
        elif kind in ("follow", "unfollow"):
            getattr(self.world.social, kind)("bob", author)
            self.touched |= {post for post, by in self.posts.items() if by == author}
        self._courier.settle()

    def _one(self, number):
        return sorted(self.posts)[number % len(self.posts)]

    def page(self, cursor, limit):
        page = self.world.feed.home("bob", "bob", FeedQuery(limit, cursor, self.order))
        return [post.post_id for post in page.items], page.next_cursor

    def whole(self):
        return self.page(None, 50)[0]


BEFORE = st.lists(st.tuples(st.integers(0, 99), HOURS), max_size=14)


def read_through(reading, data):
    """All pages, and what happens between them."""
    shown, cursor = [], None
    while True:
        items, cursor = reading.page(cursor, data.draw(LIMITS))
        shown += items
        if cursor is None:
            return shown
        for event in data.draw(EVENTS):
            reading.happen(*event)


@pytest.mark.parametrize("order", ["recent", "ranked"])
@given(before=BEFORE, data=st.data())
def test_what_was_there_and_stays_is_shown_once_and_in_its_place(order, before, data):
    reading = Reading(order, before)
    shown = read_through(reading, data)
    assert len(set(shown)) == len(shown)
    stayed = [post for post in reading.begun if post not in reading.touched]
    assert [post for post in shown if post in stayed] == stayed


@given(before=BEFORE, data=st.data())
def test_nothing_that_has_come_since_moves_into_later_pages(before, data):
    reading = Reading("recent", before)
    shown = read_through(reading, data)
    assert shown == sorted(shown, reverse=True)  # a ULID sorts by time


@given(before=BEFORE, data=st.data(), limits=st.lists(LIMITS, min_size=1))
def test_a_reader_goes_back_as_far_as_the_cap_whatever_the_pages(before, data, limits):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "TIMELINE_CAP", SMALL_CAP)
        reading = Reading("recent", before)
        entries = reading.world.timelines.of("bob")
        assert read_quietly(reading, limits) == entries[:SMALL_CAP]
        assert len(read_through(reading, data)) <= SMALL_CAP


def read_quietly(reading, limits):
    shown, cursor, number = [], None, 0
    while True:
        items, cursor = reading.page(cursor, limits[number % len(limits)])
        shown, number = [*shown, *items], number + 1
        if cursor is None:
            return shown
