"""Real pictures, damaged at random: every case ends in renditions or in a Refused.

    python -m tests.fuzz.fuzz_images --cases 5000 [--first 0]

Case n is always the same file, so a failure is repeated with `--first n --cases 1`. The cases run
in processes of their own under a memory limit: a decoder that crashes or eats memory is told, not
suffered.
"""

# ruff: noqa: T201 - a program that reports

import argparse
import json
import random
import resource
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import cache

from PIL import Image

from functions.media.formats import Refused
from functions.media.imaging import render
from tests.unit.media import pictures

CHUNK = 250  # cases a process
LIMIT_MB = 300
ADDRESS_SPACE = 4 * 1024**3  # a stop for the machine's sake; libraries map far more than they use
LIMIT_SECONDS = 5.0  # of the processor: a busy machine fails nothing


@cache
def seeds() -> tuple[bytes, ...]:
    """Small photographs in every format and in their rarer forms, with metadata."""
    photo = pictures.photograph(320, 240)
    frames = [photo, photo.rotate(180)]
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Maker", 6
    exif.get_ifd(0x8769)[0x829A] = 0.01
    told = {"exif": exif, "icc_profile": pictures.DISPLAY_P3}
    seen = photo.copy()
    seen.putalpha(Image.linear_gradient("L").resize(photo.size))
    moving = {"save_all": True, "append_images": frames[1:]}
    return (
        pictures.saved(photo, "JPEG", **told),
        pictures.saved(photo, "JPEG", progressive=True, **told),
        pictures.saved(photo.convert("CMYK"), "JPEG"),
        pictures.saved(photo.convert("L"), "JPEG"),
        pictures.saved(photo, "PNG", **told),
        pictures.saved(photo.convert("P"), "PNG", transparency=3),
        pictures.saved(seen, "PNG"),
        pictures.saved(Image.new("I;16", (99, 99), 999), "PNG"),
        pictures.saved(frames[0], "PNG", **moving),
        pictures.saved(photo, "WEBP", **told),
        pictures.saved(seen, "WEBP", lossless=True),
        pictures.saved(frames[0], "WEBP", **moving),
        pictures.saved(frames[0], "GIF", **moving),
        pictures.saved(photo, "AVIF", **told),
        pictures.saved(seen, "AVIF"),
        pictures.saved(frames[0], "AVIF", **moving),
        pictures.saved(photo, "HEIF", **told),
        pictures.saved(seen, "HEIF"),
    )


def _bytes_changed(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.randint(1, 20)):
        data[rng.randrange(len(data))] = rng.randrange(256)


def _head_changed(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.randint(1, 6)):
        data[rng.randrange(min(len(data), 400))] = rng.choice((0, 1, 127, 128, 255))


def _number_changed(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(max(1, min(len(data), 1000) - 4))
    number = rng.choice((0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, len(data), len(data) + 1))
    data[at : at + 4] = number.to_bytes(4, rng.choice(("big", "little")))


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(1, len(data)) :]


def _part_lost(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    del data[at : at + rng.randint(1, 500)]


def _part_repeated(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    data[at:at] = data[at : at + rng.randint(1, 2000)] * rng.randint(1, 30)


def _part_blank(data: bytearray, rng: random.Random) -> None:
    at, length = rng.randrange(len(data)), rng.randint(1, 300)
    data[at : at + length] = bytes([rng.choice((0, 255))]) * length


def _grafted(data: bytearray, rng: random.Random) -> None:
    other = rng.choice(seeds())
    data[rng.randrange(len(data)) :] = other[rng.randrange(len(other)) :]


DAMAGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _bytes_changed, _head_changed, _number_changed, _cut,
    _part_lost, _part_repeated, _part_blank, _grafted,
)  # fmt: skip


def case(number: int) -> bytes:
    """The damaged file of that number, the same on every machine with the same encoders."""
    rng = random.Random(number)  # noqa: S311 - repeatable, nothing to guess
    data = bytearray(rng.choice(seeds()))
    for _ in range(rng.randint(1, 3)):
        if data:
            rng.choice(DAMAGES)(data, rng)
    return bytes(data)


def outcome(data: bytes) -> str:
    """ "rendered", or the code of the refusal; anything else that happens is raised."""
    try:
        rendered = render(data, "story" if len(data) % 2 else "post")
    except Refused as refused:
        return refused.code
    assert len(rendered.renditions) == 4
    return "rendered"


def attempt(first: int, cases: int) -> dict[str, object]:
    """Runs the cases here; told are the outcomes, what failed, and the peak of memory in MB."""
    outcomes: Counter[str] = Counter()
    failures = []
    for number in range(first, first + cases):
        print(number, file=sys.stderr, flush=True)  # the last line names the case that crashed
        start = time.process_time()
        try:
            outcomes[outcome(case(number))] += 1
        except Exception:
            failures.append(f"case {number}: {traceback.format_exc(limit=-3)}")
        if time.process_time() - start > LIMIT_SECONDS:
            failures.append(f"case {number}: {time.process_time() - start:.1f} s")
    return {"outcomes": outcomes, "failures": failures, "peak_mb": pictures.peak_mb()}


def attempt_apart(first: int, cases: int) -> dict[str, object]:
    """The same in a process of its own; its crash is one more failure."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", __spec__.name, "--here",
         "--first", str(first), "--cases", str(cases)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode == 0:
        found: dict[str, object] = json.loads(done.stdout)
        return found
    last = done.stderr.strip().splitlines()[-1:]
    return {"outcomes": {}, "failures": [f"died of {done.returncode} in case {last}"], "peak_mb": 0}


def main() -> int:
    arguments = argparse.ArgumentParser(description="Damaged pictures against the renderer.")
    arguments.add_argument("--cases", type=int, default=5000)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--here", action="store_true", help="in this process, as JSON")
    given = arguments.parse_args()
    if given.here:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        print(json.dumps(attempt(given.first, given.cases)))
        return 0
    return _report(given.first, given.cases)


def _report(first: int, cases: int) -> int:
    outcomes: Counter[str] = Counter()
    failed, peak = 0, 0
    for start in range(first, first + cases, CHUNK):
        found = attempt_apart(start, min(CHUNK, first + cases - start))
        outcomes.update(found["outcomes"])
        peak = max(peak, int(str(found["peak_mb"])))
        for failure in found["failures"]:
            failed += 1
            print(failure)
    failed += peak > LIMIT_MB
    told = ", ".join(f"{count} {name}" for name, count in outcomes.most_common())
    print(f"{cases} cases: {told}; peak {peak} MB (at most {LIMIT_MB})")
    print(f"{cases - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
