"""The one address of the local stack: the page, the API, S3's upload forms and the CDN."""

import io
from collections.abc import Mapping
from contextlib import nullcontext
from typing import IO

from chalice.app import Chalice

from infra.local.cdn import Cdn
from infra.local.demo.clock import happening
from infra.local.gateway import GATEWAY_LIMIT, Answer, Gateway
from infra.local.page import Page
from infra.local.provision import MEDIA_KEY_ID, Stage
from infra.local.signed_urls import SignedUrls
from infra.local.tokens import TokenCheck
from infra.local.uploads import Uploads
from infra.local.wire import ACCESS_KEYS

CDN = "/cdn/"


class Front:
    """Answers every HTTP request to a stage. `call` may be used from many threads."""

    def __init__(
        self, app: Chalice, stage: Stage, *, demo_login: Mapping[str, str] | None = None
    ) -> None:
        names = stage.environment
        tokens = TokenCheck(names["USER_POOL_ID"], names["USER_POOL_CLIENT_ID"])
        self._gateway = Gateway(app, tokens)
        self._uploads_path = f"/{names['UPLOADS_BUCKET']}"
        self._uploads = Uploads(names["UPLOADS_BUCKET"], stage.base_url, ACCESS_KEYS)
        self.signed_urls = SignedUrls({MEDIA_KEY_ID: stage.media_public_key})
        self._cdn = Cdn(names["MEDIA_BUCKET"], names["MEDIA_BASE_URL"], self.signed_urls)
        self._page = Page(stage.base_url, _about_itself(), demo_login)
        self._serving = happening if demo_login is not None else nullcontext

    def call(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | IO[bytes] = b""
    ) -> Answer:
        """Answer a request. `target` is the path with its query, percent-encoded."""
        headers = {name.lower(): value for name, value in headers.items()}
        stream = io.BytesIO(body) if isinstance(body, bytes) else body
        path, _, query = target.partition("?")
        if path.startswith(CDN):
            return self._cdn.call(method, path.removeprefix(CDN[:-1]), query, headers)
        if path == self._uploads_path or path.startswith(f"{self._uploads_path}/"):
            return self._uploads.call(method, path, headers, stream)
        page = self._page.call(method, path, headers)
        if page is not None:
            return page
        # One byte more than is taken, so that the gateway sees that there is more.
        with self._serving(headers):
            return self._gateway.call(method, target, headers, stream.read(GATEWAY_LIMIT + 1))


def _about_itself() -> set[str]:
    """Return the paths at which the API describes itself. None of them is a view of the page."""
    from functions.about.handlers import routes

    return {operation.path for operation in routes.operations}
