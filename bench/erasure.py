"""What it costs to find the likes of somebody who leaves: `python -m bench.erasure`.

A like has no index by user. Either every like pays for one, or each deletion of an account scans
the table. Units by item sizes and DynamoDB's own rules; prices of us-east-1, on demand.
"""

import time
from uuid import uuid4

from bench.local import start

LIKES = 20_000
READ_PRICE, WRITE_PRICE = 0.125, 0.625  # dollars a million units
MILLIONS = (1, 100, 1000)


def main() -> None:
    """Print the table."""
    start()
    from bench.meter import READ_UNIT_BYTES, item_size, table_of
    from functions.clock import new_ulid
    from functions.reactions.storage import LikeRow
    from functions.sweeping import delete_rows, scan_on, whole
    from functions.tables import put_all

    leaver = str(uuid4())
    posts = [new_ulid() for _ in range(200)]
    put_all(LikeRow(posts[i % 200], leaver if i < 100 else str(uuid4())) for i in range(LIKES))
    size = item_size(LikeRow(posts[0], leaver).to_dynamodb_dict())
    begun, positions, found = time.perf_counter(), whole(), 0
    while positions:

        def look(rows: object) -> None:
            nonlocal found
            found += len(rows)  # type: ignore[arg-type]
            delete_rows(LikeRow, rows)  # type: ignore[arg-type]

        positions = scan_on(LikeRow, positions, look, LikeRow.of_user(leaver, ""))
    seconds = time.perf_counter() - begun
    head = ("likes", "scan: read units", "$ a deletion", "index: write units", "$ in all",
            "deletions that pay for the index")  # fmt: skip
    rows = [head]
    for millions in MILLIONS:
        likes = millions * 1_000_000
        reads = likes * size / READ_UNIT_BYTES / 2
        scan, index = reads * READ_PRICE / 1e6, likes * WRITE_PRICE / 1e6
        rows.append((f"{likes:,}", f"{reads:,.0f}", f"{scan:.4f}", f"{likes:,}", f"{index:,.2f}",
                     f"{index / scan:,.0f}"))  # fmt: skip
    print(f"a like has {size} bytes; {found} of {LIKES:,} found and deleted in {seconds:.1f} s")
    print(table_of(rows))


if __name__ == "__main__":
    main()
