"""The story viewer, where something is not as it should be."""

import re
from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.blackbox.people import Person
from tests.blackbox.waiting import until
from tests.browser.conftest import Visit
from tests.browser.pictures import EVENING
from tests.browser.test_feed import SHIFT
from tests.browser.test_trouble import refuse

New = Callable[[], Person]


def told(ann: Person) -> Person:
    """Have somebody tell a story, and wait until it is there."""
    form = ann.ask_for_form(kind="story", size=EVENING.stat().st_size)
    files = {"file": EVENING.read_bytes()}
    ann.service.fetch("POST", form["upload"]["url"], data=form["upload"]["fields"], files=files)
    ann.post("/stories", {"media_id": form["media_id"]})
    until(lambda: ann.seen(f"/users/{ann.user_id}/stories")["items"], bool)
    return ann


def test_a_story_that_could_not_be_deleted_is_not_said_to_be(visit: Visit, new: New) -> None:
    ann = told(new())
    anna = visit().log_in(ann, f"/stories/{ann.username}")
    anna.button("Delete").click()
    dialog = anna.page.get_by_role("dialog", name="Delete this story?")
    expect(dialog).to_be_visible()
    expect(anna.page.locator(".story.held")).to_have_count(1)  # it waits for the answer
    refuse(anna.page, re.compile(r"/stories/[^/]+$"), 500, times=1)
    dialog.get_by_role("button", name="Delete").click()
    expect(anna.told("The test says 500.")).to_be_visible()
    expect(anna.page.get_by_text("The story is deleted.")).to_have_count(0)


def test_somebody_without_a_story_has_none_to_show(visit: Visit, new: New) -> None:
    anna = visit().log_in(new(), f"/stories/{new().username}")
    expect(anna.heading("This is gone, or was never yours to see")).to_be_visible()


def test_a_story_whose_address_has_expired_is_asked_for_again(visit: Visit, new: New) -> None:
    ann = told(new())
    anna = visit(reduced_motion="reduce").log_in(ann, "/settings")  # no picture is in its cache
    anna.page.route(re.compile(r"/cdn/"), lambda route: route.fulfill(status=403), times=1)
    anna.open(f"/stories/{ann.username}")
    anna.page.wait_for_function("() => document.querySelector('.story img')?.naturalWidth > 0")
    anna.page.route(re.compile(r"/cdn/"), lambda route: route.fulfill(status=403))
    anna.page.reload()
    expect(anna.told("This story did not load")).to_be_visible()


def test_the_address_follows_to_the_next_person(visit: Visit, new: New) -> None:
    ann, first, second = new(), told(new()), told(new())
    for one in (first, second):
        ann.follow(one)
    until(lambda: ann.seen("/stories")["items"], lambda items: len(items) == 2)
    names = [item["author"]["username"] for item in ann.seen("/stories")["items"]]
    anna = visit(reduced_motion="reduce").log_in(ann)
    anna.page.get_by_role("link", name=re.compile("not seen yet")).first.click()
    expect(anna.page).to_have_url(re.compile(f"/stories/{names[0]}$"))
    expect(anna.page.locator(".story img")).to_be_visible()
    anna.page.keyboard.press("ArrowRight")
    expect(anna.page).to_have_url(re.compile(f"/stories/{names[1]}$"))
    anna.page.reload()
    expect(anna.page.locator(".story header b")).to_have_text(names[1])
    anna.page.keyboard.press("Escape")
    expect(anna.heading("Home")).to_be_visible()


def test_stories_that_come_late_move_no_post(visit: Visit, new: New) -> None:
    ann, ben = new(), told(new())
    ann.follow(ben)
    ann.sees(ben.publish("Stays where it is")["post_id"])
    until(lambda: ann.seen("/stories")["items"], bool)
    anna = visit()
    anna.context.add_init_script(SHIFT)
    held: list[Route] = []
    anna.page.route(re.compile(r"/stories\?"), lambda route: held.append(route))  # noqa: PLW0108 (a method has no attributes)
    anna.log_in(ann)
    expect(anna.posts()).to_be_visible()
    where = anna.posts().bounding_box()
    held[0].continue_()
    expect(anna.page.get_by_role("link", name=re.compile("not seen yet"))).to_be_visible()
    assert anna.posts().bounding_box() == where
    assert anna.page.evaluate("window.shifts") < 0.001
