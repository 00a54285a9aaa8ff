"""A consumer that sends messages itself says why they end.

A queue counts the tries of a message, and a new message has all of them again. So work that
continues in new messages must come to its end by what it has done, or by a budget in its state.
"""

import ast

from tests.architecture.test_imports import MODULES, named

ENDS = {
    "counters.recounting.handle": "targets recounted together are recounted alone, and not again",
    "counters.recounting._recount": "`places` moves through the shards, and turns are counted",
    "counters.recounting._failed": "names the targets of one batch, or all once",
    "counters.recounting._all": "`after` moves through the tables to their end",
    "erasure.service.account": "the state counts rounds, and each step its position",
    "erasure.service.post": "each message deletes rows of a post that nobody can react to any more",
    "feed.fanout._dispatch": "`after` moves through the followers, in order",
    "feed.handlers.rebuild_feed": "a request sends it",
    "feed.migration.demote": "`after` moves through the followers, in order",
    "feed.migration.promote": "`after` moves through the followers, in order",
    "feed.upkeep._prune_ended": "only for a follow that ended during this message",
    "feed.upkeep.prune": "only if entries were removed, and a rebuild adds none of that author's",
    "feed.upkeep.rebuild": "`after` moves through the followees, in order",
    "passes.service._end": "once for each wait in the pass",
    "passes.service._went_on": "each message moves the pass on, or waits for its pause to end",
    "passes.service.go_on": "as above",
    "passes.service.outcome": "only while no message continues the pass",
    "social.granting.grant": "`before` moves through the requests, newest first",
}
"""Functions that send messages outside the streams, and why no message follows another for ever."""


def senders():
    for path in MODULES:
        if path.parent.name == "streams" or path.name == "events.py":
            continue
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                called = (one.func for one in ast.walk(function) if isinstance(one, ast.Call))
                names = {getattr(f, "attr", getattr(f, "id", "")) for f in called}
                if names & {"_send", "send"}:
                    yield f"{named(path).removeprefix('functions.')}.{function.name}"


def test_every_message_that_is_sent_by_a_consumer_ends_for_a_reason():
    assert set(senders()) == set(ENDS), "say in ENDS why the messages of this function end"
