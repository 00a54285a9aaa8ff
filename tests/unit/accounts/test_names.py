"""Whose a username is: sign-up, confirmation, change of name, deletion."""

from datetime import timedelta

import msgspec
import pytest

from functions.accounts.names import (
    CLAIM_KEPT,
    RENAMES_WITHIN,
    SIGN_UP_RUNS,
    UNCONFIRMED_HELD,
    folded_address,
    pool_name,
    username_of,
)
from functions.accounts.ports import PoolRefused
from functions.accounts.verifiers import verifier_of, verifies
from functions.aws.errors import Contended
from functions.clock import epoch_seconds
from functions.errors import (
    Conflict,
    Invalid,
    NotConfirmed,
    NotFound,
    TooManyRequests,
    Unauthorized,
)
from tests.fakes.world import World

PASSWORD, OTHER = "correct horse", "wrong horse"
MAIL, MAIL_2 = "ada@example.com", "ada.l@example.com"
SECOND = timedelta(seconds=1)
HELD = timedelta(days=30)


@pytest.fixture
def coded() -> World:
    """Return a stage that asks for codes."""
    return World(auto_confirm=False)


def join(world, name="ada", email=MAIL, password=PASSWORD):
    return world.accounts.sign_up(name, email, password)


def confirm(world, name="ada"):
    world.accounts.confirm(name, world.cognito.named(name).code)


def joined(world, name="ada", email=MAIL):
    """Sign up, confirm if necessary, log in. Return the id."""
    user_id, confirmed = join(world, name, email)
    if not confirmed:
        confirm(world, name)
    world.accounts.login(name, PASSWORD)
    return user_id


def test_a_name_in_the_pool_leads_back_to_the_username():
    assert username_of(pool_name("a.da_1", "01ABC")) == "a.da_1" == username_of("a.da_1")


def test_a_verifier_knows_its_password_alone():
    verifier = verifier_of(PASSWORD)
    assert verifies(verifier, PASSWORD)
    assert not verifies(verifier, OTHER)
    assert PASSWORD not in verifier
    assert verifier != verifier_of(PASSWORD)


def test_a_confirmed_account_keeps_no_verifier(coded):
    join(coded)
    assert coded.names.get("ada").verifier
    confirm(coded)
    assert coded.names.get("ada").verifier is None


@pytest.mark.parametrize("checks_password_first", [False, True])
def test_not_confirmed_is_told_only_to_the_right_password(
    coded, monkeypatch, checks_password_first
):
    """Cognito refuses an unconfirmed account before it looks at the password; others look first."""
    join(coded)
    refusing = coded.cognito.login

    def login(name, password):
        if not checks_password_first and name in coded.cognito.accounts:
            raise PoolRefused("not_confirmed")
        return refusing(name, password)

    monkeypatch.setattr(coded.cognito, "login", login)
    with pytest.raises(NotConfirmed):
        coded.accounts.login("ada", PASSWORD)
    with pytest.raises(Unauthorized) as wrong:
        coded.accounts.login("ada", OTHER)
    with pytest.raises(Unauthorized) as unknown:
        coded.accounts.login("nobody", OTHER)
    assert wrong.value.detail == unknown.value.detail


def test_an_address_is_corrected_by_whoever_has_the_password(coded):
    first, _ = join(coded, email="typo@example.com")
    code = coded.cognito.named("ada").code
    second, _ = join(coded, email=MAIL)
    assert first != second
    assert [one.email for one in coded.cognito.accounts.values()] == [MAIL]
    with pytest.raises(Invalid, match="code"):
        coded.accounts.confirm("ada", code)
    confirm(coded)
    assert coded.accounts.login("ada", PASSWORD)[1] == second


def test_nobody_else_takes_an_unconfirmed_name(coded):
    join(coded)
    for email in (MAIL, MAIL_2):
        with pytest.raises(Conflict):
            join(coded, email=email, password="another horse")
    with pytest.raises(Conflict):
        join(coded)  # nothing is corrected
    confirm(coded)
    assert coded.accounts.login("ada", PASSWORD)


