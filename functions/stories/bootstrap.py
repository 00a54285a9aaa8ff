"""Stories, wired to AWS."""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from functions.accounts.bootstrap import accounts
from functions.affinity.bootstrap import affinity
from functions.clock import new_ulid, utc_now
from functions.config import settings
from functions.counters.bootstrap import counts
from functions.cursors import stage_cursors
from functions.media.bootstrap import media, media_urls
from functions.social.bootstrap import social
from functions.tables import read_together

if TYPE_CHECKING:
    from functions.stories.hydration import StoryHydration
    from functions.stories.service import Stories
    from functions.stories.tray import Tray


@cache
def story_hydration() -> "StoryHydration":
    """The stories' hydration of this stage."""
    from functions.stories.hydration import StoryHydration
    from functions.stories.storage import ViewTable

    return StoryHydration(ViewTable(), counts(), social(), media_urls(), read_together)


@cache
def stories() -> "Stories":
    """The stories of this stage."""
    from functions.stories.service import Stories
    from functions.stories.storage import StoryTable, ViewTable

    return Stories(
        StoryTable(utc_now),
        ViewTable(),
        media(),
        accounts(),
        social(),
        story_hydration(),
        stage_cursors(),
        utc_now,
        new_ulid,
        timedelta(seconds=settings().story_ttl_seconds),
    )


@cache
def tray() -> "Tray":
    """The trays of this stage."""
    from functions.stories.storage import TrayTable
    from functions.stories.tray import Tray

    return Tray(
        TrayTable(utc_now),
        stories().store,
        story_hydration(),
        affinity(),
        social(),
        stage_cursors(),
        read_together,
        utc_now,
    )
