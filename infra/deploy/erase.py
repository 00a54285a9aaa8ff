"""Erases an account on an operator's behalf: for abuse, or after a restore brought it back.

The product's erasure (functions/erasure) decides what is deleted and in which order.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.errors import NotFound, TooManyRequests
from infra.deploy.console import FailedError, WrongValueError, say
from infra.deploy.context import Context
from infra.functions import Function

ERASES = Function("erase")
LOGGED = "erasure step done"
"""The message that the erase function logs after each step, together with the `user_id`."""


def erase(context: Context, user_id: str, *, told_to_erase: str) -> None:
    """Begin the erasure of a user's account.

    `told_to_erase` must be the username, or the id if nobody knows the username any more.
    """
    if not user_id:
        raise WrongValueError("USER_ID= must be a user's id")
    context.take_settings()
    from functions.stage import stage

    try:
        found = stage().manual_erasure.find(user_id)
    except NotFound:
        raise FailedError(f"{context.prefix} has no user {user_id} and no data of one") from None
    except TooManyRequests as busy:
        raise FailedError(f"the user pool is busy: {busy.detail}") from None
    name = found.username or user_id
    if told_to_erase != name:
        raise FailedError(
            f"this would erase {name} ({user_id}) permanently. To confirm: "
            f"{command_for(context, user_id)} ERASE={name}"
        )
    stage().manual_erasure.erase(found)
    say(
        f"{name} is hidden now and will be erased within minutes, on a large stage in two days. "
        f"make logs STAGE={context.stage.name} FUNCTION=erase shows the steps; the last is `end`"
    )


def command_for(context: Context, user_id: str) -> str:
    """Return the command that erases a user; it asks for ERASE= before it does anything."""
    return f"make erase STAGE={context.stage.name} USER_ID={user_id}"


def say_erased_since(context: Context, moment: datetime) -> None:
    """Print the users erased after a moment: restoring that moment brings back their rows."""
    for user_id in erased_since(context, moment):
        say(f"  erased after that moment, erase again: {command_for(context, user_id)}")
    days = context.stage.log_retention_days
    if datetime.now(UTC) - moment > timedelta(days=days):
        say(f"  logs are kept for {days} days: earlier erasures are not listed")


def erased_since(context: Context, moment: datetime) -> list[str]:
    """Return the ids of the users erased after a moment, read from the erase function's logs."""
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
