"""Runs each creating request once: a repetition with the same key and body gets the first result.

The claim row holds the id of the thing to be created. A repetition is answered by reading that
thing, so the row is small and holds no secret and no trace of an account.

If a request dies after the creation and before its claim is marked as done, the claim times out.
The retry takes it over with the same id, so the creation's own condition finds the work done.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from chalice.app import Response
from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from functions.aws.digests import keyed_digest
from functions.aws.tables import Image, Table, try_write
from functions.clock import epoch_seconds, new_ulid, utc_now
from functions.config import settings
from functions.errors import Conflict, Invalid, KeyReused, NotFound, Problem

KEPT = timedelta(hours=24)
HELD = timedelta(seconds=60)
"""How long a running request holds its key: twice the time limit of the API function."""
MAX_KEY_LENGTH = 255
CREATED_NOTHING = frozenset({400, 403, 404, 409, 413, 415})
"""Statuses of refusals that happen before anything is written."""


class Claim(Table):
    """One use of a key. `scope` is the user and the route, so that no user gets the answer to a key
    of somebody else.
    """

    names = ("scope",)
    words = ("key",)

    class Meta:
        table_name = settings().table("idempotency")

    scope = UnicodeAttribute(hash_key=True)
    given = UnicodeAttribute(range_key=True, attr_name="key")
    fingerprint = UnicodeAttribute()
    new_id = UnicodeAttribute()
    held_until = NumberAttribute()
    expires_at = NumberAttribute()
    answer = JSONAttribute(null=True)
    """Empty once the claim is done. Earlier releases kept an answer here."""

    @classmethod
    def owners(cls, row: Image) -> Sequence[str]:
        """Return the user. The row of a sign-up names nobody: its scope is a digest."""
        return [row["scope"]["S"].partition(" ")[0]]


Run = Callable[[str], Response]
"""Answers a request with the id of what it creates, or has created."""


def run_once(scope: str, key: str, body: bytes, run: Run, again: Run) -> Response:
    """Run a request under its key, or show by `again` what the first run has made.

    A request that is refused because of its content gives the key up, since nothing was created. A
    request that fails in any other way may have created something: the next try takes over the key
    and its id.

    Raises:
        Invalid: the key is empty or longer than 255 characters.
        KeyReused: the key was used before with another body.
        Conflict: the first request is still running, or what it created is gone.
    """
    if not 0 < len(key) <= MAX_KEY_LENGTH:
        raise Invalid.field("Idempotency-Key", f"has 1 to {MAX_KEY_LENGTH} characters")
    claim = _claim(scope, key, keyed_digest("idempotency", body))
    if claim.answer is not None:
        return _shown(claim, again)
    try:
        answer = run(claim.new_id)
    except Problem as refusal:
        _let_go(claim, nothing_done=refusal.status in CREATED_NOTHING)
        raise
    except BaseException:
        _let_go(claim, nothing_done=False)
        raise
    claim.update([Claim.answer.set({})])
    return answer


def _shown(claim: Claim, again: Run) -> Response:
    try:
        return again(claim.new_id)
    except NotFound as gone:
        raise Conflict("The first request with this Idempotency-Key made it; it is gone.") from gone


def _let_go(claim: Claim, *, nothing_done: bool) -> None:
    if nothing_done:
        claim.delete()
    else:
        claim.update([Claim.held_until.set(0)])


def _claim(scope: str, key: str, fingerprint: str) -> Claim:
    """Take the key, or return the claim that holds it. A claim with an answer is finished."""
    now = utc_now()
    claim = Claim(
        scope, key, fingerprint=fingerprint, new_id=new_ulid(),
        held_until=epoch_seconds(now + HELD), expires_at=epoch_seconds(now + KEPT),
    )  # fmt: skip
    unused = Claim.scope.does_not_exist() | (Claim.expires_at <= epoch_seconds(now))
    return claim if try_write(lambda: claim.save(unused)) else _earlier(claim)


def _earlier(mine: Claim) -> Claim:
    running = Conflict(
        "The first request with this Idempotency-Key is still running.",
        headers={"Retry-After": "1"},
    )
    try:
        found = Claim.get(mine.scope, mine.given, consistent_read=True)
    except DoesNotExist as error:  # it was refused a moment ago and gave its key up
        raise running from error
    if found.fingerprint != mine.fingerprint:
        raise KeyReused("This Idempotency-Key came before with another body.")
    if found.answer is not None:
        return found
    if found.held_until > epoch_seconds(utc_now()):
        raise running
    mine.new_id = found.new_id  # it died; finish its work under the same id
    unmoved = (Claim.held_until == found.held_until) & Claim.answer.does_not_exist()
    if not try_write(lambda: mine.save(unmoved)):
        raise running
    return mine
