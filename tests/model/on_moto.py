"""The stage on moto: requests over HTTP, events through the app's own handlers."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from functions import clock
from functions.accounts.storage import UserRow
from functions.config import settings
from functions.counters.storage import CountsRow
from functions.feed.domain import Order
from functions.feed.storage import FeedItemRow
from functions.posts.storage import PostRow
from functions.social.storage import FollowRow
from functions.stage import stage as served
from infra.local.faults import Faults
from infra.local.invoke import Invocation
from infra.local.pump import Pump, Source
from infra.local.queues import QueueSource
from infra.local.trailing import Trailing as TrailingReads
from infra.local.wire import action_of
from tests.integration.people import photo, publish
from tests.model.services import ServicesStage
from tests.model.stage import CHUNK, SMALL, TRAILS_AT_MOST, Act, Read, Trailing, Weather
from tests.stack import Person, Stack, begin_now

SHARDS = 4
DEEPEST = 2
INTERRUPTED = 0.1
PICTURE = photo()
SOURCES: dict[Trailing, tuple[str, str | None]] = {
    "followers": (FollowRow.Meta.table_name, "followers"),
    "pulled": (FollowRow.Meta.table_name, "pulled"),
    "author": (PostRow.Meta.table_name, "author"),
    "users": (UserRow.Meta.table_name, None),
    "timelines": (FeedItemRow.Meta.table_name, None),
}


class Passing(datetime):
    """The machine's own time, and the time that the model has let pass in addition."""

    ahead = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + cls.ahead


def _ids_that_count_up() -> Any:
    """Return a source for the random part of ULIDs that counts up. So ids of one millisecond sort
    in the order of creation, which is the only order the oracle knows."""
    drawn = count(1)
    return SimpleNamespace(urandom=lambda size: next(drawn).to_bytes(size))


class Around:
    """The local stack around all runs: the pump, the trailing reads, and the interruptions of
    handlers."""

    def __init__(self, stack: Stack) -> None:
        from app import app

        self.stack = stack
        self.faults = Faults.many(0)
        self.failures: list[Invocation] = []
        self.pump = Pump(
            app, stack.stage.wire, shards=SHARDS, faults=self.faults, observer=self._observe
        )
        self.reads = TrailingReads(stack.stage.wire)
        self.halt: Callable[[], None] = lambda: None
        stack.stage.wire.surround(self.reads.answer)
        stack.stage.wire.surround(self._halting)

    def begin(self, halt: Callable[[], None]) -> None:
        """Begin a run. The run before may have failed in the middle."""
        self.halt = halt
        self.failures.clear()
        for table, index in SOURCES.values():
            self.reads.release(table, index)

    def close(self) -> None:
        """Undo the setup. The stack's own pump must ignore the events of the runs."""
        self.pump.close()
        self.stack.stage.wire.bare(self._halting)
        self.stack.stage.wire.bare(self.reads.answer)
        begin_now(self.stack.pump)

    def _observe(self, invocation: Invocation) -> None:
        if invocation.error or invocation.failed:
            self.failures.append(invocation)

    def _halting(self, request: Any, answer: Callable[[Any], Any]) -> Any:
        if action_of(request) in ("GetItem", "Query", "BatchGetItem", "BatchWriteItem"):
            self.halt()
        return answer(request)


@contextmanager
def moto(stack: Stack) -> Iterator[Callable[[], "MotoStage"]]:
    """Yield a function that makes stages on moto. All stages share one clock, which only moves
    forward."""
    made = (served, settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "datetime", Passing)
        patch.setattr(clock, "os", _ids_that_count_up())
        patch.setenv("PUSH_ALL_BELOW", str(SMALL.push_all_below))
        patch.setenv("PULL_FROM", str(SMALL.pull_from))
        patch.setenv("ACTIVE_DAYS", str(SMALL.active_days))
        patch.setenv("CHUNK_FOLLOWERS", str(CHUNK))
        patch.setenv("LIMIT_REBUILD", "1000000/3600")
        for one in made:
            one.cache_clear()
        around = Around(stack)
        begin_now(around.pump)
        try:
            yield lambda: MotoStage(around)
        finally:
            around.close()
    for one in made:
        one.cache_clear()


