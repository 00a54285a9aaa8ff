"""A short share of the chaos runs, and tests of the harness itself. `make chaos` runs more."""

from dataclasses import replace

import pytest

from infra.local.provision import TEMPLATE
from infra.local.template import read_template
from infra.operations import named
from tests.chaos.many import Outcome, Total, outcome_of, plans
from tests.chaos.plan import Plan
from tests.chaos.shrinking import shrunk, smallest

SHORT = 60  # operations
FIRST_SEED = 1
RUNS = 2

UNREAD_TABLES = {
    "limits": "counts uses for an hour; a lost use is in somebody's favor",
    "idempotency": "what it promises is checked by repeating every unfinished creation",
}
"""Tables that no invariant reads, with the reason."""
UNCALLED = {
    "refresh_tokens": "it changes nothing outside the user pool",
    "confirm_sign_up": "the stage of a run confirms every account at once",
    "resend_sign_up_code": "the stage of a run confirms every account at once",
    "forgot_password": "it changes nothing outside the user pool",
    "change_email": "the stage of a run confirms every account at once, without an address",
    "confirm_email": "the stage of a run confirms every account at once, without an address",
    "reset_password": "it changes nothing outside the user pool",
}
"""Operations of the API that write and that no run calls, with the reason."""


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    """Run the share."""
    return [outcome_of(plan) for plan in plans(FIRST_SEED, RUNS, SHORT)]


def test_nothing_is_lost(outcomes):
    total = Total()
    for outcome in outcomes:
        total.add(outcome)
    assert not total.lossy, "\n".join(total.lines())
    assert total.faults.total() > 10 * RUNS


def test_a_plan_repeats_exactly(outcomes):
    assert outcome_of(outcomes[0].plan).report == outcomes[0].report


def test_a_fault_can_be_left_out(outcomes):
    before = outcomes[0].report["injected"]
    without = replace(outcomes[0].plan, without_faults=frozenset(before[:1]))
    assert before[0] not in outcome_of(without).report["injected"]


def test_invariants_read_every_table(outcomes):
    tables = set(named(read_template(TEMPLATE), "AWS::DynamoDB::Table", "TableName"))
    assert tables == set(outcomes[0].report["tables_read"]) | UNREAD_TABLES.keys()


def test_operations_call_every_route_that_writes():
    from app import app  # noqa: F401 - it declares all routes
    from functions.about.handlers import document
    from tests.chaos.operations import OPERATIONS

    paths = document()["paths"].values()
    writing = {operation["operationId"] for path in paths for method, operation in path.items()
               if method not in ("get", "head", "parameters")}  # fmt: skip
    called = {name for operation in OPERATIONS for name in operation.calls}
    assert writing - called == UNCALLED.keys()


def fails_with(*needed):
    return lambda parts: set(needed) <= set(parts)


@pytest.mark.parametrize("needed", [(3,), (0, 19), (5, 6, 7), tuple(range(20))])
def test_the_smallest_subset_is_found(needed):
    assert list(smallest(range(20), fails_with(*needed))) == list(needed)


def test_a_failure_without_a_cause_shrinks_to_nothing():
    assert smallest(range(20), lambda parts: True) == []


def test_a_run_shrinks_to_the_operation_and_the_fault_that_it_takes():
    def run(plan):
        injected = [fault for fault in ("3.1", "3.2", "7.1")
                    if int(fault[0]) not in plan.without_operations
                    and fault not in plan.without_faults]  # fmt: skip
        losses = [{"kind": "like", "text": ""}] if "3.2" in injected else []
        return Outcome(plan, {"losses": losses, "injected": injected})

    small = shrunk(run(Plan(seed=1, operations=10)), run)
    assert small.plan.without_operations == set(range(10)) - {3}
    assert small.report["injected"] == ["3.2"]
