"""Lets the server under the stack refuse in the API's own words, and hold many connections.

Waitress itself answers in plain text when a request is not HTTP or has far too long headers. API
Gateway answers such requests with a problem document, like any others.
"""

from http import HTTPStatus
from uuid import uuid4

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from functions.errors import Invalid, Problem, TooLarge
from infra.gateway_responses import TOO_LARGE
from infra.local.gateway import Answer, refusal

CONNECTIONS = 1000
"""Enough for a browser, a hundred hanging clients and a fuzzer at once. Waitress would stop at
100.
"""
IDLE_SECONDS = 60
"""A connection without any activity is closed after this time."""
_TOO_LARGE = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE}


class Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to data that never becomes a request."""

    def execute(self) -> None:
        """Answer a problem document, and close the connection."""
        answer = _answer(int(self.request.error.code))
        self.status = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        self.response_headers.extend(answer.headers)
        self.set_close_on_finish()
        self.content_length = len(answer.body)
        self.write(answer.body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that refuses in the API's own words."""

    error_task_class = Refusal


def _answer(status: int) -> Answer:
    if status in _TOO_LARGE:
        problem: Problem = TooLarge(TOO_LARGE)
    elif status < HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.NOT_IMPLEMENTED:
        problem = Invalid("The request cannot be understood.")
    else:
        problem = Problem("The local stack itself failed; its console tells why.")
    return refusal(problem, str(uuid4()), None)
