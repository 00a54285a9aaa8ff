"""People who have signed up, and their actions."""

import secrets
from collections.abc import Callable
from typing import Any

from requests import Request, Response

from tests.blackbox.client import Client, Service
from tests.blackbox.pictures import plain
from tests.blackbox.waiting import until


def new_name() -> str:
    """Make a username that nobody has yet."""
    return f"p_{secrets.token_hex(6)}"


def sign_up_form(username: str, **changes: Any) -> dict[str, Any]:
    """Make the body of a sign-up."""
    form = {"username": username, "email": f"{username}@example.com", "password": "correct horse"}
    return {**form, **changes}


class Person(Client):
    """A person who has signed up and logged in."""

    def __init__(
        self, service: Service, username: str = "", confirm: Callable[[str], str] | None = None
    ) -> None:
        super().__init__(service)
        form = sign_up_form(username or new_name())
        self.username, self.password = form["username"], form["password"]
        signed_up = self.post("/signup", form)
        assert signed_up.status_code == 201, signed_up.text
        if confirm:
            confirmation = {"username": self.username, "code": confirm(self.username)}
            assert self.post("/signup/confirm", confirmation).status_code == 204
        login = self.log_in()
        self.user_id: str = login["user_id"]
        self.refresh_token: str = login["refresh_token"]
        self.token = login["id_token"]
        assert signed_up.json()["user_id"] == self.user_id

    def log_in(self) -> dict[str, Any]:
        """Log in once more."""
        credentials = {"username": self.username, "password": self.password}
        answer = Client(self.service).post("/login", credentials)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def me(self) -> dict[str, Any]:
        """Return the person's own profile."""
        return self.seen("/me")

    def seen(self, path: str) -> dict[str, Any]:
        """Send a GET that must succeed, and return its answer."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def follow(self, other: "Person") -> None:
        """Follow another person."""
        answer = self.put(f"/users/{other.user_id}/follow")
        assert answer.json() == {"following": "yes"}, answer.text

    def unfollow(self, other: "Person") -> None:
        """Stop following another person."""
        assert self.delete(f"/users/{other.user_id}/follow").status_code == 204

    def send(self, image: bytes | None = None, content_type: str = "image/jpeg") -> dict[str, Any]:
        """Upload a picture without waiting for it."""
        answer = self.call(
            "POST",
            "/upload",
            data=plain() if image is None else image,
            headers={"Content-Type": content_type},
        )
        assert answer.status_code == 201, answer.text
        media: dict[str, Any] = answer.json()
        return media

    def send_form(self, **parts: Any) -> Response:
        """Upload a picture in a multipart/form-data body. `files` and `data` are as in requests."""
        made = Request("POST", self.service.base_url, **parts).prepare()
        kind = {"Content-Type": str(made.headers["Content-Type"])}
        return self.call("POST", "/upload", data=bytes(made.body or b""), headers=kind)

    def ask_for_form(self, **request: Any) -> dict[str, Any]:
        """Ask for an upload form. Returns the media, with `upload`."""
        answer = self.post("/upload", {"content_type": "image/jpeg", "size": 10_000, **request})
        assert answer.status_code == 201, answer.text
        media: dict[str, Any] = answer.json()
        return media

    def done(self, media_id: str) -> dict[str, Any]:
        """Return a picture as soon as it is ready or has failed."""
        return until(
            lambda: self.seen(f"/media/{media_id}"),
            lambda media: media["status"] in {"ready", "failed"},
        )

    def ready(self, image: bytes | None = None) -> str:
        """Upload a picture. Returns its id as soon as it is ready."""
        media = self.done(self.send(image)["media_id"])
        assert media["status"] == "ready", media
        return str(media["media_id"])

    def publish(self, caption: str = "", image: bytes | None = None) -> dict[str, Any]:
        """Publish a post of one picture."""
        post = self.post_of([self.ready(image)], caption=caption)
        assert post["state"] == "published", post
        return post

    def post_of(self, media_ids: list[str], **more: Any) -> dict[str, Any]:
        """Create a post, which may be processing."""
        answer = self.post("/posts", {"media_ids": media_ids, **more})
        assert answer.status_code == 201, answer.text
        post: dict[str, Any] = answer.json()
        return post

    def published(self, post_id: str) -> dict[str, Any]:
        """Return a post as soon as it has published itself."""
        return until(
            lambda: self.seen(f"/posts/{post_id}"), lambda post: post["state"] == "published"
        )

    def grid(self, limit: int = 100) -> list[str]:
        """Return the ids of the person's own posts, as the profile lists them."""
        return ids(self.whole(f"/users/{self.user_id}/posts", limit))

    def feed(self, limit: int = 50) -> list[str]:
        """Return the ids of the posts in the person's feed."""
        return ids(self.whole(f"/feed/{self.user_id}", limit))

    def sees(self, *post_ids: str) -> None:
        """Wait until the feed has exactly these posts, in this order."""
        until(self.feed, lambda feed: feed == list(post_ids))


def ids(posts: list[dict[str, Any]]) -> list[str]:
    """Return the ids of posts, in their order."""
    return [post["post_id"] for post in posts]
