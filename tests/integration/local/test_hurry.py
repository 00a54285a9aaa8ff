"""With a longest delay, delayed messages come sooner."""

import pytest

from infra.local.hurry import Hurry
from tests.integration.local.toys import Toys

NOW_OR_LATER = [(0, ["late", "later"]), (900, [])]


@pytest.mark.parametrize(("longest", "handled"), NOW_OR_LATER)
def test_no_message_waits_longer_than_the_longest_delay(
    toys: Toys, longest: int, handled: list[str]
) -> None:
    seen: list[str] = []
    queue = toys.queue()
    toys.on_queue(queue, lambda records: seen.extend(record["body"] for record in records))
    hurry = Hurry(longest)
    toys.wire.surround(hurry)
    try:
        toys.send(queue, "late", DelaySeconds=30)
        entries = [{"Id": "1", "MessageBody": "later", "DelaySeconds": 60}]
        toys.sqs.send_message_batch(QueueUrl=toys.url(queue), Entries=entries)
    finally:
        toys.wire.bare(hurry)
    toys.pump().settle()
    assert seen == handled
