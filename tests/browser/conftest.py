"""One server and one browser a run; a fresh profile for every visitor."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.blackbox.client import Service
from tests.blackbox.people import Person
from tests.blackbox.server import AMPLE, running
from tests.browser.scene import scene
from tests.browser.visitor import PATIENCE_MS, Visitor

expect.set_options(timeout=PATIENCE_MS)
# The shell has Chromium's engine without the windows around it, which cost half of the time.
SHELL = "chromium-headless-shell"
CHROMIUM = shutil.which(SHELL) or shutil.which("chromium")
HERE = Path(__file__).parent
DESK: Any = {"width": 1280, "height": 800}
PHONE: Any = {"width": 390, "height": 844}
__all__ = ["scene"]
"""A fixture of another module, for all tests here."""


class Visit(Protocol):
    """Opens a browser for somebody."""

    def __call__(self, **options: Any) -> Visitor: ...


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave these tests out where there is no Chromium."""
    here = [item for item in items if HERE in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))
    if here and CHROMIUM is None:
        config.hook.pytest_deselected(items=here)
        items[:] = [item for item in items if item not in here]


def pytest_report_collectionfinish() -> list[str]:
    """Say so."""
    install = f"apt-get install --no-install-recommends {SHELL}"
    told = f"tests/browser is left out: no Chromium ({install})"
    return [told] if CHROMIUM is None else []


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """The server, without demo people."""
    with running(LIMIT_SIGN_UP="1000/3600", LIMIT_LOGIN="1000/300", **AMPLE) as (_, base_url):
        service = Service(base_url)
        yield service
        service.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium. It draws without a GPU process, which would emulate one and could starve."""
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--js-flags=--expose-gc"]
    )
    yield browser
    browser.close()


@pytest.fixture
def visit(browser: Browser, service: Service) -> Iterator[Visit]:
    """Opens browsers; in the end none of them may have had a problem."""
    visitors: list[Visitor] = []

    def visit(**options: Any) -> Visitor:
        context = browser.new_context(**{"viewport": DESK, **options})
        visitors.append(Visitor(context, service.base_url))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []


@pytest.fixture
def new(service: Service) -> Callable[[], Person]:
    """Signs up somebody new."""
    return lambda: Person(service)
