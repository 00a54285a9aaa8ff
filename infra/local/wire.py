"""Starts moto in this process and passes every AWS request on to it, one at a time.

moto checks a condition and then writes, without a lock, so two threads could both win the same
conditional write. Serving one request at a time prevents this. Every request passes here, so this
is also where listeners learn that a table, queue or bucket has changed, without polling.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlsplit

REGION = "us-east-1"
ACCOUNT = "123456789012"  # moto's own
ACCESS_KEYS = {"local": "local"}
"""The only access key of the local stack, and its secret."""
EVERYTHING = "*"
"""The name that stands for all tables, queues and buckets."""

Listener = Callable[[str, float], None]
"""Called with the name of a table, queue or bucket and the seconds until its change is visible."""


class Around(Protocol):
    """Wraps the answering of requests. `answer` answers a request without it."""

    def __call__(self, request: Any, answer: Callable[[Any], Any]) -> Any: ...


_STREAM_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")


class AwsRequest(Protocol):
    """The parts of botocore's prepared request that are read here."""

    method: str
    url: str
    headers: Mapping[str, Any]
    body: Any


class Wire:
    """The lock around moto and the listeners for changes."""

    def __init__(self, answer: Callable[[Any], Any]) -> None:
        self.lock = threading.RLock()
        self._answer = answer
        self._around: list[Around] = []
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call `listener` for every change from now on."""
        self._listeners.append(listener)

    def forget(self, listener: Listener) -> None:
        """Stop calling `listener`. The inverse of `listen`."""
        self._listeners.remove(listener)

    def surround(self, around: Around) -> None:
        """Pass every request from now on through `around`, which may delay or answer it."""
        self._around.append(around)

    def bare(self, around: Around) -> None:
        """Remove `around`. The inverse of `surround`."""
        self._around.remove(around)

    def request(self, request: Any) -> Any:
        """Answer one AWS request atomically, and never from the network."""
        answer_it = self._atomically
        for around in self._around:
            answer_it = partial(around, answer=answer_it)
        answer = answer_it(request)
        if answer is None:
            raise ConnectionError(f"the local stack lacks this AWS service: {request.url}")
        for name, delay in changes(request):
            for listener in list(self._listeners):
                listener(name, delay)
        return answer

    def _atomically(self, request: Any) -> Any:
        with self.lock:
            return self._answer(request)


def action_of(request: AwsRequest) -> str:
    """Return a request's operation, for the services that name it in a header."""
    return _text(request.headers.get("X-Amz-Target", "")).rpartition(".")[2]


def body_of(request: AwsRequest) -> dict[str, Any]:
    """Return a request's JSON body."""
    return dict(json.loads(_text(request.body) or "{}"))


def changes(request: AwsRequest) -> Iterator[tuple[str, float]]:
    """Yield the tables, queues and buckets that a request changes, and after how many seconds."""
    target = _text(request.headers.get("X-Amz-Target", ""))
    service, _, action = target.partition(".")
    if not target:
        if request.method in {"PUT", "POST", "DELETE"}:
            yield urlsplit(request.url).path.split("/")[1], 0.0
    elif service.startswith("DynamoDB_") and action in _STREAM_WRITES:
        yield from _tables_written(json.loads(_text(request.body)))
    elif service == "AmazonSQS":
        yield from _queues_changed(action, json.loads(_text(request.body) or "{}"))


def _tables_written(body: dict[str, Any]) -> Iterator[tuple[str, float]]:
    names = set(body.get("RequestItems", ()))
    names |= {op["TableName"] for item in body.get("TransactItems", ()) for op in item.values()}
    names |= {body["TableName"]} if "TableName" in body else set()
    for name in names:
        yield name.rpartition("/")[2], 0.0


def _queues_changed(action: str, body: dict[str, Any]) -> Iterator[tuple[str, float]]:
    name = str(body.get("QueueUrl", "")).rpartition("/")[2]
    if action == "SendMessage":
        yield name, float(body.get("DelaySeconds", 0))
    elif action == "SendMessageBatch":
        for delay in {float(entry.get("DelaySeconds", 0)) for entry in body["Entries"]}:
            yield name, delay
    elif action == "ChangeMessageVisibility":
        yield name, float(body["VisibilityTimeout"])
    elif action == "StartMessageMoveTask":
        yield EVERYTHING, 0.0


def _text(value: str | bytes | None) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""


def isolate(base_url: str) -> None:
    """Set the environment of botocore and moto, before they are imported.

    Removes the caller's AWS settings: nothing that runs here may reach a real account.
    """
    for name in [name for name in os.environ if name.startswith(("AWS_", "MOTO_"))]:
        del os.environ[name]
    os.environ.update(
        AWS_ACCESS_KEY_ID=next(iter(ACCESS_KEYS)),
        AWS_SECRET_ACCESS_KEY=next(iter(ACCESS_KEYS.values())),
        AWS_DEFAULT_REGION=REGION,
        AWS_REGION=REGION,
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
        # moto does not recognize the account's own host name for DynamoDB Streams.
        AWS_ACCOUNT_ID_ENDPOINT_MODE="disabled",
        # Presigned forms point to the local server, while moto still answers S3 calls.
        AWS_ENDPOINT_URL_S3=base_url,
        MOTO_S3_CUSTOM_ENDPOINTS=base_url,
    )


def start(base_url: str) -> Wire:
    """Start moto behind a wire. Call it once per process, because moto's state is global."""
    isolate(base_url)
    from moto import mock_aws
    from moto.core.models import botocore_stubber

    mock_aws(config={"core": {"mock_credentials": False}}).start()
    wire = Wire(botocore_stubber.process_request)
    botocore_stubber.process_request = wire.request  # type: ignore[method-assign]
    return wire
