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
from functions.posts.domain import Post
from functions.posts.ports import CountsLookup, MarksLookup, PostLookup, PostName
from functions.posts.schemas import PostView
from functions.social.service import Social

NONE_YET = Counts()


class Look(msgspec.Struct, frozen=True):
    """Posts as a viewer sees them: a view of each, None for one that is hidden, and the ids of
    those that are gone for good."""

    views: list[PostView | None]
    gone: list[str]


class Own(msgspec.Struct, frozen=True):
    """The viewer's own marks on a post."""

    liked: bool
    saved: bool


class Hydration:
    """Show posts to viewers."""

    def __init__(
        self,
        posts: PostLookup,
        counts: CountsLookup,
        likes: MarksLookup,
        saved: MarksLookup,
        users: UserStore,
        social: Social,
        media: MediaService,
        read: Reader,
    ) -> None:
        self._posts = posts
        self._counts = counts
        self._likes = likes
        self._saved = saved
        self._users = users
        self._social = social
        self._media = media
        self._read = read

    def show(
        self, viewer_id: str, refs: Sequence[PostName], *, followed: bool = False
    ) -> list[PostView | None]:
        """Show each post; None for one that this viewer may not see (any more).

        With `followed`, the viewer must also follow the author or be the author: the rule of a home
        timeline.
        """
        return self.look(viewer_id, refs, followed=followed).views

    def look(self, viewer_id: str, refs: Sequence[PostName], *, followed: bool = False) -> Look:
        """Show each post, as `show` does, and tell which of them were deleted."""
        if not refs:
            return Look([], [])
        post_ids = [ref.post_id for ref in refs]
        visibility_query = self._social.visibility_query(
            viewer_id, (ref.author_id for ref in refs), followed=followed
        )
        pairs = [(post_id, viewer_id) for post_id in post_ids]
        posts, counts, likes, saved, *standing = self._read(
            self._posts.lookup(post_ids),
            self._counts.lookup(post_ids),
            self._likes.lookup(pairs),
            self._saved.lookup(pairs),
            *visibility_query.lookups,
        )
        authors = visibility_query.visible_authors(*standing)

        def view(ref: PostName) -> PostView | None:
            post, author = posts.get((ref.post_id,)), authors.get(ref.author_id)
            if post is None or author is None or not post.published:
                return None
            pair = (ref.post_id, viewer_id)
            own = Own(liked=pair in likes, saved=pair in saved)
            counted = counts.get((ref.post_id,), NONE_YET)
            return self._view(viewer_id, post, author, counted, own)

        def is_gone(post: Post | None) -> bool:
            return post is None or post.state == "deleted"

        gone = [post_id for post_id in post_ids if is_gone(posts.get((post_id,)))]
        return Look([view(ref) for ref in refs], gone)

    def show_ids(self, viewer_id: str, post_ids: Sequence[str]) -> list[PostView | None]:
        """Show each post of a list that knows no authors, as `show` does. This reads the posts
        twice: their authors have to be known first."""
        if not post_ids:
            return []
        [found] = self._read(self._posts.lookup(post_ids))
        refs = {post.post_id: post.ref for post in found.values() if post.published}
        views = dict(zip(refs, self.show(viewer_id, [*refs.values()]), strict=True))
        return [views.get(post_id) for post_id in post_ids]

    def counts(self, refs: Sequence[PostName]) -> dict[str, Counts]:
        """Return the counts of posts, by post id. Posts without a row have zeros."""
        if not refs:
            return {}
        [found] = self._read(self._counts.lookup(ref.post_id for ref in refs))
        return {ref.post_id: found.get((ref.post_id,), NONE_YET) for ref in refs}

    def one(self, viewer_id: str, post: Post, media: Sequence[Media]) -> PostView:
        """Show one post that the viewer may see. `media` are those of an unpublished post.

        This reads the viewer's like and save strongly, for half a unit more each: a user who has
        just liked a post looks at it. On a page that would cost a unit for every post without one.
        """
        pair = (post.post_id, viewer_id)
        counts, likes, saved, authors = self._read(
            self._counts.lookup([post.post_id]),
            self._likes.lookup([pair], consistent=True),
            self._saved.lookup([pair], consistent=True),
            # Strongly: the author may have signed up a moment ago.
            self._users.lookup([post.author_id], consistent=True),
        )
        author = authors.get((post.author_id,))
        if author is None:
            raise NotFound("There is no such post.")
        own = Own(liked=bool(likes), saved=bool(saved))
        counted = counts.get((post.post_id,), NONE_YET)
        view = self._view(viewer_id, post, author, counted, own)
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

    def _view(self, viewer_id: str, post: Post, author: User, counts: Counts, own: Own) -> PostView:
        likes = max(counts.likes, int(own.liked))  # a like is seen before it is counted
        return PostView(
            post_id=post.post_id,
            author=self._social.author(author),
            state=post.state,
            caption=post.caption,
            location=post.location,
            filter=post.filter,
            media=[self._picture(post, picture) for picture in post.shown],
            like_count=None if post.hides_counts_from(viewer_id) else likes,
            comment_count=counts.comments,
            liked=own.liked,
            saved=own.saved,
            comments=post.comments,
            hide_counts=post.hide_counts,
            sensitive=post.sensitive,
            content_note=post.content_note,
            created_at=post.created_at,
            published_at=ulid_time(post.published_id) if post.published_id else None,
            edited_at=post.edited_at,
        )
