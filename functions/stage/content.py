"""The layer of content: pictures, posts, reactions, stories, and their counts."""

import time
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from functions.stage.people import WithPeople

if TYPE_CHECKING:
    from functions.counters.recount import Recounter
    from functions.counters.recounting import Recounting
    from functions.counters.service import Counter
    from functions.media.avatars import Avatars
    from functions.media.service import MediaService
    from functions.media.worker import RenderWorker
    from functions.posts.hydration import Hydration
    from functions.posts.service import Posts
    from functions.reactions.service import Reactions
    from functions.stories.hydration import StoryHydration
    from functions.stories.service import Stories
    from functions.stories.tray import Tray

SHARDS_AT_ONCE = 8
"""Shards that a recount reads at the same time."""


class WithContent(WithPeople):
    """A stage's content."""

    @cached_property
    def media(self) -> "MediaService":
        from functions.media.service import MediaService

        return MediaService(
            self.media_store, self.originals, self.renditions, self.media_urls, self.now
        )

    @cached_property
    def avatars(self) -> "Avatars":
        from functions.media.avatars import Avatars

        return Avatars(
            self.media_store, self.renditions, self.renditions, self.users, self.count_renders
        )

    @cached_property
    def worker(self) -> "RenderWorker":
        """Return the worker that renders pictures. Only its own function pays for importing
        Pillow."""
        from functions.media.worker import RenderWorker

        keep = self.settings.keep_originals
        return RenderWorker(self.media_store, self.originals, self.renditions, keep)

    @cached_property
    def hydration(self) -> "Hydration":
        """Return the hydration that makes views of posts."""
        from functions.posts.hydration import Hydration

        return Hydration(
            self.post_store, self.counts, self.likes, self.users, self.social, self.media, self.read
        )

    @cached_property
    def posts(self) -> "Posts":
        from functions.posts.service import Posts

        return Posts(
            self.post_store, self.media, self.accounts, self.social, self.hydration, self.cursors,
            self.now, self.new_id, self.count_renders,
            keeps_originals=self.settings.keep_originals != "never",
        )  # fmt: skip

    def count_renders(self, author_id: str, pictures: int) -> None:
        """Count pictures that are rendered again under the limit of uploads."""
        from functions.http.limits import limit_of

        self.limiter.take("upload", author_id, limit_of("upload"), pictures)

    @cached_property
    def reactions(self) -> "Reactions":
        from functions.reactions.service import Reactions

        return Reactions(
            self.likes, self.comments, self.counts, self.posts, self.social, self.cursors
        )

    @cached_property
    def story_hydration(self) -> "StoryHydration":
        """Return the hydration that makes views of stories."""
        from functions.stories.hydration import StoryHydration

        return StoryHydration(self.views, self.counts, self.social, self.media_urls, self.read)

    @cached_property
    def stories(self) -> "Stories":
        from functions.stories.service import Stories

        shown = timedelta(seconds=self.settings.story_ttl_seconds)
        return Stories(
            self.story_store, self.views, self.media, self.accounts, self.social,
            self.story_hydration, self.cursors, self.now, self.new_id, shown,
        )  # fmt: skip

    @cached_property
    def tray(self) -> "Tray":
        from functions.stories.tray import Tray

        return Tray(
            self.tray_entries, self.story_store, self.story_hydration, self.affinity, self.social,
            self.cursors, self.read, self.now,
        )  # fmt: skip

    @cached_property
    def counter(self) -> "Counter":
        from functions.counters.service import Counter

        return Counter(self.counts, self.now)

    @cached_property
    def recounter(self) -> "Recounter":
        from functions.counters.recount import Recounter

        streams = self.counted_streams

        def is_gone(target_id: str) -> bool:
            post = self.post_store.get(target_id)
            return post is None or post.state == "deleted"

        rows = self.counted_rows
        return Recounter(self.counts, rows, streams, is_gone, self.now, time.sleep, SHARDS_AT_ONCE)

    @cached_property
    def recounting(self) -> "Recounting":
        from functions.counters.recounting import Recounting

        return Recounting(self.recounter, self.send, self.now)
