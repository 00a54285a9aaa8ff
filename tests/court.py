"""Has the judge of the policies listen to the integration tests, in every worker process.

Other tests call functions too, but not as they are deployed: toy apps, half-made stages, handlers
that are stopped midway. The judge does not hear them. The verdict is printed once, at the end of a
run, for all workers together.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from infra.local.provision import Stage
from tests.integration.judge import Judge, listed

JUDGED = Path(__file__).parent / "integration"
JUDGE = pytest.StashKey[Judge]()
LISTENS = pytest.StashKey[bool]()
VERDICTS = pytest.StashKey[list[dict[str, Any]]]()
SENTENCE = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def judge(stage: Stage, pytestconfig: pytest.Config) -> Iterator[Judge]:
    """Watches the functions' AWS calls; see `tests.integration.judge`."""
    from app import app

    judge = Judge(app, stage.environment, lambda: pytestconfig.stash[LISTENS])
    pytestconfig.stash[JUDGE] = judge
    with judge.sitting(app):
        yield judge


def pytest_configure(config: pytest.Config) -> None:
    """Start without a verdict."""
    config.stash[LISTENS] = False
    config.stash[VERDICTS] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    """Listen while an integration test runs, its fixtures included."""
    item.config.stash[LISTENS] = JUDGED in item.path.parents
    try:
        return (yield)
    finally:
        item.config.stash[LISTENS] = False


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Send this worker's verdict to the main process, which fails the run by all of them."""
    config = session.config
    if judge := config.stash.get(JUDGE, None):
        verdict = {
            "denied": sorted(judge.denied),
            "unused": sorted(judge.unused()),
            "all": set(JUDGED.rglob("test_*.py")) <= {item.path for item in session.items},
        }
        config.stash[VERDICTS].append(verdict)
        if hasattr(config, "workeroutput"):
            config.workeroutput["verdict"] = verdict
            return
    sentence = sentence_of(config.stash[VERDICTS], all_passed=exitstatus == pytest.ExitCode.OK)
    if sentence:
        config.stash[SENTENCE] = sentence
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Collect the verdict of a worker that has finished."""
    if verdict := getattr(node, "workeroutput", {}).get("verdict"):
        node.config.stash[VERDICTS].append(verdict)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print why the policies failed the run."""
    if sentence := config.stash.get(SENTENCE, ""):
        terminalreporter.section("policies", red=True)
        terminalreporter.write_line(sentence)


def sentence_of(verdicts: Sequence[dict[str, Any]], *, all_passed: bool) -> str:
    """Summarize the workers' verdicts: an empty text if all is well.

    A grant is in vain if no worker used it. Only a run of all integration tests can tell.
    """
    denied = {tuple(call) for verdict in verdicts for call in verdict["denied"]}
    if denied:
        return listed("infra/policies.yaml does not grant", denied)
    if not all_passed or not any(verdict["all"] for verdict in verdicts):
        return ""
    unused = set.intersection(*({tuple(one) for one in v["unused"]} for v in verdicts))
    return listed("infra/policies.yaml grants in vain", unused) if unused else ""
