"""Fan-out on write: every verb beside its inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.feed import fanout, upkeep
from functions.posts.domain import PostRef
from functions.queues import Backfill, Chunk, Dispatch, Prune, Rebuild
from tests.fakes.world import World


def followed(world, author, count):
    """Makes an author followed by so many."""
    world.person(author)
    followers = [world.person(f"follower{number:03}") for number in range(count)]
    for follower in followers:
        world.social.follow(follower, author)
    return followers


def ref(world, author="ada"):
    return PostRef(world.new_id(), f"post{world.new_id()}", author)


def run(world, job):
    """Dispatch, and whatever dispatch hands on to itself."""
    world.fanout.dispatch(job)
    for further in world.send.to("fanout"):
        world.fanout.dispatch(further)


def deliver_all(world):
    for chunk in world.send.to("deliveries"):
        world.fanout.deliver(chunk)


class TestDispatch:
    """An author's followers, cut into chunks."""

    @given(st.integers(0, 30), st.integers(1, 7), st.integers(1, 6), st.integers(1, 4))
    def test_chunks_partition_the_followers_and_the_author(self, followers, chunk, page, pages):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fanout, "FOLLOWERS_PAGE", page)
            patch.setattr(fanout, "PAGES_A_DISPATCH", pages)
            world = World(chunk_followers=chunk)
            expected = ["ada", *followed(world, "ada", followers)]
            world.fanout.dispatch(Dispatch("deliver", ref(world), "request"))
            done = 0
            while len(further := world.send.to("fanout")) > done:
                world.fanout.dispatch(further[done])
                done += 1
        chunks = world.send.to("deliveries")
        assert sorted(viewer for one in chunks for viewer in one.viewer_ids) == expected
        assert all(1 <= len(one.viewer_ids) <= chunk for one in chunks)

    def test_a_chunk_carries_the_post_the_verb_and_the_correlation(self, world):
        followed(world, "ada", 1)
        post = ref(world)
        world.fanout.dispatch(Dispatch("retract", post, "request"))
        [sent] = world.send.sent
        assert sent.queue == "deliveries"
        assert sent.message == Chunk("retract", post, ["ada", "follower000"], "request")

    def test_it_continues_itself_behind_the_last_follower(self, world, monkeypatch):
        monkeypatch.setattr(fanout, "FOLLOWERS_PAGE", 2)
        monkeypatch.setattr(fanout, "PAGES_A_DISPATCH", 2)
        followers = followed(world, "ada", 5)
        job = Dispatch("deliver", ref(world), "request")
        world.fanout.dispatch(job)
        [further] = world.send.to("fanout")
        assert further == Dispatch("deliver", job.item, "request", after=followers[3])

    def test_a_requested_follow_gets_nothing(self, world):
        eve = world.person("eve", is_private=True)
        world.social.follow(world.person("bob"), eve)
        world.fanout.dispatch(Dispatch("deliver", ref(world, eve), "request"))
        assert [one.viewer_ids for one in world.send.to("deliveries")] == [[eve]]


class TestDelivery:
    """Into timelines, and out of them."""

    @given(st.integers(0, 12), st.booleans())
    def test_deliver_then_retract_is_nothing(self, followers, twice):
        world = World()
        viewers = ["ada", *followed(world, "ada", followers)]
        kept = ref(world)
        world.timelines.put((viewer, kept) for viewer in viewers)
        post = ref(world)
        for verb in ("deliver", "retract"):
            for _ in range(1 + twice):
                world.send.sent.clear()
                run(world, Dispatch(verb, post, "request"))
                deliver_all(world)
            expected = [post.post_id] if verb == "deliver" else []
            assert all(world.timelines.of(v) == [*expected, kept.post_id] for v in viewers)


