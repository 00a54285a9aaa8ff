"""Makes a failing run smaller, so that a person can read it.

The algorithm is ddmin: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input"
(2002). It drops operations first, then faults.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from tests.chaos.many import Outcome, outcome_of
from tests.chaos.plan import Plan

Part = TypeVar("Part")


def shrunk(outcome: Outcome, run: Callable[[Plan], Outcome] = outcome_of) -> Outcome:
    """Return the smallest run found that has a loss of the same kind."""
    kinds = {loss["kind"] for loss in outcome.losses}
    best = outcome

    def still_fails(plan: Plan) -> bool:
        nonlocal best
        tried = run(plan)
        fails = any(loss["kind"] in kinds for loss in tried.losses)
        if fails:
            best = tried
        return fails

    plan = outcome.plan
    everything = sorted(set(range(plan.operations)) - plan.without_operations)

    def only_operations(kept: Iterable[int]) -> Plan:
        return replace(plan, without_operations=frozenset(range(plan.operations)) - set(kept))

    smallest(everything, lambda kept: still_fails(only_operations(kept)))
    plan = best.plan
    injected: list[str] = best.report["injected"]

    def only_faults(kept: Iterable[str]) -> Plan:
        return replace(plan, without_faults=plan.without_faults | (set(injected) - set(kept)))

    smallest(injected, lambda kept: still_fails(only_faults(kept)))
    return best


def smallest(parts: Sequence[Part], fails: Callable[[Sequence[Part]], Any]) -> Sequence[Part]:
    """Return a subset of `parts` that still fails and of which no single part can be left out.

    `fails` is not called for the whole, which is known to fail.
    """
    pieces = 2
    while len(parts) > 1:
        size = -(-len(parts) // pieces)
        starts = range(0, len(parts), size)
        rests = ([*parts[:start], *parts[start + size :]] for start in starts)
        smaller = next((rest for rest in rests if fails(rest)), None)
        if smaller is not None:
            parts, pieces = smaller, max(pieces - 1, 2)
        elif size == 1:
            break
        else:
            pieces = min(pieces * 2, len(parts))
    if len(parts) == 1 and fails([]):
        return []
    return parts
