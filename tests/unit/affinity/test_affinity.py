"""Closeness: the sum of what was done, each halved with every half-life since."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.accounts.domain import User
from functions.affinity import service as service_module
from functions.affinity.domain import (
    WEIGHTS,
    Closeness,
    Interaction,
    decay,
    forgotten_at,
    score_at,
    with_interaction,
)
from functions.affinity.service import Affinity
from functions.aws.errors import Contended
from tests.fakes.affinity import FakeAffinity
from tests.fakes.clock import SetClock
from tests.fakes.users import FakeUsers

HALF_LIFE = timedelta(days=7)
START = SetClock()()
interaction_kinds = st.sampled_from(sorted(WEIGHTS))


def touch(kind="like", hours=0.0, viewer="bob", author="ada"):
    return Interaction(viewer, author, kind, START + timedelta(hours=hours))


def people():
    users = FakeUsers()
    for name in ("ada", "bob"):
        users.create(
            User(
                user_id=name, username=name, display_name=name, created_at=START,
                last_active=START.date(),
            )
        )  # fmt: skip
    return users


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def store():
    return FakeAffinity()


@pytest.fixture
def affinity(store, clock):
    return Affinity(store, people(), HALF_LIFE, clock)


def test_a_deed_counts_its_weight_and_half_of_it_a_half_life_later(affinity, clock):
    affinity.record(touch("comment"))
    assert affinity.scores("bob") == {"ada": pytest.approx(4.0)}
    clock.move(days=7)
    assert affinity.scores("bob") == {"ada": pytest.approx(2.0)}
    affinity.record(touch("like", hours=7 * 24))
    assert affinity.scores("bob") == {"ada": pytest.approx(4.0)}
    assert affinity.scores("ada") == {}


def test_ones_own_things_do_not_count(affinity, store):
    affinity.record(touch(viewer="ada"))
    affinity.record_visit("ada", "ada")
    assert store.rows == {}


def test_a_kind_of_deed_writes_once_an_hour_however_often_it_is_done(affinity, store):
    for minute in range(0, 180, 3):
        affinity.record(touch("view", hours=minute / 60))
    assert store.writes == 3
    affinity.record(touch("like"))
    assert store.writes == 4


happenings = st.lists(st.tuples(interaction_kinds, st.integers(0, 40)), max_size=30)


@given(happenings, st.data())
def test_any_repetition_in_the_order_of_time_ends_in_the_same_score(happened, data):
    happened = sorted(happened, key=lambda one: one[1])
    once, again = FakeAffinity(), FakeAffinity()
    for store, repeats in ((once, False), (again, True)):
        affinity = Affinity(store, people(), HALF_LIFE, SetClock())
        for place, (kind, hours) in enumerate(happened):
            affinity.record(touch(kind, hours))
            if repeats and data.draw(st.booleans()):
                earlier = data.draw(st.integers(0, place))
                for one in happened[earlier : place + 1]:
                    affinity.record(touch(*one))
    assert once.rows == again.rows


@given(st.permutations(sorted(WEIGHTS)), st.lists(st.integers(0, 500), min_size=4, max_size=4))
def test_any_order_of_different_interactions_ends_in_the_same_score(order, hours):
    at = dict(zip(sorted(WEIGHTS), hours, strict=True))
    store, clock = FakeAffinity(), SetClock()
    clock.move(hours=600)
    affinity = Affinity(store, people(), HALF_LIFE, clock)
    for kind in order:
        affinity.record(touch(kind, at[kind]))
    expected = sum(WEIGHTS[d] * 2.0 ** -((600 - at[d]) / (7 * 24)) for d in WEIGHTS)
    assert affinity.scores("bob")["ada"] == pytest.approx(expected)


@given(happenings)
def test_a_score_is_never_negative_never_grows_by_itself_and_goes_when_it_is_nothing(happened):
    closeness = Closeness(viewer_id="bob", author_id="ada", as_of=START)
    for kind, hours in happened:
        closeness = with_interaction(closeness, touch(kind, hours), HALF_LIFE) or closeness
    now, later = closeness.as_of, closeness.as_of + timedelta(days=1)
    assert 0 <= score_at(closeness, later, HALF_LIFE) <= score_at(closeness, now, HALF_LIFE)
    gone = forgotten_at(closeness, HALF_LIFE)
    assert score_at(closeness, gone, HALF_LIFE) <= 1 / 64
    assert gone - closeness.as_of >= timedelta(days=1)


def test_what_fades_halves():
    assert decay(HALF_LIFE, HALF_LIFE) == 0.5
    assert decay(timedelta(), HALF_LIFE) == 1.0


def test_of_two_kinds_at_once_both_count(affinity, store):
    save = store.save

    def overtaken(held, new):
        store.save = save
        affinity.record(touch("comment"))
        return save(held, new)

    store.save = overtaken
    affinity.record(touch("like"))
    assert store.rows["bob", "ada"].score == pytest.approx(6.0)


def test_a_row_that_never_stands_still_is_told_to_be_tried_again(affinity, store, monkeypatch):
    monkeypatch.setattr(store, "save", lambda *_: False)
    with pytest.raises(Contended):
        affinity.record(touch())
    affinity.record_visit("bob", "ada")  # no reason to fail for its request
    assert store.rows == {}


def test_a_visit_is_looked_up_once_an_hour_and_process(affinity, store, clock, monkeypatch):
    reads = []
    get = store.get
    monkeypatch.setattr(store, "get", lambda *key: reads.append(key) or get(*key))
    for _ in range(10):
        affinity.record_visit("bob", "ada")
    assert (len(reads), store.writes) == (1, 1)
    Affinity(store, people(), HALF_LIFE, clock).record_visit("bob", "ada")
    assert (len(reads), store.writes) == (2, 1)
    clock.move(hours=1)
    affinity.record_visit("bob", "ada")
    assert (len(reads), store.writes) == (3, 2)


def test_visits_are_remembered_but_not_without_end(affinity, monkeypatch):
    monkeypatch.setattr(service_module, "REMEMBERED", 3)
    for number in range(10):
        affinity.record_visit("bob", f"author-{number}")
        assert len(affinity._visits) <= 3


@pytest.mark.parametrize(("viewer", "author"), [("bob", "gone"), ("gone", "ada")])
def test_a_deed_that_comes_late_is_not_noted_of_those_who_have_left(store, clock, viewer, author):
    affinity = Affinity(store, people(), HALF_LIFE, clock)
    clock.move(seconds=60.001)
    affinity.record(touch(viewer=viewer, author=author))
    assert store.rows == {}
    affinity.record(touch())
    assert list(store.rows) == [("bob", "ada")]


def test_a_deed_of_a_moment_ago_is_noted_without_a_look(store, clock):
    users = people()
    users.read = None
    clock.move(seconds=60)
    Affinity(store, users, HALF_LIFE, clock).record(touch())
    assert list(store.rows) == [("bob", "ada")]
