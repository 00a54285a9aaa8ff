"""Turn ids into posts, with one read of several tables per page, and never show anything stale.

Every entry of every list is checked here when it is read. The post's tombstone and the viewer's
follows are read strongly; authors, counts and likes may be a moment old.
"""

from collections.abc import Sequence

import msgspec

from functions.accounts.domain import User
from functions.accounts.ports import UserStore
from functions.aws.tables import Reader
from functions.clock import ulid_time
from functions.counters.domain import Counts
from functions.errors import NotFound
from functions.media.domain import Media, Picture
from functions.media.schemas import MediaView
from functions.media.service import MediaService
from functions.posts.domain import Post, PostRef
from functions.posts.ports import CountsLookup, LikesLookup, PostLookup
from functions.posts.schemas import PostView
from functions.social.service import Social

NONE_YET = Counts()


class Hydration:
    """Show posts to viewers."""

    def __init__(
        self,
        posts: PostLookup,
        counts: CountsLookup,
        likes: LikesLookup,
        users: UserStore,
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
        """Show each post; None for one that this viewer may not see (any more).

        With `followed`, the viewer must also follow the author or be the author: the rule of a home
        timeline.
        """
        if not refs:
            return []
        post_ids = [ref.post_id for ref in refs]
        visibility_query = self._social.visibility_query(
            viewer_id, (ref.author_id for ref in refs), followed=followed
        )
        posts, counts, likes, *standing = self._read(
            self._posts.lookup(post_ids),
            self._counts.lookup(post_ids),
            self._likes.lookup((post_id, viewer_id) for post_id in post_ids),
            *visibility_query.lookups,
        )
        authors = visibility_query.visible_authors(*standing)

        def view(ref: PostRef) -> PostView | None:
            post, author = posts.get((ref.post_id,)), authors.get(ref.author_id)
            if post is None or author is None or not post.published:
                return None
            liked = (ref.post_id, viewer_id) in likes
            return self._view(post, author, counts.get((ref.post_id,), NONE_YET), liked)

        return [view(ref) for ref in refs]

    def counts(self, refs: Sequence[PostRef]) -> dict[str, Counts]:
        """Return the counts of posts, by post id. Posts without a row have zeros."""
        if not refs:
            return {}
        [found] = self._read(self._counts.lookup(ref.post_id for ref in refs))
        return {ref.post_id: found.get((ref.post_id,), NONE_YET) for ref in refs}

    def one(self, viewer_id: str, post: Post, media: Sequence[Media]) -> PostView:
        """Show one post that the viewer may see. `media` are those of an unpublished post.

        This reads the viewer's like strongly, for half a unit more: a user who has just liked a
        post looks at it. On a page that would cost a unit for every post without a like.
        """
        counts, likes, authors = self._read(
            self._counts.lookup([post.post_id]),
            self._likes.lookup([(post.post_id, viewer_id)], consistent=True),
            # Strongly: the author may have signed up a moment ago.
            self._users.lookup([post.author_id], consistent=True),
        )
        author = authors.get((post.author_id,))
        if author is None:
            raise NotFound("There is no such post.")
        view = self._view(post, author, counts.get((post.post_id,), NONE_YET), bool(likes))
        if not media:
            return view
        shown = [self._media.show(one, alt=post.alts.get(one.media_id)) for one in media]
        return msgspec.structs.replace(view, media=shown)

    def _picture(self, post: Post, picture: Picture) -> MediaView:
        return self._media.show_picture(
            picture,
            post.focuses.get(picture.media_id),
            alt=post.alts.get(picture.media_id),
            processing=not post.is_rendered(picture),
        )

    def _view(self, post: Post, author: User, counts: Counts, liked: bool) -> PostView:
        return PostView(
            post_id=post.post_id,
            author=self._social.author(author),
            state=post.state,
            caption=post.caption,
            location=post.location,
            filter=post.filter,
            media=[self._picture(post, picture) for picture in post.shown],
            like_count=max(counts.likes, int(liked)),  # a like is seen before it is counted
            comment_count=counts.comments,
            liked=liked,
            created_at=post.created_at,
            published_at=ulid_time(post.published_id) if post.published_id else None,
            edited_at=post.edited_at,
        )
