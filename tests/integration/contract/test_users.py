"""The contract of `functions.accounts.ports.UserStore`."""

import msgspec
import pytest

from functions.accounts.domain import EmailChange, Erasure
from functions.aws.tables import ConditionFailed


def test_a_user_is_read_as_written(backend):
    user = backend.user("ada", bio="hello", avatar_media_id="m1", is_private=True)
    assert backend.users.get(user.user_id) == user


def test_there_is_no_user_before_one_is_created(backend):
    unknown = backend.name("nobody")
    assert backend.users.get(unknown) is None
    assert backend.users.find(unknown) is None
    assert backend.users.update(unknown, {"bio": "x"}) is None
    assert backend.users.get(unknown) is None


def test_creating_a_user_again_leaves_the_first(backend):
    user = backend.user("ada")
    backend.users.create(msgspec.structs.replace(user, bio="another"))
    assert backend.users.get(user.user_id) == user


def test_a_user_is_found_by_name(backend):
    user = backend.user("ada", username=backend.name("called"))
    assert backend.users.find(user.username) == user.user_id


def test_an_update_sets_and_clears_only_what_it_names(backend):
    user = backend.user("ada", avatar_media_id="m1", bio="old")
    changed = backend.users.update(user.user_id, {"bio": "new", "avatar_media_id": None})
    assert changed == msgspec.structs.replace(user, bio="new", avatar_media_id=None)
    assert backend.users.get(user.user_id) == changed


def test_users_are_read_together_without_the_unknown_and_once_if_named_twice(backend):
    ada, bob = backend.user("ada"), backend.user("bob")
    asked = [bob.user_id, backend.name("nobody"), ada.user_id, bob.user_id]
    assert backend.users.read(asked) == {ada.user_id: ada, bob.user_id: bob}
    assert backend.users.read([]) == {}


def test_counts_are_changed_in_one_transaction_or_not_at_all(backend):
    ada, bob = backend.user("ada"), backend.user("bob")
    counting = backend.users.count_step
    backend.commit(counting(ada.user_id, follower_count=2), counting(bob.user_id, post_count=1))
    assert backend.users.get(ada.user_id).follower_count == 2
    assert backend.users.get(bob.user_id).post_count == 1

    with pytest.raises(ConditionFailed) as failed:
        backend.commit(
            counting(ada.user_id, follower_count=5),
            counting(backend.name("nobody"), follower_count=5),
        )
    assert failed.value.failed == (1,)
    assert backend.users.get(ada.user_id).follower_count == 2


def gone(user):
    return Erasure(
        user_id=user.user_id, username=user.username, begun_at=user.created_at, step="begin"
    )


def test_a_buried_user_is_not_there_any_more_and_never_again(backend):
    user, other = backend.user("ada"), backend.user("bob")
    renamed = msgspec.structs.replace(user, username="called otherwise")
    assert not backend.users.replace_with_tombstone(gone(renamed))
    assert backend.users.replace_with_tombstone(gone(user))
    assert not backend.users.replace_with_tombstone(gone(user))
    assert backend.users.get(user.user_id) is None
    assert backend.users.find(user.username) is None
    assert backend.users.read([user.user_id, other.user_id]) == {other.user_id: other}
    assert backend.users.update(user.user_id, {"bio": "back"}) is None
    assert not backend.users.create(user)
    backend.users.set_last_active(user.user_id, backend.clock().date())
    assert not backend.users.set_band(user, "promoting", "epoch", None)
    with pytest.raises(ConditionFailed):
        backend.commit(backend.users.count_step(user.user_id, post_count=1))
    assert backend.users.get(user.user_id) is None
    assert backend.users.get_erasure(user.user_id) == gone(user)


def test_a_tombstone_comes_in_the_place_of_whatever_there_is_and_has_no_end(backend):
    user = backend.user("ada")
    begun = gone(user)
    backend.users.overwrite_with_tombstone(begun)
    assert backend.users.get(user.user_id) is None
    assert backend.users.find(user.username) is None
    done = msgspec.structs.replace(begun, step=None, username="")
    assert backend.users.update_erasure(begun, done, backend.clock())
    backend.users.overwrite_with_tombstone(begun)
    assert backend.users.get_erasure(user.user_id) == begun
    unknown = msgspec.structs.replace(begun, user_id=backend.name("nobody"), username="")
    backend.users.overwrite_with_tombstone(unknown)
    assert backend.users.get_erasure(unknown.user_id) == unknown
    assert not backend.users.create(msgspec.structs.replace(user, user_id=unknown.user_id))


def test_an_erasure_moves_on_from_the_state_it_was_read_in_alone(backend):
    user = backend.user("ada")
    assert backend.users.get_erasure(user.user_id) is None
    begun = gone(user)
    backend.users.replace_with_tombstone(begun)
    further = msgspec.structs.replace(begun, step="rows", position={"table": "x"})
    assert backend.users.update_erasure(begun, further)
    assert not backend.users.update_erasure(begun, msgspec.structs.replace(begun, step="pool"))
    assert backend.users.get_erasure(user.user_id) == further
    assert backend.users.update_erasure(further, begun, backend.clock())


def test_a_waiting_address_is_replaced_only_as_it_was_read(backend):
    user, until = backend.user("ada"), backend.clock()
    first = EmailChange(email="a@example.com", code_digest="1", expires_at=until, tries_left=2)
    second = msgspec.structs.replace(first, tries_left=1)
    replace = backend.users.replace_email_change
    assert not replace(user.user_id, first, second)
    backend.users.update(user.user_id, {"email_change": first})
    assert replace(user.user_id, first, second)
    assert backend.users.get(user.user_id).email_change == second
    assert replace(user.user_id, second, None)
    assert backend.users.get(user.user_id) == user
