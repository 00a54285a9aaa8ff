"""DELETE /me: everything of the user goes, nothing can be written back, and the check confirms
it.
"""

from datetime import timedelta

import boto3

from functions.accounts.names import Name
from functions.accounts.storage import UserRow
from functions.aws.sending import send
from functions.clock import new_ulid, utc_now
from functions.config import settings
from functions.counters.storage import CountsRow
from functions.erasure.service import MOST_ROUNDS
from functions.queues import EraseAccount
from functions.reactions.storage import CommentRow, LikeRow
from functions.social.storage import FollowRow
from functions.stories.storage import TrayRow
from infra.local.trailing import Trailing
from infra.local.wire import body_of
from tests.integration.erasure.life import leave
from tests.integration.erasure.traces import tombstone, traces
from tests.integration.people import follow, photo, publish, upload
from tests.stack import new_name


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


def test_nothing_is_left_of_a_sign_up_under_a_key_though_the_name_has_changed(stack):
    name, password = new_name("ada"), "correct horse"
    form = {"username": name, "email": f"{name}@example.com", "password": password}
    for _ in range(2):
        made = stack.call("POST", "/signup", json=form, headers={"idempotency-key": "one"})
        assert made.status == 201
    login = {"username": name, "password": password}
    tokens = stack.call("POST", "/login", json=login).json
    renamed, token = new_name("countess"), tokens["id_token"]
    answer = stack.call("POST", "/me/username", token=token, json={"username": renamed})
    assert answer.status == 200
    gone = stack.call("DELETE", "/me", token=token, json={"password": password})
    assert gone.status == 202
    stack.settle(advance=True)
    assert traces(tokens["user_id"], name) == traces(tokens["user_id"], renamed) == []


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
    assert follow(stack, bob, ada).status == 404


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


def test_the_name_is_held_then_free_again_and_whoever_takes_it_keeps_it(stack, ada, life, swept):
    leave(stack, ada)
    stack.settle(advance=True)
    form = {"username": ada.username, "email": "ada@example.com", "password": "correct horse"}
    assert stack.call("POST", "/signup", json=form).status == 409
    swept(days=29)
    assert stack.call("POST", "/signup", json=form).status == 409
    swept(days=31)
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
    from functions.stage import stage

    end, ended = stage().passes._end, []

    def counted(held):
        ended.append(held.number)
        if len(ended) > 1:  # after the second pass, which still cannot delete the row
            monkeypatch.setattr(LikeRow, "user_ids", ("user_id",))
        return end(held)

    monkeypatch.setattr(stage().passes, "_end", counted)
    monkeypatch.setattr(LikeRow, "user_ids", ())
    LikeRow("some post", ada.user_id).save()
    leave(stack, ada)
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) == []
    assert '"rounds":3' in str(tombstone(ada.user_id)), "found, found and deleted, gone"


def test_who_did_nothing_takes_one_pass_and_who_liked_something_two(stack, ada, bob):
    LikeRow("some post", bob.user_id).save()
    for person in (ada, bob):
        leave(stack, person)
    stack.settle(advance=True)
    assert '"rounds":0' in str(tombstone(ada.user_id))
    assert '"rounds":1' in str(tombstone(bob.user_id))


def test_all_who_leave_at_once_share_their_scans(stack):
    """However many leave, the tables are read as often as for one."""
    from functions.stage import stage

    people = [stack.person(f"leaver{number}") for number in range(4)]
    for person in people:
        LikeRow("some post", person.user_id).save()
        leave(stack, person)
    before = stage().pass_store.state()[0].number
    stack.settle(advance=True)
    assert stage().pass_store.state()[0].number - before <= 3
    for person in people:
        assert traces(person.user_id, person.username) == []


