"""Deletes a stage, and refuses while that would lose data.

The stack retains tables, buckets, the user pool and the secret. They are found by name and deleted
separately, most of them before the stack, the rest after it. So a destroy that was interrupted
anywhere can be completed by the same command.
"""

from infra.deploy.console import FailedError, Step, run_steps, say
from infra.deploy.context import Context
from infra.deploy.layers import layers_of
from infra.deploy.release import withdraw
from infra.deploy.retained import RELEASES, Retained

SEE_ABOVE = "The error above names the resource that could not be deleted."


def destroy(context: Context, *, told_to_delete: str) -> None:
    """Delete the stage. If it holds data, `told_to_delete` must be its prefix."""
    found = [context.state.settled(), context.operations.settled()]
    retained = Retained(context)
    retained.check_region()
    if found == [None, None] and not retained.is_there():
        say(f"the stage {context.prefix} does not exist")
        return
    lost = list(retained.data())
    for line in lost:
        say(f"  this would be lost: {line}")
    if lost and told_to_delete != context.prefix:
        raise FailedError(
            f"{context.prefix} holds data. To delete it permanently: "
            f"make destroy STAGE={context.stage.name} DELETE={context.prefix}"
        )
    run_steps(_STEPS, context)


def _functions(context: Context) -> str:
    # The stack is created before the functions and deleted after them: without it there are none.
    return withdraw(context) if RELEASES in context.outputs else "there were none"


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
    Step("Functions and API", _functions, SEE_ABOVE),
    Step("Logs, alarms, dashboard", _operations, SEE_ABOVE),
    Step("Layers", _layers, SEE_ABOVE),
    Step("Data: tables, objects, secret", _data, SEE_ABOVE),
    Step("State: queues, CDN", _state, SEE_ABOVE),
    # After the CDN, which reads a bucket, and the pool's client, which belongs to the stack.
    Step("Buckets and user pool", _rest, SEE_ABOVE),
)
