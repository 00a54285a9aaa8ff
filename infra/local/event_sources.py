"""Reads infra/event_sources.yaml: the settings of event sources that Chalice cannot make."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

EVENT_SOURCES = Path(__file__).parent.parent / "event_sources.yaml"


@dataclass(frozen=True)
class Behaviour:
    """The settings of one event source."""

    report_batch_item_failures: bool = False
    bisect_on_error: bool = False
    max_retries: int | None = None
    """The retries of a stream's batch. None: retry until its records expire."""
    on_failure: str | None = None
    """The queue, without prefix, that gets the position of a stream's batch that failed."""
    tumbling_window_seconds: int = 0
    max_concurrency: int | None = None
    """The most batches of a queue that run at a time. The local stack uses its own number."""


def read_behaviours(path: Path = EVENT_SOURCES) -> dict[str, Behaviour]:
    """Read the behaviours by handler. Raises TypeError for an unknown setting."""
    return parse_behaviours(yaml.safe_load(path.read_text()) or {})


def parse_behaviours(declared: Mapping[str, Mapping[str, Any]]) -> dict[str, Behaviour]:
    """Convert declared settings to behaviours by handler."""
    return {name: Behaviour(**settings) for name, settings in declared.items()}
