"""Health, the OpenAPI document and its page."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from chalice.app import Response

from functions import __version__
from functions.http.answers import stage_path
from functions.http.routes import Operation, Request, Routes

routes = Routes(__name__, "Service")


class Health(msgspec.Struct, frozen=True):
    """The service's answer that it is up, and its version."""

    version: str = __version__
    status: str = "ok"


@routes.route("GET", "/health", answer=Health, is_open=True, name="get_health")
def health(_: Request[None]) -> Health:
    """Tell whether the service is up."""
    return Health()


@routes.route("GET", "/openapi.json", answer=dict, is_open=True, name="get_openapi")
def openapi(_: Request[None]) -> dict[str, Any]:
    """Return this description."""
    here = stage_path(routes.blueprint.current_request)
    return {**document(), "servers": [{"url": here or "/", "description": "This service."}]}


@routes.route("GET", "/docs", answer=str, content_type="text/html", is_open=True, name="get_docs")
def docs(_: Request[None]) -> Response:
    """Show this description as a page."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": _policy(_page()),
    }
    return Response(body=_page(), headers=headers)


@cache
def _page() -> str:
    return Path(__file__).with_name("docs.html").read_text(encoding="utf-8")


@cache
def _policy(page: str) -> str:
    """Return a policy that lets a page run its own script and style, by their hashes, and call this
    service, and nothing else.
    """
    hashes = {}
    for kind in ("script", "style"):
        inside = page.partition(f"<{kind}>")[2].partition(f"</{kind}>")[0]
        hashes[kind] = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
    return (
        f"default-src 'none'; connect-src 'self'; script-src 'sha256-{hashes['script']}'; "
        f"style-src 'sha256-{hashes['style']}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


_described: list[Operation] = []


def describes(operations: list[Operation]) -> None:
    """Return what the document describes: the routes that the app has registered."""
    _described[:] = operations
    document.cache_clear()


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document of the app's routes."""
    from functions.about.texts import texts  # few requests need it
    from functions.http.openapi import describe

    return describe(_described, texts())
