"""Operations of accounts."""

from tests.chaos.journal import Person, Unfinished
from tests.chaos.operations.registry import Run, operation

MOST_PEOPLE = 9


@operation(1, "sign_up", "log_in")
def sign_up(run: Run) -> None:
    """Sign somebody up, and log them in. The key makes it safe to repeat."""
    if len(run.journal.people) >= MOST_PEOPLE:
        return
    key = run.journal.new_key()
    person = Person(f"{key}.person", f"correct horse {key}")
    sent = {"username": person.name, "email": f"{person.name}@example.com",
            "password": person.password}  # fmt: skip

    def note(answer: dict[str, str]) -> None:
        person.user_id = answer["user_id"]
        run.journal.people.append(person)

    result = run.client.ask("POST", "/signup", json=sent, key=key)
    if result.status == 201:
        note(result.json)
    elif result.status is None:
        run.journal.unfinished.append(Unfinished(None, "/signup", key, sent, note))
    else:
        run.unexpected(f"sign-up of {person.name}", result)


@operation(4, "update_me")
def turn_private(run: Run) -> None:
    """Make an account private or public."""
    person, private = run.one(), run.draw.random() < 0.5
    result = run.client.ask("PATCH", "/me", person, json={"is_private": private})
    if result.status == 200:
        person.is_private = private
    elif result.status is None:
        person.is_private = None
    else:
        run.unexpected("private", result)


@operation(1, "change_password")
def change_password(run: Run) -> None:
    """Change a password. All other sessions end with it."""
    person = run.one()
    new = f"battery staple {run.journal.new_key()}"
    sent = {"password": person.password, "new_password": new}
    result = run.client.ask("POST", "/me/password", person, json=sent)
    if result.status == 200:
        person.password, person.maybe_password = new, None
        person.token = result.json["id_token"]
    elif result.status is None or (result.doubted and result.status == 401):
        person.maybe_password = new
        run.client.log_in(person)
    else:
        run.unexpected("change of a password", result)


@operation(1, "change_username")
def change_username(run: Run) -> None:
    """Change a username. A limit allows two changes a month."""
    person, new = run.one(), f"{run.journal.new_key()}.renamed"
    result = run.client.ask("POST", "/me/username", person, json={"username": new})
    if result.status == 200:
        person.name, person.maybe_name = new, None
    elif result.status is None:
        person.maybe_name = new
        run.client.log_in(person)
    elif result.status not in (401, 429):
        run.unexpected("change of a username", result)


@operation(1, "log_out")
def log_out_everywhere(run: Run) -> None:
    """End all sessions. The next request logs in again."""
    person = run.one()
    result = run.client.ask("POST", "/logout", person, json={"everywhere": True})
    if result.status not in (204, None):
        run.unexpected("logout", result)
