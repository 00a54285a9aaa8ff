"""The black-box tests against a stage that is deployed, which they leave as they found it."""

import os
import subprocess
import sys

from infra.deploy.console import FailedError, say
from infra.deploy.context import Context
from infra.deploy.release import api_url, read_record

ROOT = __file__.rpartition("/infra/")[0]


def smoke(context: Context, url: str, *, whole: bool) -> None:
    """Run the tests marked `smoke`; all that are not `local` where `whole`. They speak to `url`,
    or else to where the stage was released."""
    chosen = "not local" if whole else "smoke"
    settings = {"FANLIGHT_URL": url} if url else _deployed(context)
    say(f"{context.prefix}: the tests that are {chosen}, at {settings['FANLIGHT_URL']}")
    # Without the conftest of all tests, which sets up a stage on this machine.
    command = [
        sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--confcutdir=tests/blackbox",
        "-m", chosen, "tests/blackbox",
    ]  # fmt: skip
    ended = subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}, check=False)  # noqa: S603
    if ended.returncode:
        raise FailedError(f"{context.prefix} is not well, or not cleaned up: see above")


def _deployed(context: Context) -> dict[str, str]:
    """Where the stage answers, and whose code-awaiting sign-ups are to be confirmed."""
    record = read_record(context)
    if not record:
        raise FailedError(f"{context.prefix} is not deployed: make deploy STAGE=...")
    confirms = context.stage.settings.get("SIGN_UP_AUTO_CONFIRM") == "true"
    pool = {} if confirms else {"FANLIGHT_POOL": context.outputs["UserPoolId"]}
    return {"FANLIGHT_URL": api_url(record), **pool}
