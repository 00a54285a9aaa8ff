"""Some seconds of fuzzing the API against its description; `make fuzz-api` does it for long."""

import pytest

from tests.fuzz.fuzz_api import SCHEMATHESIS, fuzz

SECONDS = 20


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_no_request_that_a_fuzzer_makes_has_an_answer_that_is_not_declared() -> None:
    assert SCHEMATHESIS.exists(), "make build/clients/ready"
    done = fuzz(SECONDS, examples=5)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
