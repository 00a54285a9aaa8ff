"""Erases an account as an operator: somebody's who abuses the service, or once more one that a
restore has brought back. What is erased, and in which order, is the product's own doing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.errors import NotFound
from infra.deploy.console import FailedError, say
from infra.deploy.context import Context
from infra.functions import Function

ERASES = Function("erase")
LOGGED = "erasure step done"
"""What that function says of each step, with the `user_id`."""


def erase(context: Context, user_id: str, *, told_to_erase: str) -> None:
    """Begin somebody's erasure. `told_to_erase` must be their username; the id where nobody knows
    the name any more."""
    if not user_id:
        raise FailedError("USER_ID= names whom to erase, by the id")
    context.take_settings()
    from functions.erasure.bootstrap import operator

    try:
        found = operator().find(user_id)
    except NotFound:
        raise FailedError(f"{context.prefix} has no user {user_id}, nor anything of one") from None
    name = found.username or user_id
    if told_to_erase != name:
        raise FailedError(
            f"{name} ({user_id}) would be erased, for good: "
            f"{command_for(context, user_id)} ERASE={name}"
        )
    operator().erase(found)
    say(
        f"{name} is hidden, and is erased within minutes: "
        f"make logs STAGE={context.stage.name} FUNCTION=erase tells its steps, the last is `check`"
    )


def command_for(context: Context, user_id: str) -> str:
    """What erases somebody, once it is told their name."""
    return f"make erase STAGE={context.stage.name} USER_ID={user_id}"


def say_erased_since(context: Context, moment: datetime) -> None:
    """Say who was erased since: a restore of that moment brings their rows back."""
    for user_id in erased_since(context, moment):
        say(f"  erased since then, and to be erased again: {command_for(context, user_id)}")
    days = context.stage.log_retention_days
    if datetime.now(UTC) - moment > timedelta(days=days):
        say(f"  logs are kept for {days} days: who was erased before cannot be told")


def erased_since(context: Context, moment: datetime) -> list[str]:
    """The ids of those of whom something was erased after a moment, by the logs of `erase`."""
    logs = context.client("logs")
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=f"/aws/lambda/{ERASES.deployed_name(context.prefix)}",
        startTime=int(moment.timestamp() * 1000),
        filterPattern=f'"{LOGGED}"',
    )
    try:
        found = [_user_id(event["message"]) for page in pages for event in page["events"]]
    except logs.exceptions.ResourceNotFoundException:
        return []  # the function has never run
    return sorted({user_id for user_id in found if user_id})


def _user_id(line: str) -> str | None:
    try:
        told: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return told.get("user_id")
