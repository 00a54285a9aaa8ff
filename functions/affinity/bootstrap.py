"""Affinity, wired to AWS."""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from functions.accounts.bootstrap import accounts
from functions.clock import utc_now
from functions.config import settings
from functions.posts.bootstrap import posts

if TYPE_CHECKING:
    from functions.affinity.authors import PostAuthors
    from functions.affinity.service import Affinity


@cache
def affinity() -> "Affinity":
    """The affinity of this stage."""
    from functions.affinity.service import Affinity
    from functions.affinity.storage import AffinityTable

    half_life = timedelta(hours=settings().affinity_half_life_hours)
    return Affinity(AffinityTable(half_life), accounts().users, half_life, utc_now)


@cache
def post_authors() -> "PostAuthors":
    """The authors of this stage's posts."""
    from functions.affinity.authors import PostAuthors

    return PostAuthors(posts().store)
