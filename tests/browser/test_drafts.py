"""A draft that the browser keeps is there again, whatever else is begun meanwhile."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.blackbox.people import Person
from tests.blackbox.pictures import plain
from tests.browser.conftest import Visit
from tests.browser.pictures import PASTE, drawn

New = Callable[[], Person]


def test_a_story_leaves_the_draft_of_a_post_alone(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    anna.link("New post").click()
    anna.choose(drawn(1), drawn(2))
    items = anna.page.locator(".upload-item")
    expect(anna.page.locator(".upload-item.ready")).to_have_count(2)
    anna.link("Story").click()
    expect(anna.heading("New story")).to_be_visible()
    expect(items).to_have_count(0)
    anna.choose(drawn(3))
    expect(anna.page.locator(".upload-item.ready")).to_have_count(1)
    anna.link("Post").click()
    expect(items).to_have_count(2)
    anna.keeps("story", 1)
    anna.keeps("post", 2)
    anna.open("/new?kind=story")
    expect(items).to_have_count(1)
    anna.open("/new")
    expect(items).to_have_count(2)


def test_a_picture_that_is_pasted_elsewhere_joins_the_draft(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    anna.link("New post").click()
    anna.choose(drawn(1), drawn(2))
    expect(anna.page.locator(".upload-item.ready")).to_have_count(2)
    anna.keeps("post", 2)
    anna.open("/activity")
    expect(anna.heading("Activity")).to_be_visible()
    anna.page.evaluate(PASTE, list(plain()))
    expect(anna.page.locator(".upload-item")).to_have_count(3)
