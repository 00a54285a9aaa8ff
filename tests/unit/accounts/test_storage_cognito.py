"""What Cognito refuses, in the product's own words."""

from typing import get_args

import pytest
from botocore.exceptions import ClientError

from functions.accounts import storage_cognito as pool_module
from functions.accounts.ports import PoolRefused, Refusal
from functions.accounts.refusals import PROBLEMS, refusals_as_problems
from functions.accounts.storage_cognito import CognitoPool
from functions.errors import Conflict, Invalid, NotConfirmed, Problem, TooManyRequests, Unauthorized


class Cognito:
    """A client whose every call meets the same refusal, or gives the same answer."""

    def __init__(self, code=None, answer=None):
        self._code = code
        self._answer = answer

    def __getattr__(self, operation):
        def call(**_):
            if self._code:
                error = {"Code": self._code, "Message": "no"}
                told = {"Error": error, "ResponseMetadata": {"RetryAttempts": 0}}
                raise ClientError(told, operation)
            return self._answer

        return call


@pytest.fixture
def refusing(monkeypatch):
    def refusing(code=None, answer=None):
        monkeypatch.setattr(pool_module, "client", lambda *_, **_options: Cognito(code, answer))
        monkeypatch.setattr(pool_module, "client_secret", lambda *_: "secret")
        return CognitoPool("pool", "client", lambda *_: True, auto_confirm=False)

    return refusing


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("UsernameExistsException", Conflict),
        ("InvalidPasswordException", Invalid),
        ("InvalidParameterException", Invalid),
        ("NotAuthorizedException", Unauthorized),
        ("UserNotFoundException", Unauthorized),
        ("UserNotConfirmedException", NotConfirmed),
        ("TooManyRequestsException", TooManyRequests),
        ("LimitExceededException", TooManyRequests),
        ("TooManyFailedAttemptsException", TooManyRequests),
    ],
)
def test_a_refusal_becomes_a_problem(refusing, code, problem):
    with pytest.raises(problem), refusals_as_problems():
        refusing(code).sign_up("ada", "ada@example.com", "password")


def test_a_busy_pool_says_when_to_come_back(refusing):
    with pytest.raises(TooManyRequests) as busy, refusals_as_problems():
        refusing("LimitExceededException").forgot("ada")
    assert int(busy.value.headers["Retry-After"]) > 0


@pytest.mark.parametrize("code", ["CodeMismatchException", "ExpiredCodeException"])
def test_a_wrong_code_is_the_codes_fault(refusing, code):
    for spend in (lambda p: p.confirm("ada", "1"), lambda p: p.reset("ada", "1", "password")):
        with pytest.raises(Invalid) as refused, refusals_as_problems():
            spend(refusing(code))
        assert set(refused.value.errors) == {"code"}


@pytest.mark.parametrize("code", ["UserNotFoundException", "InvalidParameterException"])
def test_who_asks_for_a_code_learns_nothing_of_the_name(refusing, code):
    refusing(code).forgot("ada")
    refusing(code).resend("ada")


def test_what_is_no_refusal_goes_on_up(refusing):
    for call in (lambda p: p.login("ada", "x"), lambda p: p.forgot("ada")):
        with pytest.raises(ClientError):
            call(refusing("InternalErrorException"))


def test_a_challenge_instead_of_tokens_is_a_refusal(refusing):
    pool = refusing(answer={"ChallengeName": "NEW_PASSWORD_REQUIRED"})
    with pytest.raises(PoolRefused, match="challenged"):
        pool.login("ada", "x")


def test_every_reason_of_the_pool_has_its_problem():
    assert set(get_args(Refusal)) == PROBLEMS.keys()
    assert all(isinstance(made(), Problem) for made in PROBLEMS.values())
