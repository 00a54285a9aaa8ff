"""A person changes the password and the e-mail address, and ends sessions elsewhere."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.blackbox.client import Service
from tests.blackbox.people import Person
from tests.blackbox.server import START_SECONDS, Server, running
from tests.browser.conftest import DESK, Visit
from tests.browser.visitor import Visitor

CHANGED = "a quieter wall of pictures"
New = Callable[[], Person]


def account(visitor: Visitor, person: Person) -> Visitor:
    """Log in, and go to the account by the settings."""
    visitor.log_in(person, "/settings")
    visitor.page.get_by_role("link", name="Username, password, e-mail and sessions").click()
    expect(visitor.heading("Account")).to_be_visible()
    return visitor


def test_a_new_password_ends_the_sessions_elsewhere(visit: Visit, new: New) -> None:
    ann = new()
    elsewhere = visit().log_in(ann)
    expect(elsewhere.heading("Your wall is quiet")).to_be_visible()
    anna = account(visit(), ann)
    tab = anna.new_page()
    tab.goto(anna.base_url + "/settings")
    expect(tab.get_by_role("heading", name="Settings")).to_be_visible()

    change = anna.button("Change the password")
    anna.fill(Password="not the password", **{"New password": CHANGED})
    change.click()
    expect(anna.page.get_by_role("alert")).to_be_visible()
    anna.fill(Password=ann.password, **{"New password": "password1"})
    change.click()
    expect(anna.page.locator("[aria-invalid=true]")).to_have_accessible_name("New password")
    anna.fill(**{"New password": CHANGED})
    change.click()
    expect(anna.told("Your password is changed.")).to_be_visible()
    expect(anna.page.get_by_label("New password", exact=True)).to_have_value("")

    tab.get_by_role("link", name="Activity").click()
    expect(tab.get_by_role("heading", name="Nobody is waiting")).to_be_visible()
    tab.reload()
    expect(tab.get_by_role("heading", name="Nobody is waiting")).to_be_visible()
    # The page may have asked by itself and shown the dialog, which takes all clicks.
    elsewhere.link("Activity").dispatch_event("click")
    dialog = elsewhere.page.get_by_role("dialog", name="Your session has ended")
    dialog.get_by_label("Password").fill(CHANGED)
    dialog.get_by_role("button", name="Log in").click()
    expect(elsewhere.heading("Nobody is waiting")).to_be_visible()


def test_a_log_out_everywhere_ends_all_sessions(visit: Visit, new: New) -> None:
    ann = new()
    elsewhere = visit().log_in(ann)
    expect(elsewhere.heading("Your wall is quiet")).to_be_visible()
    anna = account(visit(), ann)
    anna.button("Log out everywhere").click()
    dialog = anna.page.get_by_role("dialog", name="Log out everywhere?")
    dialog.get_by_role("button", name="Log out").click()
    expect(anna.heading("A quiet wall for your photographs")).to_be_visible()
    elsewhere.link("Activity").click()
    expect(elsewhere.page.get_by_role("dialog", name="Your session has ended")).to_be_visible()


@pytest.fixture(scope="module")
def posted() -> Iterator[tuple[Server, str]]:
    """A server that tells what it would send by e-mail."""
    with running() as (server, base_url):
        yield server, base_url


def test_a_new_address_counts_once_its_code_is_given(
    browser: Browser, posted: tuple[Server, str]
) -> None:
    server, base_url = posted
    ann = Person(Service(base_url))
    anna = account(Visitor(browser.new_context(viewport=DESK), base_url), ann)
    address = f"{ann.username}@example.org"
    expect(anna.page.get_by_text(f"{ann.username}@example.com")).to_be_visible()
    anna.fill(**{"New e-mail": address, "Your password": "not the password"})
    anna.button("Send a code").click()
    expect(anna.page.get_by_role("alert")).to_be_visible()
    anna.fill(**{"Your password": ann.password})
    anna.button("Send a code").click()
    expect(anna.page.get_by_text("A code is on its way")).to_be_visible()
    told = re.compile(rf"mail to {re.escape(address)}: .*code is (\d{{6}})")
    anna.fill(Code=server.wait_for(told, START_SECONDS)[1])
    anna.button("Confirm").click()
    expect(anna.told("Your e-mail address is changed.")).to_be_visible()
    expect(anna.page.get_by_text(address)).to_be_visible()
    assert anna.problems == []
    anna.context.close()
