"""What a stage sets, held against what the product and its template take."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from functions.config import Settings
from infra.deploy.stage import TEMPLATE, Stage, WrongStageError
from infra.environment import SETTINGS, settings_of
from infra.local.template import read_template

FILLED_IN = {"STAGE", "RESOURCE_PREFIX"}
"""Settings that follow from the stage's name; those named as the template's outputs are too."""
PARAMETERS_FILLED_IN = {"Prefix", "MediaPublicKeyA", "MediaPublicKeyB"}
TOGETHER = (("MediaDomain", "MediaCertificateArn"), ("MailIdentityArn", "MailFrom"))
"""Parameters of which one alone would be passed over in silence, or refused half-way."""


def check(stage: Stage) -> None:
    """Raises `WrongStageError` for what no deploy of the stage could do with."""
    template = read_template(TEMPLATE)
    _check_settings(stage, filled_by(template["Outputs"]))
    _check_parameters(stage, template["Parameters"])


def _check_settings(stage: Stage, outputs: frozenset[str]) -> None:
    made = FILLED_IN | outputs
    for setting in stage.settings:
        if setting not in SETTINGS:
            raise WrongStageError(f"{setting} is no setting of a stage (docs/settings.md)")
        if setting in made:
            raise WrongStageError(f"{setting} is filled in by the deploy, and cannot be set")
    needed = {field.encode_name for field in msgspec.structs.fields(Settings) if field.required}
    missing = needed - made - stage.settings.keys()
    if missing:
        raise WrongStageError(f"{stage.name}: {', '.join(sorted(missing))} is not set")
    try:
        msgspec.convert({**dict.fromkeys(needed, "-"), **stage.settings}, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise WrongStageError(f"a setting of {stage.name} is wrong: {error}") from error


def _check_parameters(stage: Stage, declared: Mapping[str, Any]) -> None:
    for name, value in stage.parameters.items():
        if name not in declared:
            raise WrongStageError(f"{name} is no parameter of infra/resources.yaml")
        if name in PARAMETERS_FILLED_IN:
            raise WrongStageError(f"{name} is filled in by the deploy, and cannot be set")
        _check_parameter(name, value, declared[name])
    for one, other in TOGETHER:
        if bool(stage.parameters.get(one)) != bool(stage.parameters.get(other)):
            raise WrongStageError(f"{one} needs {other}, and the other way round")
    pattern = declared["Prefix"]["AllowedPattern"]
    if not re.fullmatch(pattern, stage.prefix):
        raise WrongStageError(f"{stage.prefix!r} cannot begin names: they must be {pattern}")


def _check_parameter(name: str, value: str, declared: Mapping[str, Any]) -> None:
    """What CloudFormation would refuse too, if only after the deploy has begun."""
    takes = ""
    if "AllowedValues" in declared and value not in declared["AllowedValues"]:
        takes = f"one of {', '.join(declared['AllowedValues'])}"
    elif not re.fullmatch(declared.get("AllowedPattern", ".*"), value, re.DOTALL):
        takes = declared["AllowedPattern"]
    elif declared["Type"] == "Number":
        least = declared.get("MinValue", 0)
        if not re.fullmatch("[0-9]{1,9}", value) or int(value) < least:
            takes = f"a number from {least} on"
    if takes:
        raise WrongStageError(f"the parameter {name} is {value!r}, and takes {takes}")


def filled_by(outputs: Mapping[str, object]) -> frozenset[str]:
    """The settings that a template with these outputs fills in."""
    return frozenset(settings_of(dict.fromkeys(outputs, "")))
