"""Exports over HTTP: requested, prepared, fetched only by their owner, and deleted in time."""

import io
import json
import re
import zipfile
from datetime import timedelta
from uuid import uuid4

import boto3
import pytest
from msgspec.structs import replace

from functions.clock import new_ulid, utc_now
from functions.config import settings
from functions.exports.domain import KEPT, PARKED, export_key, found_prefix
from functions.exports.storage import ExportRow
from functions.exports.storage_s3 import PART_BYTES, ArchiveBucket, FoundRows, _Parts
from functions.http.idempotency import Claim
from functions.passes.domain import Wait
from functions.reactions.storage import LikeRow
from infra.local.provision import TEMPLATE
from infra.local.template import read_template
from infra.redrive import redrive
from tests.integration.erasure.traces import traces
from tests.integration.people import follow, photo, publish, tell, upload


@pytest.fixture(autouse=True)
def no_pass(stack):
    """Let every pass that an earlier test began end: an export waits for the one after it."""
    stack.settle(advance=True)


def ask(stack, person):
    answer = stack.call("POST", "/me/export", token=person.token)
    assert answer.status == 202, answer
    return answer.json


def look(stack, person):
    return stack.call("GET", "/me/export", token=person.token).json


def fetched(stack, person):
    answer = stack.call("GET", look(stack, person)["url"])
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "private, no-store"
    assert re.fullmatch(
        r'attachment; filename="fanlight-export-\d{4}-\d\d-\d\d\.zip"',
        answer.headers["content-disposition"],
    )
    return zipfile.ZipFile(io.BytesIO(answer.body))


def listed(archive, name):
    return json.loads(archive.read(f"{name}.json"))


def test_an_export_has_all_that_a_person_shows_and_says_here(stack, ada):
    avatar = upload(stack, ada, photo(color="pink"))
    original = photo(color="teal")
    media_id = upload(stack, ada, original)
    stack.settle()
    stack.call("PATCH", "/me", token=ada.token, json={"avatar_media_id": avatar})
    post = publish(stack, ada, media_id, caption="first <light>", location="Oslo")
    told = {"media": [{"media_id": media_id, "alt": "A pier", "focus": {"x": 0.5, "y": 0}}]}
    path = f"/posts/{post['post_id']}"
    assert stack.call("PATCH", path, token=ada.token, json=told).status == 200
    stack.settle()
    LikeRow("a post of another", ada.user_id).save()
    spoken = {"post_id": post["post_id"], "text": "mine"}
    stack.call("POST", "/comment", token=ada.token, json=spoken)
    story = tell(stack, ada)

    assert look(stack, ada)["status"] == "none"
    assert ask(stack, ada)["status"] == "pending"
    stack.settle()
    told = look(stack, ada)
    assert told["status"] == "ready"
    archive = fetched(stack, ada)
    assert archive.testzip() is None
    [profile] = listed(archive, "profile")
    assert (profile["user_id"], profile["username"]) == (ada.user_id, ada.username)
    [shown] = listed(archive, "posts")
    assert (shown["post_id"], shown["caption"]) == (post["post_id"], "first <light>")
    [in_post] = shown["pictures"]
    assert (in_post["alt"], in_post["focus"]) == ("A pier", {"x": 0.5, "y": 0})
    assert listed(archive, "likes") == [{"post_id": "a post of another"}]
    assert [comment["text"] for comment in listed(archive, "comments")] == ["mine"]
    assert [one["story_id"] for one in listed(archive, "stories")] == [story["story_id"]]
    assert listed(archive, "left-out") == []
    assert archive.read(f"pictures/{post['post_id']}/{media_id}.png") == original
    [face] = [name for name in archive.namelist() if name.startswith("pictures/avatar/")]
    assert archive.read(face)[8:12] == b"WEBP"
    assert avatar not in face
    [picture] = [name for name in archive.namelist() if story["story_id"] in name]
    assert archive.read(picture)[8:12] == b"WEBP", "of a story no original is kept"
    assert told["bytes"] == len(stack.call("GET", told["url"]).body)


