"""The second readers of the streams that tell what viewers do; counters are the first."""

from typing import TYPE_CHECKING

from chalice.app import DynamoDBEvent

from functions.affinity.bootstrap import affinity, post_authors
from functions.config import settings
from functions.events import Change, Failures, changes_at_once
from functions.http import Routes
from functions.stories.bootstrap import stories

if TYPE_CHECKING:
    from functions.affinity.domain import Deed

routes = Routes(__name__, "Stories")


@routes.blueprint.on_dynamodb_record(stream_arn=settings().story_views_stream_arn, batch_size=100)
def feel_views(event: DynamoDBEvent) -> Failures:
    """Somebody has seen a story: its author is closer to them."""
    from functions.affinity.domain import Touch
    from functions.stories.domain import author_of

    def handle(change: Change) -> None:
        view = stories().views.of_image(change.new)
        if view is not None and change.old is None:
            affinity().note(Touch(view.viewer_id, author_of(view.story_id), "view", change.at))

    return changes_at_once(event, handle)


@routes.blueprint.on_dynamodb_record(stream_arn=settings().likes_stream_arn, batch_size=100)
def feel_likes(event: DynamoDBEvent) -> Failures:
    """Somebody likes a post: its author is closer to them."""
    return changes_at_once(event, lambda change: _reaction(change, "like"))


@routes.blueprint.on_dynamodb_record(stream_arn=settings().comments_stream_arn, batch_size=100)
def feel_comments(event: DynamoDBEvent) -> Failures:
    """Somebody has commented on a post: its author is closer to them."""
    return changes_at_once(event, lambda change: _reaction(change, "comment"))


def _reaction(change: Change, deed: "Deed") -> None:
    from functions.affinity.authors import reaction_of
    from functions.affinity.domain import Touch

    if change.new is None or change.old is not None:
        return
    viewer_id, post_id = reaction_of(change.new)
    author_id = post_authors().of(post_id)
    if author_id is not None:
        affinity().note(Touch(viewer_id, author_id, deed, change.at))
