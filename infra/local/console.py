"""Prints one readable line per event, with the product's log lines appended to it."""

import io
import json
import threading
import time
from typing import IO, Any

from tqdm import tqdm

from infra.local.invoke import Invocation

EVENT_THREADS = ("waitress", "pump-")
"""Prefixes of threads whose log lines belong to their current request or batch."""
_NOT_SHOWN = {
    "_aws", "level", "location", "message", "timestamp", "service", "correlation_id", "exception",
    "exception_name", "stack_trace", "xray_trace_id",
}  # fmt: skip
_OF_A_REQUEST = {"method", "path", "status", "ms", "request_id"}
"""Fields of the product's log line of a request. The console's own line shows them already."""
_SERIOUS = {"WARNING", "ERROR", "CRITICAL"}


class Console:
    """Prints lines without breaking a progress bar. `verbose` adds tracebacks."""

    def __init__(self, out: IO[str], verbose: bool) -> None:
        self.out = out
        self.verbose = verbose
        self.is_quiet = False
        """Print only failures, while a progress bar shows the rest."""
        self._event = threading.local()

    def say(self, text: str) -> None:
        """Print a line unchanged."""
        tqdm.write(text, file=self.out)
        self.out.flush()

    def request(
        self, *, method: str, target: str, status: int, milliseconds: float, request_id: str
    ) -> None:
        """Print the line of a request that was answered."""
        correlation_id, notes = self._folded()
        path = target.partition("?")[0]
        line = f"{method:<6} {path} {status} {milliseconds:.0f} ms {correlation_id or request_id}"
        self._line(line + notes, is_serious=status >= 500)  # noqa: PLR2004 (server errors)

    def invoked(self, done: Invocation) -> None:
        """Print the line of a batch that a handler has run."""
        correlation_id, notes = self._folded()
        records = f"{done.records} record{'' if done.records == 1 else 's'}"
        failed = f", {done.failed} FAILED" if done.failed else ""
        line = f"{done.name:<6} {records}{failed} {done.milliseconds:.0f} ms {correlation_id}"
        if done.error:
            notes += f" | {done.error.strip().splitlines()[-1]}"
            notes += "" if self.verbose else " (VERBOSE=1 shows the traceback)"
        self._line(line.rstrip() + notes, is_serious=bool(done.failed or done.error))
        if done.error and self.verbose:
            self.say(done.error)

    def logged(self, record: dict[str, Any]) -> None:
        """Append a log line of the product to the line of its event, or print it if it has none."""
        shown = [str(record["message"])]
        shown += [f"{k}={v}" for k, v in record.items() if k not in _NOT_SHOWN and v is not None]
        if "exception_name" in record:
            error = str(record.get("exception", "")).strip().splitlines()[-1:]
            shown += error or [record["exception_name"]]
        level = str(record["level"])
        text = " ".join([*([level] if level in _SERIOUS else []), *shown])
        if not threading.current_thread().name.startswith(EVENT_THREADS):
            self._line(text, is_serious=level in _SERIOUS)
            return
        if record.get("correlation_id"):
            self._event.correlation_id = str(record["correlation_id"])
        if not record.keys() >= _OF_A_REQUEST:
            self._event.notes = [*getattr(self._event, "notes", []), text]

    def _folded(self) -> tuple[str, str]:
        """Return the correlation id and log lines of this thread's event, and forget them."""
        correlation_id = str(getattr(self._event, "correlation_id", ""))
        notes = "".join(f" | {note}" for note in getattr(self._event, "notes", []))
        self._event.correlation_id, self._event.notes = "", []
        return correlation_id, notes

    def _line(self, text: str, *, is_serious: bool) -> None:
        if is_serious or self.verbose or not self.is_quiet:
            self.say(f"{time.strftime('%H:%M:%S')} {text}")


class Condensed(io.TextIOBase):
    """Replaces standard output and passes the product's JSON log lines to the console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = threading.local()

    def write(self, text: str) -> int:
        """Collect text and print its complete lines."""
        whole, newline, rest = (getattr(self._started, "text", "") + text).rpartition("\n")
        self._started.text = rest
        for line in whole.split("\n") if newline else ():
            self._out(line)
        return len(text)

    def flush(self) -> None:
        """Do nothing: lines are printed when they are complete."""

    def writable(self) -> bool:
        """Return True."""
        return True

    def _out(self, line: str) -> None:
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if isinstance(record, dict) and {"level", "message"} <= record.keys():
            self._console.logged(record)
        else:
            self._console.say(line)
