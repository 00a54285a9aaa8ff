"""Whose a post is: what a reaction's row does not say."""

from collections.abc import Mapping
from typing import Any, Protocol

from functions.posts.domain import Post

REMEMBERED = 50_000
"""Posts whose authors a warm process remembers, since they never change: about 10 MB."""


class PostById(Protocol):
    """The posts table."""

    def get(self, post_id: str) -> Post | None:
        """The post, read strongly."""


class PostAuthors:
    """The authors of posts: one read a post and process, however many react to it."""

    def __init__(self, posts: PostById) -> None:
        self._posts = posts
        self._known: dict[str, str] = {}

    def of(self, post_id: str) -> str | None:
        """The author of a post; None where it is not there any more."""
        if post_id not in self._known:
            post = self._posts.get(post_id)
            if post is None:
                return None
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[post_id] = post.author_id
            return post.author_id
        return self._known[post_id]


def reaction_of(image: Mapping[str, Any]) -> tuple[str, str]:
    """Who reacted, and to which post, in a stream's image of a like or a comment."""
    return image["user_id"]["S"], image["post_id"]["S"]
