"""Loads the demo through the public API, as its people would have done it by hand."""

import shlex
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from tqdm import tqdm

from infra.local.demo.api import DemoError
from infra.local.demo.cast import Cast
from infra.local.demo.content import LOGIN, PASSWORD, PEOPLE, POSTS, STORIES

__all__ = ["DemoError", "load"]

TO_PASTE = "infra/local/demo/photos/kite.jpg"
AT_ONCE = 4
"""How many people are busy, and how many pictures are being rendered, at the same time."""
_TOKEN = 'import json,sys; print(json.load(sys.stdin)["id_token"])'  # noqa: S105


def load(base_url: str, say: Callable[[str], None]) -> None:
    """Load people, follows, stories, and posts with their comments and likes. Print how to log in.

    Raises `DemoError`.
    """
    steps = 4 * len(PEOPLE) + len(STORIES) + len(POSTS)
    with (
        ThreadPoolExecutor(AT_ONCE) as pool,
        ThreadPoolExecutor(AT_ONCE) as uploads,
        tqdm(total=steps, desc="demo", unit="step", leave=False) as bar,
    ):

        def together(work: Callable[[Any], None], things: Iterable[Any]) -> None:
            for _ in pool.map(work, things):
                bar.update()

        cast = Cast(base_url, datetime.now(UTC), uploads)
        together(cast.join, PEOPLE)
        # The newest pictures come first, and the very first one at once, because people look there
        # already.
        newest, *others = POSTS
        login, *everybody_else = PEOPLE
        together(cast.follow, [login])
        cast.upload(newest.by, "post", newest.files)
        together(cast.post, [newest])
        together(cast.follow, everybody_else)
        for story in STORIES:
            cast.upload(story.by, "story", [story.file])
        for post in others:
            cast.upload(post.by, "post", post.files)
        together(cast.close, PEOPLE)
        together(cast.ask, PEOPLE)
        together(cast.tell, STORIES)
        together(cast.post, others)
    for line in _how_to(base_url, cast.ids[LOGIN]):
        say(line)


def _how_to(base_url: str, user_id: str) -> list[str]:
    credentials = shlex.quote(f'{{"username": "{LOGIN}", "password": "{PASSWORD}"}}')
    header = '-H "Authorization: Bearer $TOKEN"'
    return [
        f"Loaded {len(PEOPLE)} people and {sum(len(post.files) for post in POSTS)} photographs.",
        f"Log in on {base_url} as {LOGIN} with {PASSWORD}, or by hand:",
        "",
        f"TOKEN=$(curl -s {base_url}/login -d {credentials} -H 'Content-Type: application/json' "
        f"| python3 -c {shlex.quote(_TOKEN)})",
        f"curl -sw '\\n' {base_url}/upload {header} -H 'Content-Type: image/jpeg' "
        f"--data-binary @{TO_PASTE}",
        f"curl -sw '\\n' {base_url}/feed/{user_id} {header}",
        "",
    ]
