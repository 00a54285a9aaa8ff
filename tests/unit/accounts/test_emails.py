"""Another e-mail address: proven before it counts."""

import pytest

from functions.accounts.emails import CODE_TRIES, CODE_VALID
from functions.aws.errors import Undeliverable
from functions.config import settings
from functions.errors import Conflict, Invalid, TooManyRequests, Unauthorized
from functions.http.limits import Limit

PASSWORD = "correct horse"
OLD, NEW = "ada@example.com", "ada@example.org"


@pytest.fixture
def ada(world):
    user_id, _ = world.accounts.sign_up("ada", OLD, PASSWORD)
    return user_id


def code_of(world):
    """Return the code in the newest mail that has one."""
    texts = [text for _, text in reversed(world.mailer.sent) if "code is" in text]
    return texts[0].partition("your code is ")[2][:6]


def wrong(code):
    return "000000" if code != "000000" else "000001"


def ask(world, ada, email=NEW):
    world.emails.ask(ada, email, PASSWORD)


def test_the_new_address_gets_a_code_the_old_one_a_notice_and_neither_changes_yet(world, ada):
    ask(world, ada)
    assert [address for address, _ in world.mailer.sent] == [NEW, OLD]
    code = code_of(world)
    assert len(code) == 6
    assert code.isdigit()
    assert code not in world.mailer.sent[1][1]
    assert NEW not in world.mailer.sent[1][1]
    assert world.pool.email_of("ada") == (OLD, False)
    assert code not in str(world.users.get(ada))


def test_the_code_sets_the_address_once_as_verified(world, ada):
    ask(world, ada, NEW.upper())
    user, email = world.emails.confirm(ada, code_of(world))
    assert email == NEW
    assert user.email_change is None
    assert world.pool.email_of("ada") == (NEW, True)
    with pytest.raises(Invalid):
        world.emails.confirm(ada, code_of(world))


def test_a_wrong_password_sends_nothing(world, ada):
    with pytest.raises(Unauthorized):
        world.emails.ask(ada, NEW, "wrong")
    assert world.mailer.sent == []
    assert world.users.get(ada).email_change is None


def test_a_code_is_good_for_some_tries(world, ada):
    ask(world, ada)
    code = code_of(world)
    for _ in range(CODE_TRIES - 1):
        with pytest.raises(Invalid):
            world.emails.confirm(ada, wrong(code))
    world.emails.confirm(ada, code)

    ask(world, ada)
    code = code_of(world)
    for _ in range(CODE_TRIES):
        with pytest.raises(Invalid):
            world.emails.confirm(ada, wrong(code))
    with pytest.raises(Invalid):
        world.emails.confirm(ada, code)


def test_a_code_is_good_for_an_hour(world, ada):
    ask(world, ada)
    world.clock.move(seconds=CODE_VALID.total_seconds())
    with pytest.raises(Invalid) as refused:
        world.emails.confirm(ada, code_of(world))
    assert set(refused.value.errors) == {"code"}


def test_a_second_code_takes_the_place_of_the_first(world, ada):
    ask(world, ada)
    first = code_of(world)
    ask(world, ada, "third@example.org")
    if first != code_of(world):
        with pytest.raises(Invalid):
            world.emails.confirm(ada, first)
    assert world.emails.confirm(ada, code_of(world))[1] == "third@example.org"


def during(monkeypatch, owner, name, act):
    """Let `act` run once, right after the next call of a method."""
    method = getattr(owner, name)

    def called(*given):
        monkeypatch.setattr(owner, name, method)
        answer = method(*given)
        act()
        return answer

    monkeypatch.setattr(owner, name, called)


def test_a_change_that_is_asked_for_during_a_confirmation_is_not_lost(world, ada, monkeypatch):
    ask(world, ada)
    third = "third@example.org"
    during(monkeypatch, world.cognito, "set_email", lambda: ask(world, ada, third))
    user, email = world.emails.confirm(ada, code_of(world))
    assert email == NEW
    assert user.email_change.email == third
    assert world.emails.own(user, {"email": NEW}) == (NEW, True)
    assert world.emails.confirm(ada, code_of(world))[1] == third


def test_a_wrong_try_during_a_confirmation_does_not_keep_the_change(world, ada, monkeypatch):
    ask(world, ada)
    code = code_of(world)

    def try_once():
        with pytest.raises(Invalid):
            world.emails.confirm(ada, wrong(code))

    during(monkeypatch, world.cognito, "set_email", try_once)
    user, email = world.emails.confirm(ada, code)
    assert (user.email_change, email) == (None, NEW)


def test_a_name_that_changes_during_a_confirmation_does_not_stop_it(world, ada, monkeypatch):
    ask(world, ada)

    def rename():
        world.accounts.rename(ada, "countess")

    during(monkeypatch, world.cognito, "has_address", rename)
    user, email = world.emails.confirm(ada, code_of(world))
    assert (user.username, email) == ("countess", NEW)
    assert world.pool.email_of("countess") == (NEW, True)
    assert world.names.get("countess").address == NEW
    assert world.names.get("ada").address is None


