"""Like and unlike; write, list and delete comments."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from functions.accounts.domain import User
from functions.accounts.schemas import UserView
from functions.clock import ulid_time
from functions.counters.domain import Counts
from functions.cursors import Cursors
from functions.errors import Forbidden, NotFound
from functions.pages import Page, read_on
from functions.posts.domain import Post
from functions.reactions.domain import MAX_COMMENT, Comment, likes_after
from functions.reactions.schemas import CommentView, LikeAnswer, NewComment
from functions.social.service import Social
from functions.tables import Lookup
from functions.text import checked_text

NO_SUCH_COMMENT = "There is no such comment."


class SeenPosts(Protocol):
    """Posts as viewers see them."""

    def see(self, viewer_id: str, post_id: str) -> Post:
        """A post that this viewer may see. Raises NotFound."""


class ReadCounts(Protocol):
    """The counts table, as it is read."""

    def get(self, target_id: str) -> Counts:
        """The counts of a target, read eventually."""


class Likes(Protocol):
    """The likes table: a row a like, and nothing in it but its key."""

    def add(self, post_id: str, user_id: str) -> bool:
        """Add a like; False where it is there already."""

    def remove(self, post_id: str, user_id: str) -> bool:
        """The inverse of add; False where there is none."""

    def users(self, post_id: str, after: str | None, limit: int) -> Sequence[str]:
        """Who likes a post, after one of them, in the order of their ids."""

    def lookup(self, pairs: Iterable[tuple[str, str]], *, consistent: bool = False) -> Lookup[bool]:
        """Whether there is a like, by (post, user), to be read together with others' rows."""


class Comments(Protocol):
    """The comments table."""

    def get(self, post_id: str, comment_id: str) -> Comment | None:
        """The comment, read strongly."""

    def add(self, comment: Comment) -> bool:
        """Add a comment; False where one of its id is there already."""

    def remove(self, post_id: str, comment_id: str) -> bool:
        """The inverse of add; False where there is none."""

    def page(
        self, post_id: str, after: str | None, limit: int, *, newest_first: bool
    ) -> Sequence[Comment]:
        """Comments of a post behind one of them, by time."""


