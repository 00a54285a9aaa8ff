"""Use cases of likes and comments."""

from collections.abc import Sequence

from functions.accounts.domain import User
from functions.accounts.schemas import UserView
from functions.clock import ulid_time
from functions.errors import Forbidden, NotFound
from functions.http.cursors import Cursors
from functions.http.pages import ListQuery, Page, read_on
from functions.reactions.domain import MAX_COMMENT, Comment, likes_after
from functions.reactions.ports import CommentStore, CountStore, LikeStore, VisiblePosts
from functions.reactions.schemas import CommentsQuery, CommentView, LikeAnswer, NewComment
from functions.social.service import Social
from functions.text import checked_text

NO_SUCH_COMMENT = "There is no such comment."


class Reactions:
    """Likes and comments of viewers."""

    def __init__(
        self,
        likes: LikeStore,
        comments: CommentStore,
        counts: CountStore,
        posts: VisiblePosts,
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
        """Like a post. Repeating changes nothing.

        Raises:
            NotFound: the viewer may not see the post.
            Contended: the post gets more likes at once than its partition takes. Nothing was
                written.
        """
        self._posts.see(viewer_id, post_id)
        counted = self._counts.get(post_id).likes
        changed = self._likes.add(post_id, viewer_id)
        return LikeAnswer(post_id, True, likes_after(counted, liked=True, changed=changed))

    def unlike(self, viewer_id: str, post_id: str) -> LikeAnswer:
        """Take a like back. Does nothing if there is none. Raises as `like` does.

        Users may take their like back also from a post that they may not see any more. The answer
        then does not tell how many other likes it has.
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

    def likers(self, viewer_id: str, post_id: str, query: ListQuery) -> Page[UserView]:
        """Return a page of the users who like a post, in the order of their ids."""
        self._posts.see(viewer_id, post_id)

        def fetch(after: str | None, count: int) -> Sequence[str]:
            return self._likes.users(post_id, after, count)

        return self._social.page(viewer_id, f"posts/{post_id}/likes", query, fetch)

    def comment(self, comment_id: str, viewer_id: str, new: NewComment) -> CommentView:
        """Write a comment. A repeated request with the same comment_id finds the first one's
        comment. Its time is the one in its id, so that times follow the order of the list.

        Raises:
            NotFound: the viewer may not see the post, or it has no comment `reply_to`.
            Invalid: the text.
        """
        checked_text("text", new.text, MAX_COMMENT, lines=True, visible=True)
        self._posts.see(viewer_id, new.post_id)
        # Strongly, and first: an eventual read may miss a user who has just signed up.
        writer = self._social.unblocked_user(viewer_id, viewer_id)
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
        """Return the comment that a reply answers. Threads are one level deep: a reply to a reply
        joins its thread. It is not refused, because its writer cannot tell the two apart."""
        if new.reply_to is None:
            return None
        answered = self._get(new.post_id, new.reply_to)
        if answered.user_id not in self._social.visible_users(viewer_id, [answered.user_id]):
            raise NotFound(NO_SUCH_COMMENT)  # one of the two has blocked the other
        return answered.thread

    def _get(self, post_id: str, comment_id: str) -> Comment:
        comment = self._comments.get(post_id, comment_id)
        if comment is None:
            raise NotFound(NO_SUCH_COMMENT)
        return comment

    def read_comment(self, viewer_id: str, post_id: str, comment_id: str) -> CommentView:
        """Show a comment.

        Raises:
            NotFound: the viewer may not see the post or the writer, or there is no such comment.
        """
        self._posts.see(viewer_id, post_id)
        comment = self._get(post_id, comment_id)
        return self._view(comment, self._social.unblocked_user(viewer_id, comment.user_id))

    def comments(self, viewer_id: str, post_id: str, query: CommentsQuery) -> Page[CommentView]:
        """Return a page of a post's comments and replies by time, without those of deleted
        users."""
        self._posts.see(viewer_id, post_id)
        name = f"posts/{post_id}/comments/{query.order}"
        own = self._cursors.of(viewer_id, name)
        begin = own.open(query.cursor, str)

        def fetch(after: Comment | None, count: int) -> Sequence[Comment]:
            behind = after.comment_id if after else begin
            return self._comments.page(post_id, behind, count, newest_first=query.order == "newest")

        part = read_on(query.limit, None, fetch, lambda found: self._show(viewer_id, found))
        return Page(part.shown, own.seal(part.last.comment_id) if part.last else None)

    def _show(self, viewer_id: str, comments: Sequence[Comment]) -> list[CommentView | None]:
        """Show each comment; None if the viewer may not see its writer."""
        writers = self._social.visible_users(viewer_id, [comment.user_id for comment in comments])
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
        """Delete a comment. Its writer may, even if the post is hidden or deleted, and so may the
        post's author. Replies stay.

        Raises:
            NotFound: the viewer may not see the post, or it has no such comment.
            Forbidden: the viewer wrote neither the comment nor the post.
        """
        comment = self._comments.get(post_id, comment_id)
        if comment is None or comment.user_id != viewer_id:
            post = self._posts.see(viewer_id, post_id)
            if comment is not None and post.author_id != viewer_id:
                raise Forbidden(
                    "Only its writer and the author of the post can delete this comment."
                )
        if comment is None or not self._comments.remove(post_id, comment_id):
            raise NotFound(NO_SUCH_COMMENT)
