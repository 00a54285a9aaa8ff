"""The template of `make package` agrees with `make deploy`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import app
from infra.deploy.context import API_OUTPUT, Context
from infra.deploy.event_sources import settings_for
from infra.deploy.placeholders import placeholders
from infra.deploy.stacks import BODY_LIMIT
from infra.deploy.stage import TEMPLATE, Stage
from infra.deploy.stage_file import read_stage
from infra.functions import functions_of
from infra.gateway_responses import gateway_responses
from infra.local.event_sources import read_behaviours
from infra.local.template import read_template
from infra.package.merge import merge_template
from infra.package.project import write_project

STAGE = Stage(name="local", settings={"ALLOWED_ORIGINS": "https://a.example"})
"""The tests' stage: the app's functions have its names."""
FUNCTIONS = functions_of(app)


@pytest.fixture(scope="module")
def packaged(tmp_path_factory):
    """Packages the stage. Returns the template's path."""
    merged = merge_template(STAGE, read_template(TEMPLATE), FUNCTIONS, read_behaviours())
    project = write_project(STAGE, placeholders(STAGE), FUNCTIONS)
    (project / "merge.json").write_text(json.dumps(merged))
    out = tmp_path_factory.mktemp("package")
    chalice = Path(sys.executable).with_name("chalice")
    command = [chalice, "package", "--stage", "local", "--merge-template", "merge.json", out]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return out / "sam.json"


@pytest.fixture(scope="module")
def template(packaged):
    return json.loads(packaged.read_text(encoding="utf-8"))


def test_it_is_a_template_that_cloudformation_takes(packaged):
    lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([lint, packaged], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_deploy_and_the_smoke_tests_know_it_by_what_it_puts_out(template):
    assert {API_OUTPUT, "EndpointURL"} <= template["Outputs"].keys()
    assert not {API_OUTPUT, "EndpointURL"} & read_template(TEMPLATE)["Outputs"].keys()


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_a_function_has_its_name_its_layers_its_log_and_its_role(template, function):
    made = template["Resources"][function.resource]
    properties = made["Properties"]
    assert properties["FunctionName"]["Fn::Sub"] == function.deployed_name("${Prefix}")
    assert {"Ref": "ApiLayer"} in properties["Layers"]
    has_imaging = {"Ref": "ImagingLayer"} in properties["Layers"]
    assert has_imaging == (function.name in ("render", "rerender"))
    assert made["DependsOn"] == [f"{function.resource}Log"]
    role = json.dumps(properties["Role"])
    assert len([r for r in template["Resources"].values() if role in json.dumps(r)]) == 1
    assert properties["Tracing"] == "Active"


@pytest.mark.parametrize(
    "function", [f for f in FUNCTIONS if f.source is not None], ids=lambda f: f.name
)
def test_an_event_source_behaves_as_after_a_deploy(template, function):
    class Deployed:
        partition, region, account, prefix = "aws", "r", "a", STAGE.prefix

    wanted = settings_for(Deployed, function, read_behaviours()[function.name])
    [event] = template["Resources"][function.resource]["Properties"]["Events"].values()
    for name, value in wanted.items():
        if name != "DestinationConfig" and value:
            assert event["Properties"][name] == value
    assert destination(template, event["Properties"]) == destination(template, wanted)


def destination(template, settings):
    """Return the name of the queue that gets a failed batch's position, or None."""
    match settings.get("DestinationConfig"):
        case None:
            return None
        case {"OnFailure": {"Destination": {"Fn::GetAtt": [resource, "Arn"]}}}:
            name = template["Resources"][resource]["Properties"]["QueueName"]["Fn::Sub"]
            return name.replace("${Prefix}", STAGE.prefix)
        case {"OnFailure": {"Destination": arn}}:
            return arn.rpartition(":")[2]


def test_a_stream_is_read_by_one_at_a_time_and_what_fails_goes_to_its_own_queue(template):
    """A higher ParallelizationFactor would keep the order of an item but not of the shard."""
    told, counted = {}, {"on_likes", "on_comments", "on_story_views"}
    for function in FUNCTIONS:
        if function.source is not None and function.source.kind == "stream":
            [event] = template["Resources"][function.resource]["Properties"]["Events"].values()
            assert event["Properties"]["ParallelizationFactor"] == 1
            assert event["Properties"]["StartingPosition"] == "TRIM_HORIZON"
            told[function.name] = destination(template, event["Properties"])
    assert {told[name] for name in counted} == {f"{STAGE.prefix}-recounts"}
    assert {told[name] for name in told.keys() - counted} == {f"{STAGE.prefix}-stream-dead"}


def test_the_api_has_no_figures_of_each_method_which_nobody_reads(template):
    [settings] = template["Resources"]["RestAPI"]["Properties"]["MethodSettings"]
    assert "MetricsEnabled" not in settings
    assert settings["ThrottlingRateLimit"] == STAGE.throttle_rate


def test_it_has_the_page_and_its_functions_let_the_page_call_them(template):
    assert template["Parameters"]["Page"]["Default"] == "true"
    assert template["Resources"]["PageDistribution"]["Condition"] == "HasPage"
    for function in FUNCTIONS:
        properties = template["Resources"][function.resource]["Properties"]
        allowed = properties["Environment"]["Variables"]["ALLOWED_ORIGINS"]
        text, given = allowed["Fn::Sub"]
        assert text == "https://a.example,${Page}"
        assert given["Page"]["Fn::If"][0] == "HasPage"


def test_a_stage_without_an_identity_for_mail_has_no_sender(template):
    [handler] = [one for one in template["Resources"].values()
                 if one["Type"] == "AWS::Serverless::Function"
                 and "MAIL_FROM" in one["Properties"]["Environment"]["Variables"]][:1]  # fmt: skip
    sender = handler["Properties"]["Environment"]["Variables"]["MAIL_FROM"]
    assert sender == {"Fn::If": ["HasMail", {"Ref": "MailFrom"}, ""]}


def test_sam_adds_no_api_stage_of_its_own(template):
    """SAM adds a stage named `Stage`, without throttling, to an API that states no version."""
    api = template["Resources"]["RestAPI"]["Properties"]
    assert api["OpenApiVersion"] == api["DefinitionBody"]["swagger"]


def test_no_placeholder_is_left(packaged):
    text = packaged.read_text(encoding="utf-8")
    assert "placeholder" not in text
    assert "000000000000" not in text


def test_the_gateway_answers_in_the_apis_own_words(template):
    answers = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"][
        "x-amazon-apigateway-gateway-responses"
    ]
    for answer in gateway_responses():
        body = json.loads(answers[answer.kind]["responseTemplates"]["application/json"])
        assert body["type"].startswith("/problems/")
        assert answers[answer.kind].get("statusCode", "") == answer.status
        assert not answer.status or body["status"] == int(answer.status)


def test_a_web_page_can_read_when_to_try_again_and_which_request_it_was(template):
    answers = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"][
        "x-amazon-apigateway-gateway-responses"
    ]
    for answer in answers.values():
        exposed = answer["responseParameters"][
            "gatewayresponse.header.Access-Control-Expose-Headers"
        ]
        assert {"Retry-After", "X-Request-Id"} <= set(exposed.strip("'").split(", "))


def test_the_state_fits_into_one_call():
    assert len(Context(read_stage("prod")).template.encode()) <= BODY_LIMIT


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_committed_stages_can_be_deployed(name):
    assert read_stage(name).prefix == f"fanlight-{name}"
