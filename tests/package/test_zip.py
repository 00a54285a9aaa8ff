"""Chalice packs every module. It silently leaves out paths that it cannot pack."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from chalice.deploy.packager import DependencyBuilder, LambdaDeploymentPackager
from chalice.utils import UI, OSUtils

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """Return the names in the zip that a deploy would send."""
    project = tmp_path_factory.mktemp("project")
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, project)
    for name in ("functions", "vendor", ".chalice"):
        shutil.copytree(
            ROOT / name,
            project / name,
            symlinks=True,
            ignore=shutil.ignore_patterns("__pycache__", "deployments", "deployed"),
        )
    osutils = OSUtils()
    packager = LambdaDeploymentPackager(osutils, DependencyBuilder(osutils), UI())
    made = packager.create_deployment_package(str(project), "python3.13")
    return set(zipfile.ZipFile(made).namelist())


def tracked_functions() -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files", "functions"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(listed.stdout.split())


def test_the_link_that_chalice_packs_through_is_committed():
    assert (ROOT / "vendor" / "functions").is_symlink()
    assert (ROOT / "vendor" / "functions").resolve() == ROOT / "functions"


def test_the_package_holds_all_of_functions(packed):
    assert tracked_functions() <= packed


def test_the_package_holds_the_app_and_chalice(packed):
    assert {"app.py", "chalice/app.py"} <= packed


def test_the_package_holds_nothing_else(packed):
    roots = {name.split("/")[0] for name in packed}
    assert roots <= {"app.py", "functions", "chalice", "chalicelib"}


def test_layers_stay_out_of_the_package():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []
    config = json.loads((ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))
    assert config["automatic_layer"] is False
