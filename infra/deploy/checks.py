"""Checks a stage's settings and parameters against the product and infra/resources.yaml."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from functions.config import Settings
from infra.deploy.stage import TEMPLATE, Stage, WrongStageError
from infra.environment import SETTINGS, settings_of
from infra.local.template import read_template

FILLED_IN = {"STAGE", "RESOURCE_PREFIX"}
"""Settings derived from the stage's name. The template's outputs fill in further ones."""
PARAMETERS_FILLED_IN = {"Prefix", "MediaPublicKeyA", "MediaPublicKeyB", "ApiOrigin", "MediaOrigin"}
TOGETHER = (
    ("MediaDomain", "MediaCertificateArn"),
    ("PageDomain", "PageCertificateArn"),
    ("MailIdentityArn", "MailFrom"),
)
"""Parameters that need each other. One alone would be ignored, or refused in mid-deploy."""


def check(stage: Stage) -> None:
    """Raise `WrongStageError` if the stage cannot be deployed as it is described."""
    template = read_template(TEMPLATE)
    _check_settings(stage, filled_by(template["Outputs"]))
    _check_parameters(stage, template["Parameters"])


def _check_settings(stage: Stage, outputs: frozenset[str]) -> None:
    made = FILLED_IN | outputs
    for setting in stage.settings:
        if setting not in SETTINGS:
            raise WrongStageError(f"the setting {setting} does not exist (docs/settings.md)")
        if setting in made:
            raise WrongStageError(f"the deploy fills in {setting}: remove it from the stage")
    needed = {field.encode_name for field in msgspec.structs.fields(Settings) if field.required}
    missing = needed - made - stage.settings.keys()
    if missing:
        raise WrongStageError(f"{stage.name} lacks the settings {', '.join(sorted(missing))}")
    try:
        msgspec.convert({**dict.fromkeys(needed, "-"), **stage.settings}, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise WrongStageError(f"a setting of {stage.name} is wrong: {error}") from error


def _check_parameters(stage: Stage, declared: Mapping[str, Any]) -> None:
    for name, value in stage.parameters.items():
        if name not in declared:
            raise WrongStageError(f"infra/resources.yaml has no parameter {name}")
        if name in PARAMETERS_FILLED_IN:
            raise WrongStageError(f"the deploy fills in {name}: remove it from the stage")
        _check_parameter(name, value, declared[name])
    for one, other in TOGETHER:
        if bool(stage.parameters.get(one)) != bool(stage.parameters.get(other)):
            raise WrongStageError(f"{one} and {other} must be set together")
    pattern = declared["Prefix"]["AllowedPattern"]
    if not re.fullmatch(pattern, stage.prefix):
        raise WrongStageError(f"the stage's prefix {stage.prefix!r} does not match {pattern}")


def _check_parameter(name: str, value: str, declared: Mapping[str, Any]) -> None:
    """Refuse a value that CloudFormation would refuse too, but only after the deploy has begun."""
    takes = ""
    if "AllowedValues" in declared and value not in declared["AllowedValues"]:
        takes = f"one of {', '.join(declared['AllowedValues'])}"
    elif not re.fullmatch(declared.get("AllowedPattern", ".*"), value, re.DOTALL):
        takes = declared["AllowedPattern"]
    elif declared["Type"] == "Number":
        least = declared.get("MinValue", 0)
        if not re.fullmatch("[0-9]{1,9}", value) or int(value) < least:
            takes = f"a number from {least} up"
    if takes:
        raise WrongStageError(f"the parameter {name} is {value!r}; it must be {takes}")


def filled_by(outputs: Mapping[str, object]) -> frozenset[str]:
    """Return the settings that a template with these outputs fills in."""
    return frozenset(settings_of(dict.fromkeys(outputs, "")))
