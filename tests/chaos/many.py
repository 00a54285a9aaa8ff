"""Runs many plans, each in a process of its own, and adds up their reports."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.plan import Plan

RATES = (0.01, 0.02, 0.04)
"""Runs take turns: few faults let much happen, many find what only an outage shows."""
TOO_LONG = 1800  # seconds; a run that does not end is a loss
BEGINNING = "REPORT "


@dataclass
class Outcome:
    """A plan and what its process reported."""

    plan: Plan
    report: dict[str, Any]

    @property
    def losses(self) -> list[dict[str, str]]:
        """Return the losses of the run."""
        return list(self.report["losses"])


@dataclass
class Total:
    """The sum of several outcomes."""

    runs: int = 0
    calls: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    lossy: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Add an outcome."""
        self.runs += 1
        self.calls += outcome.report["calls"]
        self.faults.update(outcome.report["faults"])
        if outcome.losses:
            self.lossy.append(outcome)

    def lines(self) -> Iterator[str]:
        """Yield the table of faults, and a line for each run with losses."""
        for fault, count in sorted(self.faults.items()):
            yield f"{fault:<16}{count:>9,}"
        yield f"{'all faults':<16}{self.faults.total():>9,}"
        yield f"{self.runs} runs, {self.calls:,} AWS calls, {len(self.lossy)} runs with losses"
        for outcome in self.lossy:
            yield f"python -m tests.chaos {' '.join(outcome.plan.options())}"
            yield from (f"  {loss['kind']}: {loss['text']}" for loss in outcome.losses)


def plans(first_seed: int, count: int, operations: int, *, threads: bool = False) -> Iterator[Plan]:
    """Yield plans of consecutive seeds."""
    for seed in range(first_seed, first_seed + count):
        yield Plan(seed, operations, RATES[seed % len(RATES)], threads=threads)


def outcome_of(plan: Plan) -> Outcome:
    """Run a plan in a new process. A process that fails or does not end is a loss."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "POWERTOOLS_LOG_LEVEL": "CRITICAL"}
    command = [sys.executable, "-m", "tests.chaos", "--one", *plan.options()]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=TOO_LONG, check=False
        )
    except subprocess.TimeoutExpired:
        return Outcome(plan, _without_report(f"it did not end within {TOO_LONG} s"))
    reports = [line for line in done.stdout.splitlines() if line.startswith(BEGINNING)]
    if not reports:
        return Outcome(plan, _without_report(done.stderr[-2000:]))
    return Outcome(plan, json.loads(reports[-1].removeprefix(BEGINNING)))


def _without_report(text: str) -> dict[str, Any]:
    return {"losses": [{"kind": "no report", "text": text}], "calls": 0, "faults": {}, "digest": ""}


def outcomes(some: Iterable[Plan], processes: int) -> Iterator[Outcome]:
    """Run plans in several processes at a time. Yield their outcomes in order."""
    with ThreadPoolExecutor(processes) as pool:
        yield from pool.map(outcome_of, some)
