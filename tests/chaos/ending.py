"""Ends a run: no more faults, work settles, dead letters are moved back, and all is checked."""

import boto3

from functions.config import settings
from tests.chaos.invariants import Found, check
from tests.chaos.journal import Unfinished
from tests.chaos.operations.registry import Run

STREAM = "stream-dead"
"""The queue of the positions of records that failed for good. Its redrive needs Lambda itself."""
PATIENCE = 61  # seconds until a request that died lets its key go


def finish(run: Run, until_later: int) -> dict[str, int]:
    """End the faults and check the invariants, at once and eight days later. Return the number of
    dead letters by queue before they were moved back."""
    run.arena.end_faults()
    run.arena.pass_by(PATIENCE)
    for unfinished in run.journal.unfinished:
        _ask_again(run, unfinished)
    for person in run.journal.people:
        if person.is_here is None:
            run.client.log_in(person)
            sent = {"password": person.password}
            result = run.client.ask("DELETE", "/me", person, json=sent)
            person.is_here = False
            if result.status not in (202, 401, 404):
                run.unexpected("leave, later", result)
    run.arena.settle(run.draw)
    dead = dead_letters()
    _redrive(run, dead)
    _compare_dead_letters(run)
    run.arena.pass_by(PATIENCE)
    _check(run, later=False)
    run.arena.pass_by(until_later)
    for _ in range(2):
        run.arena.sweep()
        run.arena.settle(run.draw)
    _check(run, later=True)
    return dead


def _ask_again(run: Run, unfinished: Unfinished) -> None:
    if unfinished.person and not unfinished.person.is_here:
        return
    is_bytes = isinstance(unfinished.sent, bytes)
    result = run.client.ask(
        "POST",
        unfinished.path,
        unfinished.person,
        json=None if is_bytes else unfinished.sent,
        body=unfinished.sent if is_bytes else None,
        key=unfinished.key,
    )
    if result.status == 201:
        unfinished.note(result.json)
    elif result.status != 404 or unfinished.path != "/comment":
        run.unexpected(f"{unfinished.path} once more with {unfinished.key}", result)


def _check(run: Run, *, later: bool) -> None:
    found = Found(run.journal, run.client, run.arena.time.now, later=later)
    run.journal.losses += check(found)


def dead_letters() -> dict[str, int]:
    """Return the number of dead letters by queue, without the empty ones."""
    sqs = boto3.client("sqs")
    found = {}
    for url in sqs.list_queues().get("QueueUrls", []):
        name = "ApproximateNumberOfMessages"
        if url.endswith("-dead"):
            attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
            if count := int(attributes["Attributes"][name]):
                found[url.rpartition("/")[2].removeprefix(settings().queue(""))] = count
    return found


def _compare_dead_letters(run: Run) -> None:
    """Note every dead letter that is no poison, and every poison that is no dead letter. The
    records of one stream that fail together are one dead letter."""
    dead, poison = dead_letters(), run.journal.poison
    for queue in dead.keys() | poison.keys():
        fewest, most = (1, 2 * poison[queue]) if queue == STREAM else (poison[queue], poison[queue])
        if not (fewest if poison[queue] else 0) <= dead.get(queue, 0) <= most:
            text = f"{queue} has {dead.get(queue, 0)} after a redrive, for {poison[queue]} poisons"
            run.journal.lose("dead letters", text)


def _redrive(run: Run, dead: dict[str, int]) -> None:
    from infra.redrive import redrive

    sqs = boto3.client("sqs")
    for queue in dead.keys() - {STREAM}:
        urls = [sqs.get_queue_url(QueueName=settings().queue(name))["QueueUrl"]
                for name in (queue, queue.removesuffix("-dead"))]  # fmt: skip
        redrive(sqs, *urls)
    run.arena.settle(run.draw)
