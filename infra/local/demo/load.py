"""Loads the demo through the public API, as its people would have done it by hand."""

import shlex
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tqdm import tqdm

from infra.local.demo.api import Api, DemoError
from infra.local.demo.people import COMMENTS, LOGIN, PASSWORD, PEOPLE, STORIES, Person

__all__ = ["DemoError", "load"]

PHOTOS = Path(__file__).parent / "photos"
TO_PASTE = "infra/local/demo/photos/kite.jpg"
AT_ONCE = 4
"""People who are busy at the same time."""
TYPES = {".jpg": "image/jpeg", ".png": "image/png"}
_TOKEN = 'import json,sys; print(json.load(sys.stdin)["id_token"])'  # noqa: S105


def load(base_url: str, say: Callable[[str], None]) -> None:
    """Load people, follows, posts, what is said to them, and stories, and say how to log in.

    Raises `DemoError`.
    """
    photos = {person.username: [photo.file for photo in person.photos] for person in PEOPLE}
    liked = sum(len(photos[name]) for person in PEOPLE for name in person.follows)
    steps = sum(2 + len(person.follows) + 2 * len(person.photos) for person in PEOPLE)
    steps += liked
    with (
        ThreadPoolExecutor(AT_ONCE) as pool,
        tqdm(total=steps, desc="demo", unit="step", leave=False) as bar,
    ):
        joined = dict(pool.map(lambda person: _join(base_url, person, bar), PEOPLE))
        ids = {name: user_id for name, (user_id, _) in joined.items()}
        apis = {name: api for name, (_, api) in joined.items()}
        # Follows come before posts, so that these arrive by the fan-out.
        _all(pool.map(lambda person: _follow(apis[person.username], person, ids, bar), PEOPLE))
        posted = pool.map(lambda person: _post(apis[person.username], person, bar), PEOPLE)
        posts = {file: post_id for some in posted for file, post_id in some.items()}
        wanted = [
            (apis[person.username], posts[file])
            for person in PEOPLE
            for name in person.follows
            for file in photos[name]
        ]
        _all(pool.map(lambda pair: _like(pair[0], pair[1], bar), wanted))
    for username, file, text in COMMENTS:
        apis[username].call("POST", "/comment", {"post_id": posts[file], "text": text})
    for username, file in STORIES:
        _tell(apis[username], PHOTOS / file)
    for line in _how_to(base_url, ids[LOGIN]):
        say(line)


def _all(results: Iterable[None]) -> None:
    """Wait for all, and raise what any raised."""
    for _ in results:
        pass


def _join(base_url: str, person: Person, bar: "tqdm[Any]") -> tuple[str, tuple[str, Api]]:
    nobody = Api(base_url)
    credentials = {"username": person.username, "password": PASSWORD}
    nobody.call("POST", "/signup", {**credentials, "email": f"{person.username}@example.com"})
    tokens = nobody.call("POST", "/login", credentials)
    bar.update()
    api = Api(base_url, tokens["id_token"])
    api.call("PATCH", "/me", {"display_name": person.display_name, "bio": person.bio})
    bar.update()
    return person.username, (tokens["user_id"], api)


def _follow(api: Api, person: Person, ids: dict[str, str], bar: "tqdm[Any]") -> None:
    for username in person.follows:
        api.call("PUT", f"/users/{ids[username]}/follow")
        bar.update()


def _like(api: Api, post_id: str, bar: "tqdm[Any]") -> None:
    api.call("POST", "/like", {"post_id": post_id})
    bar.update()


def _post(api: Api, person: Person, bar: "tqdm[Any]") -> dict[str, str]:
    """Post somebody's photographs; the posts' ids by the photographs' files."""
    posts = {}
    for number, photo in enumerate(person.photos):
        path = PHOTOS / photo.file
        upload = _upload_body if number % 2 == 0 else _upload_form
        media_id = upload(api, path.read_bytes(), TYPES[path.suffix])
        api.wait_until_ready(media_id)
        bar.update()
        post = api.call("POST", "/posts", {"media_ids": [media_id], "caption": photo.caption})
        posts[photo.file] = str(post["post_id"])
        bar.update()
    return posts


def _upload_body(api: Api, picture: bytes, content_type: str) -> str:
    """The short way: the picture is the request."""
    return str(api.call("POST", "/upload", picture, content_type)["media_id"])


def _tell(api: Api, path: Path) -> None:
    """Tell a story; it publishes itself when its picture is ready."""
    media_id = _upload_form(api, path.read_bytes(), TYPES[path.suffix], "story")
    api.call("POST", "/stories", {"media_id": media_id})
    api.wait_until_ready(media_id)


def _upload_form(api: Api, picture: bytes, content_type: str, kind: str = "post") -> str:
    """The way for large pictures, and for stories: a presigned form, straight to S3."""
    slot = {"content_type": content_type, "size": len(picture), "kind": kind}
    media = api.call("POST", "/upload", slot)
    api.post_form(media["upload"]["url"], media["upload"]["fields"], picture)
    return str(media["media_id"])


def _how_to(base_url: str, user_id: str) -> list[str]:
    credentials = shlex.quote(f'{{"username": "{LOGIN}", "password": "{PASSWORD}"}}')
    header = '-H "Authorization: Bearer $TOKEN"'
    return [
        f"Loaded {len(PEOPLE)} people and {sum(len(p.photos) for p in PEOPLE)} photographs.",
        f"Log in on {base_url} as {LOGIN} with {PASSWORD}, for example:",
        "",
        f"TOKEN=$(curl -s {base_url}/login -d {credentials} -H 'Content-Type: application/json' "
        f"| python3 -c {shlex.quote(_TOKEN)})",
        f"curl -sw '\\n' {base_url}/upload {header} -H 'Content-Type: image/jpeg' "
        f"--data-binary @{TO_PASTE}",
        f"curl -sw '\\n' {base_url}/feed/{user_id} {header}",
        "",
    ]
