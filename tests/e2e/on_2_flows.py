"""Users' flows through the deployed zip and layers, which run in real processes."""

import io
import json
import zipfile
from contextlib import contextmanager
from urllib.parse import urlsplit

import boto3
import requests

from tests.e2e.conftest import PREFIX
from tests.e2e.people import eventually, photo, post_of
from tests.e2e.stand_in_windows import CLOSED, SETTING

ERASED_AT_LATEST = 90  # pushes; an erasure takes two rounds of nine steps, each with a pass


@contextmanager
def window(function, seconds):
    """Give a function another tumbling window, 0 for none. Yields its last processing result."""
    awslambda = boto3.client("lambda")
    name = f"{PREFIX}-{function}"
    [mapping] = awslambda.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    uuid = mapping["UUID"]
    awslambda.update_event_source_mapping(UUID=uuid, TumblingWindowInSeconds=seconds)
    yield lambda: awslambda.get_event_source_mapping(UUID=uuid)["LastProcessingResult"]
    awslambda.update_event_source_mapping(UUID=uuid, TumblingWindowInSeconds=mapping[SETTING])


def story_of(person):
    """Upload a picture by form and publish it as a story."""
    data = photo("purple")
    asked = {"content_type": "image/jpeg", "size": len(data), "kind": "story"}
    slot = person.call("POST", "/upload", body=asked)
    form = slot["upload"]
    files = {**{name: (None, value) for name, value in form["fields"].items()}, "file": data}
    assert requests.post(form["url"], files=files, timeout=10).status_code == 204
    told = person.call("POST", "/stories", body={"media_id": slot["media_id"]})
    eventually(
        "the story is published",
        lambda: told["story_id"] in shown_by(person, f"/users/{person.user_id}/stories"),
    )
    return told


def shown_by(person, path):
    """Return the ids of the stories in a list."""
    return [story["story_id"] for story in person.call("GET", path)["items"]]


def tray(person):
    """Return the authors in a tray, and whether all their stories are seen."""
    items = person.call("GET", "/stories")["items"]
    return [(item["author"]["user_id"], item["seen"]) for item in items]


def like_count(person, path):
    """Return a post's likes as seen by a user who has not liked it."""
    return person.call("GET", path)["like_count"]


def test_a_photo_goes_from_an_upload_to_a_followers_feed_and_out_again(new):
    ada, bob = new("ada"), new("bob")
    bob.call("PUT", f"/users/{ada.user_id}/follow")
    post = post_of(ada, caption="first light")
    assert set(post["media"][0]["renditions"]) >= {"thumbnail", "small", "medium", "full"}
    eventually("the post is in the feed", lambda: bob.feed() == [post["post_id"]])
    bob.call("DELETE", f"/users/{ada.user_id}/follow")
    assert bob.feed() == []


def test_another_filter_is_rendered_from_the_kept_original(new):
    ada = new("ada")
    post = post_of(ada)
    ada.call("PATCH", f"/posts/{post['post_id']}", body={"filter": "ink"})
    eventually(
        "the filter is shown",
        lambda: "/ink/" in ada.call("GET", f"/posts/{post['post_id']}")["media"][0]["url"],
    )


def test_likes_and_comments_are_there_at_once_and_counted_a_little_later(new):
    ada, bob = new("ada"), new("bob")
    path = f"/posts/{post_of(ada)['post_id']}"
    bob.call("POST", "/like", body={"post_id": path.rpartition("/")[2]})
    ada.call("POST", "/like", body={"post_id": path.rpartition("/")[2]})
    comment = {"post_id": path.rpartition("/")[2], "text": "well seen"}
    bob.call("POST", "/comment", body=comment)
    assert bob.call("GET", path)["liked"]
    told = ada.call("GET", f"{path}/comments")["items"]
    assert [one["text"] for one in told] == ["well seen"]

    def counts():
        post = ada.call("GET", path)
        return post["like_count"], post["comment_count"]

    eventually("both likes and the comment are counted", lambda: counts() == (2, 1))
    bob.call("DELETE", f"{path}/like")
    bob.call("DELETE", f"{path}/comments/{told[0]['comment_id']}")
    eventually("what was taken back is not", lambda: counts() == (1, 0))


def test_the_last_event_of_a_window_is_taken_too(new):
    ada, bob = new("ada"), new("bob")
    with window("on_likes", 1) as last_result:
        post = post_of(ada)
        ada.call("POST", "/like", body={"post_id": post["post_id"]})
        eventually("the window has ended", lambda: last_result() == CLOSED)
    assert like_count(bob, f"/posts/{post['post_id']}") == 1


