"""The steps of a deploy, in order. Each can be repeated and skips what is already done."""

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
from infra.deploy.page import NONE, page_parameters, put_page
from infra.deploy.release import release
from infra.deploy.stage import TEMPLATE
from infra.local.template import read_template
from infra.operations import operations_template
from infra.page.origins import PAGE_URL, origin_of
from infra.previews import put_previews

HEALTH_SECONDS = 60
HEALTH_PAUSE_SECONDS = 3.0
API_URL_OUTPUT = "EndpointURL"
"""The output of a stack of `make package` that says where its API is."""
ANSWER_SECONDS = 30
"""Slightly more than API Gateway's own limit of 29 s."""


def state_parameters(context: Context, keys: dict[str, str] | None) -> dict[str, str]:
    """Return the parameters of infra/resources.yaml. Without keys it creates no CDN."""
    origins = context.stage.settings.get("ALLOWED_ORIGINS")
    uses_cloudfront = keys is not None and context.stage.media_base_url is None
    return {
        "Prefix": context.prefix,
        # If no web page may call the API, none may send an upload form either.
        "AllowedOrigins": origins or "https://none.invalid",
        **(page_parameters(context) if keys is not None else {}),
        **context.stage.parameters,
        **(parameters_of(keys) if keys is not None and uses_cloudfront else {}),
    }


def operations_parameters(context: Context) -> dict[str, str]:
    """Return the parameters of the stack of logs, alarms and the dashboard."""
    return {"Prefix": context.prefix, "Stage": context.stage.name}


def operations_body(context: Context) -> str:
    """Return the template of the stack of logs, alarms and the dashboard."""
    made = operations_template(
        context.functions,
        read_template(TEMPLATE),
        log_retention_days=context.stage.log_retention_days,
        alarm_email=context.stage.alarm_email,
        throttle_rate=context.stage.throttle_rate,
    )
    return json.dumps(made)


def _check(context: Context) -> str:
    return f"account {context.account}, {context.region}, {context.runtime}"


def _state(context: Context) -> str:
    context.state.settled()  # an interrupted creation may still succeed or fail
    if "SigningSecretId" in context.state.outputs():
        # Without the keys' parameters this template would delete the CDN.
        return "exists; the CDN's step will update it"
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
    context.__dict__.pop("outputs", None)  # the cached outputs are from before the CDN
    if context.stage.media_base_url is None:
        known = with_id(keys, context.outputs)
        if known != keys:
            write_keys(secrets, secret_id, known)
    return done


def _secret_id(context: Context) -> str:
    made = context.state.outputs()
    if "SigningSecretId" not in made:
        status = context.state.status() or "missing"
        raise FailedError(f"the stack {context.prefix} was never created: it is {status}")
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
    """Publish a layer unless a version with this content exists. Returns whether it did."""
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


def _page(context: Context) -> str:
    has_page = PAGE_URL in context.outputs
    if has_page or "WebAclRate" in context.stage.parameters:
        keys = read_keys(context.client("secretsmanager"), _secret_id(context))
        # The first time the API is new. The page's policy and the web ACL must name it.
        context.state.apply(context.template, state_parameters(context, keys))
    if not has_page:
        return NONE
    return put_page(context, context.api_url)


def _page_of_package(context: Context) -> str:
    if PAGE_URL not in context.outputs:
        return NONE
    return put_page(context, context.outputs[API_URL_OUTPUT])


def _health(context: Context) -> str:
    url = f"{context.api_url.rstrip('/')}/health"
    return f"{url} answers: {await_health(lambda: _ask(url))}"


def await_health(
    ask: Callable[[], Any],
    pause: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Any:
    """Ask the API until it answers, and return the answer.

    API Gateway takes some seconds to apply a change of its stage everywhere, so failures are
    retried for a minute. Raises the last one.
    """
    until = clock() + HEALTH_SECONDS
    while True:
        try:
            return ask()
        except (OSError, ValueError):  # no connection, or an answer that is not JSON
            if clock() >= until:
                raise
            pause(HEALTH_PAUSE_SECONDS)


def _ask(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - our own API
        return json.loads(answer.read())


def finish(context: Context) -> None:
    """Give a stack of `make package` its keys, previews and page.

    Prints the parameters to update the stack with, so that it creates the CDN.
    """
    run_steps(FINISH, context)
    keys = read_keys(context.client("secretsmanager"), _secret_id(context))
    told = parameters_of(keys or {})
    told["ApiOrigin"] = origin_of(context.outputs[API_URL_OUTPUT])
    for name, value in told.items():
        say(f"parameter {name}:\n{value}" if value else f"parameter {name}: empty")


def _key_id(context: Context) -> str:
    secrets, secret_id = context.client("secretsmanager"), _secret_id(context)
    keys = read_keys(secrets, secret_id)
    if keys is None or f"MediaKeyId{keys['media_slot']}" not in context.outputs:
        return "not known yet: update the stack with the parameters below, then run this again"
    write_keys(secrets, secret_id, with_id(keys, context.outputs))
    return "written"


CHECK = Step("Account and region", _check, "Log in to AWS; AWS_PROFILE and AWS_REGION are used.")
SEE_STACK = "See the stack's events above or in CloudFormation's console."
# The keys need the secret of the state stack, and CloudFront needs the keys, so the state stack is
# applied twice. Log groups come before the functions: Lambda would create its own, which keep
# everything forever.
STEPS = (
    CHECK,
    Step("State: tables, queues, buckets, user pool", _state, SEE_STACK),
    Step("Signing keys", _keys, "You need permission to read and write the signing secret."),
    Step("State with its CDN (some minutes the first time)", _cdn, SEE_STACK),
    Step("Previews of the filters", _previews, "You need permission to write the media bucket."),
    Step("Layers", _layers, "pip must reach the package index to download the locked packages."),
    Step("Logs, alarms, dashboard", _operations, SEE_STACK),
    Step("Functions and API", _release, "See Chalice's output above."),
    Step("Event sources", set_event_sources, "A function and its event source must both exist."),
    Step("Throttling, tracing", set_gateway, "The API must exist."),
    Step("The page", _page, "You need permission to write the page's bucket."),
)
FINISH = (
    CHECK,
    STEPS[2],
    Step("The media key's id", _key_id, SEE_STACK),
    STEPS[4],
    Step("The page", _page_of_package, "You need permission to write the page's bucket."),
)
HEALTH = Step("Health", _health, "`make logs STAGE=… FUNCTION=api_handler` shows more.")
