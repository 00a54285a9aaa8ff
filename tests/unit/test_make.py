"""The environment that make sets up: with which Python, and when it is made again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def programs(tmp_path):
    """A folder that is all of the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def is_made(path, script):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def works(path):
    return is_made(path, f'exec {sys.executable} "$@"')


def found(programs, *version):
    environment = {"PATH": str(programs), "PYENV_ROOT": str(programs.parent / "pyenv")}
    script = str(ROOT / "infra" / "newest-python.sh")
    done = subprocess.run(
        ["/bin/sh", script, *version], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_the_newest_python_that_runs_is_taken(programs):
    works(programs / "python3.11")
    works(programs / "python3")
    assert found(programs) == str(programs / "python3.11")
    newer = works(programs / "python3.12")
    assert found(programs) == str(newer)


def test_a_shim_of_a_version_that_is_not_selected_is_passed_over(programs):
    is_made(programs / "python3.13", "echo python3.13: command not found >&2; exit 127")
    works(programs / "python3.12")
    assert found(programs) == str(programs / "python3.12")
    behind = works(programs.parent / "pyenv" / "versions" / "3.13.1" / "bin" / "python")
    assert found(programs) == str(behind)


def test_another_version_than_those_named_is_better_than_none(programs):
    assert found(programs) == ""
    python = works(programs / "python3")
    assert found(programs) == str(python)
    assert found(programs, "3.11") == ""


def plan(folder):
    """What make would do for an environment in a folder."""
    environment = {**os.environ, "MAKEFLAGS": ""}
    done = subprocess.run(
        ["make", "--dry-run", f"VENV={folder}", f"PYTHON={sys.executable}", f"{folder}/ready"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.fixture
def ready(tmp_path):
    """An environment that was made a moment ago."""
    works(tmp_path / "venv" / "bin" / "python")
    (tmp_path / "venv" / "ready").touch()
    return tmp_path / "venv"


def test_an_environment_that_is_ready_is_kept(ready):
    assert "-m venv" not in plan(ready)


def test_an_environment_is_made_again_when_the_lock_is_newer(ready):
    os.utime(ready / "ready", (0, 0))
    assert "-m venv" in plan(ready)


@pytest.mark.parametrize("is_old", [True, False])
def test_an_environment_whose_python_is_gone_or_too_old_is_made_again(ready, is_old):
    python = ready / "bin" / "python"
    is_made(python, "exit 1") if is_old else python.unlink()
    assert "is gone or older than 3.11" in plan(ready)
    assert "-m venv" in plan(ready)
