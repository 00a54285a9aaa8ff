"""Handles the messages of the recounts queue."""

from datetime import timedelta

from msgspec.structs import replace

from functions.aws.sending import Send
from functions.aws.tables import batched
from functions.clock import Clock
from functions.counters.domain import KINDS
from functions.counters.ports import Expired
from functions.counters.recount import Recounter, Unfinished
from functions.observability import log
from functions.queues import Failed, Recount, RecountAll

QUEUE = "recounts"
AT_A_TIME = timedelta(seconds=180)
"""The time after which the reading of shards continues in a new message. The function has 300
seconds, and the rows are read afterwards."""
MOST_TURNS = 60
"""Turns of one recount: three hours. Records are read several times faster than they are written,
so one that needs more never ends."""
TARGETS_A_MESSAGE = 25
"""Targets of one recount. They share one reading of the stream, and the function's memory."""


class Recounting:
    """Recounts by message, a few targets at a time."""

    def __init__(self, recounter: Recounter, send: Send, now: Clock) -> None:
        self._recounter = recounter
        self._send = send
        self._now = now

    def handle(self, job: Recount | RecountAll | Failed, attempt: int) -> None:
        """Handle a message, which may come twice. `attempt` counts its receives from 1.

        If several targets could not be recounted together, perhaps for lack of memory or time, each
        gets a message of its own. So one target that is too big does not fail the others.
        """
        match job:
            case Recount() if attempt > 1 and len(job.target_ids) > 1:
                self._send(QUEUE, [replace(job, target_ids=[one]) for one in job.target_ids])
            case Recount():
                self._recount(job)
            case RecountAll():
                self._all(job)
            case Failed():
                self._failed(job)

    def _recount(self, job: Recount) -> None:
        """Recount, or continue in a new message where the shards are longer than the time."""
        until = self._now() + AT_A_TIME
        try:
            self._recounter.recount(KINDS[job.field], job.target_ids, job.places, until)
        except Unfinished as rest:
            if job.turns >= MOST_TURNS:
                raise
            places = {**job.places, **rest.places}
            self._send(QUEUE, [replace(job, places=places, turns=job.turns + 1)])
            log.info("recount continues", field=job.field, turns=job.turns + 1)

    def _failed(self, job: Failed) -> None:
        """Recount the targets of a batch that was given up. Later positions have overtaken it, so
        counting it now would change nothing. If its records have expired, its targets are unknown,
        and all targets are recounted."""
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
