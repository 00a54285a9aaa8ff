"""Invariants of activity."""

import json
from collections import Counter
from collections.abc import Iterator

from tests.chaos.invariants.found import Found
from tests.chaos.invariants.registry import invariant

Told = tuple[str, str, str]
"""An owner, a kind, and a post; the post is empty for follows."""


@invariant
def activity_equals_rows(found: Found) -> Iterator[str]:
    """Each living person's entries count the likes, comments and follows that stand."""
    counted: Counter[Told] = Counter()
    for row in found.rows("activity"):
        _, kind, *about = row["name"].split(".")
        people = sum(events for _, events, *_ in json.loads(row["people"]))
        if kind != "reply":
            counted[row["owner_id"], kind, about[0] if about else ""] += people + int(row["others"])
    wanted = Counter(told for told, actor in _happened(found) if told[0] != actor)
    for told in counted.keys() | wanted.keys():
        owner, _, post_id = told
        stands = owner in found.users and (not post_id or post_id in found.posts)
        if stands and counted[told] != wanted[told]:
            yield f"{told}: {counted[told]} are counted, the rows say {wanted[told]}"


def _happened(found: Found) -> Iterator[tuple[Told, str]]:
    reactions = [("like", *pair) for pair in found.likes]
    reactions += [("comment", row["post_id"], row["user_id"]) for row in found.comments.values()]
    for kind, post_id, user_id in reactions:
        if post_id in found.posts:
            yield (found.posts[post_id]["author_id"], kind, post_id), user_id
    for (follower, followee), edge in found.edges.items():
        if edge["state"] != "accepted":
            yield (followee, "follow_request", ""), follower
        elif edge.get("granted_at"):
            yield (follower, "request_accepted", ""), followee
        else:
            yield (followee, "follow", ""), follower


@invariant
def unread_entries_exist(found: Found) -> Iterator[str]:
    """Each entry that is counted as unread is there, and has happened since the owner read."""
    rows = {(row["owner_id"], row["name"]): row for row in found.rows("activity")}
    for marks in found.rows("activity_marks"):
        for name in marks.get("unread", ()):
            row = rows.get((marks["owner_id"], name))
            people = json.loads(row["people"]) if row else []
            if not any(at > marks.get("read_up_to", 0) for _, _, at, *_ in people):
                yield f"{name} is counted as unread for {found.name(marks['owner_id'])}: {people}"


@invariant
def acknowledged_post_mutes_stand(found: Found) -> Iterator[str]:
    """Each mute of a post is as its person last heard."""
    muted = {
        (post_id, marks["owner_id"])
        for marks in found.rows("activity_marks")
        for post_id in marks.get("muted_posts", ())
    }
    for (post_id, user_id), on in found.journal.muted_posts.items():
        if on is not None and user_id in found.users and ((post_id, user_id) in muted) != on:
            yield f"{found.name(user_id)} muted {post_id}: {on} was acknowledged"
