"""Records a batch of a stream as Lambda hands it over."""

from collections.abc import Callable, Sequence

from chalice.app import DynamoDBEvent

from functions.activity.domain import Cause, Happening, Thread, changes
from functions.activity.recording import Recorder
from functions.aws.events import Change, decided
from functions.counters.domain import shard_digest

Causes = Callable[[Change], tuple[Sequence[Cause], Sequence[Cause]]]
"""Returns the causes in the old and in the new row of a change."""
LostThread = Callable[[Change], Thread | None]
"""Returns the thread that has lost its first comment with a change."""


def record_batch(
    event: DynamoDBEvent,
    recorder: Recorder,
    causes: Causes,
    lost_thread: LostThread = lambda _: None,
) -> set[str]:
    """Record a batch. Return the sequence numbers of the records that must come again.

    The shard's id is in the batch only because the event source has a tumbling window, whose last
    batch has no records.
    """
    batch = event.to_dict()
    if not batch["Records"]:
        return set()
    shard = shard_digest(batch["Records"][0]["eventSourceARN"], batch["shardId"])

    def happenings(change: Change) -> list[tuple[Cause, int, Change]]:
        return [(cause, by, change) for cause, by in changes(*causes(change))]

    def forget(change: Change) -> None:
        if (lost := lost_thread(change)) is not None:
            recorder.forget(lost)

    found, unknown = decided(event, happenings)
    told = [
        Happening(int(sequence), cause, by, change.at)
        for sequence, made in found
        for cause, by, change in made
    ]
    unrecorded = recorder.record(shard, told)
    _, unforgotten = decided(event, forget)  # after the replies of the same batch
    names = {int(sequence): sequence for sequence, _ in found}
    return unknown | unforgotten | {names[one] for one in unrecorded}
