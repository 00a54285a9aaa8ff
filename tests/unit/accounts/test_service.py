"""Who people are: sign-up, login, profiles."""

from uuid import uuid4

import pytest

from functions.accounts import service
from functions.accounts.domain import KNOWN_FOR
from functions.accounts.schemas import ProfileChanges
from functions.errors import Conflict, Invalid, NotFound, Unauthorized
from tests.fakes.world import World

PASSWORD = "correct horse"


def sign_up(world, name="ada"):
    return world.accounts.sign_up(name, f"{name}@example.com", PASSWORD)


def test_a_confirmed_sign_up_is_found_by_others_at_once(world):
    user_id, confirmed = sign_up(world)
    assert confirmed
    user = world.accounts.get(user_id)
    assert (user.username, user.display_name, user.created_at) == ("ada", "ada", world.clock())
    assert (user.is_private, user.post_count, user.follower_count) == (False, 0, 0)


def test_an_unconfirmed_sign_up_has_no_profile_until_its_first_login():
    world = World(auto_confirm=False)
    user_id, confirmed = sign_up(world)
    assert not confirmed
    assert world.users.get(user_id) is None
    world.pool.confirm("ada", world.pool.accounts["ada"].code)
    tokens, found_id = world.accounts.login("ada", PASSWORD)
    assert found_id == user_id
    assert tokens.refresh_token
    assert world.accounts.get(user_id).username == "ada"


def test_a_profile_that_was_lost_at_sign_up_is_made_by_the_next_login_or_refresh(world):
    user_id, _ = sign_up(world)
    for again in ("login", "refresh"):
        world.users.rows.drop(user_id)
        world.accounts._seen.clear()
        if again == "login":
            tokens, _ = world.accounts.login("ada", PASSWORD)
        else:
            world.accounts.refresh(tokens.refresh_token)
        assert world.accounts.get(user_id)


def test_a_taken_name_is_refused(world):
    sign_up(world)
    with pytest.raises(Conflict):
        sign_up(world)


def test_a_wrong_password_is_refused(world):
    sign_up(world)
    with pytest.raises(Unauthorized):
        world.accounts.login("ada", "wrong")


def test_introducing_somebody_leaves_the_profile_that_is_there(world):
    user_id = world.person("ada", bio="hello")
    world.accounts.introduce(user_id, "ada")
    assert world.accounts.get(user_id).bio == "hello"


def test_whom_a_process_has_seen_costs_no_read(world):
    world.accounts.introduce("u1", "ada")
    world.users.rows.drop("u1")
    world.accounts.introduce("u1", "ada")
    assert world.users.get("u1") is None


class TestLeaving:
    @pytest.fixture
    def ada(self, world):
        user_id, _ = world.accounts.sign_up("ada", "ada@example.com", "correct horse")
        return user_id

    def test_a_wrong_password_deletes_nothing(self, world, ada):
        with pytest.raises(Unauthorized):
            world.accounts.leave(ada, "wrong")
        assert world.users.get(ada)

    def test_who_has_left_is_not_there_and_their_tokens_are_refused_at_once(self, world, ada):
        tokens, _ = world.accounts.login("ada", "correct horse")
        world.accounts.leave(ada, "correct horse")
        assert world.users.erasing(ada).username == "ada"
        for still_tried in (
            lambda: world.accounts.introduce(ada, "ada"),
            lambda: world.accounts.login("ada", "correct horse"),
            lambda: world.accounts.refresh(tokens.refresh_token),
        ):
            with pytest.raises(Unauthorized):
                still_tried()
        with pytest.raises(NotFound):
            world.accounts.named("ada")

    def test_another_warm_process_refuses_a_token_after_a_named_time(self, world, ada):
        other = service.Accounts(world.users, world.pool, world.clock)
        other.introduce(ada, "ada")
        world.accounts.leave(ada, "correct horse")
        world.clock.move(seconds=KNOWN_FOR.total_seconds() - 1)
        other.introduce(ada, "ada")
        world.clock.move(seconds=1)
        with pytest.raises(Unauthorized):
            other.introduce(ada, "ada")
        assert world.users.get(ada) is None


