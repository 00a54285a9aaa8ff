"""Any order and any repetition of the events of posts and follows ends in the same state."""

from hypothesis import given
from hypothesis import strategies as st

from functions.posts.schemas import NewPost
from tests.fakes.courier import Courier
from tests.fakes.pictures import CORRUPT, picture
from tests.fakes.world import World

MEDIA = 3
# A step is: make the post, settle one of its media, or let the queues run for a while.
steps = st.permutations(["make", *range(MEDIA)])


class Story:
    """One author, two followers, and a post of three pictures that are on their way."""

    def __init__(self, data, failing):
        self.world = World()
        self.courier = Courier(self.world)
        self._data = data
        self._failing = failing
        self.world.person("ada")
        for follower in ("bob", "cid"):
            self.world.social.follow(self.world.person(follower), "ada")
        self.media = [self.world.upload("ada", ready=False) for _ in range(MEDIA)]
        self.post_id = self.world.new_id()

    def tell(self, order):
        for step in order:
            self.make() if step == "make" else self.settle(step)
            if self._data.draw(st.booleans()):
                self.run()
        self.run()

    def make(self):
        # A picture that has failed by now would be refused; the post takes the others.
        usable = [m for m in self.media if self.world.media.get(m).failure is None]
        self.world.posts.create(self.post_id, "ada", NewPost(media_ids=usable))

    def settle(self, number):
        media_id = self.media[number]
        outcome = CORRUPT if number in self._failing else picture(media_id, "ada")
        self.world.settle(media_id, outcome)

    def run(self):
        again = self._data.draw(st.lists(st.booleans(), max_size=12))
        self.courier.settle(
            pick=lambda waiting: self._data.draw(st.integers(0, waiting - 1)),
            twice=lambda: bool(again) and again.pop(),
        )


@given(st.data(), steps)
def test_a_post_is_published_once_and_delivered_to_each_follower(data, order):
    story = Story(data, failing=())
    story.tell(order)
    world = story.world
    post = world.post_store.get(story.post_id)
    assert post.published
    assert [one.media_id for one in post.pictures] == story.media
    assert world.accounts.get("ada").post_count == 1
    for viewer in ("ada", "bob", "cid"):
        assert world.timelines.of(viewer) == [story.post_id]


@given(st.data(), steps, st.integers(0, MEDIA - 1))
def test_a_post_with_a_failed_picture_is_given_up_or_does_without_it(data, order, failing):
    story = Story(data, failing=(failing,))
    story.tell(order)
    refused_at_once = order.index(failing) < order.index("make")
    post = story.world.post_store.get(story.post_id)
    assert post.state == ("published" if refused_at_once else "failed")
    assert story.world.accounts.get("ada").post_count == (1 if refused_at_once else 0)
    assert len(story.world.timelines.of("bob")) == (1 if refused_at_once else 0)


@given(st.data(), steps)
def test_a_deleted_post_is_seen_by_nobody_whatever_comes_late(data, order):
    story = Story(data, failing=())
    deleted_after = data.draw(st.integers(0, len(order)))
    world, before = story.world, order[:deleted_after]
    story.tell(before)
    if "make" not in before:
        return
    world.posts.delete("ada", story.post_id)
    story.tell(order[deleted_after:])
    assert world.post_store.get(story.post_id).state == "deleted"
    assert world.accounts.get("ada").post_count == 0
    for viewer in ("ada", "bob", "cid"):
        assert world.feed.home(viewer, viewer, None, 10).items == []


moves = st.lists(st.sampled_from(["follow", "unfollow", "post", "run"]), max_size=12)


@given(st.data(), moves)
def test_a_feed_holds_the_posts_of_whom_one_follows_in_the_end(data, moves):
    story = Story(data, failing=())
    world = story.world
    eve = world.person("eve")
    posts = []
    for move in moves:
        match move:
            case "follow":
                world.social.follow("bob", eve)
            case "unfollow":
                world.social.unfollow("bob", eve)
            case "post":
                posts.append(world.post(eve).post_id)
            case "run":
                story.run()
    story.run()
    follows = world.follows.get("bob", eve) is not None
    feed = [post.post_id for post in world.feed.home("bob", "bob", None, 50).items]
    assert feed == (posts[::-1] if follows else [])
    assert world.accounts.get("bob").following_count == 1 + follows
    assert world.accounts.get(eve).follower_count == follows
    assert world.accounts.get(eve).post_count == len(posts)
