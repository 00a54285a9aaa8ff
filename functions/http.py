"""The HTTP edge: what a route takes and answers, declared once, for the code and for OpenAPI.

A handler is a function of a checked `Request`; it hands back a struct, a page, nothing, or a
`Response`, which leaves as it is.
What it raises of `functions.errors` becomes a problem document; anything else a 500 that is logged
and tells its caller nothing.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from chalice.app import Blueprint, CognitoUserPoolAuthorizer, Response
from chalice.app import Request as ChaliceRequest

from functions.answers import JSON, json_answer, problem
from functions.clock import new_ulid
from functions.config import settings
from functions.errors import FAILED, NotFound, Problem
from functions.inputs import address_of, body_of, bytes_of, query_of, request_id, viewer_of
from functions.log import log

if TYPE_CHECKING:
    from functions.limits import LimitName

Body = TypeVar("Body")
Handler = TypeVar("Handler", bound=Callable[..., Any])

NO_STORE = {"Cache-Control": "no-store"}
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


class Request(msgspec.Struct, Generic[Body], frozen=True):
    """A request, checked. `body` and `query` are what the route declares."""

    viewer_id: str
    """The caller's user id; the empty string on an open route."""
    body: Body
    query: Any
    request_id: str
    new_id: str
    """The id of what this request creates. A repeated Idempotency-Key brings the same one, so a
    request that died half-way is finished, not done twice."""


class Operation(msgspec.Struct, frozen=True):
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
    limit: "LimitName | None" = None
    """How often one may call it: see `functions/limits.py`."""
    content_type: str = JSON
    """Of the answer."""
    is_secret: bool = False
    """The answer holds what opens something: nothing on its way may keep it."""


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
                return problem(Problem(FAILED))

        return view


def _serve(operation: Operation, raw: ChaliceRequest, path: dict[str, str]) -> Response:
    if not all(_ID.fullmatch(value) for value in path.values()):
        raise NotFound("There is no such thing.")
    body = body_of(raw, operation.body, operation.raw_types)
    query = query_of(raw, operation.query)
    if operation.limit:
        from functions.limits import check  # most requests are under no limit

        check(operation.limit, viewer_of(raw), getattr(body, "username", ""), address_of(raw))

    def run(new_id: str) -> Response:
        request = Request(viewer_of(raw), body, query, request_id(raw), new_id)
        given = operation.handler(request, **path)
        if isinstance(given, Response):
            return given
        return json_answer(given, operation.status, NO_STORE if operation.is_secret else {}, raw)

    key = raw.headers.get("idempotency-key")
    if operation.creates and key is not None:
        from functions.idempotency import run_once  # few requests bring a key

        caller = viewer_of(raw) or getattr(body, "username", "")
        scope = f"{caller} {operation.method} {raw.context.get('path', raw.path)}"
        return run_once(scope, key, bytes_of(raw), run)
    return run(new_ulid())
