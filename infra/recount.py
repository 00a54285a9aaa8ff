"""Recounts likes, comments or views from their rows: `python -m infra.recount likes POST_ID …`.

It needs the environment of a stage (docs/settings.md) and credentials that may read its tables and
streams and write its counts. It can run at any time: changes that are still in a stream are not
counted twice. It prints each target that was named or whose count was wrong.
"""

import os
import sys
from collections.abc import Iterable, Sequence

from functions.aws.tables import batched
from functions.counters.domain import KINDS, Kind
from functions.counters.recount import Recounted
from functions.counters.recounting import TARGETS_A_MESSAGE
from functions.stage import stage
from infra.options import Parser
from infra.region import use_aws_region


def main(arguments: Sequence[str]) -> int:
    """Recount the targets that the arguments name. Returns the exit status."""
    parser = Parser(prog="python -m infra.recount", description=__doc__)
    parser.add_argument("field", choices=sorted(KINDS), help="what to count")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="a post's or story's id")
    parser.add_argument("--all", action="store_true", help="every target with rows or counts")
    asked = parser.parse_args(arguments)
    use_aws_region(os.environ)
    if asked.all == bool(asked.targets):
        parser.error("name either targets or --all")
    kind = KINDS[asked.field]
    looked_at = wrong = 0
    for told in _recounts(kind, _everything(kind) if asked.all else asked.targets):
        looked_at += 1
        wrong += told.drift != 0
        if told.drift or not asked.all:
            print(f"{told.target_id}: {told.after} {told.field}, drift {told.drift}")
    print(f"{looked_at} recounted, {wrong} of them had been wrong")
    return 0


def _recounts(kind: Kind, target_ids: Iterable[str]) -> Iterable[Recounted]:
    for part in batched(target_ids, TARGETS_A_MESSAGE):
        yield from stage().recounter.recount(kind, part)


def _everything(kind: Kind) -> Iterable[str]:
    """Yield all targets of a kind, some of them more than once."""
    targets, going_on = stage().recounter.targets(kind, None)
    yield from targets
    while going_on is not None:
        targets, going_on = stage().recounter.targets(kind, going_on)
        yield from targets


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
