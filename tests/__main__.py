"""All tests, in two halves at once, one a core: `python -m tests`. With pytest's arguments, as one.

The half on the local stack takes as long as all others together. Its functions' AWS calls are
judged as a whole at its end, so it is not cut further.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

HERE = Path(__file__).parent
ON_THE_STACK = ("integration", "model")
LINES_COVERED = 95  # percent


def main(arguments: Sequence[str]) -> int:
    """Run the tests; the exit status."""
    if arguments:
        return _pytest(["--cov", *arguments], ".coverage").wait()
    _coverage("erase")
    others = sorted(
        one.name for one in HERE.iterdir() if one.is_dir() and any(one.rglob("test_*.py"))
    )
    with tempfile.TemporaryFile() as kept:
        stack = _pytest(_half(ON_THE_STACK), ".coverage.stack", kept)
        rest = _pytest(_half([n for n in others if n not in ON_THE_STACK]), ".coverage.rest")
        failed = [half.wait() for half in (rest, stack)]
        kept.seek(0)
        sys.stdout.write(kept.read().decode())
    if any(failed):
        return 1
    _coverage("combine", "--quiet")
    return _coverage("report", f"--fail-under={LINES_COVERED}")


def _half(names: Sequence[str]) -> list[str]:
    return ["--cov", "--cov-report=", *(str(HERE / name) for name in names)]


def _pytest(
    arguments: Sequence[str], coverage_file: str, output: IO[bytes] | None = None
) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "COVERAGE_FILE": str(HERE.parent / coverage_file)}
    command = [sys.executable, "-m", "pytest", *arguments]
    errors = subprocess.STDOUT if output else None
    return subprocess.Popen(command, env=environment, stdout=output, stderr=errors)


def _coverage(*arguments: str) -> int:
    return subprocess.call([sys.executable, "-m", "coverage", *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
