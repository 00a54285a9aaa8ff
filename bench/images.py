"""Compares the renditions' speed, size and quality with libvips and sharp.

    python -m bench.images [--rounds 3]

Contestants take turns, each in its own process, so that a busy machine slows all alike: read the
ratios, not the milliseconds. CPU includes all threads. sharp is installed once with npm into the
system's temporary folder; without npm its rows are missing.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.images_made import FOLDER, SIZES

ROOT = Path(__file__).parents[1]
PHOTOS = ROOT.parent / "shared" / "photos" / "large"
SHARP = Path(tempfile.gettempdir()) / "fanlight-bench-sharp"
RUNS = 3  # in each process, after a warm-up

OURS, CODECS, SHARPS = "fanlight", "codec calls alone", "sharp cascade"
CONTESTANTS = (
    OURS,
    CODECS,
    "fanlight, Pillow's resize",
    "naive Pillow loop",
    "pyvips cascade",
    "pyvips per rendition",
)
NAMES = ("thumbnail", "small", "medium", "full")

# Lambda in us-east-1, x86_64: dollars per GB-second. 1,769 MB give one whole processor.
# https://aws.amazon.com/lambda/pricing and "Configure Lambda function memory"
GB_SECOND, WHOLE_CPU_MB = 0.0000166667, 1769
LAMBDA_MEMORY = (442, 885, 1769, 3538)

Result = dict[str, Any]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    arguments.add_argument("--rounds", type=int, default=3)
    rounds = arguments.parse_args().rounds
    if not PHOTOS.is_dir():
        sys.exit(f"No photographs in {PHOTOS}: the bench needs camera-sized ones.")
    results = _compared([*_photos(), *_made()], rounds)
    for photo, table in results.items():
        _print_table(photo, table)
    _print_budgets({photo.name: table for photo, table in results.items()})
    _print_quality()
    _print_cost(results[PHOTOS / "12mp-mosaic.jpg"][OURS]["cpu_ms"])


def _photos() -> list[Path]:
    order = ("12mp-mosaic.jpg", "12mp-progressive.jpg", "24mp-elephants.jpg", "12mp-mosaic.heic")
    return [PHOTOS / name for name in order if (PHOTOS / name).exists()]


def _made() -> list[Path]:
    """Make photographs in a process of their own: a child's peak of memory begins at its
    parent's."""
    command = [sys.executable, "-m", "bench.images_made", str(PHOTOS)]
    subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603 - our own program
    return [FOLDER / name for name in SIZES]


def _compared(photos: list[Path], rounds: int) -> dict[Path, dict[str, Result]]:
    """Run all contestants once per round. Returns each one's medians for each photo."""
    taken: dict[Path, dict[str, list[Result]]] = {photo: {} for photo in photos}
    for _ in range(rounds):
        for photo in photos:
            for name, command in _commands(photo).items():
                taken[photo].setdefault(name, []).append(_run(command))
    return {
        photo: {name: _median(runs) for name, runs in table.items()}
        for photo, table in taken.items()
    }


def _commands(photo: Path) -> dict[str, list[str]]:
    """Return the contestants' commands. Beyond JPEG the codecs are the measure: the prebuilt sharp
    and libvips cannot read HEIC."""
    if photo.suffix != ".jpg":
        return {name: _python(name, photo) for name in (OURS, CODECS)}
    commands = {name: _python(name, photo) for name in CONTESTANTS}
    if _sharp_installed():
        commands |= {SHARPS: _node("cascade", photo), "sharp per rendition": _node("each", photo)}
    return commands


def _python(name: str, photo: Path) -> list[str]:
    return [sys.executable, "-m", "bench.images_contestants", name, str(photo), str(RUNS)]


def _node(way: str, photo: Path) -> list[str]:
    return ["node", str(ROOT / "bench" / "images_sharp.cjs"), way, str(photo), str(RUNS)]


