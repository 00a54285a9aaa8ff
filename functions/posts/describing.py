"""The alternative texts and focal points of a post's pictures. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UNSET

from functions.errors import Invalid
from functions.media.domain import Focus, Media, kept_focus
from functions.posts.domain import Post
from functions.posts.schemas import NewPost, PostPicture
from functions.text import checked_text


def pictures_of_new(new: NewPost) -> list[PostPicture]:
    """Return the pictures of a new post in the longer form.

    Raises:
        Invalid: neither or both of `media_ids` and `media` are given, a picture is named twice, or
            an alternative text cannot be kept.
    """
    if new.media_ids is UNSET and new.media is UNSET:
        raise Invalid.field("media_ids", "is missing")
    if new.media_ids is not UNSET and new.media is not UNSET:
        raise Invalid.field("media", "is the longer form of media_ids: give one of the two")
    if new.media is not UNSET:
        check_pictures(new.media)
        return new.media
    named = [] if new.media_ids is UNSET else [PostPicture(one) for one in new.media_ids]
    _check_once("media_ids", named)
    return named


def check_pictures(given: Sequence[PostPicture]) -> None:
    """Check the longer form.

    Raises:
        Invalid: a picture is named twice, or an alternative text cannot be kept.
    """
    for at, one in enumerate(given):
        checked_text(f"media[{at}].alt", one.alt or "", len(one.alt or ""), lines=True)
    _check_once("media", given)


def _check_once(field: str, given: Sequence[PostPicture]) -> None:
    if len({one.media_id for one in given}) < len(given):
        raise Invalid.field(field, "names a picture twice")


def alts_of(given: Sequence[PostPicture], before: Mapping[str, str]) -> dict[str, str]:
    """Return the alternative texts by media id. An empty text is none; one that is left out stays
    as before.
    """
    texts = {one.media_id: before.get(one.media_id) if one.alt is UNSET else one.alt
             for one in given}  # fmt: skip
    return {media_id: text for media_id, text in texts.items() if text}


def focuses_of(
    given: Sequence[PostPicture], before: Mapping[str, Focus | None]
) -> dict[str, Focus]:
    """Return the focal points by media id. One that is left out stays as before."""
    points = {one.media_id: before.get(one.media_id) if one.focus is UNSET else one.focus
              for one in given}  # fmt: skip
    kept = {media_id: kept_focus(point) for media_id, point in points.items()}
    return {media_id: point for media_id, point in kept.items() if point is not None}


def focuses_of_new(given: Sequence[PostPicture], media: Sequence[Media]) -> dict[str, Focus]:
    """Return the focal points of a new post: those given, else those of the uploads."""
    return focuses_of(given, {one.media_id: one.focus for one in media})


def changed(post: Post, given: Sequence[PostPicture]) -> dict[str, Any]:
    """Return the fields of a post that its author's changes of its pictures set. Their order
    becomes the post's.

    Raises:
        Invalid: they are not the post's pictures, each once.
    """
    check_pictures(given)
    media_ids = [one.media_id for one in given]
    if set(media_ids) != set(post.media_ids):
        raise Invalid.field("media", "has to name each of the post's pictures once")
    return {
        "media_ids": media_ids,
        "alts": alts_of(given, post.alts),
        "focuses": focuses_of(given, post.focuses),
    }
