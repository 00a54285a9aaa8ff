"""Counts made anew: `python -m infra.recount likes POST_ID …`, or `--all`.

It runs with the environment of a stage (docs/settings.md) and credentials that may read its tables
and streams and write its counts. It may be run at any time, also while everybody likes; nothing
that is on its way is counted twice. A line tells each target whose count was wrong or was named.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence

from functions.counters.bootstrap import recounter
from functions.counters.domain import KINDS, Kind
from functions.counters.recount import Recounted
from functions.counters.recounting import TARGETS_A_MESSAGE
from functions.tables import batched
from infra.region import heed_region


def main(arguments: Sequence[str]) -> int:
    """Recount what the arguments say; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.recount", description=__doc__)
    parser.add_argument("field", choices=sorted(KINDS))
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="ids of posts")
    parser.add_argument("--all", action="store_true", help="all that have rows or counts")
    asked = parser.parse_args(arguments)
    heed_region(os.environ)
    if asked.all == bool(asked.targets):
        parser.error("name targets, or --all")
    kind = KINDS[asked.field]
    looked_at = wrong = 0
    for told in _recounts(kind, _everything(kind) if asked.all else asked.targets):
        looked_at += 1
        wrong += told.drift != 0
        if told.drift or not asked.all:
            print(f"{told.target_id}: {told.after} {told.field}, drift {told.drift}")
    print(f"{looked_at} recounted, {wrong} of them were wrong")
    return 0


def _recounts(kind: Kind, target_ids: Iterable[str]) -> Iterable[Recounted]:
    for part in batched(target_ids, TARGETS_A_MESSAGE):
        yield from recounter().recount(kind, part)


def _everything(kind: Kind) -> Iterable[str]:
    """All targets; one may come more than once."""
    targets, going_on = recounter().targets(kind, None)
    yield from targets
    while going_on is not None:
        targets, going_on = recounter().targets(kind, going_on)
        yield from targets


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
