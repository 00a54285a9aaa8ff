"""Steps print their progress, and advice when one fails."""

import os
import signal

import pytest

from infra.deploy import console
from infra.deploy.console import FailedError, Step, run_steps, stop_once


def test_steps_run_in_order_and_say_what_they_did(capsys):
    run_steps([Step("One", lambda _: "done", "-"), Step("Two", lambda _: "unchanged", "-")], None)
    said = capsys.readouterr().out
    assert said.index("[1/2] One") < said.index("done (") < said.index("[2/2] Two")


def test_a_step_that_fails_stops_the_rest_and_says_what_to_do(capsys):
    def fails(_):
        raise ValueError("no such bucket")

    steps = [Step("One", fails, "Make it."), Step("Two", lambda _: "done", "-")]
    with pytest.raises(FailedError, match=r"One: no such bucket\n.*Make it\.\n.*same command"):
        run_steps(steps, None)
    assert "Two" not in capsys.readouterr().out


@pytest.fixture
def restored():
    """Restores the test run's signal handlers."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_stop_a_command_once_if_they_come_together(restored, monkeypatch, number):
    monkeypatch.setattr(console, "TOGETHER_SECONDS", 60)
    stop_once()
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), number)
    os.kill(os.getpid(), number)  # passed on by make
    monkeypatch.setattr(console, "TOGETHER_SECONDS", 0)
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), number)


def test_a_stopped_step_is_no_failed_one():
    def stopped(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_steps([Step("One", stopped, "-")], None)
