"""Social, wired to AWS."""

from functools import cache
from typing import TYPE_CHECKING

from functions.accounts.bootstrap import accounts
from functions.clock import new_ulid, utc_now
from functions.cursors import stage_cursors
from functions.media.bootstrap import media_urls
from functions.tables import read_together

if TYPE_CHECKING:
    from functions.social.boundaries import Boundaries
    from functions.social.service import Social


@cache
def social() -> "Social":
    """The social graph of this stage."""
    from functions.social.blocks import BlockTable
    from functions.social.mutes import MuteTable
    from functions.social.service import Social
    from functions.social.storage import FollowTable

    people, blocks = accounts(), BlockTable()
    follows = FollowTable(people.users.counting, blocks.none_between)
    return Social(
        follows, blocks, MuteTable(), people, media_urls(), read_together, stage_cursors(),
        utc_now, new_ulid,
    )  # fmt: skip


@cache
def boundaries() -> "Boundaries":
    """Blocks and mutes of this stage."""
    from functions.social.boundaries import Boundaries

    return Boundaries(social(), stage_cursors(), utc_now)