def test_an_unconfirmed_name_is_free_after_a_day_and_its_account_is_gone(coded):
    join(coded)
    code = coded.cognito.named("ada").code
    coded.clock.moment += UNCONFIRMED_HELD - SECOND
    with pytest.raises(Conflict):
        join(coded, password="another horse")
    coded.clock.moment += SECOND
    other, _ = join(coded, email=MAIL_2, password="another horse")
    assert len(coded.cognito.accounts) == 1
    with pytest.raises(Invalid, match="code"):
        coded.accounts.confirm("ada", code)
    with pytest.raises(Unauthorized):
        coded.accounts.login("ada", PASSWORD)
    confirm(coded)
    assert coded.accounts.login("ada", "another horse")[1] == other


def test_a_claim_expires_and_a_confirmed_name_does_not(coded):
    join(coded)
    claim = coded.names.get("ada")
    assert claim.expires_at == epoch_seconds(claim.since + CLAIM_KEPT)
    assert CLAIM_KEPT > UNCONFIRMED_HELD
    confirm(coded)
    assert coded.names.get("ada").expires_at is None


def test_the_account_of_a_claim_that_has_expired_goes(coded):
    join(coded)
    row = coded.names.get("ada")
    coded.joining.forget(row.pool_name)
    assert coded.cognito.accounts, "the claim is still there"
    coded.names.drop(row)
    for _ in range(2):
        coded.joining.forget(row.pool_name)
        assert not coded.cognito.accounts


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_confirmed_account_whose_claim_has_expired_gets_its_name_back(coded, is_taken):
    user_id, _ = join(coded)
    row = coded.names.get("ada")
    coded.cognito.confirm(row.pool_name, coded.cognito.named("ada").code)
    coded.names.drop(row)  # the request died before it could mark the claim
    if is_taken:
        join(coded, email="other@example.com")
    coded.joining.forget(row.pool_name)
    if is_taken:
        assert coded.cognito.account(row.pool_name) is None
    else:
        assert coded.accounts.login("ada", PASSWORD)[1] == user_id


@pytest.mark.parametrize("is_renamed", [True, False])
def test_a_late_end_of_a_claim_takes_no_account_that_was_claimed_again(coded, is_renamed):
    """A repetition under the same key has made the account after all."""
    user_id, _ = coded.accounts.sign_up("ada", MAIL, PASSWORD, "01KEY")
    in_pool_as = coded.names.get("ada").pool_name
    confirm(coded)
    coded.accounts.login("ada", PASSWORD)
    if is_renamed:
        coded.accounts.rename(user_id, "countess")
    coded.joining.forget(in_pool_as)
    assert coded.accounts.login("countess" if is_renamed else "ada", PASSWORD)[1] == user_id


def test_the_account_of_a_claim_that_gave_way_goes(coded, monkeypatch):
    """The request that took the name died before it could remove the account."""
    join(coded)
    former = coded.names.get("ada").pool_name
    coded.clock.moment += UNCONFIRMED_HELD

    def dies(*_):
        raise TimeoutError

    with monkeypatch.context() as broken:
        broken.setattr(coded.cognito, "remove", dies)
        with pytest.raises(TimeoutError):
            join(coded, password="another horse")
    coded.joining.forget(former)
    assert not coded.cognito.accounts


def test_a_squatter_gains_no_time_by_corrections(coded):
    join(coded)
    for number in range(23):
        coded.clock.moment += timedelta(hours=1)
        join(coded, email=f"{number}@example.com")
    coded.clock.moment += timedelta(hours=1)
    assert join(coded, password="another horse")


def test_a_sign_up_that_died_before_it_had_an_account_blocks_nobody_for_long(coded, monkeypatch):
    def dies(*_):
        raise TimeoutError

    with monkeypatch.context() as broken:
        broken.setattr(coded.cognito, "sign_up", dies)
        with pytest.raises(TimeoutError):
            join(coded)
    with pytest.raises(Conflict):
        join(coded, password="another horse")
    coded.clock.moment += SIGN_UP_RUNS
    assert join(coded, password="another horse")


