"""Writes build/package/<STAGE>/, ready for `aws cloudformation package`: `python -m infra.package`.

Makes no AWS call. The app is imported with placeholders for the outputs of the stack.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.deploy.console import FailedError, WrongValueError, say
from infra.deploy.layers import ROOT, build_layers, check_python
from infra.deploy.placeholders import placeholders
from infra.deploy.stage import TEMPLATE, Stage
from infra.deploy.stage_file import STAGE_OPTIONS, read_stage
from infra.functions import Function, functions_of
from infra.local.event_sources import read_behaviours
from infra.local.template import read_template
from infra.options import WRONG_USAGE, Option, Parser, switch
from infra.package.merge import merge_template
from infra.package.project import write_project

ANY_PYTHON = Option(
    "ANY_PYTHON", "allow a Python whose Lambda runtime cannot load the layers", switch
)


def main(arguments: Sequence[str]) -> int:
    """Write the package of a stage. Returns the exit status."""
    parser = Parser(
        prog="python -m infra.package",
        description="Write a stage as one SAM template, with its zip and layers.",
    )
    parser.add_options((*STAGE_OPTIONS, ANY_PYTHON), os.environ)
    given = parser.parse_args(arguments)
    try:
        stage = read_stage(given.stage, given.stages_file)
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        if not given.any_python:
            check_python(python)
        folder = _package(stage, python)
    except FailedError as error:
        sys.stderr.write(f"fanlight: {error}\n")
        return WRONG_USAGE if isinstance(error, WrongValueError) else 1
    size = (folder / "deployment.zip").stat().st_size
    say(f"deployment.zip {size / 1e6:.1f} MB\n{folder / 'sam.json'} is ready: docs/operations.md")
    return 0


def _package(stage: Stage, python: str) -> Path:
    """Write the layers, the zip and the template. Returns their folder."""
    folder = ROOT / "build" / "package" / stage.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for layer in build_layers(stage.architecture, python):
        shutil.copy(layer.path, folder / f"{layer.name}.zip")
        say(f"{layer.name}.zip   {layer.zipped / 1e6:.1f} MB ({layer.unzipped / 1e6:.1f} MB)")
    environment = placeholders(stage)
    functions = _functions(environment)
    project = write_project(stage, environment, functions)
    state, behaviours = read_template(TEMPLATE), read_behaviours()
    merged = merge_template(stage, state, functions, behaviours)
    (project / "merge.json").write_text(json.dumps(merged, indent=1))
    _chalice(project, stage.name, folder)
    return folder


def _functions(environment: dict[str, str]) -> list[Function]:
    os.environ.update(environment)
    from app import app

    return functions_of(app)


def _chalice(project: Path, stage: str, folder: Path) -> None:
    done = subprocess.run(  # noqa: S603 - the Chalice of this environment
        [
            str(Path(sys.executable).with_name("chalice")), "package", "--stage", stage,
            "--merge-template", "merge.json", str(folder),
        ],
        # Chalice requires a region, though its template does not contain one.
        env={"AWS_DEFAULT_REGION": "us-east-1", **os.environ, "PYTHONWARNINGS": "ignore"},
        cwd=project, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise FailedError(f"`chalice package` failed:\n{done.stdout}\n{done.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
