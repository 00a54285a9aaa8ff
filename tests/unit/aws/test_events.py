"""The behaviour that all event handlers share: one call a record, failures named, messages sent."""

import json
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Event

import msgspec
import pytest
from chalice.app import DynamoDBEvent, SQSEvent

from functions.aws import events
from functions.aws.events import (
    Change,
    attempt_each,
    decided,
    each_message,
    failures,
)
from functions.aws.redelivery import (
    LONGEST_PAUSE,
    MOST_RECEIVES,
    Parked,
    Try,
    come_again,
    pause_after,
)

EVENTS = Path(__file__).parents[2] / "events"


class Note(msgspec.Struct, frozen=True):
    """A message."""

    name: str
    correlation_id: str = ""


def load(name):
    """An event as Lambda sends it, from tests/events."""
    return json.loads((EVENTS / f"{name}.json").read_text())


def messages(name):
    return SQSEvent(load(name), None)


def changes(name="dynamodb_insert_modify_remove"):
    return DynamoDBEvent(load(name), None)


def failed(*identifiers):
    return {"batchItemFailures": [{"itemIdentifier": one} for one in identifiers]}


def attempting(event, handle):
    """`attempt_each`, with more time than it needs."""
    attempt_each(event, handle, seconds=10)


def failing_on(*bad):
    """A handler that fails on some, and remembers all."""

    def handle(what, attempt=0):
        handle.seen.append((what, attempt) if attempt else what)
        if what in bad:
            raise RuntimeError(f"cannot do {what}")

    handle.seen = []
    return handle


@pytest.fixture
def again(monkeypatch):
    """The messages that were told to come again, and those that were parked."""
    told = []
    for name in ("come_again", "park"):
        monkeypatch.setattr(events, name, lambda *what, name=name: told.append((name, *what)))
    return told


TOYS = "arn:aws:sqs:us-east-1:123456789012:toys"


@pytest.mark.usefixtures("again")
class TestMessages:
    """A queue's batch."""

    def test_each_is_handed_on_decoded_with_its_try(self, again):
        handle = failing_on()
        assert each_message(messages("sqs_three_messages"), Note, handle) == failed()
        tries = [Try("m1", 1), Try("m2", 3), Try("m3", 1)]
        assert handle.seen == list(zip(map(Note, ("one", "two", "three")), tries, strict=True))
        assert again == []

    def test_one_that_fails_is_told_to_come_again_and_no_other(self, again):
        each_message(messages("sqs_three_messages"), Note, failing_on(Note("two")))
        receipt = load("sqs_three_messages")["Records"][1]["receiptHandle"]
        assert again == [("come_again", TOYS, receipt, 3)]

    def test_one_that_is_parked_goes_to_the_dead_letters_and_counts_as_done(self, again):
        def handle(message, _):
            if message == Note("two"):
                raise Parked("no more tries")

        assert each_message(messages("sqs_three_messages"), Note, handle) == failed()
        assert again == [("park", TOYS, load("sqs_three_messages")["Records"][1]["body"])]

    def test_one_that_cannot_be_parked_fails(self, again, monkeypatch):
        def broken(*_):
            raise ConnectionError

        def handle(*_):
            raise Parked("no more tries")

        monkeypatch.setattr(events, "park", broken)
        answer = each_message(messages("sqs_three_messages"), Note, handle)
        assert answer == failed("m1", "m2", "m3")
        assert again == []  # their visibility timeout ends

    def test_only_the_failed_are_named_and_the_rest_go_on(self):
        handle = failing_on(Note("two"))
        assert each_message(messages("sqs_three_messages"), Note, handle) == failed("m2")
        assert len(handle.seen) == 3

    def test_a_batch_that_fails_as_a_whole_is_named_record_by_record(self):
        handle = failing_on(Note("one"), Note("two"), Note("three"))
        answer = each_message(messages("sqs_three_messages"), Note, handle)
        assert answer == failed("m1", "m2", "m3")

    def test_a_message_that_makes_no_sense_fails_alone(self):
        handle = failing_on()
        answer = each_message(messages("sqs_malformed_message"), Note, handle)
        assert answer == failed("m2", "m3")
        assert handle.seen == [(Note("one"), Try("m1", 1))]

    @pytest.mark.parametrize("received", [MOST_RECEIVES, MOST_RECEIVES + 1])
    def test_a_message_that_makes_no_sense_is_parked_in_the_end(self, again, received):
        """It may come from a newer release, whose deploy takes minutes."""
        batch = load("sqs_malformed_message")
        bad = batch["Records"][1]
        bad["attributes"]["ApproximateReceiveCount"] = str(received)
        batch["Records"] = [bad]
        parks = received > MOST_RECEIVES
        assert each_message(SQSEvent(batch, None), Note, failing_on()) == failed(
            *[] if parks else ["m2"]
        )
        assert again[0][0] == ("park" if parks else "come_again")

    def test_a_failure_is_logged_with_its_traceback_and_its_record(self, caplog):
        each_message(messages("sqs_three_messages"), Note, failing_on(Note("two")))
        [logged] = [record for record in caplog.records if record.exc_info]
        assert "cannot do" in str(logged.exc_info[1])
        assert (logged.source, logged.record) == ("arn:aws:sqs:us-east-1:123456789012:toys", "m2")
        assert logged.attempt == 3

    def test_a_failure_tells_what_the_message_followed_from(self, caplog):
        batch = load("sqs_three_messages")
        batch["Records"][0]["body"] = '{"name": "one", "correlation_id": "upload-7"}'
        each_message(SQSEvent(batch, None), Note, failing_on(Note("one", "upload-7")))
        [logged] = [record for record in caplog.records if record.exc_info]
        assert logged.correlation_id == "upload-7"

    def test_a_message_that_makes_no_sense_is_told_by_its_id(self, caplog):
        each_message(messages("sqs_malformed_message"), Note, failing_on())
        assert [one.record for one in caplog.records] == ["m2", "m3"]


