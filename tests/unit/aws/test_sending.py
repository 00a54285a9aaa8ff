"""Messages go to queues ten a call, several calls at once."""

import json
from threading import Barrier

import msgspec
import pytest

from functions.aws import sending
from functions.aws.sending import (
    CALLS_AT_ONCE,
    SEND_ATTEMPTS,
    Outgoing,
    queue_url,
    send,
    send_together,
)


class Note(msgspec.Struct, frozen=True):
    """A message."""

    name: str
    correlation_id: str = ""


class Queue:
    """SQS, which refuses some messages so many times. `calls` are the entries of each call."""

    def __init__(self, refused=(), times=0):
        self.calls = []
        self._refused = set(refused)
        self._times = times

    def send_message_batch(self, *, QueueUrl, Entries):  # noqa: N803 - botocore's names
        self.calls.append(Entries)
        if len(self.calls) > self._times:
            return {"Successful": []}
        again = [e for e in Entries if json.loads(e["MessageBody"])["name"] in self._refused]
        return {"Failed": [{"Id": entry["Id"]} for entry in again]}

    def names(self):
        return [[json.loads(e["MessageBody"])["name"] for e in call] for call in self.calls]


@pytest.fixture
def queue(monkeypatch):
    def queue(**trouble):
        made = Queue(**trouble)
        monkeypatch.setattr(sending, "client", lambda _: made)
        monkeypatch.setattr(sending, "queue_url", lambda name: f"https://sqs.test/{name}")
        monkeypatch.setattr(sending, "attempts", range)
        return made

    return queue


def notes(count):
    return [Note(str(number)) for number in range(count)]


class TestSending:
    """Ten messages a call, and again what was not taken."""

    def test_messages_go_ten_a_call(self, queue):
        made = queue()
        send("fanout", iter(notes(23)))
        assert [len(call) for call in made.calls] == [10, 10, 3]
        assert [name for call in made.names() for name in call] == [str(i) for i in range(23)]

    def test_nothing_is_sent_for_nothing(self, queue):
        made = queue()
        send("fanout", [])
        assert made.calls == []

    def test_a_delay_is_told_where_there_is_one(self, queue):
        made = queue()
        send("fanout", notes(1), delay_seconds=30)
        send("fanout", notes(1))
        assert [call[0].get("DelaySeconds") for call in made.calls] == [30, None]

    def test_what_was_not_taken_is_sent_again_alone(self, queue):
        made = queue(refused={"1", "3"}, times=2)
        send("fanout", notes(5))
        assert made.names() == [["0", "1", "2", "3", "4"], ["1", "3"], ["1", "3"]]

    def test_what_is_never_taken_is_told(self, queue):
        made = queue(refused={"1"}, times=100)
        with pytest.raises(RuntimeError, match="1 messages could not be sent to fanout"):
            send("fanout", notes(3))
        assert len(made.calls) == SEND_ATTEMPTS


def outgoing(count):
    return [Outgoing(note) for note in notes(count)]


class TestSendingTogether:
    """The messages of several queues, with what each failed at."""

    def test_each_queues_go_ten_a_call(self, queue):
        made = queue()
        assert send_together({"fanout": outgoing(23), "render": outgoing(3)}) == {
            "fanout": set(),
            "render": set(),
        }
        assert sorted(len(call) for call in made.calls) == [3, 3, 10, 10]

    def test_nothing_is_sent_for_nothing(self, queue):
        made = queue()
        assert send_together({}) == {}
        assert made.calls == []

    def test_calls_go_at_once(self, queue, monkeypatch):
        """Each call waits until all are there."""
        made = queue()
        together = Barrier(CALLS_AT_ONCE, timeout=10)
        put = made.send_message_batch
        made.send_message_batch = lambda **asked: (together.wait(), put(**asked))[1]
        send_together({"fanout": outgoing(10 * CALLS_AT_ONCE)})
        assert len(made.calls) == CALLS_AT_ONCE

    def test_the_places_of_refused_ones_are_told_and_no_others(self, queue):
        made = queue(refused={"3", "12"}, times=1000)
        assert send_together({"fanout": outgoing(15)}) == {"fanout": {3, 12}}
        assert len(made.calls) == 2 * SEND_ATTEMPTS

    def test_a_call_that_fails_fails_its_own_messages_alone(self, queue):
        made = queue()
        put = made.send_message_batch

        def breaks(*, QueueUrl, Entries):  # noqa: N803 - botocore's names
            if '"10"' in Entries[0]["MessageBody"]:
                raise ConnectionError
            return put(QueueUrl=QueueUrl, Entries=Entries)

        made.send_message_batch = breaks
        assert send_together({"fanout": outgoing(25)}) == {"fanout": set(range(10, 20))}


def test_a_queues_address_is_found_by_its_name(stage):
    assert queue_url("fanout").endswith("/fanlight-local-fanout")
