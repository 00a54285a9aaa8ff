"""Builds a graph with power-law followers as rows in memory, for three strategies.

The author of rank r has 100,000 * (200 / r) ** 1.5 followers. Ranks 1 to 200 are pulled, ranks up
to 4,308 are pushed to active followers, the rest to all. A reader of n authors follows authors at
equal distances in rank, so one in 25 of them is pulled under the hybrid strategy.
"""

from datetime import timedelta
from typing import Any

from bench.memory import Memory
from functions.accounts.domain import User
from functions.accounts.storage import UserRow
from functions.clock import new_ulid, ulid_at, utc_now
from functions.counters.storage import CountsRow
from functions.feed.bands import Bands
from functions.feed.storage import FeedItemRow
from functions.media.domain import Picture, RenditionFacts
from functions.posts.domain import Post, PostRef
from functions.posts.storage import PostRow
from functions.social.storage import FollowRow

AUTHORS = 5000
PULLED_RANKS = 200
HUGE = 10**9
STRATEGIES = {
    "hybrid": Bands(push_all_below=1000, pull_from=100_000, active_days=30),
    "push": Bands(push_all_below=HUGE, pull_from=HUGE, active_days=30),
    "pull": Bands(push_all_below=1, pull_from=1, active_days=30),
}
POSTS = {True: 40, False: 6}
"""The posts per author in the last month, by whether the hybrid strategy pulls the author."""
ACTIVE = 4
"""The followers out of ten that were active in the last month."""
NOW = utc_now()
BEGINNING = "0" * 26
TIMELINE = 600
"""The entries in a reader's timeline: more than any page reads."""


def author_id(rank: int) -> str:
    """Return an author's id, which is as long as the user pool's own."""
    return f"author-{rank:029}"


def follower_id(number: int) -> str:
    """Return the id of a follower of the fan-out's authors."""
    return f"follower-{number:027}"


def followers_of(rank: int) -> int:
    """Return the number of followers of a rank: the power law."""
    return int(100_000 * (PULLED_RANKS / rank) ** 1.5)


def pulls(strategy: str, followers: int) -> bool:
    """Return whether a strategy pulls an author with so many followers."""
    return followers >= STRATEGIES[strategy].pull_from


def example_post(author_id: str) -> Post:
    """Return a typical published post with one picture."""
    sides = {"thumbnail": 150, "small": 320, "medium": 640, "full": 1080}
    picture = Picture(
        media_id=new_ulid(), owner_id=author_id, kind="post", width=1080, height=810,
        blurhash="LEHV6nWB2yk8pyo0adR*.7kCMdnj", color="#806040",
        exif={"camera": "Canon EOS R6", "lens": "RF 35mm F1.8", "iso": 400},
        renditions={n: RenditionFacts(s, s, s * 90, "image/webp") for n, s in sides.items()},
        created_at=NOW,
    )  # fmt: skip
    return Post(
        post_id=new_ulid(), author_id=author_id, state="published",
        caption="A caption. " * 12, location="Lisbon", filter=None,
        media_ids=[picture.media_id], pictures=[picture], created_at=NOW,
        published_id=new_ulid(), correlation_id="bench",
    )  # fmt: skip


class Graph:
    """Writes the rows of the graph."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._posts: dict[int, list[PostRef]] = {}
        self._edge = FollowRow(
            "a", "b", state="accepted", epoch=new_ulid(), since=NOW
        ).to_dynamodb_dict()

    def write_authors(self) -> None:
        """Write the authors with their posts, and the posts' counts."""
        for rank in range(1, AUTHORS + 1):
            self.write_user(author_id(rank), follower_count=followers_of(rank))
        post = PostRow.encode(example_post(author_id(1))).to_dynamodb_dict()
        counts = CountsRow("p", likes=123, comments=12).to_dynamodb_dict()
        for rank in range(1, AUTHORS + 1):
            self._posts[rank] = [self._ref(rank, i) for i in range(POSTS[rank <= PULLED_RANKS])]
            for ref in self._posts[rank]:
                named = {
                    "post_id": {"S": ref.post_id},
                    "author_id": {"S": ref.author_id},
                    "published_id": {"S": ref.published_id},
                }
                self._memory.put(PostRow.Meta.table_name, {**post, **named})
                counted = {**counts, "target_id": named["post_id"]}
                self._memory.put(CountsRow.Meta.table_name, counted)

    def _ref(self, rank: int, number: int) -> PostRef:
        """Return a post at a time in the last month that is the same in every run."""
        chance = hash((rank, number))
        age = timedelta(seconds=(chance * 2_654_435_761) % 2_500_000)
        return PostRef(ulid_at(NOW - age, chance), ulid_at(NOW - age, chance + 1), author_id(rank))

    def write_user(self, user_id: str, **fields: Any) -> User:
        """Write a user."""
        plain = {"username": user_id[-12:], "display_name": "Some Body", "created_at": NOW}
        user = User(user_id=user_id, **{**plain, "last_active": NOW.date(), **fields})
        self._memory.put(UserRow.Meta.table_name, UserRow.encode(user).to_dynamodb_dict())
        return user

    def write_reader(self, strategy: str, count: int) -> str:
        """Write a reader of so many authors, with the timeline that the strategy produces."""
        reader = f"{strategy}-{count:030}"
        self.write_user(reader)
        entries: list[PostRef] = []
        for rank in range(1, AUTHORS + 1, AUTHORS // count):
            pulled = pulls(strategy, followers_of(rank))
            self._write_edge(reader, author_id(rank), pulled=pulled)
            entries += [] if pulled else self._posts[rank]
        entries.sort(key=lambda ref: ref.published_id, reverse=True)
        for ref in entries[:TIMELINE]:
            row = FeedItemRow.encode(ref, viewer_id=reader, expires_at=NOW + timedelta(days=1))
            self._memory.put(FeedItemRow.Meta.table_name, row.to_dynamodb_dict())
        return reader

    def _write_edge(self, follower: str, followee: str, *, pulled: bool) -> None:
        named = {"follower_id": {"S": follower}, "followee_id": {"S": followee}}
        if pulled:
            named |= {"pulled_epoch": {"S": BEGINNING}, "pulled_followee_id": {"S": followee}}
        self._memory.put(FollowRow.Meta.table_name, {**self._edge, **named})

    def write_followers(self, count: int) -> None:
        """Write the followers of the fan-out's authors, some of them inactive."""
        example = UserRow.encode(self.write_user("example")).to_dynamodb_dict()
        away = {"S": (NOW - timedelta(days=60)).date().isoformat()}
        for number in range(count):
            row = {**example, "user_id": {"S": follower_id(number)}}
            if number % 10 >= ACTIVE:
                row["last_active"] = away
            self._memory.put(UserRow.Meta.table_name, row)

    def write_followed(self, strategy: str, count: int) -> PostRef:
        """Write an author with so many followers. Returns one of their posts."""
        author = f"{strategy}-followed-by-{count:012}"
        band = "pulled" if pulls(strategy, count) else "pushed"
        turned = {"band": band, "pulled_from": BEGINNING} if band == "pulled" else {}
        self.write_user(author, follower_count=count, **turned)
        for number in range(count):
            self._write_edge(follower_id(number), author, pulled=False)
        return PostRef(new_ulid(), new_ulid(), author)
