"""Tells in log lines by whom a request is, without an address or a name that was typed."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from chalice.app import Request as ChaliceRequest

from functions.errors import Problem
from functions.http.inputs import address_of, request_id, viewer_of
from functions.http.networks import network_of
from functions.observability import log

DIGEST_LENGTH = 16
"""Hexadecimal digits of a hash: enough to tell senders apart."""


def sender_of(raw: ChaliceRequest) -> dict[str, Any]:
    """Return the fields of a log line that tell by whom a request is: the user's id, and a hash of
    the network. The hash needs the stage's key. A line without it is better than a failed request.
    """
    told = {"viewer": viewer_of(raw)}
    with suppress(Exception):
        told["network"] = _digest("network", network_of(address_of(raw)))
    return {name: value for name, value in told.items() if value}


@contextmanager
def noted(event: str, username: str, raw: ChaliceRequest) -> Iterator[dict[str, str]]:
    """Log a sign-in event and its outcome after the block, with the fields that the block adds.
    `account` is a hash of the username, because people type passwords into the wrong field.
    """
    outcome, more = "failed", dict[str, str]()
    try:
        yield more
        outcome = "ok"
    except Problem as refused:
        outcome = refused.type
        raise
    finally:
        with suppress(Exception):
            more["account"] = _digest("account", username)
        told = sender_of(raw) | {name: value for name, value in more.items() if value}
        log.info("sign-in", event=event, outcome=outcome, correlation_id=request_id(raw), **told)


def _digest(purpose: str, text: str) -> str:
    from functions.aws.digests import keyed_digest

    return keyed_digest(purpose, text.encode())[:DIGEST_LENGTH] if text else ""
