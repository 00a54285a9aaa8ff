"""Every conditional write of the product knows its own success although its answer is lost.

The SDK repeats a call whose answer was lost. The repeat finds the row as the first call has left
it, and must not take that for the work of somebody else. `SITES` has a case for each place that
makes a conditional write; a test compares it with the source, both ways.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from chalice.app import Response
from msgspec.structs import replace

from functions.accounts.domain import EmailChange, Erasure
from functions.accounts.names import Name
from functions.accounts.storage import SessionTable
from functions.accounts.storage_names import NameTable
from functions.affinity.domain import Closeness
from functions.counters.domain import LIKES, Record
from functions.exports.domain import Export
from functions.exports.storage import ExportTable
from functions.http import idempotency
from functions.http.limits import UseTable
from functions.passes.domain import Wait
from functions.passes.storage import PassTable
from functions.posts.domain import Post
from functions.reactions.domain import Comment
from functions.social.domain import Block
from functions.stories.domain import Story, StoryRef, View
from tests.fakes.pictures import media, picture
from tests.integration.contract.backends import real_backend
from tests.integration.contract.conditional_sites import conditional_sites
from tests.integration.lost import answers_lost


class Case(NamedTuple):
    """A write, the answer that its caller must get, and whether it has a condition in this case.
    Without one a repetition changes nothing."""

    write: Callable[[], Any]
    expected: Any
    is_conditional: bool = True


SITES: dict[str, Callable[[Any], Case]] = {}
ANYTHING = object()
"""The expected answer of a write that tells its caller nothing."""


def at(site: str) -> Callable[[Callable[[Any], Case]], Callable[[Any], Case]]:
    """Register the case of a site."""

    def register(make: Callable[[Any], Case]) -> Callable[[Any], Case]:
        SITES[site] = make
        return make

    return register


# accounts


@at("accounts.storage:UserTable.create")
def _(b):
    user = replace(b.user(), user_id=b.name("new"))
    return Case(lambda: b.users.create(user), True)


@at("accounts.storage:UserTable.set_last_active")
def _(b):
    user = b.user()
    day = user.last_active + timedelta(days=1)
    return Case(lambda: b.users.set_last_active(user.user_id, day), None)


@at("accounts.storage:UserTable.set_band")
def _(b):
    user = b.user()
    return Case(lambda: b.users.set_band(user, "promoting", "01A", "01B"), True)


@at("accounts.storage:UserTable.update")
def _(b):
    user = b.user()
    changed = replace(user, bio="new", display_name="New")
    changes = {"bio": "new", "display_name": "New"}
    return Case(lambda: b.users.update(user.user_id, changes), changed)


def erasure(user, **fields):
    plain = {"begun_at": user.created_at, "step": "follows"}
    return Erasure(user_id=user.user_id, username=user.username, **{**plain, **fields})


@at("accounts.storage:UserTable.replace_with_tombstone")
def _(b):
    user = b.user()
    return Case(lambda: b.users.replace_with_tombstone(erasure(user)), True)


@at("accounts.storage:UserTable.overwrite_with_tombstone")
def _(b):
    user = b.user()
    return Case(lambda: b.users.overwrite_with_tombstone(erasure(user)), None, False)


@at("accounts.storage:UserTable.update_erasure")
def _(b):
    user = b.user()
    b.users.replace_with_tombstone(erasure(user))
    moved = erasure(user, step="posts", position={"after": "x"}, rounds=1)
    return Case(lambda: b.users.update_erasure(erasure(user), moved, b.clock()), True)


@at("accounts.storage:UserTable.replace_email_change")
def _(b):
    before = EmailChange(
        email="new@example.com", code_digest="d", expires_at=b.clock(), tries_left=5
    )
    user_id = b.user().user_id
    b.users.update(user_id, {"email_change": before})
    after = replace(before, tries_left=4)
    return Case(lambda: b.users.replace_email_change(user_id, before, after), True)


@at("accounts.storage:SessionTable.begin_change")
def _(b):
    user = b.user()
    return Case(lambda: SessionTable().begin_change(user.user_id, "c"), None)


@at("accounts.storage:SessionTable.drop_change")
def _(b):
    user = b.user()
    SessionTable().begin_change(user.user_id, "c")
    return Case(lambda: SessionTable().drop_change(user.user_id, "c"), None)


@at("accounts.storage:SessionTable.end")
def _(b):
    user = b.user()
    return Case(lambda: SessionTable().end(user, 5, "kept"), True)


@at("accounts.storage:SessionTable.keep")
def _(b):
    user = b.user()
    return Case(lambda: SessionTable().keep(user, "session", 5), True)


# affinity, counters, exports, http, passes


@at("affinity.storage:AffinityTable.save")
def _(b):
    new = Closeness(viewer_id=b.name(), author_id="a", score=1.0, as_of=b.clock())
    return Case(lambda: b.affinity.save(None, new), True)


def record(number):
    return Record(sequence=f"{number:040}", target="t", item="i", change=1)


@at("counters.storage:CountsTable.add")
def _(b):
    target = b.name()
    return Case(lambda: b.tallies.add(target, LIKES, 1, "s.1", [record(1)])[0], True)


@at("counters.storage:CountsTable.replace")
def _(b):
    target = b.name()
    b.tallies.add(target, LIKES, 1, "s.1", [record(1)])
    seen = b.tallies.read(target)
    better = replace(seen, counts={"likes": 7}, changes=seen.changes + 1)
    return Case(lambda: b.tallies.replace(target, seen, better), True)


@at("counters.storage:CountsTable.forget")
def _(b):
    target = b.name()
    b.tallies.add(target, LIKES, 1, "s.1", [record(1)])
    return Case(lambda: b.tallies.forget(target, b.tallies.read(target).positions), None)


def export(b):
    now = b.clock()
    return Export(
        user_id=b.name(), export_id="e", state="pending", requested_at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip


@at("exports.storage:ExportTable.ask")
def _(b):
    made = export(b)
    return Case(lambda: ExportTable(b.clock).ask(made), True)


@at("exports.storage:ExportTable.finish")
def _(b):
    made = export(b)
    ExportTable(b.clock).ask(made)
    return Case(lambda: ExportTable(b.clock).finish(replace(made, state="ready", bytes=3)), True)


def name_row(b):
    return Name(name=b.name(), version=b.new_id(), state="claimed", since=b.clock())


@at("accounts.storage_names:NameTable.put")
def _(b):
    made = name_row(b)
    return Case(lambda: NameTable().put(made, None), True)


@at("accounts.storage_names:NameTable.put_all")
def _(b):
    made, names = name_row(b), NameTable()
    names.put(made, None)
    step = names.put_step(replace(made, version=b.new_id(), state="confirmed"), made)
    return Case(lambda: names.put_all(step), True)


@at("accounts.storage_names:NameTable.drop")
def _(b):
    made = name_row(b)
    NameTable().put(made, None)
    return Case(lambda: NameTable().drop(made), True)


@at("http.idempotency:run_once")
def _(b):
    scope = b.name()
    answer = Response("made", status_code=201)
    return Case(
        lambda: idempotency.run_once(scope, "key", b"", lambda _: answer, lambda _: answer).body,
        "made",
    )


@at("http.limits:UseTable.lease")
def _(b):
    """An ADD cannot prove itself. It counts twice, so a limit errs on the safe side."""
    bucket = b.name()
    return Case(lambda: UseTable().lease(bucket, 1, 10, 2_000_000_000), 2)


@at("passes.storage:PassTable.move")
def _(b):
    passes = PassTable(b.clock)
    held, _ = passes.state()
    moved = replace(held, number=held.number + 1, turn=b.name())
    return Case(lambda: passes.move(held, moved), True)


def waiting(b):
    wait = Wait(user_id=b.name(), purpose="export", ticket="t")
    PassTable(b.clock).put(wait)
    return wait


@at("passes.storage:PassTable.enter")
def _(b):
    wait = waiting(b)
    return Case(lambda: PassTable(b.clock).enter(wait, 3), None)


@at("passes.storage:PassTable.note")
def _(b):
    wait = waiting(b)
    return Case(lambda: PassTable(b.clock).note(wait, "likes"), None)


@at("passes.storage:PassTable.finish")
def _(b):
    wait = waiting(b)
    return Case(lambda: PassTable(b.clock).finish(wait), None)


# media


def uploaded(b, **fields):
    made = media(b.name("media"), "owner", **fields)
    return b.media.create(made, b.clock() + timedelta(days=1))


@at("media.storage:MediaTable.create")
def _(b):
    made = media(b.name("media"), "owner")
    return Case(lambda: b.media.create(made, b.clock() + timedelta(days=1)), made)


@at("media.storage:MediaTable.begin")
def _(b):
    made = uploaded(b)
    b.media.begin(made.media_id, "message")
    return Case(lambda: b.media.begin(made.media_id, "message").tries, 2)


@at("media.storage:MediaTable.settle")
def _(b):
    made = uploaded(b)
    done = picture(made.media_id, "owner")
    return Case(lambda: b.media.settle(made, done, original="o", etag="e"), True)


@at("media.storage:MediaTable.restore")
def _(b):
    made = uploaded(b)
    b.media.settle(made, picture(made.media_id, "owner"))
    ready = b.media.read([made.media_id])[made.media_id]
    b.commit(b.media.filter_step(ready, "ink"))
    asked = b.media.read([made.media_id])[made.media_id]
    return Case(lambda: b.media.restore(asked), True)


@at("media.storage:MediaTable.keep")
def _(b):
    made = uploaded(b)
    return Case(lambda: b.media.keep(made.media_id), True)


@at("media.storage:MediaTable.drop")
def _(b):
    made = uploaded(b)
    return Case(lambda: b.media.drop(made.media_id, None), True)


@at("media.storage:MediaTable.release")
def _(b):
    made = uploaded(b)
    b.commit(b.media.claim_step(made, "post", None))
    return Case(lambda: b.media.release(made.media_id, "post"), True)


# posts


def post(b, *, published=True):
    return Post(
        post_id=b.name("post"), author_id=b.name("author"),
        state="published" if published else "processing", caption="", location=None, filter=None,
        media_ids=["m"], pictures=[picture("m", "a")] if published else [], created_at=b.clock(),
        published_id=b.new_id() if published else None, correlation_id="c",
    )  # fmt: skip


def posted(b, *, published=True):
    made = post(b, published=published)
    b.posts.create(made, [])
    return made


@at("posts.storage:PostTable.create")
def _(b):
    made = post(b)
    return Case(lambda: b.posts.create(made, []), None)


@at("posts.storage:PostTable.publish")
def _(b):
    made = posted(b, published=False)
    shown = replace(made, state="published", published_id=b.new_id(), pictures=[picture("m", "a")])
    return Case(lambda: b.posts.publish(made, shown, []), True)


@at("posts.storage:PostTable.switch")
def _(b):
    made = posted(b)
    other = replace(made, pictures=[picture("m2", "a")])
    return Case(lambda: b.posts.switch(made, other), True)


@at("posts.storage:PostTable.delete")
def _(b):
    made = posted(b)
    return Case(lambda: b.posts.delete(made, b.clock(), []), True)


@at("posts.storage:PostTable.fail")
def _(b):
    made = posted(b, published=False)
    return Case(lambda: b.posts.fail(made.post_id), True)


@at("posts.storage:PostTable.edit")
def _(b):
    made = posted(b)
    return Case(lambda: b.posts.edit(made, {"caption": "new"}, b.clock(), []), True)


# reactions


@at("reactions.storage:LikeTable.add")
def _(b):
    post_id = b.name()
    return Case(lambda: b.likes.add(post_id, "u"), True)


@at("reactions.storage:LikeTable.remove")
def _(b):
    post_id = b.name()
    b.likes.add(post_id, "u")
    return Case(lambda: b.likes.remove(post_id, "u"), True)


def comment(b):
    return Comment(
        post_id=b.name(), comment_id=b.new_id(), user_id="u", text="Ah", reply_to=None,
        created_at=b.clock(),
    )  # fmt: skip


@at("reactions.storage:CommentTable.add")
def _(b):
    made = comment(b)
    return Case(lambda: b.comments.add(made), True)


@at("reactions.storage:CommentTable.remove")
def _(b):
    made = comment(b)
    b.comments.add(made)
    return Case(lambda: b.comments.remove(made.post_id, made.comment_id), True)


# social


@at("social.storage:FollowTable.add")
def _(b):
    one, other = b.user(), b.user()
    edge = b.edge(one, other)
    return Case(lambda: b.follows.add(edge, other), edge)


@at("social.storage:FollowTable.accept")
def _(b):
    one, other = b.user(), b.user(is_private=True)
    edge = b.follow(one, other, "requested")
    return Case(lambda: b.follows.accept(edge, other), replace(edge, state="accepted"))


@at("social.storage:FollowTable.remove")
def _(b):
    one, other = b.user(), b.user()
    edge = b.follow(one, other)
    return Case(lambda: b.follows.remove(edge), True)


@at("social.storage:FollowTable.mark")
def _(b):
    one, other = b.user(), b.user()
    b.follow(one, other)
    return Case(lambda: b.follows.mark([one.user_id], other.user_id, "01A"), None)


@at("social.storage:FollowTable.unmark")
def _(b):
    one, other = b.user(), b.user()
    b.follow(one, other)
    b.follows.mark([one.user_id], other.user_id, "01A")
    return Case(lambda: b.follows.unmark([one.user_id], other.user_id, "01B"), None)


@at("social.storage_blocks:BlockTable.add")
def _(b):
    one, other = b.user(), b.user()
    steps = b.follows.removal_steps(one.user_id, other.user_id)
    block = Block(blocker_id=one.user_id, blocked_id=other.user_id, since=b.clock())
    return Case(lambda: b.blocks.add(block, steps), True)


@at("social.storage_blocks:BlockTable.remove")
def _(b):
    return Case(lambda: b.blocks.remove(b.name(), "other"), None, False)


# stories


def story(b, state="published"):
    author = b.name("author")
    return Story(
        story_id=f"{author}.{b.new_id()}", author_id=author, state=state, media_id="m",
        picture=picture("m", author, "story") if state == "published" else None,
        created_at=b.clock(), published_id=b.new_id() if state == "published" else None,
        expires_at=b.clock() + timedelta(days=1), correlation_id="c",
    )  # fmt: skip


def told(b, state="published"):
    made = story(b, state)
    b.stories.create(made, [])
    return made


@at("stories.storage:StoryTable.create")
def _(b):
    made = story(b)
    return Case(lambda: b.stories.create(made, []), None)


@at("stories.storage:StoryTable.publish")
def _(b):
    made = told(b, "processing")
    shown = replace(
        made, state="published", published_id=b.new_id(), picture=picture("m", "a", "story")
    )
    return Case(lambda: b.stories.publish(shown), True)


@at("stories.storage:StoryTable.fail")
def _(b):
    made = told(b, "processing")
    return Case(lambda: b.stories.fail(made.story_id), True)


@at("stories.storage:StoryTable.delete")
def _(b):
    made = told(b)
    return Case(lambda: b.stories.delete(made), ANYTHING)


@at("stories.storage:TrayTable.put")
def _(b):
    viewer = b.name()
    ref = StoryRef(b.new_id(), "a.1", "a", b.clock() + timedelta(days=1))
    return Case(lambda: b.tray.put([(viewer, ref)]), None)


@at("stories.storage:ViewTable.add")
def _(b):
    view = View(b.name(), "viewer", b.clock())
    return Case(lambda: b.views.add(view, b.clock() + timedelta(days=1)), True)


def test_every_conditional_write_of_the_code_has_a_case():
    assert conditional_sites() - set(SITES) == set(), "add a case to SITES"
    assert set(SITES) - conditional_sites() == set(), "no such write exists any more"


@pytest.mark.parametrize("site", sorted(SITES))
def test_a_conditional_write_whose_answer_is_lost_knows_its_own_success(site, stage):
    case = SITES[site](real_backend())
    with answers_lost(stage.wire) as lost:
        found = case.write()
    assert bool(lost) == case.is_conditional
    assert case.expected is ANYTHING or found == case.expected
