"""Reads infra/stages.yaml and checks a stage before a command touches anything."""

from pathlib import Path
from typing import Any

import msgspec
import yaml

from infra.deploy.checks import check
from infra.deploy.stage import Stage, WrongStageError
from infra.options import Option

STAGES = Path(__file__).parent.parent / "stages.yaml"
STAGE_OPTIONS = (
    Option("STAGE", "the stage, a section of infra/stages.yaml such as dev"),
    Option("STAGES_FILE", "another file than infra/stages.yaml", Path, str(STAGES)),
)
"""The options of every command that works on a stage."""


def read_stage(name: str, path: Path = STAGES) -> Stage:
    """Read and check a stage. Raises `WrongStageError` if it is missing or wrong."""
    declared = _declared(path)
    if not name or name not in declared:
        known = ", ".join(sorted(map(str, declared)))
        raise WrongStageError(f"STAGE={name} is not in {path.name}, which has {known}")
    stage = _stage(name, declared[name], f"{path.name}, {name}")
    check(stage)
    return stage


def _stage(name: str, section: Any, where: str) -> Stage:
    section = {} if section is None else section
    if not isinstance(section, dict) or "name" in section:
        raise WrongStageError(f"{where}: must be a mapping with settings, parameters and the like")
    for part in ("settings", "parameters"):
        values = section.get(part)
        for key, value in values.items() if isinstance(values, dict) else ():
            if not isinstance(value, str):
                raise WrongStageError(f"{where}: {key} is {value!r}; put it in quotes")
    try:
        return msgspec.convert({"name": name, **section}, Stage)
    except msgspec.ValidationError as error:
        raise WrongStageError(f"{where}: {error}") from error


def _declared(path: Path) -> dict[str, Any]:
    try:
        declared = yaml.load(path.read_text(), _Unambiguous)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise WrongStageError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise WrongStageError(f"{path.name} is not in UTF-8") from error
    except yaml.YAMLError as error:
        told = " ".join(str(error).split())  # YAML's messages span lines
        raise WrongStageError(f"{path.name} is not valid YAML: {told}") from error
    if not isinstance(declared, dict):
        raise WrongStageError(f"{path.name} has no stages")
    return declared


class _Unambiguous(yaml.SafeLoader):
    """A YAML loader that refuses repeated keys. YAML's own would silently use the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        for name in names:
            if names.count(name) > 1:
                raise yaml.YAMLError(f"{name} is repeated, from line {node.start_mark.line + 1} on")
        return super().construct_mapping(node, deep)
