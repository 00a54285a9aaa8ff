"""What goes into an export, read a page at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from functions.accounts.service import Users
from functions.errors import NotFound
from functions.media.service import MediaService
from functions.posts.domain import Post
from functions.posts.store import PostStore
from functions.social.store import Follows

PAGE = 100


def profile(users: Users, user_id: str) -> Iterator[Any]:
    """The user's profile."""
    user = users.get(user_id)
    if user is not None:
        yield user


def posts(store: PostStore, user_id: str) -> Iterator[Post]:
    """The user's published posts, newest first."""
    before: str | None = None
    while page := store.recent(user_id, before, PAGE):
        for ref in page:
            post = store.get(ref.post_id)
            if post is not None and post.published:
                yield post
        before = page[-1].published_id


def follows(follows: Follows, users: Users, user_id: str) -> Iterator[Any]:
    """Whom the user follows, and by whom the user is followed, with their names."""

    def followees(after: str | None) -> Sequence[str]:
        return [edge.followee_id for edge in follows.followees(user_id, after, PAGE)]

    def followers(after: str | None) -> Sequence[str]:
        return follows.followers(user_id, after, PAGE)

    for what, fetch in (("follows", followees), ("followed_by", followers)):
        after: str | None = None
        while page := fetch(after):
            names: Mapping[str, Any] = users.read(page)
            for other in page:
                if other in names:
                    yield {what: other, "username": names[other].username}
            after = page[-1]


def pictures(
    store: PostStore, media: MediaService, user_id: str
) -> Iterator[tuple[str, Callable[[], bytes | None]]]:
    """The pictures of the user's posts, each by its name: the original where it was kept, else the
    full rendition."""
    for post in posts(store, user_id):
        for shown in post.pictures:
            try:
                found = media.get(shown.media_id)
            except NotFound:
                continue
            name, read = media.best(found)
            yield f"{post.post_id}/{name}", read


def plain(item: Any) -> Any:
    """An item as JSON, without what only the service itself understands."""
    fields = msgspec.to_builtins(item)
    hidden = ("correlation_id", "band", "band_epoch", "pulled_from")
    return {name: value for name, value in fields.items() if name not in hidden}
