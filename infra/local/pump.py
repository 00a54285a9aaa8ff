"""The event pump: runs an app's queue and stream handlers, as Lambda's event sources would.

It finds them in the Chalice app's own registry. The same code runs in two ways: `settle` in the
caller's thread until nothing is left, for tests; `start` and `stop` with threads, for a server.
"""

import logging
import threading
import time
from collections.abc import Mapping
from typing import Any, Protocol

import boto3
from chalice.app import Chalice, DynamoDBEventConfig, SQSEventConfig

from infra.local import queues
from infra.local.bell import Bell
from infra.local.event_sources import Behaviour, read_behaviours
from infra.local.faults import NO_FAULTS, Faults
from infra.local.invoke import Function, Observer, log_failures
from infra.local.provision import PREFIX
from infra.local.streams import StreamSource, Undelivered, UnsettledError
from infra.local.wire import EVERYTHING, Wire

MAX_ROUNDS = 20_000
"""Rounds over all sources after which `settle` takes it that they feed each other for ever."""
AFTER_OWN_ERROR_SECONDS = 1.0

_log = logging.getLogger("fanlight.local")


class Source(Protocol):
    """A queue or stream with its function."""

    function: Function
    bell: Bell

    @property
    def lanes(self) -> int:
        """How many batches run at a time."""

    def heard(self, delay: float) -> None:
        """There will be something in `delay` seconds."""

    def step(self, patient: bool) -> None:
        """Deliver what is due. `patient` waits where time has to pass."""

    def advance(self) -> bool:
        """Let that time pass at once. Whether anything waited."""


class Pump:
    """The event sources of an app, all of one local stage."""

    def __init__(
        self,
        app: Chalice,
        wire: Wire,
        *,
        behaviours: Mapping[str, Behaviour] | None = None,
        shards: int = 1,
        faults: Faults = NO_FAULTS,
        observer: Observer = log_failures,
    ) -> None:
        self._wire = wire
        self._behaviours = read_behaviours() if behaviours is None else behaviours
        self._shards = shards
        self._faults = faults
        self._sqs = boto3.client("sqs")
        self._streams = boto3.client("dynamodbstreams")
        self._threads: list[threading.Thread] = []
        self._by_name: dict[str, list[Source]] = {}
        for config in app.event_sources:
            handler = app.handler_map[config.name]
            self._add(config, Function(config.name, handler, observer))
        self.sources = [source for some in self._by_name.values() for source in some]
        self._by_name.update(self._notified_by_buckets())
        wire.listen(self._heard)

    def close(self) -> None:
        """Stop, and stop listening. The inverse of making it."""
        self.stop()
        self._wire.forget(self._heard)

    def settle(self, advance: bool = False) -> None:
        """Handle everything there is, and all that follows from it, in this thread.

        A failing stream batch is retried at once. A delayed message, or one that failed, stays
        where it is; `advance` lets time pass for them too, until all are handled or dead letters.
        """
        for _ in range(MAX_ROUNDS):
            if self._round():
                continue
            waited = [source.advance() for source in self.sources] if advance else []
            if not any(waited):
                return
        raise UnsettledError(f"still not settled after {MAX_ROUNDS} rounds")

    def _round(self) -> bool:
        ran = False
        for source in self.sources:
            if source.bell.take():
                source.step(patient=False)
                ran = True
        return ran

    def start(self) -> None:
        """Handle events in threads of their own, until `stop`. Each source has its own threads, so
        a slow render does not hold up a delivery."""
        for source in self.sources:
            source.bell.open()
            for lane in range(source.lanes):
                name = f"pump-{source.function.name}-{lane}"
                self._threads.append(
                    threading.Thread(target=_run, args=(source,), name=name, daemon=True)
                )
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 1.0) -> None:
        """Let what runs finish, for up to `timeout` seconds in all."""
        until = time.monotonic() + timeout
        for source in self.sources:
            source.bell.close()
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._threads.clear()

    def _heard(self, name: str, delay: float) -> None:
        sources = self.sources if name == EVERYTHING else self._by_name.get(name, ())
        for source in sources:
            source.heard(delay)

    def _add(self, config: Any, function: Function) -> None:
        behaviour = self._behaviours.get(config.name, Behaviour())
        if isinstance(config, SQSEventConfig):
            name = _queue_name(config)
            url = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
            queue = queues.QueueSource(
                function,
                url=url,
                batch_size=config.batch_size,
                window_seconds=float(config.maximum_batching_window_in_seconds or 0),
                behaviour=behaviour,
                faults=self._faults,
                sqs=self._sqs,
                wire=self._wire,
            )
            self._by_name.setdefault(name, []).append(queue)
        elif isinstance(config, DynamoDBEventConfig):
            stream = StreamSource(
                function,
                arn=config.stream_arn,
                batch_size=config.batch_size,
                behaviour=behaviour,
                shards=self._shards,
                faults=self._faults,
                client=self._streams,
                undelivered=self._undelivered(behaviour),
            )
            self._by_name.setdefault(stream.table, []).append(stream)
        else:
            raise NotImplementedError(f"the local stack does not run {config.name}: {config}")

    def _undelivered(self, behaviour: Behaviour) -> Undelivered | None:
        if behaviour.on_failure is None:
            return None
        name = f"{PREFIX}-{behaviour.on_failure}"
        url = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        return lambda failure: queues.send(self._sqs, url, failure)

    def _notified_by_buckets(self) -> dict[str, list[Source]]:
        """The queues that S3 writes to, by bucket: those messages do not pass the wire."""
        s3 = boto3.client("s3")
        by_arn = {s.arn: s for s in self.sources if isinstance(s, queues.QueueSource)}
        found: dict[str, list[Source]] = {}
        for bucket in s3.list_buckets()["Buckets"]:
            asked = s3.get_bucket_notification_configuration(Bucket=bucket["Name"])
            arns = {one["QueueArn"] for one in asked.get("QueueConfigurations", ())}
            found[bucket["Name"]] = [by_arn[arn] for arn in arns & by_arn.keys()]
        return found


def _queue_name(config: SQSEventConfig) -> str:
    return str(config.queue or str(config.queue_arn).rpartition(":")[2])


def _run(source: Source) -> None:
    while source.bell.wait():
        try:
            source.step(patient=True)
        except Exception:
            # The handler's errors do not come here; this is ours, and must not end the source.
            _log.exception("the event source of %s failed", source.function.name)
            source.bell.ring(AFTER_OWN_ERROR_SECONDS)
