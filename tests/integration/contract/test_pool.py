"""The contract of `functions.accounts.service.Pool`."""

from uuid import uuid4

import pytest

from functions.errors import Conflict, Invalid, Unauthorized

PASSWORD = "correct horse"


@pytest.fixture
def name():
    return f"pool_{uuid4().hex[:12]}"


def sign_up(pool, name, password=PASSWORD):
    return pool.sign_up(name, f"{name}@example.com", password)


def test_a_login_tells_whose_it_is(open_pool, name):
    user_id, confirmed = sign_up(open_pool, name)
    assert confirmed
    tokens = open_pool.login(name, PASSWORD)
    assert open_pool.subject(tokens.id_token) == (user_id, name)
    assert tokens.expires_in > 0
    assert tokens.access_token
    assert tokens.refresh_token


def test_a_name_is_taken_once(open_pool, name):
    sign_up(open_pool, name)
    with pytest.raises(Conflict):
        sign_up(open_pool, name)


def test_a_wrong_password_and_an_unknown_name_are_refused_alike(open_pool, name):
    sign_up(open_pool, name)
    with pytest.raises(Unauthorized) as wrong:
        open_pool.login(name, "wrong password")
    with pytest.raises(Unauthorized) as unknown:
        open_pool.login(f"{name}_unknown", PASSWORD)
    assert wrong.value.detail == unknown.value.detail


def test_an_unconfirmed_account_cannot_log_in(pool, name):
    assert sign_up(pool, name)[1] is False
    with pytest.raises(Unauthorized, match="not confirmed"):
        pool.login(name, PASSWORD)


def test_a_refresh_token_renews_the_tokens_and_stays(open_pool, name):
    user_id, _ = sign_up(open_pool, name)
    tokens = open_pool.login(name, PASSWORD)
    renewed = open_pool.refresh(tokens.refresh_token)
    assert open_pool.subject(renewed.id_token) == (user_id, name)
    assert renewed.refresh_token == tokens.refresh_token


def test_a_refresh_token_that_is_none_is_refused(open_pool):
    with pytest.raises(Unauthorized):
        open_pool.refresh("no such token")


def test_a_revoked_token_renews_nothing_and_may_be_revoked_again(open_pool, name):
    sign_up(open_pool, name)
    tokens = open_pool.login(name, PASSWORD)
    open_pool.revoke(tokens.refresh_token)
    open_pool.revoke(tokens.refresh_token)
    with pytest.raises(Unauthorized):
        open_pool.refresh(tokens.refresh_token)


def test_a_wrong_code_confirms_nothing(pool, name):
    sign_up(pool, name)
    with pytest.raises(Invalid) as refused:
        pool.confirm(name, "000000")
    assert set(refused.value.errors) == {"code"}
    with pytest.raises(Unauthorized):
        pool.login(name, PASSWORD)


def test_a_wrong_code_sets_no_password(open_pool, name):
    sign_up(open_pool, name)
    open_pool.forgot(name)
    with pytest.raises(Invalid) as refused:
        open_pool.reset(name, "000000", "another password")
    assert set(refused.value.errors) == {"code"}
    assert open_pool.login(name, PASSWORD)


def test_who_asks_for_a_code_is_not_told_whether_the_name_exists(pool, open_pool, name):
    sign_up(open_pool, name)
    open_pool.resend(name)
    for some_pool in (pool, open_pool):
        some_pool.forgot(f"{name}_unknown")
        some_pool.resend(f"{name}_unknown")


def test_a_removed_account_has_gone_with_its_tokens_and_its_name_is_free(open_pool, name):
    user_id, _ = sign_up(open_pool, name)
    tokens = open_pool.login(name, PASSWORD)
    assert open_pool.knows(name, user_id)
    open_pool.remove(name, "somebody else")
    assert open_pool.knows(name, user_id)
    for _ in range(2):
        open_pool.remove(name, user_id)
        assert not open_pool.knows(name, user_id)
    with pytest.raises(Unauthorized):
        open_pool.login(name, PASSWORD)
    with pytest.raises(Unauthorized):
        open_pool.refresh(tokens.refresh_token)
    other, _ = sign_up(open_pool, name)
    open_pool.remove(name, user_id)
    assert open_pool.knows(name, other)


def test_an_account_is_named_by_its_id(open_pool, name):
    user_id, _ = sign_up(open_pool, name)
    sign_up(open_pool, f"{name}_2")
    assert open_pool.name_of(user_id) == name
    for unknown in (str(uuid4()), "", 'x" or sub = "y', name):
        assert open_pool.name_of(unknown) is None
