"""Settings for what is not made yet: the app reads all of its settings as it is imported."""

from typing import Any

from infra.deploy.stage import TEMPLATE, Stage
from infra.environment import settings_of
from infra.local.template import read_template


def placeholders(stage: Stage) -> dict[str, str]:
    """An environment that the app can be imported in, and no more."""
    outputs = read_template(TEMPLATE)["Outputs"]
    return {
        **stage.settings,
        **settings_of({name: _placeholder(stage, output) for name, output in outputs.items()}),
        "STAGE": stage.name,
        "RESOURCE_PREFIX": stage.prefix,
    }


def _placeholder(stage: Stage, output: dict[str, Any]) -> str:
    """What an output will be, as far as its own table's name goes: a stream's ARN has it."""
    match output["Value"]:
        case {"Fn::GetAtt": [resource, "StreamArn"]}:
            properties = read_template(TEMPLATE)["Resources"][resource]["Properties"]
            table = properties["TableName"]["Fn::Sub"].replace("${Prefix}", stage.prefix)
            return f"arn:aws:dynamodb:us-east-1:000000000000:table/{table}/stream/placeholder"
    return "placeholder"
