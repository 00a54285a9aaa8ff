"""The steps of a deploy, in their order. Each may be repeated; none does twice what is done."""

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

from infra.deploy.console import FailedError, Step, run_steps, say
from infra.deploy.context import Context
from infra.deploy.event_sources import set_event_sources
from infra.deploy.gateway import set_gateway
from infra.deploy.keys import new_keys, parameters_of, read_keys, with_id, write_keys
from infra.deploy.layers import LIMIT, Layer, build_layers
from infra.deploy.release import release
from infra.deploy.stage import TEMPLATE
from infra.local.template import read_template
from infra.operations import operations_template
from infra.previews import put_previews

HEALTH_SECONDS = 60
HEALTH_PAUSE_SECONDS = 3.0
ANSWER_SECONDS = 30
"""A little more than API Gateway's own limit."""


def state_parameters(context: Context, keys: dict[str, str] | None) -> dict[str, str]:
    """The parameters of infra/resources.yaml. Without keys there is no CDN yet."""
    origins = context.stage.settings.get("ALLOWED_ORIGINS")
    uses_cloudfront = keys is not None and context.stage.media_base_url is None
    return {
        "Prefix": context.prefix,
        # No page may send an upload form where no page may call the API.
        "AllowedOrigins": origins or "https://none.invalid",
        **context.stage.parameters,
        **(parameters_of(keys) if keys is not None and uses_cloudfront else {}),
    }


def operations_parameters(context: Context) -> dict[str, str]:
    """The parameters of the stack beside the functions."""
    return {"Prefix": context.prefix, "Stage": context.stage.name}


def operations_body(context: Context) -> str:
    """The template of the stack beside the functions."""
    made = operations_template(
        context.functions,
        read_template(TEMPLATE),
        log_retention_days=context.stage.log_retention_days,
        alarm_email=context.stage.alarm_email,
    )
    return json.dumps(made)


def _check(context: Context) -> str:
    return f"account {context.account}, {context.region}, {context.runtime}"


def _state(context: Context) -> str:
    context.state.settled()  # a creation that was left alone may end either way
    if "SigningSecretId" in context.state.outputs():
        return "it is there; it is brought up to date with the CDN's step"
    return context.state.apply(context.template, state_parameters(context, None))


def _keys(context: Context) -> str:
    secrets, secret_id = context.client("secretsmanager"), _secret_id(context)
    if read_keys(secrets, secret_id) is not None:
        return "unchanged"
    write_keys(secrets, secret_id, new_keys())
    return "made"


def _cdn(context: Context) -> str:
    secrets, secret_id = context.client("secretsmanager"), _secret_id(context)
    keys = read_keys(secrets, secret_id)
    if keys is None:
        raise RuntimeError("the signing secret is empty")
    done = context.state.apply(context.template, state_parameters(context, keys))
    context.__dict__.pop("outputs", None)  # they were read before the CDN was there
    if context.stage.media_base_url is None:
        known = with_id(keys, context.outputs)
        if known != keys:
            write_keys(secrets, secret_id, known)
    return done


def _secret_id(context: Context) -> str:
    made = context.state.outputs()
    if "SigningSecretId" not in made:
        status = context.state.status() or "not there"
        raise FailedError(f"the stack {context.prefix} was never made: it is {status}")
    return made["SigningSecretId"]


def _previews(context: Context) -> str:
    put_previews(context.client("s3"), context.outputs["MediaBucket"])
    return "put"


def _layers(context: Context) -> str:
    python = context.runtime.removeprefix("python")
    built = build_layers(context.stage.architecture, python)
    if sum(layer.unzipped for layer in built) > LIMIT:
        raise RuntimeError("the layers are larger than Lambda takes, 250 MB unzipped")
    published = [_publish(context, layer) for layer in built]
    sizes = ", ".join(f"{layer.name} {layer.zipped / 1e6:.1f} MB" for layer in built)
    return f"{sum(published)} published ({sizes})" if any(published) else f"unchanged ({sizes})"


