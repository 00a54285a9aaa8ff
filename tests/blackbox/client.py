"""A small client of the API that checks every answer against the contract."""

import http.client
import json as jsonlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from tests import seen
from tests.blackbox import deployed
from tests.blackbox.contract import Contract

TIMEOUT_SECONDS = 30
CONNECTIONS = 64
JSON = {"Content-Type": "application/json"}


class Service:
    """A running Fanlight: its address, its description of itself, and the connections to it."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.session = requests.Session()
        self.session.trust_env = False
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, HTTPAdapter(CONNECTIONS, CONNECTIONS))
        self.sign_ups: list[dict[str, Any]] = []
        """What was sent to sign up, in case the accounts are to be deleted in the end."""
        self.contract = Contract(self.fetch("GET", f"{base_url}/openapi.json").json())

    def fetch(self, method: str, url: str, **more: Any) -> requests.Response:
        """Send a request to a whole URL and return the answer unchecked."""
        more.setdefault("timeout", TIMEOUT_SECONDS)
        return self.session.request(method, url, allow_redirects=False, **more)

    def erase_everybody(self) -> list[str]:
        """Delete all accounts that the tests made. Return the remaining ones: those that could not
        be deleted, with the reason, and those left over by a second Ctrl-C.
        """
        told: list[str] = []
        for at, form in enumerate(self.sign_ups):
            try:
                told.append(deployed.erase(self.session, self.base_url, form) or "")
            except KeyboardInterrupt:
                told += [f"{left['username']}: not tried" for left in self.sign_ups[at:]]
                break
        return [one for one in told if one]

    def close(self) -> None:
        """Close the connections."""
        self.session.close()


class Client:
    """The API with one user's token, or without a token."""

    def __init__(self, service: Service, token: str | None = None) -> None:
        self.service = service
        self.token = token

    def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> requests.Response:
        """Call the API. `path` may be a whole URL of it, as in a Link header."""
        base_url = self.service.base_url
        sent = dict(headers or {})
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if json is not None:
            sent.setdefault("Content-Type", "application/json")
            data = jsonlib.dumps(json).encode()
        path = path.removeprefix(base_url)
        account = _account(data) if (method, path) == ("POST", "/signup") else None
        if account is not None:  # before it is sent, because the answer may be lost
            self.service.sign_ups.append(account)
        answer = self.service.fetch(
            method, f"{base_url}{path}", data=data, headers=sent, params=params
        )
        if account is not None and answer.status_code == 201:
            deployed.confirm(account["username"])
        self.service.contract.check(method, urlsplit(path).path, answer)
        return answer

    def get(self, path: str, **more: Any) -> requests.Response:
        """Send a GET."""
        return self.call("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> requests.Response:
        """Send a POST."""
        return self.call("POST", path, json=json, **more)

    def put(self, path: str, **more: Any) -> requests.Response:
        """Send a PUT."""
        return self.call("PUT", path, **more)

    def patch(self, path: str, json: Any = None, **more: Any) -> requests.Response:
        """Send a PATCH."""
        return self.call("PATCH", path, json=json, **more)

    def delete(self, path: str, **more: Any) -> requests.Response:
        """Send a DELETE."""
        return self.call("DELETE", path, **more)

    def pages(self, path: str, limit: int) -> Iterator[list[dict[str, Any]]]:
        """Yield the pages of a list by its cursors. The Link header must lead the same way."""
        params: dict[str, Any] = {"limit": limit}
        while True:
            answer = self.get(path, params=params)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            assert len(page["items"]) <= limit
            yield page["items"]
            assert ("next" in answer.links) == (page["next_cursor"] is not None)
            if page["next_cursor"] is None:
                return
            params["cursor"] = page["next_cursor"]

    def whole(self, path: str, limit: int = 50) -> list[dict[str, Any]]:
        """Return a list from its first page to its last."""
        return [item for page in self.pages(path, limit) for item in page]


def send_raw(
    service: Service,
    method: str,
    target: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> requests.Response:
    """Send a request target exactly as given: `requests` would normalize its dots and escapes."""
    place = urlsplit(service.base_url)
    connection = http.client.HTTPConnection(place.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(method, target, body, dict(headers or {}))
        given = connection.getresponse()
        answer = requests.Response()
        answer.status_code = given.status
        seen.note(method, target.partition("?")[0], given.status)
        answer.headers.update(given.getheaders())
        answer._content = given.read()
        answer.encoding = "utf-8"
        answer.request = requests.Request(method, service.base_url).prepare()
    finally:
        connection.close()
    return answer


def _account(body: bytes | None) -> Any:
    """Return the decoded body of a sign-up; None if it lacks a username or a password."""
    try:
        given = jsonlib.loads(body or b"")
    except (ValueError, RecursionError):
        return None
    named = isinstance(given, dict) and {"username", "password"} <= given.keys()
    return given if named else None
