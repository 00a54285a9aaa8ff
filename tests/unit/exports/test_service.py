"""Exports on fakes: what a repetition, a long one and a late one do."""

import io
import json
import zipfile
from contextlib import contextmanager
from datetime import timedelta

import msgspec
import pytest

from functions.exports.domain import DELAYED_AFTER, HINT, KEPT, LOST_AFTER, PARKED, Export
from functions.exports.service import PREPARED_IN, Exports
from functions.media.urls import MediaUrls
from functions.queues import Prepare
from functions.streams.exports import after
from functions.streams.jobs import Job
from tests.fakes.rows import Rows


class Store:
    """The exports table, in memory."""

    def __init__(self, now):
        self.rows, self._now = Rows(), now

    def get(self, user_id):
        found = self.rows.get(user_id)
        return found if found is not None and found.expires_at > self._now() else None

    def ask(self, export):
        held = self.get(export.user_id)
        if held is not None and not held.is_lost(self._now()):
            return False
        self.rows.put(export.user_id, export)
        return True

    def finish(self, export):
        held = self.rows.get(export.user_id)
        if held is None or (held.export_id, held.state) != (export.export_id, "pending"):
            return False
        self.rows.put(export.user_id, export)
        return True


class Archives:
    """The bucket, in memory."""

    def __init__(self):
        self.objects = {}
        self.names = []

    @contextmanager
    def writing(self, key, file_name):
        self.names.append(file_name)
        out = io.BytesIO()
        yield out
        self.objects[key] = out.getvalue()

    def delete(self, key):
        self.objects.pop(key, None)

    def read(self, key):
        return zipfile.ZipFile(io.BytesIO(self.objects[key]))


@pytest.fixture
def archives():
    return Archives()


class FoundRows:
    """What the pass has found: one row. Reading it takes as many seconds as `slow` says."""

    def __init__(self, slow, clock):
        self.slow, self.clock, self.deleted = slow, clock, []

    def read(self, user_id, export_id, name):
        self.clock.move(seconds=self.slow[name])
        yield {"text": {"S": f"found for {user_id} {export_id}"}}

    def delete(self, user_id, export_id):
        self.deleted.append((user_id, export_id))


class Passes:
    """The pass, in memory. `done` says whether it has ended."""

    def __init__(self):
        self.done, self.waits = True, []

    def outcome(self, wait):
        self.waits.append(wait)
        return wait if self.done else None

    def forget(self, user_id, purpose):
        self.waits.append(None)


@pytest.fixture
def exports(world, archives):
    """Exports of three numbers, a picture and what a pass finds. Each step of the numbers and of
    the search takes as many seconds as `slow` says."""
    world.person("ada")
    urls = MediaUrls(
        "https://cdn.test", 3600, timedelta(days=1), lambda: ("key", lambda m: m), world.clock
    )
    slow = {"numbers": 0, "search": 0}

    def taking(name, *items):
        for item in items:
            world.clock.move(seconds=slow[name])
            yield item

    made = Exports(
        Store(world.clock),
        archives,
        FoundRows(slow, world.clock),
        world.users,
        Passes(),
        {"numbers": lambda _: taking("numbers", 0, 1, 2)},
        lambda _: iter([("a.jpg", b"bytes"), ("gone.jpg", None)]),
        {"search": lambda row: row["text"]["S"]},
        urls,
        world.clock,
    )
    made.slow = slow
    return made


def prepared(exports, archives, export_id="e1"):
    exports.prepare(Prepare("ada", export_id))
    return archives.read(f"exports/ada/{export_id}.zip")


def listed(archive, name):
    return json.loads(archive.read(f"{name}.json"))


def test_an_export_is_ready_with_all_it_has(world, exports, archives):
    assert exports.ask("ada", "e1").status == "pending"
    archive = prepared(exports, archives)
    assert listed(archive, "numbers") == [0, 1, 2]
    assert archive.read("pictures/a.jpg") == b"bytes"
    assert listed(archive, "search") == ["found for ada e1"]
    assert listed(archive, "left-out") == ["gone.jpg"]
    told = exports.look("ada")
    assert told.status == "ready"
    assert told.bytes == len(archives.objects["exports/ada/e1.zip"])
    assert told.expires_at == world.clock() + KEPT
    assert told.url.startswith("https://cdn.test/exports/ada/e1.zip?")


