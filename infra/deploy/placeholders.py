"""Placeholder settings. The app reads all settings when it is imported, even of missing stacks."""

from typing import Any

from infra.deploy.stage import TEMPLATE, Stage
from infra.environment import settings_of
from infra.local.template import read_template


def placeholders(stage: Stage) -> dict[str, str]:
    """Return an environment in which the app can be imported, though not run."""
    template = read_template(TEMPLATE)
    outputs = {
        name: _placeholder(stage, template["Resources"], output)
        for name, output in template["Outputs"].items()
    }
    return {
        **stage.settings,
        **settings_of(outputs),
        "STAGE": stage.name,
        "RESOURCE_PREFIX": stage.prefix,
    }


def _placeholder(stage: Stage, resources: dict[str, Any], output: dict[str, Any]) -> str:
    """Return a placeholder of an output. A stream's ARN contains the real name of its table."""
    match output["Value"]:
        case {"Fn::GetAtt": [resource, "StreamArn"]}:
            name = resources[resource]["Properties"]["TableName"]["Fn::Sub"]
            table = name.replace("${Prefix}", stage.prefix)
            return f"arn:aws:dynamodb:us-east-1:000000000000:table/{table}/stream/placeholder"
    return "placeholder"
