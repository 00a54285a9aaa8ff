"""Cursors: opaque, authenticated, and valid only for the viewer and the list they were made for."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import msgspec

from functions.aws.signing_keys import signing_keys
from functions.errors import Invalid
from functions.http.pages import Item, ListQuery, Page, read_on

if TYPE_CHECKING:
    from itsdangerous import URLSafeSerializer

Position = TypeVar("Position")
CursorKeys = Callable[[], Sequence[str]]
"""Returns the keys that open a cursor. The first one seals."""


class ListCursor:
    """The cursors of one list as one viewer sees it."""

    def __init__(self, keys: CursorKeys, viewer_id: str, name: str) -> None:
        self._keys = keys
        self._salt = f"{viewer_id}:{name}"

    def seal(self, position: object) -> str:
        """Return the cursor of a position, which may be anything that JSON can hold."""
        key = self._keys()[0]
        return str(self._serializer(key).dumps(msgspec.to_builtins(position)))

    def open(self, cursor: str | None, kind: type[Position]) -> Position | None:
        """Return the position in a cursor; None without a cursor or with an empty one, which means
        the beginning of the list.

        Raises:
            Invalid: the cursor was changed, or belongs to another viewer or list. Added padding
                counts as a change, although base64 would decode it to the same position.
        """
        if not cursor:
            return None
        try:
            return msgspec.convert(self._held(cursor), kind)
        except (LookupError, msgspec.ValidationError) as error:
            raise Invalid.field("cursor", "not a cursor of this list") from error

    def _held(self, cursor: str) -> object:
        """Return what one of the keys has sealed. Raises LookupError if none has."""
        from itsdangerous import BadData  # with the first cursor, not with the first request

        for serializer in map(self._serializer, self._keys()):
            with suppress(BadData):
                held: object = serializer.loads(cursor)
                if serializer.dumps(held) == cursor:
                    return held
        raise LookupError("no key of this list has sealed it")

    def page(
        self,
        query: ListQuery,
        kind: type[Position],
        fetch: Callable[[Position | None, int], Sequence[Position]],
        show: Callable[[Sequence[Position]], Sequence[Item | None]],
    ) -> Page[Item]:
        """Read a page of a list whose entries are its positions, as `read_on` does.

        Raises:
            Invalid: as `open` does.
        """
        part = read_on(query.limit, self.open(query.cursor, kind), fetch, show)
        return Page(part.shown, None if part.last is None else self.seal(part.last))

    def _serializer(self, key: str) -> "URLSafeSerializer":
        from itsdangerous import URLSafeSerializer

        digest = {"digest_method": hashlib.sha256}
        return URLSafeSerializer(key, salt=self._salt, signer_kwargs=digest)


class Cursors:
    """Makes the cursors of any list. `keys` is called when a cursor is sealed or opened."""

    def __init__(self, keys: CursorKeys) -> None:
        self._keys = keys

    def of(self, viewer_id: str, name: str) -> ListCursor:
        """Make the cursors of a list. `name` distinguishes it from all others: `users/42/posts`."""
        return ListCursor(self._keys, viewer_id, name)


def stage_cursors() -> Cursors:
    """Return cursors made with the stage's own keys."""
    return Cursors(lambda: signing_keys().cursor_keys)
