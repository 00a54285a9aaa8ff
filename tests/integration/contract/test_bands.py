"""The contract of the follows and users tables for the bands."""

from datetime import timedelta

import msgspec
import pytest

from functions.social.domain import Edge


def mark_of(backend, follower, followee):
    edge = backend.follows.get(follower.user_id, followee.user_id)
    return None if edge is None else edge.pulled_epoch


class TestMarks:
    """The sparse index of pulled follows."""

    def test_a_marked_follow_is_in_the_index_and_an_unmarked_one_is_not(self, backend, ada, bob):
        cy = backend.user("cy")
        backend.follow(bob, ada)
        backend.follow(bob, cy)
        assert list(backend.follows.pulled(bob.user_id)) == []
        backend.follows.mark([bob.user_id], cy.user_id, "01A")
        assert list(backend.follows.pulled(bob.user_id)) == [cy.user_id]
        backend.follows.mark([bob.user_id], ada.user_id, "01A")
        assert list(backend.follows.pulled(bob.user_id)) == sorted([ada.user_id, cy.user_id])
        backend.follows.unmark([bob.user_id], cy.user_id, "01B")
        assert list(backend.follows.pulled(bob.user_id)) == [ada.user_id]
        assert mark_of(backend, bob, cy) is None
        assert list(backend.follows.pulled(backend.name("nobody"))) == []

    def test_a_mark_changes_nothing_else_and_may_be_repeated(self, backend, ada, bob):
        edge = backend.follow(bob, ada)
        for _ in range(2):
            backend.follows.mark([bob.user_id], ada.user_id, "01A")
            found = backend.follows.get(bob.user_id, ada.user_id)
            assert found == msgspec.structs.replace(edge, pulled_epoch="01A")
        for _ in range(2):
            backend.follows.unmark([bob.user_id], ada.user_id, "01B")
            assert backend.follows.get(bob.user_id, ada.user_id) == edge
        assert backend.users.get(ada.user_id).follower_count == 1

    def test_neither_brings_back_a_follow_that_has_gone(self, backend, ada, bob):
        backend.follows.remove(backend.follow(bob, ada))
        backend.follows.mark([bob.user_id], ada.user_id, "01A")
        backend.follows.unmark([bob.user_id], ada.user_id, "01B")
        assert backend.follows.get(bob.user_id, ada.user_id) is None
        assert list(backend.follows.pulled(bob.user_id)) == []
        assert list(backend.follows.followers(ada.user_id, None, 10)) == []

    def test_a_request_is_not_marked(self, backend, ada, bob):
        backend.follow(bob, ada, "requested")
        backend.follows.mark([bob.user_id], ada.user_id, "01A")
        assert mark_of(backend, bob, ada) is None

    @pytest.mark.parametrize(("before", "left"), [("01A", "01B"), ("01B", "01B"), ("01C", None)])
    def test_unmark_leaves_marks_of_its_own_epoch_and_newer(self, backend, ada, bob, before, left):
        backend.follow(bob, ada)
        backend.follows.mark([bob.user_id], ada.user_id, "01B")
        backend.follows.unmark([bob.user_id], ada.user_id, before)
        assert mark_of(backend, bob, ada) == left

    def test_many_are_marked_at_once_and_a_stranger_among_them_is_no_obstacle(self, backend, ada):
        fans = [backend.user("fan") for _ in range(30)]
        for fan in fans[1:]:
            backend.follow(fan, ada)
        backend.follows.mark([fan.user_id for fan in fans], ada.user_id, "01A")
        assert [mark_of(backend, fan, ada) for fan in fans] == [None, *["01A"] * 29]

    def test_a_follow_marked_at_birth_is_in_the_index_and_leaves_it(self, backend, ada, bob):
        edge = backend.follow(bob, ada, pulled_epoch="01A")
        assert list(backend.follows.pulled(bob.user_id)) == [ada.user_id]
        assert backend.follows.get(bob.user_id, ada.user_id) == edge
        backend.follows.remove(edge)
        assert list(backend.follows.pulled(bob.user_id)) == []

    def test_a_request_that_is_granted_is_marked_with_the_authors_epoch(self, backend, bob):
        eve = backend.user("eve", band="pulled", band_epoch="01A")
        asked = backend.follow(bob, eve, "requested")
        granted = backend.follows.accept(asked, eve)
        assert granted.pulled_epoch == "01A"
        assert backend.follows.get(bob.user_id, eve.user_id) == granted
        assert list(backend.follows.pulled(bob.user_id)) == [eve.user_id]


