"""How an event source behaves: what Chalice says, and what infra/event_sources.yaml adds."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

EVENT_SOURCES = Path(__file__).parent.parent / "event_sources.yaml"


@dataclass(frozen=True)
class Behaviour:
    """What Chalice cannot set on an event source."""

    report_batch_item_failures: bool = False
    bisect_on_error: bool = False
    max_retries: int | None = None
    """How often a stream's batch is tried again; None until its records expire."""
    on_failure: str | None = None
    """The queue, without its prefix, that is told of a stream's batch that failed for good."""
    tumbling_window_seconds: int = 0
    max_concurrency: int | None = None
    """How many batches of a queue run at a time, at most; the local stack runs its own number."""


def read_behaviours(path: Path = EVENT_SOURCES) -> dict[str, Behaviour]:
    """The behaviours by handler. Raises TypeError for a setting that is not known."""
    return parse_behaviours(yaml.safe_load(path.read_text()) or {})


def parse_behaviours(declared: Mapping[str, Mapping[str, Any]]) -> dict[str, Behaviour]:
    """The behaviours by handler, from what was declared."""
    return {name: Behaviour(**settings) for name, settings in declared.items()}
