"""Starts ministack, which runs real Lambda processes from the real zip and layers."""

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = ROOT / "build" / "ministack" / "bin"
MODELS = ROOT / "tests" / "e2e" / "models"
"""Additions to botocore's models. A function on ministack is ready within a second, and Chalice
would ask for each only every five seconds."""
START_SECONDS = 60


@contextmanager
def ministack(folder: Path) -> Iterator[dict[str, str]]:
    """Run ministack during the block. Yields the environment that makes the AWS tools use it."""
    port = _free_port()
    path = f"{BIN}:{os.environ['PATH']}"  # its Python is the functions' Python
    settings = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "PATH": path}
    # Each function unpacks the zip and layers here, and leaves them behind when it is killed.
    shutil.rmtree(unpacked := folder / "unpacked", ignore_errors=True)
    unpacked.mkdir()
    settings["TMPDIR"] = str(unpacked)
    with (folder / "ministack.log").open("wb") as log:
        process = subprocess.Popen(
            [BIN / "python", "-m", "tests.e2e.stand_in"],
            cwd=ROOT,
            env={**_login_shell(), **settings},
            stdin=subprocess.PIPE,  # closing it ends the stand-in, also when this process crashes
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            endpoint = f"http://127.0.0.1:{port}"
            _await(endpoint, process)
            yield {
                **_login_shell(),
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_DATA_PATH": str(MODELS),
            }
        finally:
            process.communicate(timeout=START_SECONDS)  # closes its standard input, which ends it
            shutil.rmtree(unpacked, ignore_errors=True)


def _login_shell() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def _await(endpoint: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=1)  # noqa: S310
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("ministack does not start; see its log")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