def test_what_comes_before_its_mapping_has_a_window_waits_for_it(new):
    """In a first deploy this happens between Chalice's step and that of the event sources."""
    ada, bob = new("ada"), new("bob")
    path = f"/posts/{post_of(ada)['post_id']}"
    with window("on_likes", 0) as last_result:
        ada.call("POST", "/like", body={"post_id": path.rpartition("/")[2]})
        eventually("it is refused", lambda: last_result() == "FAILED")
        assert like_count(bob, path) == 0
    eventually("it is counted", lambda: like_count(bob, path) == 1)


def test_a_story_goes_from_an_upload_form_to_a_followers_tray_and_its_views_are_counted(new):
    ada, bob = new("ada"), new("bob")
    bob.call("PUT", f"/users/{ada.user_id}/follow")
    story = story_of(ada)
    eventually("it is in the tray", lambda: tray(bob) == [(ada.user_id, False)])
    bob.call("POST", f"/stories/{story['story_id']}/view")
    assert tray(bob) == [(ada.user_id, True)]

    def views():
        [shown] = ada.call("GET", f"/users/{ada.user_id}/stories")["items"]
        return shown["view_count"]

    eventually("the view is counted", lambda: views() == 1)
    viewers = ada.call("GET", f"/stories/{story['story_id']}/viewers")["items"]
    assert [one["user"]["user_id"] for one in viewers] == [bob.user_id]
    ada.call("DELETE", f"/stories/{story['story_id']}")
    assert tray(bob) == []


def test_an_export_holds_ones_posts_and_pictures(new):
    ada = new("ada")
    post = post_of(ada, caption="mine")
    ada.call("POST", "/me/export")
    told = eventually(
        "the export is ready",
        lambda: told if (told := ada.call("GET", "/me/export"))["status"] == "ready" else None,
    )
    bucket = f"{PREFIX}-media-{boto3.client('sts').get_caller_identity()['Account']}"
    key = urlsplit(told["url"]).path.removeprefix("/")
    body = boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    archive = zipfile.ZipFile(io.BytesIO(body))
    posts = json.loads(archive.read("posts.json"))
    assert [one["caption"] for one in posts] == ["mine"]
    assert any(name.startswith(f"pictures/{post['post_id']}/") for name in archive.namelist())


def test_who_leaves_is_gone_at_once_and_everything_of_theirs_soon(new):
    ada, bob = new("ada"), new("bob")
    bob.call("PUT", f"/users/{ada.user_id}/follow")
    post = post_of(ada)
    of_bob = f"/posts/{post_of(bob)['post_id']}"
    ada.call("POST", "/like", body={"post_id": of_bob.rpartition("/")[2]})
    eventually("the like is counted", lambda: bob.call("GET", of_bob)["like_count"] == 1)
    eventually("the post is in the feed", lambda: post["post_id"] in bob.feed())
    ada.call("DELETE", "/me", body={"password": ada.password})
    assert ada.status("GET", "/me") == 401
    assert bob.status("GET", f"/users/{ada.user_id}") == 404
    assert post["post_id"] not in bob.feed()
    hurry_erasure(ada.user_id)
    assert objects_of(ada.user_id) == []
    eventually("the like is gone from the count", lambda: like_count(bob, of_bob) == 0)


def hurry_erasure(user_id):
    """Run the steps of an erasure and of its passes by a message for each. They usually wait for
    minutes."""
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{PREFIX}-erasure")["QueueUrl"]
    eventually("it lies in the queue", lambda: delayed(url))
    for _ in range(ERASED_AT_LATEST):
        erasure, turn = erasure_of(user_id), turn_of_pass()
        if erasure["step"] is None:
            return
        for message in ({"type": "account", "user_id": user_id}, {"type": "pass", "turn": turn}):
            sqs.send_message(QueueUrl=url, MessageBody=json.dumps(message))
        before = (erasure, turn)
        eventually(
            "one has moved", lambda before=before: (erasure_of(user_id), turn_of_pass()) != before
        )
    raise AssertionError(f"not erased: {erasure_of(user_id)}")


def delayed(url):
    name = "ApproximateNumberOfMessagesDelayed"
    found = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])
    return int(found["Attributes"][name])


def turn_of_pass():
    """Return the turn of the pass, which names the message that continues it."""
    key = {"part": {"S": "pass"}, "name": {"S": "state"}}
    table = f"{PREFIX}-passes"
    row = boto3.client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True)
    state = row.get("Item", {}).get("state")
    return json.loads(state["S"])["turn"] if state else ""


def erasure_of(user_id):
    """Return the state of an erasure, which is on the user's tombstone."""
    row = boto3.client("dynamodb").get_item(
        TableName=f"{PREFIX}-users", Key={"user_id": {"S": user_id}}, ConsistentRead=True
    )
    return json.loads(row["Item"]["erasure"]["S"])


def objects_of(user_id):
    """Return the objects whose name contains a user's id."""
    s3 = boto3.client("s3")
    return [
        found["Key"]
        for bucket in s3.list_buckets()["Buckets"]
        for found in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", ())
        if user_id in found["Key"]
    ]
