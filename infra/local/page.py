"""Serves the page at the API's own address, as CloudFront serves it at an address of its own.

A path can be both: `/stories` is a view of the page and a route of the API. A browser that opens it
as a document gets the page; everybody else gets the API.
"""

import json
from collections.abc import Collection, Mapping
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

from werkzeug.exceptions import NotFound
from werkzeug.utils import send_from_directory
from werkzeug.wrappers import Response

from infra.local.gateway import Answer
from infra.page.files import CONFIG, INDEX, WEB, content_type, is_public, media_type
from infra.page.headers import Origins, page_headers

_CONDITIONS = {"if-none-match": "HTTP_IF_NONE_MATCH", "if-modified-since": "HTTP_IF_MODIFIED_SINCE"}


class Page:
    """The files of `web`, and the configuration that is made for them.

    A navigation to a path in `not_views` goes to the API, unless there is a file for it.
    """

    def __init__(
        self,
        base_url: str,
        not_views: Collection[str],
        demo_login: Mapping[str, str] | None,
        web: Path = WEB,
    ) -> None:
        self._web = web
        self._not_views = frozenset(not_views)
        # Named even for the page's own server: a page that was opened as localhost has another
        # origin.
        self._headers = page_headers(Origins(media=base_url, uploads=base_url))
        self._config = json.dumps({"api": "", "demo_login": demo_login, "media": base_url}).encode()

    def call(self, method: str, path: str, headers: Mapping[str, str]) -> Answer | None:
        """Answer a request for the page. Return None if it is for the API. Header names are lower-
        case; `path` is percent-encoded.
        """
        if method not in {"GET", "HEAD"}:
            return None
        name = unquote(path).removeprefix("/")
        if name == CONFIG:
            return self._answer(Response(self._config, content_type=content_type(CONFIG)))
        found = self._file(name, headers)
        if found is None and is_navigation(headers):
            found = self._file(f"{name.removesuffix('/')}/{INDEX}".removeprefix("/"), headers)
            if found is None and path not in self._not_views:
                found = self._file(INDEX, headers)
        return self._answer(found) if found is not None else None

    def _file(self, name: str, headers: Mapping[str, str]) -> Response | None:
        if not is_public(name):
            return None
        asked = {key: headers[sent] for sent, key in _CONDITIONS.items() if sent in headers}
        environ = {"REQUEST_METHOD": "GET", **asked}
        try:
            return send_from_directory(self._web, name, environ, mimetype=media_type(name))
        except NotFound:
            return None

    def _answer(self, response: Response) -> Answer:
        response.direct_passthrough = False
        response.headers["Cache-Control"] = "no-cache"
        body = response.get_data() if response.status_code == HTTPStatus.OK else b""
        response.close()
        response.headers.pop("Content-Disposition", None)
        return Answer(response.status_code, [*response.headers, *self._headers.items()], body)


def is_navigation(headers: Mapping[str, str]) -> bool:
    """Return whether a browser opens a document. Old browsers do not say so, but ask for HTML."""
    mode = headers.get("sec-fetch-mode")
    if mode is not None:
        return mode == "navigate"
    accepted = (part.split(";")[0].strip() for part in headers.get("accept", "").split(","))
    return "text/html" in accepted
