"""DELETE /me: all of somebody goes, nothing can be written back, and the check says so."""

from functions.accounts.storage import UserRow
from functions.clock import epoch_seconds, new_ulid, utc_now
from functions.counters.storage import CountsRow
from functions.erasure.service import TracesLeftError
from functions.reactions.storage import LikeRow
from functions.stories.storage import TrayRow
from tests.integration.erasure.life import follow, leave
from tests.integration.erasure.traces import tombstone, traces
from tests.integration.people import photo, publish, upload


def test_a_wrong_password_deletes_nothing(stack, ada):
    assert leave(stack, ada, "wrong password").status == 401
    assert stack.call("GET", "/me", token=ada.token).status == 200
    assert stack.call("DELETE", "/me", token=ada.token, json={}).status == 400


def test_everything_of_a_person_goes(stack, ada, bob, life):
    _, his_post = life
    there = " ".join(traces(ada.user_id, ada.username))
    for table in ("blocks", "mutes", "stories", "story_views", "story_tray", "affinity"):
        assert f"-{table}: " in there, table
    assert leave(stack, ada).status == 202
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) == []
    grave = tombstone(ada.user_id)
    assert ada.username not in str(grave)
    assert set(grave) == {"user_id", "erasure", "expires_at"}
    left = stack.call("GET", "/me", token=bob.token).json
    assert (left["follower_count"], left["following_count"], left["post_count"]) == (0, 0, 1)
    feed = stack.call("GET", f"/feed/{bob.user_id}", token=bob.token).json["items"]
    assert [one["post_id"] for one in feed] == [his_post["post_id"]]
    [his] = feed
    assert (his["like_count"], his["comment_count"]) == (0, 0)


def test_a_person_is_hidden_at_once(stack, ada, bob, life):
    post, _ = life
    assert leave(stack, ada).status == 202
    for path in (
        f"/users/{ada.user_id}",
        f"/users?username={ada.username}",
        f"/users/{ada.user_id}/posts",
        f"/posts/{post['post_id']}",
        f"/media/{post['media'][0]['media_id']}",
    ):
        assert stack.call("GET", path, token=bob.token).status == 404, path
    for path in (f"/users/{bob.user_id}/followers", f"/users/{bob.user_id}/following"):
        assert stack.call("GET", path, token=bob.token).json["items"] == []
    feed = stack.call("GET", f"/feed/{bob.user_id}", token=bob.token).json["items"]
    assert post["post_id"] not in [one["post_id"] for one in feed]
    assert stack.call("PUT", f"/users/{ada.user_id}/follow", token=bob.token).status == 404


def test_a_token_that_has_not_expired_opens_nothing_and_writes_nothing_back(stack, ada, life):
    leave(stack, ada)

    def refused():
        renew = stack.call("POST", "/token", json={"refresh_token": ada.refresh_token})
        form = {"username": ada.username, "password": ada.password}
        tried = [
            stack.call("GET", "/me", token=ada.token),
            stack.call("POST", "/posts", token=ada.token, json={"media_ids": ["x"]}),
            stack.call("POST", "/upload", token=ada.token, json={"content_type": "x", "size": 1}),
            stack.call("PATCH", "/me", token=ada.token, json={"bio": "I am back"}),
            renew,
            stack.call("POST", "/login", json=form),
        ]
        return [answer.status for answer in tried]

    assert refused() == [401] * 6
    stack.settle(advance=True)
    assert refused() == [401] * 6
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) == []


def test_a_form_that_has_not_expired_leaves_nothing(stack, ada):
    asked = {"content_type": "image/png", "size": 100}
    form = stack.call("POST", "/upload", token=ada.token, json=asked).json["upload"]
    leave(stack, ada)
    stack.settle(advance=True)
    assert stack.post_form(form["url"], form["fields"], b"late").status < 300
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) == []


def test_the_name_is_free_again_and_whoever_takes_it_keeps_it(stack, ada, life):
    leave(stack, ada)
    stack.settle(advance=True)
    other = stack.sign_up(ada.username)
    assert other.user_id != ada.user_id
    found = stack.call("GET", f"/users?username={ada.username}", token=other.token).json
    assert found["user_id"] == other.user_id


def test_a_tombstone_goes_when_no_token_can_be_valid_any_more(stack, ada, swept):
    leave(stack, ada)
    stack.settle(advance=True)
    swept(hours=2)
    assert tombstone(ada.user_id)
    swept(days=2)
    assert tombstone(ada.user_id) is None


