"""A private author's things and the people around her, at two moments.

At the first moment she is public, and everybody has seen what she shows. Then she turns private,
removes a follower, blocks another, deletes a post, changes a filter, a focal point and her avatar,
and publishes more. An oracle says what each person may see at each moment: it knows the scene, and
nothing of signatures.
"""

from dataclasses import dataclass, field
from itertools import product
from typing import Any

import boto3

import app
from functions.config import settings
from tests.integration.people import follow, photo, publish, tell, upload

FIRST, SECOND = "first", "second"
EARLY, LATER = "ink", "sepia"
MOVED = {"x": 1, "y": 0}

Place = str
"""A folder of objects that are seen together, such as one look of a picture."""


@dataclass
class Scene:
    """The people, the ids of all things, and the places that are there at each moment."""

    stack: Any
    ada: Any
    viewers: dict[str, Any]
    media: dict[str, str] = field(default_factory=dict)
    posts: dict[str, str] = field(default_factory=dict)
    stories: dict[str, Any] = field(default_factory=dict)
    faces: dict[str, str] = field(default_factory=dict)

    def look(self, name: str, folder: str = "plain") -> Place:
        """Return the place of a picture's renditions in one look."""
        return f"posts/{self.ada.user_id}/{self.media[name]}/{folder}/"

    def original(self, name: str) -> Place:
        """Return the place of a picture's original."""
        return f"originals/always/{self.ada.user_id}/{self.media[name]}"

    def story(self, name: str) -> Place:
        """Return the place of a story's renditions."""
        return f"stories/{self.ada.user_id}/{self.stories[name]['url'].split('/')[-3]}/plain/"

    def avatar(self, moment: str) -> Place:
        """Return the place of an avatar's renditions."""
        return f"avatars/{self.ada.user_id}/{self.faces[moment]}/"

    def may_see(self, who: str, moment: str) -> set[Place]:
        """Say what a person other than the author may see at a moment."""
        if moment == FIRST:
            names = ("shown", "turned", "moved", "deleted")
            looks = {self.look(name) for name in names} | {self.look("filtered", EARLY)}
            return looks | {self.story("early"), self.avatar(FIRST)}
        if who == "blocked":
            return set()
        if who in ("removed", "stranger"):
            return {self.avatar(SECOND)}
        looks = {self.look("shown"), self.look("late"), self.look("filtered", EARLY)}
        looks |= {self.look("turned", LATER), self.look("moved", "plain.100.0")}
        return looks | {self.story("early"), self.story("late"), self.avatar(SECOND)}


def begin(stack: Any) -> Scene:
    """Bring the scene to its first moment."""
    ada, eve, dan, sam, bea = (stack.person(name) for name in ("ada", "eve", "dan", "sam", "bea"))
    viewers = {"follower": eve, "removed": dan, "stranger": sam, "blocked": bea}
    scene = Scene(stack, ada, viewers)
    for one in (eve, dan, bea):
        follow(stack, one, ada)
    names = ("shown", "filtered", "turned", "moved", "deleted", "late", "alone", "face", "other")
    scene.media = {name: upload(stack, ada) for name in names}
    stack.settle()
    for name in ("shown", "filtered", "turned", "moved", "deleted"):
        look = {"filter": EARLY} if name == "filtered" else {}
        scene.posts[name] = publish(stack, ada, scene.media[name], **look)["post_id"]
    scene.stories["early"] = tell(stack, ada)
    scene.media["of no story"] = _upload_story(scene)
    scene.faces[FIRST] = _show(scene, "face")
    stack.settle()
    return scene


def go_on(scene: Scene) -> None:
    """Bring the scene to its second moment."""
    stack, ada, viewers = scene.stack, scene.ada, scene.viewers

    def call(method: str, path: str, body: Any = None) -> None:
        answer = stack.call(method, path, token=ada.token, json=body)
        assert answer.status < 300, answer

    call("PATCH", "/me", {"is_private": True})
    call("DELETE", f"/me/followers/{viewers['removed'].user_id}")
    call("PUT", f"/users/{viewers['blocked'].user_id}/block")
    call("DELETE", f"/posts/{scene.posts['deleted']}")
    call("PATCH", f"/posts/{scene.posts['turned']}", {"filter": LATER})
    focus = {"media": [{"media_id": scene.media["moved"], "focus": MOVED}]}
    call("PATCH", f"/posts/{scene.posts['moved']}", focus)
    scene.posts["late"] = publish(stack, ada, scene.media["late"])["post_id"]
    scene.stories["late"] = tell(stack, ada)
    scene.faces[SECOND] = _show(scene, "other")
    call("POST", "/me/export")
    stack.settle(advance=True)


def _show(scene: Scene, name: str) -> str:
    change = {"avatar_media_id": scene.media[name]}
    answer = scene.stack.call("PATCH", "/me", token=scene.ada.token, json=change)
    return str(answer.json["avatar_url"].partition("?")[0].split("/")[-2])


def _upload_story(scene: Scene) -> str:
    asked = {"content_type": "image/png", "size": 1000, "kind": "story"}
    slot = scene.stack.call("POST", "/upload", token=scene.ada.token, json=asked).json
    scene.stack.post_form(slot["upload"]["url"], slot["upload"]["fields"], photo())
    return str(slot["media_id"])


def answers(scene: Scene, viewer: Any) -> list[bytes]:
    """Return the answers that a viewer gets from every route that only reads, for every id."""
    people = [scene.ada.user_id, viewer.user_id]
    ids = {
        "user_id": people,
        "post_id": [*scene.posts.values()],
        "media_id": [*scene.media.values()],
        "story_id": [one["story_id"] for one in scene.stories.values()],
    }
    found = []
    for operation in (one for routes in app.ROUTES for one in routes.operations):
        if operation.method != "GET":
            continue
        names = [name for name in ids if f"{{{name}}}" in operation.path]
        for values in product(*(ids[name] for name in names)):
            path = operation.path.format(**dict(zip(names, values, strict=True)))
            query = f"?username={scene.ada.username}" if path == "/users" else ""
            found.append(scene.stack.call("GET", path + query, token=viewer.token).body)
    return found


def objects(scene: Scene) -> set[str]:
    """Return the keys of all objects of the scene's people, and of the previews."""
    ids = [scene.ada.user_id, *(one.user_id for one in scene.viewers.values())]
    pages = boto3.client("s3").get_paginator("list_objects_v2")
    keys = [
        one["Key"]
        for page in pages.paginate(Bucket=settings().media_bucket)
        for one in page.get("Contents", ())
    ]
    return {key for key in keys if key.startswith("previews/") or any(i in key for i in ids)}
