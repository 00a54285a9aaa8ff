"""Searching for people while one types."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.blackbox.people import Person
from tests.blackbox.waiting import until
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

SEARCH = re.compile(r"/search\?q=")
New = Callable[[], Person]


@pytest.fixture
def mira(new: New) -> Person:
    """Somebody with a display name, whom the search knows."""
    mira = new()
    word = mira.username[::-1]
    mira.patch("/me", {"display_name": f"Míra {word}"})
    until(lambda: mira.get(f"/search?q=mira {word}").json()["items"], len)
    return mira


def rows(anna: Visitor) -> Locator:
    """The people that are shown."""
    return anna.page.locator(".person")


def status(anna: Visitor) -> Locator:
    """What a screen reader is told of the answer."""
    return anna.page.locator(".column [role=status]")


def test_people_are_found_while_one_types(visit: Visit, new: New, mira: Person) -> None:
    anna = visit().log_in(new(), "/search")
    expect(anna.heading("Find people")).to_be_visible()
    word = mira.username[::-1]
    field = anna.page.get_by_label("Search", exact=True)
    field.press_sequentially(f"MIRA {word[:8]}")
    expect(rows(anna)).to_have_count(1)
    expect(rows(anna)).to_contain_text(mira.username)
    expect(status(anna)).to_have_text("1 person found")
    assert anna.page.url.endswith(f"/search?q=MIRA%20{word[:8]}")
    anna.page.reload()
    expect(rows(anna)).to_contain_text(mira.username)
    anna.fill(Search=f"mira {word}x")
    expect(anna.heading("Nobody is called")).to_be_visible()
    expect(status(anna)).to_have_text("Nobody found")
    anna.fill(Search="")
    expect(anna.heading("Find people")).to_be_visible()


def test_the_arrow_keys_go_through_the_people(visit: Visit, new: New, mira: Person) -> None:
    anna = visit().log_in(new(), f"/search?q={mira.username}")
    expect(rows(anna)).to_have_count(1)
    field = anna.page.get_by_label("Search", exact=True)
    field.focus()
    anna.page.keyboard.press("ArrowDown")
    expect(rows(anna).locator("> a")).to_be_focused()
    anna.page.keyboard.press("ArrowDown")
    expect(rows(anna).locator("> a")).to_be_focused()
    anna.page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    anna.page.keyboard.press("ArrowDown")
    anna.page.keyboard.press("Enter")
    expect(anna.page.get_by_role("heading", name=re.compile("Míra"))).to_be_visible()


def test_a_late_answer_to_an_earlier_name_is_not_shown(
    visit: Visit, new: New, mira: Person
) -> None:
    anna = visit().log_in(new(), "/search")
    held: list[Route] = []
    first = re.compile(rf"/search\?q={mira.username}&")
    anna.page.route(first, lambda route: held.append(route))  # noqa: PLW0108 (a method has no attributes)
    anna.fill(Search=mira.username)
    with anna.page.expect_request(first):
        pass
    anna.fill(Search=f"{mira.username}x")
    expect(anna.heading("Nobody is called")).to_be_visible()
    with anna.page.expect_response(first):
        for route in held:
            route.continue_()
    expect(status(anna)).to_have_text("Nobody found")
    expect(rows(anna)).to_have_count(0)


def test_one_request_is_made_for_a_word_that_is_typed_quickly(
    visit: Visit, new: New, mira: Person
) -> None:
    anna = visit().log_in(new(), "/search")
    asked: list[str] = []
    anna.page.on("request", lambda one: SEARCH.search(one.url) and asked.append(one.url))
    anna.page.clock.install()
    anna.page.get_by_label("Search", exact=True).press_sequentially(mira.username)
    anna.page.clock.run_for(1000)
    expect(rows(anna)).to_have_count(1)
    assert len(asked) == 1


def test_a_failure_says_so_and_can_be_tried_again(visit: Visit, new: New, mira: Person) -> None:
    anna = visit().log_in(new(), "/search")
    anna.page.route(SEARCH, lambda route: route.fulfill(status=500, json={"detail": "Broken."}))
    anna.fill(Search=mira.username)
    expect(anna.page.get_by_role("alert")).to_contain_text("Broken.")
    anna.page.unroute(SEARCH)
    anna.button("Try again").click()
    expect(rows(anna)).to_contain_text(mira.username)
