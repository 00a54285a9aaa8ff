"""What follows from a change of a follow."""

import msgspec
import pytest

from functions.queues import INDEX_TRAILS_SECONDS, Backfill, Prune
from functions.social.domain import Edge
from functions.streams.follows import after
from functions.streams.jobs import LATE_SECONDS, Job
from tests.fakes.pictures import SOME_TIME

REQUESTED = Edge(
    follower_id="bob", followee_id="ada", state="requested", epoch="01E", since=SOME_TIME
)
ACCEPTED = msgspec.structs.replace(REQUESTED, state="accepted")
BACKFILL = Backfill("bob", "ada", "01E")
TWICE = [Job("fanout", BACKFILL), Job("fanout", BACKFILL, INDEX_TRAILS_SECONDS)]
PRUNE = [Job("fanout", Prune("bob", "ada")), Job("fanout", Prune("bob", "ada"), LATE_SECONDS)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, ACCEPTED, TWICE),
        (REQUESTED, ACCEPTED, TWICE),
        (ACCEPTED, None, PRUNE),
        (ACCEPTED, REQUESTED, PRUNE),
        (None, REQUESTED, []),
        (REQUESTED, None, []),
        (ACCEPTED, ACCEPTED, []),
    ],
)
def test_what_follows_from_a_follow(old, new, expected):
    assert after(old, new) == expected
