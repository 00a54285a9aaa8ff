"""Social, wired to AWS."""

from functools import cache

from functions.accounts.bootstrap import accounts
from functions.clock import new_ulid, utc_now
from functions.cursors import stage_cursors
from functions.media.bootstrap import media_urls
from functions.social.service import Social
from functions.social.storage import FollowTable


@cache
def social() -> Social:
    """The social graph of this stage."""
    people = accounts()
    follows = FollowTable(people.users.counting)
    return Social(follows, people, media_urls(), stage_cursors(), utc_now, new_ulid)