def test_nothing_is_written_before_the_pass_has_ended(exports, archives):
    exports.ask("ada", "e1")
    exports._passes.done = False
    exports.prepare(Prepare("ada", "e1"))
    assert archives.objects == {}
    assert exports.look("ada").status == "pending"
    [asked] = exports._passes.waits
    assert (asked.user_id, asked.purpose, asked.ticket) == ("ada", "export", "e1")
    exports._passes.done = True
    prepared(exports, archives)
    assert exports._rows.deleted == [("ada", "e1")]
    assert exports._passes.waits[-1] is None


def test_whoever_asks_again_and_again_waits_for_one_pass(exports, archives):
    exports._passes.done = False
    for number in range(20):
        exports.ask("ada", f"e{number}")
        exports.prepare(Prepare("ada", f"e{number}"))
    assert {asked.ticket for asked in exports._passes.waits} == {"e0"}


def test_what_takes_too_long_is_left_out_and_named(exports, archives):
    exports.slow["numbers"] = PREPARED_IN.total_seconds() / 2
    exports.ask("ada", "e1")
    archive = prepared(exports, archives)
    assert listed(archive, "numbers") == [0]
    left_out = [f"the rest of {name}" for name in ("numbers", "pictures", "search")]
    assert listed(archive, "left-out") == left_out


def test_a_search_that_takes_all_the_time_costs_nothing_that_is_found_without(exports, archives):
    exports.slow["search"] = PREPARED_IN.total_seconds()
    exports.ask("ada", "e1")
    archive = prepared(exports, archives)
    assert listed(archive, "numbers") == [0, 1, 2]
    assert archive.read("pictures/a.jpg") == b"bytes"
    assert listed(archive, "search") == []
    assert listed(archive, "left-out") == ["gone.jpg", "the rest of search"]


def test_no_picture_is_read_once_the_time_is_over(exports, archives):
    """A user may have tens of thousands, and the function has three minutes left."""
    exports.slow["numbers"] = PREPARED_IN.total_seconds()
    read = []
    exports._pictures = lambda _: (read.append(n) or (f"{n}.jpg", b"") for n in range(100))
    exports.ask("ada", "e1")
    prepared(exports, archives)
    assert len(read) == 1


def test_a_repetition_changes_nothing_once_it_is_ready(world, exports, archives):
    exports.ask("ada", "e1")
    prepared(exports, archives)
    told = exports.look("ada")
    world.clock.move(seconds=1)
    prepared(exports, archives)
    assert exports.look("ada") == told


def test_one_that_was_lost_can_be_asked_for_again_and_its_late_message_does_nothing(
    world, exports, archives
):
    exports.ask("ada", "e1")
    world.clock.move(seconds=LOST_AFTER.total_seconds() - 1)
    exports.ask("ada", "e2")
    assert exports.store.get("ada").export_id == "e1"
    assert exports.look("ada").status == "pending"
    world.clock.move(seconds=1)
    exports.ask("ada", "e2")
    exports.prepare(Prepare("ada", "e1"))
    assert archives.objects == {}
    assert exports.look("ada").status == "pending"


def test_one_that_takes_long_says_so_and_a_redrive_days_later_finishes_it(world, exports, archives):
    exports.ask("ada", "e1")
    world.clock.move(seconds=DELAYED_AFTER.total_seconds() - 1)
    assert exports.look("ada").hint is msgspec.UNSET
    world.clock.move(seconds=1)
    assert exports.look("ada").hint == HINT
    world.clock.move(seconds=PARKED.total_seconds() - DELAYED_AFTER.total_seconds() - 1)
    prepared(exports, archives)
    assert (exports.look("ada").status, exports.look("ada").hint) == ("ready", msgspec.UNSET)


def test_who_has_left_is_written_nothing_and_keeps_nothing(world, exports, archives):
    exports.ask("ada", "e1")
    prepared(exports, archives)
    world.users.rows.drop("ada")
    exports.prepare(Prepare("ada", "e1"))
    assert archives.objects == {}


def test_only_what_is_asked_for_is_prepared(exports):
    exports.ask("ada", "e1")
    asked = exports.store.get("ada")
    ready = Export(**{**{f: getattr(asked, f) for f in asked.__struct_fields__}, "state": "ready"})
    job = Prepare("ada", "e1")
    assert after(None, asked) == [Job("exports", job)]
    assert after(asked, ready) == []
    assert after(asked, asked) == []
    assert after(ready, None) == []
    other = Export(**{**{f: getattr(asked, f) for f in asked.__struct_fields__}, "export_id": "e2"})
    assert after(ready, other) == [Job("exports", Prepare("ada", "e2"))]