def number(image):
    return image and image["value"]["N"]


class TestChanges:
    """A stream's batch."""

    def test_each_is_decided_in_order_with_both_images(self):
        found, bad = decided(changes(), lambda change: change)
        assert ([position for position, _ in found], bad) == (["100", "200", "300"], set())
        value = [(one.old and one.old["value"], one.new and one.new["value"]) for _, one in found]
        assert value == [(None, {"N": "1"}), ({"N": "1"}, {"N": "2"}), ({"N": "2"}, None)]

    def test_a_failed_one_is_named_by_its_position(self):
        changed = load("dynamodb_insert_modify_remove")["Records"][1]["dynamodb"]
        at = datetime(2026, 5, 1, 12, tzinfo=UTC)
        second = Change(changed["OldImage"], changed["NewImage"], at)
        found, bad = decided(changes(), failing_on(second))
        assert ([position for position, _ in found], bad) == (["100", "300"], {"200"})
        assert failures(bad) == failed("200")

    @pytest.mark.parametrize("walk", [decided, attempting])
    @pytest.mark.parametrize("image", ["NewImage", "OldImage"])
    def test_a_failure_is_logged_with_its_position_and_what_its_row_followed_from(
        self, caplog, walk, image
    ):
        batch = load("dynamodb_insert_modify_remove")
        batch["Records"] = [batch["Records"][0 if image == "NewImage" else 2]]
        batch["Records"][0]["dynamodb"][image]["correlation_id"] = {"S": "upload-7"}

        def fail(_):
            raise RuntimeError("cannot")

        walk(DynamoDBEvent(batch, None), fail)
        [logged] = [record for record in caplog.records if record.exc_info]
        assert logged.record == batch["Records"][0]["dynamodb"]["SequenceNumber"]
        assert logged.source == batch["Records"][0]["eventSourceARN"]
        assert logged.correlation_id == "upload-7"

    def test_an_attempt_at_each_hands_all_on_whichever_fails(self):
        [first, second, third] = self.seen_one_by_one()
        handle = failing_on(second)
        attempting(changes(), handle)
        assert sorted(handle.seen, key=str) == sorted([first, second, third], key=str)

    def seen_one_by_one(self):
        handle = failing_on()
        decided(changes(), handle)
        return handle.seen

    def test_an_attempt_that_is_slow_does_not_hold_up_the_others(self):
        together, met = Barrier(3, timeout=10), []
        attempting(changes(), lambda _: met.append(together.wait()))
        assert sorted(met) == [0, 1, 2]

    def test_attempts_are_waited_for_so_long_and_then_left_alone(self, caplog):
        caplog.set_level("WARNING", logger="fanlight")
        ends = Event()
        attempt_each(changes(), lambda _: ends.wait(10), seconds=0.01)
        ends.set()
        [logged] = [one for one in caplog.records if one.message.startswith("changes were not")]
        assert (logged.changes, logged.of) == (3, 3)


class TestPauses:
    """A message that failed comes again sooner than its visibility timeout ends."""

    def test_they_double_up_to_the_longest(self):
        pauses = [pause_after(received, lambda _, high: high) for received in range(1, 21)]
        assert pauses[:3] == [5, 10, 20]
        assert pauses[6:] == [LONGEST_PAUSE] * 14
        assert pause_after(1000, lambda _, high: high) == LONGEST_PAUSE

    def test_the_second_half_is_random(self):
        assert pause_after(3, lambda low, _: low) == 10
        assert len({pause_after(6) for _ in range(50)}) > 1

    def test_a_call_that_fails_leaves_the_message_to_its_visibility_timeout(self, caplog):
        come_again("arn:aws:sqs:us-east-1:123456789012:fanlight-local-none", "receipt", 1)
        [logged] = caplog.records
        assert logged.message == "a failed message keeps its visibility timeout"
