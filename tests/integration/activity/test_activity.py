"""What happened to a user, over HTTP."""

import pytest

from functions.activity.domain import MAX_MUTED_POSTS
from functions.activity.storage import MarksRow
from tests.integration.people import follow, publish, unfollow, upload


@pytest.fixture
def post_id(stack, ada):
    return new_post(stack, ada)


@pytest.fixture
def eve(stack):
    return stack.person("eve")


def new_post(stack, author):
    media_id = upload(stack, author)
    stack.settle()
    return publish(stack, author, media_id)["post_id"]


def like(stack, person, post_id):
    answer = stack.call("POST", "/like", token=person.token, json={"post_id": post_id})
    assert answer.status == 200
    stack.settle()


def unlike(stack, person, post_id):
    stack.call("DELETE", f"/posts/{post_id}/like", token=person.token)
    stack.settle()


def comment(stack, person, post_id, text="lovely", **more):
    given = {"post_id": post_id, "text": text, **more}
    made = stack.call("POST", "/comment", token=person.token, json=given).json["comment_id"]
    stack.settle()
    return made


def uncomment(stack, person, post_id, comment_id):
    path = f"/posts/{post_id}/comments/{comment_id}"
    assert stack.call("DELETE", path, token=person.token).status == 204
    stack.settle()


def activity(stack, person):
    answer = stack.call("GET", "/me/activity", token=person.token)
    assert answer.status == 200
    return answer.json["items"]


def told(stack, person):
    """Return the kinds, actors and counts of the entries, newest first."""
    return [
        (one["kind"], [actor["user_id"] for actor in one["actors"]], one["actor_count"])
        for one in activity(stack, person)
    ]


def unread(stack, person):
    return stack.call("GET", "/me/activity/unread", token=person.token).json["unread"]


def put(stack, person, path):
    assert stack.call("PUT", path, token=person.token).status == 204
    stack.settle()


def private(stack, person):
    stack.call("PATCH", "/me", token=person.token, json={"is_private": True})


def test_likes_of_a_post_are_one_entry_which_is_taken_back_with_them(stack, ada, bob, eve, post_id):
    like(stack, bob, post_id)
    like(stack, eve, post_id)
    assert told(stack, ada) == [("like", [eve.user_id, bob.user_id], 2)]
    [entry] = activity(stack, ada)
    assert entry["post"]["post_id"] == post_id
    assert entry["comment"] is None
    unlike(stack, eve, post_id)
    assert told(stack, ada) == [("like", [bob.user_id], 1)]
    unlike(stack, bob, post_id)
    assert told(stack, ada) == []
    assert unread(stack, ada) == 0


def test_ones_own_actions_make_nothing(stack, ada, post_id):
    like(stack, ada, post_id)
    comment(stack, ada, post_id)
    assert told(stack, ada) == []


def test_a_comment_tells_the_author_and_a_reply_the_writer(stack, ada, bob, eve, post_id):
    first = comment(stack, bob, post_id, "first")
    reply = comment(stack, eve, post_id, "reply", reply_to=first)
    assert told(stack, ada) == [("comment", [eve.user_id, bob.user_id], 2)]
    [entry] = activity(stack, bob)
    assert (entry["kind"], entry["comment"]["text"]) == ("reply", "reply")
    assert entry["post"]["post_id"] == post_id
    uncomment(stack, eve, post_id, reply)
    assert told(stack, bob) == []
    assert told(stack, ada) == [("comment", [bob.user_id], 1)]


def test_a_deleted_comment_takes_the_entries_of_its_replies_along(stack, ada, bob, eve, post_id):
    first = comment(stack, bob, post_id, "first")
    reply = comment(stack, eve, post_id, "reply", reply_to=first)
    assert unread(stack, bob) == 1
    uncomment(stack, bob, post_id, first)
    assert (told(stack, bob), unread(stack, bob)) == ([], 0)
    uncomment(stack, eve, post_id, reply)
    assert told(stack, ada) == []


def test_comments_of_one_person_count_as_one(stack, ada, bob, post_id):
    ids = [comment(stack, bob, post_id, text) for text in ("one", "two", "three")]
    assert told(stack, ada) == [("comment", [bob.user_id], 1)]
    assert activity(stack, ada)[0]["comment"]["text"] == "three"
    uncomment(stack, bob, post_id, ids.pop())
    assert activity(stack, ada)[0]["comment"]["text"] == "two"
    uncomment(stack, ada, post_id, ids.pop())
    uncomment(stack, bob, post_id, ids.pop())
    assert told(stack, ada) == []


def test_follows_requests_and_their_ends(stack, ada, bob, eve):
    follow(stack, bob, ada)
    stack.settle()
    assert told(stack, ada) == [("follow", [bob.user_id], 1)]
    unfollow(stack, bob, ada)
    stack.settle()
    assert told(stack, ada) == []
    private(stack, ada)
    follow(stack, bob, ada)
    follow(stack, eve, ada)
    stack.settle()
    assert told(stack, ada) == [("follow_request", [eve.user_id, bob.user_id], 2)]
    put(stack, ada, f"/me/follow-requests/{bob.user_id}")
    path = f"/me/follow-requests/{eve.user_id}"
    stack.call("DELETE", path, token=ada.token)
    stack.settle()
    assert told(stack, ada) == told(stack, eve) == []
    assert told(stack, bob) == [("request_accepted", [ada.user_id], 1)]
    unfollow(stack, bob, ada)
    stack.settle()
    assert told(stack, bob) == []


