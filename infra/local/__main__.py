"""`python -m infra.local`: PORT, DEMO=0 and VERBOSE=1 in the environment."""

import os
import sys

from msgspec import ValidationError

from infra.local.server import CannotServeError, serve

HIGHEST_PORT = 65_535


def _port() -> int:
    given = os.environ.get("PORT", "") or "8000"
    if not given.isdecimal() or int(given) > HIGHEST_PORT:
        raise CannotServeError(f"PORT={given} is no port; a number up to {HIGHEST_PORT} is")
    return int(given)


def main() -> int:
    """Serve the local stack. Gives the exit status."""
    try:
        return serve(
            _port(),
            demo=os.environ.get("DEMO", "1") != "0",
            verbose=os.environ.get("VERBOSE", "0") not in {"", "0"},
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
    # Not sys.exit: a thread that is still at a request must not keep the process, nor be torn
    # apart while it writes.
    os._exit(status)
