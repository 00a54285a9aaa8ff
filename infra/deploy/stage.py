"""A stage: one section of infra/stages.yaml, with its types and defaults."""

import re
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from infra.deploy.console import WrongValueError

TEMPLATE = Path(__file__).parent.parent / "resources.yaml"
APP_NAME = "fanlight"

Positive = Annotated[int, msgspec.Meta(ge=1)]
Days = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
]  # fmt: skip
"""The retention times that CloudWatch Logs accepts."""
_ADDRESS = re.compile(r"([^@\s]+@[^@\s]+\.[^@\s.]+)?")
_BASE_URL = re.compile(r"https://[^\s/]+(/[^\s/]+)*")
"""Without a trailing slash: paths are appended to it."""


class WrongStageError(WrongValueError):
    """A stage cannot be deployed as it is described. The message is one line."""


class Stage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One stage as described in infra/stages.yaml."""

    name: str
    settings: dict[str, str] = {}
    """Settings of the product (docs/settings.md)."""
    parameters: dict[str, str] = {}
    """Parameters of infra/resources.yaml."""
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    """The functions' and layers' processor; docs/decisions, rendering, has the measurement."""
    media_base_url: str | None = None
    """The address of your own CDN for the media bucket. Without it CloudFront is set up."""
    log_retention_days: Days = 30
    alarm_email: str = ""
    """An address that the alarms' topic sends mail to."""
    throttle_rate: Positive = 500
    """Requests per second that API Gateway accepts on average."""
    throttle_burst: Positive = 1000
    """Requests that API Gateway accepts at once."""

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.alarm_email):
            raise ValueError(f"alarm_email is {self.alarm_email!r}; use name@example.com")
        if self.media_base_url is not None and not _BASE_URL.fullmatch(self.media_base_url):
            raise ValueError(f"media_base_url is {self.media_base_url!r}; use https://cdn.example")

    @property
    def prefix(self) -> str:
        """The prefix of the name of each of the stage's resources."""
        return f"{APP_NAME}-{self.name}"
