"""Users of the deployed stage and their photographs."""

import time
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from PIL import Image

if TYPE_CHECKING:
    from tests.e2e.conftest import Api

WAIT_SECONDS = 120


class Person:
    """A user with an account."""

    def __init__(self, api: "Api", name: str) -> None:
        self._api = api
        username = f"{name}_{uuid4().hex[:8]}"
        self.password = uuid4().hex
        form = {"username": username, "password": self.password}
        api.done("POST", "/signup", body={**form, "email": f"{username}@example.com"})
        tokens = api.done("POST", "/login", body=form)
        self.user_id, self._token = tokens["user_id"], tokens["id_token"]

    def call(self, method: str, path: str, **more: Any) -> Any:
        """Send a request that must succeed."""
        return self._api.done(method, path, token=self._token, **more)

    def status(self, method: str, path: str) -> int:
        """Send a request. Returns the status alone."""
        status: int = self._api.call(method, path, token=self._token)[0]
        return status

    def feed(self) -> list[str]:
        """Return the ids of the posts in the feed."""
        return [post["post_id"] for post in self.call("GET", f"/feed/{self.user_id}")["items"]]


def photo(color: str) -> bytes:
    """Return a photograph in JPEG."""
    made = BytesIO()
    Image.new("RGB", (640, 480), color).save(made, "JPEG")
    return made.getvalue()


def post_of(person: Person, color: str = "orange", **fields: Any) -> Any:
    """Upload a photograph and return its published post."""
    slot = person.call("POST", "/upload", body=photo(color), content_type="image/jpeg")
    post = person.call("POST", "/posts", body={"media_ids": [slot["media_id"]], **fields})
    return eventually(
        "the post is published",
        lambda: (
            shown
            if (shown := person.call("GET", f"/posts/{post['post_id']}"))["state"] == "published"
            else None
        ),
    )


def eventually(what: str, found: Callable[[], Any]) -> Any:
    """Ask until there is an answer: other processes do the work."""
    until = time.monotonic() + WAIT_SECONDS
    while not (answer := found()):
        assert time.monotonic() < until, f"{what}: not within {WAIT_SECONDS} s"
        time.sleep(0.25)
    return answer
