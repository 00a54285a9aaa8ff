"""What people do in integration tests, over HTTP."""

from io import BytesIO
from typing import Any

from PIL import Image


def photo(width: int = 64, height: int = 48, color: str = "orange") -> bytes:
    """A small picture, PNG."""
    made = BytesIO()
    Image.new("RGB", (width, height), color).save(made, "PNG")
    return made.getvalue()


def upload(stack: Any, person: Any, data: bytes | None = None) -> str:
    """Upload a picture as a request body; the media's id."""
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
    """Publish a post; the post."""
    answer = stack.call(
        "POST", "/posts", token=person.token, json={"media_ids": list(media_ids), **fields}
    )
    assert answer.status == 201, answer
    return answer.json


def tell(stack: Any, author: Any) -> Any:
    """Tell a story; it is published."""
    data = photo(color="navy")
    asked = {"content_type": "image/png", "size": len(data), "kind": "story"}
    slot = stack.call("POST", "/upload", token=author.token, json=asked).json
    stack.post_form(slot["upload"]["url"], slot["upload"]["fields"], data)
    stack.settle()
    given = {"media_id": slot["media_id"]}
    story = stack.call("POST", "/stories", token=author.token, json=given).json
    stack.settle()
    return story
