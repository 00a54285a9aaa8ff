"""The recounts queue: counts targets again whose records could not be counted."""

from typing import Any

from chalice.app import SQSEvent

from functions.aws.events import Failures, each_message
from functions.aws.redelivery import Try
from functions.config import settings
from functions.http.routes import Routes
from functions.stage import stage

routes = Routes(__name__, "Counters")


@routes.blueprint.on_sqs_message(queue=settings().queue("recounts"), batch_size=1)
def recount(event: SQSEvent) -> Failures:
    """Recount targets whose records were lost, and targets that an operator asks for."""
    from functions.queues import read_recount

    def handle(body: dict[str, Any], once: Try) -> None:
        stage().recounting.handle(read_recount(body), once.received)

    return each_message(event, dict[str, Any], handle)
