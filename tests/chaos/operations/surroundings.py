"""What happens around the people: time passes, and reads grow stale."""

import boto3

from functions.config import settings
from tests.chaos.operations.registry import Run, operation

EVENTUAL = (
    ("follows", "followers"),
    ("follows", "pulled"),
    ("follows", "requests"),
    ("posts", "author"),
    ("users", "username"),
    ("users", None),
    ("feed_items", None),
    ("counts", None),
)
"""Indexes, and tables that are read with eventual consistency."""


@operation(6)
def let_time_pass(run: Run) -> None:
    """Let up to a minute pass."""
    run.arena.pass_by(run.draw.choice([1, 5, 16, 31, 61]))


@operation(4)
def grow_stale(run: Run) -> None:
    """Let an index or the eventual reads of a table lag from now on."""
    table, index = run.draw.choice(EVENTUAL)
    run.arena.grow_stale(settings().table(table), index)


@operation(1)
def poison_a_queue(run: Run) -> None:
    """Send a message that no function can read."""
    queue = run.draw.choice(["fanout", "deliveries", "completion"])
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=settings().queue(queue))["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    run.journal.poison[f"{queue}-dead"] += 1


@operation(1)
def poison_a_stream(run: Run) -> None:
    """Write and delete a row that no function can read."""
    number = run.journal.new_key()
    key = {"follower_id": {"S": number}, "followee_id": {"S": "poison"}}
    dynamodb, table = boto3.client("dynamodb"), settings().table("follows")
    dynamodb.put_item(TableName=table, Item={**key, "since": {"S": "no time"}})
    dynamodb.delete_item(TableName=table, Key=key)
    run.journal.poison["stream-dead"] += 1
