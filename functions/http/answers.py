"""Makes answers: JSON, problem documents, entity tags, links and the headers of every answer."""

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
EXPOSED_HEADERS = "ETag, Link, Location, X-Request-Id, Retry-After"
PREFLIGHT_SECONDS = 3600
READS = frozenset({"GET", "HEAD"})


class FieldError(msgspec.Struct, frozen=True):
    """One invalid input field."""

    field: str
    message: str


class ProblemDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error in the form of RFC 9457. `error` repeats the detail; only input errors have
    `errors`.
    """

    type: str
    title: str
    status: int
    detail: str
    error: str
    errors: list[FieldError] | None = None


def problem(error: Problem) -> Response:
    """Return the answer that reports an error."""
    fields = [FieldError(name, message) for name, message in error.errors.items()]
    document = ProblemDocument(
        error.type, error.title, error.status, error.detail, error.detail, fields or None
    )
    return _response(msgspec.json.encode(document), error.status, PROBLEM, error.headers)


def json_answer(
    body: Any, status: int, headers: Mapping[str, str], request: ChaliceRequest, location: str = ""
) -> Response:
    """Return a struct as a JSON answer. The answer to a GET or HEAD has an entity tag, or is a 304
    if the caller has that version already. A page has a link to the next page. The answer to a
    creation has a Location; `location` is its path, with fields of the struct: `/posts/{post_id}`.
    """
    if body is None:
        return _response(b"", status, None, headers)
    encoded = msgspec.json.encode(body)
    headers = dict(headers)
    if location:
        named = location.format_map(msgspec.structs.asdict(body))
        headers["Location"] = f"{stage_path(request)}{named}"
    if request.method in READS and status == HTTPStatus.OK:
        tag = f'"{hashlib.sha256(encoded).hexdigest()[:32]}"'
        headers["ETag"] = tag
        if _knows(request.headers.get("if-none-match", ""), tag):
            return _response(b"", 304, None, headers)
        cursor = getattr(body, "next_cursor", None)
        if cursor:
            query = urlencode({**dict(request.query_params or {}), "cursor": cursor})
            # Relative to the request, because the caller controls the Host header.
            headers["Link"] = f'<?{query}>; rel="next"'
    return _response(encoded, status, JSON, headers)


def _response(
    body: bytes, status: int, content_type: str | None, headers: Mapping[str, str]
) -> Response:
    typed = {"Content-Type": content_type} if content_type else {}
    return Response(body=body.decode(), status_code=status, headers={**typed, **headers})


def _knows(if_none_match: str, tag: str) -> bool:
    """Return whether If-None-Match matches (RFC 9110, 13.1.2): compared weakly, a list, or `*`."""
    tags = [known.strip().removeprefix("W/") for known in if_none_match.split(",")]
    return tag in tags or "*" in tags


def stage_path(request: ChaliceRequest) -> str:
    """Return the path before the API's own: the stage's name if API Gateway adds it, else empty."""
    parts = str(request.context.get("path") or "").rstrip("/").split("/")
    return "/".join(parts[: max(0, len(parts) - request.path.count("/"))])


def cors_headers(origin: str | None) -> dict[str, str]:
    """Return the headers that let a page of an allowed origin read an answer. Chalice's own setting
    takes only one origin, so the caller's origin is echoed if the stage allows it.
    """
    allowed = settings().origins
    if not origin or not ({origin, "*"} & allowed):
        return {"Vary": "Origin"} if allowed else {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": EXPOSED_HEADERS,
        "Vary": "Origin",
    }


def preflight_headers(methods: list[str]) -> dict[str, str]:
    """Return the headers that say what a browser may send to a path."""
    return {
        "Access-Control-Allow-Methods": ", ".join(sorted(methods)),
        "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, "
        "If-None-Match",
        "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
    }
