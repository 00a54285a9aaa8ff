"""The command behind `make smoke`, stopped midway: no account is left behind."""

import os
import re
import signal
import subprocess
import sys

import pytest

from tests.blackbox.server import ROOT, START_SECONDS, running

pytestmark = pytest.mark.local
CLEAN_SECONDS = 60
SIGNED_UP = re.compile(r" POST +/signup 201 ")
GONE = re.compile(r" DELETE +/me 202 ")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_signed_up_is_deleted_though_the_tests_are_stopped(number: signal.Signals) -> None:
    with running() as (server, base_url):
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        smoke = subprocess.Popen(
            [sys.executable, "-m", "infra.deploy", "smoke"],
            cwd=ROOT,
            env={**kept, "STAGE": "dev", "FANLIGHT_URL": base_url},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        server.wait_for(SIGNED_UP, START_SECONDS)
        for _ in range(2):  # as make passes it on
            smoke.send_signal(number)
        told, _ = smoke.communicate(timeout=CLEAN_SECONDS)
        output = server.output
    assert smoke.returncode == 130, told
    assert len(GONE.findall(output)) == len(SIGNED_UP.findall(output)), told
    assert "Traceback" not in told
