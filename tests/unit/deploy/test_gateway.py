"""The API's stage gets throttling and tracing."""

from types import SimpleNamespace

import pytest

from infra.deploy.gateway import _patches

CONTEXT = SimpleNamespace(stage=SimpleNamespace(throttle_rate=2000, throttle_burst=4000))
METHODS = {"throttlingRateLimit": 2000.0, "throttlingBurstLimit": 4000}


def test_a_stage_that_is_as_it_should_be_is_left_alone():
    for methods in (METHODS, {**METHODS, "metricsEnabled": False}):
        stage = {"methodSettings": {"*/*": methods}, "tracingEnabled": True}
        assert _patches(stage, CONTEXT) == []


@pytest.mark.parametrize(
    ("found", "path", "value"),
    [
        ({"throttlingRateLimit": 10.0}, "/*/*/throttling/rateLimit", "2000"),
        ({"throttlingBurstLimit": 10}, "/*/*/throttling/burstLimit", "4000"),
        ({"metricsEnabled": True}, "/*/*/metrics/enabled", "false"),
    ],
)
def test_what_differs_is_set_also_where_an_earlier_deploy_set_it(found, path, value):
    stage = {"methodSettings": {"*/*": {**METHODS, **found}}, "tracingEnabled": True}
    assert _patches(stage, CONTEXT) == [{"op": "replace", "path": path, "value": value}]
