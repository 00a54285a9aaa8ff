"""An author with things of every kind, and all kinds of viewers."""

import secrets
from functools import cached_property
from typing import Any
from uuid import uuid4

from tests.blackbox.access import Author, Viewer
from tests.blackbox.client import Client, Service
from tests.blackbox.people import Person, new_name
from tests.blackbox.pictures import plain
from tests.blackbox.tokens import expired, forged
from tests.blackbox.waiting import until


class Scene:
    """One author in one state. `names` has the values for a route's path, query or body."""

    def __init__(self, service: Service, author: Author) -> None:
        self._service = service
        self._author = author
        self.routes = {
            f"{method.upper()} {path}"
            for path, methods in service.contract.document["paths"].items()
            for method in methods
        }
        self.owner = Person(service)
        self.signed_path = f"/{self.owner.user_id}/"
        """What every URL of the owner's media has in it."""
        self._viewers: dict[Viewer, Client] = {"owner": self.owner}
        self.names = {"user_id": self.owner.user_id, "username": self.owner.username}
        self._make_things()
        if author == "private":
            self.turn(is_private=True)
        if author == "deleted":
            self._delete_things()

    def _make_things(self) -> None:
        post = self.owner.publish()
        self.names |= {"post_id": post["post_id"], "media_id": post["media"][0]["media_id"]}
        if "POST /comment" in self.routes:
            comment = {"post_id": post["post_id"], "text": "hello"}
            self.names["comment_id"] = self._made("/comment", comment)["comment_id"]
        if "POST /stories" in self.routes:
            story = self._made("/stories", {"media_id": self._story_media()})
            self.names["story_id"] = story["story_id"]
            until(
                lambda: self.owner.get(f"/stories/{story['story_id']}/viewers"),
                lambda answer: answer.status_code == 200,
            )

    def _made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.owner.post(path, body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def _story_media(self) -> str:
        image = plain()
        media = self.owner.ask_for_form(size=len(image), kind="story")
        form, file = media["upload"], {"file": ("photo.jpg", image)}
        sent = self._service.fetch("POST", form["url"], data=form["fields"], files=file)
        assert sent.status_code < 300, sent.text
        return str(self.owner.done(media["media_id"])["media_id"])

    def _delete_things(self) -> None:
        """Delete the author's things, and put an unknown user in the author's place. The deletion
        of an account is tested elsewhere, and leaves no token for the owner's own requests.
        """
        for thing in ("story", "post"):
            if f"{thing}_id" in self.names:
                path = {"story": "stories", "post": "posts"}[thing]
                answer = self.owner.delete(f"/{path}/{self.names[f'{thing}_id']}")
                assert answer.status_code == 204, answer.text
        self.names |= {"user_id": str(uuid4()), "username": new_name()}

    def turn(self, *, is_private: bool) -> None:
        """Make the author private or public."""
        assert self.owner.patch("/me", {"is_private": is_private}).status_code == 200

    def unknown(self) -> dict[str, str]:
        """Return names of things that never existed."""
        made = {name: secrets.token_hex(13).upper() for name in self.names}
        return {**made, "user_id": str(uuid4()), "username": new_name()}

    def viewer(self, viewer: Viewer) -> Client:
        """Return a viewer. The first call creates the named relation to the author."""
        if viewer not in self._viewers:
            self._viewers[viewer] = self._tokenless.get(viewer) or self._become(viewer)
        return self._viewers[viewer]

    @cached_property
    def _tokenless(self) -> dict[Viewer, Client]:
        token = self.owner.token or ""
        tokens: dict[Viewer, str | None] = {
            "no token": None,
            "forged token": forged(token),
            "expired token": expired(token),
        }
        return {viewer: Client(self._service, token) for viewer, token in tokens.items()}

    def _become(self, viewer: Viewer) -> Person:
        person, owner = Person(self._service), self.owner
        own, theirs = f"/users/{person.user_id}", f"/users/{owner.user_id}"
        if viewer in ("follower", "ex-follower"):
            person.put(f"{theirs}/follow")
            owner.put(f"/me/follow-requests/{person.user_id}")
        if viewer == "ex-follower":
            owner.delete(f"/me/followers/{person.user_id}")
        if viewer == "requested":
            person.put(f"{theirs}/follow")
        if viewer == "blocked":
            assert owner.put(f"{own}/block").status_code == 204
        if viewer == "blocker":
            assert person.put(f"{theirs}/block").status_code == 204
        return person
