"""What follows for timelines from a change of a follow."""

import msgspec
import pytest

from functions.feed.messages import Backfill, Prune
from functions.feed.routing import INDEX_TRAILS_SECONDS, after_follow
from functions.social.domain import Edge
from tests.fakes.pictures import SOME_TIME

REQUESTED = Edge(
    follower_id="bob", followee_id="ada", state="requested", epoch="01E", since=SOME_TIME
)
ACCEPTED = msgspec.structs.replace(REQUESTED, state="accepted")
BACKFILL = Backfill("bob", "ada", "01E")
TWICE = [(BACKFILL, 0), (BACKFILL, INDEX_TRAILS_SECONDS)]
PRUNE = [(Prune("bob", "ada", "01E"), 0)]


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
    assert after_follow(old, new) == expected
