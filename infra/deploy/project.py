"""The Chalice project of a stage: what is committed, and what the stacks and layers have made.

Chalice takes one folder. The repository's own must not hold what belongs to one account, so each
stage gets a folder of its own under build/, made anew for every deploy.
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
"""What is added to Chalice's description of the API, beside Chalice's configuration."""
COMMITTED = json.loads((ROOT / ".chalice" / "config.json").read_text())


def project_folder(context: Context) -> Path:
    """Where a stage's project is."""
    return ROOT / "build" / "deploy" / context.stage.name


def write_project(context: Context) -> Path:
    """Write the stage's project. Gives its folder."""
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
    """Make a project's folder anew, with the app and what it imports."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / ".chalice").mkdir(parents=True)
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    unwanted = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "functions", folder / "vendor" / "functions", ignore=unwanted)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"  # Chalice takes its own
    compile_for(python, folder / "vendor", folder / "vendor")


def digest_of(folder: Path) -> str:
    """What a project consists of, as one word: two that are the same would deploy the same."""
    digest = hashlib.sha256()
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        name = file.relative_to(folder)
        made = name.parts[:2] in {(".chalice", "deployed"), (".chalice", "deployments")}
        if not made and file.suffix != ".pyc":
            digest.update(f"{name}\n{len(file.read_bytes())}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def places(context: Context) -> dict[str, str]:
    """What the places of a policy's ARNs stand for in this account."""
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
    """The committed Chalice configuration, for one stage."""
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
    """What Chalice's description of the API lacks: whose it is, and the gateway's own answers."""
    return {"info": {"description": api_description(context)}, ANSWERS: answers_by_kind()}


def api_description(context: Context) -> str:
    """What tells a stage's API from those of other stages, which have the same name."""
    return f"The API of {context.prefix}"


def function_config(context: Context, function: Function) -> dict[str, Any]:
    """One function: what is committed for every stage, its layers, and its policy."""
    return {
        **committed_for(context.stage.name, function),
        "layers": [context.layers[name] for name in layers_for(function.name)],
        "iam_policy_file": policy_file(function),
    }


def committed_for(stage: str, function: Function) -> dict[str, Any]:
    """A function's memory and time limit; a stage that .chalice/config.json lacks has prod's."""
    stages = COMMITTED["stages"]
    committed: dict[str, Any] = stages.get(stage, stages["prod"])["lambda_functions"]
    return dict(committed.get(function.name, {}))


def policy_file(function: Function) -> str:
    """The name of a function's policy file beside Chalice's configuration."""
    return f"policy-{function.name}.json"
