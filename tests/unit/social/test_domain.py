"""The rule of visibility."""

import pytest

from functions.accounts.domain import User
from functions.social.domain import Edge, following, may_see
from tests.fakes.pictures import SOME_TIME


def author(is_private):
    return User(user_id="ada", username="ada", display_name="Ada", is_private=is_private,
                created_at=SOME_TIME, last_active=SOME_TIME.date())  # fmt: skip


def edge(state):
    return Edge(follower_id="bob", followee_id="ada", state=state, epoch="1", since=SOME_TIME)


@pytest.mark.parametrize(
    ("viewer", "is_private", "follow", "visible"),
    [
        ("bob", False, None, True),
        ("bob", True, None, False),
        ("bob", True, edge("requested"), False),
        ("bob", True, edge("accepted"), True),
        ("ada", True, None, True),
    ],
)
def test_private_things_are_for_followers_and_their_author(viewer, is_private, follow, visible):
    assert may_see(viewer, author(is_private), follow, blocked=False) is visible


@pytest.mark.parametrize("is_private", [False, True])
@pytest.mark.parametrize("follow", [None, edge("requested"), edge("accepted")])
def test_nothing_is_for_who_is_apart_by_a_block(is_private, follow):
    assert not may_see("bob", author(is_private), follow, blocked=True)


@pytest.mark.parametrize(
    ("follow", "word"), [(None, "no"), (edge("requested"), "requested"), (edge("accepted"), "yes")]
)
def test_an_edge_in_the_apis_word(follow, word):
    assert following(follow) == word
