"""Uploads over HTTP, and originals that cannot be rendered."""

from functions.media import worker
from tests.integration.people import photo, publish, upload


def media(stack, person, media_id):
    return stack.call("GET", f"/media/{media_id}", token=person.token)


def test_a_picture_is_its_owners_alone_until_a_post_shows_it(stack, ada):
    bob = stack.person("bob")
    media_id = upload(stack, ada)
    stack.settle()
    assert media(stack, ada, media_id).json["status"] == "ready"
    assert media(stack, bob, media_id).status == 404
    post = publish(stack, ada, media_id)
    assert media(stack, bob, media_id).json == media(stack, ada, media_id).json
    stack.call("DELETE", f"/posts/{post['post_id']}", token=ada.token)
    assert media(stack, bob, media_id).status == 404
    assert media(stack, ada, "unknown").status == 404


def test_a_picture_that_is_none_fails_with_its_reason_and_its_post_with_it(stack, ada):
    media_id = upload(stack, ada, photo()[:60])
    post = publish(stack, ada, media_id)
    stack.settle()
    shown = media(stack, ada, media_id).json
    assert (shown["status"], shown["failure"]["code"]) == ("failed", "corrupt")
    found = stack.call("GET", f"/posts/{post['post_id']}", token=ada.token).json
    assert found["state"] == "failed"
    assert found["media"][0]["failure"] == shown["failure"]


def test_a_render_that_fails_once_is_done_by_the_next_try(stack, ada, monkeypatch):
    render, tries = worker.imaging.render, []

    def flaky(*given, **more):
        tries.append(1)
        if len(tries) == 1:
            raise ConnectionError("for a moment")
        return render(*given, **more)

    monkeypatch.setattr(worker.imaging, "render", flaky)
    media_id = upload(stack, ada)
    stack.settle(advance=True)
    assert media(stack, ada, media_id).json["status"] == "ready"