class MotoStage(ServicesStage):
    """One run's people, on a stage that all runs share."""

    def __init__(self, around: Around) -> None:
        super().__init__(served().accounts, served().social, served().posts)
        self._around = around
        self._stack = around.stack
        self._people: dict[str, Person] = {}
        self._forms: dict[str, Any] = {}
        self._held: dict[Trailing, datetime] = {}
        self._weather: Weather | None = None
        self._depth = 0
        self._idle = False
        around.begin(self._interrupt)

    def now(self) -> datetime:
        return clock.utc_now()

    def sleep(self, seconds: float) -> None:
        Passing.ahead += timedelta(seconds=seconds)
        for source in self._around.pump.sources:
            if isinstance(source, QueueSource):
                source.elapse(seconds)
        for what, since in list(self._held.items()):
            if self.now() - since >= timedelta(seconds=TRAILS_AT_MOST):
                self._around.reads.release(*SOURCES[what])
                del self._held[what]

    def trail(self, what: Trailing) -> None:
        self._around.reads.hold(*SOURCES[what])
        self._held[what] = self.now()

    def _call(self, method: str, path: str, viewer: str, **body: Any) -> Any:
        answer = self._stack.call(method, path, token=self._people[viewer].token, **body)
        assert answer.status < 300, answer
        return answer.json if answer.body else None

    def sign_up(self) -> str:
        person = self._stack.person("model")
        self._people[person.user_id] = person
        return person.user_id

    def greet(self, viewer: str) -> None:
        self._call("GET", "/me", viewer)

    def follow(self, follower: str, followee: str, meanwhile: Act) -> None:
        meanwhile()
        self._call("PUT", f"/users/{followee}/follow", follower)

    def unfollow(self, follower: str, followee: str) -> None:
        self._call("DELETE", f"/users/{followee}/follow", follower)

    def turn_private(self, user: str, private: bool) -> None:
        self._call("PATCH", "/me", user, json={"is_private": private})

    def publish(self, author: str, ready: bool) -> str:
        form = {"content_type": "image/png", "size": len(PICTURE), "kind": "post"}
        media = self._call("POST", "/upload", author, json=form)
        if ready:
            self._upload(media)
            self._render(author, media["media_id"])
        post_id = str(publish(self._stack, self._people[author], media["media_id"])["post_id"])
        self._forms[post_id] = media
        return post_id

    def _upload(self, media: Any) -> None:
        form = media["upload"]
        answer = self._stack.post_form(form["url"], form["fields"], PICTURE)
        assert answer.status < 300, answer

    def _render(self, author: str, media_id: str) -> None:
        """Let the picture be ready before anything else happens."""
        [render] = [s for s in self._around.pump.sources if s.function.name == "render"]
        while self._call("GET", f"/media/{media_id}", author)["status"] != "ready":
            render.step(patient=False)

    def finish(self, post_id: str) -> None:
        self._upload(self._forms[post_id])

    def delete(self, author: str, post_id: str) -> None:
        self._call("DELETE", f"/posts/{post_id}", author)

    def like(self, post_id: str, likes: int) -> None:
        CountsRow(post_id, likes=likes).save()

    def rebuild(self, viewer: str) -> None:
        self._call("POST", "/feed", viewer, json={})

    def page(self, viewer: str, order: Order, limit: int, cursor: str | None) -> Read:
        more = f"&cursor={cursor}" if cursor else ""
        page = self._call("GET", f"/feed/{viewer}?order={order}&limit={limit}{more}", viewer)
        return Read([post["post_id"] for post in page["items"]], page["next_cursor"])

    def redrive(self) -> None:
        """Do nothing: the faults choose the repeats of queue messages here."""

    def pending(self) -> bool:
        queues = [s for s in self._around.pump.sources if isinstance(s, QueueSource)]
        return not self._idle or not all(queue.empty() for queue in queues)

    def deliver(self, count: int, weather: Weather) -> None:
        around, self._weather = self._weather, weather  # an act may deliver too
        self._around.faults.chance = weather.chance
        for _ in range(count):
            self._idle = not self._step(self._around.pump.sources)
            if self._idle:
                break
        self._weather = around
        assert not self._around.failures, self._around.failures

    def _step(self, sources: list[Source]) -> bool:
        """Let one source that has work hand on a batch. Return whether there was one."""
        weather = self._weather
        if weather is None:
            return False
        order = weather.chance.sample(sources, len(sources))
        for source in order:
            if source.wakeup.take():
                self._depth += 1
                try:
                    source.step(patient=False)
                finally:
                    self._depth -= 1
                return True
        return False

    def _interrupt(self) -> None:
        """Run something else before a handler's read or write."""
        weather = self._weather
        if weather is None or not 0 < self._depth <= DEEPEST or self._in_a_thread():
            return
        if weather.chance.random() < INTERRUPTED:
            if weather.acts:
                self._act(weather.acts.pop())
            else:
                queues: list[Source] = [
                    s for s in self._around.pump.sources if isinstance(s, QueueSource)
                ]
                self._step(queues)

    def _in_a_thread(self) -> bool:
        return threading.current_thread() is not threading.main_thread()

    def _act(self, act: Callable[[], None]) -> None:
        weather, self._weather = self._weather, None  # people are not interrupted
        act()
        self._weather = weather
