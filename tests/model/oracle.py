"""The actions of people, and the definition of a feed: the whole rule in ten lines, without
fan-out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from functions.clock import ulid_time
from functions.feed.domain import TIMELINE_CAP

KEPT = timedelta(days=30)


@dataclass
class Truth:
    """The actions of people, as they would tell them."""

    follows: set[tuple[str, str]] = field(default_factory=set)
    """(follower, followee), granted."""
    requests: set[tuple[str, str]] = field(default_factory=set)
    granting: set[tuple[str, str]] = field(default_factory=set)
    """The granted follows of accounts that have turned public: a job grants them."""
    private: set[str] = field(default_factory=set)
    posts: dict[str, str] = field(default_factory=dict)
    """Posts and their authors, without those that were deleted."""

    def grant(self, followee: str) -> None:
        """Grant the requests of a followee who has turned public."""
        asked = {edge for edge in self.requests if edge[1] == followee}
        self.requests -= asked
        self.granting |= asked
        self.follows |= asked

    def ungrant(self, followee: str, follows: Callable[[str, str], bool]) -> None:
        """Return pending follows to requests: the followee has turned private, perhaps before all
        were granted."""
        begun = {edge for edge in self.granting & self.follows if edge[1] == followee}
        asked = {edge for edge in begun if not follows(*edge)}
        self.granting -= begun
        self.follows -= asked
        self.requests |= asked

    def may_see(self, viewer: str) -> set[str]:
        """Return the posts that may stand in a viewer's feed, of any age."""
        authors = {viewer} | {followee for follower, followee in self.follows if follower == viewer}
        return {post for post, author in self.posts.items() if author in authors}

    def feed(
        self, viewer: str, published_id: Callable[[str], str | None], now: datetime
    ) -> list[str]:
        """Return the posts of the viewer and the followed authors, newest first, within cap and
        age."""
        published = {post: published_id(post) for post in self.may_see(viewer)}
        young = {p: i for p, i in published.items() if i is not None and ulid_time(i) + KEPT > now}
        return sorted(young, key=lambda post: young[post], reverse=True)[:TIMELINE_CAP]
