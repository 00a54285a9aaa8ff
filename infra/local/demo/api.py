"""A client of the public API that uses only the standard library."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from infra.local.demo.clock import HEADER

TIMEOUT_SECONDS = 30
FIRST_WAIT_SECONDS = 0.2  # rendering takes about as long on an idle machine
LONGEST_WAIT_SECONDS = 1.0
PATIENCE_SECONDS = 60

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""An opener without a proxy: this machine is never behind one, whatever http_proxy says."""


class DemoError(Exception):
    """A failed call of the demo. Its text is the server's answer."""


class Api:
    """The API at a base URL, for one person or without a token, at a past time or now."""

    def __init__(
        self, base_url: str, token: str | None = None, moment: datetime | None = None
    ) -> None:
        self.base_url = base_url
        self._token = token
        self._moment = moment

    def at(self, moment: datetime) -> "Api":
        """Return the same person's API at that time, see `infra.local.demo.clock`."""
        return Api(self.base_url, self._token, moment)

    def call(
        self, method: str, path: str, body: Any = None, content_type: str = "application/json"
    ) -> Any:
        """Call the API and return the decoded answer. `body` is bytes, or is sent as JSON."""
        headers = {"Content-Type": content_type} if body is not None else {}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if self._moment is not None:
            headers[HEADER] = self._moment.isoformat()
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        return self._send(method, f"{self.base_url}{path}", data, headers)

    def post_form(self, url: str, fields: Mapping[str, str], file: bytes) -> None:
        """Send a presigned upload form."""
        boundary = uuid4().hex
        disposition = "Content-Disposition: form-data; name="
        text = "".join(
            f'--{boundary}\r\n{disposition}"{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        text += f'--{boundary}\r\n{disposition}"file"; filename="photo"\r\n\r\n'
        data = text.encode() + file + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        self._send("POST", url, data, headers)

    def wait_until_ready(self, media_id: str) -> None:
        """Wait until a picture is rendered."""
        for wait in _waits():
            media = self.call("GET", f"/media/{media_id}")
            if media["status"] == "ready":
                return
            if media["status"] == "failed":
                raise DemoError(f"media {media_id} failed: {media['failure']}")
            time.sleep(wait)
        raise DemoError(f"media {media_id} is still {media['status']} after {PATIENCE_SECONDS} s")

    def _send(self, method: str, url: str, data: bytes | None, headers: Mapping[str, str]) -> Any:
        request = urllib.request.Request(url, data, dict(headers), method=method)  # noqa: S310
        try:
            with _DIRECT.open(request, timeout=TIMEOUT_SECONDS) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                told = error.read().decode("utf-8", "replace")
            raise DemoError(f"{method} {url} answered {error.code}: {told}") from error
        except OSError as error:
            raise DemoError(f"{method} {url} got no answer: {error}") from error
        return json.loads(text) if text else None


def _waits() -> Iterator[float]:
    """Yield growing waits. Their sum is the demo's patience."""
    wait, waited = FIRST_WAIT_SECONDS, 0.0
    while waited < PATIENCE_SECONDS:
        yield wait
        waited += wait
        wait = min(wait * 1.5, LONGEST_WAIT_SECONDS)
