"""The API is slow, away, busy or broken, or the session ends: nothing is lost, and words say it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.blackbox.people import Person
from tests.browser.conftest import Visit
from tests.browser.pictures import CAT, drawn

FEED = re.compile("/feed/")
PROBLEM = "application/problem+json"
New = Callable[[], Person]


def refuse(page: Page, url: re.Pattern[str], status: int, times: int, **headers: str) -> None:
    """Answer some requests with a refusal, and let the following ones through."""
    body = f'{{"status": {status}, "detail": "The test says {status}."}}'
    given = {"X-Request-Id": "r-123", "Access-Control-Expose-Headers": "*", **headers}

    def answer(route: Route) -> None:
        route.fulfill(status=status, headers=given, content_type=PROBLEM, body=body)

    page.route(url, answer, times=times)


def test_a_slow_feed_shows_where_the_posts_will_be(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    held: list[Route] = []
    anna.page.route(FEED, lambda route: held.append(route))  # noqa: PLW0108 (a method has no attributes)
    anna.open("/")
    expect(anna.page.locator(".skeleton").first).to_be_visible()
    expect(anna.page.get_by_label("Loading")).to_have_attribute("aria-busy", "true")
    held[-1].continue_()
    anna.page.unroute(FEED)
    expect(anna.heading("Your wall is quiet")).to_be_visible()
    expect(anna.page.locator(".skeleton")).to_have_count(0)


def test_a_broken_feed_tells_its_request_and_can_be_retried(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    expect(anna.heading("Your wall is quiet")).to_be_visible()  # nothing is under way
    refuse(anna.page, FEED, 500, times=1)
    anna.open("/")
    expect(anna.told("The test says 500.")).to_be_visible()
    expect(anna.told("Request r-123")).to_be_visible()
    anna.button("Try again").click()
    expect(anna.heading("Your wall is quiet")).to_be_visible()


def test_a_busy_api_counts_down(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    expect(anna.heading("Your wall is quiet")).to_be_visible()  # nothing is under way
    refuse(anna.page, FEED, 429, times=1, **{"Retry-After": "59"})
    anna.page.clock.install()
    anna.open("/")
    expect(anna.told("A little slower, please")).to_be_visible()
    expect(anna.page.get_by_text(re.compile(r"Try again in \d+ s"))).to_be_visible()
    expect(anna.button("Try again")).to_be_disabled()
    anna.page.clock.fast_forward(59_000)
    expect(anna.button("Try again")).to_be_enabled()
    anna.button("Try again").click()
    expect(anna.heading("Your wall is quiet")).to_be_visible()


def test_a_refused_like_is_taken_back_and_said(visit: Visit, new: New) -> None:
    ann = new()
    ann.publish("Mine")
    anna = visit().log_in(ann)
    refuse(anna.page, re.compile("/like$"), 429, times=1, **{"Retry-After": "2"})
    anna.button("Like").click()
    expect(anna.told("The test says 429.")).to_be_visible()
    expect(anna.button("Like")).to_be_visible()
    anna.button("Like").click()
    expect(anna.button("Unlike")).to_be_visible()


def test_what_is_loaded_stays_readable_offline(visit: Visit, new: New) -> None:
    ann = new()
    ann.publish("Mine")
    anna = visit().log_in(ann)
    expect(anna.posts()).to_be_visible()
    anna.page.get_by_label("Add a comment").fill("Sent later")
    anna.context.set_offline(True)
    expect(anna.told("You are offline.")).to_be_visible()
    anna.button("Comment").click()
    expect(anna.page.locator(".notice")).to_contain_text("You are offline.")
    expect(anna.posts()).to_contain_text("Mine")
    expect(anna.page.get_by_label("Add a comment")).to_have_value("Sent later")
    anna.context.set_offline(False)
    anna.button("Comment").click()
    expect(anna.posts().locator(".first-comment")).to_contain_text("Sent later")


def test_an_upload_goes_on_after_a_break(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    expect(anna.heading("Your wall is quiet")).to_be_visible()
    anna.link("New post").click()
    expect(anna.heading("New post")).to_be_visible()
    anna.context.set_offline(True)
    anna.choose(drawn(1))
    expect(anna.page.get_by_text(re.compile("offline.*Trying again"))).to_be_visible()
    anna.context.set_offline(False)
    expect(anna.page.get_by_text(re.compile("Ready"))).to_be_visible()


def test_a_session_that_ends_amid_an_upload_is_taken_up_again(visit: Visit, new: New) -> None:
    ann = new()
    anna = visit().log_in(ann)
    anna.link("New post").click()
    refuse(anna.page, re.compile("/upload$"), 401, times=1)
    refuse(anna.page, re.compile("/token$"), 401, times=1)
    anna.choose(CAT)
    dialog = anna.page.get_by_role("dialog", name="Your session has ended")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Password").fill(ann.password)
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog).to_have_count(0)
    expect(anna.page.get_by_text(re.compile("Ready"))).to_be_visible()


def test_a_draft_survives_a_reload(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    anna.link("New post").click()
    anna.choose(CAT, drawn(2))
    anna.go_on_to("Tell")
    anna.fill(Place="Here", Caption="Not to be lost")
    anna.keeps("post", 2, caption="Not to be lost")
    anna.page.reload()
    expect(anna.page.get_by_label("Caption")).to_have_value("Not to be lost")
    expect(anna.page.get_by_label("Place")).to_have_value("Here")
    anna.button("Publish").click()
    expect(anna.posts()).to_contain_text("Not to be lost")
    expect(anna.posts()).to_contain_text("1/2")


def test_a_picture_whose_address_has_expired_is_asked_for_again(visit: Visit, new: New) -> None:
    ann = new()
    ann.publish("Mine")
    anna = visit().log_in(ann, "/settings")  # no picture is in its cache
    asked: list[str] = []
    anna.page.on("request", lambda request: asked.append(request.url))
    anna.page.route(re.compile(r"/cdn/.*\.webp"), lambda route: route.fulfill(status=403), times=1)
    anna.open("/")
    anna.page.wait_for_function("() => document.querySelector('article img')?.naturalWidth > 0")
    assert sum(re.search(r"/posts/\w+$", url) is not None for url in asked) == 1
    expect(anna.page.get_by_text("This picture did not load.")).to_have_count(0)


def test_a_picture_that_stays_away_is_said(visit: Visit, new: New) -> None:
    ann = new()
    ann.publish("Mine")
    anna = visit().log_in(ann, "/settings")  # no picture is in its cache
    anna.page.route(re.compile(r"/cdn/.*\.webp"), lambda route: route.fulfill(status=403))
    anna.open("/")
    expect(anna.told("This picture did not load.")).to_be_visible()


def test_two_tabs_share_a_session_and_end_it_together(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    other = anna.new_page()
    other.goto(anna.base_url + "/settings")
    expect(other.get_by_role("heading", name="Settings")).to_be_visible()
    anna.open("/settings").button("Log out").click()
    expect(anna.heading("A quiet wall for your photographs")).to_be_visible()
    expect(other.get_by_role("heading", name="Log in to see this")).to_be_visible()


def test_a_reload_keeps_the_session_and_a_kept_one_outlives_the_tab(visit: Visit, new: New) -> None:
    ann = new()
    anna = visit()
    anna.open("/login")
    anna.fill(Username=ann.username, Password=ann.password)
    anna.page.get_by_role("switch", name="Keep me signed in").check()
    anna.button("Log in").click()
    expect(anna.heading("Your wall is quiet")).to_be_visible()
    anna.page.close()
    anna.page = anna.new_page()
    anna.open("/activity")
    expect(anna.heading("Activity")).to_be_visible()


def test_a_change_that_comes_while_pictures_are_rendered_is_kept(visit: Visit, new: New) -> None:
    ann = new()
    ann.publish("Before")
    anna = visit().log_in(ann)
    refuse(anna.page, re.compile(r"/posts/\w+$"), 409, times=1, **{"Retry-After": "1"})
    anna.button("More").click()
    anna.button("Edit").click()
    anna.fill(Caption="After", **{"Alt text of picture 1": "A colour"})
    anna.button("Save changes").click()
    expect(anna.page.get_by_role("alert")).to_contain_text("The test says 409.")
    expect(anna.page.get_by_label("Caption")).to_have_value("After")
    expect(anna.page.get_by_label("Alt text of picture 1")).to_have_value("A colour")
    anna.button("Save changes").click()
    expect(anna.posts()).to_contain_text("After")
