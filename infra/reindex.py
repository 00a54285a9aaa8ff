"""Builds the index of the search anew: `python -m infra.reindex`.

It needs the environment of a stage (docs/settings.md) and credentials that may read its users and
write its index. It can run at any time, and searches go on meanwhile. After each part it prints the
place to go on from: `--from` continues a run that was stopped.
"""

import base64
import binascii
import os
import sys
from collections.abc import Sequence

import msgspec

from functions.search.rebuilding import Progress
from functions.stage import stage
from infra.options import Option, Parser
from infra.region import use_aws_region

FROM = Option("FROM", "the place that a stopped run has printed last")
_DONE = {"users": "users added", "rows": "wrong entries dropped"}


def main(arguments: Sequence[str]) -> int:
    """Rebuild the index. Returns the exit status."""
    parser = Parser(prog="python -m infra.reindex", description=__doc__)
    parser.add_options([FROM], {})
    asked = vars(parser.parse_args(arguments))["from"]
    use_aws_region(os.environ)
    try:
        at = _opened(asked) if asked else stage().rebuilding.begin()
    except (binascii.Error, ValueError, msgspec.ValidationError):
        parser.error(f"{asked!r} is no place that a run has printed")
    while at.positions:
        step = at.step
        at, accounts = stage().rebuilding.part(at)
        print(f"{accounts} {_DONE[step]}", flush=True)
        if at.positions:
            print(f"  to go on from here: FROM={_sealed(at)}", flush=True)
    print("the search knows all users")
    return 0


def _sealed(at: Progress) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(at)).decode()


def _opened(text: str) -> Progress:
    return msgspec.json.decode(base64.urlsafe_b64decode(text), type=Progress)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