def test_a_process_forgets_whom_it_has_seen_before_it_grows_too_large(world, monkeypatch):
    monkeypatch.setattr(service, "KNOWN_LIMIT", 3)
    for number in range(10):
        world.accounts.introduce(f"u{number}", f"name{number}")
    assert len(world.accounts._seen) <= 3


def test_a_user_is_found_by_name_in_any_case(world):
    user_id, _ = sign_up(world)
    assert world.accounts.named("ADA").user_id == user_id


def test_who_is_not_there_is_not_found(world):
    for look in (
        lambda: world.accounts.get("nobody"),
        lambda: world.accounts.named("nobody"),
        lambda: world.accounts.change("nobody", ProfileChanges(bio="x")),
        lambda: world.accounts.change("nobody", ProfileChanges()),
    ):
        with pytest.raises(NotFound):
            look()


def test_a_name_whose_user_has_gone_is_not_found_though_the_index_trails(world):
    world.person("ada")
    world.users.rows.hold_index()
    world.users.rows.drop("ada")
    with pytest.raises(NotFound):
        world.accounts.named("ada")


def test_a_change_sets_what_it_has_and_leaves_the_rest(world):
    world.person("ada", bio="old", avatar_media_id="m1")
    changed = world.accounts.change("ada", ProfileChanges(is_private=True, display_name="Ada L."))
    assert (changed.is_private, changed.display_name, changed.bio) == (True, "Ada L.", "old")
    assert changed.avatar_media_id == "m1"
    cleared = world.accounts.change("ada", ProfileChanges(avatar_media_id=None, bio=""))
    assert (cleared.avatar_media_id, cleared.bio) == (None, "")
    assert world.accounts.change("ada", ProfileChanges()) == cleared == world.accounts.get("ada")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("display_name", "a\nb"),
        ("display_name", "\x00"),
        ("display_name", " "),
        ("display_name", ""),
        ("bio", "\x1b"),
    ],
)
def test_text_that_cannot_be_shown_is_refused_and_changes_nothing(world, field, text):
    world.person("ada")
    with pytest.raises(Invalid) as refused:
        world.accounts.change("ada", ProfileChanges(**{field: text}, is_private=True))
    assert set(refused.value.errors) == {field}
    assert not world.accounts.get("ada").is_private


def test_a_bio_may_have_several_lines(world):
    world.person("ada")
    assert world.accounts.change("ada", ProfileChanges(bio="a\nb")).bio == "a\nb"


def test_the_stages_accounts_keep_what_they_are_told(stage):
    from functions.accounts.bootstrap import accounts

    name = f"unit_{uuid4().hex[:12]}"
    user_id, confirmed = accounts().sign_up(name, f"{name}@example.com", PASSWORD)
    assert confirmed
    assert accounts().named(name).user_id == user_id


def test_the_last_active_day_is_written_once_a_day_however_many_requests_there_are(world):
    world.person("ada")
    written = []
    world.users.rows.listeners.append(lambda old, new: written.append(new.last_active))
    for _ in range(3):
        world.accounts.introduce("ada", "ada")
    assert written == []
    world.clock.move(days=1)
    today = world.clock().date()
    for _ in range(3):
        world.accounts.introduce("ada", "ada")
        world.clock.move(hours=1)
    assert written == [today]
    assert world.accounts.get("ada").last_active == today


def test_another_process_that_has_written_the_day_already_leaves_nothing_to_write(world):
    world.person("ada")
    world.clock.move(days=1)
    world.users.touch("ada", world.clock().date())
    world.users.touch = None  # would fail
    world.accounts.introduce("ada", "ada")
