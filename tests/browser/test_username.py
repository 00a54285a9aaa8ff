"""A person takes another username: it is shown everywhere, and the id still leads to them."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.blackbox.people import Person, new_name
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

New = Callable[[], Person]


def rename(visitor: Visitor, name: str) -> None:
    """Ask for another username in the account."""
    visitor.fill(**{"New username": name})
    visitor.button("Change the username").click()


def test_a_new_username_is_shown_everywhere(visit: Visit, new: New) -> None:
    ann, name = new(), new_name()
    old, post = ann.username, ann.publish("Mine")
    ann.post("/comment", {"post_id": post["post_id"], "text": "Said before"})
    anna = visit().log_in(ann)
    said = anna.posts().locator(".first-comment")
    expect(said).to_contain_text(old)
    tab = anna.new_page()
    tab.goto(anna.base_url + "/settings")
    expect(tab.get_by_role("heading", name="Settings")).to_be_visible()
    anna.link("Me").click()
    anna.link("Edit profile").click()
    anna.page.get_by_role("link", name="Username, password").click()
    rename(anna, f" {name.upper()} ")
    expect(anna.told(f"You are {name} now.")).to_be_visible()
    expect(anna.button("Change the username")).to_be_disabled()

    for page in (tab, anna.page):
        page.get_by_role("link", name="Me", exact=True).click()
        expect(page).to_have_url(f"{anna.base_url}/u/{name}")
        expect(page.get_by_text(f"@{name}", exact=True)).to_be_visible()
    anna.link("Home").click()
    expect(said).to_contain_text(name)
    expect(anna.posts().locator(".caption .name")).to_have_text(name)
    expect(anna.page.get_by_text(old, exact=True)).to_have_count(0)
    anna.open(f"/u/{old}")
    expect(anna.heading("This is gone, or was never yours to see")).to_be_visible()


def test_a_link_with_the_id_outlives_the_name(visit: Visit, new: New) -> None:
    ann, ben, name = new(), new(), new_name()
    bens = visit().log_in(ben, f"/u/{ann.username}")
    bens.button("More").click()
    bens.button("Copy the link").click()
    expect(bens.told("The link is copied.")).to_be_visible()
    link = bens.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{bens.base_url}/u/{ann.user_id}"
    assert ann.post("/me/username", {"username": name}).status_code == 200
    bens.page.goto(link)
    expect(bens.page.get_by_text(f"@{name}", exact=True)).to_be_visible()
    bens.page.goto(f"{link}/followers")
    expect(bens.heading("Followers")).to_contain_text(f"@{name}")


def test_a_name_that_cannot_be_had_says_why(visit: Visit, new: New) -> None:
    ann, ben = new(), new()
    anna = visit().log_in(ann, "/settings/account")
    wrong = anna.page.locator("[aria-invalid=true]")
    rename(anna, ben.username)
    expect(anna.page.get_by_role("alert")).to_contain_text("taken")
    rename(anna, "admin")
    expect(wrong).to_have_accessible_name("New username")
    expect(wrong).to_have_accessible_description(re.compile("reserved"))
    for name in (new_name(), new_name()):
        rename(anna, name)
        expect(anna.told(f"You are {name} now.")).to_be_visible()
    rename(anna, new_name())
    expect(anna.page.get_by_role("alert")).to_contain_text(re.compile("Try again in 30 days"))
    expect(anna.button("Change the username")).to_be_disabled()
