"""The messages, as they lie in the queues: a deploy must understand those of the release before."""

from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest

from functions import queues
from functions.posts.domain import PostRef
from functions.queues import (
    CARRIED,
    Backfill,
    ChangeAvatar,
    Chunk,
    Complete,
    CompleteStory,
    ContinuePass,
    Demote,
    Dispatch,
    EraseAccount,
    EraseAvatar,
    EraseLogin,
    EraseMedia,
    ErasePost,
    ErasureJob,
    Failed,
    FanoutJob,
    Grant,
    Prepare,
    Promote,
    Prune,
    Queue,
    Rebuild,
    Recount,
    RecountAll,
    RenderAvatar,
    Rerender,
    read_recount,
)
from functions.stories.domain import StoryRef

POST = '{"type":"post","published_id":"01P","post_id":"p1","author_id":"ada"}'
STORY = (
    '{"type":"story","published_id":"01P","story_id":"ada.01S","author_id":"ada",'
    '"expires_at":"2026-05-01T12:00:00Z"}'
)
REF = PostRef("01P", "p1", "ada")
STORY_REF = StoryRef("01P", "ada.01S", "ada", datetime(2026, 5, 1, 12, tzinfo=UTC))
WIRED = [
    (
        Dispatch("deliver", REF, "c"),
        '{"type":"dispatch","verb":"deliver","item":'
        + POST
        + ',"correlation_id":"c","after":null}',
    ),
    (
        Dispatch("retract", STORY_REF, "c", "bob"),
        '{"type":"dispatch","verb":"retract","item":'
        + STORY
        + ',"correlation_id":"c","after":"bob"}',
    ),
    (
        Backfill("bob", "ada", "01E"),
        '{"type":"backfill","viewer_id":"bob","author_id":"ada","epoch":"01E"}',
    ),
    (Prune("bob", "ada"), '{"type":"prune","viewer_id":"bob","author_id":"ada"}'),
    (ContinuePass("01X"), '{"type":"pass","turn":"01X","begins":false}'),
    (Rebuild("bob"), '{"type":"rebuild","viewer_id":"bob","after":null}'),
    (Promote("ada", "01E"), '{"type":"promote","author_id":"ada","epoch":"01E","after":null}'),
    (Demote("ada", "01E"), '{"type":"demote","author_id":"ada","epoch":"01E","after":null}'),
    (Grant("ada"), '{"type":"grant","user_id":"ada","before":null}'),
    (
        Chunk("deliver", REF, ["bob"], "c"),
        '{"verb":"deliver","item":'
        + POST
        + ',"viewer_ids":["bob"],"correlation_id":"c","only_active":false}',
    ),
    (Complete("p1", "c"), '{"post_id":"p1","correlation_id":"c"}'),
    (CompleteStory("ada.01S", "c"), '{"story_id":"ada.01S","correlation_id":"c"}'),
    (Rerender("m1", "c"), '{"media_id":"m1","correlation_id":"c"}'),
    (EraseAccount("ada"), '{"type":"account","user_id":"ada"}'),
    (EraseLogin("ada:01a"), '{"type":"login","pool_name":"ada:01a"}'),
    (
        ErasePost("p1", "ada", ["m1"], "c"),
        '{"type":"post","post_id":"p1","author_id":"ada","media_ids":["m1"],"correlation_id":"c"}',
    ),
    (
        EraseMedia("m1", "ada", "story", "c"),
        '{"type":"media","media_id":"m1","owner_id":"ada","kind":"story","correlation_id":"c"}',
    ),
    (
        ChangeAvatar("ada", None, "m1"),
        '{"type":"avatar","user_id":"ada","old":null,"new":"m1"}',
    ),
    (EraseAvatar("ada", "a1"), '{"type":"avatar_renditions","user_id":"ada","avatar_id":"a1"}'),
    (RenderAvatar("ada", "a1", "m1"), '{"user_id":"ada","avatar_id":"a1","media_id":"m1"}'),
    (Prepare("ada", "e1"), '{"user_id":"ada","export_id":"e1"}'),
    (
        Recount("likes", ["p1"], {"shard": "1"}, 2),
        '{"type":"recount","field":"likes","target_ids":["p1"],"places":{"shard":"1"},"turns":2}',
    ),
    (RecountAll("likes"), '{"type":"recount_all","field":"likes","after":null}'),
]


@pytest.mark.parametrize(("message", "body"), WIRED, ids=lambda one: type(one).__name__)
def test_a_message_is_written_as_it_always_was(message, body):
    assert msgspec.json.encode(message).decode() == body


@pytest.mark.parametrize(("message", "body"), WIRED, ids=lambda one: type(one).__name__)
def test_a_message_is_read_as_it_always_was(message, body):
    kind = type(message)
    for union in (FanoutJob, ErasureJob):
        kind = union if kind in get_args(union) else kind
    assert msgspec.json.decode(body, type=kind) == message
    if isinstance(message, Recount | RecountAll):
        assert read_recount(msgspec.json.decode(body)) == message


def test_every_message_but_one_is_carried_by_one_queue_and_is_tried_here():
    made = {one for one in vars(queues).values() if isinstance(one, type)}
    messages = {one for one in made if one.__module__ == queues.__name__}
    carried = [kind for kinds in CARRIED.values() for kind in kinds]
    assert set(carried) == messages
    [carried_twice] = {kind for kind in carried if carried.count(kind) > 1}
    assert carried_twice is queues.Rerender  # by the queue that is waited for, or by the other
    assert {type(message) for message, _ in WIRED} | {Failed} == messages


def test_every_queue_says_what_it_carries():
    assert set(CARRIED) == set(get_args(Queue))


def test_a_queue_of_several_kinds_reads_just_those():
    assert set(get_args(FanoutJob)) == set(CARRIED["fanout"])
    assert set(get_args(ErasureJob)) == set(CARRIED["erasure"])
