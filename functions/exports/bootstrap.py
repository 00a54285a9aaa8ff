"""Exports, wired to AWS."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from functions.accounts.bootstrap import accounts
from functions.clock import utc_now
from functions.config import settings
from functions.exports import sources
from functions.exports.buckets import ArchiveBucket
from functions.exports.service import Exports, Source
from functions.exports.storage import ExportTable
from functions.media.bootstrap import media, media_urls


@cache
def exports() -> Exports:
    """The exports of this stage."""
    archives = ArchiveBucket(settings().media_bucket)
    users = accounts().users
    return Exports(ExportTable(utc_now), archives, users, lists(), _pictures, media_urls(), utc_now)


def lists() -> dict[str, Source]:
    """The lists of an export, by name. A capability adds what it keeps of a user."""
    return {
        "profile": lambda user_id: map(sources.plain, sources.profile(accounts().users, user_id)),
        "posts": lambda user_id: map(sources.plain, sources.posts(_posts(), user_id)),
        "follows": _follows,
        "likes": _likes,
        "comments": _comments,
        "stories": _stories,
    }


def _posts() -> Any:
    # Wired when one is prepared: who asks for an export, or looks, needs none of these.
    from functions.posts.bootstrap import posts

    return posts().store


def _follows(user_id: str) -> Iterator[Any]:
    from functions.social.bootstrap import social

    return sources.follows(social().follows, accounts().users, user_id)


def _likes(user_id: str) -> Iterator[Any]:
    from functions.reactions.bootstrap import likes

    found = likes().of_user(user_id)
    return (None if post_id is None else {"post_id": post_id} for post_id in found)


def _comments(user_id: str) -> Iterator[Any]:
    from functions.reactions.bootstrap import comments

    found = comments().of_user(user_id)
    return (None if comment is None else sources.plain(comment) for comment in found)


def _stories(user_id: str) -> Iterator[Any]:
    from functions.stories.bootstrap import stories

    return map(sources.plain, stories().store.active(user_id))


def _pictures(user_id: str) -> Iterator[Any]:
    return sources.pictures(_posts(), media(), user_id)
