"""Fuzzes the served API against its own description, with schemathesis: all checks and phases.

    python -m tests.fuzz.fuzz_api --seconds 600

It has an environment of its own (`make build/clients/ready`), starts a server without narrow
limits, makes things of every kind there and supplies their ids.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from functions.config import Settings
from tests.blackbox.client import Service
from tests.blackbox.people import Person
from tests.blackbox.scene import Scene
from tests.blackbox.server import running

ROOT = Path(__file__).parents[2]
SCHEMATHESIS = ROOT / "build" / "clients" / "bin" / "schemathesis"
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
GRACE_SECONDS = 60


def fuzz(
    seconds: int, *, examples: int, seed: int | None = None
) -> "subprocess.CompletedProcess[str]":
    """Fuzz a server for so long at most, with so many examples an operation and phase."""
    names = [name for name in Settings.__struct_fields__ if name.startswith("limit_")]
    wide = {name.upper(): "100000000/3600" for name in names}
    with running(**wide) as (_, base_url):
        service = Service(base_url)
        try:
            environment = {**os.environ, **_names(service)}
            command = [str(SCHEMATHESIS), "--config-file", str(CONFIGURATION), "--no-color", "run",
                       f"{base_url}/openapi.json", "--checks", "all", "--continue-on-failure",
                       "--max-time", str(seconds), "--max-examples", str(examples)]  # fmt: skip
            command += [] if seed is None else ["--seed", str(seed)]
            return subprocess.run(
                command, env=environment, cwd=ROOT / "build", capture_output=True, text=True,
                check=False, timeout=seconds + GRACE_SECONDS,
            )  # fmt: skip
        finally:
            service.close()


def _names(service: Service) -> dict[str, str]:
    """What the fuzzer is told of: somebody's token, and ids of things that are there."""
    scene, other = Scene(service, "public"), Person(service)
    named = {f"FUZZ_{name.upper()}": value for name, value in scene.names.items()}
    own = {"FUZZ_TOKEN": str(scene.owner.token), "FUZZ_OWN_ID": scene.owner.user_id}
    return {**named, **own, "FUZZ_OTHER_ID": other.user_id}


def main() -> int:
    """Fuzz from the command line; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--seed", type=int)
    given = parser.parse_args()
    done = fuzz(given.seconds, examples=given.examples, seed=given.seed)
    sys.stdout.write(done.stdout + done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
