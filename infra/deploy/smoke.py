"""Runs the black-box tests against a deployed stage. They delete what they create."""

import json
import os
from urllib.request import urlopen

from infra.deploy.console import FailedError, say
from infra.deploy.context import Context
from infra.deploy.release import api_url, read_record

TESTS = f"{__file__.rpartition('/infra/')[0]}/tests/blackbox"
HEALTH_SECONDS = 30


def smoke(settings: dict[str, str], *, whole: bool) -> None:
    """Run the tests marked `smoke`, or with `whole` all tests that are not marked `local`.

    `settings` are the environment variables for the tests, as `deployed` returns them.
    """
    chosen, url = "not local" if whole else "smoke", settings["FANLIGHT_URL"]
    _check_health(url)
    say(f"Running the tests marked `{chosen}` against {url}")
    # In this process: a parent that is stopped would kill a child during its clean-up.
    import pytest

    os.environ.update(settings)
    # The conftest of all tests sets up a local stage, so it is left out.
    ended = pytest.main(
        ["-p", "no:cacheprovider", f"--confcutdir={TESTS}", "-m", chosen, TESTS],
    )
    if ended == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if ended:
        raise FailedError(f"tests failed at {url}, or test users could not be deleted: see above")


def _check_health(url: str) -> None:
    try:
        with urlopen(f"{url.rstrip('/')}/health", timeout=HEALTH_SECONDS) as answer:  # noqa: S310
            found = json.load(answer)
    except (OSError, ValueError) as error:
        raise FailedError(f"{url} does not answer /health: {error}") from error
    if not isinstance(found, dict) or "version" not in found:
        raise FailedError(f"{url} answers /health, but is not Fanlight")


def deployed(context: Context) -> dict[str, str]:
    """Return the tests' environment: the API's address, and the pool in which to confirm users.

    A stage that confirms sign-ups itself needs no pool.
    """
    # A stack of `make package` has the address among its outputs and no record of a release.
    address = context.outputs.get("EndpointURL") or _released(context)
    confirms = context.stage.settings.get("SIGN_UP_AUTO_CONFIRM") == "true"
    pool = {} if confirms else {"FANLIGHT_POOL": context.outputs["UserPoolId"]}
    return {"FANLIGHT_URL": address, **pool}


def _released(context: Context) -> str:
    record = read_record(context) if context.outputs else {}
    if not record:
        raise FailedError(f"{context.prefix} is not deployed: make deploy STAGE=...")
    return api_url(record)