def test_a_name_to_which_no_key_leads_stops_no_erasure(stack, ada):
    """An earlier release left a row of an address if it died between two writes."""
    from functions.stage import stage

    left = [f"{ada.username}@example.org", f"former_{ada.username}"]
    for name in left:
        row = Name(name=name, version="1", state="confirmed", since=utc_now(), user_id=ada.user_id)
        stage().names.put(row, None)
    leave(stack, ada)
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) == []
    assert [stage().names.get(name) for name in left] == [None, None]
    grave = tombstone(ada.user_id)
    assert "expires_at" in grave
    assert '"rounds":1' in str(grave)


def test_a_trace_that_nothing_removes_becomes_a_dead_letter(stack, ada, bob):
    """Each pass finds it and each round sends new messages. The state counts the rounds."""
    row = CommentRow("some post", "1", user_id=bob.user_id, text="x", created_at=utc_now())
    row.reply_to = ada.user_id
    row.save()
    leave(stack, ada)
    stack.settle(advance=True)
    dead = boto3.client("sqs").get_queue_url(QueueName=settings().queue("erasure-dead"))
    found = boto3.client("sqs").receive_message(QueueUrl=dead["QueueUrl"], MaxNumberOfMessages=10)
    [letter] = [one for one in found["Messages"] if ada.user_id in one["Body"]]
    assert f'"rounds":{MOST_ROUNDS}' in str(tombstone(ada.user_id))
    row.delete()
    boto3.client("sqs").delete_message(
        QueueUrl=dead["QueueUrl"], ReceiptHandle=letter["ReceiptHandle"]
    )
    send("erasure", [EraseAccount(ada.user_id)])  # as a redrive does
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) == []


def test_an_index_that_trails_by_a_part_ends_no_step_early(stack, ada, monkeypatch):
    """Ada has ten followers, of whom two go at a time. Each query shows the index as it was before
    the query before. The second walk is left out, and so is the pass."""
    from functions.social import service
    from functions.stage import stage

    monkeypatch.setattr(service, "ERASED_AT_ONCE", 2)
    for number in range(10):
        FollowRow(
            f"fan-{number}", ada.user_id, state="accepted", epoch=new_ulid(), since=utc_now()
        ).save()
    trailing, table = Trailing(stack.stage.wire), settings().table("follows")
    trailing.hold(table, "followers")

    def answered(request, answer):
        found = trailing.answer(request, answer)
        if body_of(request).get("IndexName") == "followers":
            trailing.release(table, "followers")
            trailing.hold(table, "followers")
        return found

    position = {}
    stack.stage.wire.surround(answered)
    while position is not None:
        position = stage().social.erase_some_of(ada.user_id, position)
    stack.stage.wire.bare(answered)
    left = FollowRow.scan(FollowRow.followee_id == ada.user_id, consistent_read=True)
    assert list(left) == []


def test_an_erasure_may_die_at_any_point_and_is_finished(stack, ada, life, monkeypatch):
    """Whether or not the state was written or the message sent, a repetition finishes the
    erasure.
    """
    from functions.stage import stage

    users, deaths = stage().eraser._users, iter(range(1000))
    move_on, send = users.update_erasure, stage().eraser._send

    def dying(act):
        def step(*given, **named):
            if next(deaths) % 2:
                return act(*given, **named)
            act(*given, **named)
            raise ConnectionError("it dies here")

        return step

    leave(stack, ada)
    monkeypatch.setattr(stage().eraser, "_send", dying(send))
    monkeypatch.setattr(users, "update_erasure", dying(move_on))
    for _ in range(6):
        stack.settle(advance=True)
    monkeypatch.undo()
    from functions.queues import EraseAccount

    stage().eraser.account(EraseAccount(ada.user_id))
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
    # Bob's own erasure empties the tables for later tests.
    assert leave(stack, bob).status == 202
    stack.settle(advance=True)


def test_what_streams_have_left_in_trays_and_counts_is_swept(stack, ada, bob):
    story_id = f"{ada.user_id}.{new_ulid()}"
    CountsRow(story_id, views=1).save()
    soon = utc_now() + timedelta(hours=1)
    TrayRow(
        bob.user_id, ada.user_id, published_id=new_ulid(), story_id=story_id, expires_at=soon
    ).save()
    assert leave(stack, ada).status == 202
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) == []
