"""Runs every test file alone, in a process that has imported only what all tests share.

Run it as `python -m tests.alone`, with paths of files for some alone. A file that passes only after
others depends on what they imported or left behind. The processes are forked from one that loaded
tests/conftest.py, which provisions the stage: so a file takes little more than its tests.
"""

import contextlib
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def main(paths: Sequence[str]) -> int:
    """Run the files. Returns the exit status."""
    files = list(paths) or sorted(str(path) for path in HERE.rglob("test_*.py"))
    _pytest("--collect-only", __file__)  # which has no tests
    failed = 0
    context = multiprocessing.get_context("fork")
    with context.Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        for path, output in pool.imap_unordered(_run, files, chunksize=1):
            failed += bool(output)
            _say(f"{'FAILED' if output else 'ok':6} {path}{output}")
    _say(f"{len(files)} files, each alone: {failed} failed")
    return int(failed > 0)


def _run(path: str) -> tuple[str, str]:
    """Return the path, and the output if the run failed."""
    status, output = _pytest(path)
    return path, f"\n{output}" if status else ""


def _pytest(*arguments: str) -> tuple[int, str]:
    with tempfile.TemporaryFile("w+") as kept:
        with contextlib.redirect_stdout(kept), contextlib.redirect_stderr(kept):
            status = pytest.main(["--no-cov", *arguments])
        kept.seek(0)
        return int(status), kept.read()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
