"""The contents of an export, read a page at a time: a page of a list, then all the rows that it
names at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from functions.accounts.ports import UserStore
from functions.aws.tables import Reader, batched
from functions.media.avatars import Avatars
from functions.media.service import MediaService
from functions.posts.domain import Post
from functions.posts.ports import PostStore
from functions.social.ports import BlockStore, FollowStore
from functions.social.service import Social
from functions.stories.ports import StoryStore

PAGE = 100
Entry = TypeVar("Entry")
Place = tuple[str, str]
"""A picture's place in the archive, and its media id."""


def profile(users: UserStore, user_id: str) -> Iterator[Any]:
    """Yield the user's profile."""
    user = users.get(user_id)
    if user is not None:
        yield user


def posts(store: PostStore, read: Reader, user_id: str) -> Iterator[Post]:
    """Yield the user's published posts, newest first."""
    pages = _pages(lambda before: store.recent(user_id, before, PAGE), lambda r: r.published_id)
    for refs in pages:
        [found] = read(store.lookup(ref.post_id for ref in refs))
        named = (found.get((ref.post_id,)) for ref in refs)
        yield from (post for post in named if post is not None and post.published)


def follows(follows: FollowStore, users: UserStore, user_id: str) -> Iterator[Any]:
    """Yield the accounts that the user follows or asks to follow, and those that follow the user or
    ask to, with usernames."""
    made = _pages(
        lambda after: follows.outgoing(user_id, after, PAGE), lambda edge: edge.followee_id
    )
    for edges in made:
        what = ("follows" if edge.accepted else "asks_to_follow" for edge in edges)
        yield from _named(users, zip(what, (edge.followee_id for edge in edges), strict=True))
    for ids in _pages(lambda after: follows.followers(user_id, after, PAGE), str):
        yield from _named(users, (("followed_by", other) for other in ids))
    asked = _pages(lambda before: follows.requests(user_id, before, PAGE), lambda one: one.epoch)
    for requests in asked:
        yield from _named(users, (("asked_by", one.follower_id) for one in requests))


def blocks(blocks: BlockStore, users: UserStore, user_id: str) -> Iterator[Any]:
    """Yield the users that the user has blocked, with their names."""
    for ids in _pages(lambda after: blocks.of(user_id, after, PAGE), str):
        yield from _named(users, (("blocks", other) for other in ids))


def mutes(social: Social, user_id: str) -> Iterator[Any]:
    """Yield the users that the user has muted, with their names. Users who have blocked the user
    are left out, so that the export does not reveal the block."""
    for ids in batched(sorted(social.muted(user_id)), PAGE):
        met = social.visible_users(user_id, ids)
        yield from ({"mutes": i, "username": user.username} for i, user in met.items())


def places(
    users: UserStore, post_store: PostStore, stories: StoryStore, read: Reader, user_id: str
) -> Iterator[Place]:
    """Yield the pictures that a user shows: an avatar of an earlier release, which is a picture
    itself, and the pictures of posts and stories."""
    user = users.get(user_id)
    if user is not None and user.picture_as_avatar is not None:
        yield "avatar", user.picture_as_avatar
    for post in posts(post_store, read, user_id):
        yield from ((post.post_id, picture.media_id) for picture in post.pictures)
    for story in stories.active(user_id):
        yield story.story_id, story.media_id


def pictures(media: MediaService, wanted: Iterable[Place]) -> Iterator[tuple[str, bytes | None]]:
    """Yield each picture by name: the original if it is still kept, otherwise the full rendition.
    None if the picture is gone."""
    for some in batched(wanted, PAGE):
        found = media.store.read([media_id for _, media_id in some])
        for place, media_id in some:
            one = found.get(media_id)
            name, data = (media_id, None) if one is None else media.best(one)
            yield f"{place}/{name}", data


def avatar(users: UserStore, avatars: Avatars, user_id: str) -> Iterator[tuple[str, bytes | None]]:
    """Yield the user's avatar in its largest size, by name."""
    user = users.get(user_id)
    if user is not None and user.avatar_id is not None:
        yield f"avatar/{user.avatar_id}.webp", avatars.largest(user_id, user.avatar_id)


def plain(item: Any) -> Any:
    """Return an item as JSON, without the fields that only the service understands."""
    fields = msgspec.to_builtins(item)
    hidden = ("correlation_id", "band", "band_epoch", "pulled_from")
    return {name: value for name, value in fields.items() if name not in hidden}


def plain_post(post: Post) -> dict[str, Any]:
    """Return a post as JSON, in which each picture has its alternative text and focal point."""
    fields: dict[str, Any] = plain(post)
    alts, focuses = fields.pop("alts"), fields.pop("focuses")
    for picture in fields["pictures"]:
        media_id = picture["media_id"]
        picture |= {"alt": alts.get(media_id), "focus": focuses.get(media_id)}
        del picture["folder"]
    return fields


def _pages(
    fetch: Callable[[str | None], Sequence[Entry]], place: Callable[[Entry], str]
) -> Iterator[Sequence[Entry]]:
    """Yield the pages of a list. Each is fetched behind the last entry of the page before it."""
    behind: str | None = None
    while page := fetch(behind):
        yield page
        behind = place(page[-1])


def _named(users: UserStore, others: Iterable[tuple[str, str]]) -> Iterator[Any]:
    """Yield what other users are to the user, with their names. Users who are gone are left out."""
    known = list(others)
    names = users.read(other for _, other in known)
    for what, other in known:
        if other in names:
            yield {what: other, "username": names[other].username}
