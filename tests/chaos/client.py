"""An honest client: it repeats what may be repeated, and remembers when it is in doubt."""

import json as jsonlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

from tests.chaos.arena import Arena
from tests.chaos.injector import Killed
from tests.chaos.journal import Journal, Person

TRIES = 7
STILL_RUNNING = 61  # seconds until a request that died lets its key go


@dataclass(frozen=True)
class Result:
    """The answer to a request."""

    status: int | None
    """None if no try was answered, so that the outcome is unknown."""
    json: Any
    doubted: bool
    """Whether an earlier try failed and may have been done nevertheless."""


class Client:
    """Sends requests for people, and delivers some events meanwhile."""

    def __init__(self, arena: Arena, journal: Journal) -> None:
        self._arena = arena
        self._journal = journal
        self.answers: Counter[int] = Counter()
        self.asked: set[tuple[str, str]] = set()
        self.draw = Random(0)  # noqa: S311

    def send(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Send a request once. Return the status, 502 if the function was killed, and the JSON."""
        base_url = self._arena.stage.base_url
        sent = {"host": base_url.removeprefix("http://"), **(headers or {})}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        try:
            answer = self._arena.front.call(method, path.removeprefix(base_url), sent, body)
        except Killed:
            return 502, {}
        self.answers[answer.status] += 1
        is_json = "json" in (answer.header("content-type") or "")
        return answer.status, jsonlib.loads(answer.body) if is_json else answer.body

    def ask(
        self,
        method: str,
        path: str,
        person: Person | None = None,
        *,
        json: Any = None,
        body: bytes | None = None,
        key: str | None = None,
        tries: int = TRIES,
    ) -> Result:
        """Send a request, and again if it failed in a way that allows it."""
        headers = {"content-type": "image/png" if body else "application/json"}
        if key:
            headers["idempotency-key"] = key
        if json is not None:
            body = jsonlib.dumps(json).encode()
        doubted = False
        for _ in range(tries):
            token = person.token if person else None
            status, answer = self.send(method, path, token=token, body=body or b"", headers=headers)
            if self._arena.plan.verbose:
                print("  ", method, path, json or "", key or "", "->", status, str(answer)[:160])
            if status >= 500 or status == 429:
                doubted = doubted or status != 429
                self._arena.deliver(self.draw.randrange(3), self.draw)
            elif status == 401 and person and self._renewed(person):
                continue
            elif status == 409 and "still running" in str(answer):
                if not doubted:
                    self._journal.lose("still running", f"{method} {path} at its first try")
                doubted = True
                self._arena.pass_by(STILL_RUNNING)
            else:
                return Result(status, answer, doubted)
        return Result(None, None, True)

    def _renewed(self, person: Person) -> bool:
        """Log in again if the token has expired."""
        before = person.token
        return self.log_in(person) == 200 and person.token != before

    def log_in(self, person: Person) -> int | None:
        """Log somebody in with the username and password that hold. Return the status."""
        status = None
        for name, password in product(person.names, person.passwords):
            form = {"username": name, "password": password}
            result = self.ask("POST", "/login", json=form)
            status = result.status
            if status == 200:
                person.name, person.maybe_name = name, None
                person.password, person.maybe_password = password, None
                person.token = result.json["id_token"]
                break
        return status

    def post_form(self, url: str, fields: Mapping[str, str], file: bytes) -> int:
        """Send an upload form. Return the status."""
        parts = [
            f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        head = 'Content-Disposition: form-data; name="file"; filename="photo"\r\n\r\n'
        parts += [f"--edge\r\n{head}".encode(), file, b"\r\n--edge--\r\n"]
        headers = {"content-type": "multipart/form-data; boundary=edge"}
        return self.send("POST", url, body=b"".join(parts), headers=headers)[0]
