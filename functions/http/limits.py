"""Rate limits: of all requests, and of routes that are open to abuse. A route names its own limit.

Uses are counted in fixed windows of time. One write per use would double the cost of a like, so a
warm process counts for itself. It does not write a subject's first few uses in a window. After that
it leases uses from the shared count: a tenth of what is left at a time, at least two. So a subject
gets at most the limit plus, in each process, a twentieth of it. The uses that stay unspent in
processes are at most a tenth of what was left, so few when little is left. A process that was
refused once, or has leased the last uses, refuses by itself until the window ends: a flood costs no
writes.
"""

from collections.abc import Callable, Iterator
from functools import cache
from threading import Lock
from typing import Any, Literal

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from functions.aws.digests import Digest, keyed_digest
from functions.aws.tables import Table, try_write
from functions.clock import Clock, epoch_seconds, utc_now
from functions.config import settings
from functions.errors import TooManyRequests
from functions.http.networks import network_of, site_of
from functions.http.ports import UseStore

LimitName = Literal[
    "request", "sign_up", "login", "mail", "follow", "like", "comment", "upload", "rebuild",
    "export", "story",
]  # fmt: skip

UNCOUNTED_SHARE = 20
LEASED_SHARE = 10
SMALLEST_LEASE = 2
ADDRESS_FACTOR = 10
"""How many times more often an address may try to log in, over all usernames, or make requests
without a token, which many people behind it may do."""
SITE_FACTOR = 10
"""How many times more often all clients of an IPv6 /48 may do together what one may do."""
REMEMBERED = 10_000
"""Counts that a warm process keeps: about 3 MB."""
KEPT_SECONDS = 3600
"""How long a count is kept after its window."""


class Limit(msgspec.Struct, frozen=True):
    """A number of uses in a number of seconds."""

    times: int
    seconds: int

    @classmethod
    def of(cls, rate: str) -> "Limit":
        """Parse a limit as settings write it: `200/3600`."""
        times, _, seconds = rate.partition("/")
        return cls(int(times), int(seconds))

    def times_as_high(self, factor: int) -> "Limit":
        """Return the limit that is so many times as high."""
        return Limit(self.times * factor, self.seconds)


class UseRow(Table):
    """Uses of one limit by one subject in one window."""

    class Meta:
        table_name = settings().table("limits")

    bucket = UnicodeAttribute(hash_key=True)
    used = NumberAttribute()
    expires_at = NumberAttribute()


class UseTable:
    """Uses in DynamoDB."""

    def lease(self, bucket: str, uses: int, most: int, expires_at: int) -> int | None:
        row = UseRow(bucket)
        actions: list[Action] = [UseRow.used.add(uses), UseRow.expires_at.set(expires_at)]
        room: Any = UseRow.used.does_not_exist() | (UseRow.used <= most - uses)
        return int(row.used) if try_write(lambda: row.update(actions, condition=room)) else None


class Lease(msgspec.Struct):
    """One process's share of a bucket."""

    window: int
    size: int
    """How many uses the next lease asks for."""
    uncounted: int = 0
    """Uses that were made but not written. The first lease writes them."""
    left: int = 0
    """Leased uses that are not spent yet."""
    begun: bool = False
    room: int = 0
    """The most uses that the shared count may still have. Asking for more would be in vain."""


