"""Data comes in while a person is at something: it takes nothing out of their hands."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Route, expect

from tests.blackbox.people import Person
from tests.browser.conftest import Visit
from tests.browser.pictures import drawn
from tests.browser.visitor import Visitor

FEED = re.compile("/feed/")
POST = re.compile(r"/posts/\w+$")
New = Callable[[], Person]


def hold(visitor: Visitor, url: re.Pattern[str]) -> list[Route]:
    """Keep the requests to an address waiting."""
    held: list[Route] = []
    visitor.page.route(url, lambda route: held.append(route))  # noqa: PLW0108 (a method has no attributes)
    return held


def let_go(visitor: Visitor, url: re.Pattern[str], held: list[Route]) -> None:
    """Answer all that wait, and let the following ones through."""
    for route in held:
        route.continue_()
    visitor.page.unroute(url)


def posted(visitor: Visitor, caption: str) -> Locator:
    """Post a picture while the feed's own answer is on its way. Gives the card."""
    visitor.publish(drawn(1), caption=caption)
    return visitor.posts().filter(has_text=caption)


def test_a_menu_stays_open_when_the_feed_arrives(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    expect(anna.heading("Your wall is quiet")).to_be_visible()
    held = hold(anna, FEED)
    card = posted(anna, "Just now")
    card.get_by_role("button", name="More").click()
    expect(anna.button("Edit")).to_be_visible()
    let_go(anna, FEED, held)
    expect(anna.told("You are up to date")).to_be_attached()
    expect(anna.button("Edit")).to_be_visible()
    anna.button("Edit").click()
    anna.fill(Caption="A moment later")
    anna.button("Save changes").click()
    expect(anna.posts()).to_contain_text("A moment later")
    expect(anna.posts()).to_have_count(1)


def test_the_card_itself_stays_when_the_feed_arrives(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    expect(anna.heading("Your wall is quiet")).to_be_visible()
    held = hold(anna, FEED)
    card = posted(anna, "Just now")
    card.get_by_label("Add a comment").focus()
    anna.page.keyboard.type("Half a ")
    let_go(anna, FEED, held)
    expect(anna.told("You are up to date")).to_be_attached()
    anna.page.keyboard.type("sentence")
    expect(card.get_by_label("Add a comment")).to_be_focused()
    expect(card.get_by_label("Add a comment")).to_have_value("Half a sentence")


def test_a_menu_stays_open_when_another_post_has_developed(visit: Visit, new: New) -> None:
    ann = new()
    ann.publish("The first")
    anna = visit().log_in(ann)

    def still_processing(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=json.dumps({**answer.json(), "state": "processing"}))

    anna.page.route(re.compile(r"/posts$"), still_processing)
    held = hold(anna, POST)
    anna.link("New post").click()
    anna.choose(drawn(2))
    anna.go_on_to("Tell")
    anna.fill(Caption="The second")
    held_feed = hold(anna, FEED)
    anna.button("Publish").click()
    expect(anna.told("Developing…")).to_be_visible()
    let_go(anna, FEED, held_feed)
    first = anna.posts().filter(has_text="The first")
    first.get_by_role("button", name="More").click()
    anna.button("Edit").click()
    anna.fill(Caption="The first, edited")
    let_go(anna, POST, held)
    expect(anna.page.get_by_text("Developing…")).to_have_count(0)
    anna.button("Save changes").click()
    expect(anna.posts().filter(has_text="The first, edited")).to_be_visible()
    expect(anna.posts().filter(has_text="The second")).to_be_visible()


def test_a_menu_that_could_not_be_loaded_can_be_opened_again(visit: Visit, new: New) -> None:
    ann = new()
    ann.publish("Mine")
    anna = visit().log_in(ann)
    anna.page.route(re.compile("post-menu"), lambda route: route.abort(), times=1)
    anna.button("More").click()
    expect(anna.told("This part of the page could not be loaded.")).to_be_visible()
    anna.button("More").click()
    expect(anna.button("Edit")).to_be_visible()


def test_a_deleted_post_leaves_a_quiet_wall(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    posted(anna, "Not for long").get_by_role("button", name="More").click()
    anna.button("Delete").click()
    anna.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(anna.heading("Your wall is quiet")).to_be_visible()
    expect(anna.posts()).to_have_count(0)


def test_an_open_menu_is_closed_by_the_way_back(visit: Visit, new: New) -> None:
    ann = new()
    ann.publish("Mine")
    anna = visit().log_in(ann)
    expect(anna.posts()).to_be_visible()
    anna.link("Activity").click()
    anna.link("Home").click()
    anna.button("More").click()
    expect(anna.button("Edit")).to_be_visible()
    anna.page.go_back()
    expect(anna.heading("Activity")).to_be_visible()
    expect(anna.page.get_by_role("dialog")).to_have_count(0)
