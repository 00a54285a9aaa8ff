"""The stage in memory: thousands of steps a second."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from functions.counters.domain import Counts
from functions.feed.domain import Order
from functions.feed.schemas import FeedQuery
from functions.posts.schemas import NewPost
from functions.queues import Rebuild
from tests.fakes.courier import Courier
from tests.fakes.pictures import picture
from tests.fakes.world import World
from tests.model.services import ServicesStage
from tests.model.stage import CHUNK, SMALL, TRAILING, TRAILS_AT_MOST, Act, Read, Trailing, Weather

DEEPEST = 2
"""How deep handlers may be nested in each other."""
INTERRUPTED = 0.3
HALTED = ("follows", "users", "timelines", "post_store")
"""The stores before whose reads and writes the fan-out may be interrupted."""
DEATHS = 0.03

Halt = Callable[[str], None]
"""Runs before a store's method of this name."""


class Died(Exception):
    """The process of a handler has ended."""


class Halting:
    """A store that lets something else happen before each read and write."""

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
    """A world that may interrupt the fan-out, but not people."""

    def __init__(self, halt: Halt) -> None:
        super().__init__(chunk_followers=CHUNK, bands=SMALL)
        _make(self, "feed", "posts", "tray")  # these take the stores that do not halt
        stores = {name: getattr(self, name) for name in HALTED}
        for name, store in stores.items():
            setattr(self, name, Halting(store, halt))
        _make(self, "fanout", "upkeep", "migration")
        for name, store in stores.items():
            setattr(self, name, store)


def _make(world: World, *names: str) -> None:
    for name in names:
        getattr(world, name)


class FakeStage(ServicesStage):
    """Services on fakes, and a courier that does everything that can go wrong."""

    def __init__(self) -> None:
        self._weather: Weather | None = None
        self._depth = 0
        self._world = HaltingWorld(self._interrupt)
        super().__init__(self._world.accounts, self._world.social, self._world.posts)
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
        self._world.accounts.ensure_profile(name, name)
        return name

    def greet(self, viewer: str) -> None:
        self._world.accounts.ensure_profile(viewer, viewer)

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
        page = self._world.feed.home(viewer, viewer, FeedQuery(limit, cursor, order))
        return Read([post.post_id for post in page.items], page.next_cursor)

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
        """Run something else before a handler's read or write."""
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
