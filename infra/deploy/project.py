"""The Chalice project of a stage: what is committed, and what the stacks and layers have made.

Chalice takes one folder. The repository's own must not hold what belongs to one account, so each
stage gets a folder of its own under build/, made anew for every deploy.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.deploy.context import Context
from infra.deploy.layers import ROOT, layers_for
from infra.functions import Function
from infra.policies import filled, grants_of, policy_of, read_policies

COMMITTED = json.loads((ROOT / ".chalice" / "config.json").read_text())


def project_folder(context: Context) -> Path:
    """Where a stage's project is."""
    return ROOT / "build" / "deploy" / context.stage.name


def write_project(context: Context) -> Path:
    """Write the stage's project. Gives its folder."""
    folder = project_folder(context)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / ".chalice").mkdir(parents=True)
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    unwanted = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "functions", folder / "vendor" / "functions", ignore=unwanted)
    functions = context.functions
    config = chalice_config(context, {f.name: function_config(context, f) for f in functions})
    _write(folder / ".chalice" / "config.json", config)
    declared = read_policies()
    for function in functions:
        policy = policy_of(grants_of(function, declared, context.behaviours))
        text = filled(json.dumps(policy, indent=2), places(context))
        (folder / ".chalice" / policy_file(function)).write_text(text)
    return folder


def digest_of(folder: Path) -> str:
    """What a project consists of, as one word: two that are the same would deploy the same."""
    digest = hashlib.sha256()
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        name = file.relative_to(folder)
        if name.parts[:2] not in {(".chalice", "deployed"), (".chalice", "deployments")}:
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


def chalice_config(context: Context, functions: Mapping[str, Any]) -> dict[str, Any]:
    """The committed Chalice configuration, for one stage."""
    common = {name: value for name, value in COMMITTED.items() if name != "stages"}
    return {
        **common,
        "api_gateway_stage": context.stage.name,
        "environment_variables": {
            **common.get("environment_variables", {}),
            **context.environment(),
        },
        "lambda_architecture": context.stage.architecture,
        "xray": True,
        "stages": {context.stage.name: {"lambda_functions": dict(functions)}},
    }


def function_config(context: Context, function: Function) -> dict[str, Any]:
    """One function: what is committed for every stage, its layers, and its policy."""
    stages = COMMITTED["stages"]
    committed = stages.get(context.stage.name, stages["prod"])["lambda_functions"]
    return {
        **committed.get(function.name, {}),
        "layers": [context.layers[name] for name in layers_for(function.name)],
        "iam_policy_file": policy_file(function),
    }


def policy_file(function: Function) -> str:
    """The name of a function's policy file beside Chalice's configuration."""
    return f"policy-{function.name}.json"


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n")
