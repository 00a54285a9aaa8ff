"""An operator erases without a password: anybody there is, and once more who was erased."""

import msgspec
import pytest

from functions.accounts.ports import PoolRefused
from functions.accounts.service import FIRST_STEP
from functions.erasure.manual import ManualErasure
from functions.errors import NotFound, TooManyRequests


@pytest.fixture
def looked():
    """The ids that were looked for everywhere."""
    return []


@pytest.fixture
def operator(world, looked):
    def is_left(state):
        looked.append(state.user_id)
        return state.user_id == "of rows alone"

    return ManualErasure(world.users, world.pool, is_left, world.clock)


def test_a_user_is_found_by_the_row_hidden_at_once_and_erased_from_the_first_step(
    world, operator, looked
):
    ada = world.person("ada")
    found = operator.find(ada)
    assert (found.username, found.step) == ("ada", FIRST_STEP)
    assert world.users.get(ada)  # nothing has changed yet
    operator.erase(found)
    assert world.users.get(ada) is None
    assert world.users.get_erasure(ada) == found
    assert looked == []


def test_an_erasure_that_is_under_way_or_done_begins_anew(world, operator):
    ada = world.person("ada")
    operator.erase(operator.find(ada))
    under_way = msgspec.structs.replace(world.users.get_erasure(ada), step="rows", rounds=3)
    world.users.graves[ada] = under_way
    again = operator.find(ada)
    assert (again.username, again.step, again.rounds) == ("ada", FIRST_STEP, 0)
    world.users.graves[ada] = msgspec.structs.replace(under_way, step=None, username="")
    operator.erase(operator.find(ada))
    assert world.users.get_erasure(ada).step == FIRST_STEP


def test_an_account_that_has_lost_its_row_is_named_by_the_pool(world, operator, looked):
    user_id, _ = world.cognito.sign_up("cleo", "cleo@example.com", "correct horse")
    assert operator.find(user_id).username == "cleo"
    assert looked == []


def test_a_busy_pool_is_a_problem(world, operator, monkeypatch):
    def busy(*_):
        raise PoolRefused("busy")

    monkeypatch.setattr(world.cognito, "name_of", busy)
    with pytest.raises(TooManyRequests):
        operator.find(world.person("ada"))


def test_whoever_has_left_rows_alone_is_found_by_them_without_a_name(operator, looked):
    assert operator.find("of rows alone").username == ""
    assert looked == ["of rows alone"]


def test_whom_nothing_tells_of_is_not_found(world, operator):
    with pytest.raises(NotFound):
        operator.find("nobody")
    assert world.users.get_erasure("nobody") is None
