"""Which tokens are good after a new password and after a logout everywhere."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.accounts import sessions
from functions.accounts.ports import PoolRefused
from functions.accounts.sessions import CHANGE_SETTLES, CLOCKS_DIFFER, session_of
from functions.errors import Invalid, TooManyRequests, Unauthorized
from tests.fakes.pool import FakePool
from tests.fakes.world import World

PASSWORD, NEW = "correct horse", "incorrect horse"


@pytest.fixture
def ada(world):
    user_id, _ = world.accounts.sign_up("ada", "ada@example.com", PASSWORD)
    return user_id


def login(world, password=PASSWORD):
    return world.accounts.login("ada", password)[0]


def works(world, tokens):
    """Return whether the id token and the refresh token work. They never differ."""
    worked = []
    for use in (
        lambda: world.accounts.admit(world.pool.session(tokens.id_token)),
        lambda: world.accounts.refresh(tokens.refresh_token),
    ):
        try:
            use()
            worked.append(True)
        except Unauthorized:
            worked.append(False)
    assert len(set(worked)) == 1, worked
    return worked[0]


def reset(world, password=NEW):
    world.passwords.forgot("ada")
    world.passwords.reset("ada", world.cognito.named("ada").code, password)


END = {
    "reset": lambda world, ada: reset(world),
    "change": lambda world, ada: world.passwords.change(ada, PASSWORD, NEW),
    "everywhere": lambda world, ada: world.passwords.log_out_everywhere(ada),
}


@pytest.mark.parametrize("how", END)
@pytest.mark.parametrize("seconds", [0, 0.5, 100])
def test_an_end_refuses_every_token_from_before_and_none_from_after(world, ada, how, seconds):
    before = [login(world), login(world)]
    world.clock.move(seconds=seconds)
    END[how](world, ada)
    assert [works(world, tokens) for tokens in before] == [False, False]
    after = login(world, PASSWORD if how == "everywhere" else NEW)
    assert works(world, after)
    for _ in range(5):
        world.clock.move(seconds=1)
        assert works(world, after)
        assert works(world, login(world, PASSWORD if how == "everywhere" else NEW))
        assert not works(world, before[0])


@pytest.mark.parametrize("how", END)
def test_the_row_alone_refuses_what_the_pool_has_not_revoked(world, ada, how, monkeypatch):
    def busy(pool, username):
        raise PoolRefused("busy")

    before = login(world)
    monkeypatch.setattr(FakePool, "revoke_all", busy)
    END[how](world, ada)
    assert world.pool.refresh(before.refresh_token)
    assert not works(world, before)


def test_a_changed_password_gives_the_tokens_of_the_only_session_left(world, ada):
    before = login(world)
    first = world.passwords.change(ada, PASSWORD, NEW)
    assert works(world, first)
    assert not works(world, before)
    second = world.passwords.change(ada, NEW, PASSWORD)
    assert works(world, second)
    assert not works(world, first)


def test_a_wrong_password_changes_and_ends_nothing(world, ada):
    tokens = login(world)
    with pytest.raises(Unauthorized):
        world.passwords.change(ada, "wrong", NEW)
    world.clock.move(seconds=2 * CHANGE_SETTLES.total_seconds())
    assert works(world, tokens)
    assert login(world)


def test_a_password_from_before_normalization_is_changed_too(world, ada):
    old = "caffe\u0300 latte"
    world.cognito.named("ada").password = old
    assert works(world, world.passwords.change(ada, old, NEW))
    with pytest.raises(Unauthorized):
        login(world, old)


@pytest.mark.parametrize("easy", ["password1", "fanlight", "short"])
def test_a_new_password_follows_the_rule_of_sign_up(world, ada, easy):
    with pytest.raises(Invalid) as refused:
        world.passwords.change(ada, PASSWORD, easy)
    assert set(refused.value.errors) == {"new_password"}
    assert login(world)


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_a_wrong_code_resets_and_ends_nothing_and_tells_nothing_of_the_name(world, ada, name):
    tokens = login(world)
    with pytest.raises(Invalid) as refused:
        world.passwords.reset(name, "no code", NEW)
    assert set(refused.value.errors) == {"code"}
    world.clock.move(seconds=2 * CHANGE_SETTLES.total_seconds())
    assert works(world, tokens)


def test_a_weak_new_password_is_the_fault_of_its_field(world, ada, monkeypatch):
    def weak(*_):
        raise PoolRefused("weak_password")

    monkeypatch.setattr(FakePool, "change_password", weak)
    with pytest.raises(Invalid) as refused:
        world.passwords.change(ada, PASSWORD, NEW)
    assert set(refused.value.errors) == {"new_password"}


class Died(BaseException):
    """A process was killed."""


@pytest.mark.parametrize("dies_at", ["reset", "revoke_all", "end"])
def test_a_reset_whose_process_died_ends_all_sessions_within_a_minute(
    world, ada, monkeypatch, dies_at
):
    """The pool has the new password, and nobody wrote that the sessions have ended."""
    before = login(world)
    owner = world.session_ends if dies_at == "end" else world.pool
    done = getattr(owner, dies_at)

    def die(*arguments):
        if dies_at == "reset":
            done(*arguments)
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(owner, dies_at, die)
        with pytest.raises(Died):
            reset(world)
    meanwhile = login(world, NEW)
    world.clock.move(seconds=CHANGE_SETTLES.total_seconds())
    assert not works(world, before)
    assert not works(world, meanwhile)
    after = login(world, NEW)
    assert works(world, after)
    world.clock.move(days=20)
    assert works(world, after)


def test_a_change_that_died_ends_also_what_an_earlier_one_kept(world, ada):
    kept = world.passwords.change(ada, PASSWORD, NEW)
    world.session_ends.begin_change(ada, world.new_id())
    assert works(world, kept)
    world.clock.move(seconds=CHANGE_SETTLES.total_seconds())
    assert not works(world, kept)


@pytest.mark.parametrize("how", END)
def test_an_end_deletes_the_notes_of_changes_that_died(world, ada, how):
    world.session_ends.begin_change(ada, world.new_id())
    world.clock.move(seconds=CHANGE_SETTLES.total_seconds())
    runs = world.new_id()
    world.session_ends.begin_change(ada, runs)
    END[how](world, ada)
    assert world.users.get(ada).password_changes == {runs}


def test_a_login_with_the_old_password_that_meets_the_end_is_not_kept(world, ada, monkeypatch):
    """The pool checked the password before the reset, and the row is read after it."""
    checked = world.pool.login

    def login_before_the_reset(username, password):
        tokens = checked(username, password)
        monkeypatch.setattr(world.pool, "login", checked)
        reset(world)
        return tokens

    monkeypatch.setattr(world.pool, "login", login_before_the_reset)
    with pytest.raises(Unauthorized):
        login(world)


def test_a_login_between_two_ends_tries_again(world, ada, monkeypatch):
    world.passwords.log_out_everywhere(ada)
    monkeypatch.setattr(world.session_ends, "keep", lambda *_: False)
    with pytest.raises(TooManyRequests):
        login(world)


@pytest.mark.parametrize("first", END)
@pytest.mark.parametrize("second", END)
@pytest.mark.parametrize("steps_back", [0, 1, 100])
def test_a_second_end_refuses_also_what_the_first_one_kept(world, ada, first, second, steps_back):
    """Both fall into one second, or the clock steps back between them."""
    passwords = iter((PASSWORD, NEW, PASSWORD))
    password, ends = next(passwords), []
    kept = [login(world)]
    for how in (first, second):
        world.clock.move(seconds=-steps_back if ends else 0)
        following = password if how == "everywhere" else next(passwords)
        given = world.passwords.change(ada, password, following) if how == "change" else None
        if how == "reset":
            reset(world, following)
        if how == "everywhere":
            world.passwords.log_out_everywhere(ada)
        assert [works(world, tokens) for tokens in kept] == [False] * len(kept)
        password = following
        kept = [login(world, password), *([given] if given else [])]
        assert all(works(world, tokens) for tokens in kept)
        ends.append(world.users.get(ada).sessions_valid_from)
    assert ends[1] > ends[0]


def test_a_login_is_not_kept_through_an_end_that_it_did_not_see(world, ada, monkeypatch):
    """The second login of a session comes before a reset in the same second as the first end."""
    world.passwords.log_out_everywhere(ada)
    keep = world.session_ends.keep

    def keep_after_a_reset(*given):
        monkeypatch.setattr(world.session_ends, "keep", keep)
        reset(world)
        return keep(*given)

    monkeypatch.setattr(world.session_ends, "keep", keep_after_a_reset)
    with pytest.raises(TooManyRequests):
        login(world)
    assert world.users.get(ada).sessions_kept is None


def overtaken(world, monkeypatch, act):
    """Let `act` run once between the login and the end of a password change."""
    checked = world.pool.login

    def login_and_act(username, password):
        tokens = checked(username, password)
        if password == NEW:
            monkeypatch.setattr(world.pool, "login", checked)
            act()
        return tokens

    monkeypatch.setattr(world.pool, "login", login_and_act)


def test_a_changed_password_that_a_reset_overtakes_keeps_no_session(world, ada, monkeypatch):
    overtaken(world, monkeypatch, lambda: reset(world, "a third horse"))
    with pytest.raises(Unauthorized):
        world.passwords.change(ada, PASSWORD, NEW)
    assert world.users.get(ada).sessions_kept is None
    assert works(world, login(world, "a third horse"))


def test_a_changed_password_that_a_log_out_overtakes_logs_in_again(world, ada, monkeypatch):
    overtaken(world, monkeypatch, lambda: world.passwords.log_out_everywhere(ada))
    tokens = world.passwords.change(ada, PASSWORD, NEW)
    assert works(world, tokens)
    assert len(world.users.get(ada).sessions_kept) == 1


def test_a_changed_password_that_is_always_overtaken_gives_up(world, ada, monkeypatch):
    monkeypatch.setattr(world.session_ends, "end", lambda *_: False)
    with pytest.raises(TooManyRequests):
        world.passwords.change(ada, PASSWORD, NEW)


@given(
    st.lists(st.tuples(st.sampled_from(["login", *END]), st.integers(0, 3), st.integers(0, 2))),
)
def test_after_any_ends_only_what_began_since_the_last_one_works(steps):
    """The function's clock may lie behind the pool's at each end."""
    world = World()
    world.cognito._may_mail = lambda *_: True  # as many codes as there are resets
    ada, _ = world.accounts.sign_up("ada", "ada@example.com", PASSWORD)
    over, good = [], [login(world)]
    for step, later, behind in steps:
        world.clock.move(seconds=later)
        if step == "login":
            good.append(login(world))
            continue
        before = world.users.get(ada).sessions_valid_from
        world.clock.move(seconds=-behind)
        over += good
        good = []
        if step == "change":
            good = [world.passwords.change(ada, PASSWORD, PASSWORD)]
        elif step == "reset":
            reset(world, PASSWORD)
        else:
            world.passwords.log_out_everywhere(ada)
        world.clock.move(seconds=behind)
        assert world.users.get(ada).sessions_valid_from > before
    assert not any(works(world, tokens) for tokens in over)
    assert all(works(world, tokens) for tokens in good)


def test_the_margin_covers_a_pool_whose_clock_runs_ahead(world, ada):
    world.clock.move(seconds=CLOCKS_DIFFER.total_seconds())
    ahead = login(world)
    world.clock.move(seconds=-CLOCKS_DIFFER.total_seconds())
    world.passwords.log_out_everywhere(ada)
    assert not works(world, ahead)


CLAIMS = {
    "sub": "5b8c1f0e-7d3a-4e62-9f41-0a6c2d8e7b35", "cognito:username": "ada", "token_use": "id",
    "auth_time": "1790000000", "origin_jti": "s1", "exp": "Wed Dec 18 18:08:19 UTC 2026",
}  # fmt: skip
BAD_CLAIMS = [
    {"sub": None}, {"sub": ""}, {"sub": "a b"}, {"sub": "x" * 200}, {"cognito:username": None},
    {"cognito:username": ""}, {"cognito:username": "a"}, {"cognito:username": "Ada"},
    {"cognito:username": "аdmin"}, {"cognito:username": "ada\u202e"},
    {"cognito:username": "ada\n"}, {"cognito:username": "a" * 31}, {"cognito:username": ["ada"]},
    {"auth_time": None}, {"auth_time": "yesterday"}, {"auth_time": "-1"}, {"auth_time": {}},
    {"token_use": "access"}, {"token_use": None}, {"origin_jti": []},
]  # fmt: skip


def test_claims_come_as_text_or_typed():
    assert session_of(CLAIMS) == session_of({**CLAIMS, "auth_time": 1_790_000_000})


@pytest.mark.parametrize("changed", BAD_CLAIMS, ids=str)
def test_claims_that_are_missing_or_malformed_are_unauthorized(changed):
    claims = {name: value for name, value in (CLAIMS | changed).items() if value is not None}
    with pytest.raises(Unauthorized):
        session_of(claims)


@given(st.dictionaries(st.sampled_from([*CLAIMS, "x"]), st.text() | st.integers() | st.none()))
def test_any_claims_make_a_session_or_are_unauthorized(claims):
    with suppress(Unauthorized):
        assert session_of(claims).user_id


def test_an_end_lies_after_every_session_begun_so_far(world):
    assert sessions.ended_by(world.clock()) > world.clock().timestamp()
