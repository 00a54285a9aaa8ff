"""Avatars over HTTP, and the events behind them."""

import boto3

from functions.config import settings
from tests.integration.people import photo, upload


def show(stack, person, media_id):
    change = {"avatar_media_id": media_id}
    return stack.call("PATCH", "/me", token=person.token, json=change).json


def renditions(person):
    """Return the ids of a person's avatars that have objects, each with their number."""
    listed = boto3.client("s3").list_objects_v2(
        Bucket=settings().media_bucket, Prefix=f"avatars/{person.user_id}/"
    )
    ids = [one["Key"].split("/")[2] for one in listed.get("Contents", ())]
    return {avatar_id: ids.count(avatar_id) for avatar_id in ids}


def test_an_avatar_opens_at_once_and_its_large_rendition_when_it_is_made(stack, ada):
    media_id = upload(stack, ada, photo(800, 600))
    stack.settle()
    shown = show(stack, ada, media_id)
    assert stack.call("GET", shown["avatar_url"]).status == 200
    assert stack.call("GET", shown["avatar_large_url"]).status == 403
    stack.settle()
    large = stack.call("GET", shown["avatar_large_url"])
    assert large.headers["content-type"] == "image/webp"
    assert "immutable" in large.headers["cache-control"]


def test_of_avatars_in_quick_succession_only_the_last_one_stays(stack, ada):
    media_ids = [upload(stack, ada) for _ in range(2)]
    stack.settle()
    for media_id in media_ids:
        shown = show(stack, ada, media_id)
    assert len(renditions(ada)) == 2
    stack.settle()  # the first one is rendered although another is shown
    assert renditions(ada) == {shown["avatar_url"].split("?")[0].split("/")[-2]: 2}


def test_a_change_that_is_refused_leaves_no_avatar(stack, ada):
    media_id = upload(stack, ada)
    stack.settle()
    change = {"avatar_media_id": media_id, "display_name": " "}
    assert stack.call("PATCH", "/me", token=ada.token, json=change).status == 400
    assert renditions(ada) == {}


def test_an_avatar_delays_no_upload(stack, ada):
    """Its large rendition has the queue of pictures that are rendered again."""
    media_id = upload(stack, ada)
    stack.settle()
    show(stack, ada, media_id)
    sources = {one.function.name: one for one in stack.pump.sources}
    sources["on_users"].step(patient=False)
    sources["render"].step(patient=False)
    assert list(renditions(ada).values()) == [1]
    sources["rerender"].step(patient=False)
    assert list(renditions(ada).values()) == [2]
