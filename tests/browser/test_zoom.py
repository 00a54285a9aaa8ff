"""Nothing is cut and nothing scrolls sideways at a zoom of 200 and of 400 %."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.scene import OPEN, dialogs, settled, views

ZOOMED: dict[str, Any] = {
    "200 %": {"width": 640, "height": 400},
    "400 %": {"width": 320, "height": 200},
}
"""The sizes that a window of 1280 by 800 has in CSS pixels when it is zoomed."""
CUT = """() => {
  const scrolls = (one) => /auto|scroll/.test(getComputedStyle(one).overflowX);
  const isMeant = (one) => one.closest(".unseen, .skip, .tray, [aria-hidden=true]");
  const page = document.body.getBoundingClientRect();
  const cut = [];
  for (const one of document.querySelectorAll("body *")) {
    if (!one.checkVisibility() || isMeant(one)) continue;
    let parent = one.parentElement;
    while (parent && parent !== document.body && !scrolls(parent)) parent = parent.parentElement;
    const { left, right, width } = one.getBoundingClientRect();
    const sticksOut = right > page.right + 1 || left < page.left - 1;
    const isBeside = parent === document.body && width > 1 && sticksOut;
    const style = getComputedStyle(one);
    const shortens = style.textOverflow === "ellipsis" || /^(IMG|CANVAS|INPUT)$/.test(one.tagName);
    const hides = /hidden|clip/.test(style.overflowX) && !shortens;
    const isClipped = hides && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1;
    if (isBeside || isClipped)
      cut.push(`${one.tagName} ${one.className} ${one.textContent.slice(0, 40)}`);
  }
  const { scrollWidth } = document.documentElement;
  if (scrollX || scrollWidth > innerWidth) cut.push("the page scrolls sideways");
  return cut;
}"""
"""Gives what sticks out of the window, or out of a box that hides it."""


@pytest.mark.parametrize("zoom", ZOOMED)
def test_a_zoomed_view_is_not_cut(visit: Visit, scene: dict[str, Any], zoom: str) -> None:
    found: dict[str, list[str]] = {}
    anna = visit(viewport=ZOOMED[zoom], reduced_motion="reduce")
    for path in OPEN:
        anna.open(path)
        expect(anna.page.locator("h1")).to_be_visible()
        found[path] = anna.page.evaluate(CUT)
    anna.log_in(scene["anna"])
    for name, path in views(scene).items():
        anna.open(path)
        settled(anna)
        found[name] = anna.page.evaluate(CUT)
    for name, (path, act) in dialogs(scene).items():
        anna.open(path)
        settled(anna)
        act(anna)
        found[name] = anna.page.evaluate(CUT)
    assert {name: lines for name, lines in found.items() if lines} == {}
