"""Ids to posts: one multi-table read a page, and nothing stale is ever shown.

Whatever list an entry comes from, it is checked here, at read, at once: the post's tombstone and
the viewer's follow edges are read strongly; authors, counts and likes may be a moment old.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import msgspec

from functions.accounts.domain import User
from functions.accounts.service import Users
from functions.clock import ulid_time
from functions.counters.domain import Counts
from functions.errors import NotFound
from functions.media.domain import Media
from functions.media.service import MediaService
from functions.posts.domain import Post, PostRef
from functions.posts.schemas import PostView
from functions.social.domain import may_see
from functions.social.service import Social
from functions.tables import Key, Lookup

Reader = Callable[..., list[dict[Key, Any]]]
"""`functions.tables.read_together`, or its stand-in."""
NONE_YET = Counts()


class PostLookup(Protocol):
    """Posts by id, as a part of a read of several tables."""

    def lookup(self, post_ids: Iterable[str]) -> Lookup[Post]:
        """Read strongly."""


class CountsLookup(Protocol):
    """Counts by post."""

    def lookup(self, target_ids: Iterable[str]) -> Lookup[Counts]:
        """Read eventually."""


class LikesLookup(Protocol):
    """Whether there is a like, by (post, user)."""

    def lookup(self, pairs: Iterable[tuple[str, str]], *, consistent: bool = False) -> Lookup[bool]:
        """Read eventually, unless asked otherwise."""


class Hydration:
    """Makes of ids what a viewer sees."""

    def __init__(
        self,
        posts: PostLookup,
        counts: CountsLookup,
        likes: LikesLookup,
        users: Users,
        social: Social,
        media: MediaService,
        read: Reader,
    ) -> None:
        self._posts = posts
        self._counts = counts
        self._likes = likes
        self._users = users
        self._social = social
        self._media = media
        self._read = read

    def show(
        self, viewer_id: str, refs: Sequence[PostRef], *, followed: bool = False
    ) -> list[PostView | None]:
        """Each entry's view; None for a post that this viewer must not see (any more).

        `followed` asks in addition that the viewer follows the author, or is the author: the rule
        of a home timeline.
        """
        if not refs:
            return []
        post_ids = [ref.post_id for ref in refs]
        author_ids = list(dict.fromkeys(ref.author_id for ref in refs))
        posts, counts, likes, edges, authors = self._read(
            self._posts.lookup(post_ids),
            self._counts.lookup(post_ids),
            self._likes.lookup((post_id, viewer_id) for post_id in post_ids),
            self._social.follows.lookup((viewer_id, a) for a in author_ids if a != viewer_id),
            self._users.lookup(author_ids),
        )

        def view(ref: PostRef) -> PostView | None:
            post, author = posts.get((ref.post_id,)), authors.get((ref.author_id,))
            edge = edges.get((viewer_id, ref.author_id))
            if post is None or author is None or not post.published:
                return None
            if followed and viewer_id != author.user_id and (edge is None or not edge.accepted):
                return None
            if not may_see(viewer_id, author, edge):
                return None
            liked = (ref.post_id, viewer_id) in likes
            return self._view(post, author, counts.get((ref.post_id,), NONE_YET), liked)

        return [view(ref) for ref in refs]

    def counts(self, refs: Sequence[PostRef]) -> dict[str, Counts]:
        """The counts of posts, by post id; what was never counted is nothing."""
        if not refs:
            return {}
        [found] = self._read(self._counts.lookup(ref.post_id for ref in refs))
        return {ref.post_id: found.get((ref.post_id,), NONE_YET) for ref in refs}

    def one(self, viewer_id: str, post: Post, media: Sequence[Media]) -> PostView:
        """One post that the viewer may see. `media` are those of a post not published yet.

        The viewer's like is read strongly here, half a unit more: whoever has just liked looks at
        that post. On a page it would be a unit for every post without a like.
        """
        counts, likes, authors = self._read(
            self._counts.lookup([post.post_id]),
            self._likes.lookup([(post.post_id, viewer_id)], consistent=True),
            # Strongly: who has just signed up and posts has made the post, and is told so.
            self._users.lookup([post.author_id], consistent=True),
        )
        author = authors.get((post.author_id,))
        if author is None:
            raise NotFound("There is no such post.")
        view = self._view(post, author, counts.get((post.post_id,), NONE_YET), bool(likes))
        if not media:
            return view
        return msgspec.structs.replace(view, media=[self._media.show(one) for one in media])

    def _view(self, post: Post, author: User, counts: Counts, liked: bool) -> PostView:
        return PostView(
            post_id=post.post_id,
            author=self._social.author(author),
            state=post.state,
            caption=post.caption,
            location=post.location,
            filter=post.filter,
            media=[
                self._media.show_picture(picture, processing=picture.filter != post.filter)
                for picture in post.pictures
            ],
            like_count=max(counts.likes, int(liked)),  # a like is seen before it is counted
            comment_count=counts.comments,
            liked=liked,
            created_at=post.created_at,
            published_at=ulid_time(post.published_id) if post.published_id else None,
            edited_at=post.edited_at,
        )
