"""One run: operations under faults, then quiet, then the invariants."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from tests.chaos.plan import Plan

PEOPLE = 6
ROUNDS_AFTER = 6
"""Rounds in which the work that is left meets faults, too."""
LATER = 8 * 86_400  # seconds; a picture whose rendering was disturbed is kept for a week


@dataclass
class Report:
    """The outcome of a run, as JSON."""

    plan: list[str]
    losses: list[dict[str, str]]
    faults: dict[str, int]
    injected: list[str]
    calls: int
    failed_handlers: dict[str, int]
    answers: dict[str, int]
    dead_letters: dict[str, int]
    tables_read: list[str]
    digest: str
    """A hash of all answers. Two runs of one plan have the same."""


def run(plan: Plan) -> Report:
    """Run a plan in this process, which must be a new one."""
    from tests.chaos.process import make_deterministic

    time = make_deterministic(plan.seed, threads=plan.threads)

    from tests.chaos.arena import Arena

    arena = Arena(plan, time)

    from tests.chaos.ending import finish
    from tests.chaos.invariants.found import tables_read
    from tests.chaos.operations import OPERATIONS
    from tests.chaos.operations.accounts import sign_up

    seen = hashlib.sha256()
    state = _state(arena, plan, seen)
    for number in range(-PEOPLE, 0):
        _begin(state, plan, number)
        sign_up(state)
    weights = [operation.weight for operation in OPERATIONS]
    for number in range(plan.operations):
        _begin(state, plan, number)
        chosen = plan.draws(number, "which").choices(OPERATIONS, weights)[0]
        if number in plan.without_operations or len(state.journal.here) < 2:
            continue
        if plan.verbose:
            print(number, chosen.name)
        chosen.act(state)
        arena.deliver(state.draw.randrange(8), state.draw)
    _begin(state, plan, plan.operations)
    for _ in range(ROUNDS_AFTER):
        arena.deliver(200, state.draw)
        arena.pass_by(31)
    dead = finish(state, LATER)
    return Report(
        plan=plan.options(),
        losses=[asdict(loss) for loss in state.journal.losses],
        faults=dict(arena.injector.counts),
        injected=arena.injector.injected,
        calls=sum(arena.injector.calls.values()),
        failed_handlers=dict(arena.failed),
        answers={str(status): count for status, count in state.client.answers.items()},
        dead_letters=dead,
        tables_read=sorted(tables_read()),
        digest=seen.hexdigest(),
    )


def _state(arena: Any, plan: Plan, seen: Any) -> Any:
    from tests.chaos.client import Client
    from tests.chaos.journal import Journal
    from tests.chaos.operations import Run

    journal = Journal()
    client = Client(arena, journal)
    send = client.send

    def noted(method: str, path: str, **named: Any) -> Any:
        status, answer = send(method, path, **named)
        seen.update(f"{method} {path.partition('?')[0]} {status}\n".encode())
        return status, answer

    client.send = noted  # type: ignore[method-assign]
    return Run(arena, client, journal, plan.draws(0, "people"))


def _begin(state: Any, plan: Plan, number: int) -> None:
    state.draw = state.client.draw = plan.draws(number, "people")
    state.arena.injector.begin(number)
