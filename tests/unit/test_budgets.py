"""Work that can never succeed ends in the dead letters, however many new messages it sends."""

from functions.accounts.domain import FIRST_STEP, Erasure
from functions.counters.recount import Unfinished
from functions.counters.recounting import MOST_TURNS, Recounting
from functions.erasure.service import Eraser, Step, TracesLeftError
from functions.passes.domain import Wait
from functions.passes.service import Passes
from functions.queues import ContinuePass, EraseAccount, Recount

TRIES = 6
MOST_DELIVERIES = 300


class Queue:
    """Delivers messages as SQS does: each new one is tried six times, then it is a dead letter."""

    def __init__(self, outbox, handle):
        self._outbox, self._handle = outbox, handle
        self.dead, self.deliveries = [], 0

    def run(self, *jobs):
        waiting = [(job, 1) for job in jobs]
        while waiting or self._outbox.sent:
            waiting += [(sent.message, 1) for sent in self._outbox.sent]
            self._outbox.sent.clear()
            job, attempt = waiting.pop(0)
            self.deliveries += 1
            assert self.deliveries <= MOST_DELIVERIES, "it goes on for ever"
            try:
                self._handle(job, attempt)
            except Exception:
                if attempt == TRIES:
                    self.dead.append(job)
                else:
                    waiting.append((job, attempt + 1))
        return self


def test_an_erasure_whose_traces_nothing_removes(world):
    user = world.users.get(world.person("ada"))
    world.users.replace_with_tombstone(
        Erasure(user_id="ada", username="ada", begun_at=user.created_at, step=FIRST_STEP)
    )

    def check(_):
        raise TracesLeftError(["a comment of somebody else"])

    steps = [Step("first", lambda _: None), Step("check", check)]
    eraser = Eraser(world.users, world.media, {}, steps, world.send, world.clock)
    queue = Queue(world.send, eraser.account).run(EraseAccount("ada"))
    assert queue.dead == [EraseAccount("ada")]


def test_a_pass_whose_scan_always_fails(world):
    class Broken:
        def begin(self, *, whole):
            raise ConnectionError

    passes = Passes(world.pass_store, Broken(), world.send, world.clock, world.new_id)
    world.pass_store.put(Wait(user_id="ada", purpose="erase", ticket="1"))
    queue = Queue(world.send, lambda job, _: passes.go_on(job))
    queue.run(ContinuePass("1", begins=True))
    assert queue.dead == [ContinuePass("1", begins=True)]
    assert world.pass_store.held.step == "gathers"


def test_recounts_that_always_fail(world):
    class Broken:
        def recount(self, kind, target_ids, places, until):
            raise ConnectionError

    recounting = Recounting(Broken(), world.send, world.clock)
    targets = [f"p{number}" for number in range(25)]
    queue = Queue(world.send, recounting.handle).run(Recount("likes", targets))
    assert queue.dead == [Recount("likes", [target]) for target in targets]


def test_a_recount_whose_shards_grow_faster_than_they_are_read(world):
    class Slow:
        def recount(self, kind, target_ids, places, until):
            raise Unfinished({"shard": str(len(places))})

    recounting = Recounting(Slow(), world.send, world.clock)
    queue = Queue(world.send, recounting.handle).run(Recount("likes", ["p1"]))
    assert queue.dead == [Recount("likes", ["p1"], {"shard": "1"}, MOST_TURNS)]
