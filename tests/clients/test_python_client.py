"""A client that a generator makes of the description alone: it walks, and it type-checks."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.blackbox.server import running

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / "build" / "clients" / "bin"
HERE = Path(__file__).parent
PHOTO = ROOT / "infra" / "local" / "demo" / "photos" / "rocket.jpg"
SECONDS = 240
pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    """Where a server is."""
    with running() as (_, base_url):
        yield base_url


@pytest.fixture(scope="module")
def generated(base_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a client that was made without a warning."""
    assert TOOLS.exists(), "make build/clients/ready"
    folder = tmp_path_factory.mktemp("generated")
    run("openapi-python-client", "generate", "--url", f"{base_url}/openapi.json", "--config",
        HERE / "python.yaml", "--output-path", folder / "fanlight_client", "--meta", "none",
        "--fail-on-warning")  # fmt: skip
    return folder


def run(tool: str, *arguments: str | Path, **environment: str) -> None:
    """Run a tool of the clients' environment; it must do well."""
    done = subprocess.run(
        [TOOLS / tool, *arguments], env={**os.environ, **environment}, cwd=ROOT / "build",
        capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_walks_from_a_sign_up_to_an_export(base_url: str, generated: Path) -> None:
    run("python", HERE / "walk.py", base_url, PHOTO, PYTHONPATH=str(generated))


def test_it_and_the_walk_are_of_the_types_that_they_say(generated: Path) -> None:
    nothing = ("--config-file", os.devnull, "--cache-dir", generated / "cache")
    run("mypy", "--strict", *nothing, "--explicit-package-bases", HERE / "walk.py",
        generated / "fanlight_client", MYPYPATH=str(generated))  # fmt: skip
