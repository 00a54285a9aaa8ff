"""Builds the template that is merged into Chalice's: the state, layers, alarms and event sources.

It reads the same sources as `make deploy`: infra/resources.yaml, infra/event_sources.yaml,
infra/policies.yaml, infra/gateway_responses.py and infra/operations.py.
"""

from collections.abc import Mapping
from typing import Any

from infra.deploy.event_sources import FOR_EVER
from infra.deploy.layers import layers_for, layers_of
from infra.deploy.stage import Stage
from infra.environment import settings_of
from infra.functions import Function, Source
from infra.gateway_responses import ANSWERS, answers_by_kind
from infra.local.event_sources import Behaviour
from infra.operations import operations_template
from infra.page.origins import PAGE_URL, origin_of, with_page

NO_CDN = "https://none.invalid"
"""The media's address until the stack has a key and, with it, a CDN."""
MAIL_FROM, NO_MAIL = "MailFrom", ""
Template = dict[str, Any]


def merge_template(
    stage: Stage,
    state: Mapping[str, Any],
    functions: list[Function],
    behaviours: Mapping[str, Behaviour],
) -> Template:
    """Return the template for `chalice package --merge-template`.

    `state` is the content of infra/resources.yaml.
    """
    beside = operations_template(
        functions,
        state,
        log_retention_days=stage.log_retention_days,
        alarm_email=stage.alarm_email,
        throttle_rate=stage.throttle_rate,
    )
    environment = _environment(stage, state)
    made = {
        function.resource: _function(stage, state, function, environment, behaviours)
        for function in functions
    }
    return {
        "Description": "All of Fanlight: state, functions, API and alarms.",
        "Parameters": _with_defaults(stage, {**state["Parameters"], **beside["Parameters"]}),
        "Conditions": state["Conditions"],
        "Resources": {
            **state["Resources"],
            **beside["Resources"],
            **{_layer(name): _layer_version(stage, name) for name in layers_of()},
            **made,
            "RestAPI": _api(stage),
        },
        "Outputs": {**state["Outputs"], **beside["Outputs"]},
    }


def _with_defaults(stage: Stage, parameters: Mapping[str, Any]) -> Template:
    origins = stage.settings.get("ALLOWED_ORIGINS") or NO_CDN
    defaults = {
        "Prefix": stage.prefix,
        "Stage": stage.name,
        "AllowedOrigins": origins,
        "Page": "true",
        "MediaOrigin": origin_of(stage.media_base_url) if stage.media_base_url else "",
        **stage.parameters,
    }
    return {
        name: {**declared, **({"Default": defaults[name]} if name in defaults else {})}
        for name, declared in parameters.items()
    }


def _environment(stage: Stage, state: Mapping[str, Any]) -> Template:
    """Return the functions' environment variables, with the stack's own outputs among them."""
    outputs = {name: _value(name, output) for name, output in state["Outputs"].items()}
    if stage.media_base_url is not None:
        outputs["MediaBaseUrl"] = stage.media_base_url
    return {
        **stage.settings,
        "ALLOWED_ORIGINS": _origins(stage, outputs),
        **settings_of(outputs),
        "STAGE": stage.name,
        "RESOURCE_PREFIX": {"Ref": "Prefix"},
    }


def _origins(stage: Stage, outputs: Mapping[str, Any]) -> Any:
    """The allowed origins, with the page's where the stack has one."""
    allowed = stage.settings.get("ALLOWED_ORIGINS", "")
    text = with_page(allowed, "${Page}")
    return {"Fn::Sub": [text, {"Page": outputs[PAGE_URL]}]} if text != allowed else text


def _value(name: str, output: Mapping[str, Any]) -> Any:
    if "Condition" not in output:
        return output["Value"]
    otherwise = NO_MAIL if name == MAIL_FROM else NO_CDN
    return {"Fn::If": [output["Condition"], output["Value"], otherwise]}


