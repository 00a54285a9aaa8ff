"""Wraps every request: headers that all answers carry, one log line, preflight answers."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from time import perf_counter

from chalice.app import Chalice, Response
from chalice.app import Request as ChaliceRequest

from functions.errors import (
    FAILED,
    Conflict,
    Forbidden,
    Invalid,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
    Unauthorized,
    UnsupportedType,
)
from functions.http.answers import cors_headers, preflight_headers, problem
from functions.http.inputs import request_id
from functions.http.refusals import problem_of
from functions.http.routes import Routes
from functions.http.senders import sender_of
from functions.observability import log

SECURITY_HEADERS = {
    "Cache-Control": "private, no-cache",
    # Answers are data. If one is opened as a page, it loads nothing, and no page may frame it.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}


def edge(request: ChaliceRequest, get_response: Callable[..., Response]) -> Response:
    """Wrap every request: add the headers of all answers, write one log line, and answer a problem
    document if a request is refused or fails outside a handler.
    """
    begun = perf_counter()
    try:
        response = get_response(request)
    except Exception as error:
        response = problem(problem_of(error, f"{request.method} {request.path}"))
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
        **sender_of(request),
    )
    return response


def _chalice_refusal(response: Response) -> Problem:
    """Convert an error answer of Chalice to our form. Chalice has logged the traceback of its own
    failures, which count as ours.
    """
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = str(response.headers.get("Allow", ""))
        return MethodNotAllowed("This path has no such method.", headers={"Allow": allowed})
    if response.status_code == HTTPStatus.BAD_REQUEST:
        return Invalid("The request cannot be answered in a form that it accepts.")
    kind = _BY_STATUS.get(response.status_code)
    return kind("This request is not taken.") if kind else Problem(FAILED)


_BY_STATUS: dict[int, type[Problem]] = {
    kind.status: kind
    for kind in (Unauthorized, Forbidden, NotFound, Conflict, TooLarge, UnsupportedType)
}


def register(app: Chalice, routes: Iterable[Routes]) -> None:
    """Serve these routes, and answer preflight requests for each path."""
    methods: dict[str, list[str]] = {}
    for one in routes:
        app.register_blueprint(one.blueprint)
        for operation in one.operations:
            methods.setdefault(operation.path, []).extend(operation.methods)
    for path, taken in methods.items():
        preflight = app.route(path, methods=["OPTIONS"], name="preflight", content_types=["*/*"])
        preflight(_preflight(taken))


def _preflight(methods: list[str]) -> Callable[..., Response]:
    def preflight(**_: str) -> Response:
        return Response(body="", status_code=204, headers={**preflight_headers(methods)})

    return preflight
