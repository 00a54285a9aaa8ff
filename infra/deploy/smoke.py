"""The black-box tests against a stage that is deployed, which they leave as they found it."""

import json
import os
from urllib.request import urlopen

from infra.deploy.console import FailedError, say
from infra.deploy.context import Context
from infra.deploy.release import api_url, read_record

TESTS = f"{__file__.rpartition('/infra/')[0]}/tests/blackbox"


HEALTH_SECONDS = 30


def smoke(settings: dict[str, str], *, whole: bool) -> None:
    """Run the tests marked `smoke`; all that are not `local` where `whole`. `settings` say where
    the API answers, see `deployed`."""
    chosen, url = "not local" if whole else "smoke", settings["FANLIGHT_URL"]
    _check_health(url)
    say(f"The tests that are {chosen}, at {url}")
    # In this process: the parent of one that is stopped would end it in the midst of its clean-up.
    import pytest

    os.environ.update(settings)
    # Without the conftest of all tests, which sets up a stage on this machine.
    ended = pytest.main(
        ["-p", "no:cacheprovider", f"--confcutdir={TESTS}", "-m", chosen, TESTS],
    )
    if ended == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if ended:
        raise FailedError(f"{url} is not well, or not cleaned up: see above")


def _check_health(url: str) -> None:
    try:
        with urlopen(f"{url.rstrip('/')}/health", timeout=HEALTH_SECONDS) as answer:  # noqa: S310
            found = json.load(answer)
    except (OSError, ValueError) as error:
        raise FailedError(f"{url} has no API that is well: {error}") from error
    if not isinstance(found, dict) or "version" not in found:
        raise FailedError(f"{url} has an API, but none of Fanlight's")


def deployed(context: Context) -> dict[str, str]:
    """Where the stage answers, and whose code-awaiting sign-ups are to be confirmed."""
    # A stack of `make package` says it itself; no release of it is recorded.
    address = context.outputs.get("EndpointURL") or _released(context)
    confirms = context.stage.settings.get("SIGN_UP_AUTO_CONFIRM") == "true"
    pool = {} if confirms else {"FANLIGHT_POOL": context.outputs["UserPoolId"]}
    return {"FANLIGHT_URL": address, **pool}


def _released(context: Context) -> str:
    record = read_record(context) if context.outputs else {}
    if not record:
        raise FailedError(f"{context.prefix} is not deployed: make deploy STAGE=...")
    return api_url(record)
