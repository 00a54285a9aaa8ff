"""Moves dead letters back to their queue, after the cause of their failure has been fixed.

No message is lost if it is interrupted: a message is deleted from the dead letters only after it
has been sent. At worst it is sent twice, and every consumer handles duplicates.
"""

from typing import Any

RECEIVE_LIMIT = 10  # messages; SQS ReceiveMessage
WAIT_SECONDS = 1
"""Long polling asks all of SQS's servers. Without it, an empty answer proves nothing."""


def redrive(sqs: Any, dead_queue_url: str, queue_url: str) -> int:
    """Move all messages of a dead-letter queue to the queue. Returns how many were moved.

    Raises:
        RuntimeError: SQS refused some messages, which stay in the dead-letter queue.
    """
    # A message that fails again comes back under the id with which it was sent. It is left there,
    # or a queue whose work still fails would keep this running forever.
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
            raise RuntimeError(f"{moved} moved; SQS refused {len(messages) - len(done)}")
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
