"""Any order and any repetition of the events of posts and follows ends in the same state."""

from contextlib import suppress
from functools import partial
from threading import Semaphore, Thread

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from functions.errors import StillRendering
from functions.feed.schemas import FeedQuery
from functions.media import worker as worker_module
from functions.media.domain import Focus, upload_key
from functions.media.imaging import Rendered, Rendition
from functions.media.worker import RenderWorker
from functions.posts.schemas import NewPost, PostChanges, PostPicture
from functions.queues import Rerender
from tests.fakes.courier import Courier
from tests.fakes.pictures import CORRUPT, picture
from tests.fakes.world import World

MEDIA = 3
# A step is: make the post, settle one of its media, or let the queues run for a while.
steps = st.permutations(["make", *range(MEDIA)])


class Script:
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
    script = Script(data, failing=())
    script.tell(order)
    world = script.world
    post = world.post_store.get(script.post_id)
    assert post.published
    assert [one.media_id for one in post.pictures] == script.media
    assert world.accounts.get("ada").post_count == 1
    for viewer in ("ada", "bob", "cid"):
        assert world.timelines.of(viewer) == [script.post_id]


@given(st.data(), steps, st.integers(0, MEDIA - 1))
def test_a_post_with_a_failed_picture_is_given_up_or_does_without_it(data, order, failing):
    script = Script(data, failing=(failing,))
    script.tell(order)
    refused_at_once = order.index(failing) < order.index("make")
    post = script.world.post_store.get(script.post_id)
    assert post.state == ("published" if refused_at_once else "failed")
    assert script.world.accounts.get("ada").post_count == (1 if refused_at_once else 0)
    assert len(script.world.timelines.of("bob")) == (1 if refused_at_once else 0)


@given(st.data(), steps)
def test_a_deleted_post_is_seen_by_nobody_whatever_comes_late(data, order):
    script = Script(data, failing=())
    deleted_after = data.draw(st.integers(0, len(order)))
    world, before = script.world, order[:deleted_after]
    script.tell(before)
    if "make" not in before:
        return
    world.posts.delete("ada", script.post_id)
    script.tell(order[deleted_after:])
    assert world.post_store.get(script.post_id).state == "deleted"
    assert world.accounts.get("ada").post_count == 0
    for viewer in ("ada", "bob", "cid"):
        assert world.feed.home(viewer, viewer, FeedQuery(10)).items == []


moves = st.lists(st.sampled_from(["follow", "unfollow", "post", "run"]), max_size=12)


@given(st.data(), moves)
def test_a_feed_holds_the_posts_of_whom_one_follows_in_the_end(data, moves):
    script = Script(data, failing=())
    world = script.world
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
                script.run()
    script.run()
    follows = world.follows.get("bob", eve) is not None
    feed = [post.post_id for post in world.feed.home("bob", "bob", FeedQuery(50)).items]
    assert feed == (posts[::-1] if follows else [])
    assert world.accounts.get("bob").following_count == 1 + follows
    assert world.accounts.get(eve).follower_count == follows
    assert world.accounts.get(eve).post_count == len(posts)


class Render:
    """One run of the render worker, for a message of its own. It stands still before each touch of
    the media table.

    The worker runs in a thread of its own, but never beside the test: one waits for the other.
    """

    def __init__(self, world, media_id):
        self.over = False
        self._error = None
        self._go, self._still = Semaphore(0), Semaphore(0)
        table = Halting(world.media_store, self._halt)
        worker = RenderWorker(table, world.originals, world.renditions, "always")
        given = media_id, world.new_id()
        Thread(target=self._work, args=(worker, *given), daemon=True).start()
        self._still.acquire()

    def go_on(self):
        """Let the worker do one thing to the table, and go on to the next one or to its end."""
        if self.over:
            return
        self._go.release()
        self._still.acquire()
        if self._error is not None:
            raise self._error

    def _work(self, worker, media_id, message_id):
        try:
            worker.render(media_id, message_id)
        except BaseException as error:
            self._error = error
        self.over = True
        self._still.release()

    def _halt(self):
        self._still.release()
        self._go.acquire()


class Halting:
    """A table each of whose methods halts before it does its work."""

    def __init__(self, table, halt):
        self._table = table
        self._halt = halt

    def __getattr__(self, name):
        return partial(self._halted, getattr(self._table, name))

    def _halted(self, method, *given, **named):
        self._halt()
        return method(*given, **named)


class Arrived(msgspec.Struct, frozen=True):
    """S3's notice of an original."""

    media_id: str


class Queues(Courier):
    """A courier that carries renders too. One that stands still waits among the messages."""

    def __init__(self, world):
        super().__init__(world)
        self._media = world

    def _handle(self, message):
        match message:
            case Arrived() | Rerender():
                self.waiting.append(Render(self._media, message.media_id))
            case Render():
                message.go_on()
                if not message.over and message not in self.waiting:
                    self.waiting.append(message)
            case _:
                super()._handle(message)


class Enough(Exception):
    """The queues have run for long enough."""


LOOKS = (None, "ink", "frost")
POINTS = (None, Focus(1, 0), Focus(0, 0.5))


