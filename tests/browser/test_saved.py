"""Saving posts and sorting them into collections, by mouse and by keyboard."""

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.blackbox.people import Person
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

New = Callable[[], Person]


def save_button(card: Locator) -> Locator:
    return card.get_by_role("button", name="Save", exact=True)


def tiles(anna: Visitor) -> Locator:
    return anna.page.locator(".wall .tile")


def test_a_post_is_saved_found_again_and_taken_back(visit: Visit, new: New) -> None:
    ann, ben = new(), new()
    ann.follow(ben)
    post = ben.publish("Low tide")
    anna = visit().log_in(ann)
    button = save_button(anna.posts(ben.username))
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(anna.told("Saved for you alone.")).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert [one["post_id"] for one in ann.seen("/me/saved")["items"]] == [post["post_id"]]
    anna.page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    anna.open(f"/u/{ann.username}").link("Saved").click()
    expect(anna.heading("Saved")).to_be_visible()
    tiles(anna).click()
    save_button(anna.posts(ben.username)).click()
    expect(anna.told("It is not saved any more.")).to_be_visible()
    anna.page.go_back()
    expect(anna.heading("Nothing saved yet")).to_be_visible()
    assert ann.seen("/me/saved")["items"] == []


def test_collections_are_made_filled_renamed_and_deleted(visit: Visit, new: New) -> None:
    ann, ben = new(), new()
    ann.follow(ben)
    ben.publish("Low tide")
    anna = visit().log_in(ann)
    save_button(anna.posts(ben.username)).click()
    anna.button("Choose a collection").click()
    anna.button("New collection…").click()
    anna.fill(Name="Harbours")
    anna.button("Create and save").click()
    expect(anna.told("It is in “Harbours” now.")).to_be_visible()
    anna.open("/saved")
    anna.button("New collection").click()
    anna.fill(Name="Mornings")
    anna.button("Create").click()
    listed = anna.page.get_by_role("list", name="Collections").get_by_role("listitem")
    expect(listed).to_have_text(["Mornings0 posts", "Harbours1 post"])
    expect(listed.nth(1).locator("img")).to_be_visible()
    listed.nth(1).get_by_role("link").click()
    expect(anna.heading("Harbours")).to_be_visible()
    expect(tiles(anna)).to_have_count(1)
    anna.button("Rename").click()
    anna.fill(Name="Piers")
    anna.page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(anna.heading("Piers")).to_be_visible()
    tiles(anna).click()
    anna.button("More").click()
    anna.button("Save to a collection…").click()
    anna.page.get_by_role("dialog").get_by_role("button", name="Mornings").click()
    expect(anna.told("It is in “Mornings” now.")).to_be_visible()
    anna.page.go_back()
    expect(anna.heading("Nothing in here yet")).to_be_visible()
    anna.button("Delete the collection").click()
    anna.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(anna.heading("Saved")).to_be_visible()
    expect(listed).to_have_text(["Mornings1 post"])
    expect(tiles(anna)).to_have_count(1)


def test_the_keyboard_saves_the_post_in_focus(visit: Visit, new: New) -> None:
    ann, ben = new(), new()
    ann.follow(ben)
    ben.publish("Low tide")
    anna = visit().log_in(ann)
    button = save_button(anna.posts(ben.username))
    expect(button).to_be_visible()
    for key, pressed in (("s", "true"), ("s", "false")):
        anna.page.keyboard.press(key)
        expect(button).to_have_attribute("aria-pressed", pressed)
    button.focus()
    anna.page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()


def test_a_refused_save_is_taken_back_and_can_be_tried_again(visit: Visit, new: New) -> None:
    ann, ben = new(), new()
    ann.follow(ben)
    ben.publish("Low tide")
    anna = visit().log_in(ann)
    button = save_button(anna.posts(ben.username))
    anna.page.route("**/save", lambda route: route.abort())
    button.click()
    expect(anna.told("The server cannot be reached.")).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "false")
    anna.page.unroute("**/save")
    anna.button("Try again").click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(anna.told("Saved for you alone.")).to_be_visible()


def test_a_collection_that_is_not_ones_own_is_gone(visit: Visit, new: New) -> None:
    ann, ben = new(), new()
    made = ben.post("/me/collections", {"name": "Mine"}).json()
    anna = visit().log_in(ann, f"/saved/{made['collection_id']}")
    expect(anna.heading("This is gone, or was never yours to see")).to_be_visible()