def test_a_taken_address_is_told_to_its_owner_alone(world, ada):
    world.accounts.sign_up("bob", NEW, PASSWORD)
    assert ask(world, ada) is None
    [(to, text), (notified, _)] = world.mailer.sent
    assert (to, notified) == (NEW, OLD)
    assert "code is" not in text


def test_no_code_tells_whether_an_address_is_taken(world, ada, monkeypatch):
    """The wrong ones meet the same steps, and the right one, which nobody has, is refused."""
    world.accounts.sign_up("bob", NEW, PASSWORD)
    monkeypatch.setattr(world.emails, "_new_code", lambda: "123456")
    left = {}
    for address in (NEW, "free@example.org"):
        ask(world, ada, address)
        with pytest.raises(Invalid) as refused:
            world.emails.confirm(ada, "654321")
        assert set(refused.value.errors) == {"code"}
        left[address] = world.users.get(ada).email_change.tries_left
    assert set(left.values()) == {CODE_TRIES - 1}
    ask(world, ada)
    with pytest.raises(Invalid) as refused:
        world.emails.confirm(ada, "123456")
    assert set(refused.value.errors) == {"code"}
    assert world.pool.email_of("ada") == (OLD, False)


def test_an_address_that_was_taken_meanwhile_is_refused_as_a_wrong_code(world, ada):
    ask(world, ada)
    world.accounts.sign_up("bob", NEW, PASSWORD)
    with pytest.raises(Invalid) as refused:
        world.emails.confirm(ada, code_of(world))
    assert set(refused.value.errors) == {"code"}
    assert world.pool.email_of("ada") == (OLD, False)


def test_two_tries_at_the_same_moment_are_two_tries(world, ada, monkeypatch):
    ask(world, ada)
    monkeypatch.setattr(world.users, "replace_email_change", lambda *_: False)
    with pytest.raises(TooManyRequests):
        world.emails.confirm(ada, code_of(world))


def test_a_stage_without_mail_says_so(world, ada):
    world.mailer.sender = ""
    with pytest.raises(Conflict):
        ask(world, ada)


def test_an_address_that_no_mail_reaches_is_named(world, ada, monkeypatch):
    def refuse(*_):
        raise Undeliverable

    monkeypatch.setattr(world.mailer, "mail", refuse)
    with pytest.raises(Invalid) as refused:
        ask(world, ada)
    assert set(refused.value.errors) == {"email"}


def test_an_address_that_is_never_confirmed_does_not_stay(world, ada):
    ask(world, ada)
    world.accounts.ensure_profile(ada, "ada")
    assert world.users.get(ada).email_change is not None
    world.clock.move(days=1)
    world.accounts.ensure_profile(ada, "ada")
    assert world.users.get(ada).email_change is None


class TestOnesOwnAddress:
    def own(self, world, ada, **claims):
        return world.emails.own(world.users.get(ada), claims)

    def test_it_comes_from_the_token_without_asking_the_pool(self, world, ada):
        world.cognito.accounts.clear()
        assert self.own(world, ada, email=OLD, email_verified="true") == (OLD, True)
        assert self.own(world, ada, email=OLD, email_verified="false") == (OLD, False)

    def test_a_token_from_before_a_change_does_not_tell_the_old_one(self, world, ada):
        ask(world, ada)
        world.emails.confirm(ada, code_of(world))
        assert self.own(world, ada, email=OLD, email_verified="true") == (NEW, True)
        world.cognito.accounts.clear()
        assert self.own(world, ada, email=NEW, email_verified="false") == (NEW, True)

    def test_it_takes_no_slow_hash(self, world, ada, monkeypatch):
        ask(world, ada)
        world.emails.confirm(ada, code_of(world))
        monkeypatch.setattr("hashlib.scrypt", lambda *_, **_options: pytest.fail("it is slow"))
        assert self.own(world, ada, email=NEW) == (NEW, True)
        assert self.own(world, ada, email=OLD) == (NEW, True)

    def test_a_token_without_an_address_asks_the_pool(self, world, ada):
        assert self.own(world, ada) == (OLD, False)


def test_one_mailbox_gets_few_codes_whoever_asks(world, ada):
    times = Limit.of(settings().limit_mail).times
    for _ in range(times):
        ask(world, ada)
    sent = len(world.mailer.sent)
    with pytest.raises(TooManyRequests):
        ask(world, ada, "A.da+x@example.org")
    assert len(world.mailer.sent) == sent
    assert [address for address, _ in world.mailer.sent].count(OLD) == times
    ask(world, ada, "ada@example.net")
    assert [address for address, _ in world.mailer.sent][-1] == "ada@example.net"
