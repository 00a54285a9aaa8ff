"""The filters' previews, put where the API says they are: a part of every deploy."""

from pathlib import Path
from typing import Any

from functions.media.domain import preview_key
from functions.media.filters import FILTERS

FOLDER = Path(__file__).parent
CACHED_FOR = "public, max-age=86400"
"""A day: unlike a photograph, a preview changes when its recipe does."""


def put_previews(s3: Any, bucket: str) -> None:
    """Put every filter's preview into the media bucket; putting them again changes nothing."""
    for name in FILTERS:
        s3.put_object(
            Bucket=bucket,
            Key=preview_key(name),
            Body=(FOLDER / f"{name}.webp").read_bytes(),
            ContentType="image/webp",
            CacheControl=CACHED_FOR,
        )
