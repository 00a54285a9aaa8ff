"""A stage whose lines between the bands are low, for the length of a test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from functions.config import settings
from functions.feed import bootstrap


@contextmanager
def low_lines(**lines: object) -> Iterator[None]:
    """Settings of the stage, read anew by all of the feed, and put back in the end."""
    cached: list[Callable[..., Any]] = [
        settings, bootstrap.bands, bootstrap.feed, bootstrap.fanout, bootstrap.upkeep,
        bootstrap.migration,
    ]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name, value in lines.items():
            patch.setenv(name, str(value))
        for one in cached:
            one.cache_clear()  # type: ignore[attr-defined]
        yield
    for one in cached:
        one.cache_clear()  # type: ignore[attr-defined]


def were_last_here(days_ago: int, *people: Any) -> None:
    """Let people have been away, and let the process forget that it has seen them."""
    from functions.accounts.bootstrap import accounts

    for person in people:
        found = accounts().get(person.user_id)
        day = (found.last_active - timedelta(days=days_ago)).isoformat()
        accounts().users.update(person.user_id, {"last_active": day})
        accounts()._seen.pop(person.user_id, None)