class TestBackfill:
    """A follow brings posts; its end takes them away."""

    @pytest.fixture
    def ada(self, world):
        world.person("ada")
        return [world.post("ada").post_id for _ in range(3)]

    @pytest.fixture
    def bob(self, world, ada):
        bob = world.person("bob")
        own = world.post(bob)
        world.timelines.put([(bob, world.post_store.get(own.post_id).ref)])
        return bob

    def backfill(self, world, edge):
        world.upkeep.backfill(Backfill(edge.follower_id, edge.followee_id, edge.epoch))

    def prune(self, world, edge):
        world.upkeep.prune(Prune(edge.follower_id, edge.followee_id))

    def test_a_follow_brings_the_recent_posts_and_may_be_repeated(self, world, ada, bob):
        [own] = world.timelines.of(bob)
        edge = world.social.follow(bob, "ada")
        for _ in range(2):
            self.backfill(world, edge)
            assert world.timelines.of(bob) == [own, *reversed(ada)]

    def test_prune_is_the_inverse_of_backfill(self, world, ada, bob):
        before = world.timelines.of(bob)
        edge = world.social.follow(bob, "ada")
        self.backfill(world, edge)
        world.social.unfollow(bob, "ada")
        for _ in range(2):
            self.prune(world, edge)
            assert world.timelines.of(bob) == before

    def test_a_backfill_that_comes_after_the_unfollow_does_nothing(self, world, ada, bob):
        before = world.timelines.of(bob)
        edge = world.social.follow(bob, "ada")
        world.social.unfollow(bob, "ada")
        self.backfill(world, edge)
        assert world.timelines.of(bob) == before

    def test_a_backfill_of_an_earlier_follow_does_nothing(self, world, ada, bob):
        before = world.timelines.of(bob)
        first = world.social.follow(bob, "ada")
        world.social.unfollow(bob, "ada")
        world.social.follow(bob, "ada")
        self.backfill(world, first)
        assert world.timelines.of(bob) == before

    def test_a_backfill_for_a_request_brings_nothing(self, world, ada, bob):
        world.users.update("ada", {"is_private": True})
        before = world.timelines.of(bob)
        self.backfill(world, world.social.follow(bob, "ada"))
        assert world.timelines.of(bob) == before

    def test_a_late_prune_does_not_hit_a_newer_follow(self, world, ada, bob):
        first = world.social.follow(bob, "ada")
        world.social.unfollow(bob, "ada")
        self.backfill(world, world.social.follow(bob, "ada"))
        after = world.timelines.of(bob)
        self.prune(world, first)
        assert world.timelines.of(bob) == after

    def test_the_second_backfill_finds_a_post_that_the_trailing_index_hid(self, world, ada, bob):
        world.post_store.rows.hold_index()
        late = world.post("ada").post_id
        edge = world.social.follow(bob, "ada")
        self.backfill(world, edge)
        assert late not in world.timelines.of(bob)
        world.post_store.rows.release_index()
        self.backfill(world, edge)
        assert late in world.timelines.of(bob)


class TestRebuild:
    """A timeline made anew from the followees' posts."""

    def test_it_brings_the_posts_of_all_followees_and_ones_own(self, world, monkeypatch):
        monkeypatch.setattr(upkeep, "FOLLOWEES_A_REBUILD", 2)
        bob = world.person("bob")
        expected = [world.post(bob).post_id]
        for number in range(5):
            author = world.person(f"author{number}")
            expected.append(world.post(author).post_id)
            world.social.follow(bob, author)
        world.upkeep.rebuild(Rebuild(bob))
        done = 0
        while len(further := world.send.to("fanout")) > done:
            assert further[done].viewer_id == bob
            world.upkeep.rebuild(further[done])
            done += 1
        assert done == 2
        assert sorted(world.timelines.of(bob)) == sorted(expected)

    def test_an_author_not_followed_is_left_out(self, world):
        world.person("ada")
        world.post("ada")
        world.upkeep.rebuild(Rebuild(world.person("bob")))
        assert world.timelines.of("bob") == []


class TestLate:
    """Chunks that come when accounts they name may have been erased."""

    @pytest.mark.parametrize("seconds", [60, 61])
    def test_what_is_late_is_not_delivered_to_those_who_have_left(self, world, seconds):
        world.person("ada")
        world.person("bob")
        chunk = Chunk("deliver", ref(world), ["ada", "bob", "gone"], "request")
        world.clock.move(seconds=seconds)
        world.fanout.deliver(chunk)
        told = set(world.timelines.rows)
        assert told == ({"ada", "bob", "gone"} if seconds == 60 else {"ada", "bob"})

    def test_what_is_late_for_the_active_alone_reads_each_of_them_once(self, world, monkeypatch):
        world.person("ada")
        world.person("bob")
        chunk = Chunk("deliver", ref(world), ["bob", "gone"], "request", only_active=True)
        world.clock.move(minutes=2)
        asked = []
        read = world.users.read
        monkeypatch.setattr(world.users, "read", lambda ids: asked.extend(ids) or read(ids))
        world.fanout.deliver(chunk)
        assert set(world.timelines.rows) == {"bob"}
        assert sorted(asked) == ["ada", "bob", "gone"]

    def test_what_is_late_of_an_author_who_has_left_is_not_delivered(self, world):
        world.person("bob")
        chunk = Chunk("deliver", ref(world), ["bob"], "request")
        world.clock.move(minutes=2)
        world.fanout.deliver(chunk)
        assert not world.timelines.rows
