"""Deploys a stage to ministack with the command that deploys to AWS, and signs up its users."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.ministack import ROOT, ministack
from tests.e2e.people import Person

STAGE = "e2e"
PREFIX = f"fanlight-{STAGE}"
STEP_SECONDS = 240
ROTATES = ("infra.rotate_keys", "--spread-seconds", "0")  # the stand-in's CDN has no edges
FOLDER = ROOT / "build" / "e2e"


class Operator:
    """Runs the operator's commands and keeps their output as a transcript."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = {
            **environment,
            "STAGE": STAGE,
            "STAGES_FILE": str(Path(__file__).with_name("stages.yaml")),
            "HEALTH": "0",
            "ANY_PYTHON": "1",
        }
        self._transcript = FOLDER / "transcript.txt"
        self._transcript.unlink(missing_ok=True)

    def run(self, command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command of infra.deploy."""
        more = "".join(f" {name}={value}" for name, value in settings.items())
        shown = f"make {command} STAGE={STAGE}{more}"
        return self._run(shown, ["infra.deploy", command], settings)

    def rotates(self, *, refused: bool = False) -> str:
        """Begin or end a rotation of the media key, which may be refused. Returns the output."""
        done = self._run(f"make rotate-keys STACK={PREFIX}", [*ROTATES, PREFIX], {})
        assert (done.returncode != 0) == refused, done.stdout
        return done.stdout

    def _run(
        self, shown: str, module: list[str], settings: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", *module],
            cwd=ROOT,
            env={**self._environment, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=STEP_SECONDS,
            check=False,
        )
        with self._transcript.open("a") as transcript:
            transcript.write(f"$ {shown}\n{done.stdout}\n")
        return done

    def must(self, command: str, **settings: str) -> str:
        """Run a command that must succeed. Returns its output."""
        done = self.run(command, **settings)
        assert done.returncode == 0, done.stdout
        return done.stdout


@pytest.fixture(scope="session")
def operator() -> Iterator[Operator]:
    """An operator whose AWS tools use ministack."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ministack(FOLDER) as environment:
        os.environ.update(environment)
        yield Operator(environment)


@pytest.fixture(scope="session")
def transcripts(operator: Operator) -> tuple[str, str]:
    """The output of a first deploy and of a second one."""
    return operator.must("deploy"), operator.must("deploy")


@pytest.fixture(scope="session")
def api(transcripts: tuple[str, str]) -> "Api":
    """The deployed API function."""
    return Api()


class Api:
    """Calls the deployed API function with proxy events.

    ministack's REST API stays empty, so the local stack's gateway, which knows API Gateway's rules,
    stands in front of the function.
    """

    def __init__(self) -> None:
        import boto3
        from chalice.app import Chalice

        from infra.deploy.context import Context
        from infra.deploy.stage_file import read_stage

        self.context = Context(read_stage(STAGE, Path(__file__).with_name("stages.yaml")))
        _ = self.context.functions
        from app import app
        from infra.local.gateway import Gateway

        awslambda = boto3.client("lambda")

        class Deployed(Chalice):
            def __call__(self, event: Any, context: Any) -> Any:
                answer = awslambda.invoke(FunctionName=PREFIX, Payload=json.dumps(event).encode())
                payload = json.loads(answer["Payload"].read())
                assert "FunctionError" not in answer, payload
                return payload

        app.__class__ = Deployed
        self._gateway = Gateway(app, _Tokens())  # type: ignore[arg-type]

    def call(self, method: str, path: str, *, token: str | None = None, body: Any = None,
             content_type: str = "application/json") -> Any:  # fmt: skip
        """Send a request. Returns the status and the decoded answer."""
        headers = {"host": "api.invalid", "content-type": content_type}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
        answer = self._gateway.call(method, path, headers, data)
        return answer.status, json.loads(answer.body) if answer.body else None

    def done(self, method: str, path: str, **more: Any) -> Any:
        """Send a request that must succeed. Returns the answer."""
        status, answer = self.call(method, path, **more)
        assert status < 300, (method, path, status, answer)
        return answer


class _Tokens:
    """Reads ministack's tokens. A Cognito authorizer would verify their signature, too."""

    def claims(self, authorization: str | None) -> dict[str, str]:
        from base64 import urlsafe_b64decode

        from functions.errors import Unauthorized

        if authorization is None:
            raise Unauthorized("No token.")
        payload = authorization.split(".")[1]
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return {name: str(value) for name, value in claims.items()}


@pytest.fixture
def new(api: Api) -> Callable[[str], Person]:
    """Signs up new users."""
    return lambda name: Person(api, name)
