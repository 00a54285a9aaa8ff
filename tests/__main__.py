"""All tests, in two halves at once, one a core: `python -m tests`. With pytest's arguments, as one.

The integration tests take as long as all others together; their functions' AWS calls are judged
as a whole at their end, so they are one half. The model halts handlers midway: it is judged alone.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

HERE = Path(__file__).parent
BY_THEMSELVES = ("integration", "model")
LINES_COVERED = 95  # percent


def main(arguments: Sequence[str]) -> int:
    """Run the tests; the exit status."""
    if arguments:
        return _pytest(["--cov", *arguments], ".coverage").wait()
    _coverage("erase")
    folders = [one.name for one in HERE.iterdir() if any(one.rglob("test_*.py"))]
    others = sorted(name for name in folders if name not in BY_THEMSELVES)
    with tempfile.TemporaryFile() as kept:
        judged = _pytest(_only(["integration"]), ".coverage.judged", kept)
        failed = [_pytest(_only(others), ".coverage.others").wait()]
        failed.append(_pytest(_only(["model"]), ".coverage.model").wait())
        failed.append(judged.wait())
        kept.seek(0)
        sys.stdout.write(kept.read().decode())
        sys.stdout.flush()
    if any(failed):
        return 1
    _coverage("combine", "--quiet")
    return _coverage("report", f"--fail-under={LINES_COVERED}")


def _only(names: Sequence[str]) -> list[str]:
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
