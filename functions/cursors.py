"""Cursors: opaque, authenticated, and good only for the viewer and the list they were made for."""

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import msgspec

from functions.errors import Invalid
from functions.pages import Item, Page, read_on
from functions.signing import signing_keys

if TYPE_CHECKING:
    from itsdangerous import URLSafeSerializer

Position = TypeVar("Position")


class ListCursor:
    """The cursors of one list as one viewer sees it."""

    def __init__(self, key: Callable[[], str], viewer_id: str, name: str) -> None:
        self._key = key
        self._salt = f"{viewer_id}:{name}"

    def seal(self, position: object) -> str:
        """The cursor of a position: anything that JSON holds."""
        return str(self._serializer().dumps(msgspec.to_builtins(position)))

    def open(self, cursor: str | None, kind: type[Position]) -> Position | None:
        """The position in a cursor; None without one: the list's beginning.

        Raises:
            Invalid: the cursor was tampered with, or belongs to another viewer or list. Padding
                counts as tampering, though base64 has it decode to the same position.
        """
        if cursor is None:
            return None
        from itsdangerous import BadData  # with the first cursor, not with the first request

        try:
            held = self._serializer().loads(cursor)
            if self.seal(held) != cursor:
                raise BadData("it does not seal to itself")
            return msgspec.convert(held, kind)
        except (BadData, msgspec.ValidationError) as error:
            raise Invalid.field("cursor", "not a cursor of this list") from error

    def page(
        self,
        cursor: str | None,
        kind: type[Position],
        limit: int,
        fetch: Callable[[Position | None, int], Sequence[Position]],
        show: Callable[[Sequence[Position]], Sequence[Item | None]],
    ) -> Page[Item]:
        """A page of a list whose entries are its positions; `fetch` and `show` as in `read_on`.

        Raises:
            Invalid: as `open` does.
        """
        part = read_on(limit, self.open(cursor, kind), fetch, show)
        return Page(part.shown, None if part.last is None else self.seal(part.last))

    def _serializer(self) -> "URLSafeSerializer":
        from itsdangerous import URLSafeSerializer

        digest = {"digest_method": hashlib.sha256}
        return URLSafeSerializer(self._key(), salt=self._salt, signer_kwargs=digest)


class Cursors:
    """Makes the cursors of any list. `key` is asked for when a cursor is first sealed or opened."""

    def __init__(self, key: Callable[[], str]) -> None:
        self._key = key

    def of(self, viewer_id: str, name: str) -> ListCursor:
        """The cursors of a list. `name` tells it from all others: `users/42/posts`."""
        return ListCursor(self._key, viewer_id, name)


def stage_cursors() -> Cursors:
    """Cursors under the stage's own key."""
    return Cursors(lambda: signing_keys().cursor_key)
