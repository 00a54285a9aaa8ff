"""Filters are rendered from the original under keys of their own, and shown in one write."""

from datetime import UTC, datetime

import boto3
import pytest

from functions.media.storage import MediaRow
from functions.stage import stage as served
from tests.integration.people import photo, publish, upload


def shown(stack, person, post_id):
    return stack.call("GET", f"/posts/{post_id}", token=person.token).json


def keys(post):
    return [media["url"].split("?")[0] for media in post["media"]]


def test_a_post_with_a_filter_publishes_itself_when_it_is_rendered(stack):
    ada = stack.person("filter_ada")
    media_id = upload(stack, ada, photo(color="orange"))
    stack.settle()
    post = publish(stack, ada, media_id, filter="sepia")
    assert (post["state"], post["filter"]) == ("processing", "sepia")

    stack.settle()

    done = shown(stack, ada, post["post_id"])
    assert (done["state"], done["filter"]) == ("published", "sepia")
    [media] = done["media"]
    assert (media["status"], media["filter"]) == ("ready", "sepia")
    assert "/sepia/" in media["url"]
    assert stack.call("GET", media["url"]).status == 200


def test_a_filter_asked_for_early_is_rendered_beside_the_plain_picture(stack, monkeypatch):
    from functions.media import imaging

    looks = []
    render, own = imaging.render, photo(color="indigo")

    def watched(data, kind, look, **more):
        if data == own:  # another test's picture may still be in the queue
            looks.append(look)
        return render(data, kind, look, **more)

    monkeypatch.setattr(imaging, "render", watched)
    ada = stack.person("filter_early")
    post = publish(stack, ada, upload(stack, ada, own), filter="ink")
    stack.settle()
    assert shown(stack, ada, post["post_id"])["media"][0]["filter"] == "ink"
    assert looks == [None, "ink"], "the plain path is final from the moment of upload"


def test_another_filter_is_shown_in_one_write_when_all_pictures_have_it(stack):
    ada = stack.person("filter_change")
    media_ids = [upload(stack, ada, photo(color=color)) for color in ("red", "navy")]
    stack.settle()
    post = publish(stack, ada, *media_ids)
    before = keys(post)

    answer = stack.call(
        "PATCH", f"/posts/{post['post_id']}", token=ada.token, json={"filter": "frost"}
    )
    assert answer.status == 200
    assert answer.json["filter"] == "frost"
    assert [media["status"] for media in answer.json["media"]] == ["processing"] * 2
    assert keys(answer.json) == before, "what was there is shown until the new is ready"

    stack.settle()
    done = shown(stack, ada, post["post_id"])
    assert [media["status"] for media in done["media"]] == ["ready"] * 2
    assert all("/frost/" in key for key in keys(done))

    stack.call("PATCH", f"/posts/{post['post_id']}", token=ada.token, json={"filter": None})
    stack.settle()
    assert keys(shown(stack, ada, post["post_id"])) == before


def test_a_second_filter_is_taken_once_the_first_is_rendered(stack):
    ada = stack.person("filter_twice")
    media_id = upload(stack, ada)
    stack.settle()
    post = publish(stack, ada, media_id)

    def change(name):
        path, body = f"/posts/{post['post_id']}", {"filter": name}
        return stack.call("PATCH", path, token=ada.token, json=body)

    assert change("dawn").status == 200
    refused = change("dusk")
    assert (refused.status, refused.json["type"]) == (409, "/problems/still-rendering")
    assert refused.headers["retry-after"] == "2"
    stack.settle()
    assert change("ember").status == 200
    stack.settle()
    done = shown(stack, ada, post["post_id"])
    assert done["filter"] == done["media"][0]["filter"] == "ember"
    assert done["media"][0]["status"] == "ready"


