"""Posts, wired to AWS."""

from functools import cache
from typing import TYPE_CHECKING

from functions.accounts.bootstrap import accounts
from functions.clock import new_ulid, utc_now
from functions.config import settings
from functions.counters.bootstrap import counts
from functions.cursors import stage_cursors
from functions.media.bootstrap import media
from functions.reactions.bootstrap import likes
from functions.social.bootstrap import social
from functions.tables import read_together

if TYPE_CHECKING:
    from functions.posts.hydration import Hydration
    from functions.posts.service import Posts


@cache
def hydration() -> "Hydration":
    """Hydration of this stage."""
    from functions.posts.hydration import Hydration
    from functions.posts.storage import PostTable

    return Hydration(
        PostTable(), counts(), likes(), accounts().users, social(), media(), read_together
    )


@cache
def posts() -> "Posts":
    """The posts of this stage."""
    from functions.posts.service import Posts
    from functions.posts.storage import PostTable

    return Posts(
        PostTable(),
        media(),
        accounts(),
        social(),
        hydration(),
        stage_cursors(),
        utc_now,
        new_ulid,
        keeps_originals=settings().keep_originals != "never",
    )
