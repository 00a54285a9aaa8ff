"""The HTTP edge: declares once, for the code and for OpenAPI, what a route takes and answers.

A handler is a function of a checked `Request`. It returns a struct, a page, nothing, or a
`Response`, which is sent unchanged. An exception of `functions.errors` becomes a problem document.
Any other becomes a logged 500 that reveals nothing to the caller.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from chalice.app import Blueprint, CognitoUserPoolAuthorizer, Response
from chalice.app import Request as ChaliceRequest

from functions.clock import new_ulid
from functions.config import settings
from functions.errors import NotFound, Problem
from functions.http.answers import JSON, json_answer, problem
from functions.http.fields import ID_PATTERN, MAX_ID
from functions.http.inputs import (
    address_of,
    body_of,
    bytes_of,
    claims_of,
    query_of,
    request_id,
    viewer_of,
)
from functions.http.refusals import problem_of
from functions.http.senders import noted

if TYPE_CHECKING:
    from functions.http.limits import LimitName

Body = TypeVar("Body")
Handler = TypeVar("Handler", bound=Callable[..., Any])

NO_STORE = {"Cache-Control": "no-store"}
_ID = re.compile(rf"(?=.{{1,{MAX_ID}}}\Z){ID_PATTERN}")


class Request(msgspec.Struct, Generic[Body], frozen=True):
    """A checked request. `body` and `query` are of the types that the route declares."""

    viewer_id: str
    """The caller's user id; the empty string on an open route."""
    body: Body
    query: Any
    request_id: str
    new_id: str
    """The id of the thing that this request creates. A repeated Idempotency-Key brings the same id,
    so a request that died half-way is finished, not done twice.
    """
    claims: Mapping[str, str] = {}
    """The claims of the caller's token, as text."""


class Operation(msgspec.Struct, frozen=True):
    """The declaration of a route's inputs and answers: the source of its checks and its OpenAPI
    entry.
    """

    method: str
    path: str
    tag: str
    handler: Callable[..., Any]
    answer: Any = None
    status: int = 200
    body: Any = None
    query: type[msgspec.Struct] | None = None
    raw_types: tuple[str, ...] = ()
    """Content types that are passed on as a `RawBody`, besides JSON; `image/*` means all images."""
    form: type[msgspec.Struct] | None = None
    """The fields of a multipart/form-data body, accepted besides JSON. A field of bytes is a file.
    """
    is_open: bool = False
    """Needs no token."""
    creates: bool = False
    """Accepts an Idempotency-Key header."""
    again: Callable[..., Any] | None = None
    """Shows what an earlier request with the same Idempotency-Key created: a function of the
    request, whose `new_id` is that of the earlier one. Every operation that creates has it.
    """
    location: str = ""
    """The path of what it creates, with fields of the answer: `/posts/{post_id}`."""
    limit: "LimitName | None" = None
    """Its rate limit: see `functions/http/limits.py`."""
    content_type: str = JSON
    """The content type of the answer."""
    is_secret: bool = False
    """The answer contains a secret, such as a token or a signature: nothing on its way may store
    it.
    """
    name: str = ""
    """Its name in generated clients, `get_home_feed`; by default the handler's name."""
    refuses: tuple[type[Problem], ...] = ()
    """The problems that its use case raises, besides those that follow from its declaration."""

    @property
    def is_sign_in(self) -> bool:
        """Return whether a call tries a password or a code, makes an account, or mails a code. Such
        a call has a log line of its own."""
        return self.limit in ("login", "sign_up")

    @property
    def methods(self) -> list[str]:
        """Return its methods: HEAD goes with every GET."""
        return ["GET", "HEAD"] if self.method == "GET" else [self.method]


@cache
def authorizer() -> CognitoUserPoolAuthorizer:
    """Return the authorizer. API Gateway checks the id token; a handler sees only its claims."""
    return CognitoUserPoolAuthorizer("people", provider_arns=[settings().user_pool_arn])


class Routes:
    """The routes and event handlers of a capability: a blueprint that remembers what it serves."""

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
                methods=operation.methods,
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
            except Exception as error:
                return problem(problem_of(error, f"{operation.method} {operation.path}"))

        return view


def _serve(operation: Operation, raw: ChaliceRequest, path: dict[str, str]) -> Response:
    from functions.http.limits import check

    check("request", viewer_of(raw), "", address_of(raw))
    if not all(_ID.fullmatch(value) for value in path.values()):
        raise NotFound("There is no such thing.")
    call = _Call(operation, raw, path)
    key = raw.headers.get("idempotency-key")
    if operation.again is None or key is None:
        return call.run(new_ulid())
    return call.run_once(key, operation.again)


class _Call:
    """One call of an operation. Raises the problems of its body and query when it is made."""

    def __init__(self, operation: Operation, raw: ChaliceRequest, path: dict[str, str]) -> None:
        self._operation = operation
        self._raw = raw
        self._path = path
        self._body = body_of(raw, operation.body, operation.raw_types, operation.form)
        self._query = query_of(raw, operation.query)
        self._viewer_id = viewer_of(raw)
        self._username = getattr(self._body, "username", "")
        self._subject = self._viewer_id
        """The user that a sign-in event concerns, once that is known."""

    def run(self, new_id: str) -> Response:
        """Count the call under its limit, and serve it."""
        if not self._operation.is_sign_in:
            return self._run(new_id)
        with noted(self._operation.name, self._username, self._raw) as told:
            response = self._run(new_id)
            told["viewer"] = self._subject
        return response

    def _run(self, new_id: str) -> Response:
        if self._operation.limit:
            from functions.http.limits import check

            address = address_of(self._raw)
            check(self._operation.limit, self._viewer_id, self._username, address)
        return self._serve(self._operation.handler, new_id)

    def run_once(self, key: str, again: Callable[..., Any]) -> Response:
        """Serve the call under its key. A repetition is shown `again`, and does not count under the
        limit."""
        from functions.aws.digests import keyed_digest
        from functions.http.idempotency import run_once  # few requests have a key

        operation, address = self._operation, address_of(self._raw)
        if operation.limit:
            from functions.http.limits import check_room

            # A flood that is refused must not cost the writes of a key.
            check_room(operation.limit, self._viewer_id, self._username, address)
        # Nobody's id leads to the row of a sign-up, so it must not hold the name.
        caller = self._viewer_id or keyed_digest("idempotency", self._username.encode())
        scope = f"{caller} {operation.method} {self._raw.context.get('path', self._raw.path)}"
        show = partial(self._serve, again)
        return run_once(scope, key, self._fingerprinted(), self.run, show)

    def _serve(self, serves: Callable[..., Any], new_id: str) -> Response:
        raw, operation = self._raw, self._operation
        request = Request(
            self._viewer_id, self._body, self._query, request_id(raw), new_id, claims_of(raw)
        )
        given = serves(request, **self._path)
        self._subject = getattr(given, "user_id", self._viewer_id)
        if isinstance(given, Response):
            return given
        headers = NO_STORE if operation.is_secret else {}
        return json_answer(given, operation.status, headers, raw, operation.location)

    def _fingerprinted(self) -> bytes:
        """Return what a repeated request has in common with the first. A form is encoded between
        boundaries that differ each time, so its fields are compared and not its bytes."""
        is_form = self._operation.form is not None and isinstance(self._body, self._operation.form)
        return msgspec.msgpack.encode(self._body) if is_form else bytes_of(self._raw)
