"""Grants the pending follow requests of an account that has turned public, some per message."""

from collections.abc import Callable

from functions.queues import Grant
from functions.social.service import Social


class Granting:
    """Grants requests by message. `send` is `functions.aws.events.send`, or its stand-in."""

    def __init__(self, social: Social, send: Callable[..., None]) -> None:
        self._social = social
        self._send = send

    def grant(self, job: Grant) -> None:
        """Grant some requests, newest first, and send a message that goes on with the rest."""
        before = self._social.grant_all(job.user_id, job.before)
        if before is not None:
            self._send("fanout", [Grant(job.user_id, before)])
