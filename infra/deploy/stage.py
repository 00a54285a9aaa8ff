"""A stage: what infra/stages.yaml says of it, checked before anything is touched."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import yaml

INFRA = Path(__file__).parent.parent
STAGES = INFRA / "stages.yaml"
TEMPLATE = INFRA / "resources.yaml"
APP_NAME = "fanlight"

Positive = Annotated[int, msgspec.Meta(ge=1)]
Days = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
]  # fmt: skip
"""What CloudWatch Logs takes for a retention."""
_ADDRESS = re.compile(r"([^@\s]+@[^@\s]+\.[^@\s.]+)?")
_BASE_URL = re.compile(r"https://[^\s/]+(/[^\s/]+)*")
"""Without a slash at its end: paths are appended to it."""


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
    log_retention_days: Days = 30
    alarm_email: str = ""
    """Who is told of alarms, beside who subscribes to their topic."""
    throttle_rate: Positive = 500
    """Requests a second that API Gateway lets through, in the long run."""
    throttle_burst: Positive = 1000

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.alarm_email):
            raise ValueError(f"alarm_email is {self.alarm_email!r}: say somebody@example.com")
        if self.media_base_url is not None and not _BASE_URL.fullmatch(self.media_base_url):
            raise ValueError(f"media_base_url is {self.media_base_url!r}: say https://cdn.example")

    @property
    def prefix(self) -> str:
        """Begins every name of the stage."""
        return f"{APP_NAME}-{self.name}"


def stage_given(environment: Mapping[str, str]) -> Stage:
    """The stage that STAGE names, of the file that STAGES_FILE names or of infra/stages.yaml.
    Raises `WrongStageError`."""
    given = environment.get("STAGES_FILE")
    return read_stage(environment.get("STAGE", ""), Path(given) if given else STAGES)


def read_stage(name: str, path: Path = STAGES) -> Stage:
    """A stage of infra/stages.yaml. Raises `WrongStageError` for one that is not there or wrong."""
    from infra.deploy.checks import check  # which needs what a stage is

    declared = _declared(path)
    if not name or name not in declared:
        known = ", ".join(sorted(map(str, declared)))
        raise WrongStageError(f"there is no stage {name!r} in {path.name}; STAGE= is {known}")
    stage = _stage(name, declared[name], f"{path.name}, {name}")
    check(stage)
    return stage


def _stage(name: str, section: Any, where: str) -> Stage:
    section = {} if section is None else section
    if not isinstance(section, dict) or "name" in section:
        raise WrongStageError(f"{where}: settings, parameters and the like belong here")
    for part in ("settings", "parameters"):
        values = section.get(part)
        for key, value in values.items() if isinstance(values, dict) else ():
            if not isinstance(value, str):
                raise WrongStageError(f"{where}: {key} must be text, in quotes, and is {value!r}")
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
        raise WrongStageError(f"{path.name} is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(declared, dict):
        raise WrongStageError(f"{path.name} has no stages")
    return declared


class _Unambiguous(yaml.SafeLoader):
    """YAML in which nothing is said twice: the later would silently win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        for name in names:
            if names.count(name) > 1:
                raise yaml.YAMLError(f"{name} is there twice, from line {node.start_mark.line + 1}")
        return super().construct_mapping(node, deep)
