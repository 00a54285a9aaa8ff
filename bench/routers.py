"""Measures how many changes a second a stream's function routes: `python -m bench.routers`.

A call of SQS takes 10 ms, as within a region; everything else runs at this machine's speed. A
shard has one batch in flight, so this is a shard's rate. A shard brings up to 1,000 changes a
second.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from bench.local import start

SQS_SECONDS = 0.010
BATCH = 100  # functions.streams.handlers.BATCH
SHARD = 1000  # writes a second; DynamoDB
RUNS = 5


def image(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return a row as a stream has it."""
    return {name: {"S": value} for name, value in fields.items()}


POST = {
    "post_id": "p", "author_id": "ada", "caption": "", "correlation_id": "request",
    "created_at": "2026-05-01T12:00:00.000000+0000",
}  # fmt: skip
FOLLOW = {
    "follower_id": "bob", "followee_id": "ada", "state": "accepted", "epoch": "01E",
    "since": "2026-05-01T12:00:00.000000+0000",
}  # fmt: skip


def records(table: str, old: Any, new: Any) -> dict[str, Any]:
    """Return a full batch of the same change."""
    images = {name: held for name, held in (("OldImage", old), ("NewImage", new)) if held}
    source = f"arn:aws:dynamodb:us-east-1:123456789012:table/{table}/stream/now"
    at = {"ApproximateCreationDateTime": 1777636800.0}
    return {
        "Records": [
            {
                "eventSource": "aws:dynamodb",
                "eventSourceARN": source,
                "dynamodb": {"SequenceNumber": str(number), **at, **images},
            }
            for number in range(1, BATCH + 1)
        ]
    }


def published() -> tuple[Any, Any]:
    """Return a post's row before and after it is published."""
    lists = {"media_ids": {"L": [{"S": "m"}]}, "pictures": {"S": "[]"}}
    waiting = {**image({**POST, "state": "processing"}), **lists}
    shown = {**image({**POST, "state": "published", "published_id": "01P"}), **lists}
    return waiting, shown


def rate(handler: Callable[[Any, Any], Any], event: Any, calls: list[int]) -> tuple[str, ...]:
    """Return the calls of SQS for a batch, and the changes a second."""
    handler(event, None)  # asks for the queues' URLs
    calls.clear()
    best = 0.0
    for _ in range(RUNS):
        begun = time.perf_counter()
        answer = handler(event, None)
        best = max(best, BATCH / (time.perf_counter() - begun))
        if answer["batchItemFailures"]:
            raise RuntimeError(answer)
    return f"{len(calls) // RUNS}", f"{best:,.0f}"


def main() -> None:
    """Print the table."""
    stage = start()
    from app import app
    from bench.meter import table_of
    from infra.local.wire import action_of, body_of

    calls: list[int] = []

    def slow(request: Any, answer: Callable[[Any], Any]) -> Any:
        if action_of(request) != "SendMessageBatch":
            return answer(request)
        calls.append(1)
        time.sleep(SQS_SECONDS)
        sent = [{"Id": entry["Id"]} for entry in body_of(request)["Entries"]]
        return 200, {}, json.dumps({"Successful": sent})

    stage.wire.surround(slow)
    waiting, shown = published()
    batches = {
        ("on_posts", "posts that are published"): records("posts", waiting, shown),
        ("on_posts", "posts that are deleted"): records("posts", shown, None),
        ("on_follows", "new follows"): records("follows", None, image(FOLLOW)),
    }
    found = [(f"{BATCH} changes", "calls of SQS", "changes a second and shard")]
    for (name, what), event in batches.items():
        found.append((what, *rate(app.handler_map[name], event, calls)))
    print(table_of(found))
    print(f"A shard brings at most {SHARD:,} changes a second.")


if __name__ == "__main__":
    main()
