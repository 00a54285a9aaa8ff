"""Around every request: the headers that all answers carry, one log line, preflight answers."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from time import perf_counter

from chalice.app import Chalice, Response
from chalice.app import Request as ChaliceRequest

from functions.answers import cors_headers, preflight_headers, problem
from functions.errors import FAILED, Invalid, MethodNotAllowed, Problem
from functions.http import Routes
from functions.inputs import request_id
from functions.log import log

SECURITY_HEADERS = {
    "Cache-Control": "private, no-cache",
    # What is answered is data: opened as a page, it loads nothing, and no page may frame it.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
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
    except Exception:
        log.exception("unhandled", route=f"{request.method} {request.path}")
        response = problem(Problem(FAILED))
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
    if response.status_code == HTTPStatus.BAD_REQUEST:
        return Invalid("The request cannot be answered in a form that it accepts.")
    return Problem(FAILED)


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
