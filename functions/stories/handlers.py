"""Stories over HTTP; the router of the stories' stream; the stories' completion queue."""

from chalice.app import DynamoDBEvent, SQSEvent

from functions.config import settings
from functions.consumption import read_units
from functions.events import Change, Failures, each_change, each_message, route, send_each
from functions.http import Request, Routes
from functions.metrics import TRAY_READ_UNITS
from functions.pages import ListQuery, Page
from functions.stories.bootstrap import stories, tray
from functions.stories.schemas import NewStory, StoryView, TrayItem, ViewerView

routes = Routes(__name__, "Stories")


@routes.route("POST", "/stories", body=NewStory, answer=StoryView, status=201, creates=True)
def tell(request: Request[NewStory]) -> StoryView:
    """Publish a story of a picture that was uploaded as one; it may still be on its way.

    It is shown for 24 hours, unless the stage says otherwise, from when its picture is ready.
    """
    return stories().create(request.new_id, request.viewer_id, request.body.media_id)


@routes.route("GET", "/stories", answer=Page[TrayItem], query=ListQuery)
def read_tray(request: Request[None]) -> Page[TrayItem]:
    """The stories of those whom the caller follows: unseen first, then the closest, then newest.

    It has the 100 closest authors. Their order is that of the first page, however the caller goes
    on; one's own stories are at `/users/{user_id}/stories`.
    """
    page = request.query
    with read_units(TRAY_READ_UNITS, request.request_id):
        return tray().read(request.viewer_id, page.cursor, page.limit)


@routes.route("GET", "/users/{user_id}/stories", answer=Page[StoryView], query=ListQuery)
def stories_of_user(request: Request[None], user_id: str) -> Page[StoryView]:
    """An author's stories, oldest first."""
    page = request.query
    return stories().of_user(request.viewer_id, user_id, page.cursor, page.limit)


@routes.route("POST", "/stories/{story_id}/view", status=204)
def view_story(request: Request[None], story_id: str) -> None:
    """Tell that the caller has seen a story; it counts once, and never for one's own."""
    stories().view(request.viewer_id, story_id)


@routes.route("GET", "/stories/{story_id}/viewers", answer=Page[ViewerView], query=ListQuery)
def story_viewers(request: Request[None], story_id: str) -> Page[ViewerView]:
    """Who has seen a story of the caller's own."""
    page = request.query
    return stories().viewers(request.viewer_id, story_id, page.cursor, page.limit)


@routes.route("DELETE", "/stories/{story_id}", status=204)
def delete_story(request: Request[None], story_id: str) -> None:
    """Delete a story of one's own."""
    stories().delete(request.viewer_id, story_id)


@routes.blueprint.on_dynamodb_record(stream_arn=settings().stories_stream_arn, batch_size=100)
def route_stories(event: DynamoDBEvent) -> Failures:
    """A story has changed: tell the queues what follows."""
    from functions.erasure import routing as erasure
    from functions.stories.routing import after_story

    def handle(change: Change) -> None:
        store = stories().store
        old, new = store.of_image(change.old), store.of_image(change.new)
        route(after_story(old, new))
        send_each("erasure", erasure.after_story(old, new))

    return each_change(event, handle)


@routes.blueprint.on_sqs_message(queue=settings().queue("story-completion"), batch_size=10)
def complete_stories(event: SQSEvent) -> Failures:
    """Publish the stories whose pictures are ready."""
    from functions.stories.messages import CompleteStory

    def handle(message: CompleteStory, _: int) -> None:
        stories().complete(message.story_id)

    return each_message(event, CompleteStory, handle)
