"""Posts over HTTP; the routers of the posts' and the media's streams; the completion queue."""

from chalice.app import DynamoDBEvent, SQSEvent

from functions.config import settings
from functions.events import Change, Failures, each_change, each_message, route, send_each
from functions.http import Request, Routes
from functions.media.bootstrap import media
from functions.pages import ListQuery, Page
from functions.posts.bootstrap import posts
from functions.posts.schemas import NewPost, PostChanges, PostView

routes = Routes(__name__, "Posts")


@routes.route("POST", "/posts", body=NewPost, answer=PostView, status=201, creates=True)
def publish(request: Request[NewPost]) -> PostView:
    """Publish a post of one to ten pictures, which may still be on their way."""
    return posts().create(request.new_id, request.viewer_id, request.body)


@routes.route("GET", "/posts/{post_id}", answer=PostView)
def read_post(request: Request[None], post_id: str) -> PostView:
    """A post."""
    return posts().read(request.viewer_id, post_id)


@routes.route("PATCH", "/posts/{post_id}", body=PostChanges, answer=PostView)
def edit_post(request: Request[PostChanges], post_id: str) -> PostView:
    """Change a post of one's own; what is left out stays."""
    return posts().edit(request.viewer_id, post_id, request.body)


@routes.route("DELETE", "/posts/{post_id}", status=204)
def delete_post(request: Request[None], post_id: str) -> None:
    """Delete a post of one's own."""
    posts().delete(request.viewer_id, post_id)


@routes.route("GET", "/users/{user_id}/posts", answer=Page[PostView], query=ListQuery)
def grid(request: Request[None], user_id: str) -> Page[PostView]:
    """An author's posts, newest first."""
    page = request.query
    return posts().grid(request.viewer_id, user_id, page.cursor, page.limit)


@routes.blueprint.on_dynamodb_record(stream_arn=settings().posts_stream_arn, batch_size=100)
def route_posts(event: DynamoDBEvent) -> Failures:
    """A post has changed: tell the queues what follows."""
    from functions.erasure import routing as erasure
    from functions.posts.routing import after_post

    def handle(change: Change) -> None:
        store = posts().store
        old, new = store.of_image(change.old), store.of_image(change.new)
        forgets = settings().keep_originals == "never"
        route(after_post(old, new, forgets_originals=forgets))
        send_each("erasure", erasure.after_post(old, new))

    return each_change(event, handle)


@routes.blueprint.on_dynamodb_record(stream_arn=settings().media_stream_arn, batch_size=100)
def route_media(event: DynamoDBEvent) -> Failures:
    """Media have changed: tell the post that waits for them."""
    from functions.erasure import routing as erasure
    from functions.posts.routing import after_media

    def handle(change: Change) -> None:
        store = media().store
        old, new = store.of_image(change.old), store.of_image(change.new)
        route(after_media(old, new))
        send_each("erasure", erasure.after_media(old, new))

    return each_change(event, handle)


@routes.blueprint.on_sqs_message(queue=settings().queue("completion"), batch_size=10)
def complete_posts(event: SQSEvent) -> Failures:
    """Publish the posts whose media are ready."""
    from functions.posts.messages import Complete

    def handle(message: Complete, _: int) -> None:
        posts().complete(message.post_id)

    return each_message(event, Complete, handle)
