"""`.ci/run` fails if anything fails or is missing, and names it. `make` is a stub here."""

import shutil
import subprocess
from pathlib import Path

import pytest

CI = Path(__file__).parents[2] / ".ci" / "run"
TOOLS = ("bash", "cat", "dirname", "env", "sh")
MAKE = """#!/bin/sh
echo "made $*"
case " $* " in *" $FAILING "*) exit 2; esac
"""
PARTS = ("lint types", "test", "e2e", "web-types", "clients", "test-oldest")


@pytest.fixture
def run(tmp_path: Path):
    """Return a function that runs a copy of the script, without some commands."""
    shutil.copytree(CI.parent, tmp_path / ".ci")
    (tmp_path / "build").mkdir()
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in TOOLS:
        (commands / name).symlink_to(str(shutil.which(name)))
    for name in ("id", "npm", "chromium-headless-shell"):
        _script(commands / name, "#!/bin/sh\necho 1000\n")  # nobody who may install
    _script(commands / "make", MAKE)

    def run(*, failing: str = "nothing", missing: str = "") -> tuple[int, str]:
        for name in missing.split():
            (commands / name).unlink()
        done = subprocess.run(
            [tmp_path / ".ci" / "run"],
            env={"PATH": str(commands), "FAILING": failing},
            check=False,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_it_makes_every_part(run):
    status, output = run()
    assert status == 0, output
    assert [part for part in PARTS if f"made {part}\n" not in output] == []


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_fails_fails_the_run_and_stops_no_other(run, part):
    status, output = run(failing=part.split()[0])
    assert (status, output.splitlines()[-1]) == (1, f"FAILED: make {part}")
    assert [one for one in PARTS if f"made {one}\n" not in output] == []


@pytest.mark.parametrize("missing", ["npm", "chromium-headless-shell"])
def test_a_tool_that_is_missing_fails_the_run_in_words(run, missing):
    status, output = run(missing=missing)
    assert status == 1
    assert f": install {missing}" in output.splitlines()[-1]
    assert "made test\n" in output


def _script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
