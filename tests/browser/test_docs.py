"""The reference of the API, under the page's policy and with its session."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.blackbox.people import Person
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor


def try_out(visitor: Visitor, path: str) -> str:
    """Send a GET from the reference. Gives the status that it shows."""
    summary = visitor.page.locator(f'.opblock-get:has([data-path="{path}"])')
    summary.locator(".opblock-summary-control").click()
    summary.get_by_role("button", name="Try it out").click()
    summary.get_by_role("button", name="Execute").click()
    shown = summary.locator(".live-responses-table tbody .response-col_status").first
    return shown.inner_text().split()[0]


def test_it_describes_every_route_and_sends_requests(visit: Visit) -> None:
    visitor = visit().open("/docs")
    expect(visitor.page.get_by_text("Not logged in")).to_be_visible()
    expect(visitor.page.locator('[data-path="/feed/{user_id}"]').first).to_be_visible()
    assert try_out(visitor, "/health") == "200"


def test_it_has_the_session_of_the_page_in_its_tab_and_in_others(
    visit: Visit, new: Callable[[], Person]
) -> None:
    anna = new()
    visitor = visit().log_in(anna)
    first = visitor.page
    visitor.page = visitor.new_page()
    visitor.open("/docs")
    as_anna = f"Requests are sent as {anna.username}."
    expect(visitor.page.get_by_text(as_anna)).to_be_visible()
    assert try_out(visitor, "/me") == "200"
    first.goto(f"{visitor.base_url}/docs")
    expect(first.get_by_text(as_anna)).to_be_visible()


def test_it_takes_the_theme_of_the_page(visit: Visit) -> None:
    visitor = visit(color_scheme="dark").open("/docs")
    expect(visitor.page.locator("html")).to_have_class("dark-mode")
    visitor.page.evaluate("localStorage.setItem('fanlight.theme', 'light')")
    visitor.open("/docs")
    expect(visitor.page.locator(".opblock").first).to_be_visible()
    expect(visitor.page.locator("html")).not_to_have_class("dark-mode")
