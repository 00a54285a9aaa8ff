"""Operations of erasure."""

from tests.chaos.operations.registry import Run, operation

FEWEST_PEOPLE = 4


@operation(1, "delete_me")
def leave(run: Run) -> None:
    """Delete an account. A repeated request finds no account, which says that it was done."""
    if len(run.journal.here) <= FEWEST_PEOPLE:
        return
    person = run.one()
    run.client.log_in(person)  # so that the password is known
    if person.maybe_password:
        return
    result = run.client.ask("DELETE", "/me", person, json={"password": person.password})
    if result.status is None:
        person.is_here = None
    elif result.status == 202 or (result.doubted and result.status in (401, 404)):
        person.is_here = False
    else:
        run.unexpected("leave", result)