def test_a_sign_up_that_died_after_it_had_an_account_is_finished_by_its_person(coded, monkeypatch):
    put, calls = coded.names.put, []

    def dies_at_the_second(name, over):
        calls.append(name)
        if len(calls) == 2:
            raise TimeoutError
        return put(name, over)

    with monkeypatch.context() as broken:
        broken.setattr(coded.names, "put", dies_at_the_second)
        with pytest.raises(TimeoutError):
            join(coded)
    coded.clock.moment += SIGN_UP_RUNS
    with pytest.raises(Conflict):
        join(coded, password="another horse")
    join(coded)
    confirm(coded)
    assert coded.accounts.login("ada", PASSWORD)


def test_a_confirmation_that_died_half_way_is_finished_by_the_login(coded):
    user_id, _ = join(coded)
    own = coded.cognito.named("ada")
    coded.cognito.confirm(own.username, own.code)  # and the request dies
    coded.clock.moment += UNCONFIRMED_HELD
    with pytest.raises(Conflict):
        join(coded, password="another horse")
    assert coded.accounts.login("ada", PASSWORD)[1] == user_id
    assert coded.names.get("ada").state == "confirmed"
    assert coded.names.get(MAIL).user_id == user_id


def test_a_refused_sign_up_leaves_no_claim(coded, monkeypatch):
    def refuses(*_):
        raise PoolRefused("unreachable_email")

    with monkeypatch.context() as broken:
        broken.setattr(coded.cognito, "sign_up", refuses)
        with pytest.raises(Invalid):
            join(coded)
    assert coded.names.get("ada") is None
    assert join(coded, password="another horse")


def test_an_address_has_one_account_and_only_its_owner_is_told(coded):
    joined(coded)
    for number, email in enumerate((MAIL, MAIL.upper())):
        name = f"eve{number}"
        assert join(coded, name, email)[1] is False  # as with any other address
        with pytest.raises(Invalid, match="code"):
            coded.accounts.confirm(name, "wrong")
        with pytest.raises(Conflict, match="address"):
            confirm(coded, name)
        assert coded.names.get(name) is None
        with pytest.raises(Unauthorized):
            coded.accounts.login(name, PASSWORD)
    assert len(coded.cognito.accounts) == 1


def test_of_two_sign_ups_with_one_address_the_first_confirmed_has_it(coded):
    for name in ("ada", "eve"):
        join(coded, name)
    confirm(coded, "eve")
    with pytest.raises(Conflict):
        confirm(coded, "ada")
    assert coded.accounts.login("eve", PASSWORD)


@pytest.mark.parametrize("has_row", [True, False])
def test_a_changed_address_frees_the_former_one_and_goes_with_the_account(coded, has_row):
    user_id = joined(coded) if has_row else older(coded, "ada")
    for _ in range(2):
        assert coded.accounts.move_address(user_id, MAIL_2)
    coded.pool.set_email("ada", MAIL_2)
    assert coded.names.get(MAIL) is None
    joined(coded, "eve", MAIL)
    assert not coded.accounts.move_address(user_id, MAIL)
    join(coded, "mallory", MAIL_2)
    with pytest.raises(Conflict, match="address"):
        confirm(coded, "mallory")
    coded.renaming.release(user_id, "ada")
    assert coded.names.get(MAIL_2) is None


def test_a_move_of_an_address_that_dies_leaves_nothing_between(coded, monkeypatch):
    """The former address is free, and the new one is the user's, or neither."""
    user_id = joined(coded)
    put_all = coded.names.put_all

    def dies_after(*steps):
        put_all(*steps)
        raise TimeoutError

    with monkeypatch.context() as broken:
        broken.setattr(coded.names, "put_all", dies_after)
        with pytest.raises(TimeoutError):
            coded.accounts.move_address(user_id, MAIL_2)
    owners = {name: row.user_id for name in (MAIL, MAIL_2) if (row := coded.names.get(name))}
    assert owners == {MAIL_2: user_id}


def test_a_move_of_an_address_repairs_a_row_that_an_earlier_one_left(coded):
    user_id = joined(coded)
    left = coded.names.get(MAIL)
    coded.accounts.move_address(user_id, MAIL_2)
    coded.names.put(left, None)  # as a release did that freed it in a write of its own
    assert coded.accounts.move_address(user_id, MAIL)
    assert coded.names.get(MAIL).user_id == user_id
    assert coded.names.get("ada").address == MAIL
    assert coded.names.get(MAIL_2) is None


