"""Writes the table *stream or queue → function → what it does → on failure* into the docs.

It is made from the app's own registry, the handlers' docstrings, infra/event_sources.yaml and the
queues' redrive policies. `make map` writes it into docs/architecture.md; a test fails while it is
out of date.
"""

import ast
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalice.app import Chalice, DynamoDBEventConfig, SQSEventConfig

from infra.local.event_sources import Behaviour, read_behaviours
from infra.local.provision import PREFIX, provision
from infra.local.template import read_template

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- events: written by `make map` -->", "<!-- /events -->"
_HEAD = "| stream or queue | function | what it does | on failure |\n|---|---|---|---|"


def table(app: Chalice) -> str:
    """Return the table of an app's event handlers, streams first, as Markdown."""
    behaviours, receives = read_behaviours(), _receives()
    rows = []
    for config in app.event_sources:
        does = _first_paragraph(_handler(config).func.__doc__ or "")
        source, jobs, failure = _source(config, behaviours.get(config.name, Behaviour()), receives)
        then = f" → {', '.join(jobs)}" if jobs else ""
        rows.append(f"| {source} | `{config.name}` | {does}{then} | {failure} |")
    return "\n".join([_HEAD, *sorted(rows, key=lambda row: (not row.startswith("| stream"), row))])


def page(app: Chalice, text: str) -> str:
    """Return a page's text with the present table between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table(app)}\n{END}{after}"


def _source(
    config: Any, behaviour: Behaviour, receives: dict[str, int]
) -> tuple[str, list[str], str]:
    """Return what wakes a function, what it leads to, and what happens if it fails for good."""
    match config:
        case DynamoDBEventConfig():
            stream = config.name.removeprefix("on_")
            retries = f"{behaviour.max_retries} retries, halving the batch"
            return (
                f"stream {stream}",
                list(_jobs(stream)),
                f"{retries}, then `{behaviour.on_failure}`",
            )
        case SQSEventConfig():
            queue = str(config.queue).removeprefix(f"{PREFIX}-")
            return f"queue {queue}", [], f"{receives[queue]} receives, then `{queue}-dead`"
    raise NotImplementedError(f"the map does not know the event source {config}")


def _handler(config: Any) -> Any:
    """Return Chalice's wrapper of a handler, from its module: tests wrap those in the registry."""
    module, _, name = config.handler_string.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _first_paragraph(doc: str) -> str:
    return " ".join(doc.split("\n\n", maxsplit=1)[0].split())


def _jobs(stream: str) -> Iterator[str]:
    """Yield the messages and rows that the module of a stream's table makes, by name."""
    module = ROOT / "functions" / "streams" / f"{stream}.py"
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        match node:
            case ast.ImportFrom(module="functions.queues", names=names):
                yield from (f"`{one.name}`" for one in names if not one.name.isupper())
            case ast.ImportFrom(names=names) if "erase_after" in {one.name for one in names}:
                yield "`ErasePost`"
            case ast.Assign(targets=[ast.Name(id="COUNTED")]):
                yield "the count, and the affinity row"


def _receives() -> dict[str, int]:
    """Return how often each queue's message is tried, by the queue's name."""
    resources = read_template(ROOT / "infra" / "resources.yaml")["Resources"]
    found = {}
    for resource in resources.values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::SQS::Queue" and "RedrivePolicy" in properties:
            name = properties["QueueName"]["Fn::Sub"].removeprefix("${Prefix}-")
            found[name] = int(properties["RedrivePolicy"]["maxReceiveCount"])
    return found


def main() -> int:
    """Write the table into docs/architecture.md."""
    os.environ.update(provision("http://127.0.0.1:8000", caller={}).environment)
    from app import app

    PAGE.write_text(page(app, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
