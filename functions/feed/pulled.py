"""The posts of pulled authors: read when somebody looks, and shared by all readers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import msgspec

from functions.author_cache import READS_AT_ONCE, AuthorCache
from functions.aws.threads import Threads
from functions.clock import Clock, ulid_time
from functions.feed.domain import entry_expires_at
from functions.feed.ports import PulledFollows, RecentPosts
from functions.posts.domain import PostRef

HEAD = 32
"""Posts in an author's head. This many entries of the author index just fit in 4 KB, which is half
a read unit."""


class AuthorPosts(msgspec.Struct, frozen=True):
    """An author's posts from some point on, newest first. `goes_on`: there may be older ones."""

    posts: Sequence[PostRef]
    goes_on: bool

    def hides(self, floor: str) -> bool:
        """Return whether posts newer than `floor` may lie beyond the end of the stretch."""
        return self.goes_on and self.posts[-1].published_id > floor


NOTHING = AuthorPosts((), goes_on=True)


class PulledPosts:
    """Recent posts of pulled authors. `kept` is the age at which a post leaves timelines."""

    def __init__(
        self, follows: PulledFollows, posts: RecentPosts, kept: timedelta, now: Clock
    ) -> None:
        self._follows = follows
        self._posts = posts
        self._kept = kept
        self._now = now
        self._heads = AuthorCache(
            lambda author_id: self._longer(author_id, NOTHING, None, HEAD), now
        )

    def authors(self, viewer_id: str) -> Sequence[str]:
        """Return the pulled authors that a viewer follows."""
        return self._follows.pulled(viewer_id)

    def before(self, author_ids: Iterable[str], before: str | None, count: int) -> list[PostRef]:
        """Return the newest `count` posts of these authors before a published_id, newest first.

        Reads each author whose head is not known once, in parallel. Then reads more of an author
        only if older posts by that author may be among the newest of all.
        """
        stretches = self._heads_of(author_ids, before)
        while True:
            found = _newest(stretches.values(), before, count)
            floor = found[-1].published_id if len(found) == count else ""
            short = {i: one for i, one in stretches.items() if one.hides(floor)}
            if not short:
                return found
            stretches |= self._lengthened(short, before, max(count, HEAD))

    def _heads_of(self, author_ids: Iterable[str], before: str | None) -> dict[str, AuthorPosts]:
        """Return the authors' heads. A page that continues after a post of the last minute takes no
        head older than that post, because another process with newer heads may have made the page
        before it."""
        return self._heads.of(author_ids, ulid_time(before) if before else None)

    def _lengthened(
        self, stretches: Mapping[str, AuthorPosts], before: str | None, count: int
    ) -> dict[str, AuthorPosts]:
        """Return the stretches with `count` more posts each. Skips the posts between the end of a
        stretch and `before`."""

        def longer(author_id: str) -> AuthorPosts:
            return self._longer(author_id, stretches[author_id], before, count)

        with Threads(min(READS_AT_ONCE, len(stretches))) as pool:
            return dict(zip(stretches, pool.map(longer, stretches), strict=True))

    def _longer(
        self, author_id: str, stretch: AuthorPosts, before: str | None, count: int
    ) -> AuthorPosts:
        ends = [stretch.posts[-1].published_id] if stretch.posts else []
        start = min([*ends, *([before] if before else [])], default=None)
        more = self._posts.recent(author_id, start, count)
        now = self._now()
        stay = [post for post in more if entry_expires_at(post, self._kept) > now]
        return AuthorPosts([*stretch.posts, *stay], goes_on=len(stay) == count)


def _newest(stretches: Iterable[AuthorPosts], before: str | None, count: int) -> list[PostRef]:
    posts = (post for stretch in stretches for post in stretch.posts)
    older = [post for post in posts if before is None or post.published_id < before]
    return sorted(older, key=lambda post: post.published_id, reverse=True)[:count]
