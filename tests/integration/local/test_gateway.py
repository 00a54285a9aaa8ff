"""The gateway's part: routes, tokens, limits, and errors in the API's own words."""

import base64
import gzip
import json
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from typing import Any

import pytest
from chalice import Chalice, CognitoUserPoolAuthorizer, Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import RSAKey

from infra.local.gateway import GATEWAY_LIMIT, HEAD_LIMIT, Answer, Gateway
from infra.local.provision import Stage
from infra.local.tokens import TokenCheck

POOL, CLIENT = "us-east-1_pool", "client"
ORIGIN = "http://localhost:3000"


def moto_key() -> RSAKey:
    """Return the key with which moto's user pools sign."""
    packed = resources.files("moto.cognitoidp").joinpath("resources/jwks-private.json.gz")
    keys = json.loads(gzip.decompress(packed.read_bytes()))
    return RSAKey.import_key(keys["keys"][0] if "keys" in keys else keys)


def token(key: RSAKey | None = None, **changed: Any) -> str:
    claims = {
        "iss": f"https://cognito-idp.us-east-1.amazonaws.com/{POOL}",
        "aud": CLIENT,
        "sub": "user",
        "token_use": "id",
        "exp": int(time.time()) + 60,
        "email_verified": True,
        **changed,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": "dummy"}, claims, key or moto_key())


def toy_app() -> Chalice:
    app = Chalice("toy", configure_logs=False)
    app.api.binary_types.append("image/webp")
    people = CognitoUserPoolAuthorizer("people", provider_arns=["arn"])

    def seen() -> dict[str, Any]:
        request = app.current_request
        return {
            "path": request.uri_params,
            "query": {k: request.query_params.getlist(k) for k in request.query_params or {}},
            "context": request.context,
            "body": base64.b64encode(request.raw_body).decode(),
        }

    @app.route("/open", methods=["GET", "POST"], content_types=["*/*"])
    def _open() -> Any:
        return seen()

    @app.route("/closed", authorizer=people)
    def _closed() -> Any:
        return seen()

    @app.route("/things/{one}/parts/{two}")
    def _parts(one: str, two: str) -> Any:
        return {"one": one, "two": two}

    @app.route("/things/fixed/parts/{two}")
    def _fixed(two: str) -> Any:
        return {"fixed": two}

    @app.route("/echo/{number}")
    def _echo(number: str) -> Any:
        time.sleep(0.002)
        return {"number": number, "seen": app.current_request.uri_params["number"]}

    @app.route("/picture")
    def _picture() -> Any:
        return Response(b"\x00\x01", headers={"Content-Type": "image/webp"})

    @app.route("/huge")
    def _huge() -> Any:
        return "x" * (6 * 1024 * 1024 + 1)

    return app


@pytest.fixture(scope="module")
def gateway(stage: Stage) -> Gateway:
    return Gateway(toy_app(), TokenCheck(POOL, CLIENT))


def problem_of(answer: Answer) -> dict[str, Any]:
    """Return the problem document of a refusal, which always has the same form."""
    assert answer.header("content-type") == "application/problem+json"
    assert answer.header("x-request-id")
    told: dict[str, Any] = json.loads(answer.body)
    assert set(told) == {"type", "title", "status", "detail", "error"}
    assert told["status"] == answer.status
    assert told["error"] == told["detail"]
    return told


def with_token(gateway: Gateway, authorization: str) -> Answer:
    return gateway.call("GET", "/closed", {"Authorization": authorization})


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", ""])
def test_a_valid_token_opens_with_its_claims_as_strings(gateway: Gateway, scheme: str) -> None:
    answer = with_token(gateway, scheme + token())
    assert answer.status == 200
    context = json.loads(answer.body)["context"]
    assert context["authorizer"]["claims"]["sub"] == "user"
    assert context["authorizer"]["claims"]["email_verified"] == "true"
    assert context["requestId"]
    assert context["identity"]["sourceIp"] == "127.0.0.1"


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another"},
        {"aud": None},
        {"iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_other"},
        {"token_use": "access"},
        {"token_use": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "soon"},
        {"sub": None},
    ],
)
def test_a_token_for_something_else_is_refused(gateway: Gateway, changed: dict[str, Any]) -> None:
    answer = with_token(gateway, f"Bearer {token(**changed)}")
    assert answer.status == 401
    assert problem_of(answer)["title"] == "Unauthorized"


def unsigned() -> str:
    parts = [{"alg": "none"}, {"sub": "user", "token_use": "id", "aud": CLIENT}]
    packed = [base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts]
    return ".".join([*packed, ""])


@pytest.mark.parametrize(
    "forged",
    [
        "", "Bearer", "Bearer ", "Basic eDp5", "Bearer a.b.c", "Bearer ......", "Bearer \u00e9",
        f"Bearer {unsigned()}", f"Bearer {token(RSAKey.generate_key(2048))}",
        f"Bearer {token()[:-8]}AAAAAAAA",
    ],
)  # fmt: skip
def test_a_forged_or_missing_token_is_refused(gateway: Gateway, forged: str) -> None:
    answer = with_token(gateway, forged)
    assert answer.status == 401
    assert problem_of(answer)