def _sharp_installed() -> bool:
    npm = shutil.which("npm")
    if npm and not (SHARP / "node_modules" / "sharp").is_dir():
        SHARP.mkdir(exist_ok=True)
        subprocess.run(  # noqa: S603 - a fixed command
            [npm, "install", "--prefix", str(SHARP), "--silent", "sharp"], check=False
        )
    return (SHARP / "node_modules" / "sharp").is_dir()


def _run(command: list[str]) -> Result:
    environment = os.environ | {"NODE_PATH": str(SHARP / "node_modules")}
    done = subprocess.run(  # noqa: S603 - our own programs
        command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    found: Result = json.loads(done.stdout)
    return found


def _median(runs: list[Result]) -> Result:
    return {
        "cpu_ms": statistics.median(one for run in runs for one in run["cpu_ms"]),
        "peak_mb": statistics.median(run["peak_mb"] for run in runs),
        "bytes": runs[0]["bytes"],
        "total": sum(runs[0]["bytes"].values()),
    }


def _print_table(photo: Path, table: dict[str, Result]) -> None:
    reference = table.get(SHARPS) or table[OURS]
    floor = table[OURS]["cpu_ms"] / table[CODECS]["cpu_ms"]
    print(f"\n{photo.name}: four renditions, {floor:.2f} of the codecs alone")
    print(f"{'':28}{'CPU ms':>8}{'ratio':>7}{'peak MB':>9}{'bytes':>9}{'ratio':>7}")
    for name, one in table.items():
        cpu, size = one["cpu_ms"] / reference["cpu_ms"], one["total"] / reference["total"]
        print(
            f"{name:28}{one['cpu_ms']:8.0f}{cpu:7.2f}{one['peak_mb']:9.0f}"
            f"{one['total']:9}{size:7.3f}"
        )


def _print_budgets(results: dict[str, dict[str, Result]]) -> None:
    mosaic, large = results["12mp-mosaic.jpg"], results["24mp-elephants.jpg"]
    print("\nbudgets")
    if sharp := mosaic.get(SHARPS):
        _budget("CPU of sharp's cascade, 12 MP", mosaic[OURS]["cpu_ms"] / sharp["cpu_ms"], 0.8)
        _budget("bytes of sharp's cascade, 12 MP", mosaic[OURS]["total"] / sharp["total"], 1.02)
    _budget("CPU at 24 MP of 12 MP", large[OURS]["cpu_ms"] / mosaic[OURS]["cpu_ms"], 1.15)
    _budget("peak MB, 12 MP JPEG", mosaic[OURS]["peak_mb"], 70)
    _budget("peak MB, 24 MP JPEG", large[OURS]["peak_mb"], 60)
    if heic := results.get("12mp-mosaic.heic"):
        _budget("peak MB, 12 MP HEIC", heic[OURS]["peak_mb"], 80)
    for name, table in results.items():
        floor = table[OURS]["cpu_ms"] / table[CODECS]["cpu_ms"]
        _budget(f"CPU of the codecs alone, {name}", floor, 1.2)


def _budget(what: str, value: float, limit: float) -> None:
    print(f"{what:40}{value:8.2f}   at most {limit:<6} {'kept' if value <= limit else 'MISSED'}")


def _print_quality() -> None:
    print("\nSSIM before encoding, against a full decode and one Lanczos (1080: .985, below: .997)")
    for photo in _photos():
        found = _run([sys.executable, "-m", "bench.images_contestants", "quality", str(photo)])
        print(f"{photo.name:28}" + "".join(f"{name:>11} {found[name]:.4f}" for name in NAMES))


def _print_cost(cpu_ms: float) -> None:
    """Print the price of a photo at several memory sizes.

    Below one processor the time grows as the memory shrinks, so the price stays the same. Above it
    the second processor only helps where two threads have work.
    """
    print("\na 12 MP photo on Lambda, from this machine's CPU time")
    for memory in LAMBDA_MEMORY:
        processors = memory / WHOLE_CPU_MB
        seconds = cpu_ms / 1000 / min(processors, 1.0)
        dollars = seconds * memory / 1024 * GB_SECOND
        print(f"{memory:6} MB {seconds * 1000:6.0f} ms  ${dollars * 1e6:.2f} a million photos")


if __name__ == "__main__":
    main()
