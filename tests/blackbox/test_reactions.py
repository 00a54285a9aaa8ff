"""Likes and comments, as clients see them."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.blackbox.people import Person
from tests.blackbox.together import at_once
from tests.blackbox.waiting import until

UNKNOWN = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


def like(person: Person, post_id: str) -> dict[str, Any]:
    """Like a post."""
    answer = person.post("/like", {"post_id": post_id})
    assert answer.status_code == 200, answer.text
    liked: dict[str, Any] = answer.json()
    return liked


def unlike(person: Person, post_id: str) -> dict[str, Any]:
    """Take a like back."""
    answer = person.delete(f"/posts/{post_id}/like")
    assert answer.status_code == 200, answer.text
    unliked: dict[str, Any] = answer.json()
    return unliked


def comment(person: Person, post_id: str, text: str = "lovely", **more: Any) -> dict[str, Any]:
    """Comment on a post."""
    answer = person.post("/comment", {"post_id": post_id, "text": text, **more})
    assert answer.status_code == 201, answer.text
    written: dict[str, Any] = answer.json()
    return written


def counts_become(person: Person, post_id: str, likes: int, comments: int) -> None:
    """Wait until a post has these counts."""
    until(
        lambda: person.seen(f"/posts/{post_id}"),
        lambda post: (post["like_count"], post["comment_count"]) == (likes, comments),
    )


@pytest.fixture
def post_id(anna: Person) -> str:
    """Make a new post of Anna's."""
    return str(anna.publish("Look")["post_id"])


@pytest.mark.smoke
def test_a_like_is_seen_by_its_giver_at_once_and_by_all_soon(
    anna: Person, ben: Person, post_id: str
) -> None:
    ben.follow(anna)
    ben.sees(post_id)
    for _ in range(2):
        assert like(ben, post_id) == {"post_id": post_id, "liked": True, "like_count": 1}
    assert ben.seen(f"/posts/{post_id}")["liked"]
    assert ben.seen(f"/feed/{ben.user_id}")["items"][0]["liked"]
    counts_become(anna, post_id, 1, 0)
    assert not anna.seen(f"/posts/{post_id}")["liked"]
    assert unlike(ben, post_id) == {"post_id": post_id, "liked": False, "like_count": 0}
    assert not ben.seen(f"/posts/{post_id}")["liked"]
    counts_become(anna, post_id, 0, 0)


def test_an_etag_changes_with_a_like(anna: Person, post_id: str) -> None:
    tag = anna.get(f"/posts/{post_id}").headers["ETag"]
    like(anna, post_id)
    again = anna.get(f"/posts/{post_id}", headers={"If-None-Match": tag})
    assert again.status_code == 200


def test_many_likes_at_once_are_counted_exactly(
    anna: Person, post_id: str, new: Callable[[], Person]
) -> None:
    fans = [new() for _ in range(6)]
    at_once([lambda fan=fan: like(fan, post_id) for fan in fans for _ in range(3)])  # type: ignore[misc]
    counts_become(anna, post_id, 6, 0)
    at_once([lambda fan=fan: unlike(fan, post_id) for fan in fans[:4] for _ in range(3)])  # type: ignore[misc]
    counts_become(anna, post_id, 2, 0)


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_likers_are_listed_once_each_in_a_stable_order(
    anna: Person, post_id: str, new: Callable[[], Person], limit: int
) -> None:
    fans = [new() for _ in range(3)]
    for fan in fans:
        like(fan, post_id)
    listed = [user["user_id"] for user in anna.whole(f"/posts/{post_id}/likes", limit)]
    assert sorted(listed) == sorted(fan.user_id for fan in fans)
    assert listed == [user["user_id"] for user in anna.whole(f"/posts/{post_id}/likes")]


