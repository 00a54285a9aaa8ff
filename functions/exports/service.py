"""Ask for an export, see how far it is, and prepare it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from functions.accounts.service import Users
from functions.clock import Clock, whole_second
from functions.exports.domain import KEPT, LOST_AFTER, Export, export_key
from functions.exports.messages import Prepare
from functions.exports.schemas import ExportView
from functions.exports.store import Archives, ExportStore
from functions.log import log
from functions.media.urls import MediaUrls

if TYPE_CHECKING:
    from functions.exports.archive import Archive

PREPARED_IN = timedelta(minutes=12)
"""What is not in the archive by then is left out, and named in it: the function has 15 minutes."""

Source = Callable[[str], Iterator[Any]]
"""All of one kind that a user has, item by item; None now and then where it is long looked for."""
Pictures = Callable[[str], Iterator[tuple[str, bytes | None]]]
"""A user's pictures: the name of each, and its bytes; None where they have gone."""
Item = TypeVar("Item")


class Exports:
    """Exports. `found` are the lists that go into one, by name, and `searched` those that only a
    search through everybody's brings together."""

    def __init__(
        self,
        store: ExportStore,
        archives: Archives,
        users: Users,
        found: Mapping[str, Source],
        pictures: Pictures,
        searched: Mapping[str, Source],
        urls: MediaUrls,
        now: Clock,
    ) -> None:
        self.store = store
        self._archives = archives
        self._users = users
        self._found = found
        self._pictures = pictures
        self._searched = searched
        self._urls = urls
        self._now = now

    def ask(self, user_id: str, export_id: str) -> ExportView:
        """Ask for an export; one that is being prepared, or can still be fetched, is the one."""
        now = self._now()
        asked = Export(
            user_id=user_id,
            export_id=export_id,
            state="pending",
            requested_at=now,
            expires_at=whole_second(now + LOST_AFTER),
        )
        if self.store.ask(asked):
            return self._view(asked)
        return self.look(user_id)

    def look(self, user_id: str) -> ExportView:
        """How far the user's export is, and where it can be fetched."""
        found = self.store.get(user_id)
        return ExportView("none") if found is None else self._view(found)

    def _view(self, export: Export) -> ExportView:
        ready = export.state == "ready"
        url = self._urls.original(export.user_id, export.key) if ready else None
        return ExportView(export.state, url, export.bytes, export.requested_at, export.expires_at)

    def prepare(self, job: Prepare) -> None:
        """Write the archive. A repetition writes it anew, under the same key.

        Somebody may delete the account meanwhile: then nothing is left of it.
        """
        key = export_key(job.user_id, job.export_id)
        export = self.store.get(job.user_id)
        wanted = export is not None and export.export_id == job.export_id
        if export is not None and wanted and export.state == "pending":
            size = self._write(export) if self._users.get(job.user_id) is not None else 0
            ready = replace(
                export, state="ready", bytes=size, expires_at=whole_second(self._now() + KEPT)
            )
            done = self.store.finish(ready)
            log.info("export prepared", user_id=job.user_id, bytes=size, first=done)
        if self._users.get(job.user_id) is None:
            self._archives.delete(key)

    def _write(self, export: Export) -> int:
        # Who asks, or looks, does not pay for importing zipfile.
        from functions.exports.archive import Archive

        with self._archives.writing(export.key) as out, Archive(out) as archive:
            self._fill(archive, export.user_id)
        return out.tell()

    def _fill(self, archive: "Archive", user_id: str) -> None:
        until = self._now() + PREPARED_IN
        left_out: list[str] = []

        def in_time(name: str, source: Callable[[str], Iterator[Item | None]]) -> Iterator[Item]:
            return self._in_time(source(user_id), until, name, left_out)

        for name, source in self._found.items():
            archive.list(name, in_time(name, source))
        for name, data in in_time("pictures", self._pictures):
            if data is None:
                left_out.append(name)
            else:
                archive.picture(name, data)
        # A search takes the longer the more all others have: what is found by key comes before it,
        # so that none of that is left out for it.
        for name, source in self._searched.items():
            archive.list(name, in_time(name, source))
        archive.list("left-out", left_out)

    def _in_time(
        self, items: Iterator[Item | None], until: datetime, name: str, left_out: list[str]
    ) -> Iterator[Item]:
        """The items, as far as there is time."""
        for item in items:
            if self._now() >= until:
                left_out.append(f"the rest of {name}")
                return
            if item is not None:
                yield item
