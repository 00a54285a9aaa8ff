"""The contract of `functions.accounts.ports.UserPool`."""

from uuid import uuid4

import pytest

from functions.accounts import storage_cognito
from functions.accounts.ports import PoolRefused
from tests.fakes.pool import FakePool

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
    session = open_pool.session(tokens.id_token)
    assert (session.user_id, session.username) == (user_id, name)
    assert session.session_id
    assert tokens.expires_in > 0
    assert tokens.refresh_token


def test_a_name_is_taken_once(open_pool, name):
    sign_up(open_pool, name)
    with pytest.raises(PoolRefused, match="username_taken"):
        sign_up(open_pool, name)


def test_a_wrong_password_and_an_unknown_name_are_refused_alike(open_pool, name):
    sign_up(open_pool, name)
    for given in ((name, "wrong password"), (f"{name}_unknown", PASSWORD)):
        with pytest.raises(PoolRefused, match="wrong_credentials"):
            open_pool.login(*given)


def test_an_unconfirmed_account_cannot_log_in(pool, name):
    assert sign_up(pool, name)[1] is False
    with pytest.raises(PoolRefused, match="not_confirmed"):
        pool.login(name, PASSWORD)


def test_a_refresh_token_renews_the_tokens_and_stays(open_pool, name):
    user_id, _ = sign_up(open_pool, name)
    tokens = open_pool.login(name, PASSWORD)
    renewed = open_pool.refresh(tokens.refresh_token)
    session = open_pool.session(renewed.id_token)
    assert session.user_id == user_id
    assert session == open_pool.session(tokens.id_token), "a session keeps its beginning and its id"
    assert renewed.refresh_token == tokens.refresh_token


def test_a_refresh_token_that_is_none_is_refused(open_pool):
    with pytest.raises(PoolRefused, match="wrong_credentials"):
        open_pool.refresh("no such token")


def test_a_revoked_token_renews_nothing_and_may_be_revoked_again(open_pool, name):
    sign_up(open_pool, name)
    tokens = open_pool.login(name, PASSWORD)
    open_pool.revoke(tokens.refresh_token)
    open_pool.revoke(tokens.refresh_token)
    with pytest.raises(PoolRefused, match="wrong_credentials"):
        open_pool.refresh(tokens.refresh_token)


def test_all_tokens_of_an_account_are_revoked_together_and_of_no_other(open_pool, name):
    sign_up(open_pool, name)
    sign_up(open_pool, f"{name}_2")
    own = [open_pool.login(name, PASSWORD) for _ in range(2)]
    other = open_pool.login(f"{name}_2", PASSWORD)
    open_pool.revoke_all(name)
    open_pool.revoke_all(f"{name}_unknown")
    for tokens in own:
        with pytest.raises(PoolRefused, match="wrong_credentials"):
            open_pool.refresh(tokens.refresh_token)
    assert open_pool.refresh(other.refresh_token)
    assert open_pool.login(name, PASSWORD)


def test_a_password_is_changed_with_the_present_one(open_pool, name):
    sign_up(open_pool, name)
    with pytest.raises(PoolRefused, match="wrong_credentials"):
        open_pool.change_password(name, "wrong password", "a new password")
    open_pool.change_password(name, PASSWORD, "a new password")
    with pytest.raises(PoolRefused, match="wrong_credentials"):
        open_pool.login(name, PASSWORD)
    assert open_pool.login(name, "a new password")


def test_a_wrong_code_confirms_nothing(pool, name):
    sign_up(pool, name)
    with pytest.raises(PoolRefused, match="wrong_code"):
        pool.confirm(name, "000000")
    with pytest.raises(PoolRefused, match="not_confirmed"):
        pool.login(name, PASSWORD)


