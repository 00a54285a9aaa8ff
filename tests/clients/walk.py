"""Walks the API with the client that openapi-python-client made: `python walk.py BASE_URL PHOTO`.

It is type-checked strictly: what the description calls a string, a list or an upload is one.
"""

import io
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from fanlight_client import AuthenticatedClient, Client
from fanlight_client.api.accounts import get_export, log_in, request_export, sign_up
from fanlight_client.api.feed import get_home_feed
from fanlight_client.api.follows import follow_user
from fanlight_client.api.pictures import get_media, upload_picture
from fanlight_client.api.posts import create_post
from fanlight_client.api.reactions import like_post
from fanlight_client.models import (
    Credentials,
    ExportView,
    ExportViewStatus,
    FilterName,
    FollowAnswer,
    LikeAnswer,
    LoggedIn,
    MediaView,
    MediaViewStatus,
    NewLike,
    NewPost,
    PostPage,
    PostView,
    ProblemDocument,
    SignedUp,
    SignUp,
    UploadFile,
    UploadSlot,
)
from fanlight_client.types import UNSET, File, Response, Unset

Answer = TypeVar("Answer")
PATIENCE_SECONDS = 60


def given(answer: Response[Answer], status: int) -> Answer:
    """What an answer holds, which must have this status."""
    assert answer.status_code == status, (answer.status_code, answer.content[:300])
    assert answer.parsed is not None
    return answer.parsed


def main(base_url: str, photo: bytes) -> None:
    """Walk from a sign-up to an export."""
    nobody = Client(base_url=base_url)
    name, password = f"walker_{secrets.token_hex(5)}", secrets.token_hex(8)
    new = given(
        sign_up.sync_detailed(client=nobody, body=SignUp(name, f"{name}@example.com", password)),
        201,
    )
    assert isinstance(new, SignedUp)
    entered = given(log_in.sync_detailed(client=nobody, body=Credentials(name, password)), 200)
    assert isinstance(entered, LoggedIn)
    own = AuthenticatedClient(base_url=base_url, token=entered.id_token)
    posts: list[str] = []
    for media_id in uploads(own, photo):
        posts.append(publish(own, media_id))
        # A feed is in the order of publication, and a post is published when it is rendered.
        assert feed(own, new.user_id, len(posts)) == posts[::-1]
    liked = given(like_post.sync_detailed(client=own, body=NewLike(posts[0])), 200)
    assert isinstance(liked, LikeAnswer)
    assert (liked.liked, liked.like_count) == (True, 1)
    refused = follow_user.sync_detailed(new.user_id, client=own)
    assert isinstance(refused.parsed, ProblemDocument)
    assert not isinstance(refused.parsed, FollowAnswer)
    unchanged(own, new.user_id)
    assert exported(own).status is ExportViewStatus.READY


def uploads(own: AuthenticatedClient, photo: bytes) -> Iterator[str]:
    """Pictures uploaded as a body, and by a form."""
    ways: list[File | UploadFile] = [
        File(io.BytesIO(photo)),
        UploadFile(file=File(io.BytesIO(photo), "photo.jpg", "image/jpeg")),
    ]
    for way in ways:
        slot = given(upload_picture.sync_detailed(client=own, body=way), 201)
        assert isinstance(slot, UploadSlot)
        yield ready(own, slot.media_id)


def ready(own: AuthenticatedClient, media_id: str) -> str:
    """A picture's id, once it is rendered."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        media = given(get_media.sync_detailed(media_id, client=own), 200)
        assert isinstance(media, MediaView)
        if media.status is MediaViewStatus.READY:
            assert media.renditions["full"].content_type == "image/webp"
            return media_id
        time.sleep(0.05)
    raise TimeoutError(media_id)


def publish(own: AuthenticatedClient, media_id: str) -> str:
    """A post's id."""
    body = NewPost(media_ids=[media_id], caption="Walked here", filter_=FilterName.DAWN)
    post = given(create_post.sync_detailed(client=own, body=body), 201)
    assert isinstance(post, PostView)
    return post.post_id


def feed(own: AuthenticatedClient, user_id: str, most: int) -> list[str]:
    """The ids of the feed's posts, read page by page, once there are so many."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        seen: list[str] = []
        cursor: str | Unset | None = UNSET
        while cursor is not None:
            page = given(
                get_home_feed.sync_detailed(user_id, client=own, limit=1, cursor=cursor), 200
            )
            assert isinstance(page, PostPage)
            seen += [post.post_id for post in page.items]
            cursor = page.next_cursor
        if len(seen) == most:
            return seen
        time.sleep(0.05)
    raise TimeoutError("the feed")


def unchanged(own: AuthenticatedClient, user_id: str) -> None:
    """An answer that the caller has already is not sent again."""
    first = get_home_feed.sync_detailed(user_id, client=own)
    tag = first.headers["etag"]
    again = get_home_feed.sync_detailed(user_id, client=own, if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")


def exported(own: AuthenticatedClient) -> ExportView:
    """The export, once it can be fetched."""
    given(request_export.sync_detailed(client=own), 202)
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        export = given(get_export.sync_detailed(client=own), 200)
        assert isinstance(export, ExportView)
        if export.status is ExportViewStatus.READY:
            return export
        time.sleep(0.05)
    raise TimeoutError("the export")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).read_bytes())
