"""The pictures that Pillow and pillow-heif test themselves with, good and broken, rendered here.

    python -m tests.fuzz.image_suites [--list]

Fetches both source packages with pip, once, into the system's temporary folder. Each file must end
in renditions or in a Refused, within 5 s and 300 MB. `--list` names the refused files of formats
that we take.
"""

# ruff: noqa: T201 - a program that reports

import argparse
import json
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from functions.media.formats import MAX_BYTES, Refused, sniff
from tests.fuzz.fuzz_images import ADDRESS_SPACE, LIMIT_MB, LIMIT_SECONDS, outcome
from tests.unit.media import pictures

PACKAGES = ("pillow", "pillow-heif")
STORE = Path(tempfile.gettempdir()) / "fanlight-image-suites"


def source(package: str) -> Path:
    """The source package of the installed version."""
    pattern = f"{package.replace('-', '_')}-{version(package)}.tar.gz"
    if not (STORE / pattern).exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--no-binary", package, "--dest", str(STORE), f"{package}=={version(package)}"]
        subprocess.run(command, check=True)
    return STORE / pattern


def files(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder of images."""
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and "/images/" in member.name and member.size <= MAX_BYTES:
                content = tar.extractfile(member)
                if content:
                    yield member.name, content.read()


def attempt(archive: Path) -> dict[str, object]:
    """What became of each file, by outcome, and what failed."""
    outcomes: Counter[str] = Counter()
    refused, failures = [], []
    for name, data in files(archive):
        print(name, file=sys.stderr, flush=True)  # the last line names the file that crashed
        start = time.process_time()
        try:
            what = outcome(data)
        except Exception:
            failures.append(f"{name}: {traceback.format_exc(limit=-3)}")
            continue
        outcomes[what] += 1
        if what != "rendered" and _taken(data):
            refused.append(f"{what}: {name}")
        if time.process_time() - start > LIMIT_SECONDS:
            failures.append(f"{name}: {time.process_time() - start:.1f} s")
    peak = pictures.peak_mb()
    return {"outcomes": outcomes, "refused": refused, "failures": failures, "peak_mb": peak}


def _taken(data: bytes) -> bool:
    try:
        return bool(sniff(data))
    except Refused:
        return False


def main() -> int:
    arguments = argparse.ArgumentParser(description="Other libraries' test pictures.")
    arguments.add_argument("--list", action="store_true", help="name the refused files")
    arguments.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.here:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        print(json.dumps(attempt(given.here)))
        return 0
    return sum(_reported(package, list_refused=given.list) for package in PACKAGES)


def _reported(package: str, *, list_refused: bool) -> int:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", __spec__.name, "--here", str(source(package))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        print(f"{package}: died of {done.returncode} at {done.stderr.splitlines()[-1:]}")
        return 1
    found = json.loads(done.stdout)
    for failure in found["failures"] + (found["refused"] if list_refused else []):
        print(failure)
    told = ", ".join(f"{count} {name}" for name, count in found["outcomes"].items())
    print(f"{package} {version(package)}: {told}; peak {found['peak_mb']} MB (at most {LIMIT_MB})")
    passed, failed = sum(found["outcomes"].values()), len(found["failures"])
    print(f"{passed} passed, {failed + (found['peak_mb'] > LIMIT_MB)} failed")
    return 1 if failed or found["peak_mb"] > LIMIT_MB else 0


if __name__ == "__main__":
    sys.exit(main())
