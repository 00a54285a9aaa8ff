"""Builds the Lambda layers from requirements.lock for one architecture and Python version.

A layer contains the packages in its requirements.txt and their dependencies, with the lock's
versions and hashes. Packages of the Lambda runtime or of an earlier layer are left out.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.deploy.compiled import compile_for
from infra.deploy.console import FailedError

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "layers"
LIMIT = 250 * 1024 * 1024  # bytes; a function and its layers, unzipped (Lambda quota)
IN_THE_RUNTIME = frozenset(
    {"boto3", "botocore", "jmespath", "s3transfer", "urllib3", "python-dateutil", "six"}
)
PLATFORMS = {
    "x86_64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "arm64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
}
ON_AMAZON_LINUX_2 = frozenset({"3.11"})
"""Pythons whose Lambda runtime has glibc 2.26, while the locked wheels need 2.28:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""
_MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Layer:
    """A built layer."""

    name: str
    path: Path
    digest: str
    """The hash of its inputs: lock entries, architecture, Python version, and this module."""
    zipped: int
    """Bytes."""
    unzipped: int
    """Bytes."""


def layers_of() -> dict[str, list[str]]:
    """Return the functions of each layer. A layer builds on those listed before it."""
    declared: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "layers.yaml").read_text())
    return {name: [who] if isinstance(who, str) else who for name, who in declared.items()}


def layers_for(function: str) -> list[str]:
    """Return the names of a function's layers."""
    return [name for name, who in layers_of().items() if who == ["all"] or function in who]


def build_layers(architecture: str, python: str) -> list[Layer]:
    """Build every layer for an architecture and a Python version such as `3.13`."""
    built, had = [], set(IN_THE_RUNTIME)
    for name in layers_of():
        wanted = set(_closure(_named_by(name), architecture)) - had
        had |= wanted
        built.append(_build(name, wanted, architecture, python))
    return built


def check_python(python: str) -> None:
    """Raise `FailedError` for a Python whose Lambda runtime cannot load the layers."""
    if python in ON_AMAZON_LINUX_2:
        raise FailedError(
            f"this Python deploys to the Lambda runtime python{python}, which cannot load the "
            "layers: it has glibc 2.26 (Amazon Linux 2) and they need 2.28. Deploy with Python "
            "3.12 or newer: `make clean`, then `make … PYTHON=python3.12`"
        )


def _named_by(layer: str) -> list[Requirement]:
    lines = (ROOT / "layers" / layer / "requirements.txt").read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def _closure(roots: Sequence[Requirement], architecture: str) -> Iterator[str]:
    """Yield the distributions that `roots` need, as the packages installed here declare them."""
    target = {"platform_machine": _MACHINES[architecture], "sys_platform": "linux", "extra": ""}
    seen, waiting = set(), list(roots)
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        skipped = requirement.marker is not None and not requirement.marker.evaluate(target)
        if skipped or name in seen:
            continue
        seen.add(name)
        yield name
        if name not in IN_THE_RUNTIME:
            waiting += [Requirement(line) for line in requires(name) or ()]


def _build(name: str, wanted: set[str], architecture: str, python: str) -> Layer:
    folder = BUILD / architecture / python / name
    locked = _locked(wanted)
    # The inputs are hashed, not the zip: compiled modules differ from run to run.
    made_of = f"{architecture} {python}\n{locked}\n{Path(__file__).read_text()}"
    stamp = hashlib.sha256(made_of.encode()).hexdigest()[:32]
    path = folder / f"{stamp}.zip"
    if not path.exists():
        shutil.rmtree(folder, ignore_errors=True)
        site = folder / "python"
        site.mkdir(parents=True)
        _install(locked, site, architecture, python)
        compile_for(python, site, folder)
        # An existing zip is taken for complete, so it gets its name only when it is.
        part = path.with_suffix(".part")
        _zip(site, part)
        part.rename(path)
    with zipfile.ZipFile(path) as made:
        unzipped = sum(one.file_size for one in made.infolist())
    return Layer(name, path, stamp, path.stat().st_size, unzipped)


def _locked(wanted: set[str]) -> str:
    """Return the lock's entries for these packages, with their hashes."""
    lock = (ROOT / "requirements.lock").read_text()
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)
    found = {entry.partition("==")[0]: entry for entry in entries}
    missing = wanted - found.keys()
    if missing:
        raise ValueError(f"requirements.lock lacks {sorted(missing)}: run `make lock`")
    return "".join(found[name] for name in sorted(wanted))


def _install(locked: str, site: Path, architecture: str, python: str) -> None:
    listed = site.parent / "requirements.txt"
    # `_closure` evaluated the markers for the target. pip would evaluate them for this machine.
    listed.write_text(re.sub(r" ; [^\\\n]*", " ", locked))
    platforms = [part for one in PLATFORMS[architecture] for part in ("--platform", one)]
    subprocess.run(  # noqa: S603 - our own interpreter, with arguments of our own
        [
            sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check",
            "--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-compile",
            "--target", str(site), "--implementation", "cp", "--python-version", python,
            *platforms, "--requirement", str(listed),
        ],
        check=True,
    )  # fmt: skip


def _zip(site: Path, path: Path) -> None:
    """Zip a folder reproducibly: sorted, and with a fixed time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for file in sorted(f for f in site.rglob("*") if f.is_file()):
            entry = zipfile.ZipInfo(str(file.relative_to(site.parent)), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o755 << 16
            made.writestr(entry, file.read_bytes())
