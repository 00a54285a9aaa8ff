"""The people of the demo, logged in: they join, follow, post, comment and publish stories."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from datetime import datetime, timedelta

from infra.local.demo.api import Api
from infra.local.demo.content import ALTS, PASSWORD, PEOPLE, PHOTOS, Comment, Person, Post, Story

MEMBERS_FOR = timedelta(days=60)
"""How long ago everybody joined. The follows are a day younger."""
APART = timedelta(minutes=11)
"""The time between two likes of a post, or two views of a story."""
FILTERED_AFTER = timedelta(days=1)
TYPES = {".jpg": "image/jpeg", ".png": "image/png"}
_AVATARS = {person.avatar: person.username for person in PEOPLE}


class Cast:
    """The people of the demo. All dates count back from `now`; `uploads` runs the uploads."""

    def __init__(self, base_url: str, now: datetime, uploads: Executor) -> None:
        self._base_url = base_url
        self._now = now
        self._uploads = uploads
        self._pictures: dict[tuple[str, str, str], Future[str]] = {}
        self._apis: dict[str, Api] = {}
        self.ids: dict[str, str] = {}

    def join(self, person: Person) -> None:
        """Sign a person up, log in, and fill in the profile."""
        nobody = Api(self._base_url)
        credentials = {"username": person.username, "password": PASSWORD}
        signed_up = {**credentials, "email": f"{person.username}@example.com"}
        nobody.at(self._now - MEMBERS_FOR).call("POST", "/signup", signed_up)
        tokens = nobody.call("POST", "/login", credentials)
        self._apis[person.username] = Api(self._base_url, tokens["id_token"])
        self.ids[person.username] = tokens["user_id"]
        about = {"display_name": person.display_name, "bio": person.bio}
        self._apis[person.username].call("PATCH", "/me", about)

    def follow(self, person: Person) -> None:
        """Let a person follow others, while all are still public."""
        api = self._apis[person.username].at(self._now - MEMBERS_FOR + timedelta(days=1))
        for username in person.follows:
            api.call("PUT", f"/users/{self.ids[username]}/follow")

    def close(self, person: Person) -> None:
        """Make the account private if the person has a private one."""
        if person.is_private:
            self._apis[person.username].call("PATCH", "/me", {"is_private": True})

    def ask(self, person: Person) -> None:
        """Let a person ask to follow private accounts."""
        api = self._apis[person.username].at(self._now - timedelta(hours=5))
        for username in person.waits_for:
            api.call("PUT", f"/users/{self.ids[username]}/follow")

    def upload(self, username: str, kind: str, files: Iterable[str]) -> None:
        """Start to upload photographs. `post` and `tell` then wait for them."""
        for file in files:
            begun = self._uploads.submit(self._picture, username, kind, file)
            self._pictures[username, kind, file] = begun

    def post(self, post: Post) -> None:
        """Post photographs, with their comments and likes."""
        author, moment = self._apis[post.by], self._now - timedelta(days=post.days)
        media_ids = [self._pictures[post.by, "post", file].result() for file in post.files]
        told = zip(post.files, media_ids, strict=True)
        media = [{"media_id": media_id, "alt": ALTS[file]} for file, media_id in told]
        new = {"media": media, "caption": post.caption, "location": post.location}
        post_id = author.at(moment).call("POST", "/posts", new)["post_id"]
        for file, media_id in zip(post.files, media_ids, strict=True):
            if _AVATARS.get(file) == post.by:
                author.call("PATCH", "/me", {"avatar_media_id": media_id})
        for number, username in enumerate(post.liked_by, start=1):
            fan = self._apis[username].at(moment + number * APART)
            fan.call("POST", "/like", {"post_id": post_id})
        for comment in post.comments:
            self._comment(post_id, moment, comment, None)
        if post.filter is not None:
            changed = author.at(moment + FILTERED_AFTER)
            changed.call("PATCH", f"/posts/{post_id}", {"filter": post.filter})

    def _comment(
        self, post_id: str, posted: datetime, comment: Comment, answered: str | None
    ) -> None:
        api = self._apis[comment.by].at(posted + timedelta(minutes=comment.after))
        new = {"post_id": post_id, "text": comment.text, "reply_to": answered}
        comment_id = api.call("POST", "/comment", new)["comment_id"]
        for answer in comment.answers:
            self._comment(post_id, posted, answer, comment_id)

    def tell(self, story: Story) -> None:
        """Publish a story, and let people view it."""
        moment = self._now - timedelta(hours=story.hours)
        new = {"media_id": self._pictures[story.by, "story", story.file].result()}
        story_id = self._apis[story.by].at(moment).call("POST", "/stories", new)["story_id"]
        for number, username in enumerate(story.seen_by, start=1):
            viewer = self._apis[username].at(moment + number * APART)
            viewer.call("POST", f"/stories/{story_id}/view")

    def _picture(self, username: str, kind: str, file: str) -> str:
        """Upload a photograph and wait until it is rendered."""
        api, path = self._apis[username], PHOTOS / file
        picture, content_type = path.read_bytes(), TYPES[path.suffix]
        media_id = _UPLOADS[kind](api, picture, content_type)
        api.wait_until_ready(media_id)
        return media_id


def _upload_body(api: Api, picture: bytes, content_type: str) -> str:
    """Upload the short way: the picture is the request."""
    return str(api.call("POST", "/upload", picture, content_type)["media_id"])


def _upload_form(api: Api, picture: bytes, content_type: str) -> str:
    """Upload with a presigned form straight to S3: the way for large pictures and for stories."""
    slot = {"content_type": content_type, "size": len(picture), "kind": "story"}
    media = api.call("POST", "/upload", slot)
    api.post_form(media["upload"]["url"], media["upload"]["fields"], picture)
    return str(media["media_id"])


_UPLOADS: dict[str, Callable[[Api, bytes, str], str]] = {
    "post": _upload_body,
    "story": _upload_form,
}
