"""Recounts, one step at a time; the any-order model has all of them at once."""

from datetime import timedelta
from random import Random

import pytest

from functions.counters.domain import LIKES, Tally, shard_key
from functions.counters.ports import Expired
from functions.counters.recount import Recounter, Unfinished
from functions.counters.recounting import AT_A_TIME, QUEUE, Recounting
from functions.counters.service import Counter
from functions.queues import Failed, Recount, RecountAll, read_recount
from tests.fakes.clock import SetClock
from tests.fakes.counting import FakeStream, FakeTallies
from tests.fakes.lambdas import Pollers
from tests.fakes.sending import Outbox


class Counting:
    """A stream that is counted, and recounted, on fakes."""

    def __init__(self) -> None:
        chance, self.clock, self.gone = Random(1), SetClock(), set()  # noqa: S311
        self.stream, self.tallies = FakeStream(chance), FakeTallies(self.clock)
        counter = Counter(self.tallies, self.clock)
        self.pollers = Pollers(self.stream, lambda s, b: counter.count(LIKES, s, b), chance)
        self.recounter = Recounter(
            self.tallies,
            self.stream,
            {"likes": self.stream},
            lambda target: target in self.gone,
            self.clock,
            self.stream.show,
        )

    def like(self, *users, target="post"):
        for user in users:
            self.stream.toggle(target, user)

    def count(self, target="post"):
        return self.tallies.rows[target].counts["likes"]

    def recount(self):
        [told] = self.recounter.recount(LIKES, ["post"])
        return told


@pytest.fixture
def counting():
    return Counting()


def recount_if_nothing_moved(tallies, stream):
    """Wrong: the rows have in them what is on its way, though count and positions stand still."""
    seen = tallies.read("post")
    number = stream.number("post")
    made = Tally({"likes": number}, seen.positions, seen.changes + 1)
    assert tallies.replace("post", seen, made)


def test_standing_still_is_not_enough_what_is_on_its_way_would_count_twice(counting):
    counting.like("ada", "bob")
    recount_if_nothing_moved(counting.tallies, counting.stream)
    counting.pollers.settle()
    assert counting.count() == 4
    assert counting.recount().drift == -2
    assert counting.count() == 2


def test_what_is_on_its_way_is_told_apart_from_drift_and_counted_once(counting):
    counting.like("ada")
    counting.pollers.settle()
    counting.like("ada", "bob", "eve")
    told = counting.recount()
    assert (told.before, told.waiting, told.after, told.drift) == (1, 1, 2, 0)
    counting.pollers.settle()
    assert counting.count() == 2


def test_a_shard_that_has_ended_is_done_with_and_needs_no_reading(counting):
    counting.like("ada")
    counting.stream.split(2)
    read = []
    real = counting.stream.read
    counting.stream.read = lambda shard_id, first=None: read.append(shard_id) or real(shard_id)
    counting.recount()
    assert set(read) == {"shard-0001", "shard-0002"}
    counting.pollers.settle()
    assert counting.count() == 1


def test_a_target_that_is_counted_too_fast_is_told_of(counting, monkeypatch):
    monkeypatch.setattr("functions.aws.backoff.time.sleep", lambda _: None)
    monkeypatch.setattr(counting.tallies, "replace", lambda *_: True)
    counting.like("ada")
    counting.pollers.settle()
    counting.stream.read = lambda *_: iter(())
    new = shard_key(LIKES, counting.stream.arn, "newer")
    rows = iter(range(99))

    def read(_):
        return Tally({"likes": 1}, {f"{new}{next(rows)}": "9" * 40 + " 494000"}, 1)

    monkeypatch.setattr(counting.tallies, "read", read)
    with pytest.raises(RuntimeError, match="too fast"):
        counting.recount()


def test_a_shard_is_read_before_those_that_continue_it_however_they_are_listed(counting):
    counting.like("ada")
    shards, split = counting.stream.shards, []

    def child_first():
        """The shard ends after it was first listed, so that both parts have to be read."""
        if split:
            return shards()[::-1]
        split.append(listed := shards())
        counting.stream.split(1)
        counting.like("ada")
        return listed

    counting.stream.shards = child_first
    assert counting.recount().after == 0


def test_stale_positions_go_with_a_recount(counting):
    counting.like("ada")
    counting.pollers.settle()
    row = counting.tallies.rows["post"]
    old = {"likes.expired": "1" * 40 + " 1"}
    counting.tallies.rows["post"] = Tally(row.counts, {**row.positions, **old}, row.changes)
    counting.recount()
    assert "likes.expired" not in counting.tallies.rows["post"].positions


def slow(counting, seconds):
    """Let the reading of a record take some time. Return the sequence numbers read."""
    read, reached = counting.stream.read, []

    def slowly(shard_id, first=None):
        for record in read(shard_id, first):
            reached.append(record.sequence)
            counting.clock.move(seconds=seconds)
            yield record

    counting.stream.read = slowly
    return reached


def test_a_recount_that_ran_out_of_time_continues_where_it_was(counting):
    counting.like(*(f"user-{n}" for n in range(10)))
    counting.stream.show()
    read, places, turns = slow(counting, 1), {}, 0
    while turns < 9:
        try:
            until = counting.clock() + timedelta(seconds=4)
            [told] = counting.recounter.recount(LIKES, ["post"], places, until)
        except Unfinished as rest:
            places, turns = rest.places, turns + 1
        else:
            break
    assert turns == 3
    # A turn begins with the last record of the turn before, and so does the reading on.
    assert len(read) == 10 + turns + 1
    assert (told.after, told.waiting, told.drift) == (10, None, None)
    counting.pollers.settle()
    assert counting.count() == 10


