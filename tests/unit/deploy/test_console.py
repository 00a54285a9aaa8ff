"""Steps tell how far they are, and what to do about one that fails."""

import pytest

from infra.deploy.console import FailedError, Step, run_steps


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
