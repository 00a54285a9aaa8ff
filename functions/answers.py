"""How answers leave: JSON, problem documents, entity tags, links and the headers on all of them."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import msgspec
from chalice.app import Request as ChaliceRequest
from chalice.app import Response

from functions.config import settings
from functions.errors import Problem

JSON = "application/json"
PROBLEM = "application/problem+json"
EXPOSED_HEADERS = "ETag, Link, X-Request-Id, Retry-After"
PREFLIGHT_SECONDS = 3600


class FieldError(msgspec.Struct, frozen=True):
    """One input field at fault."""

    field: str
    message: str


class ProblemDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error, as RFC 9457 writes it. `error` says the detail again; `errors` is there for input
    errors alone."""

    type: str
    title: str
    status: int
    detail: str
    error: str
    errors: list[FieldError] | None = None


def problem(error: Problem) -> Response:
    """The answer that tells an error."""
    fields = [FieldError(name, message) for name, message in error.errors.items()]
    document = ProblemDocument(
        error.type, error.title, error.status, error.detail, error.detail, fields or None
    )
    return _response(msgspec.json.encode(document), error.status, PROBLEM, error.headers)


def json_answer(
    body: Any, status: int, headers: Mapping[str, str], request: ChaliceRequest
) -> Response:
    """A struct as JSON. A GET's answer carries an entity tag, or is a 304 where the caller has it
    already; a page carries a link to the next."""
    if body is None:
        return _response(b"", status, None, headers)
    encoded = msgspec.json.encode(body)
    headers = dict(headers)
    if request.method == "GET" and status == HTTPStatus.OK:
        tag = f'"{hashlib.sha256(encoded).hexdigest()[:32]}"'
        headers["ETag"] = tag
        if _knows(request.headers.get("if-none-match", ""), tag):
            return _response(b"", 304, None, headers)
        cursor = getattr(body, "next_cursor", None)
        if cursor:
            headers["Link"] = f'<{_same_url(request, cursor=cursor)}>; rel="next"'
    return _response(encoded, status, JSON, headers)


def _response(
    body: bytes, status: int, content_type: str | None, headers: Mapping[str, str]
) -> Response:
    typed = {"Content-Type": content_type} if content_type else {}
    return Response(body=body.decode(), status_code=status, headers={**typed, **headers})


def _knows(if_none_match: str, tag: str) -> bool:
    """RFC 9110, 13.1.2: compared weakly, in a list, or `*`."""
    tags = [known.strip().removeprefix("W/") for known in if_none_match.split(",")]
    return tag in tags or "*" in tags


def _same_url(request: ChaliceRequest, **changed: str) -> str:
    """The URL of this request with other query parameters."""
    query = urlencode({**dict(request.query_params or {}), **changed})
    return f"{base_url(request)}{_resource_path(request)}?{query}"


def base_url(request: ChaliceRequest) -> str:
    """Where the API is, as the caller reached it: with the stage that API Gateway may put first."""
    scheme = request.headers.get("x-forwarded-proto", "http")
    path = str(request.context.get("path") or "")
    stage = path.removesuffix(_resource_path(request))
    return f"{scheme}://{request.headers.get('host', '')}{stage}"


def _resource_path(request: ChaliceRequest) -> str:
    """The request's path below the stage."""
    return request.path.format(**(request.uri_params or {}))


def cors_headers(origin: str | None) -> dict[str, str]:
    """Lets a page of an allowed origin read an answer. Chalice's own setting takes one origin
    only, so the caller's is echoed when it is among the stage's."""
    allowed = settings().origins
    if not origin or not ({origin, "*"} & allowed):
        return {"Vary": "Origin"} if allowed else {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": EXPOSED_HEADERS,
        "Vary": "Origin",
    }


def preflight_headers(methods: list[str]) -> dict[str, str]:
    """What a browser may send to a path."""
    return {
        "Access-Control-Allow-Methods": ", ".join(sorted(methods)),
        "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, "
        "If-None-Match",
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }
