"""The black-box tests against a stage that is deployed, which they leave as they found it."""

import os

from infra.deploy.console import FailedError, say
from infra.deploy.context import Context
from infra.deploy.release import api_url, read_record

TESTS = f"{__file__.rpartition('/infra/')[0]}/tests/blackbox"


def smoke(context: Context, url: str, *, whole: bool) -> None:
    """Run the tests marked `smoke`; all that are not `local` where `whole`. They speak to `url`,
    or else to where the stage was released."""
    chosen = "not local" if whole else "smoke"
    settings = {"FANLIGHT_URL": url} if url else _deployed(context)
    say(f"{context.prefix}: the tests that are {chosen}, at {settings['FANLIGHT_URL']}")
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
        raise FailedError(f"{context.prefix} is not well, or not cleaned up: see above")


def _deployed(context: Context) -> dict[str, str]:
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
