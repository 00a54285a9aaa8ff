"""The erasure of an account: its steps in order, each as often as it needs, whatever dies."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.accounts.domain import Erasure
from functions.erasure.service import (
    AT_A_TIME,
    MOST_ROUNDS,
    REPEAT_SECONDS,
    WAITS,
    Eraser,
    Step,
    TracesLeftError,
)
from functions.queues import ChangeAvatar, EraseAccount, ErasePost
from tests.fakes.world import World

JOB = EraseAccount("ada")
TRIES = 6
"""How often the queue receives a message before it becomes a dead letter."""


class Slow:
    """A step that needs several parts. `takes` is how long each does."""

    def __init__(self, world, name, parts, takes=0):
        self.left, self.done = parts, []
        self._world, self._name, self._takes = world, name, takes

    def step(self, after=0):
        return Step(self._name, self._run, after)

    def _run(self, state):
        self.done.append(state.position)
        self._world.clock.move(seconds=self._takes)
        self.left -= 1
        return {"left": self.left} if self.left > 0 else None


def eraser(world, *steps, trails=None):
    return Eraser(world.users, world.media, trails or {}, steps, world.send, world.clock)


def bury(world):
    user = world.users.get(world.person("ada"))
    world.users.replace_with_tombstone(
        Erasure(user_id="ada", username="ada", begun_at=user.created_at, step="begin")
    )


def test_steps_are_done_in_order_each_from_where_it_stood(world):
    bury(world)
    first, second = Slow(world, "first", 3), Slow(world, "second", 1)
    eraser(world, first.step(), second.step()).account(JOB)
    assert first.done == [{}, {"left": 2}, {"left": 1}]
    assert second.done == [{}]
    state = world.users.get_erasure("ada")
    assert (state.step, state.username) == (None, "")
    assert world.send.sent == []


def test_a_long_step_hands_on_to_itself_in_time(world):
    bury(world)
    slow = Slow(world, "slow", 5, takes=AT_A_TIME.total_seconds() / 2)
    runner = eraser(world, slow.step())
    runner.account(JOB)
    assert len(slow.done) == 2
    assert world.send.to("erasure") == [JOB]
    runner.account(JOB)
    runner.account(JOB)
    assert slow.left == 0
    assert world.users.get_erasure("ada").step is None


def test_a_step_waits_for_what_follows_from_those_before(world):
    bury(world)
    later = Slow(world, "later", 1)
    runner = eraser(world, Slow(world, "first", 1).step(), later.step(after=120))
    runner.account(JOB)
    assert later.done == []
    [sent] = world.send.sent
    assert sent.delay_seconds == 120
    runner.account(JOB)
    assert later.done == [{}]


def test_traces_have_all_steps_done_again_and_are_told_loudly_in_the_end(world):
    bury(world)
    first = Slow(world, "first", 1)

    def check(_):
        raise TracesLeftError(["the likes"])

    runner = eraser(world, first.step(), Step("check", check))
    for _ in range(MOST_ROUNDS - 1):
        runner.account(JOB, 1)
    assert {sent.delay_seconds for sent in world.send.sent} == {REPEAT_SECONDS}
    for attempt in range(1, TRIES + 1):
        with pytest.raises(TracesLeftError, match="the likes"):
            runner.account(JOB, attempt)
    assert len(first.done) == MOST_ROUNDS
    assert world.users.get_erasure("ada").step == "first"
    assert len(world.send.sent) == MOST_ROUNDS - 1


def test_a_redrive_has_all_rounds_again(world):
    bury(world)
    first, left = Slow(world, "first", 1), [True]

    def check(_):
        if left[0]:
            raise TracesLeftError(["the likes"])

    runner = eraser(world, first.step(), Step("check", check))
    for _ in range(MOST_ROUNDS - 1):
        runner.account(JOB, 1)
    with pytest.raises(TracesLeftError):
        runner.account(JOB, 1)
    left[0] = False
    with pytest.raises(TracesLeftError):
        runner.account(JOB, 2)
    runner.account(JOB, 1)
    assert world.users.get_erasure("ada").step is None


def test_a_step_that_waits_sends_nothing_and_is_asked_again_when_told(world):
    bury(world)
    answers = iter([WAITS, WAITS, None])
    runner = eraser(world, Step("rows", lambda _: next(answers)))
    runner.account(JOB, 1)
    runner.account(JOB, 1)
    assert world.send.sent == []
    assert world.users.get_erasure("ada").step == "rows"
    runner.account(JOB, 1)
    assert world.users.get_erasure("ada").step is None


def test_nothing_is_erased_of_who_is_there_or_was_done_with(world):
    world.person("ada")
    step = Slow(world, "first", 1)
    runner = eraser(world, step.step())
    runner.account(JOB)
    assert step.done == []
    bury(world)
    runner.account(JOB)
    runner.account(JOB)
    assert step.done == [{}]


def test_of_two_that_run_at_once_one_ends(world):
    bury(world)
    inner = eraser(world, Slow(world, "first", 9).step())

    def overtaken(_):
        state = world.users.get_erasure("ada")
        world.users.update_erasure(state, msgspec.structs.replace(state, rounds=state.rounds + 1))
        return {}

    eraser(world, Step("first", overtaken)).account(JOB)
    assert world.send.sent == []
    inner.account(JOB)
    assert world.users.get_erasure("ada").step is None


@given(st.lists(st.sampled_from(["die before", "die after", "live"]), max_size=30))
def test_whatever_dies_each_step_is_finished_before_the_next_begins(fates):
    world = World()
    bury(world)
    log, fate = [], iter(fates)

    def step(name):
        left = [3]

        def run(_):
            now = next(fate, "live")
            if now == "die before":
                raise ConnectionError
            left[0] -= 1
            log.append((name, left[0]))
            if now == "die after":
                raise ConnectionError
            return {"some": left[0]} if left[0] > 0 else None

        return Step(name, run)

    runner = eraser(world, *(step(name) for name in "abc"))
    for _ in range(len(fates) + 1):
        try:
            runner.account(JOB)
        except ConnectionError:
            continue
    assert world.users.get_erasure("ada").step is None
    assert [name for name, _ in log] == sorted(name for name, _ in log)
    assert {name for name, left in log if left <= 0} == set("abc")


class TestPosts:
    def test_each_trail_is_emptied_and_a_long_one_hands_on(self, world):
        left = {"likes": 3, "counts": 1}

        def trail(name):
            def run(_):
                left[name] -= 1
                world.clock.move(seconds=15)
                return left[name] <= 0

            return run

        job = ErasePost("p1", "ada", [], "request")
        runner = eraser(world, trails={name: trail(name) for name in left})
        runner.post(job)
        assert world.send.to("erasure") == [job]
        runner.post(job)
        assert left["likes"] <= 0
        assert left["counts"] <= 0

    def test_pictures_that_another_post_has_taken_stay(self, world):
        ada = world.person("ada")
        post = world.post_store.get(world.post(ada).post_id)
        job = ErasePost("another", ada, post.media_ids, "request")
        eraser(world).post(job)
        assert world.media.get(post.media_ids[0]).claimed_by == post.post_id


class TestFaces:
    def test_a_face_stays_without_a_post_and_the_one_before_goes(self, world):
        ada = world.person("ada")
        old, new = world.upload(ada), world.upload(ada)
        runner = eraser(world)
        for before, shown in ((None, old), (old, new)):
            world.users.update(ada, {"avatar_media_id": shown})
            runner.avatar(ChangeAvatar(ada, before, shown))
        world.clock.moment += timedelta(days=3)
        assert set(world.media_store.read([old, new])) == {new}
        assert world.media_store.rows.get(old) is None

    def test_a_late_message_about_an_earlier_face_spares_the_present_one(self, world):
        ada = world.person("ada")
        face = world.upload(ada)
        world.users.update(ada, {"avatar_media_id": face})
        eraser(world).avatar(ChangeAvatar(ada, face, None))
        assert world.media.get(face)

    def test_a_face_that_a_post_shows_too_stays_with_the_post(self, world):
        ada = world.person("ada")
        [media_id] = world.post_store.get(world.post(ada).post_id).media_ids
        eraser(world).avatar(ChangeAvatar(ada, media_id, None))
        assert world.media.get(media_id)