def test_an_export_has_all_whom_a_person_has_to_do_with(stack, ada):
    bob, carol, dave, eve = (stack.person(name) for name in ("bob", "carol", "dave", "eve"))
    follow(stack, ada, bob)
    follow(stack, bob, ada)
    for person in (ada, carol):
        stack.call("PATCH", "/me", token=person.token, json={"is_private": True})
    follow(stack, ada, carol)
    follow(stack, dave, ada)
    stack.call("PUT", f"/users/{dave.user_id}/mute", token=ada.token)
    stack.call("PUT", f"/users/{eve.user_id}/block", token=ada.token)
    ask(stack, ada)
    stack.settle()
    archive = fetched(stack, ada)

    def is_to_her(what, other):
        return {what: other.user_id, "username": other.username}

    *made, follower, asker = listed(archive, "follows")
    assert is_to_her("follows", bob) in made
    assert is_to_her("asks_to_follow", carol) in made
    assert len(made) == 2
    assert follower == is_to_her("followed_by", bob)
    assert asker == is_to_her("asked_by", dave)
    assert listed(archive, "mutes") == [is_to_her("mutes", dave)]
    assert listed(archive, "blocks") == [is_to_her("blocks", eve)]


def test_what_is_found_by_its_key_is_written_before_any_table_is_searched(stack, ada):
    media_id = upload(stack, ada)
    stack.settle()
    publish(stack, ada, media_id)
    stack.settle()
    ask(stack, ada)
    stack.settle()
    names = fetched(stack, ada).namelist()
    assert names[-3:] == ["likes.json", "comments.json", "left-out.json"]
    assert "pictures/" in names[-4]


def test_a_picture_whose_original_was_kept_for_days_is_in_it_as_its_rendition(stack, ada):
    media_id = upload(stack, ada, photo(color="gold"))
    stack.settle()
    post = publish(stack, ada, media_id)
    story = tell(stack, ada)
    bucket = boto3.resource("s3").Bucket(settings().media_bucket)
    for held in bucket.objects.filter(Prefix=f"originals/always/{ada.user_id}/"):
        held.delete()  # as the lifecycle rule does
    ask(stack, ada)
    stack.settle()
    archive = fetched(stack, ada)
    assert listed(archive, "left-out") == []
    pictures = [name for name in archive.namelist() if name.startswith("pictures/")]
    assert [name.split("/")[1] for name in pictures] == [post["post_id"], story["story_id"]]
    assert all(archive.read(name)[8:12] == b"WEBP" for name in pictures)


def test_no_answer_is_kept_that_opens_an_export(stack, ada):
    ask(stack, ada)
    stack.settle()
    key = {"idempotency-key": "mine"}
    answers = [
        stack.call("POST", "/me/export", token=ada.token, headers=key).json for _ in range(2)
    ]
    assert answers == [look(stack, ada)] * 2
    assert answers[0]["url"]
    own = Claim.scan(Claim.scope.startswith(ada.user_id))
    kept = [str(claim.to_dynamodb_dict()) for claim in own]
    assert not [claim for claim in kept if "/exports/" in claim]


def test_there_is_one_export_at_a_time_until_it_has_expired(stack, ada):
    first, second = ask(stack, ada), ask(stack, ada)
    assert first == second
    stack.settle()
    ready = look(stack, ada)
    assert ask(stack, ada) == ready
    row = ExportRow.get(ada.user_id)
    row.update([ExportRow.expires_at.set(utc_now() - timedelta(seconds=1))])
    assert look(stack, ada)["status"] == "none"
    again = ask(stack, ada)
    assert again["status"] == "pending"
    stack.settle()
    assert look(stack, ada)["url"] != ready["url"]


def test_an_export_is_its_owners_alone(stack, ada):
    bob = stack.person("bob")
    for person in (ada, bob):
        ask(stack, person)
    stack.settle()
    mine, his = (look(stack, person)["url"] for person in (ada, bob))
    bare, _, signature = his.partition("?")
    assert stack.call("GET", mine).status == 200
    for tried in (
        bare,
        f"{bare}?{mine.partition('?')[2]}",
        f"{mine.partition('?')[0]}?{signature}",
    ):
        assert stack.call("GET", tried).status == 403
    assert stack.call("GET", "/me/export").status == 401
    assert stack.call("POST", "/me/export").status == 401


def test_a_deleted_account_takes_its_export_along(stack, ada):
    ask(stack, ada)
    stack.settle()
    given = {"password": ada.password}
    assert stack.call("DELETE", "/me", token=ada.token, json=given).status == 202
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) == []


def test_an_export_that_is_written_while_its_owner_leaves_leaves_nothing(stack, ada, monkeypatch):
    from functions.stage import stage

    archives = stage().exports._archives
    writing = archives.writing

    def overtaken(*place):
        given = {"password": ada.password}
        stack.call("DELETE", "/me", token=ada.token, json=given)
        return writing(*place)

    monkeypatch.setattr(archives, "writing", overtaken)
    ask(stack, ada)
    stack.settle(advance=True)
    assert traces(ada.user_id, ada.username) == []


