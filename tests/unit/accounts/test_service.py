"""Who people are: sign-up, login, profiles."""

from uuid import uuid4

import msgspec
import pytest

from functions.accounts import service
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
    world.accounts.confirm("ada", world.cognito.named("ada").code)
    tokens, found_id = world.accounts.login("ada", PASSWORD)
    assert found_id == user_id
    assert tokens.refresh_token
    assert world.accounts.get(user_id).username == "ada"


def test_a_profile_that_was_lost_at_sign_up_is_made_by_the_next_login_or_refresh(world):
    user_id, _ = sign_up(world)
    for again in ("login", "refresh"):
        world.users.rows.drop(user_id)
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
    world.accounts.ensure_profile(user_id, "ada")
    assert world.accounts.get(user_id).bio == "hello"


class TestLeaving:
    @pytest.fixture
    def ada(self, world):
        user_id, _ = world.accounts.sign_up("ada", "ada@example.com", "correct horse")
        return user_id

    def test_a_wrong_password_deletes_nothing(self, world, ada):
        with pytest.raises(Unauthorized):
            world.accounts.delete(ada, "wrong")
        assert world.users.get(ada)

    def test_who_has_left_is_not_there_and_their_tokens_are_refused_at_once(self, world, ada):
        tokens, _ = world.accounts.login("ada", "correct horse")
        world.accounts.delete(ada, "correct horse")
        assert world.users.get_erasure(ada).username == "ada"
        for still_tried in (
            lambda: world.accounts.ensure_profile(ada, "ada"),
            lambda: world.accounts.login("ada", "correct horse"),
            lambda: world.accounts.refresh(tokens.refresh_token),
        ):
            with pytest.raises(Unauthorized):
                still_tried()
        with pytest.raises(NotFound):
            world.accounts.get_by_username("ada")

    def test_another_warm_process_refuses_a_token_at_once(self, world, ada):
        other = service.Accounts(
            world.users,
            world.session_ends,
            world.pool,
            world.joining,
            world.renaming,
            frozenset(),
            world.clock,
        )
        other.ensure_profile(ada, "ada")
        world.accounts.delete(ada, "correct horse")
        with pytest.raises(Unauthorized):
            other.ensure_profile(ada, "ada")
        assert world.users.get(ada) is None


class TestLoginsThatDisappeared:
    """Somebody deleted the login at Cognito itself, and its profile stayed."""

    def test_nobody_takes_the_name_until_an_operator_erases_the_profile(self, world):
        user_id, _ = sign_up(world)
        world.pool.remove(user_id)
        with pytest.raises(Conflict):
            sign_up(world)
        assert [user.user_id for user in world.users.rows.rows()] == [user_id]

    def test_the_same_holds_for_an_account_from_before_names_had_rows(self, world):
        world.person("ada")
        with pytest.raises(Conflict):
            sign_up(world)

    @pytest.mark.parametrize("has_row", [True, False])
    def test_its_own_token_makes_no_second_profile_of_the_name(self, world, has_row):
        user_id, _ = sign_up(world)
        session = world.pool.session(world.accounts.login("ada", PASSWORD)[0].id_token)
        world.users.rows.drop(user_id)
        world.users.update(world.person("other"), {"username": "ada"})
        row = world.names.get("ada")
        if has_row:
            world.names.put(msgspec.structs.replace(row, version="2", user_id="other"), row)
        else:
            world.names.drop(row)
        with pytest.raises(Unauthorized):
            world.accounts.admit(session)
        assert [user.user_id for user in world.users.rows.rows()] == ["other"]


def no_avatar(media_id):
    raise AssertionError(f"an avatar was made of {media_id}")


def test_a_user_is_found_by_name(world):
    user_id, _ = sign_up(world)
    assert world.accounts.get_by_username("ada").user_id == user_id


def test_who_is_not_there_is_not_found(world):
    for look in (
        lambda: world.accounts.get("nobody"),
        lambda: world.accounts.get_by_username("nobody"),
        lambda: world.accounts.change("nobody", ProfileChanges(bio="x"), no_avatar),
        lambda: world.accounts.change("nobody", ProfileChanges(), no_avatar),
    ):
        with pytest.raises(NotFound):
            look()


