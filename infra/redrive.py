"""Brings a queue's dead letters back to it.

For what failed because of something that has been mended since. Nothing is lost, whenever it stops:
a message is deleted only once it has been sent, so at worst it comes twice, which every consumer
takes.
"""

from typing import Any

RECEIVE_LIMIT = 10  # messages; SQS ReceiveMessage
WAIT_SECONDS = 1
"""Long polling asks all of SQS's servers; an empty answer without it says nothing."""


def redrive(sqs: Any, dead_queue_url: str, queue_url: str) -> int:
    """Move all messages of a dead-letter queue; how many were moved.

    One that fails again meanwhile keeps the id that it was sent under, and stays: a queue whose
    work still fails does not keep this going for ever.

    Raises:
        RuntimeError: SQS would not take some of them; they stay where they are.
    """
    moved, ours = 0, set[str]()
    while messages := [
        one for one in _receive(sqs, dead_queue_url) if one["MessageId"] not in ours
    ]:
        entries = [_entry(str(i), message) for i, message in enumerate(messages)]
        sent = sqs.send_message_batch(QueueUrl=queue_url, Entries=entries).get("Successful", [])
        done = [
            {"Id": one["Id"], "ReceiptHandle": messages[int(one["Id"])]["ReceiptHandle"]}
            for one in sent
        ]
        ours |= {one["MessageId"] for one in sent}
        if done:
            sqs.delete_message_batch(QueueUrl=dead_queue_url, Entries=done)
        moved += len(done)
        if len(done) < len(messages):
            raise RuntimeError(f"{moved} moved; {len(messages) - len(done)} were not taken")
    return moved


def _receive(sqs: Any, url: str) -> list[dict[str, Any]]:
    answer = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=RECEIVE_LIMIT,
        WaitTimeSeconds=WAIT_SECONDS,
        MessageAttributeNames=["All"],
    )
    return list(answer.get("Messages", []))


def _entry(entry_id: str, message: dict[str, Any]) -> dict[str, Any]:
    attributes = message.get("MessageAttributes", {})
    return {"Id": entry_id, "MessageBody": message["Body"], "MessageAttributes": attributes}