@pytest.mark.parametrize("changes", [{"is_private": True}, {"band": "promoting"}])
class TestFolloweeChanges:
    """A follow is written only if the followee is still as read."""

    def test_a_follow_of_who_has_changed_is_not_written(self, backend, ada, bob, changes):
        edge = Edge(
            follower_id=bob.user_id, followee_id=ada.user_id, state="accepted",
            epoch=backend.new_id(), since=backend.clock(),
        )  # fmt: skip
        backend.users.update(ada.user_id, changes)
        assert backend.follows.add(edge, ada) is None
        assert backend.follows.get(bob.user_id, ada.user_id) is None
        assert backend.users.get(bob.user_id).following_count == 0

    def test_a_request_of_who_has_changed_is_not_granted(self, backend, ada, bob, changes):
        asked = backend.follow(bob, ada, "requested")
        backend.users.update(ada.user_id, changes)
        assert backend.follows.accept(asked, ada) is None
        assert backend.follows.get(bob.user_id, ada.user_id) == asked
        assert backend.users.get(ada.user_id).follower_count == 0


class TestTurns:
    """The author's band."""

    def test_it_turns_from_what_was_read_and_only_once(self, backend, ada):
        assert backend.users.set_band(ada, "promoting", "01A", None)
        assert not backend.users.set_band(ada, "promoting", "01B", None)
        turned = backend.users.get(ada.user_id)
        assert turned == msgspec.structs.replace(ada, band="promoting", band_epoch="01A")

    def test_it_turns_all_the_way_round(self, backend, ada):
        for band, epoch, since in (
            ("promoting", "01A", None),
            ("pulled", "01A", "01P"),
            ("demoting", "01B", "01P"),
            ("pushed", "01B", None),
            ("promoting", "01C", None),
        ):
            assert backend.users.set_band(backend.users.get(ada.user_id), band, epoch, since)
            found = backend.users.get(ada.user_id)
            assert (found.band, found.band_epoch, found.pulled_from) == (band, epoch, since)

    def test_the_same_band_of_another_epoch_is_another(self, backend, ada):
        backend.users.set_band(ada, "promoting", "01A", None)
        first = backend.users.get(ada.user_id)
        assert backend.users.set_band(first, "promoting", "01B", None)
        assert not backend.users.set_band(first, "pulled", "01A", "01P")
        assert backend.users.get(ada.user_id).band_epoch == "01B"

    def test_who_has_gone_is_not_made_again(self, backend, ada):
        backend.forget_user(ada.user_id)
        assert not backend.users.set_band(ada, "promoting", "01A", None)
        assert backend.users.get(ada.user_id) is None


class TestDays:
    """The last-active day."""

    def test_it_only_ever_grows(self, backend, ada):
        today = backend.clock().date()
        for days, expected in ((3, 3), (3, 3), (1, 3), (4, 4)):
            backend.users.set_last_active(ada.user_id, today + timedelta(days=days))
            found = backend.users.get(ada.user_id)
            assert found.last_active == today + timedelta(days=expected)

    def test_it_makes_nobody(self, backend):
        nobody = backend.name("nobody")
        backend.users.set_last_active(nobody, backend.clock().date())
        assert backend.users.get(nobody) is None


def test_a_user_is_read_from_a_streams_image(backend):
    for fields in (
        {},
        {"band": "pulled", "band_epoch": "01A", "pulled_from": "01P", "avatar_media_id": "m1"},
    ):
        user = backend.user("ada", **fields)
        image = backend.image(backend.users, user.user_id)
        assert backend.users.from_image(image) == user
    assert backend.users.from_image(None) is None
