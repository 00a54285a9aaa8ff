"""Runs the whole local stack in this process: requests come in, events run to their end."""

import json as jsonlib
import secrets
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from infra.local.front import Front
from infra.local.provision import Stage
from infra.local.pump import Pump
from infra.local.streams import StreamSource
from tests import seen
from tests.integration.judge import Judge


@dataclass(frozen=True)
class Answer:
    """An HTTP answer. `headers` has lower-case names; of a repeated header, the last."""

    status: int
    headers: dict[str, str]
    body: bytes

    @cached_property
    def json(self) -> Any:
        """The body, decoded."""
        return jsonlib.loads(self.body)


@dataclass(frozen=True)
class Person:
    """Somebody who has signed up and logged in."""

    user_id: str
    username: str
    password: str
    token: str
    refresh_token: str


class Stack:
    """What an integration test talks to."""

    def __init__(self, front: Front, pump: Pump, stage: Stage) -> None:
        self._front = front
        self.pump = pump
        self.stage = stage

    def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request; `path` may be a whole URL of this stack."""
        base_url = self.stage.base_url
        sent = {"host": base_url.removeprefix("http://"), **(headers or {})}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        if json is not None:
            sent.setdefault("content-type", "application/json")
            body = jsonlib.dumps(json).encode()
        answer = self._front.call(method, path.removeprefix(base_url), sent, body or b"")
        seen.note(method, path.removeprefix(base_url).partition("?")[0], answer.status)
        lowered = {name.lower(): value for name, value in answer.headers}
        return Answer(answer.status, lowered, answer.body)

    def post_form(self, url: str, fields: Mapping[str, str], file: bytes) -> Answer:
        """Send an upload form, as a browser does: the file comes last."""
        boundary = uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{quote(name, safe=" -")}"'
            f"\r\n\r\n{value}\r\n".encode()
            for name, value in fields.items()
        ]
        head = 'Content-Disposition: form-data; name="file"; filename="photo"\r\n\r\n'
        parts += [f"--{boundary}\r\n{head}".encode(), file, f"\r\n--{boundary}--\r\n".encode()]
        content_type = f"multipart/form-data; boundary={boundary}"
        return self.call("POST", url, body=b"".join(parts), headers={"content-type": content_type})

    def settle(self, advance: bool = False) -> None:
        """Run all that follows from what was done; see `Pump.settle`."""
        self.pump.settle(advance)

    def person(self, name: str) -> Person:
        """Sign up somebody new, whose username begins with the name."""
        return self.sign_up(new_name(name))

    def sign_up(self, username: str) -> Person:
        """Sign somebody up through the API, and log them in."""
        password = secrets.token_hex(8)
        form = {"username": username, "email": f"{username}@example.com", "password": password}
        signed_up = self.call("POST", "/signup", json=form)
        assert signed_up.status == 201, signed_up
        form = {"username": username, "password": password}
        login = self.call("POST", "/login", json=form)
        assert login.status == 200, login
        tokens = login.json
        return Person(
            tokens["user_id"], username, password, tokens["id_token"], tokens["refresh_token"]
        )


def begin_now(pump: Pump, *, but: Container[str] = ()) -> None:
    """Skip what was written before, except for the functions `but`: all tests of a run share the
    streams."""
    for source in pump.sources:
        if isinstance(source, StreamSource) and source.function.name not in but:
            source._read()
            for shard in source._shards:
                shard.waiting.clear()


def new_name(name: str) -> str:
    """Return a username that nobody has yet: all tests of a run share the stage."""
    return f"{name}_{uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def stack(stage: Stage, judge: Judge) -> Iterator[Stack]:
    """Provide the local stack with the product's app. There is one a process, because every further
    pump would handle all events once more."""
    from app import app

    pump = Pump(app, stage.wire)
    yield Stack(Front(app, stage), pump, stage)
    pump.close()
