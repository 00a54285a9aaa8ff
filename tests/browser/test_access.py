"""Everybody can use every view: axe finds nothing, in both themes, wide and narrow."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.scene import OPEN, dialogs, settled, views

SIZES: dict[str, Any] = {
    "320": {"width": 320, "height": 200},
    "1280": {"width": 1280, "height": 800},
}
"""The smaller one is the larger one at a zoom of 400 %, in CSS pixels."""
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # leaves out what passes, which is thousands of elements
}


def violations(page: Page) -> list[str]:
    """What axe finds, one line each."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_no_view_has_a_barrier(visit: Visit, scene: dict[str, Any], theme: str, size: str) -> None:
    found: dict[str, list[str]] = {}
    anna = visit(viewport=SIZES[size], color_scheme=theme, reduced_motion="reduce")
    for path in OPEN:
        anna.open(path)
        expect(anna.page.locator("h1")).to_be_visible()
        found[path] = violations(anna.page)
    anna.log_in(scene["anna"])
    for name, path in views(scene).items():
        anna.open(path)
        settled(anna)
        found[name] = violations(anna.page)
    for name, (path, act) in dialogs(scene).items():
        anna.open(path)
        settled(anna)
        act(anna)
        found[name] = violations(anna.page)
    assert {name: lines for name, lines in found.items() if lines} == {}
