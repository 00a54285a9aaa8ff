"""What is merged into Chalice's template: the state, the layers, and what Chalice cannot set.

Everything here is read from the same places as `make deploy` reads it: infra/resources.yaml,
infra/event_sources.yaml, infra/policies.yaml, infra/gateway_responses.py, infra/operations.py.
"""

from collections.abc import Mapping
from typing import Any

from infra.deploy.layers import layers_for, layers_of
from infra.deploy.stage import Stage
from infra.environment import settings_of
from infra.functions import Function, Source
from infra.gateway_responses import ANSWERS, answers_by_kind
from infra.local.event_sources import Behaviour
from infra.operations import operations_template

NO_CDN = "https://none.invalid"
"""The media's address until there is a key, and with it a CDN."""
Template = dict[str, Any]


def merge_template(
    stage: Stage,
    state: Mapping[str, Any],
    functions: list[Function],
    behaviours: Mapping[str, Behaviour],
) -> Template:
    """The template for `chalice package --merge-template`. `state` is infra/resources.yaml."""
    beside = operations_template(
        functions,
        state,
        log_retention_days=stage.log_retention_days,
        alarm_email=stage.alarm_email,
    )
    environment = _environment(stage, state)
    made = {
        function.resource: _function(stage, state, function, environment, behaviours)
        for function in functions
    }
    return {
        "Description": "Fanlight, whole: state, functions, API, alarms.",
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
        **stage.parameters,
    }
    return {
        name: {**declared, **({"Default": defaults[name]} if name in defaults else {})}
        for name, declared in parameters.items()
    }


def _environment(stage: Stage, state: Mapping[str, Any]) -> Template:
    """The settings, the stack's own outputs among them."""
    outputs = {name: _value(output) for name, output in state["Outputs"].items()}
    if stage.media_base_url is not None:
        outputs["MediaBaseUrl"] = stage.media_base_url
    return {
        **stage.settings,
        **settings_of(outputs),
        "STAGE": stage.name,
        "RESOURCE_PREFIX": {"Ref": "Prefix"},
    }


def _value(output: Mapping[str, Any]) -> Any:
    if "Condition" not in output:
        return output["Value"]
    return {"Fn::If": [output["Condition"], output["Value"], NO_CDN]}


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
    # Its log group must be there first: Lambda would make one that keeps everything for ever.
    return {"DependsOn": [f"{function.resource}Log"], "Properties": properties}


def _event(
    stage: Stage, state: Mapping[str, Any], resource: str, source: Source, behaviour: Behaviour
) -> tuple[str, Template]:
    """An event source in SAM's words, under the name that Chalice gives to it."""
    reports = ["ReportBatchItemFailures"] if behaviour.report_batch_item_failures else []
    settings: Template = {"FunctionResponseTypes": reports}
    if source.kind == "queue":
        queue = _named(state, "QueueName", source.value, stage)
        # Under the key of Chalice's own `Fn::Sub`, which it replaces.
        settings["Queue"] = {"Fn::Sub": f"${{{queue}.Arn}}"}
        if behaviour.max_concurrency is not None:
            settings["ScalingConfig"] = {"MaximumConcurrency": behaviour.max_concurrency}
        return f"{resource}SqsEventSource", settings
    table = _named(state, "TableName", source.value.split("/")[1], stage)
    settings |= {
        "Stream": {"Fn::GetAtt": [table, "StreamArn"]},
        "BisectBatchOnFunctionError": behaviour.bisect_on_error,
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
    """The logical id of a resource by its name."""
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
