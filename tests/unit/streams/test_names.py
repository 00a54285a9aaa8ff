"""What follows from a change of a name."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from functions.accounts.names import Name
from functions.queues import EraseLogin
from functions.streams.jobs import FENCE_SECONDS, Job
from functions.streams.names import after

CLAIM = Name(
    name="ada", version="1", state="claimed", since=datetime(2026, 1, 1, tzinfo=UTC),
    pool_name="ada:01a",
)  # fmt: skip
NOTED = replace(CLAIM, version="2", user_id="id")
SETTLED = replace(NOTED, version="3", state="confirmed")
HELD = replace(CLAIM, version="4", state="held", pool_name="")
OTHER = replace(CLAIM, version="5", pool_name="ada:01b")
ERASE = [Job("erasure", EraseLogin("ada:01a"), FENCE_SECONDS)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, CLAIM, []),
        (CLAIM, NOTED, []),
        (NOTED, SETTLED, []),
        (SETTLED, HELD, []),
        (SETTLED, None, []),
        (HELD, OTHER, []),
        (HELD, None, []),
        (CLAIM, None, ERASE),
        (NOTED, None, ERASE),
        (NOTED, OTHER, ERASE),
        (NOTED, HELD, ERASE),
        (None, None, []),
    ],
)
def test_a_claim_that_ends_without_its_code_takes_its_account_along(old, new, expected):
    assert after(old, new) == expected
