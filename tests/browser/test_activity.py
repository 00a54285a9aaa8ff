"""What happened is told, counted in the navigation, and read when it was seen."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.blackbox.people import Person
from tests.blackbox.waiting import until
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

New = Callable[[], Person]


def unread(person: Person) -> int:
    return int(person.seen("/me/activity/unread")["unread"])


def bell(visitor: Visitor, text: str) -> None:
    """Expect what the entry of the navigation says."""
    entry = visitor.page.get_by_role("navigation", name="Main").get_by_role("link", name=text)
    expect(entry).to_have_count(1)


def test_activity_is_counted_shown_by_day_and_read_when_seen(visit: Visit, new: New) -> None:
    ann, ben, cem = new(), new(), new()
    post = ann.publish("Low tide")["post_id"]
    for person in (ben, cem):
        person.post("/like", {"post_id": post})
    ben.post("/comment", {"post_id": post, "text": "So calm"})
    cem.follow(ann)
    until(lambda: unread(ann), lambda count: count == 3)
    anna = visit().log_in(ann)
    bell(anna, "Activity, 3 new")
    anna.open("/activity")
    expect(anna.page.get_by_role("heading", name="Today")).to_be_visible()
    entries = anna.page.get_by_role("article")
    expect(entries).to_have_count(3)
    expect(entries.filter(has_text="liked your post")).to_contain_text(cem.username)
    expect(entries.filter(has_text="liked your post")).to_contain_text(ben.username)
    commented = entries.filter(has_text="commented on your post")
    expect(commented).to_contain_text("So calm")
    expect(commented.get_by_role("img")).to_have_count(1)
    expect(entries.filter(has_text="followed you")).to_contain_text(cem.username)
    until(lambda: unread(ann), lambda count: count == 0)
    anna.open("/")
    bell(anna, "Activity")
    expect(anna.page.locator(".badge")).to_have_count(0)
    anna.open("/activity")
    expect(anna.page.locator(".entry")).to_have_count(3)
    expect(anna.page.locator(".entry.fresh")).to_have_count(0)


def test_a_kind_is_switched_off_in_the_settings(visit: Visit, new: New) -> None:
    ann, ben = new(), new()
    post = ann.publish("Low tide")["post_id"]
    ben.post("/like", {"post_id": post})
    until(lambda: unread(ann), lambda count: count == 1)
    anna = visit().log_in(ann, "/settings")
    switch = anna.page.get_by_role("switch", name="Likes")
    expect(switch).to_be_checked()
    switch.click()
    expect(anna.page.locator(".badge")).to_have_count(0)
    anna.open("/activity")
    expect(anna.page.get_by_text("Nothing has happened yet")).to_be_visible()
    anna.open("/settings")
    expect(switch).not_to_be_checked()


def test_a_post_is_muted_from_its_menu_and_heard_of_again(visit: Visit, new: New) -> None:
    ann, ben = new(), new()
    post = ann.publish("Low tide")["post_id"]
    ben.post("/like", {"post_id": post})
    until(lambda: unread(ann), lambda count: count == 1)
    anna = visit().log_in(ann, f"/p/{post}")
    anna.button("More").first.click()
    anna.button("Hear no more of this post").click()
    expect(anna.page.get_by_text("You hear no more of this post.")).to_be_visible()
    assert ann.seen("/me/activity")["items"] == []
    anna.button("Undo").click()
    expect(anna.page.get_by_text("You hear of this post again.")).to_be_visible()
    assert len(ann.seen("/me/activity")["items"]) == 1
