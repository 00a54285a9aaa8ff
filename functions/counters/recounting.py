"""What follows from a message of the recounts queue."""

from collections.abc import Callable

from functions.counters.domain import KINDS
from functions.counters.messages import Failed, Recount, RecountAll
from functions.counters.recount import Expired, Recounter
from functions.log import log
from functions.tables import batched

QUEUE = "recounts"
TARGETS_A_MESSAGE = 25
"""Targets of one recount: they share one reading of the stream, and the function's memory."""

Send = Callable[..., None]
"""`functions.events.send`, or its stand-in."""


class Recounting:
    """Recounts by message, a few targets at a time."""

    def __init__(self, recounter: Recounter, send: Send) -> None:
        self._recounter = recounter
        self._send = send

    def handle(self, job: Recount | RecountAll | Failed, attempt: int) -> None:
        """Do what a message asks for; it may come twice. `attempt` counts from 1.

        Several targets that could not be recounted together, for want of memory or time perhaps,
        are recounted each by a message of its own: one that is too big takes no others down.
        """
        match job:
            case Recount() if attempt > 1 and len(job.target_ids) > 1:
                self._send(QUEUE, [Recount(job.field, [target]) for target in job.target_ids])
            case Recount():
                self._recounter.recount(KINDS[job.field], job.target_ids)
            case RecountAll():
                self._all(job)
            case Failed():
                self._failed(job)

    def _failed(self, job: Failed) -> None:
        """Recount the targets of a batch that was given up: later positions have overtaken it, so
        that counting it now would change nothing. Where its records have expired nobody knows its
        targets, and all are recounted."""
        kind = self._recounter.kind_of(job.stream_arn, KINDS.values())
        first, last = job.start_sequence_number, job.end_sequence_number
        try:
            targets = self._recounter.failed(kind, job.stream_arn, job.shard_id, first, last)
        except Expired:
            log.warning("a batch was lost, all is recounted", field=kind.field, shard=job.shard_id)
            self._send(QUEUE, [RecountAll(kind.field)])
            return
        parts = batched(targets, TARGETS_A_MESSAGE)
        self._send(QUEUE, [Recount(kind.field, part) for part in parts])

    def _all(self, job: RecountAll) -> None:
        targets, going_on = self._recounter.targets(KINDS[job.field], job.after)
        parts = batched(targets, TARGETS_A_MESSAGE)
        self._send(QUEUE, [Recount(job.field, part) for part in parts])
        if going_on is not None:
            self._send(QUEUE, [RecountAll(job.field, going_on)])
