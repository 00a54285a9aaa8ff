"""What goes into an export, read a page at a time: a list's page, and then all that it names at
once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from functions.accounts.service import Users
from functions.media.service import MediaService
from functions.posts.domain import Post
from functions.posts.store import PostStore
from functions.social.service import Social
from functions.social.store import Blocks, Follows
from functions.social.visibility import Reader
from functions.stories.store import StoryStore
from functions.tables import batched

PAGE = 100
Entry = TypeVar("Entry")
Place = tuple[str, str]
"""Where a picture belongs in the archive, and its media's id."""


def profile(users: Users, user_id: str) -> Iterator[Any]:
    """The user's profile."""
    user = users.get(user_id)
    if user is not None:
        yield user


def posts(store: PostStore, read: Reader, user_id: str) -> Iterator[Post]:
    """The user's published posts, newest first."""
    pages = _pages(lambda before: store.recent(user_id, before, PAGE), lambda r: r.published_id)
    for refs in pages:
        [found] = read(store.lookup(ref.post_id for ref in refs))
        named = (found.get((ref.post_id,)) for ref in refs)
        yield from (post for post in named if post is not None and post.published)


def follows(follows: Follows, users: Users, user_id: str) -> Iterator[Any]:
    """Whom the user follows or asks to, and by whom the user is followed or asked, with their
    names."""
    made = _pages(lambda after: follows.made(user_id, after, PAGE), lambda edge: edge.followee_id)
    for edges in made:
        what = ("follows" if edge.accepted else "asks_to_follow" for edge in edges)
        yield from _named(users, zip(what, (edge.followee_id for edge in edges), strict=True))
    for ids in _pages(lambda after: follows.followers(user_id, after, PAGE), str):
        yield from _named(users, (("followed_by", other) for other in ids))
    asked = _pages(lambda before: follows.requests(user_id, before, PAGE), lambda one: one.epoch)
    for requests in asked:
        yield from _named(users, (("asked_by", one.follower_id) for one in requests))


def blocks(blocks: Blocks, users: Users, user_id: str) -> Iterator[Any]:
    """Whom the user has blocked, with their names."""
    for ids in _pages(lambda after: blocks.of(user_id, after, PAGE), str):
        yield from _named(users, (("blocks", other) for other in ids))


def mutes(social: Social, user_id: str) -> Iterator[Any]:
    """Whom the user has muted, with their names; who has blocked the user is not told of."""
    for ids in batched(sorted(social.muted(user_id)), PAGE):
        met = social.met(user_id, ids)
        yield from ({"mutes": i, "username": user.username} for i, user in met.items())


def places(
    users: Users, post_store: PostStore, stories: StoryStore, read: Reader, user_id: str
) -> Iterator[Place]:
    """The pictures a user shows: the avatar, which no post need have, and those of posts and of
    stories."""
    user = users.get(user_id)
    if user is not None and user.avatar_media_id is not None:
        yield "avatar", user.avatar_media_id
    for post in posts(post_store, read, user_id):
        yield from ((post.post_id, picture.media_id) for picture in post.pictures)
    for story in stories.active(user_id):
        yield story.story_id, story.media_id


def pictures(media: MediaService, wanted: Iterable[Place]) -> Iterator[tuple[str, bytes | None]]:
    """Each picture by its name: the original where it is kept still, else the full rendition. None
    where it has gone."""
    for some in batched(wanted, PAGE):
        found = media.store.read([media_id for _, media_id in some])
        for place, media_id in some:
            one = found.get(media_id)
            name, data = (media_id, None) if one is None else media.best(one)
            yield f"{place}/{name}", data


def plain(item: Any) -> Any:
    """An item as JSON, without what only the service itself understands."""
    fields = msgspec.to_builtins(item)
    hidden = ("correlation_id", "band", "band_epoch", "pulled_from")
    return {name: value for name, value in fields.items() if name not in hidden}


def _pages(
    fetch: Callable[[str | None], Sequence[Entry]], place: Callable[[Entry], str]
) -> Iterator[Sequence[Entry]]:
    """The pages of a list, each fetched behind the place of the last entry before it."""
    behind: str | None = None
    while page := fetch(behind):
        yield page
        behind = place(page[-1])


def _named(users: Users, others: Iterable[tuple[str, str]]) -> Iterator[Any]:
    """What others are to the user, with their names; without those who are gone."""
    known = list(others)
    names = users.read(other for _, other in known)
    for what, other in known:
        if other in names:
            yield {what: other, "username": names[other].username}
