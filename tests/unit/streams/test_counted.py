"""A stream that is counted and noted: what comes again, and what does not hold it up."""

from threading import Event
from types import SimpleNamespace

import pytest

from functions.counters.domain import LIKES, shard_key
from functions.counters.service import Counter
from functions.streams import handlers
from tests.fakes.counting import FakeTallies

STREAM = "arn:aws:dynamodb:us-east-1:123456789012:table/likes/stream/now"
SHARD = "shardId-1"


class Served:
    """A stage with a real counter and affinity on fakes, and notes that fail at will."""

    def __init__(self, world):
        self.tallies = FakeTallies(world.clock)
        self.counter = Counter(self.tallies, world.clock)
        self.post_authors = world.post_authors
        self.affinity = SimpleNamespace(record=self._note)
        self.noted = []
        self._world = world
        self.fails = lambda: None

    def _note(self, touch):
        self.fails()
        self.noted.append(touch)
        self._world.affinity.record(touch)

    def likes(self, post_id):
        return self.tallies.read(post_id).counts.get("likes", 0)


@pytest.fixture
def served(world, monkeypatch):
    served = Served(world)
    monkeypatch.setattr(handlers, "stage", lambda: served)
    world.person("ada")
    return served


@pytest.fixture
def post_id(world):
    return world.post("ada").post_id


def like(number, post_id, user_id, name="INSERT", at=1777636800.0):
    """A stream's record of a like."""
    keys = {"post_id": {"S": post_id}, "user_id": {"S": user_id}}
    image = "OldImage" if name == "REMOVE" else "NewImage"
    return {
        "eventSource": "aws:dynamodb",
        "eventSourceARN": STREAM,
        "eventName": name,
        "dynamodb": {
            "SequenceNumber": str(number),
            "ApproximateCreationDateTime": at,
            "Keys": keys,
            image: keys,
        },
    }


def handled(*records):
    """The answer to a batch."""
    from app import app

    return app.handler_map["on_likes"]({"Records": [*records], "shardId": SHARD}, None)


NOTHING_AGAIN = {"state": {}, "batchItemFailures": []}


def test_a_like_is_counted_and_brings_its_giver_closer(world, served, post_id):
    world.person("bob")
    assert handled(like(100, post_id, "bob")) == NOTHING_AGAIN
    assert served.likes(post_id) == 1
    assert world.affinity.scores("bob").keys() == {"ada"}


def test_an_unlike_is_counted_and_takes_no_closeness_back(world, served, post_id):
    world.person("bob")
    handled(like(100, post_id, "bob"))
    before = world.affinity.scores("bob")
    assert handled(like(101, post_id, "bob", "REMOVE")) == NOTHING_AGAIN
    assert served.likes(post_id) == 0
    assert world.affinity.scores("bob") == before


def test_a_batch_that_comes_again_changes_nothing(world, served, post_id):
    world.person("bob")
    batch = [like(100, post_id, "bob"), like(101, post_id, "eve")]
    handled(*batch)
    once = served.likes(post_id), world.affinity.scores("bob")
    assert handled(*batch) == NOTHING_AGAIN
    assert handled(batch[1]) == NOTHING_AGAIN  # cut elsewhere
    assert (served.likes(post_id), world.affinity.scores("bob")) == once


def test_a_note_that_fails_is_logged_and_neither_comes_again_nor_spoils_a_count(
    served, post_id, caplog
):
    def fails():
        raise RuntimeError("the affinity table is gone")

    served.fails = fails
    assert handled(like(100, post_id, "bob"), like(101, post_id, "eve")) == NOTHING_AGAIN
    assert served.likes(post_id) == 2
    key = shard_key(LIKES, STREAM, SHARD)
    assert int(served.tallies.read(post_id).counted_to(key)) == 101
    assert len([one for one in caplog.records if one.exc_info]) == 2


def test_a_post_whose_author_cannot_be_read_does_not_spoil_a_count(served, post_id):
    served.post_authors = SimpleNamespace(of=lambda _: 1 / 0)
    assert handled(like(100, post_id, "bob")) == NOTHING_AGAIN
    assert served.likes(post_id) == 1


def test_a_note_that_hangs_does_not_hold_up_the_batch(served, post_id, monkeypatch):
    ends = Event()
    served.fails = lambda: ends.wait(10)
    monkeypatch.setattr(handlers, "NOTING_SECONDS", 0.01)
    assert handled(like(100, post_id, "bob")) == NOTHING_AGAIN
    assert served.noted == []  # nobody has waited for it
    assert served.likes(post_id) == 1
    ends.set()


def test_a_count_that_fails_comes_again_and_is_noted_once(world, served, post_id, monkeypatch):
    """The post that could be counted is not counted twice when the batch comes again from the
    record that failed."""
    world.person("bob")
    other = world.post("ada").post_id
    add, broken = served.tallies.add, {other}

    def failing(target_id, *given):
        if target_id in broken:
            raise RuntimeError("throttled")
        return add(target_id, *given)

    monkeypatch.setattr(served.tallies, "add", failing)
    batch = [like(100, other, "bob"), like(101, post_id, "bob"), like(102, other, "eve")]
    failed = {"state": {}, "batchItemFailures": [{"itemIdentifier": "100"}]}
    assert handled(*batch) == failed
    noted = world.affinity.scores("bob")
    broken.clear()
    assert handled(*batch) == NOTHING_AGAIN
    assert (served.likes(post_id), served.likes(other)) == (1, 2)
    assert world.affinity.scores("bob") == noted


def test_the_last_event_of_a_window_has_no_records_and_needs_none(served):
    assert handled() == NOTHING_AGAIN
    assert served.noted == []
