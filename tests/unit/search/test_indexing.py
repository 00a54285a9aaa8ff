"""The index follows the users, whatever order and however often jobs come."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from functions.accounts.domain import User
from functions.aws.errors import Contended
from functions.queues import IndexUser
from functions.search.domain import entry_of, places_of
from functions.search.indexing import ATTEMPTS, Indexing
from tests.fakes.pictures import SOME_TIME
from tests.fakes.search import FakePeopleIndex
from tests.fakes.users import FakeUsers

ADA = User(
    user_id="ada", username="ada", display_name="Ada", created_at=SOME_TIME,
    last_active=SOME_TIME.date(),
)  # fmt: skip
STATES = [
    ADA,
    replace(ADA, display_name="Ada Lovelace"),
    replace(ADA, username="countess", display_name="Ada"),
    replace(ADA, follower_count=1),
    replace(ADA, follower_count=5000, display_name="Ada Byron"),
    None,
]
"""What the account may be; None is gone."""


def job(old, new):
    before, now = (entry_of(one) if one else None for one in (old, new))
    return IndexUser("ada", before, now)


class Stage:
    """A users table whose changes are jobs, and an index."""

    def __init__(self) -> None:
        self.users = FakeUsers()
        self.index = FakePeopleIndex()
        self.indexing = Indexing(self.index, self.users)
        self.jobs: list[IndexUser] = []
        self.turn(ADA)

    def turn(self, new: User | None) -> None:
        """Change the account."""
        old = self.users.get("ada")
        if new is None and old is not None:
            self.users.rows.drop("ada")
        elif new is not None:
            self.users.rows.put("ada", new)
        if old != new:
            self.jobs.append(job(old, new))

    def expected(self):
        now = self.users.get("ada")
        return {place: entry_of(now) for place in places_of(entry_of(now))} if now else {}


@given(st.data())
def test_any_order_and_any_repetition_of_jobs_ends_in_the_same_index(data):
    stage = Stage()
    for state in data.draw(st.lists(st.sampled_from(STATES), min_size=1, max_size=6)):
        stage.turn(state)
        # Some jobs are done at once, some twice, and some while the account changes further.
        for done in data.draw(st.lists(st.sampled_from(stage.jobs), max_size=3)):
            stage.indexing.follow(done)
    for left in data.draw(st.permutations(stage.jobs)):
        stage.indexing.follow(left)
    assert stage.index.rows == stage.expected()


@given(st.data())
def test_a_job_that_dies_half_way_is_finished_when_it_comes_again(data):
    stage = Stage()
    for state in data.draw(st.lists(st.sampled_from(STATES), min_size=1, max_size=5)):
        stage.turn(state)
        if state is not None and data.draw(st.booleans()):
            stage.index.add(entry_of(state))
    for left in data.draw(st.permutations(stage.jobs)):
        stage.indexing.follow(left)
    assert stage.index.rows == stage.expected()


class Meddler(FakeUsers):
    """Users that change after each read, so many times."""

    def __init__(self) -> None:
        super().__init__()
        self.then: list[Callable[[], None]] = []

    def get(self, user_id: str) -> User | None:
        found = super().get(user_id)
        if self.then:
            self.then.pop(0)()
        return found


def meddled(index, present, *following):
    """Return users that change after each of the first reads, and a rival that does the jobs of
    that."""
    users = Meddler()
    users.rows.put("ada", present)

    def change(old, new):
        users.rows.put("ada", new)
        then, users.then = users.then, []
        Indexing(index, users).follow(job(old, new))
        users.then = then

    pairs = pairwise((present, *following))
    users.then = [lambda old=old, new=new: change(old, new) for old, new in pairs]
    return users


@pytest.mark.parametrize("old", STATES[:3])
@pytest.mark.parametrize("new", STATES[:3])
@pytest.mark.parametrize("present", STATES[:3])
@pytest.mark.parametrize("following", STATES[:3])
def test_a_job_goes_on_if_the_account_changes_meanwhile(old, new, present, following):
    index = FakePeopleIndex()
    index.add(entry_of(present))
    users = meddled(index, present, following)
    Indexing(index, users).follow(job(old, new))
    assert set(index.rows) == set(places_of(entry_of(following)))


def test_a_job_goes_on_if_the_account_changes_again():
    index = FakePeopleIndex()
    users = meddled(index, STATES[0], STATES[2], STATES[1])
    Indexing(index, users).follow(job(None, STATES[0]))
    assert set(index.rows) == set(places_of(entry_of(STATES[1])))


class Mortal(FakePeopleIndex):
    """An index that dies once after a write."""

    def add(self, entry):
        super().add(entry)
        if entry == entry_of(STATES[2]) and not self.has_died:
            self.has_died = True
            raise RuntimeError("killed")

    has_died = False


def test_a_late_write_of_a_job_that_died_is_undone_when_it_comes_again():
    index = Mortal()
    indexing = Indexing(index, meddled(index, STATES[2], STATES[1]))
    late = job(STATES[0], STATES[2])
    with pytest.raises(RuntimeError):
        indexing.follow(late)
    assert set(index.rows) > set(places_of(entry_of(STATES[1])))
    indexing.follow(late)
    assert set(index.rows) == set(places_of(entry_of(STATES[1])))


def test_a_job_leaves_an_entry_that_is_not_its_own_to_the_job_of_that():
    stage = Stage()
    stage.turn(STATES[2])
    stage.indexing.follow(stage.jobs[0])
    assert stage.index.rows == {}
    stage.indexing.follow(stage.jobs[1])
    assert stage.index.rows == stage.expected()


def test_a_job_gives_up_while_the_account_never_holds_still(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    users = Meddler()
    users.rows.put("ada", ADA)
    users.then = [
        lambda n=n: users.rows.put("ada", replace(ADA, username=f"ada{n}"))
        for n in range(ATTEMPTS + 2)
    ]
    with pytest.raises(Contended):
        Indexing(FakePeopleIndex(), users).follow(job(None, ADA))
