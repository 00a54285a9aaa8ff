"""Runs an app's queue and stream handlers, as Lambda's event sources do.

It finds the handlers in the Chalice app's own registry. Tests call `settle`, which handles all
events in the caller's thread. A server calls `start` and `stop`, which use threads.
"""

import logging
import threading
import time
from collections.abc import Mapping
from typing import Any, Protocol

import boto3
from chalice.app import Chalice, DynamoDBEventConfig, SQSEventConfig

from infra.local import queues
from infra.local.event_sources import Behaviour, read_behaviours
from infra.local.faults import NO_FAULTS, Faults
from infra.local.invoke import Function, Observer, log_failures
from infra.local.provision import PREFIX
from infra.local.streams import StreamSource, Undelivered, UnsettledError
from infra.local.wakeup import Wakeup
from infra.local.wire import EVERYTHING, Wire

MAX_ROUNDS = 20_000
"""Rounds over all sources after which `settle` assumes that they feed each other forever."""
AFTER_OWN_ERROR_SECONDS = 1.0

_log = logging.getLogger("fanlight.local")


class Source(Protocol):
    """A queue or stream with its function, as the pump sees it."""

    function: Function
    wakeup: Wakeup

    @property
    def lanes(self) -> int:
        """The number of batches that run at a time."""

    def notify(self, delay: float) -> None:
        """Expect an event in `delay` seconds."""

    def step(self, patient: bool) -> None:
        """Deliver what is due. With `patient`, wait for windows and retries."""

    def advance(self) -> bool:
        """Skip the time that waiting events need. Returns whether any waited."""


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
        wire.listen(self._notify)

    def close(self) -> None:
        """Stop the threads and stop listening."""
        self.stop()
        self._wire.forget(self._notify)

    def settle(self, advance: bool = False) -> None:
        """Handle all events, and those that follow from them, in this thread.

        A failing stream batch is retried at once. Delayed and failed messages stay in their queues;
        with `advance` their time is skipped, too, until all are handled or dead letters.
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
            if source.wakeup.take():
                source.step(patient=False)
                ran = True
        return ran

    def start(self) -> None:
        """Handle events in threads until `stop`.

        Each source has its own threads, so a slow render does not delay a delivery.
        """
        for source in self.sources:
            source.wakeup.open()
            for lane in range(source.lanes):
                name = f"pump-{source.function.name}-{lane}"
                self._threads.append(
                    threading.Thread(target=_run, args=(source,), name=name, daemon=True)
                )
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 1.0) -> None:
        """Stop the threads, and wait for running handlers for up to `timeout` seconds in all."""
        until = time.monotonic() + timeout
        for source in self.sources:
            source.wakeup.close()
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._threads.clear()

    def _notify(self, name: str, delay: float) -> None:
        sources = self.sources if name == EVERYTHING else self._by_name.get(name, ())
        for source in sources:
            source.notify(delay)

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
            raise NotImplementedError(f"the local stack cannot run {config.name}: {config}")

    def _undelivered(self, behaviour: Behaviour) -> Undelivered | None:
        if behaviour.on_failure is None:
            return None
        name = f"{PREFIX}-{behaviour.on_failure}"
        url = self._sqs.get_queue_url(QueueName=name)["QueueUrl"]
        return lambda failure: queues.send(self._sqs, url, failure)

    def _notified_by_buckets(self) -> dict[str, list[Source]]:
        """Return the queues that each bucket notifies.

        moto sends these messages internally, so only the write to the bucket passes the wire.
        """
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
    while source.wakeup.wait():
        try:
            source.step(patient=True)
        except Exception:
            # An error of the pump, since handlers' errors are caught: it must not end the thread.
            _log.exception("the event source of %s failed", source.function.name)
            source.wakeup.schedule(AFTER_OWN_ERROR_SECONDS)
