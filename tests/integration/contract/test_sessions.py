"""The contract of `functions.accounts.ports.SessionStore`."""

from datetime import timedelta

import pytest

from functions.accounts.sessions import CHANGE_SETTLES
from functions.accounts.storage import UserRow
from functions.clock import EPOCH, ulid_at


def ends_of(backend, user):
    """Return the three fields of a user's row."""
    found = backend.users.get(user.user_id)
    return (
        found.sessions_valid_from,
        found.sessions_kept or set(),
        found.password_changes or set(),
    )


def test_a_password_change_is_noted_and_taken_back(backend, ada):
    for change_id in ("c1", "c2", "c1"):
        backend.session_ends.begin_change(ada.user_id, change_id)
    assert ends_of(backend, ada) == (0, set(), {"c1", "c2"})
    for change_id in ("c1", "c1", "unknown"):
        backend.session_ends.drop_change(ada.user_id, change_id)
    assert ends_of(backend, ada) == (0, set(), {"c2"})
    backend.session_ends.drop_change(ada.user_id, "c2")
    assert ends_of(backend, ada) == (0, set(), set())


def test_an_end_records_its_changes_and_no_other(backend, ada):
    for change_id in ("c1", "c2", "c3"):
        backend.session_ends.begin_change(ada.user_id, change_id)
    backend.session_ends.end(ada, 100, "kept", {"c1", "c3"})
    assert ends_of(backend, ada) == (100, {"kept"}, {"c2"})


def test_a_kept_session_takes_the_notes_that_its_second_covers(backend, ada):
    old, new = (ulid_at(EPOCH + timedelta(seconds=at), 1) for at in (100, 101))
    for change_id in (old, new):
        backend.session_ends.begin_change(ada.user_id, change_id)
    user = backend.users.get(ada.user_id)
    assert backend.session_ends.keep(user, "a", 100 + int(CHANGE_SETTLES.total_seconds()))
    assert ends_of(backend, ada)[2] == {new}


def test_an_end_is_written_only_on_the_end_that_was_read(backend, ada):
    end = backend.session_ends.end
    assert end(ada, 100, "a")
    backend.session_ends.begin_change(ada.user_id, "c1")
    for valid_from in (99, 100, 101):
        assert not end(ada, valid_from, "b", {"c1"})
        assert ends_of(backend, ada) == (100, {"a"}, {"c1"})
    assert end(backend.users.get(ada.user_id), 101, None)
    assert ends_of(backend, ada) == (101, set(), {"c1"})


def test_sessions_are_kept_through_one_end(backend, ada):
    keep, users = backend.session_ends.keep, backend.users
    assert keep(ada, "a", 0)
    assert backend.session_ends.end(ada, 100, "b")
    ended = users.get(ada.user_id)
    assert not keep(ada, "late", 100), "its sessions were ended since it was read"
    assert keep(ended, "c", 100)
    assert ends_of(backend, ada) == (100, {"b", "c"}, set())
    assert keep(users.get(ada.user_id), "d", 160)
    assert ends_of(backend, ada) == (160, {"d"}, set())


@pytest.mark.parametrize("backend", ["dynamodb"], indirect=True)
def test_a_row_from_before_the_field_was_there_is_ended_and_keeps_sessions(backend):
    for write in (
        lambda user: backend.session_ends.end(user, 100, "a"),
        lambda user: backend.session_ends.keep(user, "a", 100),
    ):
        user = backend.user("old")
        UserRow(user.user_id).update([UserRow.sessions_valid_from.remove()])
        assert write(backend.users.get(user.user_id))
        assert ends_of(backend, user) == (100, {"a"}, set())


def test_nobody_is_made_by_these_writes(backend):
    nobody = backend.user("gone")
    backend.forget_user(nobody.user_id)
    backend.session_ends.begin_change(nobody.user_id, "c")
    backend.session_ends.drop_change(nobody.user_id, "c")
    assert not backend.session_ends.end(nobody, 100, "a", {"c"})
    assert not backend.session_ends.keep(nobody, "a", 100)
    assert backend.users.get(nobody.user_id) is None
