"""Takes a stage away again, and refuses while that would lose data.

What the stack retains goes by its names, most of it before the stack and the rest after. So a
destroy that failed anywhere finds what is left, and ends it.
"""

from infra.deploy.console import FailedError, Step, run_steps, say
from infra.deploy.context import Context
from infra.deploy.layers import layers_of
from infra.deploy.release import withdraw
from infra.deploy.retained import OURS, Retained

AS_IT_LIES = "What it could not delete is named above."


def destroy(context: Context, *, told_to_delete: str) -> None:
    """Take the stage away. `told_to_delete` must be its prefix where there is data to lose."""
    found = [context.state.settled(), context.operations.settled()]
    retained = Retained(context)
    retained.check_region()
    if found == [None, None] and not retained.is_there():
        say(f"there is no stage {context.prefix}")
        return
    lost = list(retained.data())
    for line in lost:
        say(f"  would be lost: {line}")
    if lost and told_to_delete != context.prefix:
        raise FailedError(
            f"{context.prefix} holds data. To delete it for good: "
            f"make destroy STAGE={context.stage.name} DELETE={context.prefix}"
        )
    run_steps(_STEPS, context)


def _functions(context: Context) -> str:
    # Before the stack was made there are no functions, and it goes after them.
    return withdraw(context) if OURS in context.outputs else "there were none"


def _operations(context: Context) -> str:
    context.operations.delete()
    return "deleted"


def _layers(context: Context) -> str:
    awslambda, count = context.client("lambda"), 0
    pages = awslambda.get_paginator("list_layer_versions")
    for name in (f"{context.prefix}-{layer}" for layer in layers_of()):
        for page in pages.paginate(LayerName=name):
            for version in page["LayerVersions"]:
                awslambda.delete_layer_version(LayerName=name, VersionNumber=version["Version"])
                count += 1
    return f"{count} versions deleted"


def _data(context: Context) -> str:
    return Retained(context).empty()


def _state(context: Context) -> str:
    context.state.delete()
    return "deleted"


def _rest(context: Context) -> str:
    return Retained(context).remove()


_STEPS = (
    Step("Functions and API", _functions, AS_IT_LIES),
    Step("Logs, alarms, dashboard", _operations, AS_IT_LIES),
    Step("Layers", _layers, AS_IT_LIES),
    Step("Data: tables, objects, secret", _data, AS_IT_LIES),
    Step("State: queues, CDN", _state, AS_IT_LIES),
    Step("Buckets and user pool", _rest, AS_IT_LIES),
)
