"""Lints the description and proves TypeScript clients: `python -m tests.clients.typescript`.

spectral and redocly find nothing; openapi-typescript and hey-api make types and a client, which tsc
takes strictly, and which walk from a sign-up to an export against a real server. The tools are in
build/clients-node (`make clients`).
"""

import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.blackbox.server import running

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
FOLDER = ROOT / "build" / "clients-node"
PHOTO = ROOT / "infra" / "local" / "demo" / "photos" / "rocket.jpg"
SECONDS = 300
COMPILED = "build"
STEPS: list[tuple[str, ...]] = [
    ("spectral", "lint", "openapi.json", "--ruleset", str(HERE / "spectral.yaml"),
     "--fail-severity", "hint"),
    ("redocly", "lint", "openapi.json", "--config", str(HERE / "redocly.yaml")),
    ("openapi-typescript", "openapi.json", "--output", "generated/api.ts"),
    ("openapi-ts", "--file", "openapi-ts.config.mjs"),
    ("tsc", "--project", "tsconfig.json"),
]  # fmt: skip


def main() -> int:
    """Lint, make, check and walk; the exit status."""
    for folder in ("generated", COMPILED):
        shutil.rmtree(FOLDER / folder, ignore_errors=True)
    for name in ("openapi-ts.config.mjs", "tsconfig.json", "walk.ts"):
        shutil.copy(HERE / name, FOLDER)
    with running() as (_, base_url):
        with urllib.request.urlopen(f"{base_url}/openapi.json") as answer:  # noqa: S310
            (FOLDER / "openapi.json").write_bytes(answer.read())
        steps = [[str(FOLDER / "node_modules" / ".bin" / tool), *given] for tool, *given in STEPS]
        steps.append(["node", f"{COMPILED}/walk.js", base_url, str(PHOTO)])
        return next((1 for step in steps if not _does_well(step)), 0)


def _does_well(step: list[str]) -> bool:
    done = subprocess.run(
        step, cwd=FOLDER, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    sys.stdout.write(f"{Path(step[0]).name}: {'well' if done.returncode == 0 else 'FAILED'}\n")
    if done.returncode:
        sys.stdout.write(done.stdout + done.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
