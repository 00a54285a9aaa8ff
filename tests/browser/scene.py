"""Somebody with something in every view of the page, and the way to each."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.blackbox.client import Service
from tests.blackbox.people import Person
from tests.blackbox.waiting import until
from tests.browser.pictures import EVENING, drawn
from tests.browser.visitor import STEPS, Visitor

OPEN = ["/", "/login", "/signup", "/reset"]
"""The views of visitors."""


@pytest.fixture(scope="session")
def scene(service: Service) -> dict[str, Any]:
    """Somebody with something in every view."""
    anna, ben, cem = Person(service), Person(service), Person(service)
    anna.follow(ben)
    ben.follow(anna)
    post = ben.publish("Low tide at @nobody #harbour https://example.com", EVENING.read_bytes())
    ben.patch(f"/posts/{post['post_id']}", {"location": "Pier 4"})
    ben.post_of([ben.ready(), ben.ready()], caption="Two of them")
    for text in ("First", "Second", "Third"):
        assert anna.post("/comment", {"post_id": post["post_id"], "text": text}).status_code == 201
    anna.post("/like", {"post_id": post["post_id"]})
    anna.patch("/me", {"is_private": True, "bio": "I ask first."})
    assert cem.put(f"/users/{anna.user_id}/follow").json() == {"following": "requested"}
    anna.put(f"/users/{cem.user_id}/mute")
    form = ben.ask_for_form(kind="story", size=EVENING.stat().st_size)
    fields = {**form["upload"]["fields"]}
    service.fetch("POST", form["upload"]["url"], data=fields, files={"file": EVENING.read_bytes()})
    ben.post("/stories", {"media_id": form["media_id"]})
    until(lambda: anna.seen("/stories")["items"], bool)
    return {"anna": anna, "ben": ben, "cem": cem, "post": post["post_id"]}


def views(scene: dict[str, Any]) -> dict[str, str]:
    """The address of every view that somebody who is logged in sees."""
    ben, post = scene["ben"].username, scene["post"]
    return {
        "home": "/",
        "ranked": "/?order=ranked",
        "post": f"/p/{post}",
        "likes": f"/p/{post}/likes",
        "profile": f"/u/{ben}",
        "own profile": f"/u/{scene['anna'].username}",
        "followers": f"/u/{ben}/followers",
        "following": f"/u/{ben}/following",
        "search": f"/search?q={ben}",
        "nobody": "/search?q=nobody_at_all",
        "activity": "/activity",
        "new": "/new",
        "new story": "/new?kind=story",
        "settings": "/settings",
        "account": "/settings/account",
        "blocked": "/settings/blocked",
        "muted": "/settings/muted",
        "stories": f"/stories/{ben}",
        "gone": "/p/01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "not found": "/no/such/view",
    }


def settled(visitor: Visitor) -> None:
    """Wait until a view shows what it has."""
    expect(visitor.page.locator("h1")).to_have_count(1)
    expect(visitor.page.locator("[aria-busy=true]")).to_have_count(0)
    visitor.page.wait_for_load_state("networkidle")


def dialogs(scene: dict[str, Any]) -> dict[str, tuple[str, Callable[[Visitor], None]]]:
    """Dialogs and steps that open within views."""
    ben = scene["ben"].username
    return {
        "keys": ("/", lambda one: _press(one, "?")),
        "post menu": ("/", lambda one: one.button("More").first.click()),
        "profile menu": (f"/u/{ben}", lambda one: one.button("More").click()),
        "delete": ("/settings", lambda one: one.button("Delete my account…").click()),
        "arrange": ("/new", lambda one: _upload(one, 1)),
        "look": ("/new", lambda one: _upload(one, 2)),
        "tell": ("/new", lambda one: _upload(one, 3)),
    }


def _press(visitor: Visitor, key: str) -> None:
    visitor.page.keyboard.press(key)
    expect(visitor.page.get_by_role("dialog")).to_be_visible()


def _upload(visitor: Visitor, steps: int) -> None:
    if not visitor.page.locator(".upload-item").count():
        visitor.choose(drawn(1), drawn(2))
    expect(visitor.page.get_by_text(re.compile("Ready"))).to_have_count(2)
    visitor.go_on_to(STEPS[steps - 1])
    expect(visitor.page.get_by_text(f"Step {steps + 1} of 4")).to_be_visible()
