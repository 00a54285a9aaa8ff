"""Likes and comments over HTTP."""

from functions.accounts.schemas import UserView
from functions.errors import Forbidden, NotFound
from functions.http.pages import ListQuery, Page
from functions.http.routes import Request, Routes
from functions.reactions.schemas import CommentsQuery, CommentView, LikeAnswer, NewComment, NewLike
from functions.stage import stage

routes = Routes(__name__, "Reactions")


@routes.route(
    "POST",
    "/like",
    body=NewLike,
    answer=LikeAnswer,
    limit="like",
    name="like_post",
    refuses=(NotFound,),
)
def like(request: Request[NewLike]) -> LikeAnswer:
    """Like a post. Repeating changes nothing."""
    return stage().reactions.like(request.viewer_id, request.body.post_id)


@routes.route("DELETE", "/posts/{post_id}/like", answer=LikeAnswer, name="unlike_post")
def unlike(request: Request[None], post_id: str) -> LikeAnswer:
    """Take a like back."""
    return stage().reactions.unlike(request.viewer_id, post_id)


@routes.route(
    "GET", "/posts/{post_id}/likes", answer=Page[UserView], query=ListQuery, name="list_likes"
)
def likers(request: Request[None], post_id: str) -> Page[UserView]:
    """List the users who like a post, in a stable order."""
    return stage().reactions.likers(request.viewer_id, post_id, request.query)


def _written(request: Request[NewComment]) -> CommentView:
    viewer_id, post_id = request.viewer_id, request.body.post_id
    return stage().reactions.read_comment(viewer_id, post_id, request.new_id)


@routes.route(
    "POST",
    "/comment",
    body=NewComment,
    answer=CommentView,
    status=201,
    creates=True,
    again=_written,
    limit="comment",
    name="create_comment",
    location="/posts/{post_id}/comments/{comment_id}",
    refuses=(NotFound,),
)
def comment(request: Request[NewComment]) -> CommentView:
    """Comment on a post, or reply to a comment."""
    return stage().reactions.comment(request.new_id, request.viewer_id, request.body)


@routes.route(
    "GET",
    "/posts/{post_id}/comments",
    answer=Page[CommentView],
    query=CommentsQuery,
    name="list_comments",
)
def comments(request: Request[None], post_id: str) -> Page[CommentView]:
    """List a post's comments and replies, oldest first or newest first."""
    return stage().reactions.comments(request.viewer_id, post_id, request.query)


@routes.route(
    "DELETE",
    "/posts/{post_id}/comments/{comment_id}",
    status=204,
    name="delete_comment",
    refuses=(Forbidden,),
)
def delete_comment(request: Request[None], post_id: str, comment_id: str) -> None:
    """Delete one's own comment, or a comment under one's own post."""
    stage().reactions.delete_comment(request.viewer_id, post_id, comment_id)
