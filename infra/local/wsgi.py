"""Serves the front as a WSGI application."""

import time
import traceback
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from functions.errors import Problem
from infra.local.console import Console
from infra.local.front import Front
from infra.local.gateway import Answer, refusal

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]
_WITHOUT_BODY = {204, 304}


def wsgi_app(front: Front, console: Console) -> WsgiApp:
    """Return a WSGI application that prints each request on the console."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        started = time.perf_counter()
        method = environ["REQUEST_METHOD"]
        target = _target(environ)
        try:
            answer = front.call(method, target, _headers(environ), environ["wsgi.input"])
        except Exception:
            console.say(traceback.format_exc())
            answer = _broken()
        console.request(
            method=method,
            target=target,
            status=answer.status,
            milliseconds=(time.perf_counter() - started) * 1000,
            request_id=answer.header("x-request-id") or "",
        )
        return _respond(answer, method, start_response)

    return app


def _respond(answer: Answer, method: str, start_response: StartResponse) -> Iterable[bytes]:
    headers = [pair for pair in answer.headers if pair[0].lower() != "content-length"]
    if answer.status not in _WITHOUT_BODY:
        headers.append(("Content-Length", str(len(answer.body))))
    start_response(_status(answer.status), headers)
    is_empty = method == "HEAD" or answer.status in _WITHOUT_BODY
    return [] if is_empty else [answer.body]


def _status(status: int) -> str:
    known = status in set(HTTPStatus)
    return f"{status} {HTTPStatus(status).phrase if known else 'Unknown'}"


def _target(environ: Environ) -> str:
    """Return the path and query as they were sent. WSGI's PATH_INFO is already decoded."""
    raw = str(environ.get("REQUEST_URI", environ["PATH_INFO"]))
    if raw.startswith("/"):
        return raw
    try:
        whole = urlsplit(raw)
    except ValueError:
        return "/"
    return f"{whole.path or '/'}?{whole.query}" if whole.query else whole.path or "/"


def _headers(environ: Environ) -> dict[str, str]:
    named = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}
    headers = {named[key]: environ[key] for key in named if environ.get(key)}
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            headers[key.removeprefix("HTTP_").replace("_", "-").lower()] = value
    return headers


def _broken() -> Answer:
    failure = Problem("The local stack failed. See its console.")
    return refusal(failure, str(uuid4()), None)
