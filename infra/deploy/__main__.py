"""`python -m infra.deploy COMMAND`: what `make deploy` and its siblings run.

STAGE names the stage. FORCE=1 releases again what seems released; DELETE=<prefix> lets `destroy`
delete data; STAGES_FILE is another infra/stages.yaml; HEALTH=0 does not ask the API whether it is
well, where it cannot be reached from here; ANY_PYTHON=1 deploys to a stand-in for AWS from a Python
whose Lambda runtime would not do; QUEUE, FUNCTION, MINUTES and FOLLOW=1 narrow `redrive`
and `logs`; TABLE, AT and OVERWRITE=1 tell `restore` what to bring back; USER_ID tells
`erase` whom, and ERASE=<username> that it is meant; WHOLE=1 and FANLIGHT_URL
tell `smoke` to run all tests that can be, and where.
"""

import os
import re
import shlex
import sys
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.console import FailedError, run_steps, say, stop_once
from infra.deploy.context import Context
from infra.deploy.destroy import destroy
from infra.deploy.diff import show_diff
from infra.deploy.erase import erase
from infra.deploy.layers import check_python
from infra.deploy.redrive import redrive
from infra.deploy.restore import restore
from infra.deploy.smoke import deployed, smoke
from infra.deploy.stage import WrongStageError, stage_given
from infra.deploy.status import show_logs, show_status
from infra.deploy.steps import HEALTH, STEPS, finish
from infra.region import heed_region

DEFAULT_MINUTES = 15


def _deploy(context: Context) -> None:
    context.refuse_packaged()
    if _given("ANY_PYTHON") != "1":
        check_python(context.runtime.removeprefix("python"))
    skips_health = _given("HEALTH") == "0"
    run_steps(STEPS if skips_health else (*STEPS, HEALTH), context)
    say(f"{context.prefix} is deployed: {context.api_url}")


def _destroy(context: Context) -> None:
    destroy(context, told_to_delete=_given("DELETE"))


def _redrive(context: Context) -> None:
    redrive(context, _given("QUEUE") or None)


def _restore(context: Context) -> None:
    if not _given("TABLE"):
        raise FailedError("TABLE= names the table, such as posts")
    overwrites = _given("OVERWRITE") == "1"
    restore(context, _given("TABLE"), _given("AT"), overwrites=overwrites)


def _erase(context: Context) -> None:
    erase(context, _given("USER_ID"), told_to_erase=_given("ERASE"))


def _logs(context: Context) -> None:
    minutes = _given("MINUTES") or str(DEFAULT_MINUTES)
    if not re.fullmatch("[0-9]{1,6}", minutes):
        raise FailedError(f"MINUTES= is a number, not {minutes!r}")
    show_logs(context, _given("FUNCTION") or None, int(minutes), _given("FOLLOW") == "1")


def _smoke(context: Context) -> None:
    smoke(deployed(context), whole=_given("WHOLE") == "1")


def _recount(context: Context) -> None:
    context.take_settings()
    from infra.recount import main as recount

    recount(shlex.split(_given("WHAT")))


COMMANDS: dict[str, Callable[[Context], None]] = {
    "deploy": _deploy,
    "diff": show_diff,
    "destroy": _destroy,
    "status": show_status,
    "logs": _logs,
    "redrive": _redrive,
    "restore": _restore,
    "erase": _erase,
    "finish": finish,
    "recount": _recount,
    "smoke": _smoke,
}


def _given(name: str) -> str:
    return os.environ.get(name, "")


def main(arguments: list[str]) -> int:
    """Run one command. Gives the exit status."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        say(f"usage: STAGE=... python -m infra.deploy {{{','.join(COMMANDS)}}}")
        return 2
    stop_once()
    heed_region(os.environ)
    try:
        if arguments == ["smoke"] and _given("FANLIGHT_URL"):  # an API of nobody's stage
            smoke({"FANLIGHT_URL": _given("FANLIGHT_URL")}, whole=_given("WHOLE") == "1")
            return 0
        stage = stage_given(os.environ)
        COMMANDS[arguments[0]](Context(stage, force=_given("FORCE") == "1"))
    except (WrongStageError, FailedError, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"fanlight: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("fanlight: stopped; the same command can be run again\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
