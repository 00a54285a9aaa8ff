"""What Chalice cannot set on the API: the gateway's own answers, throttling, tracing."""

from typing import Any

from infra.deploy.context import Context
from infra.deploy.release import api_id, read_record
from infra.gateway_responses import GatewayResponse, gateway_responses


def set_gateway(context: Context) -> str:
    """Set what differs. Gives what was changed in a few words."""
    gateway = context.client("apigateway")
    rest_api = api_id(read_record(context))
    answers = _set_answers(gateway, rest_api)
    if answers:  # they are in force with the next deployment of the API
        gateway.create_deployment(restApiId=rest_api, stageName=context.stage.name)
    patched = _set_stage(gateway, rest_api, context)
    return f"{answers} answers, {patched} settings changed" if answers + patched else "unchanged"


def _set_answers(gateway: Any, rest_api: str) -> int:
    found = {
        one["responseType"]: one
        for one in gateway.get_gateway_responses(restApiId=rest_api, limit=500).get("items", ())
    }
    changed = 0
    for wanted in gateway_responses():
        if not _is_same(found.get(wanted.kind, {}), wanted):
            status = {"statusCode": wanted.status} if wanted.status else {}
            gateway.put_gateway_response(
                restApiId=rest_api,
                responseType=wanted.kind,
                responseParameters=_parameters(wanted),
                responseTemplates=wanted.templates,
                **status,
            )
            changed += 1
    return changed


def _is_same(found: dict[str, Any], wanted: GatewayResponse) -> bool:
    return (
        found.get("responseParameters") == _parameters(wanted)
        and found.get("responseTemplates") == wanted.templates
        and (not wanted.status or found.get("statusCode") == wanted.status)
    )


def _parameters(wanted: GatewayResponse) -> dict[str, str]:
    return {f"gatewayresponse.header.{name}": value for name, value in wanted.headers.items()}


def _set_stage(gateway: Any, rest_api: str, context: Context) -> int:
    stage = gateway.get_stage(restApiId=rest_api, stageName=context.stage.name)
    methods = stage.get("methodSettings", {}).get("*/*", {})
    wanted = {
        "/*/*/throttling/rateLimit": (methods.get("throttlingRateLimit"), _rate(context)),
        "/*/*/throttling/burstLimit": (methods.get("throttlingBurstLimit"), _burst(context)),
        "/*/*/metrics/enabled": (methods.get("metricsEnabled"), "true"),
        "/tracingEnabled": (stage.get("tracingEnabled"), "true"),
    }
    patches = [
        {"op": "replace", "path": path, "value": value}
        for path, (actual, value) in wanted.items()
        if not _equal(actual, value)
    ]
    if patches:
        gateway.update_stage(
            restApiId=rest_api, stageName=context.stage.name, patchOperations=patches
        )
    return len(patches)


def _rate(context: Context) -> str:
    return str(context.stage.throttle_rate)


def _burst(context: Context) -> str:
    return str(context.stage.throttle_burst)


def _equal(actual: Any, wanted: str) -> bool:
    if isinstance(actual, bool):
        return str(actual).lower() == wanted
    return actual is not None and str(actual).removesuffix(".0") == wanted
