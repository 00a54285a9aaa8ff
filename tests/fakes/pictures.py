"""Pictures and media in the state after a render, without rendering anything."""

from datetime import UTC, datetime

from functions.media.domain import Failure, Kind, Media, Picture, RenditionFacts

SOME_TIME = datetime(2026, 5, 1, 12, tzinfo=UTC)
CORRUPT = Failure("corrupt", "The picture could not be rendered.")


def picture(media_id: str, owner_id: str, kind: Kind = "post") -> Picture:
    """Return a rendered picture."""
    sizes = {"thumbnail": 150, "small": 320, "medium": 640, "full": 1080}
    return Picture(
        media_id=media_id,
        owner_id=owner_id,
        kind=kind,
        width=1080,
        height=1080,
        blurhash="L00000fQfQfQfQfQfQfQfQfQfQfQ",
        color="#102030",
        exif={"camera": "Test", "iso": 100},
        folder="plain",
        renditions={
            name: RenditionFacts(size, size, size * 10, "image/webp")
            for name, size in sizes.items()
        },
        created_at=SOME_TIME,
    )


def media(media_id: str, owner_id: str, **fields: object) -> Media:
    """Return media that are processing, unless `fields` say otherwise."""
    plain = {
        "kind": "post",
        "status": "processing",
        "content_type": "image/jpeg",
        "created_at": SOME_TIME,
        "correlation_id": f"request of {media_id}",
    }
    return Media(media_id=media_id, owner_id=owner_id, **{**plain, **fields})
