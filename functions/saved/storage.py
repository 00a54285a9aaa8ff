"""The saved and the collections table."""

from collections.abc import Iterable, Iterator, Sequence

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from functions.aws.scans import PAGE, delete_page
from functions.aws.tables import Lookup, Table, delete_all, try_write
from functions.config import settings
from functions.saved.domain import Collection, Save, SavedRef

ULID_LENGTH = 26
AFTER_ALL_ULIDS = "~"
"""Sorts behind every character of a ULID."""


class UserIndex(GlobalSecondaryIndex["SavedRow"]):
    """Saves by user and time."""

    class Meta:
        index_name = "user"
        projection = IncludeProjection(["author_id"])

    user_id = UnicodeAttribute(hash_key=True)
    saved_id = UnicodeAttribute(range_key=True)


class PlaceIndex(GlobalSecondaryIndex["SavedRow"]):
    """Saves by user and place. Sparse: only a save in a collection has a place."""

    class Meta:
        index_name = "place"
        projection = IncludeProjection(["author_id"])

    user_id = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class SavedRow(Table):
    """One save. It lies with the other saves of its post, so a deleted post finds them by key.

    `place` is the id of the collection followed by that of the save: the order within a collection.
    """

    user_ids = ("user_id", "author_id")

    class Meta:
        table_name = settings().table("saved")

    post_id = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute(range_key=True)
    author_id = UnicodeAttribute()
    saved_id = UnicodeAttribute()
    place = UnicodeAttribute(null=True)
    by_user = UserIndex()
    by_place = PlaceIndex()


class CollectionRow(Table):
    """One collection. Its posts name it; it does not count them."""

    user_ids = ("user_id",)
    words = ("name",)

    class Meta:
        table_name = settings().table("collections")

    user_id = UnicodeAttribute(hash_key=True)
    collection_id = UnicodeAttribute(range_key=True)
    name = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()


class SavedTable:
    """Saves in DynamoDB."""

    def get(self, post_id: str, user_id: str) -> Save | None:
        try:
            row = SavedRow.get(post_id, user_id, consistent_read=True)
        except DoesNotExist:
            return None
        return Save(
            user_id=user_id,
            post_id=post_id,
            author_id=row.author_id,
            saved_id=row.saved_id,
            collection_id=row.place[:ULID_LENGTH] if row.place else None,
        )

    def add(self, save: Save) -> bool:
        row = SavedRow(
            save.post_id,
            save.user_id,
            author_id=save.author_id,
            saved_id=save.saved_id,
            place=_place(save.collection_id, save.saved_id),
        )
        return try_write(lambda: row.save(SavedRow.post_id.does_not_exist()))

    def move(self, save: Save, collection_id: str | None) -> bool:
        place = _place(collection_id, save.saved_id)
        actions: list[Action] = [
            SavedRow.place.remove() if place is None else SavedRow.place.set(place)
        ]
        row = SavedRow(save.post_id, save.user_id)
        same = SavedRow.saved_id == save.saved_id
        return try_write(lambda: row.update(actions, condition=same))

    def remove(self, post_id: str, user_id: str) -> None:
        try_write(lambda: SavedRow(post_id, user_id).delete())

    def drop(self, user_id: str, post_ids: Iterable[str]) -> None:
        delete_all(SavedRow, ((post_id, user_id) for post_id in post_ids))

    def count(self, user_id: str) -> int:
        return int(SavedRow.by_user.count(user_id))

    def page(
        self, user_id: str, collection_id: str | None, before: str | None, limit: int
    ) -> Sequence[SavedRef]:
        if collection_id is None:
            earlier = UserIndex.saved_id < before if before else None
            rows = SavedRow.by_user.query(user_id, earlier, scan_index_forward=False, limit=limit)
            return [SavedRef(row.saved_id, row.post_id, row.author_id) for row in rows]
        # Both ends of BETWEEN belong to it, so the save that the page begins behind comes along.
        last = collection_id + (before or AFTER_ALL_ULIDS)
        placed = self._placed(user_id, collection_id, last, limit + bool(before))
        return [ref for _, ref in placed if ref.saved_id != before][:limit]

    def placed(self, user_id: str, first: str, last: str) -> Iterator[tuple[str, SavedRef]]:
        return self._placed(user_id, first, last + AFTER_ALL_ULIDS, None)

    def _placed(
        self, user_id: str, first: str, last: str, limit: int | None
    ) -> Iterator[tuple[str, SavedRef]]:
        places = PlaceIndex.place.between(first, last)
        rows = SavedRow.by_place.query(user_id, places, scan_index_forward=False, limit=limit)
        for row in rows:
            place = str(row.place)
            ref = SavedRef(place[ULID_LENGTH:], row.post_id, row.author_id)
            yield place[:ULID_LENGTH], ref

    def lookup(self, pairs: Iterable[tuple[str, str]], *, consistent: bool = False) -> Lookup[bool]:
        return Lookup(SavedRow, list(pairs), lambda _: True, consistent)

    def erase_some_of(self, post_id: str) -> bool:
        """Delete some of a post's saves. Return whether none is left."""
        return delete_page(SavedRow, post_id)

    def erase_some_by(self, user_id: str) -> bool:
        """Delete some of a user's saves. Return whether none is left."""
        found = self.page(user_id, None, None, PAGE)
        self.drop(user_id, (ref.post_id for ref in found))
        return len(found) < PAGE


class CollectionTable:
    """Collections in DynamoDB."""

    def get(self, user_id: str, collection_id: str) -> Collection | None:
        try:
            row = CollectionRow.get(user_id, collection_id, consistent_read=True)
        except DoesNotExist:
            return None
        return row.decode(Collection)

    def add(self, collection: Collection) -> bool:
        row = CollectionRow.encode(collection)
        return try_write(lambda: row.save(CollectionRow.user_id.does_not_exist()))

    def rename(self, user_id: str, collection_id: str, name: str) -> bool:
        row = CollectionRow(user_id, collection_id)
        actions: list[Action] = [CollectionRow.name.set(name)]
        there = CollectionRow.user_id.exists()
        return try_write(lambda: row.update(actions, condition=there))

    def remove(self, user_id: str, collection_id: str) -> None:
        CollectionRow(user_id, collection_id).delete()

    def count(self, user_id: str) -> int:
        return int(CollectionRow.count(user_id, consistent_read=True))

    def page(self, user_id: str, before: str | None, limit: int) -> Sequence[Collection]:
        rows = CollectionRow.query(
            user_id,
            CollectionRow.collection_id < before if before else None,
            consistent_read=True,
            scan_index_forward=False,
            limit=limit,
        )
        return [row.decode(Collection) for row in rows]

    def erase_some_of(self, user_id: str) -> bool:
        """Delete some of a user's collections. Return whether none is left."""
        return delete_page(CollectionRow, user_id)


def _place(collection_id: str | None, saved_id: str) -> str | None:
    return None if collection_id is None else collection_id + saved_id
