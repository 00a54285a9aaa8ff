"""The HTTP edge: what a route takes and answers, declared once, for the code and for OpenAPI.

A handler is a function of a checked `Request`; it hands back a struct, a page or an `Answer`.
What it raises of `functions.errors` becomes a problem document; anything else a 500 that is logged
and tells its caller nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from time import perf_counter
from typing import Any, Generic, TypeVar

import msgspec
from chalice.app import Blueprint, Chalice, CognitoUserPoolAuthorizer, Response
from chalice.app import Request as ChaliceRequest

from functions.answers import (
    JSON,
    base_url,
    cors_headers,
    json_answer,
    preflight_headers,
    problem,
)
from functions.clock import new_ulid
from functions.config import settings
from functions.errors import (
    Invalid,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
    UnsupportedType,
)
from functions.idempotency import run_once
from functions.log import log

Body = TypeVar("Body")
Handler = TypeVar("Handler", bound=Callable[..., Any])

MAX_JSON_BYTES = 256 * 1024
"""No JSON body of this API comes near it; what is larger is refused before it is parsed."""
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


class RawBody(msgspec.Struct, frozen=True):
    """A body that is not JSON."""

    content_type: str
    data: bytes


@dataclass(frozen=True)
class Answer:
    """An answer with a status or headers of its own; a `Response` as the body leaves as it is."""

    body: Any = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request(Generic[Body]):
    """A request, checked. `body` and `query` are what the route declares."""

    viewer_id: str
    """The caller's user id; the empty string on an open route."""
    body: Body
    query: Any
    headers: Mapping[str, str]
    request_id: str
    base_url: str
    """Where the API is, as the caller reached it, without a trailing slash."""
    new_id: str
    """The id of what this request creates. A repeated Idempotency-Key brings the same one, so a
    request that died half-way is finished, not done twice."""


@dataclass(frozen=True)
class Operation:
    """What a route takes and answers: the source of its checks and of its OpenAPI entry."""

    method: str
    path: str
    tag: str
    handler: Callable[..., Any]
    answer: Any = None
    status: int = 200
    body: Any = None
    query: type[msgspec.Struct] | None = None
    raw_types: tuple[str, ...] = ()
    """Content types handed on as a `RawBody`, beside JSON; `image/*` stands for all images."""
    is_open: bool = False
    """No token is asked for."""
    creates: bool = False
    """It heeds an Idempotency-Key."""
    content_type: str = JSON
    """Of the answer."""


@cache
def authorizer() -> CognitoUserPoolAuthorizer:
    """API Gateway checks the id token; a handler sees only its claims."""
    return CognitoUserPoolAuthorizer("people", provider_arns=[settings().user_pool_arn])


class Routes:
    """A capability's routes and event handlers: a blueprint that remembers what it serves."""

    def __init__(self, import_name: str, tag: str) -> None:
        self.blueprint = Blueprint(import_name)
        self.operations: list[Operation] = []
        self._tag = tag

    def route(self, method: str, path: str, **declared: Any) -> Callable[[Handler], Handler]:
        """Serve a path with the decorated function. `declared` are fields of `Operation`."""

        def register(handler: Handler) -> Handler:
            operation = Operation(method, path, self._tag, handler, **declared)
            self.operations.append(operation)
            self.blueprint.route(
                path,
                name=handler.__name__,
                methods=[method],
                content_types=["*/*"],
                authorizer=None if operation.is_open else authorizer(),
            )(self._view(operation))
            return handler

        return register

    def _view(self, operation: Operation) -> Callable[..., Response]:
        def view(**path: str) -> Response:
            request = self.blueprint.current_request
            try:
                return _serve(operation, request, path)
            except Problem as error:
                return problem(error)
            except Exception:
                log.exception("unhandled", route=f"{operation.method} {operation.path}")
                return problem(Problem("Something failed on our side; the request can be tried "
                                       "again."))  # fmt: skip

        return view


def claims_of(request: ChaliceRequest) -> Mapping[str, str]:
    """What the token says that API Gateway has checked; empty without one."""
    found: Mapping[str, str] = request.context.get("authorizer", {}).get("claims", {})
    return found


def viewer_of(request: ChaliceRequest) -> str:
    """The user id in the token; empty without one."""
    return str(claims_of(request).get("sub", ""))


