"""Shows what an account's erasure and export cost: `python -m bench.erasure`.

Likes have no index by user, so a scan of the table finds them. Before, each erasure scanned the
tables three times (once to delete, once strongly to check) and each export once. Now all that wait
share a pass. The bench runs passes for one and for many accounts and counts their units; the
figures for large stages follow from the size of a like. Prices are those of us-east-1, on demand.
"""

from time import perf_counter
from typing import Any
from uuid import uuid4

from bench.local import start
from functions.passes.domain import Purpose

LIKES = 20_000
LIKES_EACH = 20
READ_PRICE, WRITE_PRICE = 0.125, 0.625  # dollars per million units
MILLIONS = (1, 10, 100, 1000)
ACCOUNTS_AN_HOUR = 20
"""Sign-ups from one address (`LIMIT_SIGN_UP`). Each asks for an export and leaves."""
LEAVERS = (1, 11, 101)
EXPORTERS = (1, 101, 501)


def main() -> None:
    """Print the tables."""
    start()
    from bench.meter import item_size, table_of
    from functions.clock import new_ulid
    from functions.reactions.storage import LikeRow

    size = item_size(LikeRow(new_ulid(), str(uuid4())).to_dynamodb_dict())
    print(
        f"A like has {size} bytes. Measured, with {LIKES:,} likes, {LIKES_EACH} of each leaver:\n"
    )
    print(table_of(_measured()))
    print("\nThe seconds of a pass by the number of exports in it, each of 20 likes:\n")
    print(table_of(_timed()))
    print("\nComputed, for likes alone:\n")
    print(table_of(_computed(size)))


def _measured() -> list[tuple[str, ...]]:
    """Run a pass for each number of accounts. Return the units that it took."""
    from bench.meter import metered
    from functions.aws.tables import put_all
    from functions.clock import new_ulid
    from functions.reactions.storage import LikeRow

    rows = [("accounts in the pass", "read units", "write units", "each further account: read",
             "write")]  # fmt: skip
    put_all(LikeRow(new_ulid(), str(uuid4())) for _ in range(LIKES))
    one: tuple[float, float] | None = None
    for count in LEAVERS:
        leavers = [str(uuid4()) for _ in range(count)]
        put_all(LikeRow(new_ulid(), who) for who in leavers for _ in range(LIKES_EACH))
        with metered() as meter:
            _pass_for(leavers)
        reads, writes = meter.read_units, float(meter.write_units)
        one = one or (reads, writes)
        more = [f"{(now - then) / (count - 1):.1f}" if count > 1 else ""
                for now, then in zip((reads, writes), one, strict=True)]  # fmt: skip
        rows.append((str(count), f"{reads:,.0f}", f"{writes:,.0f}", *more))
    return rows


def _timed() -> list[tuple[str, ...]]:
    """Run a pass for each number of exports. Return the seconds that it took."""
    from functions.aws.tables import put_all
    from functions.clock import new_ulid
    from functions.reactions.storage import LikeRow

    rows = [("exports in the pass", "seconds", "of them, for each export")]
    alone: float | None = None
    for count in EXPORTERS:
        who = [str(uuid4()) for _ in range(count)]
        put_all(LikeRow(new_ulid(), one) for one in who for _ in range(LIKES_EACH))
        begun = perf_counter()
        _pass_for(who, "export")
        took = perf_counter() - begun
        alone = alone or took
        each = f"{(took - alone) / (count - 1):.4f}" if count > 1 else ""
        rows.append((str(count), f"{took:.2f}", each))
    return rows


def _pass_for(waiting: list[str], purpose: Purpose = "erase") -> None:
    """Let accounts wait for a pass, and run it to its end."""
    from functions.passes.domain import Wait
    from functions.passes.scan import TableScan
    from functions.passes.service import Passes
    from functions.queues import ContinuePass
    from functions.reactions.storage import LikeRow
    from functions.stage import stage

    sent: list[ContinuePass] = []

    def send(_: str, messages: list[Any], **__: int) -> None:
        sent.extend(one for one in messages if isinstance(one, ContinuePass))

    own = stage()
    scan = TableScan(
        own.pass_store, [LikeRow], [], {"likes": LikeRow}, own.found_rows.put, own.users.find
    )
    passes = Passes(own.pass_store, scan, send, own.now, own.new_id)
    for user_id in waiting:
        passes.outcome(Wait(user_id=user_id, purpose=purpose, ticket="1"))
    while sent:
        passes.go_on(sent.pop(0))
    for user_id in waiting:
        passes.leave(user_id)


def _computed(size: int) -> list[tuple[str, ...]]:
    """Return the costs of a stage by its number of likes."""
    from bench.meter import READ_UNIT_BYTES
    from functions.passes.domain import pause_after

    rows = [("likes", "before: units an erasure", "an export", "$ an hour, one address",
             "now: units a pass", "hours between passes", "$ an hour, whoever asks",
             "an index: $ in all")]  # fmt: skip
    for millions in MILLIONS:
        likes = millions * 1_000_000
        strong = likes * size / READ_UNIT_BYTES
        erasure, export = strong * 1.5, strong / 2
        hour = ACCOUNTS_AN_HOUR * (erasure + export) * READ_PRICE / 1e6
        hours = max(pause_after(strong).total_seconds() / 3600, 1 / 60)
        rows.append((f"{likes:,}", f"{erasure:,.0f}", f"{export:,.0f}", f"{hour:,.3f}",
                     f"{strong:,.0f}", f"{hours:.1f}", f"{strong / hours * READ_PRICE / 1e6:.4f}",
                     f"{likes * WRITE_PRICE / 1e6:,.2f}"))  # fmt: skip
    return rows


if __name__ == "__main__":
    main()
