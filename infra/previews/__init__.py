"""Uploads the filters' previews. Every deploy does this."""

from pathlib import Path
from typing import Any

from functions.media.domain import preview_key
from functions.media.filters import FILTERS

FOLDER = Path(__file__).parent
CACHED_FOR = "public, max-age=86400"
"""A day. Unlike a photograph, a preview changes when the filter's recipe changes."""


def put_previews(s3: Any, bucket: str) -> None:
    """Upload every filter's preview to the media bucket. Can be repeated."""
    for name in FILTERS:
        s3.put_object(
            Bucket=bucket,
            Key=preview_key(name),
            Body=(FOLDER / f"{name}.webp").read_bytes(),
            ContentType="image/webp",
            CacheControl=CACHED_FOR,
        )
