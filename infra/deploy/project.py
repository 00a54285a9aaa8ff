"""Writes the Chalice project of a stage: committed code and configuration, plus the account's ids.

Chalice works on one folder. The ids of an account do not belong in the repository, so each stage
has a folder under build/ that every deploy rewrites.
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.deploy.compiled import compile_for
from infra.deploy.context import Context
from infra.deploy.layers import ROOT, layers_for
from infra.deploy.stage import Stage
from infra.functions import Function
from infra.gateway_responses import ANSWERS, answers_by_kind
from infra.policies import filled, grants_of, policy_of, read_policies

API_FILE = "api.json"
"""The file with our additions to Chalice's description of the API."""
COMMITTED = json.loads((ROOT / ".chalice" / "config.json").read_text())


def project_folder(context: Context) -> Path:
    """Return the folder of a stage's project."""
    return ROOT / "build" / "deploy" / context.stage.name


def write_project(context: Context) -> Path:
    """Write the stage's project and return its folder."""
    folder = project_folder(context)
    copy_sources(folder)
    functions = context.functions
    configs = {f.name: function_config(context, f) for f in functions}
    config = chalice_config(context.stage, context.environment(), configs)
    (folder / ".chalice" / "config.json").write_text(json.dumps(config, indent=2))
    (folder / ".chalice" / API_FILE).write_text(json.dumps(api_additions(context), indent=2))
    declared = read_policies()
    for function in functions:
        policy = policy_of(grants_of(function, declared, context.behaviours))
        text = filled(json.dumps(policy, indent=2), places(context))
        (folder / ".chalice" / policy_file(function)).write_text(text)
    return folder


def copy_sources(folder: Path) -> None:
    """Recreate a project's folder with the app and the modules that it imports."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / ".chalice").mkdir(parents=True)
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    unwanted = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "functions", folder / "vendor" / "functions", ignore=unwanted)
    # Chalice deploys to the runtime of the Python that runs it, which is this one.
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    compile_for(python, folder / "vendor", folder / "vendor")


def digest_of(folder: Path) -> str:
    """Hash a project's files. Two projects with the same digest deploy the same."""
    digest = hashlib.sha256()
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        name = file.relative_to(folder)
        made = name.parts[:2] in {(".chalice", "deployed"), (".chalice", "deployments")}
        if not made and file.suffix != ".pyc":
            digest.update(f"{name}\n{len(file.read_bytes())}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def places(context: Context) -> dict[str, str]:
    """Return this account's values for the placeholders in the policies' ARNs."""
    return {
        "AWS::Partition": context.partition,
        "AWS::Region": context.region,
        "AWS::AccountId": context.account,
        "Prefix": context.prefix,
        "UserPool.Arn": context.outputs["UserPoolArn"],
    }


def chalice_config(
    stage: Stage, environment: Mapping[str, str], functions: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the committed Chalice configuration, completed for one stage."""
    common = {name: value for name, value in COMMITTED.items() if name != "stages"}
    return {
        **common,
        "api_gateway_stage": stage.name,
        "environment_variables": {**common.get("environment_variables", {}), **environment},
        "lambda_architecture": stage.architecture,
        "xray": True,
        "stages": {stage.name: {"lambda_functions": dict(functions)}},
    }


def api_additions(context: Context) -> dict[str, Any]:
    """Return what Chalice's API description lacks: the stage's name and the gateway responses."""
    return {"info": {"description": api_description(context)}, ANSWERS: answers_by_kind()}


def api_description(context: Context) -> str:
    """Return the description of a stage's API. Its name is the same in every stage."""
    return f"The API of {context.prefix}"


def function_config(context: Context, function: Function) -> dict[str, Any]:
    """Return a function's configuration: the committed part, its layers and its policy."""
    return {
        **committed_for(context.stage.name, function),
        "layers": [context.layers[name] for name in layers_for(function.name)],
        "iam_policy_file": policy_file(function),
    }


def committed_for(stage: str, function: Function) -> dict[str, Any]:
    """Return a function's memory and time limit.

    A stage that is missing in .chalice/config.json has those of prod.
    """
    stages = COMMITTED["stages"]
    committed: dict[str, Any] = stages.get(stage, stages["prod"])["lambda_functions"]
    return dict(committed.get(function.name, {}))


def policy_file(function: Function) -> str:
    """Return the name of a function's policy file."""
    return f"policy-{function.name}.json"
