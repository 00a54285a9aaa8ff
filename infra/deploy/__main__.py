"""Runs one command on one stage: `python -m infra.deploy COMMAND`, which `make COMMAND` calls.

Every option can also come from the environment under its make variable's name, so that
`make restore TABLE=posts` and `--table posts` are the same.
"""

import os
import shlex
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploy.console import FailedError, WrongValueError, run_steps, say, stop_once
from infra.deploy.context import Context
from infra.deploy.destroy import destroy
from infra.deploy.diff import show_diff
from infra.deploy.erase import erase
from infra.deploy.layers import check_python
from infra.deploy.redrive import redrive
from infra.deploy.restore import restore
from infra.deploy.smoke import deployed, smoke
from infra.deploy.stage_file import STAGE_OPTIONS, read_stage
from infra.deploy.status import show_logs, show_status
from infra.deploy.steps import HEALTH, STEPS, finish
from infra.options import WRONG_USAGE, Option, Parser, number, switch
from infra.region import use_aws_region

STOPPED = 130
"""The exit status after Ctrl-C, as shells have it."""


@dataclass(frozen=True)
class Command:
    """One command: its line in `--help`, its own options, and the function that runs it."""

    summary: str
    run: Callable[[Context, Namespace], None]
    options: tuple[Option, ...] = ()


def _deploy(context: Context, given: Namespace) -> None:
    context.refuse_packaged()
    if not given.any_python:
        check_python(context.runtime.removeprefix("python"))
    run_steps((*STEPS, HEALTH) if given.health else STEPS, context)
    say(f"{context.prefix} is deployed: {context.api_url}")


def _recount(context: Context, given: Namespace) -> None:
    context.take_settings()
    # The product reads its settings when it is imported.
    from infra.recount import main as recount

    recount(shlex.split(given.what))


def _smoke(context: Context, given: Namespace) -> None:
    smoke(deployed(context), whole=given.whole)


COMMANDS = {
    "deploy": Command(
        "deploy a stage into your AWS account, step by step",
        _deploy,
        (
            Option("FORCE", "release the functions even if nothing has changed", switch),
            Option("HEALTH", "0 skips the last step, which asks the API's /health", switch, "1"),
            Option(
                "ANY_PYTHON",
                "allow a Python whose Lambda runtime cannot load the layers,"
                " for a stand-in for AWS",
                switch,
            ),
        ),
    ),
    "diff": Command("show what a deploy would change", lambda context, _: show_diff(context)),
    "status": Command(
        "show the stacks, functions, dead letters and alarms of a stage",
        lambda context, _: show_status(context),
    ),
    "logs": Command(
        "show the log lines of the functions",
        lambda context, given: show_logs(
            context, given.function or None, given.minutes, given.follow
        ),
        (
            Option("FUNCTION", "the function, such as deliver; all functions without it"),
            Option("MINUTES", "how far back to look", number, "15"),
            Option("FOLLOW", "keep showing new lines until Ctrl-C", switch),
        ),
    ),
    "redrive": Command(
        "move dead letters back to their queues",
        lambda context, given: redrive(context, given.queue or None),
        (Option("QUEUE", "the queue, such as render; all queues without it"),),
    ),
    "restore": Command(
        "restore a table's rows as of a moment in the last 35 days",
        lambda context, given: restore(context, given.table, given.at, overwrites=given.overwrite),
        (
            Option("TABLE", "the table, such as posts", is_required=True),
            Option("AT", "the moment, such as 2026-11-22T12:00:00+00:00; the latest without it"),
            Option("OVERWRITE", "replace rows that exist instead of keeping them", switch),
        ),
    ),
    "erase": Command(
        "delete a user's account and everything that belongs to it",
        lambda context, given: erase(context, given.user_id, told_to_erase=given.erase),
        (
            Option("USER_ID", "the user's id", is_required=True),
            Option("ERASE", "the username, to confirm"),
        ),
    ),
    "recount": Command(
        "recount likes, comments or views from their rows",
        _recount,
        (Option("WHAT", 'what to recount, such as "likes --all" or a field and ids'),),
    ),
    "smoke": Command(
        "test a deployed stage over HTTP, then delete the test users",
        _smoke,
        (
            Option("WHOLE", "run every black-box test that can run remotely", switch),
            Option("FANLIGHT_URL", "the address of an API to test instead of a stage"),
        ),
    ),
    "finish": Command(
        "give a stack of `make package` its keys and previews",
        lambda context, _: finish(context),
    ),
    "destroy": Command(
        "delete a stage; refused while that would lose data",
        lambda context, given: destroy(context, told_to_delete=given.delete),
        (Option("DELETE", "the stage's prefix, such as fanlight-dev, to confirm"),),
    ),
}


def parser() -> Parser:
    """Build the parser of all commands, with the environment's make variables as defaults."""
    made = Parser(prog="python -m infra.deploy", description="Commands on one stage.")
    commands = made.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        one = commands.add_parser(name, help=command.summary, description=command.summary)
        one.add_options((*STAGE_OPTIONS, *command.options), os.environ)
    return made


def main(arguments: list[str]) -> int:
    """Run one command. Returns the exit status."""
    given = parser().parse_args(arguments)
    stop_once()
    use_aws_region(os.environ)
    try:
        _run(COMMANDS[given.command], given)
    except WrongValueError as error:
        sys.stderr.write(f"fanlight: {error}\n")
        return WRONG_USAGE
    except (FailedError, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"fanlight: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("fanlight: stopped; run the same command again to continue\n")
        return STOPPED
    return 0


def _run(command: Command, given: Namespace) -> None:
    url = getattr(given, "fanlight_url", "")
    if url:  # the API of a deployment that this machine knows nothing of
        smoke({"FANLIGHT_URL": url}, whole=given.whole)
        return
    stage = read_stage(given.stage, given.stages_file)
    command.run(Context(stage, force=getattr(given, "force", False)), given)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
