"""The environment that tests run in: that of a local stage, provisioned once a run.

It is set here, before any test module is collected, because the product reads the names of its
tables, queues and streams as it is imported. Nothing of the caller's own settings gets in.
"""

import os
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from functions.config import Settings
from infra.local.provision import Stage, provision

pytest_plugins = [
    "tests.court",
    "tests.seen",
    "tests.stack",
]  # imported after this module, in the environment that it sets

for _name in Settings.__struct_fields__:
    os.environ.pop(_name.upper(), None)
os.environ["POWERTOOLS_LOG_LEVEL"] = "WARNING"

_STAGE = provision("http://127.0.0.1:8000", caller={})
os.environ.update(_STAGE.environment)

# A busy machine fails nothing.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


HERE = Path(__file__).parent
LONGEST = [
    HERE / name
    for name in (
        "browser/test_access.py",
        "browser/test_feed.py",
        "model",
        "integration/erasure",
        "integration/feed/test_faults.py",
        "browser",
        "blackbox",
        "integration/local",
    )
]
"""The files and folders that take longest, the longest first."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Start with the files that take longest if there are several workers, so that none of them
    waits long for the last one."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: rank(item.path))


def rank(path: Path) -> int:
    """Return the place of a file among the longest, or the one after them."""
    ranks = (at for at, longest in enumerate(LONGEST) if path.is_relative_to(longest))
    return next(ranks, len(LONGEST))


@pytest.fixture(scope="session")
def stage() -> Stage:
    """The provisioned stage. Its state is the whole run's: tests use names of their own."""
    return _STAGE


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> int:
    """Return the run's seed, which is printed at the end of the run."""
    return int(pytestconfig.getoption("randomly_seed", 1))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the seed of the order, and of the tests that draw something at random."""
    seed = config.getoption("randomly_seed", None)
    terminalreporter.write_line(f"To repeat this order: make test ARGS=--randomly-seed={seed}")
