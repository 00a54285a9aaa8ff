"""The layer of exports: the source of each list of an archive."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from functions.stage.passes import WithPasses

if TYPE_CHECKING:
    from functions.exports.service import Exports, Shown, Source


class WithExports(WithPasses):
    """A stage's exports."""

    @cached_property
    def exports(self) -> "Exports":
        from functions.exports.service import Exports

        return Exports(
            self.export_store, self.archives, self.found_rows, self.users, self.passes,
            self.exports_found(), self._pictures, self.exports_searched(), self.media_urls,
            self.now,
        )  # fmt: skip

    def exports_found(self) -> "dict[str, Source]":
        """Return the lists of an export that are found by key, by name. A capability adds the data
        that it keeps of a user.

        Each asks for its tables only when it is read: a request for an export needs none of them.
        """
        from functions.exports import sources
        from functions.exports.sources import plain, plain_post

        return {
            "profile": lambda user_id: map(plain, sources.profile(self.users, user_id)),
            "posts": lambda user_id: map(
                plain_post, sources.posts(self.post_store, self.read, user_id)
            ),
            "follows": lambda user_id: sources.follows(self.follows, self.users, user_id),
            "blocks": lambda user_id: sources.blocks(self.blocks, self.users, user_id),
            "mutes": lambda user_id: sources.mutes(self.social, user_id),
            "stories": lambda user_id: map(plain, self.story_store.active(user_id)),
        }

    def exports_searched(self) -> "dict[str, Shown]":
        """Return what an export shows of the rows that only a pass finds, by list: see
        `functions.stage.passes.SEARCHED`."""
        from functions.exports.sources import plain

        return {
            "likes": lambda row: {"post_id": self.likes.from_image(row).post_id},
            "comments": lambda row: plain(self.comments.from_image(row)),
        }

    def _pictures(self, user_id: str) -> Iterator[Any]:
        from functions.exports.sources import avatar, pictures, places

        yield from avatar(self.users, self.avatars, user_id)
        shown = places(self.users, self.post_store, self.story_store, self.read, user_id)
        yield from pictures(self.media, shown)