def test_an_upload_does_not_wait_for_somebody_elses_filters(stack):
    ada, bob = stack.person("filter_storm"), stack.person("filter_victim")
    media_ids = [upload(stack, ada, photo(color=color)) for color in ("red", "navy", "teal")]
    stack.settle()
    post = publish(stack, ada, *media_ids)
    path = f"/posts/{post['post_id']}"
    assert stack.call("PATCH", path, token=ada.token, json={"filter": "ink"}).status == 200
    by_name = {source.function.name: source for source in stack.pump.sources}
    by_name["on_media"].step(patient=False)
    media_id = upload(stack, bob)
    by_name["render"].step(patient=False)

    def status(person, picture):
        found = stack.call("GET", f"/media/{picture}", token=person.token)
        return found.json["status"]

    assert status(bob, media_id) == "ready"
    assert [status(ada, one) for one in media_ids] == ["processing"] * 3
    stack.settle()
    assert [status(ada, one) for one in media_ids] == ["ready"] * 3


def test_a_waiting_post_gets_another_filter_from_quarantine(stack, keeps_nothing):
    ada = stack.person("filter_quarantine")
    early = upload(stack, ada, photo(color="olive"))
    wanted = {"content_type": "image/png", "size": 1000}
    slot = stack.call("POST", "/upload", token=ada.token, json=wanted).json
    stack.settle()
    post = publish(stack, ada, early, slot["media_id"])
    path = f"/posts/{post['post_id']}"
    assert stack.call("PATCH", path, token=ada.token, json={"filter": "ink"}).status == 200
    stack.settle()
    media = stack.call("GET", f"/media/{early}", token=ada.token).json
    assert (media["status"], media["filter"]) == ("ready", "ink")
    # A lifecycle rule may delete the original while its render waits.
    assert stack.call("PATCH", path, token=ada.token, json={"filter": "frost"}).status == 200
    served().originals.delete(f"{ada.user_id}/{early}")
    stack.settle()
    media = stack.call("GET", f"/media/{early}", token=ada.token).json
    assert (media["status"], media["filter"]) == ("ready", "ink")
    stack.post_form(slot["upload"]["url"], slot["upload"]["fields"], photo(color="lime"))
    stack.settle()
    assert shown(stack, ada, post["post_id"])["state"] == "published"


def test_an_unknown_filter_is_refused(stack):
    ada = stack.person("filter_unknown")
    media_id = upload(stack, ada)
    body = {"media_ids": [media_id], "filter": "sunglasses"}
    answer = stack.call("POST", "/posts", token=ada.token, json=body)
    assert answer.status == 400
    assert answer.json["errors"][0]["field"] == "filter"


def test_the_owner_alone_fetches_the_original(stack):
    ada, bob = stack.person("orig_ada"), stack.person("orig_bob")
    data = photo(color="teal")
    media_id = upload(stack, ada, data)
    publish(stack, ada, media_id)
    stack.settle()
    answer = stack.call("GET", f"/media/{media_id}/original", token=ada.token)
    assert answer.status == 200
    fetched = stack.call("GET", answer.json["url"])
    assert fetched.body == data
    assert fetched.headers["cache-control"] == "private, no-store"
    day = datetime.now(UTC).date().isoformat()
    named = f'attachment; filename="fanlight-{day}-{media_id}.png"'
    assert fetched.headers["content-disposition"] == named
    assert stack.call("GET", f"/media/{media_id}/original", token=bob.token).status == 404
    query = shown(stack, ada, publish(stack, ada, upload(stack, ada))["post_id"])["media"][0]["url"]
    foreign = answer.json["url"].split("?")[0] + "?" + query.split("?")[1]
    assert stack.call("GET", foreign).status == 403, "the author's signature opens no original"


