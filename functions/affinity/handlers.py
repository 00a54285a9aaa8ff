"""The second readers of the streams that tell what viewers do."""

from chalice.app import DynamoDBEvent

from functions.affinity.bootstrap import affinity
from functions.affinity.domain import Touch
from functions.config import settings
from functions.events import Change, Failures, each_change
from functions.http import Routes
from functions.stories.bootstrap import stories
from functions.stories.domain import author_of

routes = Routes(__name__, "Stories")


@routes.blueprint.on_dynamodb_record(stream_arn=settings().story_views_stream_arn, batch_size=100)
def feel_views(event: DynamoDBEvent) -> Failures:
    """Somebody has seen a story: its author is closer to them."""

    def handle(change: Change) -> None:
        view = stories().views.of_image(change.new)
        if view is not None and change.old is None:
            touch = Touch(view.viewer_id, author_of(view.story_id), "view", change.at)
            affinity().note(touch)

    return each_change(event, handle)
