"""The contract of `functions.passes.ports.PassStore`."""

from uuid import uuid4

import pytest
from msgspec.structs import replace

from functions.clock import utc_now
from functions.passes.domain import Wait
from functions.passes.storage import PassTable
from tests.fakes.passes import FakePasses


@pytest.fixture(params=["fake", "real"])
def store(request):
    return FakePasses() if request.param == "fake" else PassTable(utc_now)


@pytest.fixture
def wait(store):
    made = Wait(user_id=uuid4().hex, purpose="erase", ticket="1", username="ada")
    yield made
    store.remove(made.user_id, made.purpose)


def test_the_state_moves_only_from_what_it_was(store):
    held, announced = store.state()
    moved = replace(held, number=held.number + 1)
    assert store.move(held, moved)
    assert not store.move(held, replace(held, number=0))
    assert store.state() == (moved, announced)


def test_it_does_not_move_past_an_announcement(store):
    held, announced = store.state()
    assert store.announce() == held
    assert not store.move(held, replace(held, number=7), announced)
    assert store.move(held, replace(held, number=8), announced + 1)
    assert store.move(store.state()[0], held)


def test_a_wait_is_one_for_each_purpose_until_it_is_removed(store, wait):
    export = replace(wait, purpose="export", username="")
    for one in (wait, export):
        store.put(one)
        assert store.get(one.user_id, one.purpose) == one
        assert one in store.waits()
    store.remove(wait.user_id, "export")
    assert store.get(wait.user_id, "export") is None
    assert store.get(wait.user_id, "erase") == wait


def test_what_a_pass_does_with_a_wait_is_kept_unless_it_was_replaced(store, wait):
    store.put(wait)
    store.enter(wait, 3)
    for table in ("likes", "comments", "likes"):
        store.note(wait, table)
    store.finish(wait)
    done = replace(wait, number=3, found=["comments", "likes"], done=True)
    assert store.get(wait.user_id, "erase") == done
    again = replace(wait, ticket="2")
    store.put(again)
    store.enter(wait, 4)
    store.note(wait, "likes")
    store.finish(wait)
    assert store.get(wait.user_id, "erase") == again
    store.remove(wait.user_id, "erase")
    store.finish(wait)
    assert store.get(wait.user_id, "erase") is None
