"""How often one may do what abuse lives on; a route says which of these limits it is under.

Uses are counted in fixed windows of time. A write for every use would double what a like costs, so
a warm process counts for itself: the first few uses of somebody in a window are not written at all,
and then it leases uses from the shared count, a tenth of what is left at a time, down to two. So
nobody gets more than the limit and, in each process, a twentieth of it; what lies unspent in
processes is a tenth of what was left at most, and little where little is left. A process that was
once refused, or has leased the last uses there were, refuses on its own until the window ends: a
flood costs no writes.
"""

import hashlib
from functools import cache
from threading import Lock
from typing import Any, Literal, Protocol

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from functions.clock import Clock, epoch_seconds, utc_now
from functions.config import settings
from functions.errors import TooManyRequests
from functions.tables import Table, took

LimitName = Literal["sign_up", "login", "follow", "like", "comment", "upload", "rebuild"]

UNCOUNTED_SHARE = 20
LEASED_SHARE = 10
SMALLEST_LEASE = 2
ADDRESS_FACTOR = 10
"""How many times as often an address may try to log in, whatever the names."""
REMEMBERED = 10_000
"""Counts that a warm process keeps: about 3 MB."""
KEPT_SECONDS = 3600
"""How long a count outlives its window."""


class Limit(msgspec.Struct, frozen=True):
    """So many times in so many seconds."""

    times: int
    seconds: int

    @classmethod
    def of(cls, rate: str) -> "Limit":
        """A limit as settings write it: `200/3600`."""
        times, _, seconds = rate.partition("/")
        return cls(int(times), int(seconds))


class UseRow(Table):
    """Uses of one limit by one subject in one window."""

    class Meta:
        table_name = settings().table("limits")

    bucket = UnicodeAttribute(hash_key=True)
    used = NumberAttribute()
    expires_at = NumberAttribute()


class Uses(Protocol):
    """The limits table."""

    def lease(self, bucket: str, uses: int, most: int, expires_at: int) -> int | None:
        """Add uses to a bucket; how many it then has. None where that were more than `most`."""


class UseTable:
    """Uses in DynamoDB."""

    def lease(self, bucket: str, uses: int, most: int, expires_at: int) -> int | None:
        row = UseRow(bucket)
        actions: list[Action] = [UseRow.used.add(uses), UseRow.expires_at.set(expires_at)]
        room: Any = UseRow.used.does_not_exist() | (UseRow.used <= most - uses)
        return int(row.used) if took(lambda: row.update(actions, condition=room)) else None


class Lease(msgspec.Struct):
    """What one process has of a bucket."""

    window: int
    size: int
    """How many uses it leases next."""
    uncounted: int = 0
    """Uses made and not written; they are, with the first lease."""
    left: int = 0
    """Uses leased and not made."""
    begun: bool = False
    dry: bool = False


class Limiter:
    """Counts what this process serves. It may be used from many threads."""

    def __init__(self, uses: Uses, now: Clock) -> None:
        self._uses = uses
        self._now = now
        self._leases: dict[tuple[str, str], Lease] = {}
        self._lock = Lock()

    def take(self, name: str, subject: str, limit: Limit) -> None:
        """Count one use of a limit by a subject.

        Raises:
            TooManyRequests: the limit is reached until the window ends.
        """
        now = epoch_seconds(self._now())
        window = now // limit.seconds
        ends = (window + 1) * limit.seconds
        with self._lock:
            lease = self._lease_of((name, subject), window, limit)
            if not self._took(lease, _bucket(name, subject, window), limit, ends + KEPT_SECONDS):
                raise TooManyRequests("Too often; try again later.", retry_after=ends - now)

    def _lease_of(self, key: tuple[str, str], window: int, limit: Limit) -> Lease:
        lease = self._leases.get(key)
        if lease is None or lease.window != window:
            if len(self._leases) >= REMEMBERED:
                self._leases.clear()
            lease = self._leases[key] = Lease(window, _part_of(limit.times))
        return lease

    def _took(self, lease: Lease, bucket: str, limit: Limit, expires_at: int) -> bool:
        if lease.left:
            lease.left -= 1
            return True
        if lease.dry:
            return False
        if not lease.begun and lease.uncounted < limit.times // UNCOUNTED_SHARE:
            lease.uncounted += 1
            return True
        lease.begun = True
        # Where there is no room for a whole lease, there may be for this use.
        for size in dict.fromkeys((lease.size, 1)):
            used = self._uses.lease(bucket, lease.uncounted + size, limit.times, expires_at)
            if used is not None:
                lease.left, lease.uncounted = size - 1, 0
                lease.size = _part_of(limit.times - used)
                lease.dry = used >= limit.times
                return True
        lease.dry = True
        return False


def _part_of(uses: int) -> int:
    """How many of these uses are leased at a time: two at the least, where there are two."""
    return min(uses, max(SMALLEST_LEASE, uses // LEASED_SHARE))


def _bucket(name: str, subject: str, window: int) -> str:
    """The key of a count. It tells nobody's address, name or id."""
    return hashlib.sha256(f"{name} {subject} {window}".encode()).hexdigest()


@cache
def limiter() -> Limiter:
    """The limiter of this process."""
    return Limiter(UseTable(), utc_now)


def limit_of(name: LimitName) -> Limit:
    """A limit of this stage: see `LIMIT_FOLLOW` and its like."""
    return Limit.of(getattr(settings(), f"limit_{name}"))


def check(name: LimitName, viewer_id: str, username: str, address: str) -> None:
    """Count a request under a limit: by its caller where there is one, else by where it comes from;
    a login by name and address both, and by the address alone ten times as often.

    Raises:
        TooManyRequests: the limit is reached.
    """
    limit = limit_of(name)
    if viewer_id:
        limiter().take(name, viewer_id, limit)
        return
    place = network_of(address)
    if name == "login":
        limiter().take(name, f"{place} {username.lower()}", limit)
        limit = Limit(limit.times * ADDRESS_FACTOR, limit.seconds)
    limiter().take(name, place, limit)


def network_of(address: str) -> str:
    """Whose address it is, as far as that can be known: of IPv6, everybody has at least a /64."""
    if ":" not in address:
        return address
    from ipaddress import ip_network

    return str(ip_network(f"{address}/64", strict=False))
