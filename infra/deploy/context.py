"""What every step of a deploy knows: the stage, the account, and what the stacks have made."""

import os
import sys
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
import msgspec
from chalice.app import Chalice

from functions.config import Settings
from infra.deploy.console import FailedError
from infra.deploy.placeholders import placeholders
from infra.deploy.stacks import Stack
from infra.deploy.stage import TEMPLATE, Stage
from infra.environment import settings_of
from infra.functions import Function, functions_of
from infra.local.event_sources import Behaviour, read_behaviours

API_OUTPUT = "RestAPIId"
"""What Chalice's template puts out, and that of the state does not."""


@dataclass
class Context:
    """One run of a command against one stage."""

    stage: Stage
    force: bool = False
    """Release even what seems to be released already."""
    layers: dict[str, str] = field(default_factory=dict)
    """The layers' version ARNs, once they are published."""
    api_url: str = ""
    """Where the API answers, once it is released."""

    @cached_property
    def session(self) -> Any:
        """The caller's AWS session; infra/region.py has it go where AWS_REGION says."""
        return boto3.Session()

    def client(self, service: str) -> Any:
        """A client of an AWS service."""
        if self.session.region_name is None:
            raise FailedError("no region is named: AWS_REGION= does, or a profile (AWS_PROFILE=)")
        return self.session.client(service)

    @cached_property
    def account(self) -> str:
        """The account's id."""
        return str(self.client("sts").get_caller_identity()["Account"])

    @property
    def region(self) -> str:
        """The region that is deployed to."""
        return str(self.session.region_name)

    @property
    def partition(self) -> str:
        """Which part of AWS the region belongs to: `aws`, `aws-cn`."""
        return str(self.client("sts").meta.partition)

    @property
    def prefix(self) -> str:
        """Begins every name."""
        return self.stage.prefix

    @property
    def state(self) -> Stack:
        """The stack of everything that keeps state."""
        return Stack(self.client("cloudformation"), self.prefix)

    @property
    def operations(self) -> Stack:
        """The stack of logs, alarms and the dashboard."""
        return Stack(self.client("cloudformation"), f"{self.prefix}-operations")

    @property
    def template(self) -> str:
        """The text of infra/resources.yaml."""
        return TEMPLATE.read_text()

    @property
    def runtime(self) -> str:
        """The Lambda runtime: Chalice takes the interpreter's that runs it."""
        return f"python{sys.version_info.major}.{sys.version_info.minor}"

    @cached_property
    def outputs(self) -> dict[str, str]:
        """What the state's stack has made; nothing before it was made whole."""
        return self.state.outputs()

    def refuse_packaged(self) -> None:
        """Raise `FailedError` where the stack is of `make package`: its functions and its API would
        be deleted, since the template of the state alone has none."""
        if API_OUTPUT in self.state.outputs():
            raise FailedError(
                f"{self.prefix} is a stack of `make package`: deploy its template instead "
                "(docs/operations.md, By template), or take another stage"
            )

    def environment(self) -> dict[str, str]:
        """The functions' settings."""
        outputs = dict(self.outputs)
        if self.stage.media_base_url is not None:
            outputs["MediaBaseUrl"] = self.stage.media_base_url
        return {
            **self.stage.settings,
            **settings_of(outputs),
            "STAGE": self.stage.name,
            "RESOURCE_PREFIX": self.prefix,
        }

    def check_environment(self) -> None:
        """Raise `FailedError` where a setting is missing, such as what a stack is yet to make."""
        try:
            msgspec.convert(self.environment(), Settings, strict=False)
        except msgspec.ValidationError as error:
            raise FailedError(f"the functions' settings are not whole: {error}") from error

    def take_settings(self) -> None:
        """Give this process the stage's settings: the product reads them as it is imported."""
        os.environ.update(self.environment())

    @cached_property
    def app(self) -> Chalice:
        """The app. It reads its settings as it is imported: they are set here, with placeholders
        for what is not made yet, so that a half-made stage can be looked at."""
        os.environ.update({**placeholders(self.stage), **os.environ, **self.environment()})
        from app import app

        return app

    @cached_property
    def functions(self) -> list[Function]:
        """The app's functions."""
        return functions_of(self.app)

    @cached_property
    def behaviours(self) -> dict[str, Behaviour]:
        """What infra/event_sources.yaml says."""
        return read_behaviours()
