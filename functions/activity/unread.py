"""Keeps the unread entries that a poll counts in step with the groups.

The names of unread entries are a set on the user's marks. So a poll reads one row, and a group that
is unread already costs no write, however many events it gets.

Several writers change the groups and the marks at the same time. Each brings the set in line with
the groups and the marks as they are, after its own write, and looks again after it has changed
something. So the last one to look sees what all others wrote.
"""

from collections.abc import Iterable, Mapping

from functions.accounts.domain import ActivityKind, User
from functions.activity.domain import MAX_UNREAD, Group, Marks
from functions.activity.ports import GroupStore, MarkStore
from functions.aws.backoff import attempts
from functions.aws.errors import Contended
from functions.social.service import Social

ATTEMPTS = 8
"""Looks at entries that others change at the same moment."""
NONE_OFF: frozenset[ActivityKind] = frozenset()


class Unread:
    """The unread entries of users."""

    def __init__(self, groups: GroupStore, marks: MarkStore, social: Social) -> None:
        self._groups = groups
        self._marks = marks
        self._social = social

    def settle(self, owner_id: str, group: Group) -> None:
        """Count an entry as unread, or stop counting it, after its group has changed.

        An entry that is counted already stays so while it has events that are not read. It is not
        checked again whether its actors were blocked or muted since.
        """
        marks = self._marks.get(owner_id)
        if group.name not in marks.unread or not is_unread(group, marks):
            self._settle(owner_id, [group.name], {group.name: group}, marks)

    def settle_all(self, owner_id: str) -> None:
        """Stop counting the entries that are read, or that the user does not see any more."""
        marks = self._marks.get(owner_id)
        names = [*marks.unread]
        self._settle(owner_id, names, self._groups.read(owner_id, names), marks)

    def _settle(
        self, owner_id: str, names: Iterable[str], groups: Mapping[str, Group], marks: Marks
    ) -> None:
        names = {*names}
        for attempt in attempts(ATTEMPTS):
            if attempt:
                groups = self._groups.read(owner_id, names)
                marks = self._marks.get(owner_id)
            wanted = self._wanted(owner_id, groups.values(), marks)
            gone = (names & marks.unread) - wanted
            room = max(0, MAX_UNREAD - len(marks.unread - gone))
            new = sorted(wanted - marks.unread, reverse=True)[:room]
            if not new and not gone:
                return
            if new:
                self._marks.add_unread(owner_id, new)
            if gone:
                self._marks.drop_unread(owner_id, gone)
        raise Contended("others changed the unread entries at every attempt")

    def _wanted(self, owner_id: str, groups: Iterable[Group], marks: Marks) -> set[str]:
        """Return the names of the groups that the owner has to see: with an event that is not read
        of somebody whom the owner sees and has not muted."""
        fresh = {group.name: fresh_actors(group, marks) for group in groups}
        actors = {actor for those in fresh.values() for actor in those}
        if not actors:
            return set()
        met: dict[str, User] = self._social.visible_users(owner_id, [owner_id, *actors])
        if owner_id not in met:
            return set()
        off = met[owner_id].activity_off or NONE_OFF
        seen = met.keys() - self._social.muted(owner_id)
        wanted = [group for group in groups if seen & fresh[group.name]]
        return {group.name for group in wanted if marks.wants(group.parts, off)}


def fresh_actors(group: Group, marks: Marks) -> set[str]:
    """Return the actors of the events that are not read."""
    return {one.user_id for one in group.people if one.at > marks.read_up_to}


def is_unread(group: Group, marks: Marks) -> bool:
    """Return whether a group has events that are not read."""
    return bool(fresh_actors(group, marks))
