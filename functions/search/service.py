"""The use case of searching for people."""

from collections.abc import Sequence

import msgspec

from functions.accounts.schemas import UserView
from functions.accounts.usernames import folded
from functions.http.cursors import Cursors
from functions.http.pages import Page
from functions.search.ports import PeopleIndex
from functions.search.schemas import MAX_QUERY, SearchQuery
from functions.search.words import all_begin, wanted_words, words_of
from functions.social.service import Social
from functions.text import checked_text

CANDIDATES = 40
"""Candidates that are ordered together: as many as half a read unit reads from the index."""
MOST_BATCHES = 3
"""Batches of candidates that one request reads. If most of them are hidden, the page is short."""


class Position(msgspec.Struct, frozen=True):
    """Where a page goes on: with ordered candidates that are not shown yet, and then from a place
    in the index. `after` is empty at its beginning and None at its end."""

    ahead: list[str]
    after: str | None


class Search:
    """Search for people, as a viewer may see them."""

    def __init__(self, index: PeopleIndex, social: Social, cursors: Cursors) -> None:
        self._index = index
        self._social = social
        self._cursors = cursors

    def people(self, viewer_id: str, query: SearchQuery) -> Page[UserView]:
        """Return a page of the accounts of which every word of the query begins a word.

        The account with exactly this username is the first one. Then follow those that the viewer
        follows, and then the others by followers. The order holds among `CANDIDATES` accounts at
        a time, of which those with the most followers come first.

        Raises:
            Invalid: the query shows nothing, or the cursor is not of this search.
        """
        text = checked_text("q", query.q, MAX_QUERY, visible=True)
        wanted = wanted_words(text)
        own = self._cursors.of(viewer_id, f"search/users/{text}")
        position = own.open(query.cursor, Position) or Position([], "" if wanted else None)
        ahead, after = position.ahead, position.after
        shown: list[UserView] = []
        batches = 0
        while room := query.limit - len(shown):
            if ahead:
                part, ahead = ahead[:room], ahead[room:]
                shown += self._show(viewer_id, wanted, part)
            elif after is None or batches == MOST_BATCHES:
                break
            else:
                found = self._index.find(wanted, after, max(CANDIDATES, room))
                ordered = self._order(text, self._show(viewer_id, wanted, found.user_ids))
                shown += ordered[:room]
                ahead, after = [one.user_id for one in ordered[room:]], found.after
                batches += 1
        rest = Position(ahead, after)
        return Page(shown, own.seal(rest) if ahead or after is not None else None)

    def _show(
        self, viewer_id: str, wanted: Sequence[str], user_ids: Sequence[str]
    ) -> list[UserView]:
        """Show the candidates that the viewer may see and that the query still finds: the index may
        not know yet that an account is gone or has another name."""
        met = self._social.show_ids(viewer_id, user_ids)
        return [one for one in met if all_begin(wanted, words_of(one.username, one.display_name))]

    def _order(self, text: str, found: Sequence[UserView]) -> list[UserView]:
        name = folded(text).removeprefix("@")

        def key(user: UserView) -> tuple[bool, bool, int]:
            is_other = user.username != name
            return is_other, user.relationship.following != "yes", -user.follower_count

        return sorted(found, key=key)
