"""Loses answers of AWS, so that the SDK repeats calls that were already done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from infra.local.wire import Wire, action_of, body_of

CONDITIONAL = frozenset({"PutItem", "UpdateItem", "DeleteItem"})


@contextmanager
def answers_lost(wire: Wire) -> Iterator[list[str]]:
    """Do each conditional write, transaction and sign-up, and lose its answer if it was applied.

    Yields the list of the lost calls, by table and operation. The SDK does not pause.
    """
    seen: set[bytes] = set()
    lost: list[str] = []

    def around(request: Any, answer: Callable[[Any], Any]) -> Any:
        reply = answer(request)
        action = action_of(request)
        may_be_lost = action in ("TransactWriteItems", "SignUp") or (
            action in CONDITIONAL and "ConditionExpression" in body_of(request)
        )
        if not may_be_lost or reply[0] != HTTPStatus.OK or request.body in seen:
            return reply
        seen.add(request.body)
        lost.append(f"{body_of(request).get('TableName', '')} {action}")
        raise ReadTimeoutError(endpoint_url=request.url)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.endpoint.time.sleep", lambda _: None)
        # A client stops repeating after some fifty calls that failed in the end.
        patch.setattr("botocore.retries.quota.RetryQuota.acquire", lambda _, amount: amount > 0)
        wire.surround(around)
        try:
            yield lost
        finally:
            wire.bare(around)
