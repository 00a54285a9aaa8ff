"""Deletion with a post: its pictures in every version, its likes and its counts."""

import boto3

from functions.config import settings
from functions.counters.domain import BURIED_KEPT, LIKES, Record, Tally
from functions.counters.storage import CountsRow
from functions.media.storage import MediaRow
from functions.posts.domain import TOMBSTONE_KEPT
from functions.posts.storage import PostRow
from functions.reactions.storage import CommentRow, LikeRow
from functions.stage import stage
from tests.integration.people import publish, upload


def keys(person):
    """Return all objects of a user, in both buckets."""
    s3, found = boto3.client("s3"), set()
    for bucket in (settings().uploads_bucket, settings().media_bucket):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            listed = [one["Key"] for one in page.get("Contents", ())]
            found |= {key for key in listed if person.user_id in key}
    return found


def posted(stack, person, **fields):
    media_id = upload(stack, person)
    stack.settle()
    post = publish(stack, person, media_id, **fields)
    stack.settle()
    return post


def delete(stack, person, post):
    assert stack.call("DELETE", f"/posts/{post['post_id']}", token=person.token).status == 204


def there(table, *key):
    return (
        table.count(key[0])
        if len(key) == 1 and table is LikeRow
        else bool(list(table.batch_get(key)))
    )


def test_a_deleted_post_takes_its_pictures_of_every_filter_its_likes_and_counts(stack, ada, swept):
    post, other = posted(stack, ada, filter="ink"), posted(stack, ada)
    others = {key for key in keys(ada) if other["media"][0]["media_id"] in key}
    assert any("/ink/" in key for key in keys(ada))
    spoken = {"post_id": post["post_id"], "text": "lovely"}
    for _ in range(3):
        assert stack.call("POST", "/comment", token=ada.token, json=spoken).status == 201
    for number in range(60):
        LikeRow(post["post_id"], f"user {number}").save()
    stack.settle()
    assert CountsRow.get(post["post_id"]).likes == 60
    delete(stack, ada, post)
    stack.settle(advance=True)
    assert keys(ada) == others
    assert not there(MediaRow, post["media"][0]["media_id"])
    assert there(MediaRow, other["media"][0]["media_id"])
    assert LikeRow.count(post["post_id"]) == CommentRow.count(post["post_id"]) == 0
    counts = CountsRow.get(post["post_id"])
    assert (counts.likes, counts.comments, counts.changes) == (0, 0, 0)
    swept(days=BURIED_KEPT.days - 1)
    assert there(CountsRow, post["post_id"])
    swept(days=BURIED_KEPT.days + 1)
    assert not there(CountsRow, post["post_id"])


def test_the_counts_of_a_deleted_post_expire_whatever_is_counted_or_recounted_later(
    stack, ada, swept
):
    post_id = posted(stack, ada)["post_id"]
    counts = stage().counts
    counts.bury(post_id)
    end = CountsRow.get(post_id).expires_at
    late = Record("0" * 39 + "7", post_id, "bob", -1)
    assert counts.add(post_id, LIKES, -1, "likes.a", [late])[0]
    assert CountsRow.get(post_id).likes == -1
    stage().recounter.recount(LIKES, [post_id])
    row = CountsRow.get(post_id)
    assert (row.likes, row.expires_at) == (0, end)
    fresh = posted(stack, ada)["post_id"]
    unseen = counts.read(fresh)
    counts.bury(fresh)
    assert not counts.replace(fresh, unseen, Tally({"likes": 0}, {}, 1)), "read before it went"
    assert counts.replace(fresh, counts.read(fresh), Tally({"likes": 0}, {}, 1))
    assert CountsRow.get(fresh).expires_at
    swept(days=BURIED_KEPT.days + 1)
    assert not there(CountsRow, post_id)
    assert not there(CountsRow, fresh)


