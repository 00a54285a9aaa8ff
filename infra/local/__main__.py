"""Serves the local stack: `python -m infra.local`.

The environment sets PORT, DEMO=0, VERBOSE=1 and LONGEST_DELAY.
"""

import os
import sys

from msgspec import ValidationError

from infra.local.server import CannotServeError, serve

HIGHEST_PORT = 65_535


def _port() -> int:
    given = os.environ.get("PORT", "") or "8000"
    if not given.isdecimal() or int(given) > HIGHEST_PORT:
        raise CannotServeError(f"PORT={given} must be a number from 0 to {HIGHEST_PORT}")
    return int(given)


def _longest_delay() -> int | None:
    given = os.environ.get("LONGEST_DELAY", "")
    if given and not given.isdecimal():
        raise CannotServeError(f"LONGEST_DELAY={given} must be a number of seconds")
    return int(given) if given else None


def main() -> int:
    """Serve the local stack. Returns the exit status."""
    try:
        return serve(
            _port(),
            demo=os.environ.get("DEMO", "1") != "0",
            verbose=os.environ.get("VERBOSE", "0") not in {"", "0"},
            longest_delay=_longest_delay(),
        )
    except CannotServeError as error:
        print(f"fanlight: {error}", file=sys.stderr)
        return 1
    except ValidationError as error:
        print(f"fanlight: a setting is wrong: {error} (docs/settings.md)", file=sys.stderr)
        return 1


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # Not sys.exit: it would wait for threads that are still handling a request.
    os._exit(status)
