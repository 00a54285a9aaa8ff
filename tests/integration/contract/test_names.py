"""The contract of `functions.accounts.ports.NameStore`."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from functions.accounts.names import Name
from functions.clock import utc_now, whole_second


@pytest.fixture
def new(backend):
    """Make a claim on a name of this test's own."""

    def new(**fields):
        plain = {
            "name": backend.name("called"), "version": backend.new_id(), "state": "claimed",
            "since": whole_second(utc_now()), "pool_name": "ada:01abc", "verifier": "00ff",
        }  # fmt: skip
        return Name(**{**plain, **fields})

    return new


def changed(backend, name, **fields):
    return replace(name, version=backend.new_id(), **fields)


def test_a_name_is_kept_as_it_was_put(backend, new):
    name = new(user_id="ada", address="ada@example.com", renames=[1, 2], expires_at=3)
    assert backend.names.get(name.name) is None
    assert backend.names.put(name, None)
    assert backend.names.get(name.name) == name


def test_a_name_is_read_from_a_streams_image(backend, new):
    name = new(user_id="ada", address="ada@example.com", renames=[1, 2], expires_at=3)
    backend.names.put(name, None)
    assert backend.names.from_image(backend.image(backend.names, name.name)) == name
    assert backend.names.from_image(None) is None


def test_a_name_is_put_once(backend, new):
    name = new()
    assert backend.names.put(name, None)
    other = changed(backend, name, pool_name="eve:01abc")
    assert not backend.names.put(other, None)
    assert backend.names.get(name.name) == name


def test_a_name_is_replaced_only_as_it_was_read(backend, new):
    first = new()
    backend.names.put(first, None)
    second = changed(backend, first, state="confirmed", verifier=None)
    assert backend.names.put(second, first)
    assert not backend.names.put(changed(backend, first), first)
    assert backend.names.get(first.name) == second


def test_a_name_is_dropped_only_as_it_was_read(backend, new):
    first = new()
    backend.names.put(first, None)
    second = changed(backend, first)
    backend.names.put(second, first)
    assert not backend.names.drop(first)
    assert backend.names.get(first.name) == second
    assert backend.names.drop(second)
    assert backend.names.get(first.name) is None


def test_a_transaction_drops_a_name_only_as_it_was_read(backend, new):
    first, other = new(), new()
    backend.names.put(first, None)
    second = changed(backend, first)
    backend.names.put(second, first)
    put = backend.names.put_step(other, None)
    assert not backend.names.put_all(put, backend.names.drop_step(first))
    assert backend.names.get(first.name) == second
    assert backend.names.get(other.name) is None
    assert backend.names.put_all(put, backend.names.drop_step(second))
    assert backend.names.get(first.name) is None
    assert backend.names.get(other.name) == other


def test_a_transaction_writes_all_names_or_none(backend, new):
    taken, free = new(), new()
    backend.names.put(taken, None)
    steps = [backend.names.put_step(one, None) for one in (free, changed(backend, taken))]
    assert not backend.names.put_all(*steps)
    assert backend.names.get(free.name) is None
    other = changed(backend, taken, since=taken.since + timedelta(1))
    steps = [backend.names.put_step(free, None), backend.names.put_step(other, taken)]
    assert backend.names.put_all(*steps)
    assert (backend.names.get(free.name), backend.names.get(taken.name)) == (free, other)


def test_a_user_is_renamed_with_the_name_alone(backend, new):
    user = backend.user("ada", username="before", display_name="before")
    for username, seen in (("after", user), ("never", user)):
        name = new()
        done = backend.names.put_all(
            backend.names.put_step(name, None), backend.users.rename_step(seen, username)
        )
        assert done == (username == "after")
        assert (backend.names.get(name.name) is not None) == done
    found = backend.users.get(user.user_id)
    assert (found.username, found.display_name) == ("after", "after")
    own = replace(found, display_name="Ada")
    backend.users.update(user.user_id, {"display_name": "Ada"})
    backend.names.put_all(backend.users.rename_step(own, "again"))
    assert backend.users.get(user.user_id).display_name == "Ada"


def test_a_user_is_not_renamed_over_a_display_name_that_was_not_seen(backend, new):
    user = backend.user("ada", username="before", display_name="before")
    backend.users.update(user.user_id, {"display_name": "Ada"})
    name = new()
    put, rename = backend.names.put_step(name, None), backend.users.rename_step(user, "after")
    assert not backend.names.put_all(put, rename)
    assert backend.names.get(name.name) is None
    assert backend.users.get(user.user_id).display_name == "Ada"