def before(monkeypatch, owner, name, act):
    """Let `act` run once, right before the next call of a method."""
    method = getattr(owner, name)

    def called(*given):
        monkeypatch.setattr(owner, name, method)
        act()
        return method(*given)

    monkeypatch.setattr(owner, name, called)


def before_the_write(world, monkeypatch, act):
    """Let `act` run once, right before the next transaction of names."""
    before(monkeypatch, world.names, "put_all", act)


@pytest.mark.parametrize("call", ["get", "put_all"])
def test_a_move_of_an_address_goes_with_a_name_that_changes_meanwhile(coded, monkeypatch, call):
    user_id = joined(coded)
    before(monkeypatch, coded.names, call, lambda: coded.accounts.rename(user_id, "countess"))
    assert coded.accounts.move_address(user_id, MAIL_2)
    assert coded.names.get("countess").address == MAIL_2
    assert coded.names.get("ada").address is None
    assert coded.names.get(MAIL) is None


@pytest.mark.parametrize("is_released", [True, False])
def test_no_address_stays_with_an_account_that_is_deleted_meanwhile(
    coded, monkeypatch, is_released
):
    """The step of the erasure that releases the name comes before the move, or after it."""
    user_id = joined(coded)

    def leave():
        coded.accounts.delete(user_id, PASSWORD)
        if is_released:
            coded.renaming.release(user_id, "ada")

    before_the_write(coded, monkeypatch, leave)
    assert coded.accounts.move_address(user_id, MAIL_2) is not is_released
    coded.renaming.release(user_id, "ada")
    assert [coded.names.get(name) for name in (MAIL, MAIL_2)] == [None, None]
    assert coded.names.get("ada").address is None


def test_an_address_that_somebody_takes_meanwhile_does_not_move(coded, monkeypatch):
    user_id = joined(coded)
    before_the_write(coded, monkeypatch, lambda: joined(coded, "eve", MAIL_2))
    assert not coded.accounts.move_address(user_id, MAIL_2)
    assert coded.names.get(MAIL).user_id == coded.names.get("ada").user_id == user_id


def test_names_that_change_all_the_time_are_contended(coded, monkeypatch):
    user_id = joined(coded)
    monkeypatch.setattr(coded.names, "put_all", lambda *_: False)
    for write in (
        lambda: coded.accounts.move_address(user_id, MAIL_2),
        lambda: coded.renaming.release(user_id, "ada"),
    ):
        with pytest.raises(Contended):
            write()


def test_an_address_is_folded_by_case_alone():
    assert folded_address("Ada.L+x@Example.COM") == "ada.l+x@example.com"


def test_a_stage_that_confirms_at_once_gives_no_address_to_anybody(world):
    for name in ("ada", "eve"):
        joined(world, name, MAIL)
    assert world.names.get(MAIL) is None


def test_a_changed_name_is_found_shown_and_logs_in(world):
    user_id = joined(world)
    user = world.accounts.rename(user_id, "countess")
    assert (user.user_id, user.username, user.display_name) == (user_id, "countess", "countess")
    assert world.accounts.get_by_username("countess").user_id == user_id
    assert world.accounts.login("countess", PASSWORD)[1] == user_id
    for look in (world.accounts.get_by_username, lambda name: world.accounts.login(name, PASSWORD)):
        with pytest.raises((NotFound, Unauthorized)):
            look("ada")


def test_a_display_name_of_ones_own_stays(world):
    user_id = joined(world)
    world.users.update(user_id, {"display_name": "Ada L."})
    assert world.accounts.rename(user_id, "countess").display_name == "Ada L."


@pytest.mark.parametrize("name", ["Ada L.", "countess", "ada"])
def test_a_display_name_that_changes_meanwhile_is_not_lost(world, monkeypatch, name):
    user_id = joined(world)
    before_the_write(
        world, monkeypatch, lambda: world.users.update(user_id, {"display_name": name})
    )
    user = world.accounts.rename(user_id, "countess")
    assert (user.username, user.display_name) == ("countess", "countess" if name == "ada" else name)