def test_no_header_at_all_is_refused(gateway: Gateway) -> None:
    assert gateway.call("GET", "/closed", {}).status == 401


def test_an_unknown_path_is_a_404_and_a_wrong_method_a_405(gateway: Gateway) -> None:
    unknown = gateway.call("GET", "/nowhere", {})
    assert (unknown.status, problem_of(unknown)["title"]) == (404, "Not found")
    for method in ("HEAD", "PROPFIND", "OPTIONS", "get"):
        answer = gateway.call(method, "/open", {})
        assert (answer.status, answer.header("allow")) == (405, "GET, POST")
        assert problem_of(answer)


def test_a_refusal_can_be_read_by_pages_of_an_allowed_origin_only(gateway: Gateway) -> None:
    answer = gateway.call("GET", "/closed", {"Origin": ORIGIN})
    assert answer.header("access-control-allow-origin") == ORIGIN
    exposed = answer.header("access-control-expose-headers") or ""
    assert {"ETag", "Link", "X-Request-Id", "Retry-After"} <= set(exposed.split(", "))
    foreign = gateway.call("GET", "/closed", {"Origin": "https://evil.example"})
    assert foreign.header("access-control-allow-origin") is None


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/things/a%2Fb/parts/%C3%A9%20", {"one": "a/b", "two": "\u00e9 "}),
        ("/things/a/parts/b/", {"one": "a", "two": "b"}),
        ("/things/fixed/parts/b", {"fixed": "b"}),
        ("/things/a+b/parts/%", {"one": "a+b", "two": "%"}),
    ],
)
def test_path_parameters_are_decoded_once(
    gateway: Gateway, path: str, told: dict[str, str]
) -> None:
    assert json.loads(gateway.call("GET", path, {}).body) == told


def test_an_empty_path_parameter_is_none(gateway: Gateway) -> None:
    assert gateway.call("GET", "/things//parts/b", {}).status == 404


def test_repeated_query_parameters_all_arrive(gateway: Gateway) -> None:
    answer = gateway.call("GET", "/open?a=1&a=2&b=&c=x%20y", {})
    assert json.loads(answer.body)["query"] == {"a": ["1", "2"], "b": [""], "c": ["x y"]}


def test_a_binary_body_and_answer_pass_unharmed(gateway: Gateway) -> None:
    body = bytes(range(256))
    headers = {"Content-Type": "image/webp; x=y"}
    answer = gateway.call("POST", "/open", headers, body)
    assert base64.b64decode(json.loads(answer.body)["body"]) == body
    picture = gateway.call("GET", "/picture", {"Accept": "image/webp"})
    assert picture.body == b"\x00\x01"


def test_a_text_body_that_is_not_utf8_does_no_harm(gateway: Gateway) -> None:
    answer = gateway.call("POST", "/open", {"Content-Type": "application/json"}, b"\xff{")
    assert answer.status == 200


def test_a_body_is_as_large_as_gateway_and_function_can_carry(gateway: Gateway) -> None:
    picture = {"Content-Type": "image/webp"}
    fits = gateway.call("POST", "/open", picture, b"x" * 4 * 1024 * 1024)
    assert len(json.loads(fits.body)["body"]) > 5 * 1024 * 1024
    for size in (5 * 1024 * 1024, GATEWAY_LIMIT, GATEWAY_LIMIT + 1):
        answer = gateway.call("POST", "/open", picture, b"x" * size)
        assert answer.status == 413
        assert problem_of(answer)["title"] == "Too large"
    assert "upload form" in problem_of(answer)["detail"]


def test_a_request_carries_10_kb_of_headers(gateway: Gateway) -> None:
    line = len("GET") + len("/open?a=") + 1000
    fits = {"x-one": "x" * 4000, "x-two": "x" * (HEAD_LIMIT - line - 4000)}
    target = f"/open?a={'b' * 1000}"
    assert gateway.call("GET", target, fits).status == 200
    answer = gateway.call("GET", target, {**fits, "x-three": "x"})
    assert answer.status == 413
    assert "10 KB" in problem_of(answer)["detail"]


def test_an_answer_that_a_function_cannot_give_is_a_bad_gateway(gateway: Gateway) -> None:
    answer = gateway.call("GET", "/huge", {})
    assert answer.status == 502
    assert problem_of(answer)


def test_parallel_requests_do_not_see_each_other(gateway: Gateway) -> None:
    def ask(number: int) -> dict[str, str]:
        told: dict[str, str] = json.loads(gateway.call("GET", f"/echo/{number}", {}).body)
        return told

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(200)))
    assert answers == [{"number": str(n), "seen": str(n)} for n in range(200)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "TRACE", ""]),
    target=st.text(st.characters(codec="latin-1")),
    authorization=st.text(),
)
def test_no_request_line_is_too_strange_to_be_answered(
    gateway: Gateway, method: str, target: str, authorization: str
) -> None:
    answer = gateway.call(method, target, {"Authorization": authorization})
    assert answer.status in {200, 401, 404, 405}