class Darkroom(Script):
    """A script whose pictures are rendered by the worker, while its post's filter changes."""

    def __init__(self, data):
        super().__init__(data, failing=())
        self.courier = Queues(self.world)
        self.asked = None
        self.publications = 0
        self.world.post_store.rows.listeners.append(self._count)
        self.media = [self.world.new_id() for _ in range(MEDIA)]
        self.points = dict.fromkeys(self.media)
        for media_id in self.media:
            self.world.media.offer(media_id, "ada", "image/jpeg", 1000, "post", "request")

    def _count(self, old, new):
        self.publications += new.published and not (old and old.published)

    def tell(self, order):
        for step in order:
            match step:
                case "make":
                    self.make()
                case "edit":
                    self.edit()
                case number:
                    self.arrive(self.media[number])
            self.run_for_a_while()
        self.run()

    def make(self):
        self.asked = self._data.draw(st.sampled_from(LOOKS))
        new = NewPost(media=self._draw_points(), filter=self.asked)
        self.world.posts.create(self.post_id, "ada", new)

    def _draw_points(self):
        """Ask for the focal points of some pictures. The others stay as they are."""
        points = {one: self._data.draw(st.sampled_from(POINTS)) for one in self.media}
        some = [one for one in self.media if self._data.draw(st.booleans())]
        self.points |= {one: points[one] for one in some}
        return [PostPicture(one, focus=points[one] if one in some else UNSET)
                for one in self.media]  # fmt: skip

    def edit(self):
        if self.world.post_store.get(self.post_id) is not None:
            asked, points = self._data.draw(st.sampled_from(LOOKS)), dict(self.points)
            if self._data.draw(st.booleans()):  # after this time a render counts as lost
                self.world.clock.move(minutes=15)
            changes = PostChanges(filter=asked, media=self._draw_points())
            try:
                self.world.posts.edit("ada", self.post_id, changes)
                self.asked = asked
            except StillRendering:
                self.points = points

    def arrive(self, media_id):
        self.world.originals.put(upload_key("ada", media_id), "image/jpeg", b"original")
        self.courier.waiting.append(Arrived(media_id))

    def run_for_a_while(self):
        left = self._data.draw(st.integers(0, 8))

        def pick(waiting):
            nonlocal left
            if not left:
                raise Enough
            left -= 1
            return self._data.draw(st.integers(0, waiting - 1))

        with suppress(Enough):
            self.courier.settle(pick, twice=lambda: self._data.draw(st.booleans()))


@pytest.fixture(scope="module")
def darkroom():
    """Renders at once, one rendition of each picture."""
    only = (Rendition("full", 10, 10, "image/webp", b""),)
    made = Rendered(10, 10, only, "", "#000000", {}, "image/jpeg")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker_module.imaging, "render", lambda *_, **__: made)
        yield


edited_steps = st.permutations(["make", *range(MEDIA), "edit", "edit", "edit"])


@given(st.data(), edited_steps)
def test_the_last_filter_asked_for_is_the_one_that_all_pictures_have(darkroom, data, order):
    script = Darkroom(data)
    script.tell(order)
    world = script.world
    post = world.post_store.get(script.post_id)
    assert (post.state, post.filter) == ("published", script.asked)
    assert [(one.media_id, one.filter, one.focus) for one in post.pictures] == [
        (media_id, script.asked, script.points[media_id]) for media_id in script.media
    ]
    assert post.focuses == {one: point for one, point in script.points.items() if point}
    for media_id in script.media:
        media = world.media.get(media_id)
        assert (media.status, media.filter) == ("ready", script.asked)
        assert media.picture.filter == script.asked
        assert media.picture.focus == media.focus == script.points[media_id]
    assert script.publications == 1
    assert world.accounts.get("ada").post_count == 1
    assert world.timelines.of("bob") == [script.post_id]


@pytest.mark.parametrize(
    "filter_name",
    [
        "frost",
        "ink",
        None,
    ],
)
def test_a_picture_freed_by_a_failed_post_gets_the_filter_of_its_new_one(darkroom, filter_name):
    world = World()
    queues, ada = Queues(world), world.person("ada")
    good, bad = (world.upload(ada, ready=False) for _ in range(2))
    world.originals.put(upload_key(ada, good), "image/jpeg", b"original")
    failed = world.posts.create(world.new_id(), ada, NewPost(media_ids=[good, bad], filter="ink"))
    world.settle(bad, CORRUPT)
    queues.settle()
    assert world.post_store.get(failed.post_id).state == "failed"
    assert world.media.get(good).picture.filter == "ink"
    made = world.posts.create(world.new_id(), ada, NewPost(media_ids=[good], filter=filter_name))
    queues.settle()
    post, media = world.post_store.get(made.post_id), world.media.get(good)
    assert (post.state, post.filter, media.status) == ("published", filter_name, "ready")
    assert [one.filter for one in post.pictures] == [filter_name]


@pytest.mark.parametrize("how", ["made with it", "edited"])
@pytest.mark.parametrize("steps_before", range(5))
def test_a_filter_asked_for_at_any_moment_of_a_render_is_rendered(darkroom, how, steps_before):
    world = World()
    queues, ada, media_id, post_id = Queues(world), world.person("ada"), world.new_id(), "post"
    world.media.offer(media_id, ada, "image/jpeg", 1000, "post", "request")
    world.originals.put(upload_key(ada, media_id), "image/jpeg", b"original")
    if how == "edited":
        world.posts.create(post_id, ada, NewPost(media_ids=[media_id]))
    render = Render(world, media_id)
    for _ in range(steps_before):
        render.go_on()
    if how == "edited":
        world.clock.move(minutes=15)  # after this time a render counts as lost
        world.posts.edit(ada, post_id, PostChanges(filter="ink"))
    else:
        world.posts.create(post_id, ada, NewPost(media_ids=[media_id], filter="ink"))
    queues.waiting.append(render)
    queues.settle()
    post, media = world.post_store.get(post_id), world.media.get(media_id)
    assert (post.state, post.filter, media.status) == ("published", "ink", "ready")
    assert [one.filter for one in post.pictures] == ["ink"]
