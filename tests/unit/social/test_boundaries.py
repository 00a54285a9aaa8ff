"""Blocks and mutes."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.errors import Conflict, Invalid, NotFound, TooManyRequests
from functions.feed.schemas import FeedQuery
from functions.http.pages import ListQuery
from functions.social import boundaries
from functions.social.service import Social
from tests.fakes.world import World


def counts(world, user_id):
    user = world.accounts.get(user_id)
    return user.following_count, user.follower_count


def ids(page):
    return [user.user_id for user in page.items]


def hidden(call, *arguments):
    """What is told of something that is not there, or not for this viewer."""
    with pytest.raises(NotFound) as refused:
        call(*arguments)
    return refused.value.detail


class TestBlocked:
    """Ada has blocked bob; they followed each other."""

    @pytest.fixture(autouse=True)
    def _blocked(self, world, ada, bob):
        world.social.follow(ada, bob)
        world.social.follow(bob, ada)
        world.posts_of = {who: world.post(who).post_id for who in (ada, bob)}
        for _ in range(2):
            world.boundaries.block(ada, bob)

    def test_neither_follows_the_other_any_more(self, world, ada, bob):
        assert world.follows.rows.rows() == []
        assert counts(world, ada) == counts(world, bob) == (0, 0)

    def test_neither_can_follow_the_other(self, world, ada, bob):
        unknown = hidden(world.social.follow, ada, "nobody")
        for one, other in ((ada, bob), (bob, ada)):
            assert hidden(world.social.follow, one, other) == unknown
        assert counts(world, ada) == counts(world, bob) == (0, 0)

    def test_neither_sees_the_others_things(self, world, ada, bob):
        unknown = hidden(world.social.visible_author, ada, "nobody")
        for one, other in ((ada, bob), (bob, ada)):
            assert hidden(world.social.visible_author, one, other) == unknown
            assert hidden(world.posts.grid, one, other, ListQuery(10)) == unknown
            assert hidden(world.social.followers, one, other, ListQuery(10)) == unknown
            assert hidden(world.posts.read, one, world.posts_of[other]) == hidden(
                world.posts.read, one, "nothing"
            )
            refs = [world.post_store.get(world.posts_of[other]).ref]
            for followed in (False, True):
                assert world.hydration.show(one, refs, followed=followed) == [None]

    def test_the_blocked_find_no_profile_and_the_blocker_finds_one_to_unblock(
        self, world, ada, bob
    ):
        shown = world.social.profile(ada, world.accounts.get(bob))
        assert shown.relationship.blocked
        assert hidden(world.social.profile, bob, world.accounts.get(ada)) == hidden(
            world.accounts.get, "nobody"
        )

    def test_neither_meets_the_other_in_lists(self, world, ada, bob):
        eve = world.person("eve")
        for fan in (ada, bob):
            world.social.follow(fan, eve)
            world.social.follow(eve, fan)
        assert ids(world.social.followers(eve, eve, ListQuery(10))) == [ada, bob]
        for viewer in (ada, bob):
            assert ids(world.social.followers(viewer, eve, ListQuery(1))) == [viewer]
            assert ids(world.social.following(viewer, eve, ListQuery(1))) == [viewer]
            assert list(world.social.visible_users(viewer, [ada, bob, eve])) == [viewer, eve]
            assert [view.user_id for view in world.social.show_ids(viewer, [bob, ada])] == [viewer]

    def test_the_blocked_cannot_mute_whom_they_do_not_find(self, world, ada, bob):
        verb = world.boundaries.mute
        assert hidden(verb, bob, ada) == hidden(verb, bob, "nobody")
        assert not world.mutes.rows

    def test_the_blocked_can_block_back_and_both_stay_apart_until_both_take_it_back(
        self, world, ada, bob
    ):
        world.boundaries.block(bob, ada)
        world.boundaries.unblock(ada, bob)
        assert world.social.profile(bob, world.accounts.get(ada)).relationship.blocked
        hidden(world.social.profile, ada, world.accounts.get(bob))
        world.boundaries.unblock(bob, ada)
        assert not world.social.profile(ada, world.accounts.get(bob)).relationship.blocked

    def test_a_list_shows_only_the_name_of_whoever_has_blocked_back(self, world, ada, bob):
        look = {"bio": "new", "display_name": "Ada", "avatar_id": "a1", "post_count": 7}
        world.users.update(ada, look)
        world.boundaries.block(bob, ada)
        [listed] = world.boundaries.blocked(bob, ListQuery(10)).items
        assert (listed.username, listed.display_name, listed.bio) == ("ada", "ada", "")
        assert (listed.avatar_url, listed.avatar_large_url, listed.post_count) == (None, None, 0)
        assert listed.relationship.blocked
        world.boundaries.unblock(ada, bob)
        [listed] = world.boundaries.blocked(bob, ListQuery(10)).items
        assert (listed.display_name, listed.bio, listed.post_count) == ("Ada", "new", 7)

    def test_the_blocker_has_a_list_of_them(self, world, ada, bob):
        [listed] = world.boundaries.blocked(ada, ListQuery(10)).items
        assert (listed.user_id, listed.relationship.blocked) == (bob, True)
        assert world.boundaries.blocked(bob, ListQuery(10)).items == []

    def test_taking_the_block_back_lets_them_begin_anew(self, world, ada, bob):
        for _ in range(2):
            world.boundaries.unblock(ada, bob)
        assert world.social.visible_author(bob, ada).user_id == ada
        assert world.follows.rows.rows() == []
        assert world.social.follow(bob, ada).accepted


def test_a_block_of_one_asked_by_both_shuts_both_out(world, ada, bob):
    world.boundaries.block(ada, bob)
    world.boundaries.unblock(ada, bob)
    world.boundaries.block(bob, ada)
    assert world.social.profile(bob, world.accounts.get(ada)).relationship.blocked
    hidden(world.social.profile, ada, world.accounts.get(bob))


@pytest.mark.parametrize("verb", ["block", "mute"])
def test_nobody_blocks_or_mutes_themselves_or_nobody(world, ada, verb):
    with pytest.raises(Invalid, match=r"^user_id: "):
        getattr(world.boundaries, verb)(ada, ada)
    hidden(getattr(world.boundaries, verb), ada, "nobody")


@pytest.mark.parametrize("verb", ["unblock", "unmute"])
def test_nothing_happens_where_there_is_nothing_to_take_back(world, ada, verb):
    getattr(world.boundaries, verb)(ada, "nobody")


def test_lists_of_the_blocked_go_page_by_page(world, ada):
    others = [world.person(f"other{number}") for number in range(5)]
    for other in others:
        world.boundaries.block(ada, other)
    seen, cursor = [], None
    while True:
        page = world.boundaries.blocked(ada, ListQuery(2, cursor))
        seen += ids(page)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == others


def test_a_block_that_follows_stand_in_the_way_of_is_tried_again(world, ada, bob):
    add, raced = world.blocks.add, []

    def overtaken(block, steps):
        if not raced:
            raced.append(world.social.follow(bob, ada))
        return add(block, steps)

    world.blocks.add = overtaken
    world.boundaries.block(ada, bob)
    assert raced
    assert world.follows.rows.rows() == []
    assert counts(world, ada) == counts(world, bob) == (0, 0)


def test_a_block_that_never_finds_its_moment_says_so(world, ada, bob, monkeypatch):
    monkeypatch.setattr(boundaries, "attempts", range)
    world.blocks.add = lambda block, steps: False
    with pytest.raises(TooManyRequests):
        world.boundaries.block(ada, bob)


def test_a_mute_keeps_nothing_but_posts_out_of_the_feed(world, ada, bob):
    world.social.follow(bob, ada)
    post, own = world.post(ada), world.post(bob)
    refs = [world.post_store.get(one.post_id).ref for one in (post, own)]
    world.timelines.put((bob, ref) for ref in refs)

    def feed(order):
        return [one.post_id for one in world.feed.home(bob, bob, FeedQuery(10, None, order)).items]

    for order in ("recent", "ranked"):
        assert set(feed(order)) == {post.post_id, own.post_id}
        for _ in range(2):
            world.boundaries.mute(bob, ada)
        assert world.social.muted(bob) == {ada}
        assert feed(order) == [own.post_id]
        assert ids(world.boundaries.muted(bob, ListQuery(10))) == [ada]
        assert world.posts.read(bob, post.post_id).post_id == post.post_id
        assert world.social.profile(bob, world.accounts.get(ada)).relationship.following == "yes"
        world.boundaries.unmute(bob, ada)
        assert set(feed(order)) == {post.post_id, own.post_id}


def test_a_page_is_full_whatever_was_muted_between(world, ada, bob):
    eve = world.person("eve")
    for author in (ada, eve):
        world.social.follow(bob, author)
    posts = [world.post((ada, eve)[number % 2]) for number in range(8)]
    world.timelines.put((bob, world.post_store.get(one.post_id).ref) for one in posts)
    world.boundaries.mute(bob, ada)
    wanted = [one.post_id for one in reversed(posts) if one.author.user_id == eve]
    for order in ("recent", "ranked"):
        seen, cursor = [], None
        while True:
            page = world.feed.home(bob, bob, FeedQuery(3, cursor, order))
            seen.append([one.post_id for one in page.items])
            cursor = page.next_cursor
            if cursor is None:
                break
        assert [len(one) for one in seen] == [3, 1]
        assert sorted(post_id for one in seen for post_id in one) == sorted(wanted)


def test_there_is_an_end_to_muting(world, ada, monkeypatch):
    monkeypatch.setattr(boundaries, "MAX_MUTES", 2)
    others = [world.person(f"other{number}") for number in range(3)]
    for other in others[:2]:
        world.boundaries.mute(ada, other)
    world.boundaries.mute(ada, others[0])
    with pytest.raises(Conflict):
        world.boundaries.mute(ada, others[2])
    world.boundaries.unmute(ada, others[0])
    world.boundaries.mute(ada, others[2])


PEOPLE = ("ada", "bob", "eve")
VERBS = ("follow", "unfollow", "approve", "refuse", "remove_follower", "block", "unblock", "turn")
STEP = st.tuples(st.sampled_from(VERBS), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))


@given(st.lists(STEP, max_size=30))
def test_no_follow_outlives_a_block_and_counts_are_what_they_count(steps):
    world = World()
    for name in PEOPLE:
        world.person(name)
    for verb, one, other in steps:
        do(world, verb, one, other)
        edges, blocked = world.follows.rows.rows(), world.blocks.rows.rows()
        apart = {frozenset((b.blocker_id, b.blocked_id)) for b in blocked}
        assert not apart & {frozenset((e.follower_id, e.followee_id)) for e in edges}
        for name in PEOPLE:
            following = sum(e.accepted and e.follower_id == name for e in edges)
            followers = sum(e.accepted and e.followee_id == name for e in edges)
            assert counts(world, name) == (following, followers)


def do(world, verb, one, other):
    """Do something, which may be refused."""
    if verb == "turn":
        world.users.update(one, {"is_private": not world.accounts.get(one).is_private})
        return
    service = world.social if hasattr(Social, verb) else world.boundaries
    with suppress(Invalid, NotFound):
        getattr(service, verb)(one, other)