def test_an_address_that_changes_meanwhile_goes_with_the_new_name(coded, monkeypatch):
    user_id = joined(coded)
    before_the_write(coded, monkeypatch, lambda: coded.accounts.move_address(user_id, MAIL_2))
    assert coded.accounts.rename(user_id, "countess").username == "countess"
    assert coded.names.get("countess").address == MAIL_2


def test_of_two_changes_of_one_name_at_once_one_is_refused(world, monkeypatch):
    user_id = joined(world)
    before_the_write(world, monkeypatch, lambda: world.accounts.rename(user_id, "lovelace"))
    with pytest.raises(Conflict):
        world.accounts.rename(user_id, "countess")
    assert world.accounts.get(user_id).username == "lovelace"
    assert world.names.get("countess") is None


def test_a_name_that_somebody_takes_meanwhile_is_refused(world, monkeypatch):
    user_id = joined(world)
    before_the_write(world, monkeypatch, lambda: joined(world, "countess", MAIL_2))
    with pytest.raises(Conflict):
        world.accounts.rename(user_id, "countess")
    assert world.accounts.get(user_id).username == "ada"


def test_the_old_name_is_held_from_everybody_and_then_free(world):
    user_id = joined(world)
    world.accounts.rename(user_id, "countess")
    for taken in ("ada", "countess"):
        with pytest.raises(Conflict):
            join(world, taken, MAIL_2)
    with pytest.raises(Conflict):
        world.accounts.rename(user_id, "ada")
    world.clock.moment += HELD
    other, _ = join(world, "ada", MAIL_2)
    assert world.accounts.get_by_username("ada").user_id == other
    assert world.accounts.get_by_username("countess").user_id == user_id


def test_a_name_is_changed_twice_in_a_month(world):
    user_id = joined(world)
    for name in ("countess", "lovelace"):
        world.accounts.rename(user_id, name)
    assert world.accounts.rename(user_id, "lovelace").username == "lovelace"  # not a change
    with pytest.raises(TooManyRequests) as refused:
        world.accounts.rename(user_id, "byron")
    again = int(refused.value.headers["Retry-After"])
    assert again == RENAMES_WITHIN.total_seconds()
    world.clock.moment += timedelta(seconds=again)
    assert world.accounts.rename(user_id, "byron").username == "byron"


@pytest.mark.parametrize("name", ["admin", "_ada", "123"])
def test_a_change_follows_the_rule(world, name):
    with pytest.raises(Invalid, match="username"):
        world.accounts.rename(joined(world), name)


def test_a_name_that_somebody_has_is_not_taken_by_a_change(world):
    user_id = joined(world)
    joined(world, "eve", MAIL_2)
    with pytest.raises(Conflict):
        world.accounts.rename(user_id, "eve")
    assert world.accounts.get(user_id).username == "ada"


def test_a_deletion_after_a_change_goes_by_the_present_name(world):
    user_id = joined(world)
    old = world.accounts.get(user_id)
    world.accounts.rename(user_id, "countess")
    assert not world.users.replace_with_tombstone(world.accounts._begun(old))
    world.accounts.delete(user_id, PASSWORD)
    assert world.users.get_erasure(user_id).username == "countess"


def test_a_deleted_accounts_name_is_held_and_its_address_free(coded):
    user_id = joined(coded)
    coded.accounts.delete(user_id, PASSWORD)
    for _ in range(2):
        coded.renaming.release(user_id, "ada")
    coded.pool.remove(user_id)
    held = coded.names.get("ada")
    assert (held.state, held.user_id, held.address, held.pool_name) == ("held", None, None, "")
    with pytest.raises(Conflict):
        join(coded)
    joined(coded, "eve", MAIL)
    coded.clock.moment += HELD
    assert joined(coded, "ada", MAIL_2)


def test_a_release_that_another_write_overtakes_is_repeated(coded, monkeypatch):
    """The login of a user whose confirmation died settles the claim meanwhile."""
    user_id, _ = join(coded)
    own = coded.cognito.named("ada")
    coded.cognito.confirm(own.username, own.code)
    coded.accounts.ensure_profile(user_id, "ada")
    before_the_write(coded, monkeypatch, lambda: coded.accounts.login("ada", PASSWORD))
    coded.renaming.release(user_id, "ada")
    held = coded.names.get("ada")
    assert (held.state, held.user_id, held.address) == ("held", None, None)
    assert coded.names.get(MAIL) is None


