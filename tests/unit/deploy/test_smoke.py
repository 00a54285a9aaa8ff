"""The smoke tests use the right API and confirm users in the right pool."""

import os
from io import BytesIO
from types import SimpleNamespace

import pytest

from infra.deploy import smoke as module
from infra.deploy.__main__ import main
from infra.deploy.console import FailedError
from infra.deploy.smoke import deployed, smoke

CHECK_HEALTH = module._check_health

RECORD = {
    "chalice": {
        "resources": [{"resource_type": "rest_api", "rest_api_url": "https://api.example/api/"}]
    }
}


def stage(*, outputs=None, **settings):
    return SimpleNamespace(
        prefix="fanlight-dev",
        stage=SimpleNamespace(settings=settings),
        outputs={"UserPoolId": "the pool"} if outputs is None else outputs,
    )


@pytest.fixture
def ran(monkeypatch):
    """Records the runs of pytest: the selected tests and the variables set for them."""
    found = []

    def run(arguments):
        names = ("FANLIGHT_URL", "FANLIGHT_POOL")
        found.append((arguments, {name: os.environ[name] for name in names if name in os.environ}))
        return pytest.ExitCode.OK

    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr(pytest, "main", run)
    monkeypatch.setattr(module, "read_record", lambda _: RECORD)
    monkeypatch.setattr(module, "_check_health", lambda _: None)
    return found


def test_the_released_api_is_tested_and_its_pool_confirms_who_waits_for_a_code(ran):
    smoke(deployed(stage()), whole=False)
    [(arguments, given)] = ran
    assert arguments[arguments.index("-m") + 1] == "smoke"
    assert given == {"FANLIGHT_URL": "https://api.example/api/", "FANLIGHT_POOL": "the pool"}


def test_a_stage_that_confirms_by_itself_needs_no_pool(ran):
    smoke(deployed(stage(SIGN_UP_AUTO_CONFIRM="true")), whole=True)
    [(arguments, given)] = ran
    assert arguments[arguments.index("-m") + 1] == "not local"
    assert given == {"FANLIGHT_URL": "https://api.example/api/"}


def test_a_stack_of_make_package_says_where_it_answers(ran, monkeypatch):
    monkeypatch.setattr(module, "read_record", lambda _: {})
    packaged = {"UserPoolId": "its pool", "EndpointURL": "https://packaged.example/api/"}
    smoke(deployed(stage(outputs=packaged)), whole=False)
    assert ran[0][1] == {
        "FANLIGHT_URL": "https://packaged.example/api/",
        "FANLIGHT_POOL": "its pool",
    }


def test_another_api_can_be_named_and_needs_no_stage(ran, monkeypatch):
    for name in ("STAGE", "WHOLE"):
        monkeypatch.delitem(os.environ, name, raising=False)
    os.environ["FANLIGHT_URL"] = "http://api.example"
    assert main(["smoke"]) == 0
    assert ran[0][1] == {"FANLIGHT_URL": "http://api.example"}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"<html>", "does not answer"),
        (b"[]", "but is not Fanlight"),
        (OSError("refused"), "does not answer /health: refused"),
    ],
)
def test_what_is_no_api_is_told_before_anything_is_tested(ran, monkeypatch, answer, says):
    def answered(*_, **__):
        if isinstance(answer, OSError):
            raise answer
        return BytesIO(answer)

    monkeypatch.setattr(module, "_check_health", CHECK_HEALTH)
    monkeypatch.setattr(module, "urlopen", answered)
    with pytest.raises(FailedError, match=says):
        smoke({"FANLIGHT_URL": "http://api.example"}, whole=False)
    assert ran == []


def test_a_stage_that_is_not_deployed_is_told(ran, monkeypatch):
    monkeypatch.setattr(module, "read_record", lambda _: {})
    with pytest.raises(FailedError, match="make deploy"):
        deployed(stage())
    with pytest.raises(FailedError, match="make deploy"):
        deployed(stage(outputs={}))
    assert ran == []


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        (pytest.ExitCode.TESTS_FAILED, FailedError),
        (1, FailedError),  # the clean-up failed, as `pytest.exit` reports
        (pytest.ExitCode.INTERRUPTED, KeyboardInterrupt),
    ],
)
def test_a_failed_test_fails_the_command_and_a_stopped_one_stops_it(ran, monkeypatch, ended, told):
    monkeypatch.setattr(pytest, "main", lambda _: ended)
    with pytest.raises(told):
        smoke({"FANLIGHT_URL": "http://api.example"}, whole=False)
