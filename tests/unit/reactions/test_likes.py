"""Liking and unliking."""

import pytest

from functions.aws.errors import Contended
from functions.counters.domain import Counts
from functions.errors import Invalid, NotFound
from functions.http.pages import ListQuery
from functions.posts.schemas import NewPost, PostChanges
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
    assert world.likes.rows == {}


def test_a_like_is_taken_back_though_the_post_is_hidden_and_nothing_is_told_of_it(
    world, ada, bob, post_id
):
    world.reactions.like(bob, post_id)
    world.counts.rows[post_id] = Counts(likes=5)
    world.users.update(ada, {"is_private": True})
    assert answered(world.reactions.unlike(bob, post_id)) == (False, 0)
    with pytest.raises(NotFound, match="no such post"):
        world.reactions.unlike(bob, post_id)
    assert world.likes.rows == {}


def test_a_like_too_many_is_refused_for_now_and_not_written(world, bob, post_id):
    world.likes.busy = True
    with pytest.raises(Contended):
        world.reactions.like(bob, post_id)
    assert world.likes.rows == {}


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


def liked(world, viewer, limit=2):
    """The ids of the posts that a viewer likes, page by page."""
    seen, cursor = [], ""
    while True:
        page = world.reactions.liked(viewer, ListQuery(limit, cursor))
        seen.append([post.post_id for post in page.items])
        cursor = page.next_cursor
        if cursor is None:
            return seen


def test_liked_posts_are_listed_by_their_likes_newest_first(world, ada, bob):
    posts = [world.post(ada).post_id for _ in range(5)]
    for post_id in reversed(posts):
        world.reactions.like(bob, post_id)
    world.reactions.like(ada, posts[3])
    assert liked(world, bob) == [posts[:2], posts[2:4], posts[4:]]
    assert liked(world, ada) == [[posts[3]]]
    world.reactions.unlike(bob, posts[2])
    world.reactions.like(bob, posts[4])
    assert liked(world, bob, 10) == [[posts[0], posts[1], posts[3], posts[4]]]
    world.reactions.unlike(bob, posts[4])
    world.reactions.like(bob, posts[4])
    assert liked(world, bob, 10) == [[posts[4], posts[0], posts[1], posts[3]]]


def test_liked_posts_that_one_may_not_see_any_more_drop_out(world, ada, bob):
    eve = world.person("eve")
    posts = [world.post(author).post_id for author in (ada, eve, ada, eve)]
    for post_id in posts:
        world.reactions.like(bob, post_id)
    world.posts.delete(ada, posts[2])
    world.post_store.drop([posts[0]])
    assert liked(world, bob, 1) == [[posts[3]], [posts[1]], []]
    world.boundaries.block(eve, bob)
    assert liked(world, bob) == [[]]
    world.boundaries.unblock(eve, bob)
    world.users.update(eve, {"is_private": True})
    assert liked(world, bob) == [[]]


def test_a_like_that_was_just_taken_back_is_not_listed(world, bob, post_id):
    world.reactions.like(bob, post_id)
    listed = world.likes.of(bob, None, 10)
    world.reactions.unlike(bob, post_id)
    world.likes.of = lambda *_: listed
    assert liked(world, bob) == [[]]


def test_the_cursor_of_ones_likes_is_ones_own(world, ada, bob):
    for _ in range(2):
        world.reactions.like(bob, world.post(ada).post_id)
    cursor = world.reactions.liked(bob, ListQuery(1)).next_cursor
    with pytest.raises(Invalid):
        world.reactions.liked(ada, ListQuery(1, cursor))


def test_hidden_counts_are_told_to_the_author_alone(world, ada, bob, post_id):
    world.posts.edit(ada, post_id, PostChanges(hide_counts=True))
    assert answered(world.reactions.like(bob, post_id)) == (True, None)
    world.counts.rows[post_id] = Counts(likes=4)
    ref = world.post_store.get(post_id).ref
    for viewer, told in ((bob, None), (ada, 4)):
        [listed] = world.hydration.show(viewer, [ref])
        assert listed.like_count == world.posts.read(viewer, post_id).like_count == told
    assert answered(world.reactions.like(ada, post_id)) == (True, 5)
    assert answered(world.reactions.unlike(bob, post_id)) == (False, None)
    world.posts.edit(ada, post_id, PostChanges(hide_counts=False))
    assert world.posts.read(bob, post_id).like_count == 4
