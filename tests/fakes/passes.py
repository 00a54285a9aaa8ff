"""The passes table, in memory."""

from collections.abc import Sequence

from msgspec.structs import replace

from functions.passes.domain import Pass, Wait
from tests.fakes.transactions import LOCK


class FakePasses:
    """The state of the pass, and waits by user and purpose."""

    def __init__(self) -> None:
        self.held = Pass()
        self.announced = 0
        self.rows: dict[tuple[str, str], Wait] = {}

    def state(self) -> tuple[Pass, int]:
        return self.held, self.announced

    def move(self, held: Pass, moved: Pass, announced: int | None = None) -> bool:
        with LOCK:
            if held != self.held or announced not in (None, self.announced):
                return False
            self.held = moved
            return True

    def announce(self) -> Pass:
        with LOCK:
            self.announced += 1
            return self.held

    def get(self, user_id: str, purpose: str) -> Wait | None:
        return self.rows.get((user_id, purpose))

    def put(self, wait: Wait) -> None:
        self.rows[wait.user_id, wait.purpose] = wait

    def waits(self) -> Sequence[Wait]:
        return list(self.rows.values())

    def enter(self, wait: Wait, number: int) -> None:
        self._update(wait, number=number)

    def note(self, wait: Wait, table: str) -> None:
        held = self.rows.get((wait.user_id, wait.purpose))
        if held is not None:
            self._update(wait, found=sorted({*held.found, table}))

    def finish(self, wait: Wait) -> None:
        self._update(wait, done=True)

    def remove(self, user_id: str, purpose: str) -> None:
        self.rows.pop((user_id, purpose), None)

    def _update(self, wait: Wait, **changes: object) -> None:
        with LOCK:
            held = self.rows.get((wait.user_id, wait.purpose))
            if held is not None and held.ticket == wait.ticket:
                self.put(replace(held, **changes))
