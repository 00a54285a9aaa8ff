"""A deploy continues from whatever an earlier one has left."""

import os
from argparse import Namespace
from types import SimpleNamespace

import msgspec
import pytest

from functions.config import Settings
from infra.deploy import stack_events, stacks
from infra.deploy.__main__ import COMMANDS
from infra.deploy.__main__ import main as deploy_main
from infra.deploy.console import FailedError
from infra.deploy.context import Context
from infra.deploy.diff import show_diff
from infra.deploy.stage import Stage
from infra.deploy.steps import STEPS, _keys, _release, _state
from infra.region import use_aws_region
from tests.fakes.cloudformation import CloudFormation

MADE = {"SigningSecretId": "secret", "ReleasesBucket": "bucket"}


class Deployment(Context):
    """A deploy whose CloudFormation is the test's fake."""

    def client(self, service):
        return self.cloudformation if service == "cloudformation" else None

    @classmethod
    def of(cls, cloudformation):
        made = cls(Stage(name="dev"))
        made.cloudformation = cloudformation
        return made


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr(stacks, "POLL_SECONDS", 0)
    monkeypatch.setattr(stack_events, "POLL_SECONDS", 0)


@pytest.fixture
def environment(monkeypatch):
    """An environment without settings of a stage."""
    names = {name.upper() for name in Settings.__struct_fields__}
    left = {name: value for name, value in os.environ.items() if name not in names}
    monkeypatch.setattr(os, "environ", left)
    return left


@pytest.mark.parametrize(
    "found",
    [
        CloudFormation("ROLLBACK_COMPLETE"),
        CloudFormation("REVIEW_IN_PROGRESS"),
        CloudFormation("ROLLBACK_COMPLETE", moving=["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"]),
    ],
    ids=["rolled back", "a change set that failed", "interrupted, and failed since"],
)
def test_a_state_that_was_never_created_is_created_again(found):
    assert _state(Deployment.of(found)) == "1 resources changed"
    assert found.asked == ["delete", "create CREATE", "execute"]


def test_a_creation_that_was_left_alone_and_went_well_is_waited_for_and_taken():
    left = CloudFormation("CREATE_COMPLETE", moving=["CREATE_IN_PROGRESS"] * 3)
    assert _state(Deployment.of(left)).startswith("exists")
    assert (left.asked, left.at_rest) == ([], True)


def test_a_state_that_is_not_there_is_made():
    none = CloudFormation(None)
    assert _state(Deployment.of(none)) == "1 resources changed"


def test_a_step_that_needs_the_state_says_that_it_was_never_made():
    told = "fanlight-dev was never created: it is ROLLBACK_COMPLETE"
    with pytest.raises(FailedError, match=told):
        _keys(Deployment.of(CloudFormation("ROLLBACK_COMPLETE")))


@pytest.mark.parametrize("command", ["deploy", "diff"])
def test_a_stack_of_make_package_is_not_touched(command):
    packaged = CloudFormation("UPDATE_COMPLETE", outputs={**MADE, "RestAPIId": "api"})
    with pytest.raises(FailedError, match="is a stack of `make package`") as refused:
        COMMANDS[command].run(Deployment.of(packaged), Namespace())
    assert "\n" not in str(refused.value)
    assert packaged.asked == []


def test_a_diff_with_a_state_that_was_never_made_says_so(capsys):
    show_diff(Deployment.of(CloudFormation("ROLLBACK_COMPLETE")))
    assert "everything would be created" in capsys.readouterr().out


def test_a_stage_without_its_cdn_can_be_looked_at_and_not_released(environment):
    half = Deployment.of(CloudFormation("CREATE_COMPLETE", outputs=MADE))
    assert half.functions[0].name == "api_handler"
    assert msgspec.convert(dict(environment), Settings, strict=False).media_base_url
    assert "MEDIA_BASE_URL" not in half.environment(), "a placeholder is never deployed"
    with pytest.raises(FailedError, match="settings are incomplete"):
        _release(half)
    [released] = [step for step in STEPS if step.title == "Functions and API"]
    assert released.run is _release


@pytest.mark.parametrize(
    ("given", "goes_to"),
    [
        ({"AWS_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"}, "eu-west-1"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "us-east-1"}, "us-east-1"),
    ],
)
def test_a_deploy_goes_where_aws_region_says(environment, given, goes_to):
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        environment.pop(name, None)
    environment |= given
    use_aws_region(environment)
    assert Context(Stage(name="dev")).region == goes_to


@pytest.mark.parametrize("module", ["infra.deploy.__main__", "infra.rotate_keys", "infra.recount"])
def test_every_command_that_speaks_to_aws_uses_the_region(module, monkeypatch, environment):
    from importlib import import_module

    used = SimpleNamespace(by=[])
    monkeypatch.setattr(f"{module}.use_aws_region", lambda e: used.by.append(e) or 1 / 0)
    main = import_module(module).main
    monkeypatch.setattr("sys.argv", [module, "stack"])
    arguments = {"infra.rotate_keys": [], "infra.recount": [["likes", "--all"]]}
    with pytest.raises(ZeroDivisionError):
        main(*arguments.get(module, [["deploy"]]))
    assert used.by == [environment]


def test_a_recount_has_the_stages_settings(monkeypatch, environment):
    from infra import recount

    ran = []
    monkeypatch.setattr(Context, "environment", lambda _: {"COUNTS": "theirs"})
    monkeypatch.setattr(recount, "main", lambda what: ran.append((what, environment["COUNTS"])))
    environment |= {"STAGE": "dev", "WHAT": "likes 01JD 01JE"}
    assert deploy_main(["recount"]) == 0
    assert ran == [(["likes", "01JD", "01JE"], "theirs")]


def test_a_missing_region_is_told_with_what_names_it(environment):
    environment.pop("AWS_DEFAULT_REGION", None)
    with pytest.raises(FailedError, match="AWS_REGION="):
        Context(Stage(name="dev")).client("s3")
