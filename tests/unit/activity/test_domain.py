"""Groups stay exact in whatever batches, and however often, their records come."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.activity.domain import (
    PEOPLE,
    Cause,
    Group,
    Happening,
    Name,
    changes,
    milliseconds,
    name_of,
)
from functions.clock import ulid_at

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
EMPTY = Group(owner_id="ada", name="2026-11-29.like.p")


def cause(actor, at=NOW, item="", kind="like"):
    return Cause("ada", kind, actor, at, "p", item=item)


def told(*causes_and_changes):
    return [
        Happening(number, one, change, NOW)
        for number, (one, change) in enumerate(causes_and_changes, 1)
    ]


def after(happenings, group=EMPTY, shard="s"):
    return group.after(shard, happenings, NOW)


@st.composite
def histories(draw, kind, people=PEOPLE + 4):
    """Draw a sequence of events in which every row comes before it goes."""
    there, found, at = [], [], NOW
    for number in range(draw(st.integers(0, 40))):
        at += timedelta(milliseconds=1)
        if there and draw(st.booleans()):
            found.append((there.pop(draw(st.integers(0, len(there) - 1))), -1))
        else:
            actor = f"user {draw(st.integers(1, people))}"
            if kind == "like" and actor in {one.actor_id for one in there}:
                continue
            item = ulid_at(at, number) if kind == "comment" else ""
            there.append(cause(actor, at, item, kind))
            found.append((there[-1], 1))
    return told(*found), there


@given(histories("like"), st.data())
def test_likes_are_counted_exactly_however_the_batches_are_cut_and_repeated(history, data):
    happenings, there = history
    group, reached = EMPTY, 0
    while reached < len(happenings):
        begin = data.draw(st.integers(0, reached))
        reached = data.draw(st.integers(reached + 1, len(happenings)))
        group = after(happenings[begin:reached], group)
    assert group.actor_count == len(there)
    assert {one.user_id for one in group.people} <= {one.actor_id for one in there}


@given(histories("comment", people=PEOPLE))
def test_of_few_writers_each_counts_once_and_the_newest_comment_is_named(history):
    happenings, there = history
    group = after(happenings)
    assert group.actor_count == len({one.actor_id for one in there})
    assert Counter({p.user_id: p.events for p in group.people}) == Counter(
        one.actor_id for one in there
    )


@given(histories("comment"))
def test_a_group_is_empty_exactly_when_all_its_comments_have_gone(history):
    happenings, there = history
    group = after(happenings)
    assert sum(one.events for one in group.people) + group.others == len(there)
    assert bool(group.actor_count) == bool(there)


@given(histories("like"), st.integers(0, 40))
def test_shards_are_counted_independently(history, cut):
    """A shard that continues another one numbers its records anew."""
    happenings, there = history
    group = after(happenings[cut:], after(happenings[:cut]), "another shard")
    assert after(happenings[:cut], group) == group
    assert group.actor_count == len(there)


def test_the_newest_people_come_first_and_the_others_are_a_number():
    actors = [f"user {number}" for number in range(PEOPLE + 3)]
    likes = [(cause(who, NOW + timedelta(seconds=n)), 1) for n, who in enumerate(actors)]
    group = after(told(*likes))
    assert [one.user_id for one in group.people] == actors[::-1][:PEOPLE]
    assert group.others == 3
    assert group.at == milliseconds(NOW + timedelta(seconds=PEOPLE + 2))


def test_an_end_of_which_nobody_heard_the_beginning_changes_no_count():
    """The like is from a release without activity."""
    assert after(told((cause("bob"), -1))).actor_count == 0
    assert after(told((cause("eve"), 1), (cause("bob"), -1))).actor_count == 1


def test_positions_are_forgotten_when_their_records_have_expired():
    group = after(told((cause("bob"), 1)))
    later = group.after("t", told((cause("eve"), 1)), NOW + timedelta(hours=26))
    assert [*group.positions, *later.positions] == ["s", "t"]


def test_ones_own_actions_and_unchanged_rows_make_nothing():
    mine, his = cause("ada"), cause("bob")
    assert changes([], [mine, his]) == [(his, 1)]
    assert changes([his], [his]) == []
    assert changes([his], []) == [(his, -1)]


def test_a_name_is_read_as_it_was_written_and_sorts_by_day():
    names = [Name("2026-11-28", "reply", "p", "c"), Name("2026-11-29", "follow")]
    assert [name_of(str(one)) for one in names] == names
    assert sorted(map(str, names)) == [*map(str, names)]
    assert names[1].expires_at == datetime(2027, 2, 28, tzinfo=UTC)
