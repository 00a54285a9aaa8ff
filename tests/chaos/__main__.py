"""`python -m tests.chaos`: runs, and shrinks, plans of consecutive seeds."""

import argparse
import json
import os
import sys
from dataclasses import asdict

from tests.chaos.many import BEGINNING, Total, outcomes, plans
from tests.chaos.plan import Plan
from tests.chaos.shrinking import shrunk


def main() -> int:
    """Run what the arguments ask for. Return 1 if there is a loss."""
    given = _arguments()
    return _one(given) if given.one else _many(given)


def _one(given: argparse.Namespace) -> int:
    """Run one plan in this process, and print its report as the last line."""
    if os.environ.get("PYTHONHASHSEED") != "0":  # it counts only when Python starts
        os.environ.update(PYTHONHASHSEED="0", POWERTOOLS_LOG_LEVEL="CRITICAL")
        os.execv(sys.executable, [sys.executable, "-m", "tests.chaos", *sys.argv[1:]])
    from tests.chaos.run import run

    report = run(_plan(given))
    print(BEGINNING + json.dumps(asdict(report)))
    return 1 if report.losses else 0


def _many(given: argparse.Namespace) -> int:
    total = Total()
    some = plans(given.seed, given.runs, given.operations, threads=given.threads)
    for outcome in outcomes(some, given.processes):
        total.add(outcome)
        if outcome.losses:
            print(f"seed {outcome.plan.seed}: {len(outcome.losses)} losses", flush=True)
    for line in total.lines():
        print(line)
    if given.shrink:
        for lossy in total.lossy:
            small = shrunk(lossy)
            print(
                f"smaller: python -m tests.chaos --one --verbose {' '.join(small.plan.options())}"
            )
    return 1 if total.lossy else 0


def _plan(given: argparse.Namespace) -> Plan:
    return Plan(
        seed=given.seed,
        operations=given.operations,
        rate=given.rate,
        without_operations=frozenset(int(number) for number in _split(given.without_operations)),
        without_faults=frozenset(_split(given.without_faults)),
        threads=given.threads,
        verbose=given.verbose,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--runs", type=int, default=10, help="how many seeds")
    parser.add_argument("--operations", type=int, default=Plan.operations, help="a run's length")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="runs at a time")
    parser.add_argument("--threads", action="store_true", help="work in threads: not repeatable")
    parser.add_argument("--shrink", action="store_true", help="make runs with losses smaller")
    one = parser.add_argument_group("one run, in this process")
    one.add_argument("--one", action="store_true")
    one.add_argument("--rate", type=float, default=Plan.rate, help="faults at an AWS call")
    one.add_argument("--without-operations", default="", help="numbers, with commas")
    one.add_argument("--without-faults", default="", help="operation.number, with commas")
    one.add_argument("--verbose", action="store_true", help="print each request and fault")
    return parser.parse_args()


def _split(listed: str) -> list[str]:
    return [one for one in listed.split(",") if one]


sys.exit(main())
