"""Which stage the smoke tests speak to, and who confirms their people."""

import subprocess
from types import SimpleNamespace

import pytest

from infra.deploy import smoke as module
from infra.deploy.console import FailedError
from infra.deploy.smoke import smoke

RECORD = {
    "chalice": {
        "resources": [{"resource_type": "rest_api", "rest_api_url": "https://api.example/api/"}]
    }
}


def stage(**settings):
    return SimpleNamespace(
        prefix="fanlight-dev",
        stage=SimpleNamespace(settings=settings),
        outputs={"UserPoolId": "the pool"},
    )


@pytest.fixture
def ran(monkeypatch):
    """The runs of pytest: the tests chosen, and what of the environment is the command's."""
    found = []

    def run(command, *, env, **_):
        given = {name: env[name] for name in ("FANLIGHT_URL", "FANLIGHT_POOL") if name in env}
        found.append((command[command.index("pytest") + 1 :], given))
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(module, "read_record", lambda _: RECORD)
    return found


def test_the_released_api_is_tested_and_its_pool_confirms_who_waits_for_a_code(ran):
    smoke(stage(), "", whole=False)
    [(arguments, given)] = ran
    assert arguments[arguments.index("-m") + 1] == "smoke"
    assert given == {"FANLIGHT_URL": "https://api.example/api/", "FANLIGHT_POOL": "the pool"}


def test_a_stage_that_confirms_by_itself_needs_no_pool(ran):
    smoke(stage(SIGN_UP_AUTO_CONFIRM="true"), "", whole=True)
    [(arguments, given)] = ran
    assert arguments[arguments.index("-m") + 1] == "not local"
    assert given == {"FANLIGHT_URL": "https://api.example/api/"}


def test_another_api_can_be_named(ran):
    smoke(stage(), "http://127.0.0.1:1", whole=False)
    assert ran[0][1] == {"FANLIGHT_URL": "http://127.0.0.1:1"}


def test_a_stage_that_is_not_deployed_is_told(ran, monkeypatch):
    monkeypatch.setattr(module, "read_record", lambda _: {})
    with pytest.raises(FailedError, match="make deploy"):
        smoke(stage(), "", whole=False)
    assert ran == []


def test_a_failed_test_fails_the_command(monkeypatch):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1))
    with pytest.raises(FailedError, match="not well"):
        smoke(stage(), "http://127.0.0.1:1", whole=False)
