"""Activity at random against an oracle: people like, comment, follow, block and read, while the
streams lag, repeat themselves and fail."""

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from functions.aws import backoff
from functions.clock import ulid_time
from functions.errors import Problem
from functions.http.pages import ListQuery
from functions.reactions.schemas import NewComment
from tests.model.activity_streams import Streams

RUNS = int(os.environ.get("MODEL_RUNS", "60"))
PEOPLE = ("ada", "bob", "cem", "dot", "eve")
STEPS = 80


class Story:
    """A random story of five people, who have two posts each."""

    def __init__(self, number: int) -> None:
        self.chance = Random(number)  # noqa: S311
        self.streams = Streams(self.chance)
        self.world = self.streams.world
        for name in PEOPLE:
            self.world.person(name, is_private=name == "dot")
        self.posts = [self.world.post(name).post_id for name in PEOPLE for _ in range(2)]
        self.hides = number % 2 == 0
        """Whether people block and mute. Then events of hidden people are not counted as unread,
        also once they are seen again."""

    def step(self) -> None:
        act = self.chance.choice(
            (self.like, self.like, self.unlike, self.comment, self.comment, self.uncomment,
             self.follow, self.follow, self.unfollow, self.answer, self.block, self.mute,
             self.read, self.deliver, self.deliver, self.deliver, self.wait)
        )  # fmt: skip
        who, whom = self.chance.sample(PEOPLE, 2)
        with suppress(Problem):
            act(who, whom)

    def like(self, who: str, _: str) -> None:
        self.world.reactions.like(who, self.chance.choice(self.posts))

    def unlike(self, who: str, _: str) -> None:
        liked = sorted(post for post, user in self.world.likes.rows if user == who)
        if liked:
            self.world.reactions.unlike(who, self.chance.choice(liked))

    def comment(self, who: str, _: str) -> None:
        post_id = self.chance.choice(self.posts)
        under = [None, *(c for p, c in sorted(self.world.comments.rows) if p == post_id)]
        new = NewComment(post_id, "Ah!", self.chance.choice(under))
        self.world.reactions.comment(self.world.new_id(), who, new)

    def uncomment(self, who: str, _: str) -> None:
        mine = sorted(key for key, one in self.world.comments.rows.items() if one.user_id == who)
        if mine:
            self.world.reactions.delete_comment(who, *self.chance.choice(mine))

    def follow(self, who: str, whom: str) -> None:
        self.world.social.follow(who, whom)

    def unfollow(self, who: str, whom: str) -> None:
        self.world.social.unfollow(who, whom)

    def answer(self, who: str, _: str) -> None:
        edges = self.world.follows.rows.rows()
        waiting = sorted(e.follower_id for e in edges if e.followee_id == "dot" and not e.accepted)
        if waiting:
            verb = self.chance.choice((self.world.social.approve, self.world.social.refuse))
            verb("dot", waiting[0])

    def block(self, who: str, whom: str) -> None:
        if self.world.blocks.rows.get((who, whom)):
            self.world.boundaries.unblock(who, whom)
        elif self.hides and self.chance.random() < 0.3:
            self.world.boundaries.block(who, whom)

    def mute(self, who: str, whom: str) -> None:
        if whom in self.world.mutes.of(who):
            self.world.boundaries.unmute(who, whom)
        elif self.hides and self.chance.random() < 0.3:
            self.world.boundaries.mute(who, whom)

    def read(self, who: str, _: str) -> None:
        if shown := self.world.activity.entries(who, ListQuery(100)).items:
            seen = self.chance.choice(shown)
            self.world.activity.read(who, seen.created_at.isoformat())

    def deliver(self, *_: str) -> None:
        if self.streams.waiting:
            self.streams.deliver(self.chance.choice(self.streams.waiting))

    def wait(self, *_: str) -> None:
        self.world.clock.move(hours=self.chance.choice((0.01, 1, 9)))

    def hidden(self, owner: str, actor: str) -> bool:
        blocks, mutes = self.world.blocks.rows, self.world.mutes.of(owner)
        apart = blocks.get((owner, actor)) or blocks.get((actor, owner))
        return bool(apart) or actor in mutes

    def happened(self) -> Iterator[tuple[str, str, str, object]]:
        """The oracle: yield whom everything that stands concerns, its entry, and its actor."""
        author = {post: self.world.post_authors.of(post) for post in self.posts}
        for like in self.streams.liked.values():
            at = ulid_time(like.liked_id)
            name = f"{at.date()}.like.{like.post_id}"
            yield author[like.post_id], name, like.user_id, at
        for one in self.world.comments.rows.values():
            day, at = one.created_at.date(), one.created_at
            yield author[one.post_id], f"{day}.comment.{one.post_id}", one.user_id, at
            top = self.world.comments.get(one.post_id, one.reply_to) if one.reply_to else None
            if top and top.user_id != author[one.post_id]:
                name = f"{day}.reply.{one.post_id}.{top.comment_id}"
                yield top.user_id, name, one.user_id, at
        for edge in self.world.follows.rows.rows():
            here, there, at = edge.followee_id, edge.follower_id, edge.since
            if not edge.accepted:
                yield here, f"{at.date()}.follow_request", there, at
            elif edge.granted_at:
                yield there, f"{edge.granted_at.date()}.request_accepted", here, edge.granted_at
            else:
                yield here, f"{at.date()}.follow", there, at

    def expected(self, owner: str) -> list[tuple[object, str, set[str]]]:
        """Return the entries that an owner should see, newest first within each day."""
        found = defaultdict(dict)
        for whom, name, actor, at in self.happened():
            if whom == owner != actor and not self.hidden(owner, actor) and self.sees(owner, name):
                found[name][actor] = max(found[name].get(actor, at), at)
        return [(max(those.values()), name, set(those)) for name, those in found.items()]

    def sees(self, owner: str, name: str) -> bool:
        """Whether the owner sees the post of an entry: private accounts hide theirs."""
        post_id = [*name.split("."), None, None][2]
        if post_id is None:
            return True
        try:
            self.world.posts.see(owner, post_id)
        except Problem:
            return False
        return True


@pytest.mark.parametrize("part", range(4))
def test_activity_equals_the_oracle(part, monkeypatch):
    monkeypatch.setattr(backoff.time, "sleep", lambda _: None)
    for number in range(part, RUNS * 4, 4):
        story = Story(number)
        for _ in range(STEPS):
            story.step()
            story.world.clock.move(seconds=1)
        story.streams.settle()
        for owner in PEOPLE:
            check(story, owner, number)


def check(story: Story, owner: str, number: int) -> None:
    shown = story.world.activity.entries(owner, ListQuery(100)).items
    expected = {name: (at, actors) for at, name, actors in story.expected(owner)}
    found = {one.activity_id: one.actor_count for one in shown}
    assert found == {name: len(actors) for name, (_, actors) in expected.items()}, (number, owner)
    for one in shown:
        at, actors = expected[one.activity_id]
        assert {actor.user_id for actor in one.actors} <= actors
        assert abs(one.created_at - at) < timedelta(milliseconds=1)
    # The order is that of the newest event, also of somebody whom one has hidden since.
    if not any(story.hidden(owner, other) for other in PEOPLE):
        assert shown == sorted(shown, key=lambda one: one.created_at, reverse=True)
    story.world.activity.read(owner, "2000-01-01T00:00:00Z")  # forgets what was hidden since
    unread = {one.activity_id for one in shown if not one.read}
    counted = story.world.marks.get(owner).unread
    assert counted <= unread, (number, owner)
    if not story.hides:
        assert counted == unread, (number, owner)
