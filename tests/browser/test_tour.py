"""Makes the pictures of docs/tour.md: `make tour`."""

import io
import os
import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.blackbox.server import ROOT, running
from tests.browser.conftest import DESK, PHONE
from tests.browser.pictures import EVENING, PHOTOS
from tests.browser.visitor import Visitor

IMAGES = ROOT / "docs" / "images"
QUALITY = 76
DEMO_SECONDS = 120
WANTED = os.environ.get("TOUR") == "1"
pytestmark = pytest.mark.skipif(not WANTED, reason="make tour makes the pictures")


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """A server with the demo people."""
    with running(DEMO="1") as (server, base_url):
        server.wait_for(re.compile("Loaded .* people"), DEMO_SECONDS)
        yield base_url


def keep(page: Page, name: str) -> None:
    """Keep what a view looks like, as a small WebP."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)  # the fades
    image = Image.open(io.BytesIO(page.screenshot()))
    image.convert("RGB").save(IMAGES / f"page-{name}.webp", quality=QUALITY, method=6)


SIZES: dict[str, Any] = {"desk": DESK, "phone": PHONE}


@pytest.mark.parametrize("name", ["desk-dark", "phone-light"])
def test_the_feed_in_the_other_theme(browser: Browser, demo: str, name: str) -> None:
    size, _, theme = name.partition("-")
    context = browser.new_context(viewport=SIZES[size], color_scheme=cast("Any", theme))
    one = Visitor(context, demo).open("/")
    one.page.get_by_role("button", name="Look around").click()
    expect(one.posts().first).to_be_visible()
    keep(one.page, f"{name}-feed")
    context.close()


@pytest.mark.parametrize("name", ["desk-light", "phone-dark"])
def test_the_tour(browser: Browser, demo: str, name: str) -> None:
    size, _, theme = name.partition("-")
    context = browser.new_context(viewport=SIZES[size], color_scheme=cast("Any", theme))
    one = Visitor(context, demo)
    look_around(one, name)
    make_a_post(one, name)
    context.close()
    assert one.problems == []


def look_around(one: Visitor, name: str) -> None:
    """See every view."""
    one.open("/")
    expect(one.page.get_by_role("button", name="Look around")).to_be_visible()
    keep(one.page, f"{name}-landing")
    one.page.get_by_role("button", name="Look around").click()
    expect(one.posts().first).to_be_visible()
    keep(one.page, f"{name}-feed")
    one.posts().filter(has=one.page.locator(".first-comment")).first.locator("a.action").click()
    expect(one.page.get_by_role("region", name="Comments")).to_contain_text("Reply")
    keep(one.page, f"{name}-post")
    one.open("/").page.locator(".tray a").nth(2).click()
    expect(one.page.locator(".story > img")).to_be_visible()
    one.button("Pause").click()
    keep(one.page, f"{name}-stories")
    for view, path in (
        ("profile", "/u/jonas"),
        ("activity", "/activity"),
        ("settings", "/settings"),
        ("search", "/search?q=aiko"),
    ):
        one.open(path)
        keep(one.page, f"{name}-{view}")


def make_a_post(one: Visitor, name: str) -> None:
    """Go through the steps of a new post."""
    one.open("/new")
    one.choose(EVENING, PHOTOS / "kite.jpg", PHOTOS / "coffee.jpg")
    expect(one.page.locator(".upload-item.ready")).to_have_count(3)
    keep(one.page, f"{name}-choose")
    one.button("Next").click()
    keep(one.page, f"{name}-arrange")
    one.button("Next").click()
    one.page.get_by_text("ember", exact=True).click()
    keep(one.page, f"{name}-look")
    one.button("Next").click()
    one.fill(Caption="The boats come home before the light goes. #harbour", Place="Pier 4")
    keep(one.page, f"{name}-tell")
