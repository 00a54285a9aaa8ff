"""The posts of authors who are not pushed: read by those who look, and shared by all of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import msgspec

from functions.clock import Clock, ulid_time
from functions.feed.domain import leaves_at
from functions.feed.heads import READS_AT_ONCE, Heads
from functions.feed.store import PulledFollows, RecentPosts
from functions.posts.domain import PostRef
from functions.threads import Threads

HEAD = 32
"""Posts of an author's head: so many entries of the author index are just within 4 KB, which is
half a read unit."""


class Stretch(msgspec.Struct, frozen=True):
    """An author's posts from some point on, newest first. `goes_on`: there may be older ones."""

    posts: Sequence[PostRef]
    goes_on: bool

    def hides(self, floor: str) -> bool:
        """Whether posts newer than `floor` may lie behind its end."""
        return self.goes_on and self.posts[-1].published_id > floor


NOTHING = Stretch((), goes_on=True)


class PulledPosts:
    """Recent posts of pulled authors. `kept` is the age at which a post leaves timelines."""

    def __init__(
        self, follows: PulledFollows, posts: RecentPosts, kept: timedelta, now: Clock
    ) -> None:
        self._follows = follows
        self._posts = posts
        self._kept = kept
        self._now = now
        self._heads = Heads(lambda author_id: self._longer(author_id, NOTHING, None, HEAD), now)

    def authors(self, viewer_id: str) -> Sequence[str]:
        """The pulled authors whom a viewer follows."""
        return self._follows.pulled(viewer_id)

    def before(self, author_ids: Iterable[str], before: str | None, count: int) -> list[PostRef]:
        """The newest `count` posts of these authors before a published_id, newest first.

        One read an author whose head is not known, in parallel; then more of an author only where
        older posts of theirs may be among the newest of all.
        """
        stretches = self._heads_of(author_ids, before)
        while True:
            found = _newest(stretches.values(), before, count)
            floor = found[-1].published_id if len(found) == count else ""
            short = {i: one for i, one in stretches.items() if one.hides(floor)}
            if not short:
                return found
            stretches |= self._lengthened(short, before, max(count, HEAD))

    def _heads_of(self, author_ids: Iterable[str], before: str | None) -> dict[str, Stretch]:
        """The authors' heads. A page that goes on behind a post of the last minute takes none from
        before that post: another process, with newer heads, may have made the page before it."""
        return self._heads.of(author_ids, ulid_time(before) if before else None)

    def _lengthened(
        self, stretches: Mapping[str, Stretch], before: str | None, count: int
    ) -> dict[str, Stretch]:
        """The stretches with `count` more posts each; what lies between the end of one and `before`
        is passed over."""

        def longer(author_id: str) -> Stretch:
            return self._longer(author_id, stretches[author_id], before, count)

        with Threads(min(READS_AT_ONCE, len(stretches))) as pool:
            return dict(zip(stretches, pool.map(longer, stretches), strict=True))

    def _longer(self, author_id: str, stretch: Stretch, before: str | None, count: int) -> Stretch:
        ends = [stretch.posts[-1].published_id] if stretch.posts else []
        start = min([*ends, *([before] if before else [])], default=None)
        more = self._posts.recent(author_id, start, count)
        now = self._now()
        stay = [post for post in more if leaves_at(post, self._kept) > now]
        return Stretch([*stretch.posts, *stay], goes_on=len(stay) == count)


def _newest(stretches: Iterable[Stretch], before: str | None, count: int) -> list[PostRef]:
    posts = (post for stretch in stretches for post in stretch.posts)
    older = [post for post in posts if before is None or post.published_id < before]
    return sorted(older, key=lambda post: post.published_id, reverse=True)[:count]
