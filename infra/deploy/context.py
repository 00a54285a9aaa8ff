"""The context of one command: the stage, the AWS account, and the outputs of the stacks."""

import json
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
from infra.local.template import read_template
from infra.page.origins import PAGE_URL, with_page

API_OUTPUT = "RestAPIId"
"""An output of Chalice's template. It tells a stack of `make package` from one of `make deploy`."""


@dataclass
class Context:
    """One run of a command against one stage."""

    stage: Stage
    force: bool = False
    """Release the functions even if their digest has not changed."""
    layers: dict[str, str] = field(default_factory=dict)
    """The layers' version ARNs by name. Empty until they are published."""
    api_url: str = ""
    """The API's address. Empty until it is released."""

    @cached_property
    def session(self) -> Any:
        """The caller's AWS session, in the region that infra/region.py has chosen."""
        return boto3.Session()

    def client(self, service: str) -> Any:
        """Return a client of an AWS service."""
        if self.session.region_name is None:
            raise FailedError("no AWS region is set: use AWS_REGION= or a profile (AWS_PROFILE=)")
        return self.session.client(service)

    @cached_property
    def account(self) -> str:
        """The account's id."""
        return str(self.client("sts").get_caller_identity()["Account"])

    @property
    def region(self) -> str:
        """The region of the stage."""
        return str(self.session.region_name)

    @cached_property
    def partition(self) -> str:
        """The AWS partition of the region, such as `aws` or `aws-cn`."""
        return str(self.client("sts").meta.partition)

    @property
    def prefix(self) -> str:
        """The prefix of every resource's name."""
        return self.stage.prefix

    @property
    def state(self) -> Stack:
        """The stack of tables, queues, buckets, the user pool and the CDN."""
        return Stack(self.client("cloudformation"), self.prefix)

    @property
    def operations(self) -> Stack:
        """The stack of log groups, alarms and the dashboard."""
        return Stack(self.client("cloudformation"), f"{self.prefix}-operations")

    @property
    def template(self) -> str:
        """The text of infra/resources.yaml as compact JSON, which is a fifth shorter than the YAML:
        its size is limited in a call."""
        return json.dumps(read_template(TEMPLATE), separators=(",", ":"))

    @property
    def runtime(self) -> str:
        """The Lambda runtime. Chalice chooses it by the Python that runs the deploy."""
        return f"python{sys.version_info.major}.{sys.version_info.minor}"

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The outputs of the state stack. Empty until it has been created."""
        return self.state.outputs()

    def refuse_packaged(self) -> None:
        """Raise `FailedError` for a stack of `make package`.

        infra/resources.yaml has neither functions nor an API, so applying it to such a stack would
        delete them.
        """
        if API_OUTPUT in self.state.outputs():
            raise FailedError(
                f"{self.prefix} is a stack of `make package`: deploy its template instead "
                "(docs/operations.md, By template), or use another stage"
            )

    def environment(self) -> dict[str, str]:
        """Return the functions' environment variables."""
        outputs = dict(self.outputs)
        if self.stage.media_base_url is not None:
            outputs["MediaBaseUrl"] = self.stage.media_base_url
        settings = dict(self.stage.settings)
        if PAGE_URL in outputs:
            allowed = settings.get("ALLOWED_ORIGINS", "")
            settings["ALLOWED_ORIGINS"] = with_page(allowed, outputs[PAGE_URL])
        return {
            **settings,
            **settings_of(outputs),
            "STAGE": self.stage.name,
            "RESOURCE_PREFIX": self.prefix,
        }

    def check_environment(self) -> None:
        """Raise `FailedError` if a setting is missing, for example a stack's output."""
        try:
            msgspec.convert(self.environment(), Settings, strict=False)
        except msgspec.ValidationError as error:
            raise FailedError(f"the functions' settings are incomplete: {error}") from error

    def take_settings(self) -> None:
        """Set the stage's settings in this process. Call it before the product is imported."""
        os.environ.update(self.environment())

    @cached_property
    def app(self) -> Chalice:
        """The Chalice app of this stage.

        It reads its settings when it is imported, so they are set here. Placeholders stand for
        outputs that do not exist yet, so `status` and `diff` work on an unfinished stage.
        """
        os.environ.update({**placeholders(self.stage), **os.environ, **self.environment()})
        from app import app

        return app

    @cached_property
    def functions(self) -> list[Function]:
        """The app's Lambda functions."""
        return functions_of(self.app)

    @cached_property
    def behaviours(self) -> dict[str, Behaviour]:
        """The content of infra/event_sources.yaml, by function."""
        return read_behaviours()
