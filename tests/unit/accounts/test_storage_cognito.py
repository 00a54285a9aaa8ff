"""Cognito's refusals become the product's problems."""

from datetime import UTC, datetime
from inspect import isfunction
from typing import get_args

import pytest
from botocore.exceptions import ClientError

from functions.accounts import storage_cognito as pool_module
from functions.accounts.ports import PoolRefused, Refusal, UserPool
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
    ],
)
def test_a_refusal_becomes_a_problem(refusing, code, problem):
    with pytest.raises(problem), refusals_as_problems():
        refusing(code).sign_up("ada", "ada@example.com", "password")


CALLS = {
    "sign_up": lambda pool: pool.sign_up("ada", "ada@example.com", "password"),
    "confirm": lambda pool: pool.confirm("ada", "1"),
    "resend": lambda pool: pool.resend("ada"),
    "forgot": lambda pool: pool.forgot("ada"),
    "reset": lambda pool: pool.reset("ada", "1", "password"),
    "change_password": lambda pool: pool.change_password("ada", "password", "new password"),
    "login": lambda pool: pool.login("ada", "password"),
    "refresh": lambda pool: pool.refresh("token"),
    "revoke": lambda pool: pool.revoke("token"),
    "revoke_all": lambda pool: pool.revoke_all("ada"),
    "remove": lambda pool: pool.remove("ada", "id"),
    "knows": lambda pool: pool.knows("ada", "id"),
    "email_of": lambda pool: pool.email_of("ada"),
    "set_email": lambda pool: pool.set_email("ada", "ada@example.com"),
    "id_of": lambda pool: pool.id_of("ada"),
    "name_of": lambda pool: pool.name_of("id"),
    "account": lambda pool: pool.account("ada"),
    "has_address": lambda pool: pool.has_address("ada@example.com", "id"),
}
"""The methods that call Cognito."""
ATTRIBUTES = [{"Name": "sub", "Value": "id"}, {"Name": "email", "Value": "ada@example.com"}]
TOKENS = {"IdToken": "i", "AccessToken": "a", "RefreshToken": "r", "ExpiresIn": 3600}
ANSWERS = {
    "sign_up": {"UserSub": "id", "UserConfirmed": False},
    "admin_get_user": {
        "UserAttributes": ATTRIBUTES,
        "UserStatus": "CONFIRMED",
        "UserCreateDate": datetime(2026, 1, 1, tzinfo=UTC),
    },
    "list_users": {"Users": []},
    "initiate_auth": {"AuthenticationResult": TOKENS},
    "get_tokens_from_refresh_token": {"AuthenticationResult": TOKENS},
}
BUSY = [
    "TooManyRequestsException",
    "LimitExceededException",
    "TooManyFailedAttemptsException",
    "ThrottlingException",
    "ForbiddenException",
]


class Throttled:
    """A client that answers, except to one of its calls, by number."""

    def __init__(self, code, number):
        self._code, self._number = code, number
        self.calls = []

    def __getattr__(self, operation):
        def call(**_):
            self.calls.append(operation)
            if len(self.calls) == self._number:
                raise ClientError({"Error": {"Code": self._code}}, operation)
            return ANSWERS.get(operation, {})

        return call

    def secret(self, *_):
        """Ask for the app client's secret, as the first login of a process does."""
        self.describe_user_pool_client()
        return "secret"


def test_every_call_of_the_pool_is_tried():
    methods = {name for name, member in vars(UserPool).items() if isfunction(member)}
    assert {name for name in methods if not name.startswith("_")} - {"session"} == CALLS.keys()


@pytest.mark.parametrize("code", BUSY)
@pytest.mark.parametrize("name", CALLS)
def test_every_call_says_that_the_pool_is_busy(monkeypatch, name, code):
    pool = CognitoPool("pool", "client", lambda *_: True, auto_confirm=True)
    refused, calls = 0, 1
    while refused < calls:
        cognito = Throttled(code, refused + 1)
        with monkeypatch.context() as patch:
            patch.setattr(pool_module, "client", lambda *_, one=cognito, **_options: one)
            patch.setattr(pool_module, "client_secret", cognito.secret)
            with pytest.raises(TooManyRequests), refusals_as_problems():
                CALLS[name](pool)
            refused = len(cognito.calls)
            healthy = Throttled(code, None)
            patch.setattr(pool_module, "client", lambda *_, one=healthy, **_options: one)
            patch.setattr(pool_module, "client_secret", healthy.secret)
            CALLS[name](pool)
            calls = len(healthy.calls)


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


def test_an_unknown_error_passes_unchanged(refusing):
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