def test_blocked_and_muted_people_are_neither_shown_nor_counted(stack, ada, bob, eve, post_id):
    put(stack, ada, f"/users/{bob.user_id}/mute")
    like(stack, bob, post_id)
    assert (told(stack, ada), unread(stack, ada)) == ([], 0)
    like(stack, eve, post_id)
    assert told(stack, ada) == [("like", [eve.user_id], 1)]
    assert unread(stack, ada) == 1
    put(stack, ada, f"/users/{eve.user_id}/block")
    assert told(stack, ada) == []
    now = {"up_to": "2999-01-01T00:00:00Z"}
    stack.call("POST", "/me/activity/read", token=ada.token, json=now)
    assert unread(stack, ada) == 0


def test_a_block_takes_a_follow_back(stack, ada, bob):
    follow(stack, bob, ada)
    stack.settle()
    put(stack, ada, f"/users/{bob.user_id}/block")
    assert (told(stack, ada), unread(stack, ada)) == ([], 0)


def test_a_deleted_post_takes_its_entries_along(stack, ada, bob, post_id):
    like(stack, bob, post_id)
    stack.call("DELETE", f"/posts/{post_id}", token=ada.token)
    assert told(stack, ada) == []
    stack.settle(advance=True)
    assert (told(stack, ada), unread(stack, ada)) == ([], 0)


def test_entries_are_read_up_to_one_or_up_to_a_time(stack, ada, bob, post_id):
    like(stack, bob, post_id)
    comment(stack, bob, post_id)
    assert [one["kind"] for one in activity(stack, ada)] == ["comment", "like"]
    assert unread(stack, ada) == 2
    newest, oldest = activity(stack, ada)
    for up_to, left in ((oldest["activity_id"], [False, True]), (newest["created_at"], [True] * 2)):
        given = {"up_to": up_to}
        answer = stack.call("POST", "/me/activity/read", token=ada.token, json=given)
        assert answer.status == 204
        assert [one["read"] for one in activity(stack, ada)] == left
        assert unread(stack, ada) == left.count(False)
    comment(stack, bob, post_id)
    assert unread(stack, ada) == 1


@pytest.mark.parametrize("up_to", ["yesterday", "2026-11-29T00:00:00", "2026-11-29.wave"])
def test_neither_an_entry_nor_a_time_is_refused(stack, ada, up_to):
    given = {"up_to": up_to}
    answer = stack.call("POST", "/me/activity/read", token=ada.token, json=given)
    assert (answer.status, answer.json["errors"][0]["field"]) == (400, "up_to")


def test_an_entry_that_has_gone_reads_nothing(stack, ada, bob, post_id):
    like(stack, bob, post_id)
    given = {"up_to": "2026-11-29.follow"}
    assert stack.call("POST", "/me/activity/read", token=ada.token, json=given).status == 204
    assert unread(stack, ada) == 1


def test_a_kind_can_be_switched_off_and_on(stack, ada, bob, post_id):
    for on in (False, True):
        given = {"settings": {"activity": {"like": on}}}
        answer = stack.call("PATCH", "/me", token=ada.token, json=given)
        assert answer.json["settings"]["activity"]["like"] == on
        assert answer.json["settings"]["activity"]["comment"]
        like(stack, bob, post_id)
        assert len(activity(stack, ada)) == int(on)
    assert stack.call("GET", "/me", token=ada.token).json["settings"]["activity"]["like"]


def test_nothing_is_told_of_a_muted_post(stack, ada, bob, post_id):
    put(stack, ada, f"/posts/{post_id}/mute")
    like(stack, bob, post_id)
    assert (told(stack, ada), unread(stack, ada)) == ([], 0)
    stack.call("DELETE", f"/posts/{post_id}/mute", token=ada.token)
    assert told(stack, ada) == [("like", [bob.user_id], 1)]


def test_posts_that_are_not_seen_and_too_many_cannot_be_muted(stack, ada, bob, post_id):
    path = f"/posts/{post_id}/mute"
    MarksRow(bob.user_id, muted_posts={f"p{n}" for n in range(MAX_MUTED_POSTS)}).save()
    assert stack.call("PUT", path, token=bob.token).status == 409
    private(stack, ada)
    assert stack.call("PUT", path, token=bob.token).status == 404


def test_pages_go_through_all_entries_newest_first(stack, ada, bob):
    posts = [new_post(stack, ada) for _ in range(5)]
    for post_id in posts:
        like(stack, bob, post_id)
    found, path = [], "/me/activity?limit=2"
    while path:
        page = stack.call("GET", path, token=ada.token).json
        found += [one["post"]["post_id"] for one in page["items"]]
        cursor = page["next_cursor"]
        path = cursor and f"/me/activity?limit=2&cursor={cursor}"
    assert found == posts[::-1]


def test_a_poll_costs_a_read_unit_and_an_unchanged_one_is_a_304(stack, ada, bob, post_id):
    like(stack, bob, post_id)
    path = "/me/activity/unread"
    tag = stack.call("GET", path, token=ada.token).headers["etag"]
    again = stack.call("GET", path, token=ada.token, headers={"if-none-match": tag})
    assert again.status == 304
