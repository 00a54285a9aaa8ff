"""The faults of AWS calls: what each service answers when it fails.

The codes are those of botocore's models and of the services' lists of common errors.
"""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from infra.local.wire import action_of, body_of

Reply = tuple[int, dict[str, str], Any]
"""Status, headers and body of an answer, as moto gives them."""
Answerer = Callable[[Any], Any]

SERVICES = {
    "DynamoDB_": "dynamodb",
    "DynamoDBStreams_": "streams",
    "AmazonSQS": "sqs",
    "AWSCognitoIdentityProviderService": "cognito",
    "secretsmanager": "secrets",
}
"""The beginnings of the X-Amz-Target header. S3 has no such header."""
SINGLE_WRITES = ("PutItem", "UpdateItem", "DeleteItem")
BATCHES = ("BatchGetItem", "BatchWriteItem")
_ERRORS = {
    "server error": {"cognito": "InternalErrorException", "sqs": "InternalError",
                     "dynamodb": "InternalServerError"},
    "throttle": {"cognito": "TooManyRequestsException", "sqs": "RequestThrottled",
                 "dynamodb": "ProvisionedThroughputExceededException"},
}  # fmt: skip
_CANCELLED = {"cancelled": "TransactionConflict", "part throttled": "ThrottlingError"}
_STATUS = {"server error": 500, "throttle": 400}
_S3_ERRORS = {"server error": (500, "InternalError"), "throttle": (503, "SlowDown")}


def service_of(request: Any) -> str:
    """Return the service that a request goes to."""
    target = request.headers.get("X-Amz-Target", "")
    target = target.decode() if isinstance(target, bytes) else target
    return next((name for start, name in SERVICES.items() if target.startswith(start)), "s3")


def possible(service: str, action: str) -> Iterator[str]:
    """Yield the faults that a call may meet. A name that comes twice is twice as likely."""
    yield from ("server error", "throttle", "lost before", "lost after", "lost after")
    yield from ("killed before", "killed after", "killed after")
    if action in SINGLE_WRITES:
        yield "conflict"
    if action == "TransactWriteItems":
        yield from ("cancelled", "cancelled", "part throttled")
    if action in BATCHES or (service == "sqs" and action == "SendMessageBatch"):
        yield from ("partial",) * 4


def broken(fault: str, request: Any, answer: Answerer, chance: Random) -> Any:
    """Answer a request with a fault.

    Raises:
        ConnectTimeoutError: the request was not sent.
        ReadTimeoutError: the request was done and its answer was lost.
    """
    service, action = service_of(request), action_of(request)
    if fault == "lost before":
        raise ConnectTimeoutError(endpoint_url=request.url)
    if fault == "lost after":
        answer(request)
        raise ReadTimeoutError(endpoint_url=request.url)
    if fault == "partial":
        in_part = _messages_in_part if action == "SendMessageBatch" else _rows_in_part
        return in_part(request, answer, chance)
    return _refusal(fault, service, request, chance)


def _refusal(fault: str, service: str, request: Any, chance: Random) -> Reply:
    if fault == "conflict":
        return _refused("TransactionConflictException")
    if fault in _CANCELLED:
        return _cancelled(request, _CANCELLED[fault], chance)
    if service == "s3":
        status, code = _S3_ERRORS[fault]
        return status, {}, f"<Error><Code>{code}</Code><Message>injected</Message></Error>"
    codes = _ERRORS[fault]
    return _refused(codes.get(service, codes["dynamodb"]), _STATUS[fault])


def _refused(code: str, status: int = 400, **more: Any) -> Reply:
    body = {"__type": f"injected#{code}", "message": "injected", **more}
    return status, {"x-amzn-query-error": code}, json.dumps(body)


def _cancelled(request: Any, code: str, chance: Random) -> Reply:
    count = len(body_of(request)["TransactItems"])
    at = chance.randrange(count)
    reasons = [{"Code": code if number == at else "None"} for number in range(count)]
    return _refused("TransactionCanceledException", Message="injected", CancellationReasons=reasons)


def _messages_in_part(request: Any, answer: Answerer, chance: Random) -> Any:
    body = body_of(request)
    refused = _half(body["Entries"], chance) or body["Entries"][:1]
    done = [entry for entry in body["Entries"] if entry not in refused]
    status, headers, text = _answered(request, {**body, "Entries": done}, answer, bool(done))
    failed = [
        {"Id": entry["Id"], "SenderFault": False, "Code": "InternalError"} for entry in refused
    ]
    return status, headers, json.dumps({"Successful": [], **json.loads(text), "Failed": failed})


def _rows_in_part(request: Any, answer: Answerer, chance: Random) -> Any:
    action, body = action_of(request), body_of(request)
    later: dict[str, Any] = {}
    now: dict[str, Any] = {}
    for table, asked in body["RequestItems"].items():
        rows = asked if action == "BatchWriteItem" else asked["Keys"]
        left = _half(rows, chance)
        for part, some in ((later, left), (now, [row for row in rows if row not in left])):
            if some:
                part[table] = some if action == "BatchWriteItem" else {**asked, "Keys": some}
    status, headers, text = _answered(request, {**body, "RequestItems": now}, answer, bool(now))
    if status != 200:
        return status, headers, text
    name = "UnprocessedItems" if action == "BatchWriteItem" else "UnprocessedKeys"
    empty: dict[str, Any] = {"Responses": {}, "ConsumedCapacity": []}
    return status, headers, json.dumps({**empty, **json.loads(text), name: later})


def _half(items: list[Any], chance: Random) -> list[Any]:
    return [item for item in items if chance.random() < 0.5]


def _answered(request: Any, body: dict[str, Any], answer: Answerer, any_left: bool) -> Any:
    """Answer the request with another body, and leave its own in place for the SDK's retry."""
    if not any_left:
        return 200, {}, "{}"
    own = request.body
    request.body = json.dumps(body).encode()
    try:
        return answer(request)
    finally:
        request.body = own
