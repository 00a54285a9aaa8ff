"""Compares the answers that tests saw with those that the OpenAPI document declares, both ways.

An answer that is not declared misleads whoever generates a client; one that is declared and never
seen, in all black-box and integration tests, is either untested or cannot happen. Both fail the
run. The workers of a run tell the main process what they saw, and it compares once. It names a test
that saw an undeclared answer, because such an answer may come by a race, in one run of many.
"""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

WHERE = [Path(__file__).parent / name for name in ("blackbox", "integration")]
RUNNING = (
    "the first request under the key still runs: tests/unit/http/test_idempotency.py holds it up"
)
UNSEEN: dict[tuple[str, int], str] = {
    ("*", 304): "one mechanism for all GETs, tested on those of tests/blackbox/test_http.py",
    ("*", 429): "one mechanism for all limits, tested on those of tests/blackbox/test_limits.py",
    ("POST /upload", 409): RUNNING,
    ("POST /comment", 409): RUNNING,
    ("PUT /users/{user_id}/mute", 409): "it takes a thousand mutes: tests/unit/social has them",
}
"""Answers that need not be seen, each with the reason; `*` is every operation."""
OF_ANY = {405, 413, 429}
"""Answers that any call may meet, and that the document tells of once: a path without the method,
more headers than a gateway carries, and a service that is busy."""

Answer = tuple[str, int]
"""An operation, as `METHOD /path/{id}`, and a status."""
_SEEN: dict[tuple[str, str, int], str] = {}
"""The first test that saw an answer, by method, path and status."""
_RUNS = pytest.StashKey[list[Any]]()
_SENTENCE = pytest.StashKey[str]()


def note(method: str, path: str, status: int) -> None:
    """Remember that a request was answered so. `path` is without a query."""
    answer = ("GET" if method == "HEAD" else method, path, status)
    _SEEN.setdefault(answer, os.environ.get("PYTEST_CURRENT_TEST", ""))


def compared(
    by: Mapping[Answer, str], declared: set[Answer], unseen: Mapping[Answer, str], *, all_ran: bool
) -> list[str]:
    """Return the differences, in sentences. `by` has a test for each answer that was seen. Only a
    run of all tests can tell what is never seen.
    """
    seen = by.keys()
    wrong = [f"{one} answered {status}, which it does not declare: {by[one, status]}"
             for one, status in sorted(seen - declared) if status not in OF_ANY]  # fmt: skip
    if all_ran:
        excused = {(one, status) for one, status in declared
                   if unseen.keys() & {(one, status), ("*", status)}}  # fmt: skip
        wrong += [f"{one} declares {status}, which no test has seen"
                  for one, status in sorted(declared - seen - excused)]  # fmt: skip
    return wrong


def declared_by(document: dict[str, Any]) -> set[Answer]:
    """The answers that a document declares; ranges (5XX) promise nothing certain."""
    return {
        (f"{method.upper()} {path}", int(status))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for status in operation["responses"]
        if status.isdigit()
    }


def named(raw: Iterable[tuple[str, str, int, str]], paths: Iterable[str]) -> dict[Answer, str]:
    """Return the answers by their operations, each with a test that saw it. Leave out unknown paths
    and methods that a path lacks: no operation answered there.
    """
    templates = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "/?"), path)
                 for path in sorted(paths, key=lambda path: path.count("{"))]  # fmt: skip
    found: dict[Answer, str] = {}
    for method, path, status, test in sorted(raw):
        fits = next((template for pattern, template in templates if pattern.fullmatch(path)), None)
        if fits and status < 500 and status != 405 and method != "OPTIONS":
            found.setdefault((f"{method} {fits}", status), test)
    return found


def pytest_configure(config: pytest.Config) -> None:
    """Begin with nothing seen."""
    config.stash[_RUNS] = []


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Tell the main process what was seen here; there, fail the run by what all have seen."""
    config = session.config
    if _SEEN:
        ran = {item.path for item in session.items}
        every = {path for folder in WHERE for path in folder.rglob("test_*.py")}
        run = {"seen": [(*answer, test) for answer, test in _SEEN.items()], "all": every <= ran}
        config.stash[_RUNS].append(run)
        if hasattr(config, "workeroutput"):
            config.workeroutput["seen"] = run
            return
    runs = config.stash[_RUNS]
    if not runs or hasattr(config, "workeroutput"):
        return
    all_ran = exitstatus == pytest.ExitCode.OK and any(run["all"] for run in runs)
    wrong = verdict(runs, all_ran=all_ran)
    if wrong:
        config.stash[_SENTENCE] = "\n".join(wrong)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def verdict(runs: Iterable[dict[str, Any]], *, all_ran: bool) -> list[str]:
    """Return how the answers that the workers have seen differ from the app's document."""
    import app  # noqa: F401 - it tells the document its routes
    from functions.about.handlers import document

    described = document()
    raw = {tuple(one) for run in runs for one in run["seen"]}
    seen = named(raw, described["paths"])
    return compared(seen, declared_by(described), UNSEEN, all_ran=all_ran)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker that is done has seen."""
    if run := getattr(node, "workeroutput", {}).get("seen"):
        node.config.stash[_RUNS].append(run)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Write what the run failed for."""
    if sentence := config.stash.get(_SENTENCE, ""):
        terminalreporter.section("answers and their description", red=True)
        terminalreporter.write_line(sentence)
