"""A comment that somebody writes is seen where it was written."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.blackbox.people import Person
from tests.browser.conftest import Visit

New = Callable[[], Person]
TYPED_AT_ONCE = """async (reply) => {
  const [field] = document.getElementsByTagName("textarea");
  const events = new MessageChannel();
  reply.click();
  await new Promise((resolve) => {
    events.port1.onmessage = resolve;
    events.port2.postMessage(null);
  });
  field.value = "Typed at once";
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""
"""Types in the event that follows the click, before anything is painted."""


def test_a_comment_in_the_feed_is_seen_below_the_first_ones(visit: Visit, new: New) -> None:
    ann = new()
    post = ann.publish("Much discussed")
    for text in ("First", "Second", "Third"):
        assert ann.post("/comment", {"post_id": post["post_id"], "text": text}).status_code == 201
    anna = visit().log_in(ann)
    card = anna.posts()
    said = card.locator(".first-comment")
    expect(said).to_have_count(2)
    expect(said.nth(1)).to_contain_text("Second")
    for number, text in enumerate(("Mine", "And mine again")):
        card.get_by_label("Add a comment").fill(text)
        card.get_by_role("button", name="Comment", exact=True).click()
        expect(said).to_have_count(3 + number)
        expect(said.last).to_contain_text(text)
    expect(said.first).to_contain_text("First")
    anna.link("All 5 comments").click()
    comments = anna.page.get_by_role("region", name="Comments")
    expect(comments).to_contain_text("And mine again")
    comments.locator("li").filter(has_text="And mine again").get_by_role(
        "button", name="Delete"
    ).click()
    anna.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(comments).not_to_contain_text("And mine again")
    anna.page.go_back()
    expect(said).to_have_count(3)
    expect(said.last).to_contain_text("Mine")


def test_more_comments_are_added_to_those_before(visit: Visit, new: New) -> None:
    ann = new()
    post = ann.publish("Much discussed")
    for number in range(22):
        ann.post("/comment", {"post_id": post["post_id"], "text": f"Number {number}"})
    anna = visit().log_in(ann, f"/p/{post['post_id']}")
    comments = anna.page.get_by_role("region", name="Comments").locator(".comment")
    expect(comments).to_have_count(20)
    anna.button("More of them").click()
    expect(comments).to_have_count(22)
    expect(comments.last).to_contain_text("Number 21")


def test_a_reply_that_is_typed_at_once_is_kept(visit: Visit, new: New) -> None:
    ann = new()
    post = ann.publish("Mine")
    ann.post("/comment", {"post_id": post["post_id"], "text": "First"})
    anna = visit().log_in(ann, f"/p/{post['post_id']}")
    anna.button("Reply").evaluate(TYPED_AT_ONCE)
    field = anna.page.get_by_label("Add a comment")
    expect(field).to_be_focused()
    field.press("Enter")
    expect(anna.page.locator(".replies")).to_contain_text("Typed at once")
