"""The streams of likes, comments and follows in memory, and everything that may go wrong with them:
batches cut anywhere, batches that come again, writes that fail, and shards that lag behind."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from random import Random
from typing import Any

import msgspec

from functions.activity.domain import Cause, Happening, changes
from functions.reactions.domain import Comment, Like
from functions.streams import comments, follows, likes
from tests.fakes.world import World

SHARDS = 3
FAILING = ("save", "add_unread", "drop_unread", "drop_thread")
"""Writes of activity that may fail."""
FAILS = 0.1


class Record(msgspec.Struct):
    """A change of a row."""

    sequence: int
    old: Any
    new: Any
    at: datetime


class Shard(msgspec.Struct):
    """A part of a stream. The records before `done` have been handled."""

    name: str
    causes: Callable[[Any], list[Cause]]
    records: list[Record] = []
    done: int = 0


class Failing:
    """A store whose writes fail now and then, before or after they are made."""

    def __init__(self, store: Any, chance: Random) -> None:
        self._store = store
        self._chance = chance

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        return partial(self._write, found) if name in FAILING else found

    def _write(self, write: Callable[..., Any], *given: Any) -> Any:
        if self._chance.random() < FAILS:
            raise ConnectionError("before the write")
        answer = write(*given)
        if self._chance.random() < FAILS:
            raise ConnectionError("after the write")
        return answer


class Streams:
    """The streams of a world's tables. `world` is the world of requests: no write of it fails."""

    def __init__(self, chance: Random) -> None:
        self.world = World()
        self._chance = chance
        self._handling = World()
        for name, held in vars(self.world).items():
            if name in ("users", "blocks", "mutes", "clock", "now", "read", "settings"):
                setattr(self._handling, name, held)
        self._handling.groups = Failing(self.world.groups, chance)
        self._handling.marks = Failing(self.world.marks, chance)
        self._shards: dict[tuple[str, int], Shard] = {}
        self.liked: dict[tuple[str, str], Like] = {}
        self._listen()

    def _listen(self) -> None:
        world = self.world
        add_like, remove_like = world.likes.add, world.likes.remove
        add_comment, remove_comment = world.comments.add, world.comments.remove

        def like(post_id: str, user_id: str, liked_id: str) -> bool:
            done = add_like(post_id, user_id, liked_id)
            if done:
                self.liked[post_id, user_id] = Like(user_id, post_id, liked_id)
                self._tell("likes", post_id, None, self.liked[post_id, user_id])
            return done

        def unlike(post_id: str, user_id: str) -> bool:
            done = remove_like(post_id, user_id)
            if done:
                self._tell("likes", post_id, self.liked.pop((post_id, user_id)), None)
            return done

        def comment(made: Comment) -> bool:
            done = add_comment(made)
            self._tell("comments", made.post_id, None, made)
            return done

        def uncomment(post_id: str, comment_id: str) -> bool:
            old = world.comments.get(post_id, comment_id)
            done = remove_comment(post_id, comment_id)
            if done:
                self._tell("comments", post_id, old, None)
            return done

        world.likes.add, world.likes.remove = like, unlike
        world.comments.add, world.comments.remove = comment, uncomment
        world.follows.rows.listeners.append(
            lambda old, new: self._tell("follows", (old or new).follower_id, old, new)
        )

    def _tell(self, table: str, partition: str, old: Any, new: Any) -> None:
        at = sum(partition.encode()) % SHARDS
        shard = self._shards.setdefault(
            (table, at), Shard(f"{table} {at}", partial(self._causes, table))
        )
        sequence = 100 + 7 * len(shard.records)
        shard.records.append(Record(sequence, old, new, self.world.clock()))

    def _causes(self, table: str, row: Any) -> list[Cause]:
        author_of, writer_of = self.world.post_authors.of, self.world.comments.writer
        if table == "likes":
            return likes.causes(row, author_of)
        if table == "comments":
            return comments.causes(row, author_of, writer_of)
        return follows.causes(row)

    @property
    def waiting(self) -> list[Shard]:
        """The shards that have records."""
        return [one for one in self._shards.values() if one.done < len(one.records)]

    def deliver(self, shard: Shard) -> None:
        """Deliver a batch, which may begin with records that have been handled."""
        begin = max(0, shard.done - self._chance.choice((0, 0, 0, 1, 2, 5)))
        batch = shard.records[begin : shard.done + self._chance.randint(1, 5)]
        told = [
            Happening(record.sequence, cause, change, record.at)
            for record in batch
            for cause, change in changes(shard.causes(record.old), shard.causes(record.new))
        ]
        failed = self._handling.recorder.record(shard.name, told) | self._forgotten(shard, batch)
        first = min(failed, default=batch[-1].sequence + 1)
        shard.done = max(shard.done, begin + sum(one.sequence < first for one in batch))

    def _forgotten(self, shard: Shard, batch: list[Record]) -> set[int]:
        failed = set()
        for record in batch if shard.name.startswith("comments") else ():
            lost = comments.lost_thread(record.old, record.new)
            try:
                if lost is not None:
                    self._handling.recorder.forget(lost)
            except ConnectionError:
                failed.add(record.sequence)
        return failed

    def settle(self) -> None:
        """Deliver everything."""
        while self.waiting:
            self.deliver(self._chance.choice(self.waiting))
