"""Tumbling windows for ministack: it drops the setting, and sends a stream's batches without."""

import threading
import time
from typing import Any

from infra.local.windows import Windows

SETTING = "TumblingWindowInSeconds"
SHARD = "shardId-00000000000000000000-00000000"
"""ministack's streams have this one."""
CLOSED = "OK - the window has ended"
"""What a mapping's LastProcessingResult is after the last event of a window."""


class WindowedMappings:
    """Those event source mappings that have a window. Stands in front of ministack's own
    functions; `service` is its module of Lambda."""

    def __init__(self, service: Any) -> None:
        self._service = service
        self._update = service._update_esm
        self._execute = service._execute_function
        self._poll = service._poll_dynamodb_streams
        self._windows: dict[str, Windows] = {}
        self._poller: int | None = None

    def update(self, uuid: str, settings: dict[str, Any]) -> Any:
        """UpdateEventSourceMapping."""
        mapping = self._service._esms.get(uuid)
        if mapping is not None and SETTING in settings:
            mapping[SETTING] = settings[SETTING]
            self._windows[uuid] = Windows(settings[SETTING])
        return self._update(uuid, settings)

    def poll(self) -> bool:
        """Deliver what is new in the streams, and end the windows whose time is over."""
        self._poller = threading.get_ident()
        moved: bool = self._poll()
        for mapping in list(self._service._esms.values()):
            windows = self._windows.get(mapping["UUID"])
            if windows is not None and windows.ended(SHARD, time.time()):
                self._close(mapping, windows)
        return moved

    def execute(self, function: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
        """Invoke a function: as it is asked for, but for the batches of a windowed mapping."""
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
        """The windowed mapping that an event comes from; None for any other event."""
        records = event.get("Records")
        if threading.get_ident() != self._poller or not records:
            return None  # not from the poller: somebody invokes the function themselves
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
