"""With threads, events are handled as they happen, each source independently of the others."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.pump import Pump
from infra.local.wakeup import Wakeup
from tests.integration.local.toys import Toys, numbers

PATIENCE = 10.0
Records = list[dict[str, Any]]


@pytest.fixture
def running() -> Iterator[list[Pump]]:
    """Make pumps, and stop them in the end."""
    pumps: list[Pump] = []
    yield pumps
    for pump in pumps:
        pump.stop()


def started(toys: Toys, running: list[Pump]) -> Pump:
    pump = toys.pump()
    pump.start()
    running.append(pump)
    return pump


def test_a_message_and_a_change_are_handled_as_they_happen(toys: Toys, running: list[Pump]) -> None:
    message, change = threading.Event(), threading.Event()
    queue, (table, arn) = toys.queue(), toys.table()
    toys.on_queue(queue, lambda _: message.set())
    toys.on_stream(arn, lambda _: change.set())
    started(toys, running)
    time.sleep(0.1)  # all sources have found nothing, and are waiting
    toys.send(queue, "x")
    toys.put(table, "a", 1)
    assert message.wait(PATIENCE)
    assert change.wait(PATIENCE)


def test_a_source_that_waits_does_nothing(toys: Toys, running: list[Pump]) -> None:
    queue = toys.queue()
    toys.on_queue(queue, lambda _: None)
    started(toys, running)
    time.sleep(0.1)
    seen: list[Any] = []
    answer = toys.wire._answer
    toys.wire._answer = lambda request: seen.append(request) or answer(request)
    try:
        time.sleep(0.3)
    finally:
        toys.wire._answer = answer
    assert seen == []


def test_a_slow_handler_holds_up_no_other(toys: Toys, running: list[Pump]) -> None:
    begun, release, quick = threading.Event(), threading.Event(), threading.Event()
    slow_queue, quick_queue = toys.queue(), toys.queue()

    def slow(_: Records) -> None:
        begun.set()
        release.wait(PATIENCE)

    toys.on_queue(slow_queue, slow)
    toys.on_queue(quick_queue, lambda _: quick.set())
    started(toys, running)
    toys.send(slow_queue, "x")
    assert begun.wait(PATIENCE)
    toys.send(quick_queue, "x")
    assert quick.wait(PATIENCE)
    release.set()


def test_a_failed_message_comes_again_when_its_visibility_timeout_ends(
    toys: Toys, running: list[Pump]
) -> None:
    seen: list[float] = []
    done = threading.Event()
    queue = toys.queue(VisibilityTimeout=1)

    def handler(_: Records) -> None:
        seen.append(time.monotonic())
        if len(seen) == 1:
            raise ValueError
        done.set()

    toys.on_queue(queue, handler)
    started(toys, running)
    toys.send(queue, "x")
    assert done.wait(PATIENCE)
    assert seen[1] - seen[0] >= 1


def test_a_delayed_message_comes_at_its_time(toys: Toys, running: list[Pump]) -> None:
    done = threading.Event()
    queue = toys.queue()
    toys.on_queue(queue, lambda _: done.set())
    started(toys, running)
    sent = time.monotonic()
    toys.send(queue, "x", DelaySeconds=1)
    assert done.wait(PATIENCE)
    assert time.monotonic() - sent >= 1


def test_a_failed_change_is_tried_again_after_a_while(toys: Toys, running: list[Pump]) -> None:
    tries: list[list[int]] = []
    done = threading.Event()
    table, arn = toys.table()

    def handler(event: dict[str, Any]) -> None:
        tries.append(numbers(event))
        if len(tries) < 3:
            raise ValueError
        done.set()

    toys.on_stream(arn, handler)
    started(toys, running)
    toys.put(table, "a", 1)
    assert done.wait(PATIENCE)
    assert tries == [[1], [1], [1]]


def test_a_stopped_pump_can_be_started_again(toys: Toys, running: list[Pump]) -> None:
    seen = threading.Event()
    queue = toys.queue()
    toys.on_queue(queue, lambda _: seen.set())
    pump = started(toys, running)
    pump.stop()
    toys.send(queue, "x")
    assert not seen.wait(0.1)
    pump.start()
    assert seen.wait(PATIENCE)


def test_an_event_source_outlives_an_error_of_its_own(
    toys: Toys,
    running: list[Pump],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    done = threading.Event()
    table, arn = toys.table()
    toys.on_stream(arn, lambda _: done.set())
    pump = toys.pump()
    (source,) = pump.sources  # a stream has one thread, which must survive
    step, calls = source.step, []

    def broken(patient: bool) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("ours")
        step(patient)

    monkeypatch.setattr(source, "step", broken)
    monkeypatch.setattr("infra.local.pump.AFTER_OWN_ERROR_SECONDS", 0.01)
    running.append(pump)
    toys.put(table, "a", 1)
    pump.start()
    assert done.wait(PATIENCE)
    assert "ours" in caplog.text


def test_stopping_waits_for_handlers_that_hang_only_so_long(
    toys: Toys, running: list[Pump]
) -> None:
    release = threading.Event()
    begun = threading.Semaphore(0)

    def stuck(_: Records) -> None:
        begun.release()
        release.wait(PATIENCE)

    queues = [toys.queue() for _ in range(4)]
    for queue in queues:
        toys.on_queue(queue, stuck)
    pump = started(toys, running)
    for queue in queues:
        toys.send(queue, "x")
        assert begun.acquire(timeout=PATIENCE)
    stopped_at = time.monotonic()
    pump.stop(0.2)
    assert time.monotonic() - stopped_at < 0.6
    release.set()


def test_a_bell_rings_at_the_time_it_was_rung_for() -> None:
    wakeup = Wakeup()
    assert wakeup.take()
    assert not wakeup.take()
    wakeup.schedule(0.05)
    assert not wakeup.take()
    started_at = time.monotonic()
    assert wakeup.wait()
    assert time.monotonic() - started_at >= 0.04
    wakeup.close()
    assert not wakeup.wait()
