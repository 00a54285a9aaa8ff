"""The stage in memory: thousands of steps a second."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from functions.counters.domain import Counts
from functions.feed.domain import Order
from functions.feed.messages import Rebuild
from functions.posts.schemas import NewPost
from tests.fakes.courier import Courier
from tests.fakes.pictures import picture
from tests.fakes.world import World
from tests.model.stage import CHUNK, SMALL, TRAILING, TRAILS_AT_MOST, Act, Read, Trailing, Weather

DEEPEST = 2
"""Handlers in the midst of each other."""
INTERRUPTED = 0.3
DEATHS = 0.03

Halt = Callable[[str], None]
"""What happens before a store's method of this name."""


class Died(Exception):
    """A handler's process has ended."""


class Halting:
    """A store, before each of whose reads and writes something else may happen."""

    def __init__(self, store: Any, halt: Halt) -> None:
        self._store = store
        self._halt = halt

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not callable(found):
            return found

        def call(*given: Any, **named: Any) -> Any:
            self._halt(name)
            return found(*given, **named)

        return call


class HaltingWorld(World):
    """A world whose fan-out may be interrupted; its people are not."""

    def __init__(self, halt: Halt) -> None:
        self._halt = halt
        super().__init__(chunk_followers=CHUNK, bands=SMALL)

    def _wire_fanout(self, chunk_followers: int) -> None:
        names = ("follows", "users", "timelines", "post_store")
        stores = {name: getattr(self, name) for name in names}
        for name, store in stores.items():
            setattr(self, name, Halting(store, self._halt))
        super()._wire_fanout(chunk_followers)
        for name, store in stores.items():
            setattr(self, name, store)


class FakeStage:
    """Services on fakes, and a courier with everything that may go wrong."""

    def __init__(self) -> None:
        self._weather: Weather | None = None
        self._depth = 0
        self._world = HaltingWorld(self._interrupt)
        self._courier = Courier(self._world)
        self._names = count()
        self._held: dict[Trailing, datetime] = {}
        rows = self._world.follows.rows
        self._sources: dict[Trailing, tuple[Any, list[str]]] = {
            "followers": (rows, ["followers"]),
            "pulled": (rows, ["pulled"]),
            "author": (self._world.post_store.rows, []),
            "users": (self._world.users.rows, []),
            "timelines": (self._world.timelines, []),
        }

    def now(self) -> datetime:
        return self._world.clock()

    def sleep(self, seconds: float) -> None:
        self._world.clock.move(seconds=seconds)
        for what in TRAILING:
            since = self._held.get(what)
            if since is not None and self.now() - since >= timedelta(seconds=TRAILS_AT_MOST):
                self._release(what)
        self._courier.fall_due()

    def _release(self, what: Trailing) -> None:
        table, index = self._sources[what]
        table.release_index(*index)
        del self._held[what]

    def trail(self, what: Trailing) -> None:
        table, index = self._sources[what]
        table.hold_index(*index)
        self._held[what] = self.now()

    def sign_up(self) -> str:
        name = f"person{next(self._names)}"
        self._world.accounts.introduce(name, name)
        return name

    def greet(self, viewer: str) -> None:
        self._world.accounts.introduce(viewer, viewer)

    def follow(self, follower: str, followee: str, meanwhile: Act) -> None:
        self.greet(follower)
        follows, add = self._world.follows, self._world.follows.add

        def add_late(edge: Any, author: Any) -> Any:
            follows.add = add
            meanwhile()
            return add(edge, author)

        follows.add = add_late
        self._world.social.follow(follower, followee)

    def unfollow(self, follower: str, followee: str) -> None:
        self.greet(follower)
        self._world.social.unfollow(follower, followee)

    def accept(self, followee: str, follower: str) -> None:
        self.greet(followee)
        edge = self._world.follows.get(follower, followee)
        if edge is not None:
            self._world.follows.accept(edge, self._world.accounts.get(followee))

    def turn_private(self, user: str, private: bool) -> None:
        self.greet(user)
        self._world.users.update(user, {"is_private": private})

    def publish(self, author: str, ready: bool) -> str:
        self.greet(author)
        media_id = self._world.upload(author, ready=ready)
        new = NewPost(media_ids=[media_id])
        return self._world.posts.create(self._world.new_id(), author, new).post_id

    def finish(self, post_id: str) -> None:
        post = self._world.post_store.get(post_id)
        if post is not None:
            for media_id in post.media_ids:
                self._world.settle(media_id, picture(media_id, post.author_id))

    def delete(self, author: str, post_id: str) -> None:
        self.greet(author)
        self._world.posts.delete(author, post_id)

    def like(self, post_id: str, likes: int) -> None:
        self._world.counts.rows[post_id] = Counts(likes=likes)

    def rebuild(self, viewer: str) -> None:
        self.greet(viewer)
        self._courier.waiting.append(Rebuild(viewer))

    def page(self, viewer: str, order: Order, limit: int, cursor: str | None) -> Read:
        self.greet(viewer)
        page = self._world.feed.home(viewer, viewer, cursor, limit, order)
        return Read([post.post_id for post in page.items], page.next_cursor)

    def published_id(self, post_id: str) -> str | None:
        post = self._world.post_store.get(post_id)
        return None if post is None else post.published_id

    def is_pulled(self, author: str) -> bool:
        return self._world.accounts.get(author).band == "pulled"

    def follows(self, follower: str, followee: str) -> bool:
        edge = self._world.follows.get(follower, followee)
        return edge is not None and edge.accepted

    def pulls(self, follower: str, followee: str) -> bool:
        edge = self._world.follows.get(follower, followee)
        return edge is not None and edge.pulled_epoch is not None

    def pending(self) -> bool:
        return bool(self._courier.waiting or self._courier.later)

    def deliver(self, count: int, weather: Weather) -> None:
        around, self._weather = self._weather, weather  # an act may deliver too
        for _ in range(count):
            self._step()
        self._weather = around

    def redrive(self) -> None:
        self._courier.redrive()

    def _step(self) -> None:
        weather = self._weather
        if weather is None or not self._courier.waiting:
            return
        self._depth += 1
        try:
            chance = weather.chance
            self._courier.step(chance.randrange, lambda: chance.random() < weather.twice)
        except Died:
            pass
        finally:
            self._depth -= 1

    def _interrupt(self, name: str) -> None:
        """What happens before a read or write of a handler's."""
        weather = self._weather
        if weather is None or not 0 < self._depth <= DEEPEST:
            return
        if weather.acts and weather.at == name:
            weather.acts.pop()()
            return
        if weather.dies and weather.chance.random() < DEATHS:
            raise Died
        if weather.chance.random() < INTERRUPTED:
            if weather.acts and weather.at is None and weather.chance.random() < 0.5:
                weather.acts.pop()()
            else:
                self._step()
