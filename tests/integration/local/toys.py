"""A toy app on its own queues and tables, for tests of the handlers' event sources."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import boto3
from chalice import Chalice

from infra.local.event_sources import Behaviour, parse_behaviours
from infra.local.pump import Pump
from infra.local.wire import Wire

Handler = Callable[[list[dict[str, Any]]], Any]


class Toys:
    """Makes queues, tables and pumps, and remembers what the pumps' observers were told."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.sqs = boto3.client("sqs")
        self.dynamodb = boto3.client("dynamodb")
        self.app = Chalice("toy", configure_logs=False)
        self.told: list[Any] = []
        self._pumps: list[Pump] = []

    def queue(self, prefix: str = "toy", **attributes: Any) -> str:
        """Make a queue. Returns its name."""
        name = f"{prefix}-{uuid4().hex}"
        text = {k: v if isinstance(v, str) else json.dumps(v) for k, v in attributes.items()}
        self.sqs.create_queue(QueueName=name, Attributes=text)
        return name

    def url(self, queue: str) -> str:
        return str(self.sqs.get_queue_url(QueueName=queue)["QueueUrl"])

    def arn(self, queue: str) -> str:
        asked = self.sqs.get_queue_attributes(QueueUrl=self.url(queue), AttributeNames=["QueueArn"])
        return str(asked["Attributes"]["QueueArn"])

    def send(self, queue: str, *bodies: str, **options: Any) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url(queue), MessageBody=body, **options)

    def left(self, queue: str) -> int:
        """Count the messages in a queue, in flight and delayed ones included."""
        names = ["", "NotVisible", "Delayed"]
        names = [f"ApproximateNumberOfMessages{name}" for name in names]
        asked = self.sqs.get_queue_attributes(QueueUrl=self.url(queue), AttributeNames=names)
        return sum(int(value) for value in asked["Attributes"].values())

    def receive(self, queue: str) -> list[Any]:
        """Receive up to ten messages, and return their bodies, decoded."""
        received = self.sqs.receive_message(QueueUrl=self.url(queue), MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in received.get("Messages", [])]

    def table(self, ttl: str | None = None) -> tuple[str, str]:
        """Make a table with the key (`id`, `n`). Returns its name and its stream's ARN."""
        name = f"toy-{uuid4().hex}"
        table = self.dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "n", "AttributeType": "N"},
            ],
            KeySchema=[
                {"AttributeName": "id", "KeyType": "HASH"},
                {"AttributeName": "n", "KeyType": "RANGE"},
            ],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )["TableDescription"]
        if ttl:
            specification = {"Enabled": True, "AttributeName": ttl}
            self.dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)
        return name, str(table["LatestStreamArn"])

    def put(self, table: str, key: str, n: int, **more: Any) -> None:
        item = {"id": {"S": key}, "n": {"N": str(n)}, **more}
        self.dynamodb.put_item(TableName=table, Item=item)

    def on_queue(self, queue: str, handler: Handler, batch_size: int = 10) -> str:
        """Feed a handler from a queue. Returns the handler's name."""
        name = f"handler_{uuid4().hex}"
        register = self.app.on_sqs_message(queue=queue, batch_size=batch_size, name=name)
        register(lambda event: handler(event.to_dict()["Records"]))
        return name

    def on_stream(
        self, arn: str, handler: Callable[[dict[str, Any]], Any], batch_size: int = 10
    ) -> str:
        """Feed a handler from a stream, with whole events. Returns the handler's name."""
        name = f"handler_{uuid4().hex}"
        register = self.app.on_dynamodb_record(stream_arn=arn, batch_size=batch_size, name=name)
        register(lambda event: handler(event.to_dict()))
        return name

    def pump(self, behaviours: dict[str, dict[str, Any]] | None = None, **options: Any) -> Pump:
        parsed: dict[str, Behaviour] = parse_behaviours(behaviours or {})
        pump = Pump(self.app, self.wire, behaviours=parsed, observer=self.told.append, **options)
        self._pumps.append(pump)
        return pump

    def close(self) -> None:
        for pump in self._pumps:
            pump.close()


def toys_of(wire: Wire) -> Iterator[Toys]:
    """Make toys for a fixture."""
    toys = Toys(wire)
    yield toys
    toys.close()


def report(failed: list[str]) -> dict[str, Any]:
    """Return a partial batch response."""
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}


def numbers(event: dict[str, Any]) -> list[int]:
    """Return the sort keys of an event's records, in their order."""
    return [int(record["dynamodb"]["Keys"]["n"]["N"]) for record in event["Records"]]


def position(record: dict[str, Any]) -> str:
    """Return a stream record's sequence number."""
    return str(record["dynamodb"]["SequenceNumber"])