def test_a_release_leaves_the_name_of_somebody_else(coded):
    user_id = joined(coded)
    coded.renaming.release("somebody else", "ada")
    assert coded.names.get("ada").user_id == user_id


# Accounts from before there were rows of names.


def older(world, name="_ada", *, confirmed=True, email="old@example.com"):
    """Make an account as the former release did. Return the id."""
    user_id, _ = world.cognito.sign_up(name, email, PASSWORD)
    world.cognito.accounts[name].confirmed = confirmed
    if confirmed:
        world.person(name)
        user = msgspec.structs.replace(world.users.get(name), user_id=user_id)
        world.users.rows.drop(name)
        world.users.create(user)
    return user_id


def test_an_older_account_logs_in_is_found_and_keeps_its_name(world):
    user_id = older(world, "ada")
    assert world.accounts.login("ada", PASSWORD)[1] == user_id
    assert world.accounts.get_by_username("ada").user_id == user_id
    with pytest.raises(Conflict):
        join(world)
    world.users.rows.drop(user_id)  # as if the profile came with the first login only
    with pytest.raises(Conflict):
        join(world)


def test_an_older_account_changes_its_name_for_good(world):
    user_id = older(world)
    world.accounts.rename(user_id, "countess")
    assert world.accounts.login("countess", PASSWORD)[1] == user_id
    with pytest.raises(Unauthorized):
        world.accounts.login("_ada", PASSWORD)
    world.names.rows.drop("_ada")  # the hold ends, and its row goes
    with pytest.raises(Unauthorized):
        world.accounts.login("_ada", PASSWORD)


def test_an_older_accounts_first_name_is_free_after_the_hold(world):
    user_id = older(world, "ada")
    world.accounts.rename(user_id, "countess")
    world.names.rows.drop("ada")
    other, _ = join(world)
    assert other != user_id
    assert world.accounts.login("ada", PASSWORD)[1] == other
    assert world.accounts.login("countess", PASSWORD)[1] == user_id


def test_an_older_unconfirmed_account_is_replaced_after_a_day(coded):
    older(coded, "ada", confirmed=False)
    with pytest.raises(Conflict):
        join(coded)
    coded.clock.moment += UNCONFIRMED_HELD
    join(coded)
    assert [username_of(name) for name in coded.cognito.accounts] == ["ada"]


def test_an_older_unconfirmed_account_is_confirmed_with_its_code(coded):
    user_id = older(coded, "ada", confirmed=False)
    with pytest.raises(Unauthorized):
        coded.accounts.login("ada", PASSWORD)
    coded.accounts.confirm("ada", coded.cognito.named("ada").code)
    assert coded.accounts.login("ada", PASSWORD)[1] == user_id


def test_an_older_accounts_address_is_taken(coded):
    older(coded, "old", email=MAIL)
    join(coded)
    with pytest.raises(Conflict, match="address"):
        confirm(coded)


def test_a_deleted_older_accounts_name_is_held(world):
    user_id = older(world, "ada")
    world.accounts.delete(user_id, PASSWORD)
    world.renaming.release(user_id, "ada")
    world.pool.remove(user_id)
    with pytest.raises(Conflict):
        join(world)


def test_a_repeated_sign_up_keeps_the_account_that_is_confirmed_meanwhile(coded, monkeypatch):
    with monkeypatch.context() as patch:
        calls = die_at(coded, patch, 2, after=True)
        with pytest.raises(Died):
            coded.accounts.sign_up("ada", MAIL, PASSWORD, "01KEY")
    assert calls[-1] == "sign_up"
    look = coded.cognito.account

    def confirm_after_the_look(name):
        found = look(name)
        monkeypatch.setattr(coded.cognito, "account", look)
        confirm(coded)
        return found

    monkeypatch.setattr(coded.cognito, "account", confirm_after_the_look)
    user_id, confirmed = coded.accounts.sign_up("ada", MAIL, PASSWORD, "01KEY")
    assert confirmed
    assert coded.accounts.login("ada", PASSWORD)[1] == user_id