def _serve(operation: Operation, raw: ChaliceRequest, path: dict[str, str]) -> Response:
    if not all(_ID.fullmatch(value) for value in path.values()):
        raise NotFound("There is no such thing.")
    body = _body(operation, raw)
    query = _query(operation, raw)

    def run(new_id: str) -> Response:
        request = Request(
            viewer_of(raw), body, query, raw.headers, request_id(raw), base_url(raw), new_id
        )
        given = operation.handler(request, **path)
        if isinstance(given, Response):
            return given
        answer = given if isinstance(given, Answer) else Answer(given)
        return json_answer(answer.body, answer.status or operation.status, answer.headers, raw)

    key = raw.headers.get("idempotency-key")
    if operation.creates and key is not None:
        scope = f"{viewer_of(raw)} {operation.method} {raw.context.get('path', raw.path)}"
        return run_once(scope, key, _bytes(raw), run)
    return run(new_ulid())


def request_id(raw: ChaliceRequest) -> str:
    """API Gateway's id of the request."""
    return str(raw.context.get("requestId", ""))


def _query(operation: Operation, raw: ChaliceRequest) -> Any:
    if operation.query is None:
        return None
    try:
        return msgspec.convert(dict(raw.query_params or {}), operation.query, strict=False)
    except msgspec.ValidationError as error:
        raise invalid(error) from error


def _body(operation: Operation, raw: ChaliceRequest) -> Any:
    if operation.body is None and not operation.raw_types:
        return None
    content_type = raw.headers.get("content-type", "application/json").split(";")[0].strip().lower()
    if any(_matches(content_type, taken) for taken in operation.raw_types):
        return RawBody(content_type, _bytes(raw))
    if content_type != "application/json":
        taken = " or ".join([*operation.raw_types, "application/json"])
        raise UnsupportedType(f"{content_type or 'nothing'} is not taken here; send {taken}.")
    data = _bytes(raw)
    if len(data) > MAX_JSON_BYTES:
        raise TooLarge(f"A JSON body may have {MAX_JSON_BYTES} bytes.")
    try:
        return msgspec.json.decode(data or b"{}", type=operation.body)
    except msgspec.ValidationError as error:
        raise invalid(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid.field("body", f"is not JSON: {error}") from error


def _bytes(raw: ChaliceRequest) -> bytes:
    body = raw.raw_body
    return body if isinstance(body, bytes) else body.encode()


def _matches(content_type: str, taken: str) -> bool:
    kind, _, subtype = taken.partition("/")
    return content_type == taken or (subtype == "*" and content_type.startswith(kind + "/"))


_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<where>[^`]*)`)?$", re.DOTALL)
_NAMED = re.compile(r"field `(?P<name>[^`]+)`")


def invalid(error: msgspec.ValidationError) -> Invalid:
    """msgspec's message as the field at fault and what is wrong with it."""
    told = _AT.match(str(error))
    what, where = (told["what"], told["where"] or "") if told else (str(error), "")
    named = _NAMED.search(what)
    name = ".".join(filter(None, [where, named["name"] if named else ""]))
    return Invalid.field(name or "body", what)


SECURITY_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}


def edge(request: ChaliceRequest, get_response: Callable[..., Response]) -> Response:
    """Middleware around every request: the headers that all answers carry, one log line, and a
    problem document for what is refused or fails outside of a handler."""
    begun = perf_counter()
    try:
        response = get_response(request)
    except Problem as error:
        response = problem(error)
    if response.status_code >= HTTPStatus.BAD_REQUEST and isinstance(response.body, dict):
        response = problem(_chalice_refusal(response))
    headers = {
        **SECURITY_HEADERS,
        **cors_headers(request.headers.get("origin")),
        "X-Request-Id": request_id(request),
    }
    response.headers = {**headers, **response.headers}
    log.info(
        "request",
        method=request.method,
        path=request.path,
        status=response.status_code,
        ms=round((perf_counter() - begun) * 1000),
        request_id=request_id(request),
        correlation_id=request_id(request),
    )
    return response


def _chalice_refusal(response: Response) -> Problem:
    """What Chalice itself answers, in our form: a method that a path has not, or a failure of its
    own, of which it has logged the traceback."""
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return MethodNotAllowed(
            "This path has no such method.",
            headers={"Allow": str(response.headers.get("Allow", ""))},
        )
    return Problem("Something failed on our side; the request can be tried again.")


def register(app: Chalice, routes: Iterable[Routes]) -> None:
    """Serve these routes, with a preflight answer for each of their paths."""
    methods: dict[str, list[str]] = {}
    for one in routes:
        app.register_blueprint(one.blueprint)
        for operation in one.operations:
            methods.setdefault(operation.path, []).append(operation.method)
    for path, taken in methods.items():
        app.route(path, methods=["OPTIONS"], name="preflight")(_preflight(taken))


def _preflight(methods: list[str]) -> Callable[..., Response]:
    def preflight(**_: str) -> Response:
        return Response(body="", status_code=204, headers={**preflight_headers(methods)})

    return preflight
