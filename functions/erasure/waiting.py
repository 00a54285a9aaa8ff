"""The step of an account's erasure that waits for a pass over all tables."""

from functions.accounts.domain import Erasure
from functions.erasure.service import WAITS, Position, TracesLeftError
from functions.passes.domain import Wait
from functions.passes.service import Passes


def in_pass(passes: Passes, state: Erasure) -> Position | None:
    """Wait for a pass that begins after this. The pass deletes all rows that the user owns.

    Raises:
        TracesLeftError: the pass has found rows, whether or not it could delete them. Only one that
            finds none proves that nothing is left.
    """
    passes.forget(state.user_id, "export")
    ticket = f"{state.begun_at.isoformat()} {state.rounds}"
    asked = Wait(user_id=state.user_id, purpose="erase", ticket=ticket, username=state.username)
    done = passes.outcome(asked)
    if done is None:
        return WAITS
    if done.found:
        raise TracesLeftError(done.found)
    return None
