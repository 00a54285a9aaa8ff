"""Assembles the product, the local stack and the faults in one process."""

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from infra.local.faults import Faults
from tests.chaos.injector import Injector, Killed
from tests.chaos.plan import Plan
from tests.chaos.process import VirtualTime

NO_LIMIT = "1000000/3600"
SETTINGS = {
    # Few people then reach all bands, and jobs have several parts.
    "PUSH_ALL_BELOW": "2",
    "PULL_FROM": "4",
    "CHUNK_FOLLOWERS": "2",
}
SHARDS = 3
STALE_AT_MOST = 15
"""The longest time in seconds that reads are stale: half of what the product allows for."""
TOO_MANY_STEPS = 20_000
BETWEEN_RETRIES = 31  # seconds


class UnsettledError(RuntimeError):
    """Work goes on for ever."""


class Arena:
    """The stage, its event sources, and time."""

    def __init__(self, plan: Plan, time: VirtualTime) -> None:
        from functions.config import Settings
        from infra.local.provision import provision

        for name in Settings.__struct_fields__:
            os.environ.pop(name.upper(), None)
        limits = {name.upper(): NO_LIMIT for name in Settings.__struct_fields__
                  if name.startswith("limit_")}  # fmt: skip
        self.stage = provision("http://127.0.0.1:8000", {**SETTINGS, **limits})
        os.environ.update(self.stage.environment)
        _make_moto_repeatable(plan.seed)
        self.time = time
        self.plan = plan
        self.injector = Injector(plan)
        self.failed: Counter[str] = Counter()
        self._faults = Faults(seed=plan.seed, twice=0.15, late=0.2, shuffle=True, recut=True)
        self._stale_until: dict[tuple[str, str | None], float] = {}
        self._assemble()

    def _assemble(self) -> None:
        from app import app
        from infra.local.front import Front
        from infra.local.pump import Pump
        from infra.local.queues import QueueSource
        from infra.local.trailing import Trailing

        self.front = Front(app, self.stage)
        self.front._gateway._app = _Killable(self.front._gateway._app, self._in_api)  # type: ignore[assignment]
        self.pump = Pump(app, self.stage.wire, shards=SHARDS, faults=self._faults, observer=_quiet)
        for source in self.pump.sources:
            source.function._handler = self._in_function(
                source.function.name, source.function._handler
            )
        self.queues = [one for one in self.pump.sources if isinstance(one, QueueSource)]
        self._trailing = Trailing(self.stage.wire)
        self.stage.wire.surround(self._trailing.answer)
        self.stage.wire.surround(self.injector)

    def _in_api(self, handler: Callable[..., Any], event: Any, context: Any) -> Any:
        route = f"{event['httpMethod']} {event['requestContext']['resourcePath']}"
        with self.injector.running(route, self.plan.rate):
            return handler(event, context)

    def _in_function(self, name: str, handler: Callable[..., Any]) -> Callable[..., Any]:
        def handled(event: Any, context: Any) -> Any:
            try:
                with self.injector.running(name, 2 * self.plan.rate):
                    return handler(json.loads(json.dumps(event)), context)
            except Killed:
                self.failed[name] += 1
                raise RuntimeError("killed") from None
            except Exception:
                self.failed[name] += 1
                if not self.injector.is_on:
                    raise FaultlessFailureError(name) from None
                raise

        return handled

    def deliver(self, count: int, draw: Random) -> None:
        """Deliver up to `count` batches of events, of sources drawn at random."""
        for _ in range(count):
            live = [source for source in self.pump.sources if source.wakeup.take()]
            if not live:
                return
            chosen = draw.choice(live)
            for source in live:
                if source is not chosen:
                    source.wakeup.schedule()
            chosen.step(patient=False)

    def pass_by(self, seconds: float) -> None:
        """Let time pass. Hidden messages fall due, and stale reads catch up."""
        self.time.pass_by(seconds)
        for place in [key for key, until in self._stale_until.items() if until <= self.time.now]:
            self._trailing.release(*place)
            del self._stale_until[place]
        for source in self.pump.sources:
            source.wakeup.schedule()

    def grow_stale(self, table: str, index: str | None) -> None:
        """Freeze eventual reads of a table or an index for a while."""
        self._trailing.hold(table, index)
        self._stale_until.setdefault((table, index), self.time.now + STALE_AT_MOST)

    def end_faults(self) -> None:
        """Inject nothing from now on."""
        self.injector.is_on = False
        self._faults.twice = self._faults.late = 0.0
        self.pass_by(STALE_AT_MOST)

    def settle(self, draw: Random) -> None:
        """Deliver everything, and let the time pass that retries and delays need.

        Raises:
            UnsettledError: there is always more.
        """
        for _ in range(TOO_MANY_STEPS):
            before = self._waiting()
            self.deliver(TOO_MANY_STEPS, draw)
            if not self._waiting() and not any(source.advance() for source in self._streams()):
                return
            if before:
                self.pass_by(BETWEEN_RETRIES)
        raise UnsettledError([source.function.name for source in self.queues if not source.empty()])

    def _waiting(self) -> bool:
        queued = any(not queue.empty() for queue in self.queues)
        return queued or any(
            shard.waiting for source in self._streams() for shard in source._shards
        )

    def _streams(self) -> list[Any]:
        return [source for source in self.pump.sources if source not in self.queues]

    def sweep(self) -> None:
        """Delete expired rows and objects, as DynamoDB and S3 do."""
        from infra.local.ttl import Sweeper

        Sweeper(self.stage.wire, lambda: self.time.now).sweep()


class FaultlessFailureError(AssertionError):
    """A function failed although no fault was injected."""


class _Killable:
    """An app whose process may be killed during a request. API Gateway then answers 502."""

    def __init__(self, app: Any, running: Callable[..., Any]) -> None:
        self._app = app
        self._running = running

    def __call__(self, event: Any, context: Any) -> Any:
        return self._running(self._app, event, context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app, name)


def _make_moto_repeatable(seed: int) -> None:
    from moto.moto_api._internal import mock_random

    from functions.aws import scans, signing_keys
    from infra import redrive
    from infra.local.wakeup import Wakeup

    mock_random.seed(seed)
    redrive.WAIT_SECONDS = 0  # moto waits for virtual time, which stands still
    scans.SEGMENTS = 2  # moto reads the whole table for each
    signing_keys.KEYS_KEPT_SECONDS = 10**9  # counted on a clock that is not virtual
    schedule = Wakeup.schedule
    # Sources are asked at once. Their messages stay hidden until virtual time has passed.
    Wakeup.schedule = lambda self, delay=0.0: schedule(self, 0.0)  # type: ignore[method-assign]


def _quiet(invocation: Any) -> None:
    """Observe nothing: failures are expected, and counted where they happen."""


def environment() -> Mapping[str, str]:
    """Return the variables that a process needs before Python starts."""
    return {"PYTHONHASHSEED": "0", "POWERTOOLS_LOG_LEVEL": "CRITICAL"}
