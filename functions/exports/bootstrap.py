"""Exports, wired to AWS."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.accounts.bootstrap import accounts
from functions.clock import utc_now
from functions.config import settings
from functions.media.bootstrap import media, media_urls
from functions.posts.bootstrap import posts
from functions.reactions.bootstrap import comments, likes
from functions.social.bootstrap import social
from functions.stories.bootstrap import stories
from functions.tables import read_together

if TYPE_CHECKING:
    from functions.exports.service import Exports, Source


@cache
def exports() -> "Exports":
    """The exports of this stage."""
    from functions.exports.buckets import ArchiveBucket
    from functions.exports.service import Exports
    from functions.exports.storage import ExportTable

    archives = ArchiveBucket(settings().media_bucket)
    users = accounts().users
    return Exports(
        ExportTable(utc_now), archives, users, found(), _pictures, searched(), media_urls(), utc_now
    )


def found() -> "dict[str, Source]":
    """The lists of an export that are found by key, by name. A capability adds what it keeps of a
    user.

    Each asks for what it reads when it is read: who asks for an export, or looks, needs none.
    """
    from functions.exports import sources
    from functions.exports.sources import plain

    users = accounts().users
    return {
        "profile": lambda user_id: map(plain, sources.profile(users, user_id)),
        "posts": lambda user_id: map(plain, sources.posts(posts().store, read_together, user_id)),
        "follows": lambda user_id: sources.follows(social().follows, users, user_id),
        "blocks": lambda user_id: sources.blocks(social().blocks, users, user_id),
        "mutes": lambda user_id: sources.mutes(social(), user_id),
        "stories": lambda user_id: map(plain, stories().store.active(user_id)),
    }


def searched() -> "dict[str, Source]":
    """Those that only a scan of a whole table finds."""
    from functions.exports.sources import plain

    return {
        "likes": lambda user_id: _each(likes().of_user(user_id), lambda one: {"post_id": one}),
        "comments": lambda user_id: _each(comments().of_user(user_id), plain),
    }


def _each(rows: Iterator[Any], shown: Callable[[Any], Any]) -> Iterator[Any]:
    """What was found, as it is shown; None, which marks a place that was looked at, stays."""
    return (None if one is None else shown(one) for one in rows)


def _pictures(user_id: str) -> Iterator[Any]:
    from functions.exports.sources import pictures, places

    shown = places(accounts().users, posts().store, stories().store, read_together, user_id)
    return pictures(media(), shown)
