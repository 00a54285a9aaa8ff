"""The demo's clock: lets a request happen in the past, so that the demo's posts spread over weeks.

The product asks `functions.clock` for the time and for new ids. On a stack that loads the demo, a
request with the header `X-Demo-Time` is served as of that time. Everything else uses the real time:
other requests, tokens, upload forms, signed URLs, and all effects of streams. So a picture is
uploaded and rendered now, and only then the post is made, weeks ago.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, tzinfo

from functions import clock

HEADER = "x-demo-time"

_moment: ContextVar[datetime | None] = ContextVar("demo_moment", default=None)


class _Datetime(datetime):
    """A stand-in for `datetime` in `functions.clock`. It makes plain ones."""

    fromtimestamp = datetime.fromtimestamp  # type: ignore[assignment]

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return _moment.get() or datetime.now(tz)


def install() -> None:
    """Make the product's clock return the time that `happening` sets."""
    vars(clock)["datetime"] = _Datetime


def uninstall() -> None:
    """Make the product's clock return the real time again."""
    vars(clock)["datetime"] = datetime


@contextmanager
def happening(headers: Mapping[str, str]) -> Iterator[None]:
    """Serve a request as of the time in its header. An invalid or future time counts as now."""
    token = _moment.set(_past(headers.get(HEADER, "")))
    try:
        yield
    finally:
        _moment.reset(token)


def _past(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment < datetime.now(UTC) else None
