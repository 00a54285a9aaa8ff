"""Liking and unliking."""

import pytest

from functions.aws.errors import Contended
from functions.counters.domain import Counts
from functions.errors import Invalid, NotFound
from functions.http.pages import ListQuery
from functions.posts.schemas import NewPost
from functions.reactions.domain import likes_after


@pytest.fixture
def post_id(world, ada):
    return world.post(ada).post_id


def answered(answer):
    return answer.liked, answer.like_count


def test_a_like_is_counted_for_its_giver_at_once_and_once(world, bob, post_id):
    world.counts.rows[post_id] = Counts(likes=4)
    assert answered(world.reactions.like(bob, post_id)) == (True, 5)
    world.counts.rows[post_id] = Counts(likes=5)
    assert answered(world.reactions.like(bob, post_id)) == (True, 5)
    assert answered(world.reactions.unlike(bob, post_id)) == (False, 4)
    world.counts.rows[post_id] = Counts(likes=4)
    assert answered(world.reactions.unlike(bob, post_id)) == (False, 4)


@pytest.mark.parametrize("counted", [0, 1, 7])
@pytest.mark.parametrize("changed", [True, False])
def test_the_count_has_the_own_like_in_it_and_is_never_below_zero(counted, changed):
    assert likes_after(counted, liked=True, changed=changed) >= 1
    assert likes_after(counted, liked=False, changed=changed) >= 0


def test_a_like_that_is_not_counted_yet_is_taken_back_to_nothing(world, bob, post_id):
    assert answered(world.reactions.like(bob, post_id)) == (True, 1)
    assert answered(world.reactions.like(bob, post_id)) == (True, 1)
    assert answered(world.reactions.unlike(bob, post_id)) == (False, 0)
    assert answered(world.reactions.unlike(bob, post_id)) == (False, 0)


def test_a_post_that_one_likes_says_so_before_the_like_is_counted(world, bob, post_id):
    world.reactions.like(bob, post_id)
    seen = world.posts.read(bob, post_id)
    assert (seen.liked, seen.like_count) == (True, 1)
    assert not world.posts.read("ada", post_id).liked


def test_what_one_cannot_see_cannot_be_liked_and_leaves_no_row(world, ada, bob):
    private, deleted = world.post(ada).post_id, world.post(ada).post_id
    world.posts.delete(ada, deleted)
    new = NewPost(media_ids=[world.upload(ada, ready=False)])
    processing = world.posts.create(world.new_id(), ada, new).post_id
    world.users.update(ada, {"is_private": True})
    for post_id in (private, deleted, processing, "unknown"):
        for act in (world.reactions.like, world.reactions.unlike):
            with pytest.raises(NotFound, match="no such post"):
                act(bob, post_id)
        with pytest.raises(NotFound, match="no such post"):
            world.reactions.likers(bob, post_id, ListQuery(10))
    assert world.likes.rows == set()


def test_a_like_is_taken_back_though_the_post_is_hidden_and_nothing_is_told_of_it(
    world, ada, bob, post_id
):
    world.reactions.like(bob, post_id)
    world.counts.rows[post_id] = Counts(likes=5)
    world.users.update(ada, {"is_private": True})
    assert answered(world.reactions.unlike(bob, post_id)) == (False, 0)
    with pytest.raises(NotFound, match="no such post"):
        world.reactions.unlike(bob, post_id)
    assert world.likes.rows == set()


def test_a_like_too_many_is_refused_for_now_and_not_written(world, bob, post_id):
    world.likes.busy = True
    with pytest.raises(Contended):
        world.reactions.like(bob, post_id)
    assert world.likes.rows == set()


def test_likers_are_listed_page_by_page_without_those_who_are_gone(world, bob, post_id):
    fans = [world.person(f"fan{n}") for n in range(5)]
    for fan in [*fans, bob]:
        world.reactions.like(fan, post_id)
    world.users.rows.drop("fan2")
    seen, cursor = [], None
    while True:
        page = world.reactions.likers(bob, post_id, ListQuery(2, cursor))
        seen.append([user.user_id for user in page.items])
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [["bob", "fan0"], ["fan1", "fan3"], ["fan4"]]
    with pytest.raises(Invalid):
        world.reactions.likers("fan0", post_id, ListQuery(2, "nonsense"))
