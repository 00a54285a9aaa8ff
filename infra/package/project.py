"""Writes the Chalice project to package: like a deploy's, but without the ids of an account."""

import json
from pathlib import Path

from infra.deploy.layers import ROOT
from infra.deploy.project import chalice_config, committed_for, copy_sources, policy_file
from infra.deploy.stage import Stage
from infra.functions import Function
from infra.local.event_sources import read_behaviours
from infra.policies import grants_of, policy_of, read_policies


def write_project(stage: Stage, environment: dict[str, str], functions: list[Function]) -> Path:
    """Write the project and return its folder."""
    folder = ROOT / "build" / "package-project" / stage.name
    copy_sources(folder)
    configs = {
        f.name: {**committed_for(stage.name, f), "iam_policy_file": policy_file(f)}
        for f in functions
    }
    config = chalice_config(stage, environment, configs)
    (folder / ".chalice" / "config.json").write_text(json.dumps(config, indent=2))
    declared, behaviours = read_policies(), read_behaviours()
    for function in functions:
        policy = policy_of(grants_of(function, declared, behaviours))
        for statement in policy["Statement"]:
            if "${" in statement["Resource"]:
                statement["Resource"] = {"Fn::Sub": statement["Resource"]}
        (folder / ".chalice" / policy_file(function)).write_text(json.dumps(policy))
    return folder