def test_a_post_that_a_restore_brought_back_keeps_its_counts(stack, ada):
    post_id = posted(stack, ada)["post_id"]
    stage().counts.bury(post_id)
    LikeRow(post_id, "bob").save()
    stack.settle()
    stage().recounter.recount(LIKES, [post_id])
    row = CountsRow.get(post_id)
    assert (row.likes, row.expires_at) == (1, None)


def test_a_tombstone_goes_by_itself_after_all_that_could_speak_of_the_post(stack, ada):
    post = posted(stack, ada)
    assert PostRow.get(post["post_id"]).expires_at is None
    delete(stack, ada, post)
    row = PostRow.get(post["post_id"])
    assert row.state == "deleted"
    assert row.expires_at == int((row.deleted_at + TOMBSTONE_KEPT).timestamp())


def test_a_post_given_up_or_unpublished_takes_its_pictures_along_too(stack, ada):
    post = publish(stack, ada, upload(stack, ada))
    delete(stack, ada, post)
    stack.settle(advance=True)
    assert keys(ada) == set()


def test_a_picture_that_is_rendered_while_its_post_goes_leaves_nothing(stack, ada, monkeypatch):
    from functions.stage import stage

    worker, begun = stage().worker, []
    settle = worker._store.settle

    def overtaken(media, outcome, **kept):
        begun.append(media.media_id)
        delete(stack, ada, post)  # all renditions are there, but the row does not say so yet
        return settle(media, outcome, **kept)

    post = publish(stack, ada, upload(stack, ada))
    monkeypatch.setattr(worker._store, "settle", overtaken)
    stack.settle(advance=True)
    assert begun
    assert keys(ada) == set()


def test_an_avatar_stays_when_its_post_goes_and_goes_when_another_is_shown(stack, ada):
    post = posted(stack, ada)
    media_id = post["media"][0]["media_id"]
    shown = {"avatar_media_id": media_id}
    url = stack.call("PATCH", "/me", token=ada.token, json=shown).json["avatar_url"]
    stack.settle()
    delete(stack, ada, post)
    stack.settle(advance=True)
    assert stack.call("GET", url).status == 200
    assert len(keys(ada)) == 2, "the small and the large rendition of the avatar"
    stack.call("PATCH", "/me", token=ada.token, json={"avatar_media_id": None})
    stack.settle(advance=True)
    assert stack.call("GET", url).status == 403
    assert keys(ada) == set()


def test_a_picture_that_is_an_avatar_itself_stays_when_its_post_goes(stack, ada):
    post = posted(stack, ada)
    media_id = post["media"][0]["media_id"]
    stage().users.update(ada.user_id, {"avatar_media_id": media_id})
    stack.settle()
    delete(stack, ada, post)
    stack.settle(advance=True)
    assert MediaRow.get(media_id).claimed_by is None
    stage().users.update(ada.user_id, {"avatar_media_id": None})
    stack.settle(advance=True)
    assert not there(MediaRow, media_id)


def test_ready_pictures_that_no_post_takes_are_swept_and_avatars_are_not(stack, ada, swept):
    lonely, face, taken = (upload(stack, ada) for _ in range(3))
    stack.settle()
    changed = stack.call("PATCH", "/me", token=ada.token, json={"avatar_media_id": face})
    publish(stack, ada, taken)
    stack.settle()
    swept(hours=settings().unclaimed_media_hours + 1)
    stack.settle(advance=True)
    assert {m for m in (lonely, face, taken) if any(m in key for key in keys(ada))} == {taken}
    assert not there(MediaRow, lonely)
    assert not there(MediaRow, face)
    assert stack.call("GET", changed.json["avatar_url"]).status == 200


def test_an_upload_that_comes_after_its_slot_has_gone_is_deleted(stack, ada):
    asked = {"content_type": "image/png", "size": 100}
    slot = stack.call("POST", "/upload", token=ada.token, json=asked).json
    MediaRow(slot["media_id"]).delete()
    stack.settle(advance=True)
    form = slot["upload"]
    assert stack.post_form(form["url"], form["fields"], b"late").status < 300
    assert keys(ada)
    stack.settle(advance=True)
    assert keys(ada) == set()