def test_an_archive_is_written_in_parts_and_an_unfinished_one_is_nothing():
    s3, bucket = boto3.client("s3"), settings().media_bucket
    archives, key = ArchiveBucket(bucket), f"exports/nobody/{uuid4().hex}.zip"
    data = bytes(range(256)) * 1024 * 70  # 17.5 MiB
    with archives.writing(key, "all.zip") as out:
        for start in range(0, len(data), 1_000_003):
            out.write(data[start : start + 1_000_003])
            assert len(out._held) < PART_BYTES
        assert out.tell() == len(data)
    found = s3.get_object(Bucket=bucket, Key=key)
    assert found["Body"].read() == data
    assert found["CacheControl"] == "private, no-store"
    assert found["ContentDisposition"] == 'attachment; filename="all.zip"'
    assert found["ETag"].strip('"').endswith("-3")
    archives.delete(key)

    def dies():
        with archives.writing(key, "all.zip") as out:
            out.write(data)
            raise KeyError

    with pytest.raises(KeyError):
        dies()
    assert s3.list_objects_v2(Bucket=bucket, Prefix="exports/nobody/")["KeyCount"] == 0
    assert not s3.list_multipart_uploads(Bucket=bucket).get("Uploads")


def lifetime(key):
    """Return how long the media bucket keeps an object, by all rules that its key meets."""
    resources = read_template(TEMPLATE)["Resources"]
    rules = resources["MediaBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    met = [rule for rule in rules if key.startswith(rule.get("Prefix", ""))]
    [days] = [rule["ExpirationInDays"] for rule in met if "ExpirationInDays" in rule]
    return timedelta(days=days)


def test_the_bucket_keeps_archives_a_day_longer_than_they_are_handed_out():
    assert lifetime(export_key("ada", "e1")) == KEPT + timedelta(days=1)


def test_the_bucket_keeps_found_rows_for_as_long_as_their_export_may_be_redriven():
    assert lifetime(found_prefix("ada", "e1")) > PARKED


def test_rows_that_a_pass_has_kept_twice_are_shown_once():
    wait = Wait(user_id=uuid4().hex, purpose="export", ticket="e1")
    other = replace(wait, ticket="e2")
    rows = [{"post_id": {"S": f"post-{n}"}, "user_id": {"S": wait.user_id}} for n in range(5)]
    found = FoundRows(settings().media_bucket, new_ulid)
    found.put(wait, "likes", rows[:3])
    found.put(wait, "likes", [dict(reversed(row.items())) for row in rows[1:]])
    found.put(wait, "comments", rows[:1])
    found.put(other, "likes", rows)
    assert list(found.read(wait.user_id, "e1", "likes")) == rows
    found.delete(wait.user_id, "e1")
    assert list(found.read(wait.user_id, "e1", "likes")) == []
    assert list(found.read(wait.user_id, "e2", "likes")) == rows
    found.delete(wait.user_id, "e2")


def test_a_picture_that_is_gone_is_left_out_and_a_write_that_fails_is_made_again(
    stack, ada, monkeypatch
):
    media_id = upload(stack, ada, photo(color="olive"))
    stack.settle()
    publish(stack, ada, media_id)
    stack.settle()
    media = boto3.resource("s3").Bucket(settings().media_bucket)
    for held in media.objects.all():
        if media_id in held.key:
            held.delete()
    finished, tries = _Parts.finished, []

    def fails_once(parts):
        tries.append(parts)
        if len(tries) == 1:
            raise ConnectionError
        return finished(parts)

    monkeypatch.setattr(_Parts, "finished", fails_once)
    ask(stack, ada)
    stack.settle(advance=True)
    assert len(tries) == 2
    assert media_id in str(listed(fetched(stack, ada), "left-out"))


def test_an_export_that_fails_at_every_try_waits_for_its_redrive(stack, ada, monkeypatch):
    def fails(_):
        raise ConnectionError

    ask(stack, ada)
    with monkeypatch.context() as broken:
        broken.setattr(_Parts, "finished", fails)
        stack.settle(advance=True)
    assert look(stack, ada)["status"] == "pending"
    sqs = boto3.client("sqs")
    dead, own = (
        sqs.get_queue_url(QueueName=settings().queue(name))["QueueUrl"]
        for name in ("exports-dead", "exports")
    )
    assert redrive(sqs, dead, own) == 1
    stack.settle(advance=True)
    assert look(stack, ada)["status"] == "ready"
