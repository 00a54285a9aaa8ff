"""What the recounts queue carries: recounts that are asked for, and what Lambda leaves there."""

from typing import Any

import msgspec

from functions.counters.domain import Field


class Recount(msgspec.Struct, frozen=True, tag="recount"):
    """Make the counts of these targets anew."""

    field: Field
    target_ids: list[str]


class RecountAll(msgspec.Struct, frozen=True, tag="recount_all"):
    """Make the counts of all targets anew. `after` continues."""

    field: Field
    after: str | None = None


class Failed(msgspec.Struct, frozen=True, rename="camel"):
    """Where the records are of a batch that was given up, as Lambda tells it."""

    stream_arn: str
    shard_id: str
    start_sequence_number: str
    end_sequence_number: str


Job = Recount | RecountAll


def read_job(body: dict[str, Any]) -> Job | Failed:
    """A message of the recounts queue. Raises msgspec.ValidationError."""
    if "DDBStreamBatchInfo" in body:
        return msgspec.convert(body["DDBStreamBatchInfo"], Failed)
    job: Job = msgspec.convert(body, Job)
    return job
