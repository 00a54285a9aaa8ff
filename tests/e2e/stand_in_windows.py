"""Adds tumbling windows to ministack, which drops the setting and sends batches without them."""

import threading
import time
from typing import Any

from infra.local.windows import Windows

SETTING = "TumblingWindowInSeconds"
SHARD = "shardId-00000000000000000000-00000000"
"""The only shard of ministack's streams."""
CLOSED = "OK - the window has ended"
"""A mapping's LastProcessingResult after the last event of a window."""


class WindowedMappings:
    """The event source mappings that have a window.

    It wraps ministack's functions. `service` is its Lambda module.
    """

    def __init__(self, service: Any) -> None:
        self._service = service
        self._update = service._update_esm
        self._execute = service._execute_function
        self._poll = service._poll_dynamodb_streams
        self._windows: dict[str, Windows] = {}
        self._poller: int | None = None

    def update(self, uuid: str, settings: dict[str, Any]) -> Any:
        """Answer UpdateEventSourceMapping, and keep the window."""
        mapping = self._service._esms.get(uuid)
        if mapping is not None and SETTING in settings:
            mapping[SETTING] = settings[SETTING]
            self._windows[uuid] = Windows(settings[SETTING])
        return self._update(uuid, settings)

    def poll(self) -> bool:
        """Deliver new stream records, and end the windows whose time is over."""
        self._poller = threading.get_ident()
        moved: bool = self._poll()
        for mapping in list(self._service._esms.values()):
            windows = self._windows.get(mapping["UUID"])
            if windows is not None and windows.ended(SHARD, time.time()):
                self._close(mapping, windows)
        return moved

    def execute(self, function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        """Invoke a function. Batches of a mapping with a window get the window's fields."""
        mapping = self._mapping(function, event)
        if mapping is None:
            result: dict[str, Any] = self._execute(function, event)
            return result
        windows, left, result = self._windows[mapping["UUID"]], event["Records"], {}
        while left and not result.get("error"):
            batch, closing = windows.cut(SHARD, left)
            if closing:
                self._close(mapping, windows)
            more = windows.fields(SHARD, batch, mapping["EventSourceArn"])
            result = self._execute(function, {"Records": batch, **more})
            windows.answered(SHARD, result.get("body"))
            left = left[len(batch) :]
        return result

    def _mapping(self, function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any] | None:
        """Return the mapping with a window that an event comes from, or None."""
        records = event.get("Records")
        if threading.get_ident() != self._poller or not records:
            return None  # a direct invocation, not one by the poller
        for mapping in self._service._esms.values():
            is_its_function = mapping["FunctionName"] == function["config"]["FunctionName"]
            is_its_source = mapping["EventSourceArn"] == records[0]["eventSourceARN"]
            if mapping.get(SETTING) and is_its_function and is_its_source:
                return dict(mapping)
        return None

    def _close(self, mapping: dict[str, Any], windows: Windows) -> None:
        function = self._service._functions.get(mapping["FunctionName"])
        result = self._execute(function, windows.close(SHARD, mapping["EventSourceArn"]))
        said = "PROBLEM: the window's last event failed" if result.get("error") else CLOSED
        self._service._esms[mapping["UUID"]]["LastProcessingResult"] = said
