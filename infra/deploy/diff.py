"""Shows what a deploy would change, without changing anything."""

from infra.deploy.console import say
from infra.deploy.context import Context
from infra.deploy.keys import read_keys
from infra.deploy.layers import build_layers
from infra.deploy.project import digest_of, write_project
from infra.deploy.release import read_record
from infra.deploy.stacks import NEVER_MADE, Stack
from infra.deploy.steps import operations_body, operations_parameters, state_parameters


def show_diff(context: Context) -> None:
    """Print the changes to both stacks, and whether layers and functions would be released."""
    context.refuse_packaged()
    if "SigningSecretId" not in context.outputs:
        say(f"{context.prefix} does not exist: everything would be created")
        return
    secret_id = context.outputs["SigningSecretId"]
    keys = read_keys(context.client("secretsmanager"), secret_id)
    _show(context.state, context.template, state_parameters(context, keys))
    _show(context.operations, operations_body(context), operations_parameters(context))
    python = context.runtime.removeprefix("python")
    for layer in build_layers(context.stage.architecture, python):
        versions = context.client("lambda").list_layer_versions(
            LayerName=f"{context.prefix}-{layer.name}"
        )["LayerVersions"]
        arns = {one.get("Description"): one["LayerVersionArn"] for one in versions}
        known = arns.get(f"made of {layer.digest}")
        context.layers[layer.name] = known or "new"
        say(f"layer {layer.name}: {'unchanged' if known else 'a new version'}")
    same = read_record(context).get("digest") == digest_of(write_project(context))
    say("functions and API: " + ("unchanged" if same else "would be released"))


def _show(stack: Stack, body: str, parameters: dict[str, str]) -> None:
    if stack.status() in NEVER_MADE:
        say(f"stack {stack.name}: everything would be created")
        return
    changes = stack.changes(body, parameters)
    say(f"stack {stack.name}: {len(changes) or 'no'} changes")
    for change in changes:
        replaced = "  <-- REPLACED: its data would be lost" if change.replaces else ""
        say(f"  {change.action:<7} {change.kind:<28} {change.resource}{replaced}")
