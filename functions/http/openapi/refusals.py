"""The refusals of an operation. They follow from the declaration of its route."""

import re
from collections.abc import Iterable
from typing import Any

from functions import errors
from functions.errors import Problem
from functions.http.answers import JSON, PROBLEM
from functions.http.routes import Operation

PROBLEM_SCHEMA = {"$ref": "#/components/schemas/ProblemDocument"}
FAILURE = "Failure"
_MEANINGS: dict[type[Problem], str] = {
    errors.Invalid: "Malformed or invalid input; `errors` names the fields at fault, all of them.",
    errors.Unauthorized: "No valid token, or wrong credentials.",
    errors.Forbidden: "The caller may see it and may not do this to it.",
    errors.NotConfirmed: "The password is right; the account awaits the code sent by e-mail.",
    errors.NotFound: "Unknown, or not visible to the caller: the two are not told apart.",
    errors.Conflict: "The request contradicts the present state.",
    errors.TooLarge: "More bytes than this takes; the detail tells what takes more.",
    errors.UnsupportedType: "A content type, or a charset, that this does not take.",
    errors.KeyReused: "The Idempotency-Key came before with another body.",
    errors.TooManyRequests: "Too often; try again after Retry-After seconds.",
}


def refusals_of(one: Operation) -> list[type[Problem]]:
    """Return the problems that an operation may answer, by status."""
    has_body = bool(one.body or one.raw_types or one.form)
    follows: list[tuple[bool, tuple[type[Problem], ...]]] = [
        (bool(has_body or one.query or one.creates), (errors.Invalid,)),
        (not one.is_open, (errors.Unauthorized,)),
        ("{" in one.path, (errors.NotFound,)),
        (has_body, (errors.TooLarge, errors.UnsupportedType)),
        (one.creates, (errors.Conflict, errors.KeyReused)),
        (one.limit is not None, (errors.TooManyRequests,)),
    ]
    found = {kind for holds, kinds in follows for kind in kinds if holds} | {*one.refuses}
    return sorted(found, key=lambda kind: kind.status)


def has_tag(one: Operation) -> bool:
    """Return whether its answers have an entity tag, so that it may answer 304."""
    return one.method == "GET" and one.content_type == JSON


def refused(one: Operation) -> dict[str, Any]:
    """Return the entries of an operation's refusals, and of failures on our side."""
    named = {str(kind.status): _reference(kind.__name__) for kind in refusals_of(one)}
    return {**named, "5XX": _reference(FAILURE)}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/responses/{name}"}


def responses(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the refusals that these operations refer to."""
    kinds = {kind for one in operations for kind in refusals_of(one)}
    named = {
        kind.__name__: _response(_MEANINGS[kind], _HEADERS_OF.get(kind, ()), _example(kind))
        for kind in sorted(kinds, key=lambda kind: kind.status)
    }
    failure = "Something failed on our side; the request can be tried again. " \
        "502 and 504 are the gateway's, whose own answers look the same."  # fmt: skip
    return {**named, FAILURE: _response(failure, (), _example(Problem))}


_HEADERS_OF: dict[type[Problem], tuple[str, ...]] = {errors.TooManyRequests: ("Retry-After",)}


def _response(meaning: str, headers: Iterable[str], example: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": meaning,
        "headers": headers_of("X-Request-Id", *headers),
        "content": {PROBLEM: {"schema": PROBLEM_SCHEMA, "example": example}},
    }


def _example(kind: type[Problem]) -> dict[str, Any]:
    detail = _DETAILS.get(kind, errors.FAILED)
    more: dict[str, Any] = {}
    if kind is errors.Invalid:
        faults = re.findall(r"(\w+): ([^;]+)", detail)
        more = {"errors": [{"field": field, "message": message} for field, message in faults]}
    return {"type": errors.type_of(kind), "title": kind.title, "status": kind.status,
            "detail": detail, "error": detail, **more}  # fmt: skip


_DETAILS: dict[type[Problem], str] = {
    errors.Invalid: "username: is reserved, so choose another one; password: is missing",
    errors.Unauthorized: "A valid token is asked for: Authorization: Bearer.",
    errors.Forbidden: "This post is another's.",
    errors.NotConfirmed: "This account awaits the code that was sent by e-mail.",
    errors.NotFound: "There is no such post.",
    errors.Conflict: "This username is taken.",
    errors.TooLarge: "A JSON body may have 262,144 bytes.",
    errors.UnsupportedType: "text/plain is not taken here; send application/json.",
    errors.KeyReused: "This Idempotency-Key came before with another body.",
    errors.TooManyRequests: "Too often; try again later.",
}


def headers_of(*names: str) -> dict[str, Any]:
    """Return references to headers of the document."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _header(description: str, kind: str, example: Any, **more: Any) -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind, **more}, "example": example}


HEADERS: dict[str, Any] = {
    "X-Request-Id": _header(
        "The id of this request, which the service's logs have too.", "string",
        "5f3c7a0e-2b1d-4c8e-9a57-0d6f1e2b3c4d",
    ),
    "ETag": _header(
        "The tag of this answer: sent as If-None-Match, it saves the next one.", "string",
        '"0f4c2d9b7a6e5d3c1b0a99887766554e"',
    ),
    "Link": _header(
        'The next page (RFC 8288), relative to the request\'s URL: `<?cursor=…>; rel="next"`. '
        "Absent on the last page.", "string", '<?cursor=eyJsYXN0Ijo.Q2w&limit=20>; rel="next"',
    ),
    "Location": _header(
        "The path of what was created.", "string", "/posts/01J9ZK3V7Q8M5T2N4R6W8Y0B1D",
        format="uri-reference",
    ),
    "Retry-After": _header("In how many seconds to try again.", "integer", 30, minimum=1),
}  # fmt: skip
