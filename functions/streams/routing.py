"""Sends the jobs that follow from a stream's batch of changes."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalice.app import DynamoDBEvent

from functions.aws.events import Change, Failures, decided, failures
from functions.aws.sending import Outgoing, send_together
from functions.observability import log

if TYPE_CHECKING:
    from functions.streams.jobs import Job


def route(event: DynamoDBEvent, after: "Callable[[Change], list[Job]]") -> Failures:
    """Send the jobs that follow from each change, those of all changes together.

    A change whose jobs could not all be sent has failed, and so has one whose jobs could not be
    found. Lambda brings the changes again from the first that failed.
    """
    routed, failed = decided(event, after)
    by_queue: dict[str, list[tuple[str, Job]]] = {}
    for record, jobs in routed:
        for job in jobs:
            by_queue.setdefault(job.queue, []).append((record, job))
    outgoing = {
        queue: [Outgoing(job.message, job.delay_seconds) for _, job in sent]
        for queue, sent in by_queue.items()
    }
    for queue, places in send_together(outgoing).items():
        failed |= {by_queue[queue][place][0] for place in places}
    for record, jobs in routed:
        if record not in failed:
            _log(jobs)
    return failures(failed)


def _log(jobs: "list[Job]") -> None:
    for job in jobs:
        correlation_id = getattr(job.message, "correlation_id", None)
        log.info("routed", queue=job.queue, correlation_id=correlation_id)
