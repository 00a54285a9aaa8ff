"""Use cases of activity: list entries, mark them as read, count the unread ones, mute a post."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from functions.accounts.domain import ActivityKind, User
from functions.accounts.ports import UserStore
from functions.activity.domain import (
    KEPT_FOR,
    LAST,
    MAX_MUTED_POSTS,
    MENTIONS_POST,
    Group,
    Marks,
    Name,
    Person,
    Place,
    milliseconds,
    moment_of,
    name_of,
    place_of,
)
from functions.activity.ports import GroupStore, MarkStore, ShowComments, ShowPosts
from functions.activity.schemas import ActivityView
from functions.activity.unread import NONE_OFF, Unread
from functions.aws.tables import Reader
from functions.clock import Clock
from functions.errors import Conflict, Invalid
from functions.http.cursors import Cursors
from functions.http.pages import ListQuery, Page, read_on
from functions.posts.domain import PostRef
from functions.posts.schemas import PostView
from functions.reactions.ports import VisiblePosts
from functions.reactions.schemas import CommentView
from functions.social.service import Social

ROWS = 100
"""Groups read at once: about 60 KB, 8 read units."""
FACES = 3
"""Actors that an entry shows."""


class Activity:
    """Activity, as its owner reads it."""

    def __init__(
        self,
        groups: GroupStore,
        marks: MarkStore,
        unread: Unread,
        users: UserStore,
        hydration: ShowPosts,
        comments: ShowComments,
        posts: VisiblePosts,
        author_of: Callable[[str], str | None],
        social: Social,
        cursors: Cursors,
        read: Reader,
        now: Clock,
    ) -> None:
        self._groups = groups
        self._marks = marks
        self._unread = unread
        self._users = users
        self._hydration = hydration
        self._comments = comments
        self._posts = posts
        self._author_of = author_of
        self._social = social
        self._cursors = cursors
        self._read = read
        self._now = now

    def entries(self, owner_id: str, query: ListQuery) -> Page[ActivityView]:
        """Return a page of entries, newest first. An entry that gets new events between two pages
        moves to the top: it is not on a later page."""
        own = self._cursors.of(owner_id, "me/activity")
        begin = own.open(query.cursor, Place)
        marks, off = self._marks.get(owner_id), self._off(owner_id)

        def fetch(after: Group | None, count: int) -> Sequence[Group]:
            return self._behind(owner_id, place_of(after) if after else begin, count)

        def show(groups: Sequence[Group]) -> list[ActivityView | None]:
            return self._show(owner_id, groups, marks, off)

        part = read_on(query.limit, None, fetch, show)
        return Page(part.shown, own.seal(place_of(part.last)) if part.last else None)

    def _off(self, owner_id: str) -> frozenset[ActivityKind]:
        user = self._users.get(owner_id)
        return (user.activity_off if user else None) or NONE_OFF

    def _behind(self, owner_id: str, begin: Place | None, count: int) -> list[Group]:
        """Return groups behind a place, newest first.

        The table orders them by day. Within a day they go by the time of their newest event, which
        moves. So whole days are read, and sorted.
        """
        before = f"{begin.day}{LAST}" if begin else None
        held: list[Group] = []
        while True:
            rows = self._groups.page(owner_id, before, ROWS)
            held += rows
            ended = len(rows) < ROWS
            if not ended:
                before = rows[-1].name
            whole = held if ended else [g for g in held if g.parts.day > rows[-1].parts.day]
            there = [g for g in whole if g.actor_count]
            behind = [g for g in there if begin is None or place_of(g) < begin]
            if ended or len(behind) >= count:
                return sorted(behind, key=place_of, reverse=True)[:count]

    def _show(
        self, owner_id: str, groups: Sequence[Group], marks: Marks, off: frozenset[ActivityKind]
    ) -> list[ActivityView | None]:
        wanted = [group for group in groups if marks.wants(group.parts, off)]
        met = self._people(owner_id, wanted)
        posts = self._posts_of(owner_id, wanted)
        comments = self._comments_of(owner_id, [g for g in wanted if g.parts.post_id in posts])
        views = {group.name: self._view(group, met, posts, comments, marks) for group in wanted}
        return [views.get(group.name) for group in groups]

    def _people(self, owner_id: str, groups: Iterable[Group]) -> dict[str, User]:
        """Return the actors whom the owner sees and has not muted, by id."""
        actors = {one.user_id for group in groups for one in group.people}
        if not actors:
            return {}
        met, muted = self._social.visible_users(owner_id, actors), self._social.muted(owner_id)
        return {user_id: user for user_id, user in met.items() if user_id not in muted}

    def _posts_of(self, owner_id: str, groups: Iterable[Group]) -> dict[str, PostView]:
        """Return the posts that the owner may see, by id."""
        authors: dict[str, str | None] = {}
        for name in (group.parts for group in groups):
            if name.post_id is not None and name.post_id not in authors:
                replied = name.kind == "reply"
                authors[name.post_id] = self._author_of(name.post_id) if replied else owner_id
        refs = [PostRef("", post_id, author) for post_id, author in authors.items() if author]
        shown = self._hydration.show(owner_id, refs)
        return {view.post_id: view for view in shown if view is not None}

    def _comments_of(self, owner_id: str, groups: Iterable[Group]) -> dict[str, CommentView]:
        keys = [
            (group.parts.post_id or "", item)
            for group in groups
            for one in group.people
            for item in one.items
        ]
        return self._comments.show_comments(owner_id, keys) if keys else {}

    def _view(
        self,
        group: Group,
        met: Mapping[str, User],
        posts: Mapping[str, PostView],
        comments: Mapping[str, CommentView],
        marks: Marks,
    ) -> ActivityView | None:
        """Show a group; None if nothing of it may be seen. People who are hidden do not count,
        except among those that the group does not name."""
        name = group.parts
        if name.kind in MENTIONS_POST and name.post_id not in posts:
            return None

        def still(person: Person) -> bool:
            told = not person.items or any(item in comments for item in person.items)
            return person.user_id in met and told

        people = [one for one in group.people if still(one)]
        hidden = len(group.people) - len(people)
        count = group.actor_count - hidden
        if not count or (hidden and not people):
            return None
        at = people[0].at if people else group.at
        newest = [item for one in people for item in one.items if item in comments]
        return ActivityView(
            activity_id=group.name,
            kind=name.kind,
            actors=[self._social.author(met[one.user_id]) for one in people[:FACES]],
            actor_count=count,
            post=posts.get(name.post_id) if name.post_id else None,
            comment=comments[newest[0]] if newest else None,
            created_at=moment_of(at),
            read=at <= marks.read_up_to,
        )

    def read(self, owner_id: str, up_to: str) -> None:
        """Mark an entry and everything older as read. Does nothing if that entry has gone.

        Raises:
            Invalid: `up_to` is neither the id of an entry nor a time.
        """
        at = self._time_of(owner_id, up_to)
        if at is not None:
            self._marks.read_up_to(owner_id, min(at, milliseconds(self._now())))
            self._unread.settle_all(owner_id)
            self._drop_hidden(owner_id)

    def _drop_hidden(self, owner_id: str) -> None:
        """Stop counting entries that the list does not show, which nobody could read: their post is
        hidden from the owner by now."""
        marks = self._marks.get(owner_id)
        groups = [*self._groups.read(owner_id, marks.unread).values()]
        views = self._show(owner_id, groups, marks, self._off(owner_id))
        hidden = [g.name for g, view in zip(groups, views, strict=True) if view is None]
        if hidden:
            self._marks.drop_unread(owner_id, hidden)

    def _time_of(self, owner_id: str, up_to: str) -> int | None:
        name = _name(up_to)
        if name is not None:
            group = self._groups.read(owner_id, [up_to]).get(up_to)
            return None if group is None else group.at
        try:
            moment = msgspec.convert(up_to, datetime)
        except msgspec.ValidationError as error:
            raise Invalid.field("up_to", "is neither an activity_id nor a time") from error
        if moment.tzinfo is None:
            raise Invalid.field("up_to", "has no time zone")
        return milliseconds(moment)

    def unread(self, owner_id: str) -> int:
        """Return how many entries are unread. It costs a read unit."""
        marks, users = self._read(self._marks.lookup([owner_id]), self._users.lookup([owner_id]))
        found, user = marks.get((owner_id,)), users.get((owner_id,))
        if found is None or user is None:
            return 0
        off, oldest = user.activity_off or NONE_OFF, self._now() - KEPT_FOR
        names = [name_of(one) for one in found.unread]
        return sum(found.wants(one, off) and one.day >= f"{oldest:%Y-%m-%d}" for one in names)

    def mute_post(self, owner_id: str, post_id: str) -> None:
        """Stop telling the owner what happens at a post. Repeating changes nothing.

        Raises:
            NotFound: the owner may not see the post.
            Conflict: the owner has muted `MAX_MUTED_POSTS` posts.
        """
        self._posts.see(owner_id, post_id)
        muted = self._marks.get(owner_id).muted_posts
        if len(muted) >= MAX_MUTED_POSTS and post_id not in muted:
            raise Conflict(f"You can mute at most {MAX_MUTED_POSTS} posts.")
        self._marks.mute(owner_id, post_id)

    def unmute_post(self, owner_id: str, post_id: str) -> None:
        """Take the mute of a post back."""
        self._marks.unmute(owner_id, post_id)


def _name(text: str) -> Name | None:
    try:
        return name_of(text)
    except msgspec.ValidationError:
        return None