class Reactions:
    """What viewers have to say to posts."""

    def __init__(
        self,
        likes: Likes,
        comments: Comments,
        counts: ReadCounts,
        posts: SeenPosts,
        social: Social,
        cursors: Cursors,
    ) -> None:
        self._likes = likes
        self._comments = comments
        self._counts = counts
        self._posts = posts
        self._social = social
        self._cursors = cursors

    def like(self, viewer_id: str, post_id: str) -> LikeAnswer:
        """Like a post; the second time the same.

        Raises:
            NotFound: the viewer does not see the post. TooManyRequests: the post is liked by more
                at once than its partition takes; nothing was written.
        """
        self._posts.see(viewer_id, post_id)
        counted = self._counts.get(post_id).likes
        changed = self._likes.add(post_id, viewer_id)
        return LikeAnswer(post_id, True, likes_after(counted, liked=True, changed=changed))

    def unlike(self, viewer_id: str, post_id: str) -> LikeAnswer:
        """Take a like back; nothing happens where there is none. Raises as `like` does.

        The own like is taken back also of a post that the viewer does not see any more; how many
        others there are is not told then.
        """
        try:
            self._posts.see(viewer_id, post_id)
        except NotFound:
            if self._likes.remove(post_id, viewer_id):
                return LikeAnswer(post_id, False, 0)
            raise
        counted = self._counts.get(post_id).likes
        changed = self._likes.remove(post_id, viewer_id)
        return LikeAnswer(post_id, False, likes_after(counted, liked=False, changed=changed))

    def likers(
        self, viewer_id: str, post_id: str, cursor: str | None, limit: int
    ) -> Page[UserView]:
        """Who likes a post, in a stable order: that of their ids, which is no order of time."""
        self._posts.see(viewer_id, post_id)

        def fetch(after: str | None, count: int) -> Sequence[str]:
            return self._likes.users(post_id, after, count)

        return self._social.page(viewer_id, f"posts/{post_id}/likes", cursor, limit, fetch)

    def comment(self, comment_id: str, viewer_id: str, new: NewComment) -> CommentView:
        """Write a comment. A second try with the same comment_id finds it written. Its time is the
        one in its id, so that times stand in the order of the list.

        Raises:
            NotFound: the viewer does not see the post, or it has no comment `reply_to`.
            Invalid: the text.
        """
        checked_text("text", new.text, MAX_COMMENT, lines=True, visible=True)
        self._posts.see(viewer_id, new.post_id)
        # Strongly, and before: who has just signed up may not be read yet otherwise.
        writer = self._social.known(viewer_id, viewer_id)
        comment = Comment(
            post_id=new.post_id,
            comment_id=comment_id,
            user_id=viewer_id,
            text=new.text,
            reply_to=self._thread(viewer_id, new),
            created_at=ulid_time(comment_id),
        )
        if not self._comments.add(comment):
            comment = self._get(new.post_id, comment_id)
        return self._view(comment, writer)

    def _thread(self, viewer_id: str, new: NewComment) -> str | None:
        """The comment that a new one answers. Threads are one level deep: a reply to a reply
        joins its thread, and is not refused, since whoever answers cannot tell the two apart."""
        if new.reply_to is None:
            return None
        answered = self._get(new.post_id, new.reply_to)
        if answered.user_id not in self._social.met(viewer_id, [answered.user_id]):
            raise NotFound(NO_SUCH_COMMENT)  # its writer has blocked this one, or the other way
        return answered.thread

    def _get(self, post_id: str, comment_id: str) -> Comment:
        comment = self._comments.get(post_id, comment_id)
        if comment is None:
            raise NotFound(NO_SUCH_COMMENT)
        return comment

    def comments(
        self, viewer_id: str, post_id: str, cursor: str | None, limit: int, *, newest_first: bool
    ) -> Page[CommentView]:
        """A post's comments and replies by time, without those of users who are gone."""
        self._posts.see(viewer_id, post_id)
        name = f"posts/{post_id}/comments/{'newest' if newest_first else 'oldest'}"
        own = self._cursors.of(viewer_id, name)
        begin = own.open(cursor, str)

        def fetch(after: Comment | None, count: int) -> Sequence[Comment]:
            behind = after.comment_id if after else begin
            return self._comments.page(post_id, behind, count, newest_first=newest_first)

        part = read_on(limit, None, fetch, lambda found: self._show(viewer_id, found))
        return Page(part.shown, own.seal(part.last.comment_id) if part.last else None)

    def _show(self, viewer_id: str, comments: Sequence[Comment]) -> list[CommentView | None]:
        """Each comment's view; None for one whose writer this viewer does not meet."""
        writers = self._social.met(viewer_id, [comment.user_id for comment in comments])
        return [
            self._view(comment, writers[comment.user_id]) if comment.user_id in writers else None
            for comment in comments
        ]

    def _view(self, comment: Comment, writer: User) -> CommentView:
        return CommentView(
            comment.comment_id,
            comment.post_id,
            self._social.author(writer),
            comment.text,
            comment.reply_to,
            comment.created_at,
        )

    def delete_comment(self, viewer_id: str, post_id: str, comment_id: str) -> None:
        """Delete a comment: its writer may, also where the post is hidden or gone by now, and the
        post's author. Replies to it stay.

        Raises:
            NotFound: the viewer does not see the post, or it has no such comment.
            Forbidden: both are others'.
        """
        comment = self._comments.get(post_id, comment_id)
        if comment is None or comment.user_id != viewer_id:
            post = self._posts.see(viewer_id, post_id)
            if comment is not None and post.author_id != viewer_id:
                raise Forbidden("This comment is another's.")
        if comment is None or not self._comments.remove(post_id, comment_id):
            raise NotFound(NO_SUCH_COMMENT)
