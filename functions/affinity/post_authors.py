"""Finds the author of a post, which a reaction's row does not name."""

from functions.affinity.ports import PostById

REMEMBERED = 50_000
"""Posts whose authors a warm process remembers: about 10 MB. An author never changes."""


class PostAuthors:
    """The authors of posts. A process reads each post once, however many users react to it."""

    def __init__(self, posts: PostById) -> None:
        self._posts = posts
        self._known: dict[str, str] = {}

    def of(self, post_id: str) -> str | None:
        """Return the author of a post; None if the post is gone."""
        if post_id not in self._known:
            post = self._posts.get(post_id)
            if post is None:
                return None
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[post_id] = post.author_id
            return post.author_id
        return self._known[post_id]
