"""A person sees one line per event."""

import json
import threading
from io import StringIO
from typing import Any

from infra.local.console import Condensed, Console
from infra.local.invoke import Invocation


def log_line(**fields: Any) -> str:
    record = {"level": "INFO", "location": "f:1", "message": "rendered", "timestamp": "t",
              "service": "fanlight", **fields}  # fmt: skip
    return json.dumps(record) + "\n"


def in_event(work: Any) -> None:
    """Run as a thread of the pump does."""
    thread = threading.Thread(target=work, name="pump-render-0")
    thread.start()
    thread.join()


def done(**changed: Any) -> Invocation:
    told: dict[str, Any] = {
        "name": "render", "records": 1, "failed": 0, "milliseconds": 12.3, "error": None, **changed
    }  # fmt: skip
    return Invocation(**told)


def shown(*logged: str, verbose: bool = False, quiet: bool = False, **invocation: Any) -> list[str]:
    """Return the lines of one invocation that logged something, without their times."""
    out = StringIO()
    console = Console(out, verbose)
    console.is_quiet = quiet
    condensed = Condensed(console)

    def work() -> None:
        for line in logged:
            condensed.write(line)
        console.invoked(done(**invocation))

    in_event(work)
    return [line.partition(" ")[2] for line in out.getvalue().splitlines()]


def test_an_invocation_is_one_line_with_what_it_logged() -> None:
    line = log_line(correlation_id="c-1", media_id="m")
    assert shown(line) == ["render 1 record 12 ms c-1 | rendered media_id=m"]


def test_records_and_failures_are_counted() -> None:
    assert shown(records=3, failed=2) == ["render 3 records, 2 FAILED 12 ms"]


def test_an_error_is_one_line_and_its_traceback_is_for_the_asking() -> None:
    error = "Traceback (most recent call last):\n  ...\nValueError: no\n"
    (line,) = shown(failed=1, error=error)
    assert line.endswith("| ValueError: no (VERBOSE=1 shows the traceback)")
    assert "(most recent call last):" in shown(failed=1, error=error, verbose=True)[1]


def test_a_logged_error_shows_its_level_and_cause() -> None:
    line = log_line(level="ERROR", exception="Traceback\nKeyError: 'x'", exception_name="KeyError")
    assert shown(line)[0].endswith("| ERROR rendered KeyError: 'x'")


def test_while_it_is_quiet_only_what_went_wrong_is_shown() -> None:
    assert shown(quiet=True) == []
    assert len(shown(quiet=True, failed=1)) == 1


def test_a_line_in_pieces_is_one_line_and_other_text_passes() -> None:
    out = StringIO()
    condensed = Condensed(Console(out, verbose=False))
    line = log_line()
    for piece in (line[:5], line[5:], "plain ", "text\n", "{not json\n", '{"a": 1}\n'):
        condensed.write(piece)
    lines = out.getvalue().splitlines()
    assert lines[0].endswith(" rendered")
    assert lines[1:] == ["plain text", "{not json", '{"a": 1}']


def test_a_request_is_one_line_with_its_id() -> None:
    out = StringIO()
    Console(out, verbose=False).request(
        method="GET", target="/feed/x?cursor=y", status=200, milliseconds=3.4, request_id="r-1"
    )
    assert out.getvalue().rstrip().endswith("GET    /feed/x 200 3 ms r-1")


def test_what_one_event_logged_is_not_told_of_the_next() -> None:
    out = StringIO()
    console = Console(out, verbose=False)

    def work() -> None:
        Condensed(console).write(log_line(correlation_id="c-1"))
        console.invoked(done())
        console.invoked(done())

    in_event(work)
    first, second = out.getvalue().splitlines()
    assert "c-1" in first
    assert "c-1" not in second
    assert "rendered" not in second


def test_what_a_requests_line_says_already_is_not_said_twice() -> None:
    out = StringIO()
    console = Console(out, verbose=False)
    about = {"method": "GET", "path": "/me", "status": 200, "ms": 3, "request_id": "r-1"}

    def work() -> None:
        Condensed(console).write(log_line(message="request", correlation_id="c-1", **about))
        console.request(method="GET", target="/me", status=200, milliseconds=3, request_id="r-1")

    in_event(work)
    assert out.getvalue().rstrip().endswith("GET    /me 200 3 ms c-1")
