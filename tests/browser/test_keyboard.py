"""The keyboard alone."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.blackbox.people import Person, new_name
from tests.browser.conftest import Visit
from tests.browser.pictures import CAT
from tests.browser.visitor import Visitor


def tab_to(visitor: Visitor, name: str, most: int = 40) -> None:
    """Press Tab until something of that accessible name has the focus."""
    focused = """(name) => {
      const now = document.activeElement;
      const words = now.labels?.[0]?.textContent ?? now.textContent;
      const label = now.getAttribute("aria-label") ?? words;
      return label.trim() === name;
    }"""
    for _ in range(most):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate(focused, name):
            return
    raise AssertionError(f"{most} tabs do not reach {name!r}")


def test_a_whole_way_by_keyboard(visit: Visit, new: Callable[[], Person]) -> None:
    ben = new()
    ben.publish("The evening")
    anna = visit().open("/")
    username = join(anna)
    find_and_follow(anna, ben.username)
    like_and_comment(anna, ben.username)
    post_a_picture(anna, username)
    leave(anna, username)


def join(anna: Visitor) -> str:
    """Sign up from the landing. Gives the name."""
    keys = anna.page.keyboard
    expect(anna.heading("A quiet wall for your photographs")).to_be_visible()
    tab_to(anna, "Sign up")
    keys.press("Enter")
    expect(anna.heading("Sign up")).to_be_focused()
    username = new_name()
    for name, value in (
        ("Username", username),
        ("E-mail", "a@example.com"),
        ("Password", "correct horse"),
    ):
        tab_to(anna, name)
        keys.type(value)
    keys.press("Enter")
    expect(anna.heading("Your wall is quiet")).to_be_visible()
    return username


def find_and_follow(anna: Visitor, name: str) -> None:
    """Find somebody by name."""
    keys = anna.page.keyboard
    keys.press("/")
    expect(anna.page.get_by_label("Search", exact=True)).to_be_focused()
    keys.type(name)
    expect(anna.page.locator(".person").first).to_contain_text(name)
    tab_to(anna, "Follow")
    keys.press("Enter")
    expect(anna.button("Following")).to_be_visible()


def like_and_comment(anna: Visitor, name: str) -> None:
    """Go home, and say something about the first post."""
    keys = anna.page.keyboard
    keys.press("g")
    keys.press("h")
    expect(anna.posts(name)).to_be_visible()
    keys.press("j")
    expect(anna.posts(name)).to_be_focused()
    keys.press("l")
    expect(anna.button("Unlike")).to_be_visible()
    keys.press("c")
    expect(anna.page.get_by_label("Add a comment")).to_be_focused()
    keys.type("By hand? By keyboard.")
    keys.press("Enter")
    expect(anna.posts()).to_contain_text("By hand? By keyboard.")
    keys.press("Escape")
    keys.press("o")
    expect(anna.page.get_by_role("region", name="Comments")).to_contain_text("By keyboard.")

    keys.press("?")
    expect(anna.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    keys.press("Escape")
    expect(anna.page.get_by_role("dialog")).to_have_count(0)


def post_a_picture(anna: Visitor, username: str) -> None:
    """Make a post; only the system's own file dialog is left out."""
    keys = anna.page.keyboard
    keys.press("n")
    expect(anna.heading("New post")).to_be_focused()
    anna.choose(CAT)
    for step in ("Arrange", "Look", "Tell"):
        tab_to(anna, "Next", most=60)
        keys.press("Enter")
        expect(anna.heading(step)).to_be_focused()
    tab_to(anna, "Caption")
    keys.type("Typed")
    tab_to(anna, "Publish")
    keys.press("Enter")
    expect(anna.posts(username)).to_contain_text("Typed")


def leave(anna: Visitor, username: str) -> None:
    """Log out."""
    keys = anna.page.keyboard
    keys.press("g")
    keys.press("p")
    expect(anna.heading(username)).to_be_visible()
    tab_to(anna, "Settings")
    keys.press("Enter")
    tab_to(anna, "Log out", most=60)
    keys.press("Enter")
    expect(anna.heading("A quiet wall for your photographs")).to_be_visible()


def test_a_dialog_keeps_the_focus_and_gives_it_back(
    visit: Visit, new: Callable[[], Person]
) -> None:
    ben, ann = new(), new()
    anna = visit().log_in(ann, f"/u/{ben.username}")
    tab_to(anna, "More")
    anna.page.keyboard.press("Enter")
    dialog = anna.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    inside = """() => [document.body, ...document.querySelectorAll("dialog *")].includes(
      document.activeElement)"""
    for _ in range(8):
        anna.page.keyboard.press("Tab")
        assert anna.page.evaluate(inside)
    anna.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(anna.button("More")).to_be_focused()


def test_keys_can_be_switched_off(visit: Visit, new: Callable[[], Person]) -> None:
    anna = visit().log_in(new(), "/settings")
    anna.page.get_by_role("switch", name="Keyboard shortcuts").uncheck()
    anna.page.keyboard.press("n")
    anna.page.keyboard.press("?")
    expect(anna.page.get_by_role("dialog")).to_have_count(0)
    expect(anna.page).to_have_url(re.compile("/settings$"))


def test_the_skip_link_leads_to_the_content(visit: Visit, new: Callable[[], Person]) -> None:
    anna = visit().log_in(new())
    expect(anna.heading("Your wall is quiet")).to_be_visible()
    anna.page.keyboard.press("Tab")
    tab_to(anna, "Skip to the content", most=60)
    anna.page.keyboard.press("Enter")
    expect(anna.page.locator("main")).to_be_focused()
