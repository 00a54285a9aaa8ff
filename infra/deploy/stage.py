"""A stage: what infra/stages.yaml says of it, checked before anything is touched."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import yaml

from functions.config import Settings
from infra.environment import SETTINGS
from infra.local.template import read_template

INFRA = Path(__file__).parent.parent
STAGES = INFRA / "stages.yaml"
TEMPLATE = INFRA / "resources.yaml"
APP_NAME = "fanlight"
FILLED_IN = {"STAGE", "RESOURCE_PREFIX"}
"""Settings that follow from the stage's name; those named as the template's outputs are too."""

Positive = Annotated[int, msgspec.Meta(ge=1)]


class WrongStageError(Exception):
    """A stage that cannot be deployed as it is described, in one line."""


class Stage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One stage as it is to be deployed."""

    name: str
    settings: dict[str, str] = {}
    """Of the product (docs/settings.md)."""
    parameters: dict[str, str] = {}
    """Of infra/resources.yaml."""
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    """docs/decisions has the measurement; the layers are built for it."""
    media_base_url: str | None = None
    """Where a CDN of your own serves the media bucket; without it CloudFront is set up."""
    log_retention_days: Positive = 30
    alarm_email: str = ""
    """Who is told of alarms, beside who subscribes to their topic."""
    throttle_rate: Positive = 500
    """Requests a second that API Gateway lets through, in the long run."""
    throttle_burst: Positive = 1000

    @property
    def prefix(self) -> str:
        """Begins every name of the stage."""
        return f"{APP_NAME}-{self.name}"


def read_stage(name: str, path: Path = STAGES) -> Stage:
    """A stage of infra/stages.yaml. Raises `WrongStageError` for one that is not there or wrong."""
    declared: dict[str, Any] = yaml.safe_load(path.read_text())
    if name not in declared:
        known = ", ".join(sorted(declared))
        raise WrongStageError(f"there is no stage {name!r} in infra/stages.yaml; STAGE= is {known}")
    try:
        stage = msgspec.convert({"name": name, **(declared[name] or {})}, Stage)
    except msgspec.ValidationError as error:
        raise WrongStageError(f"infra/stages.yaml, {name}: {error}") from error
    _check_settings(stage)
    _check_parameters(stage)
    return stage


def _check_settings(stage: Stage) -> None:
    template = read_template(TEMPLATE)
    made = FILLED_IN | filled_by(template["Outputs"])
    for setting in stage.settings:
        if setting not in SETTINGS:
            raise WrongStageError(f"{setting} is no setting of a stage (docs/settings.md)")
        if setting in made:
            raise WrongStageError(f"{setting} is filled in by the deploy, and cannot be set")
    needed = {field.encode_name for field in msgspec.structs.fields(Settings) if field.required}
    missing = needed - made - stage.settings.keys()
    if missing:
        raise WrongStageError(f"infra/stages.yaml, {stage.name}: {sorted(missing)} is not set")
    try:
        msgspec.convert({**dict.fromkeys(needed, "-"), **stage.settings}, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise WrongStageError(f"a setting of {stage.name} is wrong: {error}") from error


def _check_parameters(stage: Stage) -> None:
    declared = read_template(TEMPLATE)["Parameters"]
    for parameter in stage.parameters:
        if parameter not in declared:
            raise WrongStageError(f"{parameter} is no parameter of infra/resources.yaml")
    if "MediaDomain" in stage.parameters and "MediaCertificateArn" not in stage.parameters:
        raise WrongStageError("MediaDomain needs MediaCertificateArn")


def filled_by(outputs: Mapping[str, object]) -> frozenset[str]:
    """The settings that a template with these outputs fills in."""
    from infra.environment import settings_of

    return frozenset(settings_of(dict.fromkeys(outputs, "")))
