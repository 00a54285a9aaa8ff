"""Deploys a small app with one of each resource, on a machine that fails or dies in mid-deploy."""

import json
from contextlib import contextmanager
from functools import cache, cached_property, partialmethod
from pathlib import Path

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from chalice.app import Chalice

from infra.deploy.context import Context
from infra.deploy.project import API_FILE, api_additions, chalice_config
from infra.deploy.stage import Stage
from infra.local.event_sources import parse_behaviours

REGION = "eu-west-1"
SESSION = boto3.Session(region_name=REGION)
STAGE = Stage(name="toy")
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}],
}
BEHAVIOURS = {
    "work": {"report_batch_item_failures": True, "max_concurrency": 7},
    "follow": {"report_batch_item_failures": True, "bisect_on_error": True, "max_retries": 3,
               "on_failure": "dead", "tumbling_window_seconds": 900},
}  # fmt: skip


@cache
def client(service):
    """Return a client of a service in the toy's region."""
    return SESSION.client(service)


def toy_app(stream_arn, queue="fanlight-toy-work", *, has_more=False):
    """Return an app with an API, a queue, a stream and a schedule, or with one more function."""
    app = Chalice("fanlight")
    app.route("/health")(dict)
    app.on_sqs_message(queue=queue, name="work")(lambda event: None)
    app.on_dynamodb_record(stream_arn, name="follow")(lambda event: None)
    app.schedule("rate(1 hour)", name="tidy")(lambda event: None)
    if has_more:
        app.on_sqs_message(queue="fanlight-toy-more", name="more")(lambda event: None)
    return app


class ToyContext(Context):
    """The stage that the toy is deployed to."""

    def __init__(self, app):
        super().__init__(STAGE)
        self.__dict__["app"] = app

    @cached_property
    def session(self):
        return SESSION

    def client(self, service):
        return client(service)

    @cached_property
    def outputs(self):
        return {"ReleasesBucket": "fanlight-toy-releases"}

    @cached_property
    def behaviours(self):
        return parse_behaviours({**BEHAVIOURS, "more": {"report_batch_item_failures": True}})


def write_toy(context: Context, folder: Path) -> Path:
    """Write the project of a toy stage."""
    made = folder / ".chalice"
    made.mkdir(parents=True, exist_ok=True)
    (folder / "app.py").write_text(repr(context.functions))
    (folder / "requirements.txt").write_text("")
    (made / "policy.json").write_text(json.dumps(POLICY))
    configs = {one.name: {"iam_policy_file": "policy.json"} for one in context.functions}
    (made / "config.json").write_text(json.dumps(chalice_config(STAGE, {}, configs)))
    (made / API_FILE).write_text(json.dumps(api_additions(context)))
    return folder


class Died(BaseException):
    """The machine has died: no clean-up runs."""


class Calls:
    """Records the AWS calls of one command, and lets one of them be refused or be the last.

    A call is named by its operation and the number of such calls before it.
    """

    def __init__(self, dies_after=None, refused=None):
        self.sent, self._names, self._dead = [], [], False
        self._dies_after, self._refused = dies_after, refused

    def make(self, real, client, name, params):
        """Make a call."""
        if self._dead:
            raise Died
        this = (name, self._names.count(name))
        self._names.append(name)
        if this == self._refused:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, name)
        answer = real(client, name, params)
        if this == self._dies_after:
            self._dead = True
            raise Died
        return answer

    def send(self, real, client, api_params, operation_model, context):
        """Record a call's parameters after botocore's handlers have changed them."""
        complete = real(client, api_params, operation_model, context)
        self.sent.append((operation_model.name, complete))
        return complete


@contextmanager
def calls(**trouble):
    """Record the calls in the block, with trouble in one of them."""
    watched = Calls(**trouble)
    with pytest.MonkeyPatch.context() as patched:
        for name, watch in (("_make_api_call", watched.make), ("_emit_api_params", watched.send)):
            patched.setattr(
                BaseClient, name, partialmethod(_around, watch, getattr(BaseClient, name))
            )
        yield watched


def _around(client, watch, real, *arguments, **named):
    return watch(real, client, *arguments, **named)
