"""Login, renewal and logout, and every token that must be refused."""

from collections.abc import Callable

import pytest

from tests.blackbox import tokens
from tests.blackbox.bad_input import routes
from tests.blackbox.client import Client, Service
from tests.blackbox.people import Person, new_name

ANOTHER_POOL = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_another"


def test_logging_in_gives_tokens_that_open_ones_own_profile(anna: Person) -> None:
    login = anna.log_in()
    assert login["user_id"] == anna.user_id
    assert 0 < login["expires_in"] <= 86_400
    assert login.keys() == {"id_token", "refresh_token", "expires_in", "user_id"}
    assert Client(anna.service, login["id_token"]).get("/me").json()["username"] == anna.username


@pytest.mark.parametrize("password", ["correct hors", "correct horsee", "Correct horse", "x"])
def test_a_wrong_password_is_unauthorized(nobody: Client, ada: Person, password: str) -> None:
    answer = nobody.post("/login", {"username": ada.username, "password": password})
    assert answer.status_code == 401
    assert "id_token" not in answer.text


def test_an_unknown_name_is_answered_like_a_wrong_password(nobody: Client, ada: Person) -> None:
    wrong = nobody.post("/login", {"username": ada.username, "password": "wrong horse"})
    unknown = nobody.post("/login", {"username": new_name(), "password": "wrong horse"})
    assert unknown.status_code == 401
    assert unknown.json() == wrong.json()


def test_a_refresh_token_gives_new_tokens_that_work(anna: Person, nobody: Client) -> None:
    answer = nobody.post("/token", {"refresh_token": anna.refresh_token})
    assert answer.status_code == 200
    renewed = answer.json()
    assert "access_token" not in renewed
    assert renewed["user_id"] == anna.user_id
    assert Client(anna.service, renewed["id_token"]).get("/me").status_code == 200
    again = nobody.post("/token", {"refresh_token": renewed["refresh_token"]})
    assert again.status_code == 200


def test_what_is_no_refresh_token_renews_nothing(anna: Person, nobody: Client) -> None:
    for token in ("x", str(anna.token), anna.refresh_token[:-1]):
        assert nobody.post("/token", {"refresh_token": token}).status_code == 401
    for token in ("ünïcode", "a b", "x\n"):  # tokens never contain such characters
        assert nobody.post("/token", {"refresh_token": token}).status_code == 400


def test_logging_out_ends_the_refresh_token_and_no_other(anna: Person, nobody: Client) -> None:
    other = anna.log_in()["refresh_token"]
    gone = {"refresh_token": anna.refresh_token}
    assert anna.post("/logout", gone).status_code == 204
    assert nobody.post("/token", gone).status_code == 401
    assert nobody.post("/token", {"refresh_token": other}).status_code == 200
    assert anna.post("/logout", gone).status_code == 204
    assert anna.log_in()["user_id"] == anna.user_id


def test_logging_out_needs_a_token(anna: Person, nobody: Client) -> None:
    assert nobody.post("/logout", {"refresh_token": anna.refresh_token}).status_code == 401
    assert nobody.post("/token", {"refresh_token": anna.refresh_token}).status_code == 200


BAD_TOKENS: dict[str, Callable[[str], str]] = {
    "expired": tokens.expired,
    "expired a second ago": lambda good: tokens.expired(good, 1),
    "without an end": lambda good: tokens.signed(good, exp=None),
    "of another pool": lambda good: tokens.signed(good, iss=ANOTHER_POOL),
    "of another client": lambda good: tokens.signed(good, aud="another"),
    "without an audience": lambda good: tokens.signed(good, aud=None),
    "without a subject": lambda good: tokens.signed(good, sub=None),
    "an access token by its claim": lambda good: tokens.signed(good, token_use="access"),
    "without a use": lambda good: tokens.signed(good, token_use=None),
    "signed by another key": tokens.forged,
    "bringing its own key": tokens.with_own_key_in_header,
    "signed with the public key": tokens.with_public_key_as_secret,
    "alg none": lambda good: tokens.unsigned(good, "none"),
    "alg None": lambda good: tokens.unsigned(good, "None"),
    "alg RS256 unsigned": lambda good: tokens.unsigned(good, "RS256"),
    "cut": lambda good: good[:-5],
    "without its signature": lambda good: good.rpartition(".")[0],
    "with another's name": lambda good: tokens.of_somebody_else(good, "somebody"),
    "no token": lambda good: "x.y.z",
    "nothing": lambda good: "",
    "much": lambda good: "e" * 8_000,
    "dots": lambda good: "....",
}


@pytest.mark.smoke
@pytest.mark.parametrize("kind", BAD_TOKENS)
def test_a_bad_token_is_unauthorized_for_reading_and_writing(
    service: Service, ada: Person, kind: str
) -> None:
    client = Client(service, BAD_TOKENS[kind](str(ada.token)))
    assert client.get("/me").status_code == 401
    assert client.patch("/me", {"bio": "taken over"}).status_code == 401
    assert client.get(f"/feed/{ada.user_id}").status_code == 401
    assert ada.me()["bio"] != "taken over"


@pytest.mark.local
def test_a_token_that_no_gateway_carries_is_too_large(service: Service) -> None:
    assert Client(service, "e" * 20_000).get("/me").status_code == 413


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "Token {}", "Bearer {} x", "Bearer\t"]
)
def test_a_malformed_authorization_header_is_unauthorized(
    nobody: Client, ada: Person, header: str
) -> None:
    headers = {"Authorization": header.format(ada.token)}
    assert nobody.get("/me", headers=headers).status_code == 401


def test_every_route_that_is_not_open_needs_a_token(nobody: Client, service: Service) -> None:
    for route in routes(service.contract):
        answer = nobody.call(route.method, route.path(), json={})
        is_refused = answer.status_code == 401
        assert is_refused != route.is_open or route.template in {"/login", "/token"}, str(route)


def test_the_open_routes_are_those_of_the_contract(service: Service) -> None:
    described = {str(route) for route in routes(service.contract) if route.is_open}
    assert described == {
        "POST /signup", "POST /signup/confirm", "POST /signup/resend", "POST /password/forgot",
        "POST /password/reset", "POST /login", "POST /token", "GET /health", "GET /openapi.json",
        "GET /docs", "GET /filters",
    }  # fmt: skip


def test_an_open_route_does_not_mind_a_bad_token(service: Service, ada: Person) -> None:
    client = Client(service, tokens.expired(str(ada.token)))
    assert client.get("/health").status_code == 200
    renewed = client.post("/token", {"refresh_token": ada.refresh_token})
    assert renewed.status_code == 200
