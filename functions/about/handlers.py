"""Health, the OpenAPI document and its page."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from chalice.app import Response

from functions import __version__
from functions.http import Operation, Request, Routes

routes = Routes(__name__, "Service")


class Health(msgspec.Struct, frozen=True):
    """That the service answers, and which version of it."""

    version: str = __version__
    status: str = "ok"


@routes.route("GET", "/health", answer=Health, is_open=True)
def health(_: Request[None]) -> Health:
    """Whether the service answers."""
    return Health()


@routes.route("GET", "/openapi.json", answer=dict, is_open=True)
def openapi(_: Request[None]) -> dict[str, Any]:
    """This description."""
    return document()


@routes.route("GET", "/docs", answer=str, content_type="text/html", is_open=True)
def docs(_: Request[None]) -> Response:
    """This description as a page."""
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
    """Lets a page run its own script and style, by their hashes, and ask this service; no more."""
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
    """What the document is about: the routes that the app has registered."""
    _described[:] = operations
    document.cache_clear()


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document of the app's routes."""
    from functions.openapi import describe  # few ask for it

    return describe(_described)
