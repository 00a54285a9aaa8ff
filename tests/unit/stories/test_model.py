"""Stories and trays against a model that has neither queues nor tables.

At every moment nothing is shown that the model does not show; once the queues have run, and the
heads of pulled authors are new, all of it is.
"""

from dataclasses import dataclass, field
from datetime import datetime

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from functions.author_cache import CACHED_FOR
from functions.errors import NotFound
from functions.http.pages import ListQuery
from tests.fakes.courier import Courier
from tests.fakes.pictures import CORRUPT, picture
from tests.fakes.world import PULL_ALL, PUSH_ALL, STORY_TTL, World

AUTHORS = ("ada", "eve")
VIEWERS = ("bob", "cid")


@dataclass
class Told:
    """A story as the model knows it."""

    author: str
    media_id: str
    ends: datetime | None = None
    """None while its picture is on its way."""
    gone: bool = False
    seen_by: set[str] = field(default_factory=set)


class Stories(RuleBasedStateMachine):
    """What people do, in any order; queues that run late, twice and in any order."""

    told = Bundle("told")

    @initialize(bands=st.sampled_from([PUSH_ALL, PULL_ALL]))
    def begin(self, bands):
        self.world = World(bands=bands)
        self.courier = Courier(self.world)
        self.model: dict[str, Told] = {}
        self.follows: set[tuple[str, str]] = set()
        self.requests: set[tuple[str, str]] = set()
        self.private: set[str] = set()
        pulled = {"band": "pulled", "band_epoch": "0" * 26, "pulled_from": "0" * 26}
        self.world.follows.rows.listeners.append(self.granted)
        for name in (*AUTHORS, *VIEWERS):
            self.world.person(name, **(pulled if bands is PULL_ALL else {}))

    @rule(author=st.sampled_from(AUTHORS), viewer=st.sampled_from(VIEWERS))
    def follow(self, author, viewer):
        edge = self.world.social.follow(viewer, author)
        (self.follows if edge.accepted else self.requests).add((viewer, author))

    @rule(author=st.sampled_from(AUTHORS), viewer=st.sampled_from(VIEWERS))
    def unfollow(self, author, viewer):
        self.world.social.unfollow(viewer, author)
        self.follows.discard((viewer, author))
        self.requests.discard((viewer, author))

    def granted(self, old, new):
        """Whoever turns public grants the requests that wait, at some time; nobody private does."""
        edge = None if new is None else (new.follower_id, new.followee_id)
        if edge in self.requests and new.accepted:
            assert new.followee_id not in self.private
            self.requests.discard(edge)
            self.follows.add(edge)

    @rule(author=st.sampled_from(AUTHORS), private=st.booleans())
    def change_privacy(self, author, private):
        self.world.users.update(author, {"is_private": private})
        (self.private.add if private else self.private.discard)(author)

    @rule(target=told, author=st.sampled_from(AUTHORS), ready=st.booleans())
    def tell(self, author, ready):
        story_id = self.world.story(author, ready=ready).story_id
        held = self.world.story_store.get(story_id)
        self.model[story_id] = Told(author, held.media_id)
        if ready:
            self.model[story_id].ends = held.created_at + STORY_TTL
        return story_id

    @rule(story_id=told, fails=st.booleans())
    def settle_picture(self, story_id, fails):
        """The picture comes, and its story is published at once: when is what the model holds."""
        one = self.model[story_id]
        outcome = CORRUPT if fails else picture(one.media_id, one.author, "story")
        media = self.world.media_store.read([one.media_id]).get(one.media_id)
        waits = one.ends is None and not one.gone and media is not None and not media.settled
        if waits and self.world.settle(one.media_id, outcome):
            self.world.stories.complete(story_id)
            one.gone = fails
            if not fails and self.world.story_store.get(story_id).published:
                one.ends = self.world.clock().replace(microsecond=0) + STORY_TTL

    @rule(story_id=told)
    def delete(self, story_id):
        one = self.model[story_id]
        if one.gone or (one.ends is not None and one.ends <= self.world.clock()):
            return
        try:
            self.world.stories.delete(one.author, story_id)
        except NotFound:
            assert one.ends is None  # it waited for its picture for a week
        one.gone = True

    @rule(story_id=told, viewer=st.sampled_from(VIEWERS))
    def view(self, story_id, viewer):
        one = self.model[story_id]
        if self.visible(viewer, one):
            self.world.stories.view(viewer, story_id)
            one.seen_by.add(viewer)
        else:
            with pytest.raises(NotFound):
                self.world.stories.view(viewer, story_id)

    @rule(seconds=st.sampled_from([1, 59, 3600, 43_200, 86_399]), more=st.integers(0, 999_999))
    def pass_time(self, seconds, more):
        self.world.clock.move(seconds=seconds, microseconds=more)

    @rule(data=st.data())
    def run(self, data):
        again = data.draw(st.lists(st.booleans(), max_size=8))
        self.courier.settle(
            pick=lambda waiting: data.draw(st.integers(0, waiting - 1)),
            twice=lambda: bool(again) and again.pop(),
        )

    @rule()
    def run_to_the_end(self):
        self.courier.settle()
        assert {author for _, author in self.requests} <= self.private
        self.world.clock.move(seconds=CACHED_FOR.total_seconds())
        for viewer in VIEWERS:
            assert self.trays(viewer) == self.expected(viewer)

    def teardown(self):
        if hasattr(self, "world"):
            self.run_to_the_end()

    @invariant()
    def nothing_stale_is_shown(self):
        if not hasattr(self, "world"):
            return
        for viewer in VIEWERS:
            expected = self.expected(viewer)
            for author, stories in self.trays(viewer).items():
                assert stories == expected[author]
            for author in AUTHORS:
                self.check_list(viewer, author)

    def check_list(self, viewer, author):
        if author in self.private and (viewer, author) not in self.follows:
            with pytest.raises(NotFound):
                self.world.stories.of_user(viewer, author, ListQuery(100))
            return
        shown = self.world.stories.of_user(viewer, author, ListQuery(100)).items
        assert {one.story_id: one.seen for one in shown} == self.active(viewer, author)

    def visible(self, viewer, one):
        followed = (viewer, one.author) in self.follows
        return self.is_active(one) and (followed or one.author not in self.private)

    def is_active(self, one):
        return not one.gone and one.ends is not None and self.world.clock() < one.ends

    def active(self, viewer, author):
        """The author's active stories, and whether the viewer has seen each."""
        mine = {i: one for i, one in self.model.items() if one.author == author}
        return {i: viewer in one.seen_by for i, one in mine.items() if self.is_active(one)}

    def expected(self, viewer):
        followed = [author for author in AUTHORS if (viewer, author) in self.follows]
        found = {author: self.active(viewer, author) for author in followed}
        return {author: stories for author, stories in found.items() if stories}

    def trays(self, viewer):
        items = self.world.tray.read(viewer, ListQuery(100)).items
        assert [item.seen for item in items] == sorted(item.seen for item in items)
        for item in items:
            assert item.seen == all(one.seen for one in item.stories)
        return {
            item.author.user_id: {one.story_id: one.seen for one in item.stories} for item in items
        }


TestStories = Stories.TestCase
TestStories.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    # A run takes a tenth of a second: shrinking would go on for minutes.
    phases=[Phase.generate],
)
