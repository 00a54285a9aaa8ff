"""Several people at one browser: nobody's session or work becomes another person's."""

import json
import re
from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.blackbox.people import Person
from tests.browser.conftest import Visit
from tests.browser.pictures import drawn
from tests.browser.test_trouble import refuse

New = Callable[[], Person]


def still_processing(route: Route) -> None:
    """Answer as if the pictures of a new post took longer."""
    answer = route.fetch()
    route.fulfill(response=answer, body=json.dumps({**answer.json(), "state": "processing"}))


def test_a_post_that_develops_never_reaches_the_next_person(visit: Visit, new: New) -> None:
    ben = new()
    anna = visit().log_in(new())
    held: list[Route] = []
    anna.page.route(re.compile(r"/posts$"), still_processing)
    anna.page.route(re.compile(r"/posts/\w+$"), lambda route: held.append(route))  # noqa: PLW0108 (a method has no attributes)
    anna.link("New post").click()
    anna.choose(drawn(1))
    expect(anna.page.locator(".upload-item.ready")).to_have_count(1)
    anna.go_on_to("Tell")
    with anna.page.expect_request(re.compile(r"/posts/\w+$")):
        anna.button("Publish").click()
    anna.link("Settings").click()
    anna.button("Log out").click()
    anna.page.get_by_role("link", name="Log in").first.click()
    anna.fill(Username=ben.username, Password=ben.password)
    anna.button("Log in").click()
    expect(anna.heading("Your wall is quiet")).to_be_visible()
    with anna.page.expect_response(re.compile(r"/posts/\w+$")) as answer:
        held[0].continue_()
    answer.value.finished()
    anna.page.wait_for_timeout(300)  # time to draw it, if it were taken
    expect(anna.posts()).to_have_count(0)


def test_foreign_text_in_storage_stops_no_feed(visit: Visit, new: New) -> None:
    ann = new()
    anna = visit().log_in(ann)
    for text in ("{", "{}", "[1]", "null"):
        anna.page.evaluate(
            "([name, text]) => sessionStorage.setItem(name, text)",
            [f"fanlight.developing.{ann.user_id}", text],
        )
        anna.open("/")
        expect(anna.heading("Your wall is quiet")).to_be_visible()


def test_a_log_out_ends_no_other_persons_session(visit: Visit, new: New) -> None:
    ann, ben = new(), new()
    anna = visit().log_in(ann)
    bens = anna.new_page()
    kept = f"sessionStorage.setItem('fanlight.refresh', {json.dumps(ben.refresh_token)})"
    bens.add_init_script(kept)
    bens.goto(anna.base_url + f"/u/{ben.username}")
    expect(bens.get_by_role("link", name="Settings").first).to_be_visible()
    anna.open("/settings").button("Log out").click()
    expect(anna.heading("A quiet wall for your photographs")).to_be_visible()
    bens.get_by_role("link", name="Settings", exact=True).click()
    expect(bens.get_by_role("heading", name="Settings")).to_be_visible()


def test_a_tab_at_the_door_follows_another_that_logs_in(visit: Visit, new: New) -> None:
    anna = visit().open("/login")
    other = anna.new_page()
    other.goto(anna.base_url + "/login")
    expect(other.get_by_role("button", name="Log in")).to_be_visible()
    anna.log_in(new())
    expect(other.get_by_role("heading", name="You are logged in")).to_be_visible()


def test_a_log_out_leaves_the_session_that_somebody_else_keeps(visit: Visit, new: New) -> None:
    ann, ben = new(), new()
    anna = visit().log_in(ann)
    bens = anna.new_page()
    bens.goto(anna.base_url + "/login")  # Anna's session is taken over; Ben's comes after it
    expect(bens.get_by_role("heading", name="You are logged in")).to_be_visible()
    bens.evaluate("sessionStorage.clear()")
    keeps = """([user, token]) => {
      localStorage.setItem("fanlight.refresh", token);
      localStorage.setItem("fanlight.refresh-of", user);
    }"""
    bens.evaluate(keeps, [ben.user_id, ben.refresh_token])
    bens.goto(anna.base_url + f"/u/{ben.username}")
    anna.open("/settings").button("Log out").click()
    expect(anna.heading("A quiet wall for your photographs")).to_be_visible()
    bens.reload()
    expect(bens.get_by_role("link", name="Edit profile")).to_be_visible()


def test_a_kept_session_ends_with_its_log_out_in_any_tab(visit: Visit, new: New) -> None:
    ann = new()
    anna = visit().open("/login")
    anna.fill(Username=ann.username, Password=ann.password)
    anna.page.get_by_role("switch", name="Keep me signed in").check()
    anna.button("Log in").click()
    expect(anna.heading("Your wall is quiet")).to_be_visible()
    assert anna.page.evaluate("localStorage.getItem('fanlight.refresh')")
    other = anna.new_page()
    other.goto(anna.base_url + "/settings")
    other.get_by_role("button", name="Log out").click()
    expect(anna.heading("A quiet wall for your photographs")).to_be_visible()
    assert anna.page.evaluate("Object.keys(localStorage)") == []


def test_a_refused_token_of_the_tab_gives_way_to_the_kept_one(visit: Visit, new: New) -> None:
    ann = new()
    anna = visit().open("/")
    anna.page.evaluate(
        """(token) => {
          sessionStorage.setItem("fanlight.refresh", "not.a.token");
          localStorage.setItem("fanlight.refresh", token);
        }""",
        ann.refresh_token,
    )
    anna.open("/settings")
    expect(anna.heading("Settings")).to_be_visible()


def test_a_deleted_account_leaves_every_tab(visit: Visit, new: New) -> None:
    ann = new()
    anna = visit().log_in(ann)
    other = anna.new_page()
    other.goto(anna.base_url + "/activity")
    expect(other.get_by_role("heading", name="Activity")).to_be_visible()
    anna.open("/settings").button("Delete my account…").click()
    dialog = anna.page.get_by_role("dialog", name="Delete your account?")
    dialog.get_by_label("Password").fill(ann.password)
    dialog.get_by_role("button", name="Delete my account").click()
    expect(anna.heading("A quiet wall for your photographs")).to_be_visible()
    expect(other.get_by_role("heading", name="Log in to see this")).to_be_visible()


def test_leaving_where_the_session_has_ended_leaves_every_tab(visit: Visit, new: New) -> None:
    anna = visit().log_in(new())
    expect(anna.heading("Your wall is quiet")).to_be_visible()
    other = anna.new_page()
    other.goto(anna.base_url + "/activity")
    expect(other.get_by_role("heading", name="Activity")).to_be_visible()
    refuse(anna.page, re.compile("/me/follow-requests"), 401, times=1)
    refuse(anna.page, re.compile("/token$"), 401, times=1)
    anna.link("Activity").click()
    dialog = anna.page.get_by_role("dialog", name="Your session has ended")
    dialog.get_by_role("button", name="Log out").click()
    expect(anna.heading("A quiet wall for your photographs")).to_be_visible()
    expect(other.get_by_role("heading", name="Log in to see this")).to_be_visible()
