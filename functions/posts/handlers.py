"""Posts over HTTP, and the completion queue."""

from chalice.app import SQSEvent

from functions.aws.events import Failures, each_message
from functions.aws.redelivery import Try
from functions.config import settings
from functions.errors import Conflict, Forbidden, NotFound
from functions.http.pages import ListQuery, Page
from functions.http.routes import Request, Routes
from functions.posts.schemas import NewPost, PostChanges, PostView
from functions.stage import stage

routes = Routes(__name__, "Posts")


def _published(request: Request[NewPost]) -> PostView:
    return stage().posts.read(request.viewer_id, request.new_id)


@routes.route(
    "POST",
    "/posts",
    body=NewPost,
    answer=PostView,
    status=201,
    creates=True,
    again=_published,
    name="create_post",
    location="/posts/{post_id}",
    refuses=(NotFound, Conflict),
)
def publish(request: Request[NewPost]) -> PostView:
    """Publish a post of one to ten pictures. They may still be uploading or rendering."""
    return stage().posts.create(request.new_id, request.viewer_id, request.body)


@routes.route("GET", "/posts/{post_id}", answer=PostView, name="get_post")
def read_post(request: Request[None], post_id: str) -> PostView:
    """Show a post."""
    return stage().posts.read(request.viewer_id, post_id)


@routes.route(
    "PATCH",
    "/posts/{post_id}",
    body=PostChanges,
    answer=PostView,
    name="update_post",
    refuses=(Forbidden, Conflict),
)
def edit_post(request: Request[PostChanges], post_id: str) -> PostView:
    """Change one's own post. Fields that are left out stay as they are."""
    return stage().posts.edit(request.viewer_id, post_id, request.body)


@routes.route("DELETE", "/posts/{post_id}", status=204, name="delete_post", refuses=(Forbidden,))
def delete_post(request: Request[None], post_id: str) -> None:
    """Delete one's own post."""
    stage().posts.delete(request.viewer_id, post_id)


@routes.route(
    "GET", "/users/{user_id}/posts", answer=Page[PostView], query=ListQuery, name="list_user_posts"
)
def grid(request: Request[None], user_id: str) -> Page[PostView]:
    """List an author's posts, newest first."""
    return stage().posts.grid(request.viewer_id, user_id, request.query)


@routes.blueprint.on_sqs_message(queue=settings().queue("completion"), batch_size=10)
def complete_posts(event: SQSEvent) -> Failures:
    """Publish the posts whose media are ready."""
    from functions.queues import Complete

    def handle(message: Complete, _: Try) -> None:
        stage().posts.complete(message.post_id)

    return each_message(event, Complete, handle)
