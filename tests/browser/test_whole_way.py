"""A person's whole way, by hand."""

import re

import pytest
from playwright.sync_api import expect

from tests.blackbox.people import new_name
from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.pictures import CAT, EVENING, PATH
from tests.browser.visitor import Visitor

PASSWORD = "correct horse"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_person_signs_up_shares_and_leaves(visit: Visit, size: dict[str, int]) -> None:
    ann, ben = new_name(), new_name()
    anna = visit(viewport=size).sign_up(ann, PASSWORD)
    expect(anna.heading("Your wall is quiet")).to_be_visible()
    bens = visit(viewport=size, color_scheme="dark").sign_up(ben, PASSWORD)
    follow_by_name(bens, ann)
    post_to_an_open_feed(anna, bens, ann)
    talk(anna, bens, ann, ben)
    tell_a_story(anna, bens, ann, ben)
    cem = visit(viewport=size).sign_up(new_name(), PASSWORD)
    turn_private(anna, cem, ann)
    block(anna, bens, ann, ben)
    leave(anna, cem, ann)


def follow_by_name(bens: Visitor, ann: str) -> None:
    """Ben finds Anna by her name, and follows her."""
    bens.link("Search").click()
    bens.fill(Search=ann)
    bens.page.get_by_role("link", name=re.compile(ann)).click()
    bens.button("Follow").click()
    expect(bens.button("Following")).to_be_visible()
    bens.link("Home").click()
    expect(bens.heading("Your wall is quiet")).to_be_visible()


def post_to_an_open_feed(anna: Visitor, bens: Visitor, ann: str) -> None:
    """Anna posts a photograph; it comes to Ben's open feed."""
    anna.publish(EVENING, caption="Low tide")
    post = bens.posts(ann)
    expect(post).to_contain_text("Low tide")
    bens.page.wait_for_function("() => document.querySelector('article img').naturalWidth > 300")


def talk(anna: Visitor, bens: Visitor, ann: str, ben: str) -> None:
    """Ben likes and comments; Anna sees both, and answers."""
    post = bens.posts(ann)
    post.get_by_role("button", name="Like", exact=True).click()
    expect(post.get_by_role("button", name="Unlike")).to_be_visible()
    expect(post.get_by_role("link", name="1 like")).to_be_visible()
    post.get_by_label("Add a comment").fill("I can hear the ropes.")
    post.get_by_role("button", name="Comment", exact=True).click()
    expect(post).to_contain_text("I can hear the ropes.")
    anna.link("Me").click()
    anna.page.locator("a.tile").click()
    expect(anna.page.get_by_role("region", name="Comments")).to_contain_text(
        "I can hear the ropes."
    )
    anna.button("Reply").click()
    field = anna.page.get_by_label("Add a comment")
    expect(field).to_have_value(f"@{ben} ")
    field.press("End")
    anna.page.keyboard.type("So can I.")
    anna.button("Comment").click()
    expect(anna.page.locator(".replies")).to_contain_text(f"@{ben} So can I.")


def tell_a_story(anna: Visitor, bens: Visitor, ann: str, ben: str) -> None:
    """Anna tells a story; Ben sees it, and Anna sees that he has."""
    anna.open("/new?kind=story")
    anna.choose(CAT)
    anna.button("Share").click()
    expect(anna.told("Your story is on its way.")).to_be_visible()
    expect(anna.page.get_by_role("link", name="You")).to_be_visible()
    bens.open("/")
    with bens.page.expect_response(re.compile("/view$")):
        bens.page.get_by_role("link", name=re.compile("not seen yet")).click()
        expect(bens.page.get_by_role("dialog", name="Stories")).to_be_visible()
    bens.page.keyboard.press("Escape")
    expect(bens.page.get_by_role("dialog", name="Stories")).to_have_count(0)
    anna.open(f"/stories/{ann}")
    anna.page.get_by_role("button", name=re.compile("view")).click()
    expect(anna.page.get_by_role("dialog", name="Seen by")).to_contain_text(ben)
    anna.page.keyboard.press("Escape")
    anna.page.keyboard.press("Escape")


