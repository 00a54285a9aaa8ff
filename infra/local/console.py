"""What a person sees: one readable line an event, with the product's log lines folded into it."""

import io
import json
import threading
import time
from typing import IO, Any

from tqdm import tqdm

from infra.local.invoke import Invocation

EVENT_THREADS = ("waitress", "pump-")
"""Threads whose log lines belong to the request or batch that they are at."""
_NOT_SHOWN = {
    "_aws", "level", "location", "message", "timestamp", "service", "correlation_id", "exception",
    "exception_name", "stack_trace", "xray_trace_id",
}  # fmt: skip
_OF_A_REQUEST = {"method", "path", "status", "ms", "request_id"}
"""What the product logs of each request, and the request's own line says already."""
_SERIOUS = {"WARNING", "ERROR", "CRITICAL"}


class Console:
    """Writes lines without breaking a progress bar. `verbose` adds what is left out otherwise."""

    def __init__(self, out: IO[str], verbose: bool) -> None:
        self.out = out
        self.verbose = verbose
        self.is_quiet = False
        """Only what went wrong is shown, while a progress bar tells the rest."""
        self._event = threading.local()

    def say(self, text: str) -> None:
        """Write a line as it is."""
        tqdm.write(text, file=self.out)
        self.out.flush()

    def request(
        self, *, method: str, target: str, status: int, milliseconds: float, request_id: str
    ) -> None:
        """A request was answered."""
        correlation_id, notes = self._folded()
        path = target.partition("?")[0]
        line = f"{method:<6} {path} {status} {milliseconds:.0f} ms {correlation_id or request_id}"
        self._line(line + notes, is_serious=status >= 500)  # noqa: PLR2004 (server errors)

    def invoked(self, done: Invocation) -> None:
        """A handler has run."""
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
        """The product has logged a line: it is folded into its event's, if it has one."""
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
        """The correlation id and the log lines of this thread's event, which ends here."""
        correlation_id = str(getattr(self._event, "correlation_id", ""))
        notes = "".join(f" | {note}" for note in getattr(self._event, "notes", []))
        self._event.correlation_id, self._event.notes = "", []
        return correlation_id, notes

    def _line(self, text: str, *, is_serious: bool) -> None:
        if is_serious or self.verbose or not self.is_quiet:
            self.say(f"{time.strftime('%H:%M:%S')} {text}")


class Condensed(io.TextIOBase):
    """Stands for standard output, and hands the product's JSON log lines to the console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = threading.local()

    def write(self, text: str) -> int:
        """Take text; whole lines go out."""
        whole, newline, rest = (getattr(self._started, "text", "") + text).rpartition("\n")
        self._started.text = rest
        for line in whole.split("\n") if newline else ():
            self._out(line)
        return len(text)

    def flush(self) -> None:
        """Lines go out when they are whole."""

    def writable(self) -> bool:
        """It takes text."""
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
