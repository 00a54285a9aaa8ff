"""The erasure queue."""

from typing import Any

from chalice.app import SQSEvent

from functions.aws.events import Failures, each_message
from functions.aws.redelivery import Try
from functions.config import settings
from functions.http.routes import Routes

routes = Routes(__name__, "Accounts")


@routes.blueprint.on_sqs_message(queue=settings().queue("erasure"), batch_size=1)
def erase(event: SQSEvent) -> Failures:
    """Delete everything that belongs to a deleted post, picture or account, and logins that were
    never confirmed. Continue the pass over all tables for deleted accounts and exports."""
    # Imported here, so that only this function pays for all that an erasure reaches.
    from functions import queues
    from functions.stage import stage

    def handle(job: Any, this: Try) -> None:
        match job:
            case queues.EraseAccount():
                stage().eraser.account(job, this.received)
            case queues.ContinuePass():
                stage().passes.go_on(job)
            case queues.EraseLogin():
                stage().joining.forget(job.pool_name)
            case queues.ErasePost():
                stage().eraser.post(job)
            case queues.EraseMedia():
                stage().eraser.media(job)
            case queues.EraseAvatar():
                stage().avatars.erase(job.user_id, job.avatar_id)
            case queues.ChangeAvatar():
                stage().eraser.avatar(job)

    return each_message(event, queues.ErasureJob, handle)
