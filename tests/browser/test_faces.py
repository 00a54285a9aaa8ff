"""Faces: the larger one on a profile, and those whose address has expired."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.blackbox.people import Person
from tests.browser.conftest import Visit
from tests.browser.pictures import CAT

New = Callable[[], Person]
FACES = re.compile(r"/cdn/.*avatars/")
ALL_THERE = """() => {
  const faces = [...document.querySelectorAll(".avatar")];
  return faces.length > 1 && faces.every((one) => one.querySelector("img")?.naturalWidth > 0);
}"""


@pytest.fixture
def ann(new: New) -> Person:
    """Somebody with a face and a post."""
    ann = new()
    changed = ann.patch("/me", {"avatar_media_id": ann.ready(CAT.read_bytes())})
    assert changed.status_code == 200
    ann.publish("Mine")
    return ann


def requested(page: Page) -> list[str]:
    """All addresses that are requested from now on."""
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    return urls


def by_name(urls: list[str]) -> int:
    """How many of these ask for a user by name."""
    return sum("/users?username=" in url for url in urls)


def test_a_profile_has_the_larger_face(visit: Visit, ann: Person) -> None:
    anna = visit().log_in(ann, f"/u/{ann.username}")
    face = anna.page.locator(".profile-head .avatar img")
    large = ann.me()["avatar_large_url"].split("?")[0]
    expect(face).to_have_attribute("src", re.compile(re.escape(large)))


def test_the_small_face_stands_in_for_a_larger_one_that_is_not_rendered_yet(
    visit: Visit, ann: Person
) -> None:
    anna = visit().log_in(ann, "/activity")
    expect(anna.heading("Activity")).to_be_visible()
    small, large = (ann.me()[name].split("?")[0] for name in ("avatar_url", "avatar_large_url"))
    anna.page.route(re.compile(re.escape(large)), lambda route: route.fulfill(status=404))
    urls = requested(anna.page)
    anna.open(f"/u/{ann.username}")
    face = anna.page.locator(".profile-head .avatar img")
    expect(face).to_have_attribute("src", re.compile(re.escape(small)))
    anna.page.wait_for_function(
        "() => document.querySelector('.profile-head .avatar img').naturalWidth > 0"
    )
    assert any(large in url for url in urls)
    assert by_name(urls) == 1  # the view's


def test_faces_whose_addresses_have_expired_are_asked_for_again(visit: Visit, ann: Person) -> None:
    anna = visit().log_in(ann, "/activity")  # no face is in its cache
    expect(anna.heading("Activity")).to_be_visible()
    refused: list[str] = []

    def expire(route: Route) -> None:
        refused.append(route.request.url)
        route.fulfill(status=403)

    anna.page.route(FACES, expire, times=1)
    urls = requested(anna.page)
    anna.link("Home").click()
    anna.page.wait_for_function(ALL_THERE)
    assert (len(refused), by_name(urls)) == (1, 1)


def test_a_face_that_stays_away_is_asked_for_once(visit: Visit, new: New, ann: Person) -> None:
    ben = new()
    bens = visit().log_in(ben, "/activity")
    expect(bens.heading("Activity")).to_be_visible()
    bens.page.route(FACES, lambda route: route.fulfill(status=403))
    urls = requested(bens.page)
    bens.open(f"/u/{ann.username}")
    expect(bens.page.locator(".profile-head .avatar")).to_have_text(ann.username[0].upper())
    bens.page.wait_for_load_state("networkidle")
    expect(bens.page.locator(".profile-head .avatar img")).to_have_count(0)
    assert by_name(urls) == 2  # the view's, and once more
