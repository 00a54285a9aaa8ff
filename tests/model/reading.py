"""A feed read page by page while it changes: nothing is repeated, skipped or shuffled."""

from collections.abc import Callable
from dataclasses import dataclass, field

from functions.feed.domain import Order
from tests.model.stage import Read


@dataclass
class Reading:
    """One reader's path through a feed.

    `must` are posts that were in the feed when it began and have stayed in it since. They must be
    shown. `frozen` is the order of a ranked feed when it began.
    """

    viewer: str
    order: Order
    limit: int
    must: set[str]
    frozen: list[str]
    cursor: str | None = None
    shown: list[str] = field(default_factory=list)

    def add(self, page: Read, published_id: Callable[[str], str | None]) -> None:
        """Check the next page and add it."""
        assert len(page.post_ids) <= self.limit
        self.shown += page.post_ids
        self.cursor = page.next_cursor
        assert len(set(self.shown)) == len(self.shown), "a post is repeated"
        if self.order == "recent":
            ids = [published_id(post_id) or "" for post_id in page.post_ids]
            assert ids == sorted(ids, reverse=True), "not the newest first"
        elif self.frozen:
            # A post that was hidden then and is visible now has its place in the order too.
            seen = [post_id for post_id in self.shown if post_id in self.frozen]
            places = [self.frozen.index(post_id) for post_id in seen]
            assert places == sorted(places), "shuffled"
        if self.cursor is None:
            assert self.must <= set(self.shown), "a post is skipped"
