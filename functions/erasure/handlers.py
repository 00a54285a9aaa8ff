"""The erasure queue."""

from typing import Any

from chalice.app import SQSEvent

from functions.config import settings
from functions.events import Failures, each_message
from functions.http import Routes

routes = Routes(__name__, "Accounts")


@routes.blueprint.on_sqs_message(queue=settings().queue("erasure"), batch_size=1)
def erase(event: SQSEvent) -> Failures:
    """Something was deleted: delete what trails it."""
    # Only the function that runs it pays for importing all that an erasure reaches.
    from functions.erasure.bootstrap import eraser
    from functions.erasure.messages import ChangeAvatar, EraseAccount, EraseMedia, ErasePost, Job

    def handle(job: Any, _: int) -> None:
        match job:
            case EraseAccount():
                eraser().account(job)
            case ErasePost():
                eraser().post(job)
            case EraseMedia():
                eraser().media(job)
            case ChangeAvatar():
                eraser().avatar(job)

    return each_message(event, Job, handle)
