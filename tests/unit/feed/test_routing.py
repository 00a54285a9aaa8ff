"""What follows for timelines from a change of a follow or of a user."""

from datetime import timedelta

import msgspec
import pytest

from functions.accounts.domain import User
from functions.feed.bands import Bands
from functions.feed.messages import (
    INDEX_TRAILS_SECONDS,
    Backfill,
    Demote,
    Grant,
    Promote,
    Prune,
    Rebuild,
)
from functions.feed.routing import after_follow, after_user
from functions.social.domain import Edge
from tests.fakes.pictures import SOME_TIME

REQUESTED = Edge(
    follower_id="bob", followee_id="ada", state="requested", epoch="01E", since=SOME_TIME
)
ACCEPTED = msgspec.structs.replace(REQUESTED, state="accepted")
BACKFILL = Backfill("bob", "ada", "01E")
TWICE = [(BACKFILL, 0), (BACKFILL, INDEX_TRAILS_SECONDS)]
PRUNE = [(Prune("bob", "ada"), 0)]


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


BANDS = Bands(push_all_below=10, pull_from=100, active_days=30)
ADA = User(
    user_id="ada", username="ada", display_name="ada", created_at=SOME_TIME,
    last_active=SOME_TIME.date(), band="pushed", band_epoch="01A",
)  # fmt: skip
REBUILDS = [(Rebuild("ada"), 0), (Rebuild("ada"), INDEX_TRAILS_SECONDS)]


def changed(**fields):
    return msgspec.structs.replace(ADA, **fields)


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (ADA, []),
        (changed(follower_count=500), []),
        (changed(last_active=SOME_TIME.date() + timedelta(days=29)), []),
        (changed(last_active=SOME_TIME.date() + timedelta(days=30)), REBUILDS),
        (
            changed(band="promoting", band_epoch="01B"),
            [(Promote("ada", "01B"), INDEX_TRAILS_SECONDS)],
        ),
        (
            changed(band="demoting", band_epoch="01B"),
            [(Demote("ada", "01B"), INDEX_TRAILS_SECONDS)],
        ),
        (changed(band="pulled", pulled_from="01C"), []),
    ],
)
def test_what_follows_from_a_change_of_a_user(new, expected):
    assert after_user(ADA, new, BANDS) == expected


def test_a_change_of_band_that_begins_anew_is_carried_out_anew():
    begun = changed(band="demoting", band_epoch="01B")
    again = changed(band="demoting", band_epoch="01C")
    assert after_user(begun, again, BANDS) == [(Demote("ada", "01C"), INDEX_TRAILS_SECONDS)]


def test_a_user_who_is_new_or_gone_needs_nothing():
    assert after_user(None, ADA, BANDS) == after_user(ADA, None, BANDS) == []


def test_who_turns_public_grants_what_waited_and_once_more_when_the_index_has_caught_up():
    private = changed(is_private=True)
    grants = [(Grant("ada"), 0), (Grant("ada"), INDEX_TRAILS_SECONDS)]
    assert after_user(private, ADA, BANDS) == grants
    for old, new in ((ADA, private), (private, private), (None, ADA), (private, None)):
        assert after_user(old, new, BANDS) == []
