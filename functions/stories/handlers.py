"""Stories over HTTP; their completion queue."""

from chalice.app import SQSEvent

from functions.aws.events import Failures, each_message
from functions.aws.redelivery import Try
from functions.config import settings
from functions.errors import Conflict, Forbidden, NotFound
from functions.http.pages import ListQuery, Page
from functions.http.routes import Request, Routes
from functions.observability import TRAY_READ_UNITS, read_units
from functions.stage import stage
from functions.stories.domain import story_id_of
from functions.stories.schemas import NewStory, StoryView, TrayItem, ViewerView

routes = Routes(__name__, "Stories")


def _told(request: Request[NewStory]) -> StoryView:
    story_id = story_id_of(request.viewer_id, request.new_id)
    return stage().stories.read(request.viewer_id, story_id)


@routes.route(
    "POST",
    "/stories",
    body=NewStory,
    answer=StoryView,
    status=201,
    creates=True,
    again=_told,
    limit="story",
    name="create_story",
    location="/stories/{story_id}",
    refuses=(NotFound, Conflict),
)
def tell(request: Request[NewStory]) -> StoryView:
    """Publish a story of a picture that was uploaded as one; it may still be on its way.

    It is shown for 24 hours, unless the stage says otherwise, from when its picture is ready.
    """
    return stage().stories.create(request.new_id, request.viewer_id, request.body)


@routes.route("GET", "/stories/{story_id}", answer=StoryView, name="get_story")
def read_story(request: Request[None], story_id: str) -> StoryView:
    """Show a story until it ends."""
    return stage().stories.read(request.viewer_id, story_id)


@routes.route("GET", "/stories", answer=Page[TrayItem], query=ListQuery, name="list_story_tray")
def read_tray(request: Request[None]) -> Page[TrayItem]:
    """Stories of followed people: unseen first, then the closest, then newest.

    It has the 100 closest authors. Their order is that of the first page, however the caller goes
    on; one's own stories are at `/users/{user_id}/stories`.
    """
    with read_units(TRAY_READ_UNITS, request.request_id):
        return stage().tray.read(request.viewer_id, request.query)


@routes.route(
    "GET",
    "/users/{user_id}/stories",
    answer=Page[StoryView],
    query=ListQuery,
    name="list_user_stories",
)
def stories_of_user(request: Request[None], user_id: str) -> Page[StoryView]:
    """An author's stories, oldest first."""
    return stage().stories.of_user(request.viewer_id, user_id, request.query)


@routes.route("POST", "/stories/{story_id}/view", status=204, name="view_story")
def view_story(request: Request[None], story_id: str) -> None:
    """Tell that the caller has seen a story; it counts once, and never for one's own."""
    stage().stories.view(request.viewer_id, story_id)


@routes.route(
    "GET",
    "/stories/{story_id}/viewers",
    answer=Page[ViewerView],
    query=ListQuery,
    name="list_story_viewers",
    refuses=(Forbidden,),
)
def story_viewers(request: Request[None], story_id: str) -> Page[ViewerView]:
    """The viewers of a story of the caller's own."""
    return stage().stories.viewers(request.viewer_id, story_id, request.query)


@routes.route(
    "DELETE", "/stories/{story_id}", status=204, name="delete_story", refuses=(Forbidden,)
)
def delete_story(request: Request[None], story_id: str) -> None:
    """Delete a story of one's own."""
    stage().stories.delete(request.viewer_id, story_id)


@routes.blueprint.on_sqs_message(queue=settings().queue("story-completion"), batch_size=10)
def complete_stories(event: SQSEvent) -> Failures:
    """Publish the stories whose pictures are ready."""
    from functions.queues import CompleteStory

    def handle(message: CompleteStory, _: Try) -> None:
        stage().stories.complete(message.story_id)

    return each_message(event, CompleteStory, handle)
