"""The contract of `functions.social.ports.FollowStore`."""

import msgspec

from functions.social.domain import Request


def add(backend, wanted):
    return backend.follows.add(wanted, backend.users.get(wanted.followee_id))


def test_a_follow_moves_the_counts_of_both_once(backend, ada, bob):
    first = backend.edge(ada, bob)
    assert add(backend, first) == first
    assert add(backend, backend.edge(ada, bob)) == first
    assert backend.follows.get(ada.user_id, bob.user_id) == first
    assert backend.follow_counts(ada) == (1, 0)
    assert backend.follow_counts(bob) == (0, 1)


def test_a_request_moves_no_counts(backend, ada, bob):
    asked = backend.edge(ada, bob, "requested")
    assert add(backend, asked) == asked
    assert backend.follow_counts(ada) == backend.follow_counts(bob) == (0, 0)
    assert backend.follows.remove(asked)
    assert backend.follow_counts(ada) == backend.follow_counts(bob) == (0, 0)


def test_a_follow_of_a_user_who_has_just_gone_is_to_be_tried_again(backend, ada):
    ghost = backend.user("ghost")
    backend.forget_user(ghost.user_id)
    assert backend.follows.add(backend.edge(ada, ghost), ghost) is None
    assert backend.follows.get(ada.user_id, ghost.user_id) is None
    assert backend.follow_counts(ada) == (0, 0)


def test_a_follow_is_removed_once_and_takes_its_counts_along(backend, ada, bob):
    first = add(backend, backend.edge(ada, bob))
    assert backend.follows.remove(first)
    assert not backend.follows.remove(first)
    assert backend.follows.get(ada.user_id, bob.user_id) is None
    assert backend.follow_counts(ada) == backend.follow_counts(bob) == (0, 0)


def test_a_late_removal_does_not_hit_a_newer_follow(backend, ada, bob):
    first = add(backend, backend.edge(ada, bob))
    backend.follows.remove(first)
    second = add(backend, backend.edge(ada, bob))
    assert not backend.follows.remove(first)
    assert not backend.follows.remove(msgspec.structs.replace(second, state="requested"))
    assert backend.follows.get(ada.user_id, bob.user_id) == second
    assert backend.follow_counts(bob) == (0, 1)


def test_both_lists_hold_accepted_edges_in_the_order_of_ids_page_by_page(backend, ada):
    others = [backend.user("other") for _ in range(5)]
    for number in (3, 0, 4, 1):
        add(backend, backend.edge(ada, others[number]))
        add(backend, backend.edge(others[number], ada))
    add(backend, backend.edge(ada, others[2], "requested"))
    add(backend, backend.edge(others[2], ada, "requested"))
    accepted = [others[i].user_id for i in (0, 1, 3, 4)]

    followees, followers = backend.follows.followees, backend.follows.followers
    assert [e.followee_id for e in followees(ada.user_id, None, 10)] == accepted
    assert list(followers(ada.user_id, None, 10)) == accepted
    assert [e.followee_id for e in followees(ada.user_id, None, 3)] == accepted[:3]
    assert [e.followee_id for e in followees(ada.user_id, accepted[1], 10)] == accepted[2:]
    assert list(followers(ada.user_id, accepted[1], 1)) == accepted[2:3]
    assert list(followers(ada.user_id, accepted[3], 10)) == []


def test_what_a_follower_made_holds_requests_too_in_the_order_of_ids_page_by_page(backend, ada):
    others = [backend.user("other") for _ in range(4)]
    states = ("accepted", "requested", "requested", "accepted")
    made = [
        add(backend, backend.edge(ada, other, state))
        for other, state in zip(others, states, strict=True)
    ]
    add(backend, backend.edge(others[0], ada))
    assert list(backend.follows.outgoing(ada.user_id, None, 10)) == made
    assert list(backend.follows.outgoing(ada.user_id, others[0].user_id, 2)) == made[1:3]
    assert list(backend.follows.outgoing(ada.user_id, others[3].user_id, 10)) == []


def test_all_edges_towards_a_user_are_listed_by_follower_page_by_page(backend, ada):
    others = [backend.user("other") for _ in range(4)]
    for number, state in ((2, "requested"), (0, "accepted"), (3, "accepted"), (1, "requested")):
        add(backend, backend.edge(others[number], ada, state))
    add(backend, backend.edge(ada, others[0]))
    ids = [other.user_id for other in others]
    assert list(backend.follows.incoming(ada.user_id, None, 10)) == ids
    assert list(backend.follows.incoming(ada.user_id, ids[0], 2)) == ids[1:3]
    assert list(backend.follows.incoming(ada.user_id, ids[3], 10)) == []


def test_a_place_in_a_list_outlives_the_edge_it_names(backend, ada):
    others = [backend.user("other") for _ in range(3)]
    edges = [add(backend, backend.edge(ada, other)) for other in others]
    backend.follows.remove(edges[1])
    rest = backend.follows.followees(ada.user_id, others[1].user_id, 10)
    assert [e.followee_id for e in rest] == [others[2].user_id]


def test_edges_are_read_by_pair_without_those_that_are_not(backend, ada, bob):
    there = add(backend, backend.edge(ada, bob))
    pairs = [(ada.user_id, bob.user_id), (bob.user_id, ada.user_id)]
    assert backend.follows.read(pairs) == {pairs[0]: there}
    assert backend.follows.read([]) == {}
    assert backend.read_together(backend.follows.lookup(pairs)) == [{pairs[0]: there}]


def test_an_edge_is_read_from_a_streams_image(backend, ada, bob):
    there = add(backend, backend.edge(ada, bob))
    image = backend.image(backend.follows, ada.user_id, bob.user_id)
    assert backend.follows.from_image(image) == there
    assert backend.follows.from_image(None) is None


def test_a_request_is_granted_once_and_counted_once(backend, ada, bob):
    asked = backend.edge(ada, bob, "requested")
    add(backend, asked)
    granted = msgspec.structs.replace(asked, state="accepted")
    assert backend.follows.accept(asked, bob) == granted
    assert backend.follows.accept(asked, bob) == granted
    assert backend.follows.get(ada.user_id, bob.user_id) == granted
    assert backend.follow_counts(ada) == (1, 0)
    assert backend.follow_counts(bob) == (0, 1)


def test_a_request_that_was_taken_back_is_not_granted(backend, ada, bob):
    assert backend.follows.accept(backend.edge(ada, bob, "requested"), bob) is None
    assert backend.follow_counts(bob) == (0, 0)


def test_requests_are_listed_newest_first_until_they_are_answered(backend, bob):
    askers = [backend.user("asker") for _ in range(4)]
    asked = [add(backend, backend.edge(one, bob, "requested")) for one in askers]
    add(backend, backend.edge(backend.user("follower"), bob))
    backend.follows.accept(asked[1], bob)
    backend.follows.remove(asked[2])
    newest, oldest = (Request(asked[i].epoch, askers[i].user_id) for i in (3, 0))
    assert list(backend.follows.requests(bob.user_id, None, 10)) == [newest, oldest]
    assert list(backend.follows.requests(bob.user_id, None, 1)) == [newest]
    assert list(backend.follows.requests(bob.user_id, newest.epoch, 10)) == [oldest]
    assert list(backend.follows.requests(askers[0].user_id, None, 10)) == []