def test_comments_are_kept_as_written_and_listed_from_both_ends(
    anna: Person, ben: Person, post_id: str
) -> None:
    texts = ["first", " <script>alert(1)</script>\n", "🙂 é \\u0041"]
    written = [comment(ben, post_id, text) for text in texts]
    assert [one["text"] for one in written] == texts
    assert written[0]["author"]["user_id"] == ben.user_id
    path = f"/posts/{post_id}/comments"
    for limit in (1, 2, 50):
        assert anna.whole(path, limit) == written
        assert anna.whole(f"{path}?order=newest", limit) == written[::-1]
    counts_become(anna, post_id, 0, 3)


def test_a_reply_is_one_level_deep(anna: Person, ben: Person, post_id: str) -> None:
    top = comment(anna, post_id)
    reply = comment(ben, post_id, reply_to=top["comment_id"])
    assert comment(anna, post_id, reply_to=reply["comment_id"])["reply_to"] == top["comment_id"]
    refused = ben.post("/comment", {"post_id": post_id, "text": "x", "reply_to": UNKNOWN})
    assert refused.status_code == 404


def test_a_comment_is_deleted_by_its_writer_or_the_posts_author(
    anna: Person, ben: Person, post_id: str, new: Callable[[], Person]
) -> None:
    for whoever, status in ((new(), 403), (ben, 204), (anna, 204)):
        path = f"/posts/{post_id}/comments/{comment(ben, post_id)['comment_id']}"
        assert whoever.delete(path).status_code == status
        assert (anna.delete(path).status_code == 404) == (status == 204)
    counts_become(anna, post_id, 0, 0)


def test_a_comment_sent_twice_under_a_key_is_one(ben: Person, post_id: str) -> None:
    sent = {"json": {"post_id": post_id, "text": "x"}, "headers": {"Idempotency-Key": post_id}}
    first, again = (ben.post("/comment", **sent) for _ in range(2))
    assert first.json() == again.json()
    assert len(ben.whole(f"/posts/{post_id}/comments")) == 1
    other = {**sent, "json": {"post_id": post_id, "text": "y"}}
    assert ben.post("/comment", **other).status_code == 422


@pytest.mark.parametrize(
    "text",
    ["", "x" * 1001, "a\0b", "\x1b[31m", "\ud800", None, 1, ["x"], "\u3164 \u034f", "\u2800"],
    ids=repr,
)
def test_text_that_cannot_be_kept_is_refused(ben: Person, post_id: str, text: Any) -> None:
    refused = ben.post("/comment", {"post_id": post_id, "text": text})
    assert refused.status_code == 400
    assert refused.json()["errors"]
    assert ben.whole(f"/posts/{post_id}/comments") == []


def test_a_thousand_characters_are_taken(ben: Person, post_id: str) -> None:
    assert comment(ben, post_id, "🙂" * 1000)["text"] == "🙂" * 1000


def test_what_one_does_not_see_is_not_found(anna: Person, ben: Person, post_id: str) -> None:
    written = comment(anna, post_id)
    gone = str(anna.publish("Gone")["post_id"])
    anna.delete(f"/posts/{gone}")
    anna.patch("/me", {"is_private": True})
    for hidden in (post_id, gone, UNKNOWN, secrets.token_hex(8)):
        for answer in (
            ben.post("/like", {"post_id": hidden}),
            ben.delete(f"/posts/{hidden}/like"),
            ben.get(f"/posts/{hidden}/likes"),
            ben.post("/comment", {"post_id": hidden, "text": "x"}),
            ben.get(f"/posts/{hidden}/comments"),
            ben.delete(f"/posts/{hidden}/comments/{written['comment_id']}"),
        ):
            assert answer.status_code == 404, answer.text
    counts_become(anna, post_id, 0, 1)


def test_cursors_and_orders_of_elsewhere_are_refused(ben: Person, post_id: str) -> None:
    for _ in range(2):
        comment(ben, post_id)
    path = f"/posts/{post_id}/comments"
    cursor = ben.seen(f"{path}?limit=1")["next_cursor"]
    for query in (f"order=newest&cursor={cursor}", f"cursor={cursor}x", "order=best", "limit=101"):
        assert ben.get(f"{path}?{query}").status_code == 400
    assert ben.get(f"/posts/{post_id}/likes?cursor={cursor}").status_code == 400
