"""What follows from a change of a user, or of a tombstone."""

from datetime import timedelta

import msgspec
import pytest

from functions.accounts.domain import FIRST_STEP, Erasure, User
from functions.feed.bands import Bands
from functions.queues import (
    INDEX_TRAILS_SECONDS,
    ChangeAvatar,
    Demote,
    EraseAccount,
    EraseAvatar,
    Grant,
    Promote,
    Rebuild,
    RenderAvatar,
)
from functions.streams.jobs import FENCE_SECONDS, Job
from functions.streams.users import after, after_tombstone
from tests.fakes.clock import SetClock
from tests.fakes.pictures import SOME_TIME

BANDS = Bands(push_all_below=10, pull_from=100, active_days=30)
ADA = User(
    user_id="ada", username="ada", display_name="ada", created_at=SOME_TIME,
    last_active=SOME_TIME.date(), band="pushed", band_epoch="01A",
)  # fmt: skip
REBUILDS = [Job("fanout", Rebuild("ada")), Job("fanout", Rebuild("ada"), INDEX_TRAILS_SECONDS)]


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
            [Job("fanout", Promote("ada", "01B"), INDEX_TRAILS_SECONDS)],
        ),
        (
            changed(band="demoting", band_epoch="01B"),
            [Job("fanout", Demote("ada", "01B"), INDEX_TRAILS_SECONDS)],
        ),
        (changed(band="pulled", pulled_from="01C"), []),
    ],
)
def test_what_follows_from_a_change_of_a_user(new, expected):
    assert after(ADA, new, BANDS) == expected


def test_a_change_of_band_that_begins_anew_is_carried_out_anew():
    begun = changed(band="demoting", band_epoch="01B")
    again = changed(band="demoting", band_epoch="01C")
    assert after(begun, again, BANDS) == [Job("fanout", Demote("ada", "01C"), INDEX_TRAILS_SECONDS)]


def test_a_user_who_is_new_or_gone_needs_nothing():
    assert after(None, ADA, BANDS) == after(ADA, None, BANDS) == []


def test_who_turns_public_grants_what_waited_and_once_more_when_the_index_has_caught_up():
    private = changed(is_private=True)
    grants = [Job("fanout", Grant("ada")), Job("fanout", Grant("ada"), INDEX_TRAILS_SECONDS)]
    assert after(private, ADA, BANDS) == grants
    for old, new in ((ADA, private), (private, private), (None, ADA), (private, None)):
        assert after(old, new, BANDS) == []


def test_a_new_avatar_is_rendered_and_the_old_one_deleted():
    first = changed(avatar_media_id="m1", avatar_id="a1")
    second = changed(avatar_media_id="m1", avatar_id="a2")
    rendered = [Job("rerender", RenderAvatar("ada", name, "m1")) for name in ("a1", "a2")]
    erased = [Job("erasure", EraseAvatar("ada", name)) for name in ("a1", "a2")]
    assert after(ADA, first, BANDS) == rendered[:1]
    assert after(first, second, BANDS) == [rendered[1], erased[0]]
    assert after(second, ADA, BANDS) == erased[1:]
    assert after(first, first, BANDS) == []


def test_an_avatar_of_an_earlier_release_gives_its_picture_back():
    old = changed(avatar_media_id="m0")
    new = changed(avatar_media_id="m1", avatar_id="a1")
    given_back = Job("erasure", ChangeAvatar("ada", "m0", None))
    rendered = Job("rerender", RenderAvatar("ada", "a1", "m1"))
    assert after(old, new, BANDS) == [rendered, given_back]
    assert after(old, ADA, BANDS) == [given_back]
    assert after(old, old, BANDS) == []


def at(step):
    begun_at = SetClock()()
    return Erasure(user_id="ada", username="ada", begun_at=begun_at, step=step)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (None, at(FIRST_STEP)),  # somebody leaves
        (None, at("rows")),  # a restore has brought back a tombstone, but no message
        (at(None), at(FIRST_STEP)),  # an operator erases once more
        (at("rows"), at(FIRST_STEP)),
    ],
)
def test_the_erasure_of_an_account_begins_behind_the_fence(old, new):
    assert after_tombstone(old, new) == [Job("erasure", EraseAccount("ada"), FENCE_SECONDS)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (None, None),  # a user, all the while
        (at(FIRST_STEP), at("rows")),  # it moves on
        (at("rows"), msgspec.structs.replace(at("rows"), position={"table": "x"})),
        (at("check"), at(None)),  # it is done
        (at(None), None),  # it goes by TTL
        (None, at(None)),
    ],
)
def test_an_erasure_that_moves_on_or_is_done_does_not_begin_again(old, new):
    assert after_tombstone(old, new) == []
