"""Measures what each function imports, beside the least possible: `make bench-coldstart`.

The floor is a process that only imports Chalice, PynamoDB and the Powertools Logger. Each import
runs in its own process, in turns, so that a busy machine slows all alike. The figure is CPU time,
the median of the faster half. A cold start also downloads the zip and the layers.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterable

from infra.deploy.layers import ROOT, build_layers
from infra.deploy.placeholders import placeholders
from infra.deploy.project import copy_sources
from infra.deploy.stage_file import read_stage

RUNS = 15
PROJECT = ROOT / "build" / "coldstart"
BUDGET = 1.15
FLOOR = (
    "import chalice.app, pynamodb.models, pynamodb.connection\n"
    "from aws_lambda_powertools import Logger\n"
    "Logger()"
)
_TIMED = """
import sys, time
sys.path.append("vendor")
begun = time.process_time()
{statement}
print(time.process_time() - begun)
"""


def main() -> None:
    """Print the table."""
    copy_sources(PROJECT)  # compiled, as in a deploy
    os.environ.update(placeholders(read_stage("prod")), AWS_DEFAULT_REGION="us-east-1")
    from app import app
    from infra.functions import API, functions_of

    modules = {API: "app"}
    for function in functions_of(app)[1:]:
        handler = next(c for c in app.event_sources if c.name == function.name).handler_string
        modules[function.name] = handler.rpartition(".")[0]
    statements = {"floor": FLOOR} | {
        module: f"import {module}" for module in dict.fromkeys(modules.values())
    }
    times = measured(statements)
    floor = times["floor"]
    print(f"{'function':<18} {'imports':<28} {'CPU, ms':>8} {'over the floor':>15}")
    print(f"{'(floor)':<18} {'chalice, pynamodb, Logger':<28} {floor * 1000:>8.0f} {'1.00x':>15}")
    for name, module in modules.items():
        ratio = times[module] / floor
        late = f"  over the budget of {BUDGET}x" if name == API and ratio > BUDGET else ""
        print(f"{name:<18} {module:<28} {times[module] * 1000:>8.0f} {ratio:>14.2f}x{late}")
    _sizes()


def measured(statements: dict[str, str]) -> dict[str, float]:
    """Return the CPU seconds of each statement in a fresh process: `low` of all runs."""
    found: dict[str, list[float]] = {name: [] for name in statements}
    for _ in range(RUNS):
        for name, statement in statements.items():
            done = subprocess.run(  # noqa: S603 - our own interpreter
                [sys.executable, "-c", _TIMED.format(statement=statement)],
                cwd=PROJECT, capture_output=True, text=True, check=True,
            )  # fmt: skip
            found[name].append(float(done.stdout))
    return {name: low(times) for name, times in found.items()}


def low(times: Iterable[float]) -> float:
    """Return the median of the faster half: steadier than the minimum, unaffected by other load."""
    ordered = sorted(times)
    return statistics.median(ordered[: (len(ordered) + 1) // 2])


def _sizes() -> None:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    print(f"\n{'layer':<18} {'zipped, MB':>12} {'unzipped, MB':>13}")
    for layer in build_layers("x86_64", python):
        print(f"{layer.name:<18} {layer.zipped / 1e6:>12.1f} {layer.unzipped / 1e6:>13.1f}")


if __name__ == "__main__":
    main()
