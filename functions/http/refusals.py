"""Maps exceptions to problems."""

from functions.aws.errors import Contended
from functions.errors import FAILED, Problem, TooManyRequests
from functions.observability import log

BUSY = "Too many requests concern the same thing at once; try again."
RETRY_AFTER_SECONDS = 1
"""DynamoDB counts a partition's throughput per second."""


def problem_of(error: Exception, route: str) -> Problem:
    """Return the problem that answers an exception, and log the exception if it was unexpected.

    Call this from an `except` block, so that the log line has the traceback.
    """
    if isinstance(error, Problem):
        return error
    if isinstance(error, Contended):
        return TooManyRequests(BUSY, retry_after=RETRY_AFTER_SECONDS)
    log.exception("unhandled", route=route)
    return Problem(FAILED)
