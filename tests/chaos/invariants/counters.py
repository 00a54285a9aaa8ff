"""Invariants of counts."""

from collections import Counter
from collections.abc import Iterator

from tests.chaos.invariants.found import Found
from tests.chaos.invariants.registry import invariant


@invariant
def counts_equal_rows(found: Found) -> Iterator[str]:
    """Each count of a post or story that exists equals its rows."""
    rows = {
        "likes": Counter(post_id for post_id, _ in found.likes),
        "comments": Counter(row["post_id"] for row in found.comments.values()),
        "views": Counter(story_id for story_id, _ in found.views),
    }
    counts = {row["target_id"]: row for row in found.rows("counts")}
    for target in found.posts.keys() | found.stories.keys():
        for name, counted in rows.items():
            shown = int(counts.get(target, {}).get(name, 0))
            if shown != counted[target]:
                yield f"{target}: {name} is {shown}, the rows say {counted[target]}"


@invariant
def counts_end_with_their_target(found: Found) -> Iterator[str]:
    """A count of something that is gone has an end."""
    for row in found.rows("counts"):
        exists = row["target_id"] in found.posts or row["target_id"] in found.stories
        if not exists and not row.get("expires_at"):
            yield f"the counts of {row['target_id']} stay for ever: {row}"
