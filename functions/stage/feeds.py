"""The layer of feeds: home timelines, and how posts and stories come into them."""

from functools import cached_property
from typing import TYPE_CHECKING

from functions.stage.content import WithContent

if TYPE_CHECKING:
    from functions.feed.bands import Bands
    from functions.feed.fanout import Fanout
    from functions.feed.migration import Migration
    from functions.feed.pulled import PulledPosts
    from functions.feed.service import Feed
    from functions.feed.upkeep import Upkeep


class WithFeeds(WithContent):
    """A stage's feeds."""

    @cached_property
    def bands(self) -> "Bands":
        """Return the numbers of followers at which the bands change."""
        from functions.feed.bands import Bands

        own = self.settings
        return Bands(own.push_all_below, own.pull_from, own.active_days)

    @cached_property
    def pulled(self) -> "PulledPosts":
        from functions.feed.pulled import PulledPosts

        return PulledPosts(self.follows, self.post_store, self.timelines_kept, self.now)

    @cached_property
    def feed(self) -> "Feed":
        from functions.feed.ranking import formula
        from functions.feed.service import Feed

        score = formula(self.settings.ranking, self.settings.ranking_gravity)
        return Feed(
            self.timelines, self.pulled, self.hydration, self.social.muted, self.cursors, score,
            self.now,
        )  # fmt: skip

    @cached_property
    def fanout(self) -> "Fanout":
        from functions.feed.fanout import Fanout

        return Fanout(
            self.follows, self.users, self.timelines, self.tray, self.bands, self.send, self.now,
            self.new_id, self.settings.chunk_followers,
        )  # fmt: skip

    @cached_property
    def upkeep(self) -> "Upkeep":
        from functions.feed.upkeep import Upkeep

        return Upkeep(
            self.follows, self.users, self.post_store, self.timelines, self.tray, self.send,
            self.social.muted,
        )  # fmt: skip

    @cached_property
    def migration(self) -> "Migration":
        from functions.feed.migration import Migration

        return Migration(
            self.follows, self.users, self.post_store, self.timelines, self.tray, self.fanout,
            self.bands, self.send, self.new_id,
        )  # fmt: skip
