"""Likes and comments over HTTP."""

from functions.accounts.schemas import UserView
from functions.http import Request, Routes
from functions.pages import ListQuery, Page
from functions.reactions.bootstrap import reactions
from functions.reactions.schemas import CommentsQuery, CommentView, LikeAnswer, NewComment, NewLike

routes = Routes(__name__, "Reactions")


@routes.route("POST", "/like", body=NewLike, answer=LikeAnswer)
def like(request: Request[NewLike]) -> LikeAnswer:
    """Like a post; again: the same, counted once."""
    return reactions().like(request.viewer_id, request.body.post_id)


@routes.route("DELETE", "/posts/{post_id}/like", answer=LikeAnswer)
def unlike(request: Request[None], post_id: str) -> LikeAnswer:
    """Take a like back."""
    return reactions().unlike(request.viewer_id, post_id)


@routes.route("GET", "/posts/{post_id}/likes", answer=Page[UserView], query=ListQuery)
def likers(request: Request[None], post_id: str) -> Page[UserView]:
    """Who likes a post, in a stable order."""
    page = request.query
    return reactions().likers(request.viewer_id, post_id, page.cursor, page.limit)


@routes.route("POST", "/comment", body=NewComment, answer=CommentView, status=201, creates=True)
def comment(request: Request[NewComment]) -> CommentView:
    """Comment on a post, or reply to a comment."""
    return reactions().comment(request.new_id, request.viewer_id, request.body)


@routes.route("GET", "/posts/{post_id}/comments", answer=Page[CommentView], query=CommentsQuery)
def comments(request: Request[None], post_id: str) -> Page[CommentView]:
    """A post's comments and replies, oldest first or newest first."""
    page = request.query
    return reactions().comments(
        request.viewer_id, post_id, page.cursor, page.limit, newest_first=page.order == "newest"
    )


@routes.route("DELETE", "/posts/{post_id}/comments/{comment_id}", status=204)
def delete_comment(request: Request[None], post_id: str, comment_id: str) -> None:
    """Delete a comment of one's own, or one under a post of one's own."""
    reactions().delete_comment(request.viewer_id, post_id, comment_id)
