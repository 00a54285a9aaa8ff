"""The whole way of a photo: uploaded by its author, rendered, published, read by a follower."""

from tests.integration.people import follow, photo, publish, upload


def test_a_photo_goes_from_an_upload_to_a_followers_feed(stack):
    ada, bob = stack.person("flow_ada"), stack.person("flow_bob")
    assert follow(stack, bob, ada).json == {"following": "yes"}

    media_id = upload(stack, ada)
    stack.settle()
    post = publish(stack, ada, media_id, caption="first light")
    stack.settle()

    feed = stack.call("GET", f"/feed/{bob.user_id}", token=bob.token).json
    assert [item["post_id"] for item in feed["items"]] == [post["post_id"]]
    [item] = feed["items"]
    assert item["author"]["username"] == ada.username
    assert item["caption"] == "first light"
    assert stack.call("GET", item["media"][0]["url"]).status == 200


def test_a_post_made_while_its_picture_is_processing_publishes_itself(stack):
    ada, bob = stack.person("early_ada"), stack.person("early_bob")
    follow(stack, bob, ada)
    post = publish(stack, ada, upload(stack, ada))
    assert post["state"] == "processing"

    stack.settle()

    shown = stack.call("GET", f"/posts/{post['post_id']}", token=bob.token)
    assert shown.json["state"] == "published"
    feed = stack.call("GET", f"/feed/{bob.user_id}", token=bob.token).json
    assert [item["post_id"] for item in feed["items"]] == [post["post_id"]]


def test_a_picture_sent_by_form_is_rendered(stack):
    ada = stack.person("form_ada")
    wanted = {"content_type": "image/png", "size": 1000, "kind": "post"}
    slot = stack.call("POST", "/upload", token=ada.token, json=wanted).json
    assert slot["status"] == "awaiting_upload"

    sent = stack.post_form(slot["upload"]["url"], slot["upload"]["fields"], photo())
    assert sent.status == 204, sent
    stack.settle()

    media = stack.call("GET", f"/media/{slot['media_id']}", token=ada.token).json
    assert media["status"] == "ready"
    assert media["url"] == slot["url"]
    assert set(media["renditions"]) >= {"thumbnail", "small", "medium", "full"}