def _publish(context: Context, layer: Layer) -> bool:
    """Publish a layer unless a version with this very content is there. Whether it was."""
    awslambda, name = context.client("lambda"), f"{context.prefix}-{layer.name}"
    description = f"made of {layer.digest}"
    versions = awslambda.list_layer_versions(LayerName=name)["LayerVersions"]
    for version in versions:
        if version.get("Description") == description:
            context.layers[layer.name] = version["LayerVersionArn"]
            return False
    bucket, key = context.outputs["ReleasesBucket"], f"layers/{layer.name}/{layer.digest}.zip"
    context.client("s3").put_object(Bucket=bucket, Key=key, Body=layer.path.read_bytes())
    made = awslambda.publish_layer_version(
        LayerName=name,
        Description=description,
        Content={"S3Bucket": bucket, "S3Key": key},
        CompatibleRuntimes=[context.runtime],
        CompatibleArchitectures=[context.stage.architecture],
    )
    context.layers[layer.name] = made["LayerVersionArn"]
    return True


def _operations(context: Context) -> str:
    return context.operations.apply(operations_body(context), operations_parameters(context))


def _release(context: Context) -> str:
    context.check_environment()
    return release(context)


def _health(context: Context) -> str:
    url = f"{context.api_url.rstrip('/')}/health"
    return f"{url} answers: {await_health(lambda: _ask(url))}"


def await_health(
    ask: Callable[[], Any],
    pause: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Any:
    """What the API answers, asked again while it fails: API Gateway takes some seconds to put a
    change of its stage in force everywhere. Raises the last failure after a minute."""
    until = clock() + HEALTH_SECONDS
    while True:
        try:
            return ask()
        except (OSError, ValueError):  # refused or broken off; no JSON
            if clock() >= until:
                raise
            pause(HEALTH_PAUSE_SECONDS)


def _ask(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - our own API
        return json.loads(answer.read())


def finish(context: Context) -> None:
    """What a stack of `make package` lacks: its keys and previews. Says what is to be given to the
    stack as parameters, so that the CDN comes to be."""
    run_steps(FINISH, context)
    keys = read_keys(context.client("secretsmanager"), _secret_id(context))
    for name, value in parameters_of(keys or {}).items():
        say(f"parameter {name}:\n{value}" if value else f"parameter {name}: empty")


def _key_id(context: Context) -> str:
    secrets, secret_id = context.client("secretsmanager"), _secret_id(context)
    keys = read_keys(secrets, secret_id)
    if keys is None or f"MediaKeyId{keys['media_slot']}" not in context.outputs:
        return "not known yet: give the parameters below to the stack, then run this again"
    write_keys(secrets, secret_id, with_id(keys, context.outputs))
    return "written"


CHECK = Step("Who and where", _check, "Log in to AWS: AWS_PROFILE and AWS_REGION are heeded.")
SEE_STACK = "The stack's events are above, and in CloudFormation's console."
STEPS = (
    CHECK,
    Step("State: tables, queues, buckets, user pool", _state, SEE_STACK),
    Step("Signing keys", _keys, "You need permission to read and write the signing secret."),
    Step("State with its CDN (some minutes the first time)", _cdn, SEE_STACK),
    Step("Previews of the filters", _previews, "You need permission to write the media bucket."),
    Step("Layers", _layers, "The package index must be reachable: pip fetches what is locked."),
    Step("Logs, alarms, dashboard", _operations, SEE_STACK),
    Step("Functions and API", _release, "What Chalice says is above."),
    Step("Event sources", set_event_sources, "A function and its source must both be there."),
    Step("Throttling, tracing", set_gateway, "The API must be there."),
)
FINISH = (CHECK, STEPS[2], Step("The media key's id", _key_id, SEE_STACK), STEPS[4])
HEALTH = Step("Is it well?", _health, "`make logs STAGE=… FUNCTION=api_handler` tells more.")
