"""Everything that the erasure of an account has to find."""

from uuid import uuid4

from tests.integration.people import follow, publish, tell, upload


def leave(stack, person, password=None):
    given = {"password": password or person.password}
    return stack.call("DELETE", "/me", token=person.token, json=given)


def tell_to(stack, viewer, author):
    """Publish a story of the author, and let the viewer see it."""
    path = f"/stories/{tell(stack, author)['story_id']}/view"
    assert stack.call("POST", path, token=viewer.token).status == 204
    stack.settle()


def mute_and_block(stack, person):
    """Let a person mute and block another, and be muted and blocked by others."""
    muted, blocked, muter, blocker = (stack.person(who) for who in ("mia", "blu", "max", "bea"))
    for who, what, whom in (
        (person, "mute", muted),
        (person, "block", blocked),
        (muter, "mute", person),
        (blocker, "block", person),
    ):
        path = f"/users/{whom.user_id}/{what}"
        assert stack.call("PUT", path, token=who.token).status == 204


def live(stack, ada, bob):
    """Let ada do everything that a person can do. Returns her post and bob's."""
    follow(stack, ada, bob)
    follow(stack, bob, ada)
    mine, his, face, waiting = (upload(stack, p) for p in (ada, bob, ada, ada))
    stack.settle()
    key = {"idempotency-key": uuid4().hex}
    asked = {"media_ids": [mine], "filter": "ink"}
    post = stack.call("POST", "/posts", token=ada.token, json=asked, headers=key).json
    his_post = publish(stack, bob, his)
    stack.call("PATCH", "/me", token=ada.token, json={"avatar_media_id": face})
    stack.call("POST", "/upload", token=ada.token, json={"content_type": "image/png", "size": 9})
    publish(stack, ada, upload(stack, ada))
    tell_to(stack, bob, ada)
    tell_to(stack, ada, bob)
    mute_and_block(stack, ada)
    my_word = {"post_id": his_post["post_id"], "text": "hello"}
    his_word = {"post_id": post["post_id"], "text": "hi"}
    stack.call("POST", "/like", token=ada.token, json={"post_id": his_post["post_id"]})
    stack.call("POST", "/comment", token=ada.token, json=my_word, headers=key)
    stack.call("POST", "/comment", token=bob.token, json=his_word)
    stack.settle()
    assert waiting
    return post, his_post
