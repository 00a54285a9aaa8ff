"""The model of the feed, run: on the fakes for many steps, on moto through the real handlers."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import machine_on
from tests.model.on_fakes import FakeStage
from tests.model.stage import in_small

RUNS = int(os.environ.get("MODEL_RUNS", "100"))


def test_feeds_equal_the_oracle_on_the_fakes():
    with in_small():
        run_state_machine_as_test(
            machine_on(FakeStage),
            settings=settings(
                max_examples=RUNS,
                stateful_step_count=40,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                database=None,
            ),
        )
