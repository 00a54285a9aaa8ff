"""A stage with low thresholds between the bands, for the length of a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from functions.config import settings
from functions.stage import stage


@contextmanager
def low_lines(**lines: object) -> Iterator[None]:
    """Change settings of the stage, and restore them in the end."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in lines.items():
            patch.setenv(name, str(value))
        _begin_again()
        yield
    _begin_again()


def _begin_again() -> None:
    for made in (settings, stage):
        made.cache_clear()


def forget_pages() -> None:
    """Make the process forget the authors that it remembers for the next page."""
    for name in ("feed", "pulled", "tray"):
        vars(stage()).pop(name, None)


def were_last_here(days_ago: int, *people: Any) -> None:
    """Set when people were last active."""
    for person in people:
        found = stage().accounts.get(person.user_id)
        day = found.last_active - timedelta(days=days_ago)
        stage().accounts.users.update(person.user_id, {"last_active": day})