def test_a_trace_that_a_sweep_has_missed_is_found_and_goes_in_the_next_round(
    stack, ada, monkeypatch
):
    from functions.erasure.bootstrap import eraser

    check = next(step for step in eraser()._steps if step.name == "check")

    def found(state):
        try:
            return check.run(state)
        finally:
            monkeypatch.setattr(LikeRow, "user_ids", ("user_id",))

    steps = [
        type(step)(step.name, found, step.after) if step is check else step
        for step in eraser()._steps
    ]
    monkeypatch.setattr(eraser(), "_steps", steps)
    monkeypatch.setattr(LikeRow, "user_ids", ())
    LikeRow("some post", ada.user_id).save()
    leave(stack, ada)
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) == []
    assert '"rounds":1' in str(tombstone(ada.user_id))


def test_a_trace_that_does_not_go_is_told_in_the_end(stack, ada, monkeypatch):
    from functions.accounts.bootstrap import accounts
    from functions.erasure.bootstrap import eraser
    from functions.erasure.messages import EraseAccount

    monkeypatch.setattr(type(accounts().pool), "remove", lambda *_: None)
    monkeypatch.setattr(eraser(), "_send", lambda *_, **__: None)
    leave(stack, ada)
    job = EraseAccount(ada.user_id)
    refusals = []
    for _ in range(60):
        try:
            eraser().account(job)
        except TracesLeftError as left:
            refusals.append(left.where)
    assert refusals[0] == ["the user pool"]
    monkeypatch.undo()
    eraser().account(job)  # as a redrive of the dead letter does
    stack.settle(advance=True)


def test_an_erasure_may_die_at_any_point_and_is_finished(stack, ada, life, monkeypatch):
    """The state is written, or not; the message is sent, or not: a repetition finds its way."""
    from functions.erasure.bootstrap import eraser

    users, deaths = eraser()._users, iter(range(1000))
    move_on, send = users.move_on, eraser()._send

    def dying(act):
        def step(*given, **named):
            if next(deaths) % 2:
                return act(*given, **named)
            act(*given, **named)
            raise ConnectionError("it dies here")

        return step

    leave(stack, ada)
    monkeypatch.setattr(eraser(), "_send", dying(send))
    monkeypatch.setattr(users, "move_on", dying(move_on))
    for _ in range(6):
        stack.settle(advance=True)
    monkeypatch.undo()
    from functions.erasure.messages import EraseAccount

    eraser().account(EraseAccount(ada.user_id))
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) == []


def test_a_row_of_users_is_a_user_or_a_tombstone(stack, ada):
    leave(stack, ada)
    row = UserRow.get(ada.user_id)
    assert (row.username, row.display_name, row.created_at) == (None, None, None)
    stack.settle(advance=True)


def test_a_post_whose_picture_arrives_when_its_author_has_left_is_not_published(stack, ada, bob):
    follow(stack, bob, ada)
    data = photo()
    asked = {"content_type": "image/png", "size": len(data), "kind": "post"}
    slot = stack.call("POST", "/upload", token=ada.token, json=asked).json
    post = stack.call(
        "POST", "/posts", token=ada.token, json={"media_ids": [slot["media_id"]]}
    ).json
    assert leave(stack, ada).status == 202
    stack.post_form(slot["upload"]["url"], slot["upload"]["fields"], data)
    stack.settle()
    assert stack.call("GET", f"/posts/{post['post_id']}", token=bob.token).status == 404
    assert stack.call("GET", f"/feed/{bob.user_id}", token=bob.token).json["items"] == []


def test_who_is_named_in_anothers_words_can_leave(stack, ada, bob):
    words = f"ask /users/{ada.user_id}"
    stack.call("PATCH", "/me", token=bob.token, json={"bio": words})
    shown = publish(stack, bob, upload(stack, bob))
    word = {"post_id": shown["post_id"], "text": words}
    stack.call("POST", "/comment", token=bob.token, json=word)
    stack.settle()
    assert leave(stack, ada).status == 202
    stack.settle(advance=True)
    assert "expires_at" in tombstone(ada.user_id)
    assert stack.call("GET", "/me", token=bob.token).json["bio"] == words
    # Bob's own erasure empties the tables for the tests to come.
    assert leave(stack, bob).status == 202
    stack.settle(advance=True)


def test_what_streams_have_left_in_trays_and_counts_is_swept(stack, ada, bob):
    story_id = f"{ada.user_id}.{new_ulid()}"
    CountsRow(story_id, views=1).save()
    soon = epoch_seconds(utc_now()) + 3600
    TrayRow(
        bob.user_id, ada.user_id, published_id=new_ulid(), story_id=story_id, expires_at=soon
    ).save()
    assert leave(stack, ada).status == 202
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) == []
