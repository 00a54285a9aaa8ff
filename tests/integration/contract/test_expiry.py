"""An expired row is gone for every reader, although TTL deletes it up to two days later.

moto never deletes expired rows, so each stays in its table while these tests read.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from chalice.app import Response

from functions.accounts.domain import Erasure
from functions.accounts.names import CLAIM_KEPT, Name, is_free
from functions.accounts.storage_names import NameTable
from functions.affinity.domain import FORGOTTEN_AT, Closeness, score_at
from functions.affinity.storage import forgotten_at
from functions.clock import epoch_seconds, utc_now
from functions.counters.domain import Counts
from functions.exports.domain import Export
from functions.exports.storage import ExportTable
from functions.http import idempotency
from functions.http.limits import Limit, Limiter, UseTable
from functions.posts.domain import Post, PostRef
from functions.stories.domain import Story, StoryRef
from infra.local.provision import TEMPLATE
from infra.local.template import read_template
from tests.fakes.limits import plain_digest
from tests.fakes.pictures import media, picture
from tests.integration.contract.backends import KEPT, real_backend

DAY = timedelta(days=1)
EXPIRED: dict[str, Callable[[Any, Any], None]] = {}
"""By table: makes a row that expires, and checks that a reader sees it before and not after."""


def of(table: str) -> Callable[[Callable[[Any, Any], None]], Callable[[Any, Any], None]]:
    """Register the check of a table."""

    def register(check: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        EXPIRED[table] = check
        return check

    return register


@pytest.fixture
def backend():
    return real_backend()


@of("media")
def _media(backend, _):
    made = media(backend.name("media"), "owner")
    backend.media.create(made, backend.clock() + DAY)
    assert backend.media.read([made.media_id])
    backend.clock.move(days=1)
    assert not backend.media.read([made.media_id])
    assert backend.media.begin(made.media_id, "message") is None


@of("feed_items")
def _timelines(backend, _):
    viewer, post = backend.name(), PostRef(backend.new_id(), "p", "author")
    backend.timelines.put([(viewer, post)])
    assert backend.timelines.read(viewer, None, 10)
    backend.clock.move(seconds=KEPT.total_seconds() + 1)
    assert not backend.timelines.read(viewer, None, 10)


def _story(backend) -> Story:
    author = backend.name("author")
    now = backend.clock()
    return Story(
        story_id=f"{author}.{backend.new_id()}",
        author_id=author,
        state="published",
        media_id="m",
        picture=picture("m", author, "story"),
        created_at=now,
        published_id=backend.new_id(),
        expires_at=now + DAY,
        correlation_id="c",
    )


@of("stories")
def _stories(backend, _):
    story = _story(backend)
    backend.stories.create(story, [])
    assert backend.stories.active(story.author_id)
    assert backend.stories.held(story.author_id) == 1
    backend.clock.move(days=1)
    assert not backend.stories.active(story.author_id)
    assert backend.stories.held(story.author_id) == 0


@of("story_tray")
def _tray(backend, _):
    viewer = backend.name()
    story = StoryRef(backend.new_id(), "a.1", "a", backend.clock() + DAY)
    backend.tray.put([(viewer, story)])
    assert backend.tray.read(viewer, 10)
    backend.clock.move(days=1)
    assert not backend.tray.read(viewer, 10)


@of("story_views")
@of("counts")
def _with_their_story(backend, _):
    """Views and counts of a story are read only through the story, which ends when they do."""
    story = _story(backend)
    backend.stories.create(story, [])
    backend.count(story.story_id, Counts(views=1))
    backend.clock.move(days=1)
    assert not backend.stories.active(story.author_id)


@of("users")
def _tombstones_of_users(backend, _):
    """A tombstone expires, and shows no user before or after."""
    user = backend.user()
    backend.users.replace_with_tombstone(
        Erasure(
            user_id=user.user_id, username=user.username, begun_at=backend.clock(), step="follows"
        )
    )
    assert backend.users.get(user.user_id) is None
    backend.clock.move(days=100)
    assert backend.users.get(user.user_id) is None


@of("posts")
def _tombstones_of_posts(backend, _):
    """Only a deleted post expires. It is in no list, and not published for who has its id."""
    post = Post(
        post_id=backend.name(), author_id=backend.name(), state="published", caption="",
        location=None, filter=None, media_ids=["m"], pictures=[picture("m", "a")],
        created_at=backend.clock(), published_id=backend.new_id(), correlation_id="c",
    )  # fmt: skip
    backend.posts.create(post, [])
    assert backend.posts.recent(post.author_id, None, 10)
    assert backend.posts.delete(post, backend.clock(), [])
    backend.clock.move(days=100)
    assert not backend.posts.recent(post.author_id, None, 10)
    [found] = backend.read_together(backend.posts.lookup([post.post_id]))
    assert [one.published for one in found.values()] == [False]


@of("affinity")
def _closeness(backend, _):
    """A score that may expire is too low to order anything."""
    closeness = Closeness(viewer_id="v", author_id="a", score=1.0, as_of=backend.clock())
    at = forgotten_at(closeness, KEPT)
    assert score_at(closeness, at, KEPT) <= FORGOTTEN_AT


@of("exports")
def _exports(backend, _):
    exports = ExportTable(backend.clock)
    now = backend.clock()
    made = Export(
        user_id=backend.name(),
        export_id="e1",
        state="ready",
        requested_at=now,
        expires_at=now + DAY,
    )
    assert exports.ask(made)
    assert exports.get(made.user_id)
    backend.clock.move(days=1)
    assert exports.get(made.user_id) is None
    assert exports.ask(made)


@of("passes")
def _waits(backend, _):
    """TTL only removes waits that nobody else has. One that has expired is still worked off, which
    finds nothing."""


@of("idempotency")
def _keys(backend, monkeypatch):
    answers = iter(("first", "second"))
    scope = backend.name()

    def run(_):
        return Response(next(answers))

    def again(_):
        return Response("again")

    assert idempotency.run_once(scope, "key", b"", run, again).body == "first"
    assert idempotency.run_once(scope, "key", b"", run, again).body == "again"
    later = utc_now() + idempotency.KEPT + timedelta(seconds=1)
    monkeypatch.setattr(idempotency, "utc_now", lambda: later)
    assert idempotency.run_once(scope, "key", b"", run, again).body == "second"


@of("names")
def _names(backend, _):
    ends = epoch_seconds(backend.clock() + DAY)
    held = Name(
        name=backend.name(), version="1", state="held", since=backend.clock(), expires_at=ends
    )
    NameTable().put(held, None)
    assert not is_free(NameTable().get(held.name), backend.clock())
    backend.clock.move(days=1)
    assert is_free(NameTable().get(held.name), backend.clock())


def test_a_claim_holds_its_name_from_nobody_long_before_it_expires(backend):
    claim = Name(
        name=backend.name(), version="1", state="claimed", since=backend.clock(),
        expires_at=epoch_seconds(backend.clock() + CLAIM_KEPT),
    )  # fmt: skip
    NameTable().put(claim, None)
    assert not is_free(NameTable().get(claim.name), backend.clock())
    backend.clock.move(seconds=CLAIM_KEPT.total_seconds())
    assert is_free(NameTable().get(claim.name), backend.clock())


@of("limits")
def _limits(backend, _):
    """A window's row is never read in another window: its key contains the window."""
    subject, limit = backend.name(), Limit(1, 60)
    Limiter(UseTable(), backend.clock, plain_digest).take("like", subject, limit)
    backend.clock.move(seconds=60)
    Limiter(UseTable(), backend.clock, plain_digest).take("like", subject, limit)


def test_every_table_with_a_ttl_has_a_check():
    tables = [
        one["Properties"]
        for one in read_template(TEMPLATE)["Resources"].values()
        if one["Type"] == "AWS::DynamoDB::Table"
    ]
    expiring = {
        one["TableName"]["Fn::Sub"].removeprefix("${Prefix}-")
        for one in tables
        if "TimeToLiveSpecification" in one
    }
    assert set(EXPIRED) == expiring


@pytest.mark.parametrize("table", sorted(EXPIRED))
def test_an_expired_row_is_gone_for_its_readers(table, backend, monkeypatch):
    EXPIRED[table](backend, monkeypatch)