def _function(
    stage: Stage,
    state: Mapping[str, Any],
    function: Function,
    environment: Template,
    behaviours: Mapping[str, Behaviour],
) -> Template:
    properties: Template = {
        "FunctionName": {"Fn::Sub": function.deployed_name("${Prefix}")},
        "Environment": {"Variables": environment},
        "Layers": [{"Ref": _layer(name)} for name in layers_for(function.name)],
        "Architectures": [stage.architecture],
    }
    source = function.source
    if source is not None and source.kind != "schedule":
        behaviour = behaviours.get(function.name, Behaviour())
        name, settings = _event(stage, state, function.resource, source, behaviour)
        properties["Events"] = {name: {"Properties": settings}}
    # The log group comes first: Lambda would create its own, which keeps everything forever.
    return {"DependsOn": [f"{function.resource}Log"], "Properties": properties}


def _event(
    stage: Stage, state: Mapping[str, Any], resource: str, source: Source, behaviour: Behaviour
) -> tuple[str, Template]:
    """Return an event source as SAM declares it, and the name that Chalice gives it."""
    reports = ["ReportBatchItemFailures"] if behaviour.report_batch_item_failures else []
    settings: Template = {"FunctionResponseTypes": reports}
    if source.kind == "queue":
        queue = _named(state, "QueueName", source.value, stage)
        # Merging keeps other keys of Chalice's value, so this must use its key, `Fn::Sub`.
        settings["Queue"] = {"Fn::Sub": f"${{{queue}.Arn}}"}
        if behaviour.max_concurrency is not None:
            settings["ScalingConfig"] = {"MaximumConcurrency": behaviour.max_concurrency}
        return f"{resource}SqsEventSource", settings
    table = _named(state, "TableName", source.value.split("/")[1], stage)
    settings |= {
        "Stream": {"Fn::GetAtt": [table, "StreamArn"]},
        "BisectBatchOnFunctionError": behaviour.bisect_on_error,
        "MaximumRecordAgeInSeconds": FOR_EVER,
        "ParallelizationFactor": 1,
    }
    if behaviour.max_retries is not None:
        settings["MaximumRetryAttempts"] = behaviour.max_retries
    if behaviour.tumbling_window_seconds:
        settings["TumblingWindowInSeconds"] = behaviour.tumbling_window_seconds
    if behaviour.on_failure is not None:
        queue = _named(state, "QueueName", f"{stage.prefix}-{behaviour.on_failure}", stage)
        settings["DestinationConfig"] = {
            "OnFailure": {"Destination": {"Fn::GetAtt": [queue, "Arn"]}}
        }
    return f"{resource}DynamodbEventSource", settings


def _named(state: Mapping[str, Any], property_: str, name: str, stage: Stage) -> str:
    """Return the logical id of the resource with a name. Raises KeyError if there is none."""
    wanted = {"Fn::Sub": name.replace(stage.prefix, "${Prefix}", 1)}
    for logical_id, resource in state["Resources"].items():
        if resource.get("Properties", {}).get(property_) == wanted:
            return str(logical_id)
    raise KeyError(f"infra/resources.yaml has no resource named {name}")


def _layer(name: str) -> str:
    return f"{name.capitalize()}Layer"


def _layer_version(stage: Stage, name: str) -> Template:
    properties = {
        "LayerName": {"Fn::Sub": f"${{Prefix}}-{name}"},
        "ContentUri": f"./{name}.zip",
        "CompatibleArchitectures": [stage.architecture],
        "RetentionPolicy": "Delete",
    }
    return {"Type": "AWS::Serverless::LayerVersion", "Properties": properties}


def _api(stage: Stage) -> Template:
    people = {"x-amazon-apigateway-authorizer": {"providerARNs": [_get("UserPool", "Arn")]}}
    return {
        "Properties": {
            # Without a version SAM adds a second API stage, named `Stage`, without throttling.
            "OpenApiVersion": "2.0",
            "TracingEnabled": True,
            "MethodSettings": [
                {
                    "ResourcePath": "/*",
                    "HttpMethod": "*",
                    "ThrottlingRateLimit": stage.throttle_rate,
                    "ThrottlingBurstLimit": stage.throttle_burst,
                }
            ],
            "DefinitionBody": {
                "securityDefinitions": {"people": people},
                ANSWERS: answers_by_kind(),
            },
        }
    }


def _get(resource: str, attribute: str) -> Template:
    return {"Fn::GetAtt": [resource, attribute]}