WRITES = (("names", "put_all"), ("cognito", "sign_up"), ("users", "create"))
"""The calls that a sign-up writes by, by their place in the world."""


class Died(Exception):
    """The function was stopped."""


def die_at(world, monkeypatch, number, *, after):
    """Let the process die at one of the calls that a sign-up writes by. Return the calls."""
    calls = []

    def dying(name, call):
        def called(*given, **named):
            calls.append(name)
            if len(calls) == number and not after:
                raise Died
            answer = call(*given, **named)
            if len(calls) == number:
                raise Died
            return answer

        return called

    for owner, name in WRITES:
        store = getattr(world, owner)
        monkeypatch.setattr(store, name, dying(name, getattr(store, name)))
    return calls


@pytest.mark.parametrize("auto_confirm", [True, False])
@pytest.mark.parametrize("sign_up_id", ["01KEY", None])
def test_an_account_that_a_lost_call_has_made_is_ones_own(monkeypatch, auto_confirm, sign_up_id):
    """The SDK repeats the call. Its repetition finds the name taken."""
    world = World(auto_confirm=auto_confirm)
    made = world.cognito.sign_up

    def repeated(*given):
        made(*given)
        return made(*given)

    with monkeypatch.context() as patch:
        patch.setattr(world.cognito, "sign_up", repeated)
        user_id, confirmed = world.accounts.sign_up("ada", MAIL, PASSWORD, sign_up_id)
    assert confirmed is auto_confirm
    assert [one.user_id for one in world.cognito.accounts.values()] == [user_id]
    if not confirmed:
        confirm(world)
    assert world.accounts.login("ada", PASSWORD)[1] == user_id


@pytest.mark.parametrize("auto_confirm", [True, False])
def test_a_repeated_request_adopts_the_account_that_the_first_one_makes_late(
    monkeypatch, auto_confirm
):
    """The first call reaches the pool only after the repetition has looked for an account."""
    world = World(auto_confirm=auto_confirm)
    with monkeypatch.context() as patch:
        die_at(world, patch, 2, after=False)
        with pytest.raises(Died):
            world.accounts.sign_up("ada", MAIL, PASSWORD, "01KEY")
    look = world.cognito.account

    def look_too_early(name):
        monkeypatch.setattr(world.cognito, "account", look)
        found = look(name)
        world.cognito.sign_up(name, MAIL, PASSWORD)
        return found

    monkeypatch.setattr(world.cognito, "account", look_too_early)
    user_id, _ = world.accounts.sign_up("ada", MAIL, PASSWORD, "01KEY")
    assert [one.user_id for one in world.cognito.accounts.values()] == [user_id]
    assert world.names.get("ada").user_id == user_id


def test_a_pool_that_is_busy_after_a_change_of_name_says_so(coded, monkeypatch):
    """A repetition of the request finds the change done."""
    user_id = joined(coded)
    join(coded, "countess", MAIL_2)
    coded.clock.moment += UNCONFIRMED_HELD

    def busy(*_):
        raise PoolRefused("busy")

    monkeypatch.setattr(coded.cognito, "remove", busy)
    with pytest.raises(TooManyRequests):
        coded.accounts.rename(user_id, "countess")
    assert coded.accounts.rename(user_id, "countess").username == "countess"


@pytest.mark.parametrize("auto_confirm", [True, False])
@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_repeated_sign_up_finishes_the_one_that_died(monkeypatch, auto_confirm, after, number):
    world = World(auto_confirm=auto_confirm)
    with monkeypatch.context() as patch:
        calls = die_at(world, patch, number, after=after)
        try:
            world.accounts.sign_up("ada", MAIL, PASSWORD, "01KEY")
        except Died:
            assert len(calls) == number
        else:
            assert len(calls) < number
    user_id, confirmed = world.accounts.sign_up("ada", MAIL, PASSWORD, "01KEY")
    assert confirmed is auto_confirm
    assert [one.user_id for one in world.cognito.accounts.values()] == [user_id]
    with pytest.raises(Conflict):
        world.accounts.sign_up("ada", MAIL, PASSWORD, "01OTHER")
    if not confirmed:
        confirm(world)
    assert world.accounts.login("ada", PASSWORD)[1] == user_id
