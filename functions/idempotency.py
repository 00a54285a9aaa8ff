"""Requests that create are done once: the same key and body answer the first result again.

The claim row draws the id of what will be created. A request that dies after the creation and
before its answer is stored leaves a claim that times out; the retry takes it over with the same
id, so the creation's own condition finds it done.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from chalice.app import Response
from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from functions.clock import epoch_seconds, new_ulid, utc_now
from functions.config import settings
from functions.errors import Conflict, Invalid, KeyReused, Problem
from functions.tables import Table, took

KEPT = timedelta(hours=24)
HELD = timedelta(seconds=60)
"""How long a running request holds its key: the API function's time limit, doubled."""
MAX_KEY_LENGTH = 255
CREATED_NOTHING = frozenset({400, 403, 404, 409, 413, 415})
"""Statuses of refusals that come before anything is written."""


class Claim(Table):
    """One use of a key. `scope` is the user and the route, so a key never answers another's."""

    names = ("scope",)
    words = ("key", "answer")

    class Meta:
        table_name = settings().table("idempotency")

    scope = UnicodeAttribute(hash_key=True)
    given = UnicodeAttribute(range_key=True, attr_name="key")
    fingerprint = UnicodeAttribute()
    new_id = UnicodeAttribute()
    held_until = NumberAttribute()
    expires_at = NumberAttribute()
    answer = JSONAttribute(null=True)

    @classmethod
    def of_user(cls, user_id: str, username: str) -> Condition:
        """Claims are the user's, or were made under the name before there was a user."""
        own: Condition = cls.scope.startswith(f"{user_id} ")
        before: Condition = cls.scope.startswith(f"{username} ")
        found: Condition = own | before
        return found


def run_once(scope: str, key: str, body: bytes, run: Callable[[str], Response]) -> Response:
    """Run a request under its key, or answer what the first run answered.

    A request that is refused for what it says gives the key up, since nothing was created. One that
    fails in any other way may have created something: the next try takes the key over, and its id.

    Raises:
        Invalid: the key is empty or longer than 255 characters.
        KeyReused: the key came before with another body.
        Conflict: the first request is still running.
    """
    if not 0 < len(key) <= MAX_KEY_LENGTH:
        raise Invalid.field("Idempotency-Key", f"has 1 to {MAX_KEY_LENGTH} characters")
    claim = _claim(scope, key, hashlib.sha256(body).hexdigest())
    if claim.answer is not None:
        return Response(**claim.answer)
    try:
        answer = run(claim.new_id)
    except Problem as refusal:
        _let_go(claim, nothing_done=refusal.status in CREATED_NOTHING)
        raise
    except BaseException:
        _let_go(claim, nothing_done=False)
        raise
    stored = {
        "body": answer.body,
        "status_code": answer.status_code,
        "headers": dict(answer.headers),
    }
    claim.update([Claim.answer.set(stored)])
    return answer


def _let_go(claim: Claim, *, nothing_done: bool) -> None:
    if nothing_done:
        claim.delete()
    else:
        claim.update([Claim.held_until.set(0)])


def _claim(scope: str, key: str, fingerprint: str) -> Claim:
    """Take the key, or find who has it. A claim whose answer is set is an earlier one, done."""
    now = utc_now()
    claim = Claim(
        scope, key, fingerprint=fingerprint, new_id=new_ulid(),
        held_until=epoch_seconds(now + HELD), expires_at=epoch_seconds(now + KEPT),
    )  # fmt: skip
    unused = Claim.scope.does_not_exist() | (Claim.expires_at <= epoch_seconds(now))
    return claim if took(lambda: claim.save(unused)) else _earlier(claim)


def _earlier(mine: Claim) -> Claim:
    running = Conflict(
        "The first request with this Idempotency-Key is still running.",
        headers={"Retry-After": "1"},
    )
    try:
        found = Claim.get(mine.scope, mine.given, consistent_read=True)
    except DoesNotExist as error:  # it was refused a moment ago, and gave its key up
        raise running from error
    if found.fingerprint != mine.fingerprint:
        raise KeyReused("This Idempotency-Key came before with another body.")
    if found.answer is not None:
        return found
    if found.held_until > epoch_seconds(utc_now()):
        raise running
    mine.new_id = found.new_id  # it died; finish what it began, under the same id
    unmoved = (Claim.held_until == found.held_until) & Claim.answer.does_not_exist()
    if not took(lambda: mine.save(unmoved)):
        raise running
    return mine