class Limiter:
    """Counts the uses that this process serves. Safe for many threads."""

    def __init__(self, uses: UseStore, now: Clock, digest: Digest) -> None:
        self._uses = uses
        self._now = now
        self._digest = digest
        self._leases: dict[tuple[str, str], Lease] = {}
        self._lock = Lock()

    def take(self, name: str, subject: str, limit: Limit, uses: int = 1) -> None:
        """Count uses of a limit by a subject: all of them or none.

        Raises:
            TooManyRequests: the limit is reached until the window ends.
        """
        if not self.admits(name, subject, limit, uses):
            raise self._refusal(limit)

    def check_room(self, name: str, subject: str, limit: Limit) -> None:
        """Check that a limit may have room for a use, as far as this process knows. Count nothing.

        Raises:
            TooManyRequests: the limit is reached until the window ends.
        """
        window = epoch_seconds(self._now()) // limit.seconds
        with self._lock:
            lease = self._lease_of((name, subject), window, limit)
            if not lease.left and not lease.room:
                raise self._refusal(limit)

    def _refusal(self, limit: Limit) -> TooManyRequests:
        left = limit.seconds - epoch_seconds(self._now()) % limit.seconds
        return TooManyRequests("Too often; try again later.", retry_after=left)

    def admits(self, name: str, subject: str, limit: Limit, uses: int = 1) -> bool:
        """Count uses as `take` does. Return whether the limit had room for them."""
        window = epoch_seconds(self._now()) // limit.seconds
        expires_at = (window + 1) * limit.seconds + KEPT_SECONDS

        def lease_more(more: int) -> int | None:
            # The key of a count reveals no address, username or id.
            bucket = self._digest("limit", f"{name} {subject} {window}".encode())
            return self._uses.lease(bucket, more, limit.times, expires_at)

        with self._lock:
            lease = self._lease_of((name, subject), window, limit)
            return _took(lease, limit, uses, lease_more)

    def _lease_of(self, key: tuple[str, str], window: int, limit: Limit) -> Lease:
        lease = self._leases.get(key)
        if lease is None or lease.window != window:
            if len(self._leases) >= REMEMBERED:
                self._leases.clear()
            part = _part_of(limit.times)
            lease = self._leases[key] = Lease(window, part, room=limit.times)
        return lease


def _took(lease: Lease, limit: Limit, uses: int, lease_more: Callable[[int], int | None]) -> bool:
    """Take uses from a lease, and lease more if it has too few."""
    missing = uses - lease.left
    if missing <= 0:
        lease.left -= uses
        return True
    if missing > lease.room:
        return False
    if not lease.begun and lease.uncounted + uses <= limit.times // UNCOUNTED_SHARE:
        lease.uncounted += uses
        return True
    lease.begun = True
    # If there is no room for a whole lease, there may still be room for these uses.
    for size in dict.fromkeys((max(lease.size, missing), missing)):
        used = lease_more(lease.uncounted + size)
        if used is not None:
            lease.left, lease.uncounted = size - missing, 0
            lease.room = limit.times - used
            lease.size = _part_of(lease.room)
            return True
    lease.room = missing - 1
    return False


def _part_of(uses: int) -> int:
    """Return how many of these uses to lease at a time: at least two, if there are two."""
    return min(uses, max(SMALLEST_LEASE, uses // LEASED_SHARE))


@cache
def limiter() -> Limiter:
    """Return the limiter of this process."""
    return Limiter(UseTable(), utc_now, keyed_digest)


def limit_of(name: LimitName) -> Limit:
    """Return a limit of this stage: see `LIMIT_FOLLOW` and the like."""
    return Limit.of(getattr(settings(), f"limit_{name}"))


def check(name: LimitName, viewer_id: str, username: str, address: str) -> None:
    """Count a request under a limit, by its caller or else by its address.

    Raises:
        TooManyRequests: the limit is reached.
    """
    for subject, limit in _subjects(name, viewer_id, username, address):
        limiter().take(name, subject, limit)


def check_room(name: LimitName, viewer_id: str, username: str, address: str) -> None:
    """Check that this process has not found a request's limit reached. Count nothing.

    Raises:
        TooManyRequests: the limit is reached.
    """
    for subject, limit in _subjects(name, viewer_id, username, address):
        limiter().check_room(name, subject, limit)


def _subjects(
    name: LimitName, viewer_id: str, username: str, address: str
) -> Iterator[tuple[str, Limit]]:
    """Yield everything that a request counts for, each with its limit.

    A login counts for its username and address together. Then it counts for the address alone, as a
    request without a token does, with a limit ten times as high.
    """
    limit = limit_of(name)
    if viewer_id:
        yield viewer_id, limit
        return
    client, site = network_of(address), site_of(address)
    if name == "login":
        yield f"{site} {username}", limit
    if name in ("login", "request"):
        limit = limit.times_as_high(ADDRESS_FACTOR)
    yield client, limit
    if site != client:
        yield site, limit.times_as_high(SITE_FACTOR)


def may_mail(counting: Limiter, kind: str, mailbox: str) -> bool:
    """Count a mail to a mailbox, regardless of its sender. Return whether it may be sent.

    Each kind of mail has a count of its own. So nobody can use up the mails that reset a password
    with mails of another kind.
    """
    return counting.admits("mail", f"{kind} {mailbox}", limit_of("mail"))
