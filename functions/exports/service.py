"""Use cases of exports: ask for one, see its progress, and prepare it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from functions.accounts.ports import UserStore
from functions.aws.tables import Image
from functions.clock import Clock, whole_second
from functions.exports.domain import HINT, KEPT, PARKED, Export, export_key
from functions.exports.ports import ArchiveStore, ExportStore, FoundRowStore
from functions.exports.schemas import ExportView
from functions.media.urls import MediaUrls
from functions.observability import log
from functions.passes.domain import Wait
from functions.passes.service import Passes
from functions.queues import Prepare

if TYPE_CHECKING:
    from functions.exports.archive import Archive

PREPARED_IN = timedelta(minutes=12)
"""Lists and pictures that are not in the archive by then are left out, and the archive names them.
The function has 15 minutes."""

Source = Callable[[str], Iterator[Any]]
"""Yields all of a user's items of one kind."""
Shown = Callable[[Image], Any]
"""Returns what an export shows of a row that a pass has found."""
Pictures = Callable[[str], Iterator[tuple[str, bytes | None]]]
"""Yields the name and the bytes of each of a user's pictures; None for bytes that are gone."""
Item = TypeVar("Item")


class Exports:
    """Exports of users' data. `found` are the lists that are read by key, by name. `searched` are
    the lists whose rows a pass finds."""

    def __init__(
        self,
        store: ExportStore,
        archives: ArchiveStore,
        rows: FoundRowStore,
        users: UserStore,
        passes: Passes,
        found: Mapping[str, Source],
        pictures: Pictures,
        searched: Mapping[str, Shown],
        urls: MediaUrls,
        now: Clock,
    ) -> None:
        self.store = store
        self._archives = archives
        self._rows = rows
        self._users = users
        self._passes = passes
        self._found = found
        self._pictures = pictures
        self._searched = searched
        self._urls = urls
        self._now = now

    def ask(self, user_id: str, export_id: str) -> ExportView:
        """Ask for an export. Return the present export if it is being prepared or can still be
        fetched, unless its preparation is lost."""
        now = self._now()
        asked = Export(
            user_id=user_id,
            export_id=export_id,
            state="pending",
            requested_at=now,
            expires_at=whole_second(now + PARKED),
        )
        if self.store.ask(asked):
            return self._view(asked)
        return self.look(user_id)

    def look(self, user_id: str) -> ExportView:
        """Return the state of the user's export, and its URL if it is ready."""
        found = self.store.get(user_id)
        return ExportView("none") if found is None else self._view(found)

    def _view(self, export: Export) -> ExportView:
        ready = export.state == "ready"
        url = self._urls.download(export.key) if ready else None
        shown = ExportView(export.state, url, export.bytes, export.requested_at, export.expires_at)
        return replace(shown, hint=HINT) if export.is_delayed(self._now()) else shown

    def prepare(self, job: Prepare) -> None:
        """Wait for a pass, which sends this message again, and then write the archive. A repetition
        writes it again, under the same key.

        If the account is deleted meanwhile, the archive is deleted too.
        """
        export = self.store.get(job.user_id)
        wanted = export is not None and export.export_id == job.export_id
        if export is not None and wanted and export.state == "pending":
            asked = Wait(user_id=job.user_id, purpose="export", ticket=job.export_id)
            if self._is_there(job) and self._passes.outcome(asked) is None:
                return
            self._finish(export)
        if not self._is_there(job):
            self._archives.delete(export_key(job.user_id, job.export_id))

    def _finish(self, export: Export) -> None:
        size = self._write(export) if self._users.get(export.user_id) is not None else 0
        ready = replace(
            export, state="ready", bytes=size, expires_at=whole_second(self._now() + KEPT)
        )
        done = self.store.finish(ready)
        log.info("export prepared", user_id=export.user_id, bytes=size, first=done)
        self._rows.delete(export.user_id, export.export_id)
        self._passes.forget(export.user_id, "export")

    def _is_there(self, job: Prepare) -> bool:
        return self._users.get(job.user_id) is not None

    def _write(self, export: Export) -> int:
        # Imported here: a request for an export does not need zipfile.
        from functions.exports.archive import Archive

        file_name = f"fanlight-export-{export.requested_at.date().isoformat()}.zip"
        with self._archives.writing(export.key, file_name) as out, Archive(out) as archive:
            self._fill(archive, export)
        return out.tell()

    def _fill(self, archive: "Archive", export: Export) -> None:
        until = self._now() + PREPARED_IN
        left_out: list[str] = []

        def in_time(name: str, source: Callable[[str], Iterator[Item]]) -> Iterator[Item]:
            return self._in_time(source(export.user_id), until, name, left_out)

        for name, source in self._found.items():
            archive.list(name, in_time(name, source))
        for name, data in in_time("pictures", self._pictures):
            if data is None:
                left_out.append(name)
            else:
                archive.picture(name, data)
        for name, shown in self._searched.items():
            rows = self._rows.read(export.user_id, export.export_id, name)
            archive.list(name, self._in_time(map(shown, rows), until, name, left_out))
        archive.list("left-out", left_out)

    def _in_time(
        self, items: Iterator[Item], until: datetime, name: str, left_out: list[str]
    ) -> Iterator[Item]:
        """Yield the items until time is up."""
        for item in items:
            if self._now() >= until:
                left_out.append(f"the rest of {name}")
                return
            yield item
