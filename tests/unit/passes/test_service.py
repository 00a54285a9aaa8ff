"""The pass: one scan for all who wait, with a pause after it, whatever dies or comes twice."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from functions.passes.domain import (
    FREE_UNITS,
    LONGEST_PAUSE,
    UNITS_AN_HOUR,
    Pass,
    Wait,
    pause_after,
)
from functions.passes.service import AT_A_TIME, LONGEST_DELAY, LOST_AFTER, Passes
from functions.queues import ContinuePass, EraseAccount, Prepare
from tests.fakes.sending import Outbox
from tests.fakes.world import World


class Tables:
    """A scan of `parts` parts. It remembers who was in each."""

    def __init__(self, world, parts=3, units=10.0):
        self.parts, self.units, self.seen, self.whole = parts, units, [], []
        self.takes = self.pause = 0
        self._world = world

    def begin(self, *, whole):
        self.whole.append(whole)
        return {"at": 0}

    def part(self, position, waits, *, whole):
        self.seen.append((position["at"], sorted(wait.user_id for wait in waits)))
        self._world.clock.move(seconds=self.takes)
        at = position["at"] + 1
        return ({"at": at} if at < self.parts else None), self.pause, self.units


@pytest.fixture
def tables(world):
    return Tables(world)


@pytest.fixture
def passes(world, tables):
    return made(world, tables)


def made(world, tables):
    return Passes(world.pass_store, tables, world.send, world.clock, world.new_id)


def wait(user_id, purpose="erase", ticket="1"):
    return Wait(user_id=user_id, purpose=purpose, ticket=ticket)


def run(world, passes):
    """Handle all messages of the pass, with time passing as their delays say."""
    handled = 0
    while jobs := [one for one in world.send.sent if isinstance(one.message, ContinuePass)]:
        first = min(jobs, key=lambda one: one.delay_seconds)
        world.send.sent.remove(first)
        world.clock.move(seconds=first.delay_seconds)
        passes.go_on(first.message)
        handled += 1
    return handled


def told(world):
    return {(type(one.message).__name__, one.message.user_id) for one in world.send.sent}


def test_all_that_wait_share_one_scan(world, passes, tables):
    for number in range(50):
        assert passes.outcome(wait(f"user-{number:02}")) is None
    run(world, passes)
    everybody = [f"user-{number:02}" for number in range(50)]
    assert tables.seen == [(0, everybody), (1, everybody), (2, everybody)]
    assert told(world) == {("EraseAccount", one) for one in everybody}
    assert passes.outcome(wait("user-07")).done
    assert world.pass_store.held.step == "idle"


def test_an_export_is_sent_its_own_message_and_needs_no_whole_pass(world, passes, tables):
    passes.outcome(wait("ada", "export", "e1"))
    run(world, passes)
    assert tables.whole == [False]
    assert world.send.to("exports") == [Prepare("ada", "e1")]
    passes.outcome(wait("ada", "export", "e2"))
    passes.outcome(wait("bob"))
    run(world, passes)
    assert tables.whole == [False, True]
    assert world.send.to("erasure") == [EraseAccount("bob")]


def test_who_comes_during_a_pass_is_in_the_next(world, passes, tables):
    passes.outcome(wait("ada"))
    scanned, part = [], tables.part

    def joined(position, waits, *, whole):
        if not scanned:
            passes.outcome(wait("bob"))
        scanned.append(position)
        return part(position, waits, whole=whole)

    tables.part = joined
    run(world, passes)
    assert [who for _, who in tables.seen] == [["ada"]] * 3 + [["bob"]] * 3


def test_who_comes_while_a_copy_of_the_message_gathers_late_is_in_the_next(world, passes, tables):
    """The copy has read that the pass gathers, and then the other message scans on."""
    passes.outcome(wait("ada"))
    job, copied = world.send.sent[-1].message, []
    waits, part = world.pass_store.waits, tables.part

    def late():
        if world.pass_store.held.step == "gathers" and not copied:
            copied.append(True)
            tables.part = joined
            passes.go_on(job)
        return waits()

    def joined(position, members, *, whole):
        tables.part = part
        moved = part(position, members, whole=whole)
        world.clock.move(seconds=1)
        passes.outcome(wait("bob"))
        tables.pause = 60  # so the pass goes on in another message, after the late one
        return moved[0], 60, moved[2]

    world.pass_store.waits = late
    run(world, passes)
    for user_id in ("ada", "bob"):
        assert {at for at, who in tables.seen if user_id in who} == {0, 1, 2}
        assert passes.outcome(wait(user_id)).done


def test_who_comes_as_a_pass_ends_is_not_forgotten(world, passes, tables):
    """The pass has read that nobody waits, and has not written it yet."""
    passes.outcome(wait("ada"))
    move, joined = world.pass_store.move, []

    def late(held, moved, announced=None):
        if moved.step == "idle" and not joined:
            joined.append(True)
            passes.outcome(wait("bob"))
        return move(held, moved, announced)

    world.pass_store.move = late
    run(world, passes)
    assert passes.outcome(wait("bob")).done


def test_a_pass_that_costs_much_is_followed_by_a_pause(world, passes, tables):
    tables.units = UNITS_AN_HOUR / 3
    passes.outcome(wait("ada"))
    run(world, passes)
    begun = world.pass_store.held.begun_at
    passes.outcome(wait("bob"))
    run(world, passes)
    later = world.pass_store.held.begun_at - begun
    assert timedelta(hours=1) <= later < timedelta(hours=1) + 2 * LONGEST_DELAY / 10


def test_however_many_ask_a_day_costs_the_same(world, passes, tables):
    tables.units = 50.0 * UNITS_AN_HOUR
    begun = world.clock()
    for number in range(300):
        passes.outcome(wait(f"user-{number}"))
        if number % 20 == 0:
            run(world, passes)
    run(world, passes)
    days = (world.clock() - begun) / LONGEST_PAUSE
    assert len(tables.whole) <= days + 1


def test_a_pause_is_nothing_for_little_and_a_day_at_most():
    assert pause_after(FREE_UNITS) == timedelta()
    assert pause_after(FREE_UNITS + 1) > timedelta()
    assert pause_after(UNITS_AN_HOUR) == timedelta(hours=1)
    assert pause_after(24 * UNITS_AN_HOUR) == pause_after(1e12) == LONGEST_PAUSE


def test_messages_that_wait_for_the_same_pass_become_one(world, passes, tables):
    tables.units = UNITS_AN_HOUR / 36  # so a pause of five minutes
    passes.outcome(wait("ada"))
    run(world, passes)
    for number in range(9):
        passes.outcome(wait(f"user-{number}"))
    surplus = 8
    assert run(world, passes) == surplus + 2
    assert len(tables.whole) == 2


def test_a_long_pass_hands_on_to_itself_and_its_pause_is_kept_by_surplus_messages(
    world, passes, tables
):
    tables.takes = AT_A_TIME.total_seconds()
    passes.outcome(wait("ada"))
    [first] = world.send.to("erasure")
    assert run(world, passes) == 4
    assert [at for at, _ in tables.seen] == [0, 1, 2]
    tables.takes, tables.pause = 0, 120
    passes.outcome(wait("bob"))
    passes.go_on(world.send.sent.pop().message)
    passes.go_on(first)
    assert len(tables.seen) == 4


def test_a_lost_message_is_replaced_when_somebody_comes_an_hour_later(world, passes, tables):
    tables.pause = 120
    passes.outcome(wait("ada"))
    passes.go_on(world.send.sent.pop().message)
    world.send.sent.clear()
    world.clock.move(seconds=120 + LOST_AFTER.total_seconds() - 1)
    passes.outcome(wait("bob"))
    assert world.send.sent == []
    world.clock.move(seconds=1)
    passes.outcome(wait("bob"))
    run(world, passes)
    assert told(world) == {("EraseAccount", "ada"), ("EraseAccount", "bob")}


def test_a_wait_with_another_ticket_begins_anew(world, passes):
    passes.outcome(wait("ada"))
    run(world, passes)
    assert passes.outcome(wait("ada", ticket="2")) is None
    again = replace(wait("ada", ticket="2"), put_at=world.clock())
    assert world.pass_store.get("ada", "erase") == again
    passes.forget("ada", "erase")
    assert world.pass_store.get("ada", "erase") is None


def dying(act, fate):
    """Return a call that dies before or after it acts, or acts twice, as fate says."""

    def done(*given, **named):
        now = next(fate, "live")
        if now == "die before":
            raise ConnectionError
        result = act(*given, **named)
        if now == "twice" and isinstance(act, Outbox):
            act(*given, **named)
        if now == "die after":
            raise ConnectionError
        return result

    return done


def persistently(act, *given):
    """Do something until it does not die."""
    while True:
        try:
            return act(*given)
        except ConnectionError:
            continue


@given(st.lists(st.sampled_from(["die before", "die after", "twice", "live"]), max_size=40))
def test_whatever_dies_everybody_is_scanned_by_one_whole_pass_and_told(fates):
    world = World()
    tables = Tables(world)
    passes, fate = made(world, tables), iter(fates)
    sent, store = world.send.sent, world.pass_store
    passes._send = dying(world.send, fate)
    for name in ("move", "enter", "finish"):
        setattr(store, name, dying(getattr(store, name), fate))
    for user_id in ("ada", "bob"):
        persistently(passes.outcome, wait(user_id))
    while jobs := [one for one in sent if isinstance(one.message, ContinuePass)]:
        persistently(passes.go_on, jobs[0].message)
        sent.remove(jobs[0])
    assert store.held.step == "idle"
    assert all(one.done for one in store.waits())
    assert told(world) == {("EraseAccount", "ada"), ("EraseAccount", "bob")}
    for user_id in ("ada", "bob"):
        parts = [at for at, who in tables.seen if user_id in who]
        assert parts == sorted(parts)  # a part that dies is done once more
        assert set(parts) == {0, 1, 2}


def test_a_pass_tells_many_in_slices_and_may_hand_on_between_two(world, passes, monkeypatch):
    monkeypatch.setattr("functions.passes.service.TOLD_AT_ONCE", 10)
    everybody = [f"user-{number:02}" for number in range(25)]
    for user_id in everybody:
        passes.outcome(wait(user_id))
        passes.outcome(wait(user_id, "export"))
    slices, finish = [], world.pass_store.finish

    def slow(one):
        if one.done:
            slices.append(one)  # told a second time
        world.clock.move(seconds=AT_A_TIME.total_seconds() / 10)
        finish(one)

    world.pass_store.finish = slow
    assert run(world, passes) > 4
    assert slices == []
    assert world.send.to("erasure") == [EraseAccount(one) for one in everybody]
    assert world.send.to("exports") == [Prepare(one, "1") for one in everybody]
    assert world.pass_store.held.step == "idle"


def test_the_state_of_a_stage_that_never_had_a_pass_is_idle(world):
    assert world.pass_store.state() == (Pass(), 0)
