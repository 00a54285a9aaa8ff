"""Promotion and demotion: jobs that die, come again, and meet follows that come and go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.feed import migration
from functions.feed.bands import Bands
from functions.feed.schemas import FeedQuery
from functions.queues import Demote, Dispatch, Promote
from tests.fakes.world import World

BANDS = Bands(push_all_below=2, pull_from=4, active_days=30)


@pytest.fixture
def world(monkeypatch):
    """A stage with low lines, whose jobs take two followers a message."""
    monkeypatch.setattr(migration, "FOLLOWERS_A_PROMOTION", 2)
    return World(bands=BANDS)


def followed(world, count, author="ada"):
    world.person(author)
    for number in range(count):
        world.social.follow(world.person(f"fan{number}"), author)


def begin(world, band, author="ada"):
    """Turn an author's band; the job that follows."""
    user = world.users.get(author)
    epoch = world.new_id()
    assert world.users.set_band(user, band, epoch, user.pulled_from)
    return {"promoting": Promote, "demoting": Demote}[band](author, epoch)


def carry(world, job):
    """One message of a job; the messages that it sent."""
    before = len(world.send.sent)
    (world.migration.promote if isinstance(job, Promote) else world.migration.demote)(job)
    return [sent.message for sent in world.send.sent[before:]]


def carry_out(world, job, twice=lambda: False):
    """A job to its end; any message of it may be carried out twice, as after a death."""
    waiting = [job]
    while waiting:
        one = waiting.pop(0)
        if twice():
            carry(world, one)
        waiting += carry(world, one)


def pulled_author(world, fans=5):
    followed(world, fans)
    carry_out(world, begin(world, "promoting"))
    assert world.users.get("ada").band == "pulled"


def marked(world):
    return sorted(e.follower_id for e in world.follows.rows.rows() if e.pulled_epoch)


def ref(world, post):
    return world.post_store.get(post.post_id).ref


class TestPromotion:
    """Every follow is marked, then the author turns."""

    def test_the_author_turns_only_behind_the_last_follower(self, world):
        followed(world, 5)
        job = begin(world, "promoting")
        for expected in (2, 4):
            [job] = carry(world, job)
            assert len(marked(world)) == expected
            assert world.users.get("ada").band == "promoting"
        assert carry(world, job) == []
        assert len(marked(world)) == 5
        assert world.users.get("ada").band == "pulled"
        assert world.users.get("ada").pulled_from is not None

    @pytest.mark.parametrize("fans", [0, 1, 2, 4])
    def test_it_ends_whatever_the_number_of_followers(self, world, fans):
        followed(world, fans)
        carry_out(world, begin(world, "promoting"))
        assert world.users.get("ada").band == "pulled"
        assert len(marked(world)) == fans

    def test_a_job_of_an_earlier_epoch_does_nothing(self, world):
        followed(world, 3)
        old = begin(world, "promoting")
        begin(world, "promoting")
        assert carry(world, old) == []
        assert marked(world) == []
        assert world.users.get("ada").band == "promoting"

    def test_a_job_of_an_author_who_has_gone_does_nothing(self, world):
        followed(world, 3)
        job = begin(world, "promoting")
        world.users.rows.drop("ada")
        assert carry(world, job) == []
        assert marked(world) == []

    def test_the_end_carried_out_again_moves_no_line(self, world):
        followed(world, 1)
        job = begin(world, "promoting")
        carry(world, job)
        turned = world.users.get("ada")
        carry(world, job)
        assert world.users.get("ada") == turned

    def test_who_follows_meanwhile_is_marked_at_birth_though_the_job_has_passed(self, world):
        followed(world, 3)
        [rest] = carry(world, begin(world, "promoting"))
        early = world.person("aaron")  # before all fans, whom the job has behind it
        assert world.social.follow(early, "ada").pulled_epoch == rest.epoch
        carry_out(world, rest)
        assert marked(world) == ["aaron", "fan0", "fan1", "fan2"]

    def test_who_unfollows_meanwhile_is_not_followed_again(self, world):
        followed(world, 3)
        world.follows.rows.hold_index()
        world.social.unfollow("fan1", "ada")
        carry_out(world, begin(world, "promoting"))
        assert world.follows.get("fan1", "ada") is None
        assert marked(world) == ["fan0", "fan2"]


