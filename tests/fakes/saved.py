"""Saved posts and collections, in memory."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from functions.saved.domain import Collection, Save, SavedRef
from tests.fakes.rows import Held, Rows
from tests.fakes.transactions import LOCK


class FakeSaved:
    """Saves by (post, user). Lists and counts come from an index."""

    def __init__(self) -> None:
        self.rows: Rows[Save] = Rows()

    def get(self, post_id: str, user_id: str) -> Save | None:
        return self.rows.get((post_id, user_id))

    def add(self, save: Save) -> bool:
        with LOCK:
            if self.get(save.post_id, save.user_id) is not None:
                return False
            self.rows.put((save.post_id, save.user_id), save)
            return True

    def move(self, save: Save, collection_id: str | None) -> bool:
        with LOCK:
            held = self.get(save.post_id, save.user_id)
            if held is None or held.saved_id != save.saved_id:
                return False
            moved = replace(held, collection_id=collection_id)
            self.rows.put((save.post_id, save.user_id), moved)
            return True

    def remove(self, post_id: str, user_id: str) -> None:
        self.rows.drop((post_id, user_id))

    def drop(self, user_id: str, post_ids: Iterable[str]) -> None:
        for post_id in post_ids:
            self.remove(post_id, user_id)

    def count(self, user_id: str) -> int:
        return len(self._of(user_id))

    def page(
        self, user_id: str, collection_id: str | None, before: str | None, limit: int
    ) -> Sequence[SavedRef]:
        found = [
            _ref(save)
            for save in self._of(user_id)
            if collection_id is None or save.collection_id == collection_id
        ]
        return [ref for ref in found if before is None or ref.saved_id < before][:limit]

    def placed(self, user_id: str, first: str, last: str) -> Iterator[tuple[str, SavedRef]]:
        for save in self._of(user_id):
            if save.collection_id is not None and first <= save.collection_id <= last:
                yield save.collection_id, _ref(save)

    def _of(self, user_id: str) -> list[Save]:
        mine = (save for save in self.rows.indexed("user") if save.user_id == user_id)
        return sorted(mine, key=lambda save: save.saved_id, reverse=True)

    def lookup(self, pairs: Iterable[tuple[str, str]], *, consistent: bool = False) -> Any:
        find = self.rows.get if consistent else self.rows.seen
        return Held.of(lambda key: None if find(key) is None else True, pairs)


class FakeCollections:
    """Collections by (user, collection)."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Collection] = {}

    def get(self, user_id: str, collection_id: str) -> Collection | None:
        return self.rows.get((user_id, collection_id))

    def add(self, collection: Collection) -> bool:
        key = (collection.user_id, collection.collection_id)
        with LOCK:
            return self.rows.setdefault(key, collection) is collection

    def rename(self, user_id: str, collection_id: str, name: str) -> bool:
        with LOCK:
            held = self.get(user_id, collection_id)
            if held is None:
                return False
            self.rows[user_id, collection_id] = replace(held, name=name)
            return True

    def remove(self, user_id: str, collection_id: str) -> None:
        self.rows.pop((user_id, collection_id), None)

    def count(self, user_id: str) -> int:
        return len(self.page(user_id, None, len(self.rows)))

    def page(self, user_id: str, before: str | None, limit: int) -> Sequence[Collection]:
        ids = sorted((i for user, i in self.rows if user == user_id), reverse=True)
        return [self.rows[user_id, i] for i in ids if before is None or i < before][:limit]


def _ref(save: Save) -> SavedRef:
    return SavedRef(save.saved_id, save.post_id, save.author_id)
