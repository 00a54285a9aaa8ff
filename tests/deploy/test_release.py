"""A release that failed or died anywhere can be repeated, and deleted completely."""

from zipfile import ZipFile

import pytest
from chalice.deploy.deployer import ChaliceDeploymentError
from chalice.deploy.packager import LambdaDeploymentPackager
from moto.apigateway.models import APIGatewayBackend

from infra.deploy import project
from infra.deploy import release as module
from infra.deploy.console import FailedError
from infra.deploy.event_sources import settings_for
from infra.deploy.release import api_id, api_url, read_record, release, withdraw
from infra.gateway_responses import ANSWERS, answers_by_kind
from tests.deploy.toy import (
    REGION,
    Died,
    ToyContext,
    calls,
    client,
    toy_app,
    write_toy,
)

PREFIX = "fanlight-toy"


@pytest.fixture(scope="module")
def stream_arn():
    """Creates the toy stage's other resources. Returns the ARN of its table's stream."""
    location = {"LocationConstraint": REGION}
    bucket = f"{PREFIX}-releases"
    client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=location)
    for queue in ("work", "other", "more", "dead"):
        client("sqs").create_queue(QueueName=f"{PREFIX}-{queue}")
    table = client("dynamodb").create_table(
        TableName=f"{PREFIX}-rows",
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return table["TableDescription"]["LatestStreamArn"]


@pytest.fixture
def documents(monkeypatch):
    """The descriptions from which APIs were imported.

    Chalice writes Swagger 2, which moto refuses. moto reads the same parts of OpenAPI 3.
    """
    taken, put = [], APIGatewayBackend.put_rest_api

    def put_rest_api(self, function_id, api_doc, *more, **named):
        taken.append(api_doc)
        newer = {name: part for name, part in api_doc.items() if name != "swagger"}
        api = put(self, function_id, {**newer, "openapi": "3.0.0"}, *more, **named)
        api.name, api.description = (api_doc["info"][name] for name in ("title", "description"))
        return api

    monkeypatch.setattr(APIGatewayBackend, "put_rest_api", put_rest_api)
    return taken


@pytest.fixture
def context(stream_arn, documents, tmp_path, monkeypatch):
    """Returns a fresh context for every command, and deletes everything afterwards."""
    count = iter(range(10_000))

    def write(context):
        return write_toy(context, tmp_path / str(next(count)))

    with ZipFile(tmp_path / "package.zip", "w") as package:  # Chalice would build it with pip
        package.writestr("app.py", "")
    monkeypatch.setattr(module, "write_project", write)
    monkeypatch.setattr(
        LambdaDeploymentPackager,
        "create_deployment_package",
        lambda *_: str(tmp_path / "package.zip"),
    )
    made = lambda **app: ToyContext(toy_app(stream_arn, **app))  # noqa: E731
    yield made
    if there():
        withdraw(made())
    assert there() == []


def mappings():
    found = client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return [(one["FunctionArn"].split(":")[-1], one["EventSourceArn"]) for one in found]


def mappings_of(function):
    return [source.split(":")[5] for name, source in mappings() if name == f"{PREFIX}-{function}"]


def there():
    """Return everything that a release creates, by name."""
    functions = client("lambda").list_functions()["Functions"]
    roles = client("iam").list_roles()["Roles"]
    return sorted(
        [f"function {one['FunctionName']}" for one in functions]
        + [f"source {function} {source.split(':')[5][:24]}" for function, source in mappings()]
        + [f"role {one['RoleName']}" for one in roles if PREFIX in one["RoleName"]]
        + [f"rule {one['Name']}" for one in client("events").list_rules()["Rules"]]
        + [f"api {one['name']}" for one in client("apigateway").get_rest_apis()["items"]]
    )


WHOLE = [
    "api fanlight",
    "function fanlight-toy",
    "function fanlight-toy-follow",
    "function fanlight-toy-tidy",
    "function fanlight-toy-work",
    "role fanlight-toy-api_handler",
    "role fanlight-toy-follow",
    "role fanlight-toy-tidy",
    "role fanlight-toy-work",
    "rule fanlight-toy-tidy-event",
    "source fanlight-toy-follow table/fanlight-toy-rows/",
    "source fanlight-toy-work fanlight-toy-work",
]


def shown(call):
    return f"{call[0]}-{call[1]}"


@pytest.mark.parametrize(
    "call",
    [
        ("CreateRole", 0),
        ("CreateEventSourceMapping", 0),
        ("ImportRestApi", 0),
        ("CreateDeployment", 0),
    ],
    ids=shown,
)
def test_a_first_release_that_died_is_completed_by_the_next(context, call):
    with pytest.raises(Died), calls(dies_after=call):
        release(context())
    again = context()
    release(again)
    assert there() == WHOLE
    assert read_record(again)["digest"] is not None
    assert again.api_url == api_url(read_record(again))


@pytest.mark.parametrize(
    "call",
    [
        ("PutObject", 0),
        ("CreateFunction", 1),
        ("CreateEventSourceMapping", 1),
        ("ImportRestApi", 0),
    ],
    ids=shown,
)
def test_a_first_release_that_died_is_taken_away_whole(context, call):
    with pytest.raises(Died), calls(dies_after=call):
        release(context())
    withdraw(context())
    assert there() == []


def test_a_call_that_is_refused_is_made_again_by_the_next_release(context):
    refused = ("CreateEventSourceMapping", 1)
    with pytest.raises(ChaliceDeploymentError, match="AccessDenied"), calls(refused=refused):
        release(context())
    with pytest.raises(FailedError, match="did not finish"):
        api_url(read_record(context()))
    release(context())
    assert there() == WHOLE


@pytest.mark.parametrize(
    "call",
    [("DeleteEventSourceMapping", 0), ("DeleteFunction", 1), ("DeleteRestApi", 0)],
    ids=shown,
)
def test_a_removal_that_died_is_completed_by_the_next(context, call):
    release(context())
    with pytest.raises(Died), calls(dies_after=call):
        withdraw(context())
    withdraw(context())
    assert there() == []


def test_what_was_released_half_is_not_taken_for_what_was_released_before(context):
    release(context())
    with pytest.raises(Died), calls(dies_after=("UpdateFunctionCode", 0)):
        release(context(has_more=True))
    assert "functions, https://" in release(context())
    assert release(context()) == "unchanged"


@pytest.mark.parametrize("call", [("CreateFunction", 0), ("CreateDeployment", 0)], ids=shown)
def test_a_function_that_only_a_failed_release_made_goes_with_the_next(context, call):
    release(context())
    with pytest.raises(Died), calls(dies_after=call):
        release(context(has_more=True))
    release(context())
    assert there() == WHOLE


def test_a_function_that_another_source_wakes_has_the_new_one_alone(context):
    other = {"queue": f"{PREFIX}-other"}
    release(context())
    with pytest.raises(Died), calls(dies_after=("CreateEventSourceMapping", 0)):
        release(context(**other))
    assert len(mappings()) == 3
    release(context(**other))
    assert mappings_of("work") == [f"{PREFIX}-other"]


def test_an_api_of_the_same_name_in_another_stage_is_left_alone(context):
    gateway = client("apigateway")
    theirs = gateway.create_rest_api(name="fanlight", description="The API of fanlight-dev")["id"]
    release(context())
    assert api_id(read_record(context())) != theirs
    withdraw(context())
    assert [api["id"] for api in gateway.get_rest_apis()["items"]] == [theirs]
    gateway.delete_rest_api(restApiId=theirs)


def test_two_apis_of_a_stage_are_told_instead_of_choosing_one(context):
    gateway = client("apigateway")
    told = {"name": "fanlight", "description": "The API of fanlight-toy"}
    made = [gateway.create_rest_api(**told)["id"] for _ in range(2)]
    with pytest.raises(FailedError, match="delete all but one"):
        release(context())
    for one in made:
        gateway.delete_rest_api(restApiId=one)


def test_an_event_source_is_never_without_its_behaviour(context):
    toy = context()
    with calls() as watched:
        release(toy)
    sent = {
        params["FunctionName"].rpartition("-")[2]: params
        for name, params in watched.sent
        if name == "CreateEventSourceMapping"
    }
    assert set(sent) == {"work", "follow"}
    for function in toy.functions:
        if function.name in sent:
            wanted = settings_for(toy, function, toy.behaviours[function.name])
            assert {**sent[function.name], **wanted} == sent[function.name]
    assert sent["work"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert sent["work"]["ScalingConfig"] == {"MaximumConcurrency": 7}
    destination = sent["follow"]["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination.endswith(":fanlight-toy-dead")
    assert sent["follow"]["ParallelizationFactor"] == 1


@pytest.mark.parametrize("is_new", [True, False])
def test_the_gateways_own_answers_come_with_the_api(context, documents, is_new):
    release(context())
    if not is_new:
        release(context(has_more=True))
    document = documents[-1]
    assert document[ANSWERS] == answers_by_kind()
    assert document["info"]["title"] == "fanlight"
    assert "/health" in document["paths"]


def test_new_answers_are_a_new_release(context, monkeypatch):
    release(context())
    monkeypatch.setattr(project, "answers_by_kind", dict)
    assert "functions, https://" in release(context())