def test_a_name_whose_user_has_gone_is_not_found_though_the_index_trails(world):
    world.person("ada")
    world.users.rows.hold_index()
    world.users.rows.drop("ada")
    with pytest.raises(NotFound):
        world.accounts.get_by_username("ada")


def test_a_change_sets_what_it_has_and_leaves_the_rest(world):
    world.person("ada", bio="old", avatar_media_id="m1")
    changed = world.accounts.change(
        "ada", ProfileChanges(is_private=True, display_name="Ada L."), no_avatar
    )
    assert (changed.is_private, changed.display_name, changed.bio) == (True, "Ada L.", "old")
    assert changed.avatar_media_id == "m1"
    chosen = world.accounts.change("ada", ProfileChanges(avatar_media_id="m2"), lambda _: "a2")
    assert (chosen.avatar_media_id, chosen.avatar_id) == ("m2", "a2")
    kept = world.accounts.change("ada", ProfileChanges(bio="new"), no_avatar)
    assert (kept.avatar_media_id, kept.avatar_id) == ("m2", "a2")
    cleared = world.accounts.change("ada", ProfileChanges(avatar_media_id=None, bio=""), no_avatar)
    assert (cleared.avatar_media_id, cleared.avatar_id, cleared.bio) == (None, None, "")
    assert (
        world.accounts.change("ada", ProfileChanges(), no_avatar)
        == cleared
        == world.accounts.get("ada")
    )


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
        world.accounts.change(
            "ada", ProfileChanges(**{field: text}, avatar_media_id="m1"), no_avatar
        )
    assert set(refused.value.errors) == {field}
    assert world.accounts.get("ada").avatar_media_id is None


def test_a_bio_may_have_several_lines(world):
    world.person("ada")
    assert world.accounts.change("ada", ProfileChanges(bio="a\nb"), no_avatar).bio == "a\nb"


def test_the_stages_accounts_keep_what_they_are_told(stage):
    from functions.stage import stage as served

    name = f"unit_{uuid4().hex[:12]}"
    user_id, confirmed = served().accounts.sign_up(name, f"{name}@example.com", PASSWORD)
    assert confirmed
    assert served().accounts.get_by_username(name).user_id == user_id


def test_the_last_active_day_is_written_once_a_day_however_many_requests_there_are(world):
    world.person("ada")
    written = []
    world.users.rows.listeners.append(lambda old, new: written.append(new.last_active))
    for _ in range(3):
        world.accounts.ensure_profile("ada", "ada")
    assert written == []
    world.clock.move(days=1)
    today = world.clock().date()
    for _ in range(3):
        world.accounts.ensure_profile("ada", "ada")
        world.clock.move(hours=1)
    assert written == [today]
    assert world.accounts.get("ada").last_active == today


def test_another_process_that_has_written_the_day_already_leaves_nothing_to_write(world):
    world.person("ada")
    world.clock.move(days=1)
    world.users.set_last_active("ada", world.clock().date())
    world.users.touch = None  # would fail
    world.accounts.ensure_profile("ada", "ada")


def test_a_password_from_before_it_was_normalized_still_logs_in(world):
    sign_up(world)
    for kept in ("cafe\u0301 au lait", "caf\u00e9 au lait"):
        world.cognito.named("ada").password = kept
        assert world.accounts.login("ada", "cafe\u0301 au lait")
    with pytest.raises(Unauthorized):
        world.accounts.login("ada", "cafe\u0300 au lait")


@pytest.mark.parametrize("password", ["password1", "ADA.Lovelace", "fanlight"])
def test_a_reset_refuses_what_is_easy_to_guess_and_keeps_the_code(world, password):
    sign_up(world, "ada.lovelace")
    world.passwords.forgot("ada.lovelace")
    code = world.cognito.named("ada.lovelace").code
    with pytest.raises(Invalid, match="password: is"):
        world.passwords.reset("ada.lovelace", code, password)
    world.passwords.reset("ada.lovelace", code, "cafe\u0301 au lait")
    assert world.cognito.named("ada.lovelace").password == "caf\u00e9 au lait"
