"""Operations of pictures."""

from functools import cache
from io import BytesIO
from typing import Literal

from tests.chaos.journal import Medium, Person, Unfinished
from tests.chaos.operations.registry import Run, operation

COLORS = ("orange", "navy", "green")


@cache
def picture(color: str) -> bytes:
    """Return a small picture as PNG."""
    from PIL import Image

    made = BytesIO()
    Image.new("RGB", (64, 48), color).save(made, "PNG")
    return made.getvalue()


@operation(1, "upload_picture")
def upload_one(run: Run) -> None:
    """Upload a picture that no post takes."""
    upload(run, run.one(), "post")


def upload(run: Run, person: Person, kind: Literal["post", "story"]) -> str | None:
    """Upload a picture by its body, or get a form and maybe send it. Return its id if it is
    known."""
    data = picture(run.draw.choice(COLORS))
    key = run.journal.new_key() if run.draw.random() < 0.6 else None
    if kind == "post" and run.draw.random() < 0.5:
        return _by_body(run, person, data, key)
    asked = {"content_type": "image/png", "size": len(data), "kind": kind}
    result = run.client.ask("POST", "/upload", person, json=asked, key=key)
    if result.status != 201:
        if result.status is not None:
            run.unexpected("upload form", result)
        return None
    media_id, form = str(result.json["media_id"]), result.json["upload"]
    medium = Medium(person, kind, is_sent=False, form=(form["url"], form["fields"], data))
    run.journal.media[media_id] = medium
    if run.draw.random() < 0.7:
        _send(run, medium)
    return media_id


def _by_body(run: Run, person: Person, data: bytes, key: str | None) -> str | None:
    def note(answer: dict[str, str]) -> None:
        run.journal.media[answer["media_id"]] = Medium(person, "post", is_sent=True)

    result = run.client.ask("POST", "/upload", person, body=data, key=key)
    if result.status == 201:
        note(result.json)
        return str(result.json["media_id"])
    if result.status is not None:
        run.unexpected("upload", result)
    elif key:
        run.journal.unfinished.append(Unfinished(person, "/upload", key, data, note))
    return None


def _send(run: Run, medium: Medium) -> None:
    if medium.form is None:
        return
    status = run.client.post_form(*medium.form)
    if status >= 300:
        run.journal.lose("answer", f"an upload form answered {status}")
    medium.is_sent = True


@operation(3)
def send_late(run: Run) -> None:
    """Send a picture whose form was given out earlier."""
    waiting = [m for m in run.journal.media.values() if not m.is_sent and m.owner.is_here]
    if waiting:
        _send(run, run.draw.choice(waiting))


@operation(2, "update_me")
def change_avatar(run: Run) -> None:
    """Choose one of one's pictures as avatar."""
    person = run.one()
    own = [
        media_id
        for media_id, medium in run.journal.media.items()
        if medium.owner is person and medium.kind == "post" and medium.is_sent
    ]
    if own:
        chosen = run.draw.choice(own)
        result = run.client.ask("PATCH", "/me", person, json={"avatar_media_id": chosen})
        # It is refused while the picture is processed, and gone with a deleted post.
        if result.status not in (200, 400, 404, 409, None):
            run.unexpected("avatar", result)
