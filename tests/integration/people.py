"""Actions of people in integration tests, over HTTP."""

from io import BytesIO
from typing import Any

from PIL import Image


def photo(width: int = 64, height: int = 48, color: str = "orange") -> bytes:
    """Return a small picture as PNG."""
    made = BytesIO()
    Image.new("RGB", (width, height), color).save(made, "PNG")
    return made.getvalue()


def upload(stack: Any, person: Any, data: bytes | None = None) -> str:
    """Upload a picture as a request body. Returns the media's id."""
    answer = stack.call(
        "POST",
        "/upload",
        token=person.token,
        body=data or photo(),
        headers={"content-type": "image/png"},
    )
    assert answer.status == 201, answer
    return str(answer.json["media_id"])


def publish(stack: Any, person: Any, *media_ids: str, **fields: Any) -> Any:
    """Publish a post. Returns the post."""
    answer = stack.call(
        "POST", "/posts", token=person.token, json={"media_ids": list(media_ids), **fields}
    )
    assert answer.status == 201, answer
    return answer.json


def follow(stack: Any, follower: Any, followee: Any) -> Any:
    """Follow a user. Returns the answer."""
    return stack.call("PUT", f"/users/{followee.user_id}/follow", token=follower.token)


def unfollow(stack: Any, follower: Any, followee: Any) -> Any:
    """Stop following a user. Returns the answer."""
    return stack.call("DELETE", f"/users/{followee.user_id}/follow", token=follower.token)


def tell(stack: Any, author: Any) -> Any:
    """Publish a story."""
    data = photo(color="navy")
    asked = {"content_type": "image/png", "size": len(data), "kind": "story"}
    slot = stack.call("POST", "/upload", token=author.token, json=asked).json
    stack.post_form(slot["upload"]["url"], slot["upload"]["fields"], data)
    stack.settle()
    given = {"media_id": slot["media_id"]}
    story = stack.call("POST", "/stories", token=author.token, json=given).json
    stack.settle()
    return story