def test_an_upload_told_twice_finds_neither_original_and_its_picture_stays(stack):
    """S3 may tell of an upload again while another look is rendered and the original expires."""
    ada = stack.person("orig_expired")
    media_id = upload(stack, ada)
    post = publish(stack, ada, media_id)
    stack.settle()
    [key] = [key for key in served().renditions.keys("originals/") if media_id in key]
    served().renditions.delete_all([key])
    MediaRow(media_id).update([MediaRow.status.set("processing")])
    boto3.client("s3").put_object(
        Bucket=served().settings.uploads_bucket, Key=f"{ada.user_id}/{media_id}", Body=photo()
    )
    stack.settle()
    media = stack.call("GET", f"/media/{media_id}", token=ada.token).json
    assert media["status"] == "ready"
    assert shown(stack, ada, post["post_id"])["state"] == "published"


@pytest.fixture
def keeps_nothing(monkeypatch):
    from functions.posts import handlers

    monkeypatch.setattr(served().worker, "_keep", "never")
    monkeypatch.setattr(served().posts, "_keeps_originals", False)
    stage = handlers.settings()

    class Never:
        keep_originals = "never"

        def __getattr__(self, name):
            return getattr(stage, name)

    monkeypatch.setattr(handlers, "settings", Never)


def test_an_original_that_is_not_kept_goes_when_its_post_is_published(stack, keeps_nothing):
    from functions.media.domain import upload_key

    ada = stack.person("orig_never")
    media_id = upload(stack, ada)
    stack.settle()
    key = upload_key(ada.user_id, media_id)
    assert served().media._originals.exists(key, None), "it is needed until then"
    post = publish(stack, ada, media_id, filter="noon")
    stack.settle()
    assert shown(stack, ada, post["post_id"])["state"] == "published"
    assert not served().media._originals.exists(key, None)
    assert stack.call("GET", f"/media/{media_id}/original", token=ada.token).status == 404
    answer = stack.call(
        "PATCH", f"/posts/{post['post_id']}", token=ada.token, json={"filter": "dusk"}
    )
    assert answer.status == 409


def test_a_filter_whose_original_has_gone_meanwhile_leaves_the_post_as_it_was(stack):
    from functions.media.domain import original_key

    ada = stack.person("orig_gone")
    media_id = upload(stack, ada)
    stack.settle()
    post = publish(stack, ada, media_id)
    stack.call("PATCH", f"/posts/{post['post_id']}", token=ada.token, json={"filter": "dusk"})
    kept = served().media._kept
    from functions.aws.clients import client

    client("s3").delete_object(
        Bucket=kept._bucket, Key=original_key("always", ada.user_id, media_id)
    )
    stack.settle()
    done = shown(stack, ada, post["post_id"])
    assert (done["filter"], done["media"][0]["status"]) == (None, "ready")


def test_the_filters_are_listed_with_previews(stack):
    listed = stack.call("GET", "/filters").json
    assert len(listed["items"]) >= 12
    assert listed["next_cursor"] is None
    for item in listed["items"]:
        answer = stack.call("GET", item["preview_url"])
        assert answer.status == 200
        assert answer.headers["content-type"] == "image/webp"
        assert answer.body[:4] == b"RIFF"
    assert stack.call("GET", listed["items"][0]["preview_url"].split("?")[0]).status == 403


def test_the_position_is_kept_only_for_who_asks(stack):
    from io import BytesIO

    from PIL import Image

    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 30.0, 0.0)})
    file = BytesIO()
    Image.new("RGB", (40, 30)).save(file, "JPEG", exif=exif)
    ada = stack.person("position_ada")
    for asked, told in ((False, {}), (True, {"latitude": 52.5, "longitude": 13.5})):
        wanted = {"content_type": "image/jpeg", "size": 1000, "keep_position": asked}
        slot = stack.call("POST", "/upload", token=ada.token, json=wanted).json
        stack.post_form(slot["upload"]["url"], slot["upload"]["fields"], file.getvalue())
        stack.settle()
        media = stack.call("GET", f"/media/{slot['media_id']}", token=ada.token).json
        assert media["exif"] == told
