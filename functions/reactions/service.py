"""Use cases of likes and comments."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import UNSET

from functions.accounts.domain import User
from functions.accounts.schemas import UserView
from functions.aws.tables import Reader
from functions.clock import Clock, NewId, ulid_time
from functions.errors import CommentsClosed, Forbidden, NotFound, TooLate
from functions.http.cursors import Cursors
from functions.http.pages import ListQuery, Page, read_on
from functions.posts.domain import Post
from functions.posts.schemas import PostView
from functions.reactions.domain import MAX_COMMENT, Comment, LikedRef, likes_after
from functions.reactions.ports import CommentStore, CountStore, LikeStore, ShownPosts, VisiblePosts
from functions.reactions.schemas import (
    CommentChanges,
    CommentsQuery,
    CommentView,
    LikeAnswer,
    NewComment,
)
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
        shown: ShownPosts,
        social: Social,
        cursors: Cursors,
        read: Reader,
        now: Clock,
        new_id: NewId,
    ) -> None:
        self._likes = likes
        self._comments = comments
        self._counts = counts
        self._posts = posts
        self._shown = shown
        self._social = social
        self._cursors = cursors
        self._read = read
        self._now = now
        self._new_id = new_id

    def like(self, viewer_id: str, post_id: str) -> LikeAnswer:
        """Like a post. Repeating changes nothing.

        Raises:
            NotFound: the viewer may not see the post.
            Contended: the post gets more likes at once than its partition takes. Nothing was
                written.
        """
        post = self._posts.see(viewer_id, post_id)
        counted = self._counts.get(post_id).likes
        changed = self._likes.add(post_id, viewer_id, self._new_id())
        return self._answer(
            viewer_id, post, likes_after(counted, liked=True, changed=changed), True
        )

    def _answer(self, viewer_id: str, post: Post, likes: int, liked: bool) -> LikeAnswer:
        told = None if post.hides_counts_from(viewer_id) else likes
        return LikeAnswer(post.post_id, liked, told)

    def unlike(self, viewer_id: str, post_id: str) -> LikeAnswer:
        """Take a like back. Does nothing if there is none. Raises as `like` does.

        Users may take their like back also from a post that they may not see any more. The answer
        then does not tell how many other likes it has.
        """
        try:
            post = self._posts.see(viewer_id, post_id)
        except NotFound:
            if self._likes.remove(post_id, viewer_id):
                return LikeAnswer(post_id, False, 0)
            raise
        counted = self._counts.get(post_id).likes
        changed = self._likes.remove(post_id, viewer_id)
        left = likes_after(counted, liked=False, changed=changed)
        return self._answer(viewer_id, post, left, False)

    def likers(self, viewer_id: str, post_id: str, query: ListQuery) -> Page[UserView]:
        """Return a page of the users who like a post, in the order of their ids."""
        self._posts.see(viewer_id, post_id)

        def fetch(after: str | None, count: int) -> Sequence[str]:
            return self._likes.users(post_id, after, count)

        return self._social.page(viewer_id, f"posts/{post_id}/likes", query, fetch)

    def liked(self, viewer_id: str, query: ListQuery) -> Page[PostView]:
        """Return a page of the posts that the viewer likes, newest like first, without those that
        the viewer may not see any more."""

        def fetch(after: LikedRef | None, count: int) -> Sequence[LikedRef]:
            return self._likes.of(viewer_id, after.liked_id if after else None, count)

        def show(refs: Sequence[LikedRef]) -> list[PostView | None]:
            views = self._shown.show_ids(viewer_id, [ref.post_id for ref in refs])
            # The index is eventually consistent. Do not show a like that was just taken back.
            return [view if view is not None and view.liked else None for view in views]

        return self._cursors.of(viewer_id, "me/likes").page(query, LikedRef, fetch, show)

    def comment(self, comment_id: str, viewer_id: str, new: NewComment) -> CommentView:
        """Write a comment. A repeated request with the same comment_id finds the first one's
        comment. Its time is the one in its id, so that times follow the order of the list.

        Raises:
            NotFound: the viewer may not see the post, or it has no comment `reply_to`.
            CommentsClosed: its author does not let the viewer comment.
            Invalid: the text.
        """
        checked_text("text", new.text, MAX_COMMENT, lines=True, visible=True)
        self._check_open(viewer_id, self._posts.see(viewer_id, new.post_id))
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

    def _check_open(self, viewer_id: str, post: Post) -> None:
        """Check that the author lets the viewer comment. The author may always.

        Raises:
            CommentsClosed: nobody else may, or only followers.
        """
        if post.comments == "all" or viewer_id == post.author_id:
            return
        if post.comments == "off":
            raise CommentsClosed("Comments on this post are off.")
        if not self._social.is_follower(viewer_id, post.author_id):
            raise CommentsClosed("Only followers of its author can comment on this post.")

    def _thread(self, viewer_id: str, new: NewComment) -> str | None:
        """Return the comment that a reply answers. Threads are one level deep: a reply to a reply
        joins its thread. It is not refused, because its writer cannot tell the two apart."""
        if new.reply_to is None:
            return None
        answered = self._get(new.post_id, new.reply_to)
        self._writer(viewer_id, answered)
        return answered.thread

    def _get(self, post_id: str, comment_id: str) -> Comment:
        comment = self._comments.get(post_id, comment_id)
        if comment is None:
            raise NotFound(NO_SUCH_COMMENT)
        return comment

    def _writer(self, viewer_id: str, comment: Comment) -> User:
        """Return a comment's writer.

        Raises:
            NotFound: one of the two has blocked the other, or the writer has left.
        """
        if comment.user_id == viewer_id:  # strongly: they may have just signed up
            return self._social.existing_user(viewer_id)
        met = self._social.visible_users(viewer_id, [comment.user_id])
        if not met:
            raise NotFound(NO_SUCH_COMMENT)
        return met[comment.user_id]

    def read_comment(self, viewer_id: str, post_id: str, comment_id: str) -> CommentView:
        """Show a comment.

        Raises:
            NotFound: the viewer may not see the post or the writer, or there is no such comment.
        """
        self._posts.see(viewer_id, post_id)
        comment = self._get(post_id, comment_id)
        return self._view(comment, self._writer(viewer_id, comment))

    def edit_comment(
        self, viewer_id: str, post_id: str, comment_id: str, changes: CommentChanges
    ) -> CommentView:
        """Replace the text of one's own comment. The present text changes nothing.

        Raises:
            NotFound: the viewer may not see the post or the writer, or there is no such comment.
            Forbidden: somebody else wrote it.
            CommentsClosed: the post's author does not let the viewer comment any more.
            TooLate: it was written longer ago than `EDITABLE`.
            Invalid: the text.
        """
        post = self._posts.see(viewer_id, post_id)
        comment = self._get(post_id, comment_id)
        text = comment.text if changes.text is UNSET else changes.text
        checked_text("text", text, MAX_COMMENT, lines=True, visible=True)
        writer = self._writer(viewer_id, comment)
        if comment.user_id != viewer_id:
            raise Forbidden("Only its writer can edit this comment.")
        self._check_open(viewer_id, post)
        now = self._now()
        if not comment.is_editable(now):
            raise TooLate("A comment can be edited for 15 minutes.")
        if text == comment.text:
            return self._view(comment, writer)
        if not self._comments.edit(comment, text, now):
            raise NotFound(NO_SUCH_COMMENT)
        edited = msgspec.structs.replace(comment, text=text, edited_at=now)
        return self._view(edited, writer)

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

    def show_comments(
        self, viewer_id: str, keys: Iterable[tuple[str, str]]
    ) -> dict[str, CommentView]:
        """Show comments by (post, comment) under posts that the viewer may see. Return them by
        comment id, without those of writers whom the viewer may not see."""
        [found] = self._read(self._comments.lookup(keys))
        shown = self._show(viewer_id, [*found.values()])
        return {view.comment_id: view for view in shown if view is not None}

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
            comment.edited_at,
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
