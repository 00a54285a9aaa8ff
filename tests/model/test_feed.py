"""The model of the feed, run on the fakes for many steps and on moto through the real handlers.

`MODEL_RUNS` sets the number of runs on the fakes, `MODEL_MOTO_RUNS` the number on moto: see `make
model`. A failure is reported at once, as it happened. With `MODEL_SHRINK=1` it is shortened first,
which takes minutes.
"""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import FeedMachine, on
from tests.model.meetings import Meetings
from tests.model.on_fakes import FakeStage
from tests.model.on_moto import moto
from tests.model.stage import in_small

RUNS = int(os.environ.get("MODEL_RUNS", "60"))
MOTO_RUNS = int(os.environ.get("MODEL_MOTO_RUNS", "3"))
PHASES = [Phase.generate, *([Phase.shrink] if os.environ.get("MODEL_SHRINK") == "1" else [])]


def run(machine, runs, steps):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            phases=PHASES,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


def test_feeds_equal_the_oracle_on_the_fakes():
    with in_small():
        run(on(FakeStage, Meetings), RUNS, steps=50)


def test_feeds_equal_the_oracle_on_moto(stack):
    with in_small(), moto(stack) as make_stage:
        run(on(make_stage, FeedMachine), MOTO_RUNS, steps=40)