def turn_private(anna: Visitor, cem: Visitor, ann: str) -> None:
    """Anna turns private: a stranger has to ask, and she answers."""
    anna.open("/settings")
    anna.page.get_by_role("switch", name="Private account").check()
    expect(anna.told("Your account is private now.")).to_be_visible()
    cem.open(f"/u/{ann}")
    expect(cem.heading("This wall is private")).to_be_visible()
    cem.button("Follow").click()
    expect(cem.button("Requested")).to_be_visible()
    anna.link("Activity").click()
    anna.button("Approve").click()
    expect(anna.heading("Nobody is waiting")).to_be_visible()
    cem.open(f"/u/{ann}")
    expect(cem.page.locator("a.tile")).to_have_count(1)


def block(anna: Visitor, bens: Visitor, ann: str, ben: str) -> None:
    """She blocks Ben, who loses sight of her at once."""
    anna.open(f"/u/{ben}")
    anna.button("More").click()
    anna.button("Block").click()
    anna.page.get_by_role("dialog").get_by_role("button", name="Block", exact=True).click()
    expect(anna.heading(f"You have blocked {ben}")).to_be_visible()
    bens.open(f"/u/{ann}")
    expect(bens.heading("This is gone, or was never yours to see")).to_be_visible()


def leave(anna: Visitor, cem: Visitor, ann: str) -> None:
    """She takes her data along, and leaves."""
    anna.open("/settings")
    anna.button("Export my data").click()
    with anna.page.expect_download() as download:
        anna.page.get_by_role("link", name=re.compile("Download")).click()
    assert download.value.path().read_bytes().startswith(b"PK")
    anna.button("Delete my account…").click()
    dialog = anna.page.get_by_role("dialog", name="Delete your account?")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Delete my account").click()
    expect(anna.heading("A quiet wall for your photographs")).to_be_visible()
    cem.open(f"/u/{ann}")
    expect(cem.heading("This is gone, or was never yours to see")).to_be_visible()


def test_an_album_is_arranged_filtered_and_leafed_through(visit: Visit) -> None:
    anna = visit().sign_up(new_name(), PASSWORD)
    anna.link("New post").click()
    anna.choose(EVENING, CAT, PATH)
    anna.button("Next").click()
    anna.button("Move picture 3 forward").click()
    expect(anna.page.locator(".arrange img").nth(1)).to_have_attribute(
        "alt", re.compile("path.jpg")
    )
    anna.button("Next").click()
    anna.page.get_by_text("honey", exact=True).click()
    anna.button("Next").click()
    anna.button("Back").click()
    expect(anna.page.get_by_role("radio", name="honey")).to_be_checked()
    anna.button("Next").click()
    anna.fill(Caption="Three of them", Place="Pier 4")
    anna.button("Publish").click()
    post = anna.posts().filter(has_text="Three of them")
    expect(post).to_be_visible()
    expect(post).to_contain_text("Pier 4")
    expect(post).to_contain_text("1/3")
    post.get_by_role("button", name="Show picture 2").click()
    expect(post).to_contain_text("2/3")


def test_a_post_is_edited_and_deleted(visit: Visit) -> None:
    anna = visit().sign_up(new_name(), PASSWORD)
    anna.publish(CAT, caption="First words")
    anna.button("More").click()
    anna.button("Edit").click()
    anna.fill(Caption="Better words")
    anna.button("Save changes").click()
    expect(anna.posts()).to_contain_text("Better words")
    anna.button("More").click()
    anna.button("Delete").click()
    anna.page.get_by_role("dialog", name="Delete this post?").get_by_role(
        "button", name="Delete"
    ).click()
    expect(anna.posts()).to_have_count(0)
