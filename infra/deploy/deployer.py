"""Drives Chalice's deployer and completes the AWS calls that Chalice cannot express.

A call completed in flight needs no second step. Without partial batch responses from its first
moment, an event source would delete messages whose handler had failed.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from botocore.session import Session
from chalice.awsclient import TypedAWSClient
from chalice.cli.factory import create_botocore_session
from chalice.config import Config
from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder
from chalice.deploy.deployer import create_default_deployer, create_deletion_deployer
from chalice.utils import UI

from infra.deploy.adopted import Entry
from infra.deploy.console import say
from infra.deploy.context import Context
from infra.deploy.event_sources import settings_for
from infra.deploy.project import API_FILE

_LAST_LINES = 8
RETRIES = 6
"""About half a minute in all. API Gateway accepts one deployment every five seconds."""
_COMPLETED = "provide-client-params"
"""botocore's event in which a call's parameters can be changed."""


@contextmanager
def _kept_quiet() -> Iterator[None]:
    """Hide Chalice's output. Print its last lines if the block raises."""
    printed = StringIO()
    try:
        with redirect_stdout(printed):
            yield
    except BaseException:
        for line in printed.getvalue().splitlines()[-_LAST_LINES:]:
            say(f"      {line}")
        raise


class Deployer:
    """Runs Chalice's deployer on one stage's project."""

    def __init__(self, context: Context, folder: Path) -> None:
        self._context, self._folder = context, folder
        self._stage = context.stage.name
        self._config = Config(
            chalice_stage=self._stage,
            user_provided_params={"chalice_app": context.app, "project_dir": str(folder)},
            config_from_disk=json.loads((folder / ".chalice" / "config.json").read_text()),
            default_params={"api_gateway_endpoint_type": "EDGE"},
        )

    def resources(self) -> list[Any]:
        """Return the project's resources as Chalice's models, each after those that it needs."""
        built = ApplicationGraphBuilder().build(self._config, self._stage)
        found: list[Any] = DependencyBuilder().build_dependencies(built)
        return found

    def deploy(self, there: list[Entry]) -> list[Entry]:
        """Deploy the project. `there` is the record before, the result the record afterwards.

        Raises `ChaliceDeploymentError`.
        """
        self._write_record(there)
        with _kept_quiet():
            deployer = create_default_deployer(self._session(), self._config, UI())
            made: list[Entry] = deployer.deploy(self._config, self._stage)["resources"]
        return made

    def delete(self, there: list[Entry]) -> None:
        """Delete the recorded resources."""
        self._write_record(there)
        with _kept_quiet():
            client = TypedAWSClient(self._session())
            create_deletion_deployer(client, UI()).deploy(self._config, self._stage)

    def _write_record(self, there: list[Entry]) -> None:
        """Write the record from which Chalice knows what exists."""
        path = self._folder / ".chalice" / "deployed" / f"{self._stage}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"resources": there, "schema_version": "2.0"}))

    def _session(self) -> Session:
        session = create_botocore_session(max_retries=RETRIES)
        session.set_config_variable("region", self._context.region)
        session.register(f"{_COMPLETED}.lambda.CreateEventSourceMapping", self._with_behaviour())
        for call in ("ImportRestApi", "PutRestApi"):
            session.register(f"{_COMPLETED}.api-gateway.{call}", self._with_answers)
        return session

    def _with_behaviour(self) -> Callable[..., dict[str, Any]]:
        context = self._context
        wanted = {
            function.deployed_name(context.prefix): settings_for(
                context, function, context.behaviours[function.name]
            )
            for function in context.functions
            if function.source is not None and function.source.kind != "schedule"
        }

        def complete(params: dict[str, Any], **_: Any) -> dict[str, Any]:
            # Chalice names the function by its ARN.
            return {**params, **wanted[params["FunctionName"].rpartition(":")[2]]}

        return complete

    def _with_answers(self, params: dict[str, Any], **_: Any) -> dict[str, Any]:
        more = json.loads((self._folder / ".chalice" / API_FILE).read_text())
        document = json.loads(params["body"])
        info = {**document["info"], **more["info"]}
        return {**params, "body": json.dumps({**document, **more, "info": info})}