def test_a_wrong_code_sets_no_password(open_pool, name):
    sign_up(open_pool, name)
    open_pool.forgot(name)
    with pytest.raises(PoolRefused, match="wrong_code"):
        open_pool.reset(name, "000000", "another password")
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
    assert open_pool.id_of(name) == user_id
    open_pool.remove(name, "somebody else")
    assert open_pool.knows(name, user_id)
    for _ in range(2):
        open_pool.remove(name, user_id)
        assert not open_pool.knows(name, user_id)
        assert open_pool.id_of(name) is None
    with pytest.raises(PoolRefused, match="wrong_credentials"):
        open_pool.login(name, PASSWORD)
    with pytest.raises(PoolRefused, match="wrong_credentials"):
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


def test_each_mail_is_asked_for_by_its_kind_and_its_address(pool, name, mails):
    sign_up(pool, name)
    pool.resend(name)
    pool.forgot(name)
    address = f"{name}@example.com"
    assert mails.asked == [("sign_up", address), ("resend", address), ("forgot", address)]


def test_beyond_the_limit_of_mails_a_sign_up_is_refused(pool, name, mails):
    mails.are_allowed = False
    with pytest.raises(PoolRefused, match="too_many_mails"):
        sign_up(pool, name)
    mails.are_allowed = True
    sign_up(pool, name)


def test_beyond_the_limit_of_mails_a_code_is_left_out_without_a_word(
    pool, name, mails, monkeypatch
):
    sign_up(pool, name)
    mails.are_allowed = False
    if isinstance(pool, FakePool):
        monkeypatch.setattr(pool, "_send_code", lambda _: pytest.fail("a mail was sent"))
    else:
        watched = CallsOf(pool._cognito)
        monkeypatch.setattr(storage_cognito, "client", lambda *_, **_options: watched)
    pool.resend(name)
    pool.forgot(name)
    pool.forgot(f"{name}_unknown")
    if not isinstance(pool, FakePool):
        assert "resend_confirmation_code" not in watched.calls
        assert watched.calls.count("forgot_password") == 1  # of the unknown name


class CallsOf:
    """A client that remembers the names of its calls."""

    def __init__(self, client):
        self._client = client
        self.calls = []

    def __getattr__(self, name):
        self.calls.append(name)
        return getattr(self._client, name)


def test_an_account_tells_since_when_it_is_there_and_whether_it_is_confirmed(pool, open_pool, name):
    for one, confirmed in ((pool, False), (open_pool, True)):
        username = f"{name}_{confirmed}"
        user_id, _ = sign_up(one, username)
        account = one.account(username)
        assert (account.user_id, account.is_confirmed) == (user_id, confirmed)
        assert account.made_at.tzinfo is not None
        assert one.account(f"{name}_unknown") is None


def test_an_address_is_had_by_confirmed_accounts_alone(pool, open_pool, name):
    address = f"{name}@example.com"
    sign_up(pool, name)
    assert not pool.has_address(address, "somebody else")
    other, _ = open_pool.sign_up(name + ":01abc", address, PASSWORD)
    assert open_pool.has_address(address, "somebody else")
    assert not open_pool.has_address(address, other)
    assert not open_pool.has_address('x" or sub = "y\\', "somebody else")


def test_an_address_is_set_as_verified_and_found_among_confirmed_accounts(open_pool, name):
    user_id, _ = sign_up(open_pool, name)
    email = f"{name}@example.com"
    assert open_pool.email_of(name)[0] == email
    open_pool.set_email(name, f"{name}@example.org")
    assert open_pool.email_of(name) == (f"{name}@example.org", True)
    assert open_pool.has_address(f"{name}@example.org", "another")
    assert not open_pool.has_address(f"{name}@example.org", user_id)
    for free in (email, 'a"b\\@example.com', 'x" or email = "y'):
        assert not open_pool.has_address(free, "another")


def test_the_address_of_an_unconfirmed_account_is_free(pool, name):
    sign_up(pool, name)
    assert not pool.has_address(f"{name}@example.com", "another")