def test_a_target_that_is_counted_meanwhile_is_not_read_again(counting):
    """Counting passes the place twice. The recount only reads on."""
    counting.like("ada")
    counting.pollers.settle()
    rows, write, passed = [], counting.recounter._set, iter(["bob", "eve"])
    items = counting.stream.items
    counting.stream.items = lambda *given: rows.append(given) or items(*given)

    def overtaken(*given, **named):
        if (who := next(passed, None)) is not None:
            counting.like(who)
            counting.pollers.settle()
        return write(*given, **named)

    counting.recounter._set = overtaken
    told = counting.recount()
    assert (told.before, told.after, told.drift) == (3, 3, 0)
    assert len(rows) == 1


def test_the_counts_of_a_deleted_target_are_buried(counting):
    counting.tallies.rows["post"] = Tally({"likes": -1}, {}, 1)
    assert counting.recount().after == 0
    assert counting.tallies.buried == []
    counting.gone.add("post")
    counting.recount()
    assert counting.tallies.buried == ["post"]
    counting.like("ada")  # a restore has brought it back
    assert counting.recount().after == 1
    assert counting.tallies.buried == ["post"]


class TestTheQueue:
    """Recounting.handle."""

    @pytest.fixture
    def send(self):
        return Outbox()

    @pytest.fixture
    def recounting(self, counting, send):
        return Recounting(counting.recounter, send, counting.clock)

    def failed(self, counting, first, last):
        [shard] = counting.stream.shards()
        return Failed(counting.stream.arn, shard.shard_id, first, last)

    def test_a_lost_batch_has_its_targets_recounted_and_no_others(self, counting, recounting, send):
        for n in range(1, 7):
            counting.like("ada", target=f"post-{n}")
        counting.stream.show()
        recounting.handle(self.failed(counting, "2", "4"), 1)
        assert send.to(QUEUE) == [Recount("likes", ["post-2", "post-3", "post-4"])]

    def test_a_recount_that_is_asked_for_is_done(self, counting, recounting):
        counting.like("ada")
        recounting.handle(Recount("likes", ["post"]), 1)
        assert counting.count() == 1

    def test_where_its_records_have_expired_all_are_recounted(
        self, counting, recounting, send, monkeypatch
    ):
        def expired(*_):
            raise Expired

        counting.like("ada", target="a")
        counting.like("ada", target="b")
        monkeypatch.setattr(counting.stream, "read", expired)
        recounting.handle(self.failed(counting, "1", "1"), 1)
        assert send.to(QUEUE) == [RecountAll("likes")]
        recounting.handle(RecountAll("likes"), 1)
        assert send.to(QUEUE)[1:] == [Recount("likes", ["a", "b"])]

    def test_a_recount_of_all_goes_on_by_message(self, counting, recounting, send, monkeypatch):
        monkeypatch.setattr(counting.stream, "targets", lambda *_: (["a"], "next"))
        recounting.handle(RecountAll("likes"), 1)
        assert send.to(QUEUE) == [Recount("likes", ["a"]), RecountAll("likes", "next")]

    def test_a_batch_of_a_stream_that_was_made_anew_has_all_recounted(
        self, counting, recounting, send
    ):
        before = counting.stream.arn.replace("2026", "2025")
        recounting.handle(Failed(before, "shard-0000", "1", "1"), 1)
        assert send.to(QUEUE) == [RecountAll("likes")]
        with pytest.raises(LookupError):
            recounting.handle(Failed(before.replace("table/t", "table/u"), "s", "1", "1"), 1)

    def test_targets_that_failed_together_are_tried_alone(self, counting, recounting, send):
        counting.like("ada", target="a")
        counting.like("ada", target="b")
        recounting.handle(Recount("likes", ["a", "b"]), 2)
        alone = [Recount("likes", ["a"]), Recount("likes", ["b"])]
        assert send.to(QUEUE) == alone
        assert counting.tallies.rows == {}
        for job in alone:
            recounting.handle(job, 2)
        assert counting.count("a") == counting.count("b") == 1
        assert send.to(QUEUE) == alone

    def test_a_recount_of_long_shards_goes_on_by_message(self, counting, recounting, send):
        counting.like(*(f"user-{n}" for n in range(10)))
        counting.stream.show()
        slow(counting, AT_A_TIME.total_seconds() / 4)
        recounting.handle(Recount("likes", ["post"]), 1)
        turns = 0
        while jobs := send.to(QUEUE)[turns:]:
            turns += 1
            assert jobs[0].turns == turns
            recounting.handle(jobs[0], 1)
        assert counting.count() == 10

    def test_messages_are_told_apart(self):
        info = {"streamArn": "arn", "shardId": "s", "startSequenceNumber": "1",
                "endSequenceNumber": "2", "batchSize": 2}  # fmt: skip
        assert read_recount({"DDBStreamBatchInfo": info}) == Failed("arn", "s", "1", "2")
        assert read_recount({"type": "recount_all", "field": "likes"}) == RecountAll("likes")
