"""The pass: one scan of all tables, shared by everybody who waits for one.

An erasure must find the rows of a user that no key leads to, and an export the user's likes and
comments. Both put a wait into the table and stop. The pass takes all waits at its begin, reads
every table once for all of them, and sends each its message when it ends. So a pass reads the same
for one account as for ten thousand, and `pause_after` bounds what all passes read a day. Each
account adds what is its own: writes of its wait, a message, the deletion of its rows, and for an
export an object for each part of a table that holds rows of it.

One message at a time continues the pass: the one that `turn` names. If it is lost, the next wait
that is announced an hour later starts another.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from msgspec.structs import replace

from functions.aws.sending import Send
from functions.clock import Clock, NewId
from functions.observability import log
from functions.passes.domain import AT_ONCE, TOLD_AT_ONCE, Pass, Wait, pause_after
from functions.passes.ports import PassStore, Scan
from functions.queues import ContinuePass, EraseAccount, Prepare

QUEUE = "erasure"
AT_A_TIME = timedelta(seconds=20)
"""The time after which a pass continues in a new message. Its function has 60 seconds."""
LONGEST_DELAY = timedelta(minutes=15)  # SQS, DelaySeconds
LOST_AFTER = timedelta(hours=1)
"""How late a pass's message may be before another takes its place. All its tries have ended by
then: six, with six minutes between."""


class Passes:
    """The waits for a pass, and the pass itself."""

    def __init__(self, store: PassStore, scan: Scan, send: Send, now: Clock, new_id: NewId) -> None:
        self._store = store
        self._scan = scan
        self._send = send
        self._now = now
        self._new_id = new_id

    def outcome(self, wait: Wait) -> Wait | None:
        """Return the wait as its pass has left it. While no pass is done with it, make sure that it
        waits, and return None. Its message comes when the pass ends."""
        held = self._store.get(wait.user_id, wait.purpose)
        if held is None or held.ticket != wait.ticket:
            self._store.put(replace(wait, put_at=self._now()))
        elif held.done:
            return held
        state = self._store.announce()
        if not self._is_alive(state):
            self._send(QUEUE, [ContinuePass(self._new_id(), begins=True)])
        return None

    def leave(self, user_id: str) -> None:
        """Forget all waits of a user."""
        self.forget(user_id, "erase")
        self.forget(user_id, "export")

    def forget(self, user_id: str, purpose: str) -> None:
        """Forget a wait, in whatever pass it is."""
        self._store.remove(user_id, purpose)

    def go_on(self, job: ContinuePass) -> None:
        """Continue the pass for some seconds, then in a new message. Begin it if it is due."""
        until = self._now() + AT_A_TIME
        while self._went_on(job):
            if self._now() >= until:
                self._send(QUEUE, [job])
                return

    def _went_on(self, job: ContinuePass) -> bool:
        """Do a part of the pass. Return whether this message continues it."""
        held, announced = self._store.state()
        if job.turn != held.turn and not (job.begins and not self._is_alive(held)):
            log.info("pass continues elsewhere", number=held.number, step=held.step)
            return False
        moved, seconds = self._part(held)
        idle = moved.step == "idle"
        turn = self._new_id() if seconds else job.turn
        if seconds:
            # Sent first. If this dies now, it comes again, and the message sent before it finds
            # that it is not its turn.
            self._send(QUEUE, [ContinuePass(turn)], delay_seconds=seconds)
        due = None if idle else self._now() + timedelta(seconds=seconds)
        moved = replace(moved, turn=turn, awake_at=due)
        done = self._store.move(held, moved, announced if idle else None)
        if not done and not idle:
            log.info("pass overtaken", number=held.number, step=held.step)
            return False
        return not seconds and not (idle and done)

    def _is_alive(self, state: Pass) -> bool:
        """Return whether a message continues the pass."""
        return state.awake_at is not None and self._now() < state.awake_at + LOST_AFTER

    def _part(self, held: Pass) -> tuple[Pass, int]:
        """Do a part of a pass. Return its new state, and the seconds to wait before the next."""
        if held.step == "gathers":
            return self._gather(held), 0
        if held.step == "scans":
            return self._scan_part(held)
        if held.step == "ends":
            return self._end(held), 0
        return self._begin(held)

    def _begin(self, held: Pass) -> tuple[Pass, int]:
        """Begin a pass if somebody waits and the pause is over."""
        if all(wait.done for wait in self._store.waits()):
            return replace(held, step="idle"), 0
        now = self._now()
        if now < held.earliest:
            seconds = min(held.earliest - now, LONGEST_DELAY) // timedelta(seconds=1)
            return replace(held, step="waits"), seconds + 1
        return replace(
            held, step="gathers", number=held.number + 1, begun_at=now, units=0.0, position={}
        ), 0

    def _gather(self, held: Pass) -> Pass:
        """Take all into the pass that waited when it began. Later ones need the tables read before,
        so they wait for the next. A copy of the message may gather while the pass scans already,
        and takes the same ones."""
        found = self._store.waits()
        waiting = [wait for wait in found if not wait.done and wait.put_at <= held.begun_at]
        self._for_each(waiting, lambda wait: self._store.enter(wait, held.number))
        whole = any(wait.purpose == "erase" for wait in waiting)
        log.info("pass begun", number=held.number, waits=len(waiting), whole=whole)
        position = self._scan.begin(whole=whole)
        return replace(held, step="scans", whole=whole, position=position)

    def _scan_part(self, held: Pass) -> tuple[Pass, int]:
        members = self._members(held)
        position, seconds, units = self._scan.part(held.position, members, whole=held.whole)
        moved = replace(held, units=held.units + units)
        if position is None:
            return replace(moved, step="ends", position={}), 0
        return replace(moved, position=position), seconds

    def _end(self, held: Pass) -> Pass:
        """Tell some of those in the pass. After the last, let the next pass begin after a pause.

        A wait is done before its message goes out, for the message looks at it.
        """
        told = held.position.get("told", [])
        members = sorted(self._members(held), key=_place)
        left = [wait for wait in members if _place(wait) > told]
        some = left[:TOLD_AT_ONCE]
        self._for_each(some, self._store.finish)
        leavers = [EraseAccount(wait.user_id) for wait in some if wait.purpose == "erase"]
        exports = [Prepare(w.user_id, w.ticket) for w in some if w.purpose == "export"]
        self._send(QUEUE, leavers)
        self._send("exports", exports)
        if len(left) > len(some):
            return replace(held, position={"told": _place(some[-1])})
        log.info("pass ended", number=held.number, waits=len(members), units=held.units)
        earliest = held.begun_at + pause_after(held.units)
        return replace(held, step="waits", position={}, earliest=earliest)

    def _members(self, held: Pass) -> list[Wait]:
        return [wait for wait in self._store.waits() if wait.number == held.number]

    def _for_each(self, waits: Sequence[Wait], act: Callable[[Wait], None]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(act, waits))


def _place(wait: Wait) -> list[str]:
    """Return the place of a wait among those that a pass tells of its end."""
    return [wait.user_id, wait.purpose]