class TestDemotion:
    """The posts of the pulled era are delivered before a mark is taken away."""

    def test_it_brings_the_posts_of_the_era_and_no_others_then_unmarks(self, world):
        followed(world, 3)
        before = world.post("ada")
        carry_out(world, begin(world, "promoting"))
        during = [world.post("ada") for _ in range(3)]
        carry_out(world, begin(world, "demoting"))
        for fan in ("fan0", "fan1", "fan2"):
            assert world.timelines.of(fan) == [post.post_id for post in during[::-1]]
        assert before.post_id not in world.timelines.of("fan0")
        assert marked(world) == []
        ada = world.users.get("ada")
        assert (ada.band, ada.pulled_from) == ("pushed", None)

    def test_at_its_death_between_the_two_the_follow_is_still_marked(self, world, monkeypatch):
        pulled_author(world, 1)
        post = world.post("ada")
        job = begin(world, "demoting")

        def dies(*_):
            raise RuntimeError("dead")

        with monkeypatch.context() as patch:
            patch.setattr(world.timelines, "put", dies)
            with pytest.raises(RuntimeError):
                world.migration.demote(job)
        assert marked(world) == ["fan0"]
        with monkeypatch.context() as patch:
            patch.setattr(world.follows, "unmark", dies)
            with pytest.raises(RuntimeError):
                world.migration.demote(job)
        assert world.timelines.of("fan0") == [post.post_id]
        assert marked(world) == ["fan0"]
        carry_out(world, job)
        assert marked(world) == []

    def test_who_is_away_gets_nothing_and_has_it_when_back(self, world):
        pulled_author(world, 4)
        world.post("ada")
        world.clock.move(days=31)
        here = ["fan1", "fan2"]
        for fan in here:
            world.users.set_last_active(fan, world.clock().date())
        post = world.post("ada")
        carry_out(world, begin(world, "demoting"))
        assert [f for f in ("fan0", "fan1", "fan2", "fan3") if world.timelines.of(f)] == here
        assert world.timelines.of("fan1") == [post.post_id]
        assert marked(world) == []

    def test_below_the_first_line_all_get_it_whether_active_or_not(self, world):
        pulled_author(world, 1)
        world.clock.move(days=31)
        post = world.post("ada")
        carry_out(world, begin(world, "demoting"))
        assert world.timelines.of("fan0") == [post.post_id]

    def test_who_follows_meanwhile_is_not_marked(self, world):
        pulled_author(world)
        begin(world, "demoting")
        assert world.social.follow(world.person("zoe"), "ada").pulled_epoch is None

    def test_who_unfollows_meanwhile_is_not_followed_again(self, world):
        pulled_author(world)
        world.follows.rows.hold_index()
        world.social.unfollow("fan1", "ada")
        carry_out(world, begin(world, "demoting"))
        assert world.follows.get("fan1", "ada") is None

    def test_a_straggler_leaves_a_newer_promotion_alone(self, world):
        pulled_author(world)
        old = begin(world, "demoting")
        ada = world.users.get("ada")
        world.users.set_band(ada, "promoting", world.new_id(), ada.pulled_from)
        carry_out(world, old)
        assert len(marked(world)) == 5
        assert world.users.get("ada").band == "promoting"

    def test_a_straggler_halted_before_it_unmarks_leaves_a_newer_promotion_alone(self, world):
        """The author is still in the old change when it looks, and pulled anew when it writes."""
        pulled_author(world, 1)
        old = begin(world, "demoting")
        unmark = world.follows.unmark

        def late(*given):
            world.follows.unmark = unmark
            carry_out(world, old)
            carry_out(world, begin(world, "promoting"))
            unmark(*given)

        world.follows.unmark = late
        carry(world, old)
        assert marked(world) == ["fan0"]
        assert world.users.get("ada").band == "pulled"

    def test_a_long_era_is_written_a_few_followers_a_message(self, world, monkeypatch):
        monkeypatch.setattr(migration, "ENTRIES_A_DEMOTION", 3)
        pulled_author(world, 3)
        for _ in range(3):
            world.post("ada")
        job, messages = begin(world, "demoting"), 0
        while sent := carry(world, job):
            [job] = sent
            messages += 1
            assert len(marked(world)) == 3 - messages
        assert messages == 3
        assert all(len(world.timelines.of(f"fan{i}")) == 3 for i in range(3))


@given(st.integers(0, 7), st.data())
def test_there_and_back_leaves_every_follower_with_every_post_once_in_sight(fans, data):
    """Any message is repeated at will, people come and go, posts are dispatched at any moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migration, "FOLLOWERS_A_PROMOTION", 2)
        world = World(bands=BANDS)
        followed(world, fans)
        posts = []

        def happens():
            if data.draw(st.booleans()):
                posts.append(world.post("ada"))
                dispatch_all(world, ref(world, posts[-1]))
            everybody_sees(world, posts)

        for band in ("promoting", "demoting"):
            waiting = [begin(world, band)]
            while waiting:
                happens()
                job = waiting.pop(0)
                if data.draw(st.booleans()):
                    carry(world, job)
                waiting += carry(world, job)
            happens()
        assert marked(world) == []
        for edge in world.follows.rows.rows():
            assert len(world.timelines.of(edge.follower_id)) == len(posts)


def dispatch_all(world, post):
    """A post's way into timelines, at once."""
    before = len(world.send.sent)
    world.fanout._dispatch(
        Dispatch("deliver", post, "request"), BANDS.reach(world.users.get("ada"), post)
    )
    for sent in world.send.sent[before:]:
        if sent.queue == "deliveries":
            world.fanout.deliver(sent.message)


def everybody_sees(world, posts):
    newest_first = [post.post_id for post in reversed(posts)]
    world.clock.move(minutes=2)  # past the heads that were read
    for edge in world.follows.rows.rows():
        page = world.feed.home(edge.follower_id, edge.follower_id, FeedQuery(50))
        assert [post.post_id for post in page.items] == newest_first
