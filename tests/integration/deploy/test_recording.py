"""A deploy that Chalice does not finish is gone on with: nothing is made twice, or forgotten."""

import json

import boto3
import botocore.session
import pytest
from chalice import Chalice
from chalice.cli.factory import CLIFactory
from chalice.deploy import deployer
from chalice.deploy.executor import Executor
from chalice.utils import UI

from infra.deploy.console import FailedError
from infra.deploy.recording import Recording
from infra.deploy.release import api_id, api_url

QUEUES = ("toys-one", "toys-two")


def toy():
    """An app with a function on each queue."""
    app = Chalice("toy")
    app.on_sqs_message(queue=QUEUES[0], name="one")(print)
    app.on_sqs_message(queue=QUEUES[1], name="two")(print)
    return app


@pytest.fixture
def project(stack, tmp_path, monkeypatch):
    """A Chalice project of its own."""
    (tmp_path / ".chalice").mkdir()
    config = {"version": "2.0", "app_name": "toy", "stages": {"dev": {}}}
    (tmp_path / ".chalice" / "config.json").write_text(json.dumps(config))
    for name in ("app.py", "requirements.txt"):
        (tmp_path / name).touch()
    monkeypatch.setattr(CLIFactory, "load_chalice_app", lambda *_, **__: toy())
    monkeypatch.setattr(deployer, "Deployer", Recording)
    sqs = boto3.client("sqs")
    urls = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in QUEUES]
    yield tmp_path
    monkeypatch.undo()
    monkeypatch.setattr(CLIFactory, "load_chalice_app", lambda *_, **__: toy())
    delete(tmp_path)
    for url in urls:
        sqs.delete_queue(QueueUrl=url)


def deploy(project):
    factory = CLIFactory(str(project))
    config = factory.create_config_obj(chalice_stage_name="dev")
    session = botocore.session.get_session()
    chalice = factory.create_default_deployer(session, config, UI())
    chalice.deploy(config, chalice_stage_name="dev")


def delete(project):
    factory = CLIFactory(str(project))
    config = factory.create_config_obj(chalice_stage_name="dev")
    chalice = factory.create_deletion_deployer(botocore.session.get_session(), UI())
    chalice.deploy(config, chalice_stage_name="dev")


def recorded(project):
    record = json.loads((project / ".chalice" / "deployed" / "dev.json").read_text())
    return {one["name"]: one for one in record["resources"]}


def sources(name):
    found = boto3.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return [one["UUID"] for one in found if one["FunctionArn"].endswith(f":toy-dev-{name}")]


@pytest.mark.parametrize("how", [KeyboardInterrupt, ConnectionError])
def test_what_was_made_before_it_stopped_is_found_by_the_next(project, monkeypatch, how):
    call, created = Executor._do_apicall, []

    def stopped(self, instruction):
        if instruction.method_name == "create_lambda_event_source":
            created.append(instruction)
            if len(created) == 2:
                raise how
        call(self, instruction)

    monkeypatch.setattr(Executor, "_do_apicall", stopped)
    with pytest.raises(how):
        deploy(project)
    [source] = sources("one")
    assert recorded(project)["one-sqs-event-source"]["event_uuid"] == source
    deploy(project)
    assert sources("one") == [source]
    assert len(sources("two")) == 1


def test_what_an_earlier_deploy_has_made_stays_known_when_the_next_stops_at_once(
    project, monkeypatch
):
    deploy(project)
    before = recorded(project)

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Executor, "execute", stopped)
    with pytest.raises(KeyboardInterrupt):
        deploy(project)
    assert recorded(project) == before


@pytest.mark.parametrize("resources", [[], [{"resource_type": "rest_api", "rest_api_id": "x"}]])
def test_an_api_that_was_not_finished_is_told_as_such(resources):
    record = {"digest": None, "chalice": {"resources": resources}}
    with pytest.raises(FailedError, match="make deploy goes on"):
        api_url(record)
    if resources:
        assert api_id(record) == "x"
