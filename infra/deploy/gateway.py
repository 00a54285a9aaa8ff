"""Sets throttling and tracing on the API's stage, which Chalice cannot."""

from typing import Any

from infra.deploy.context import Context
from infra.deploy.release import api_id, read_record


def set_gateway(context: Context) -> str:
    """Set the values that differ. Returns what was changed in a few words."""
    gateway = context.client("apigateway")
    place = {"restApiId": api_id(read_record(context)), "stageName": context.stage.name}
    patches = _patches(gateway.get_stage(**place), context)
    if patches:
        gateway.update_stage(**place, patchOperations=patches)
    return f"{len(patches)} settings changed" if patches else "unchanged"


def _patches(stage: dict[str, Any], context: Context) -> list[dict[str, str]]:
    methods = stage.get("methodSettings", {}).get("*/*", {})
    rate, burst = context.stage.throttle_rate, context.stage.throttle_burst
    wanted = {
        "/*/*/throttling/rateLimit": (methods.get("throttlingRateLimit"), str(rate)),
        "/*/*/throttling/burstLimit": (methods.get("throttlingBurstLimit"), str(burst)),
        # Metrics of each method cost money, and nothing reads them.
        "/*/*/metrics/enabled": (methods.get("metricsEnabled", False), "false"),
        "/tracingEnabled": (stage.get("tracingEnabled"), "true"),
    }
    return [
        {"op": "replace", "path": path, "value": value}
        for path, (actual, value) in wanted.items()
        if not _equal(actual, value)
    ]


def _equal(actual: Any, wanted: str) -> bool:
    if isinstance(actual, bool):
        return str(actual).lower() == wanted
    return actual is not None and str(actual).removesuffix(".0") == wanted
