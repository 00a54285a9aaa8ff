"""`python -m infra.package`: writes build/package/<STAGE>/, ready for `aws cloudformation package`.

ANY_PYTHON=1 packs with a Python whose Lambda runtime cannot load the layers, for a look at it.
Nothing is asked of AWS. The app is imported with names in the place of what the stack will make.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra.deploy.console import FailedError, say
from infra.deploy.layers import ROOT, build_layers, check_python
from infra.deploy.placeholders import placeholders
from infra.deploy.stage import TEMPLATE, WrongStageError, stage_given
from infra.functions import Function, functions_of
from infra.local.event_sources import read_behaviours
from infra.local.template import read_template
from infra.package.merge import merge_template
from infra.package.project import write_project


def main() -> int:
    """Write the package of the stage that STAGE names. Gives the exit status."""
    try:
        stage = stage_given(os.environ)
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        if os.environ.get("ANY_PYTHON") != "1":
            check_python(python)
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
    except (WrongStageError, FailedError) as error:
        sys.stderr.write(f"fanlight: {error}\n")
        return 1
    size = (folder / "deployment.zip").stat().st_size
    say(f"deployment.zip {size / 1e6:.1f} MB\n{folder / 'sam.json'} is ready: docs/operations.md")
    return 0


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
        # Chalice asks for a region, and leaves it out of what it writes.
        env={"AWS_DEFAULT_REGION": "us-east-1", **os.environ, "PYTHONWARNINGS": "ignore"},
        cwd=project, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise FailedError(f"`chalice package` failed:\n{done.stdout}\n{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
