"""The API has a minute to answer before the deploy fails."""

from urllib.error import HTTPError

import pytest

from infra.deploy.steps import HEALTH_SECONDS, await_health


class Time:
    """A clock that only pauses advance."""

    def __init__(self):
        self.now = 0.0

    def pause(self, seconds):
        self.now += seconds

    def clock(self):
        return self.now


class Api:
    """An API that refuses until a moment and then answers."""

    def __init__(self, time, well_from):
        self._time, self._well_from = time, well_from

    def ask(self):
        if self._time.now < self._well_from:
            raise HTTPError("https://api.example/health", 403, "not there yet", {}, None)
        return {"status": "ok"}


@pytest.mark.parametrize("well_from", [0, 10, HEALTH_SECONDS])
def test_an_api_that_becomes_well_within_the_minute_is_well(well_from):
    time = Time()
    ask = Api(time, well_from).ask
    assert await_health(ask, time.pause, time.clock) == {"status": "ok"}
    assert time.now == pytest.approx(well_from, abs=3)


def test_an_api_that_stays_unwell_is_told_with_its_last_answer():
    time = Time()
    with pytest.raises(HTTPError, match="403"):
        await_health(Api(time, float("inf")).ask, time.pause, time.clock)
    assert time.now == HEALTH_SECONDS


def test_what_is_not_a_failure_of_the_api_is_not_asked_again():
    time = Time()

    def ask():
        raise KeyError("a mistake of ours")

    with pytest.raises(KeyError):
        await_health(ask, time.pause, time.clock)
    assert time.now == 0
