"""Media, wired to AWS."""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from functions.clock import utc_now
from functions.config import settings

if TYPE_CHECKING:
    from functions.media.service import MediaService
    from functions.media.urls import MediaUrls, Signer
    from functions.media.worker import RenderWorker


@cache
def media_urls() -> "MediaUrls":
    """The media URLs of this stage."""
    from functions.media.urls import MediaUrls, signer_of
    from functions.signing import signing_keys

    def signer() -> "tuple[str, Signer]":
        keys = signing_keys()
        return keys.media_key_id, signer_of(keys.media_private_key)

    stage = settings()
    shown = timedelta(seconds=stage.story_ttl_seconds)
    return MediaUrls(stage.media_base_url, stage.media_url_seconds, shown, signer, utc_now)


@cache
def media() -> "MediaService":
    """The media of this stage."""
    from functions.media.buckets import MediaBucket, UploadsBucket
    from functions.media.service import MediaService
    from functions.media.storage import MediaTable

    stage = settings()
    unclaimed = timedelta(hours=stage.unclaimed_media_hours)
    uploads = UploadsBucket(stage.uploads_bucket)
    kept = MediaBucket(stage.media_bucket, stage.uploads_bucket)
    return MediaService(MediaTable(utc_now), uploads, kept, media_urls(), utc_now, unclaimed)


@cache
def render_worker() -> "RenderWorker":
    """The render worker. Only its own function pays for importing Pillow."""
    from functions.media.buckets import MediaBucket, UploadsBucket
    from functions.media.storage import MediaTable
    from functions.media.worker import RenderWorker

    stage = settings()
    return RenderWorker(
        MediaTable(utc_now),
        UploadsBucket(stage.uploads_bucket),
        MediaBucket(stage.media_bucket, stage.uploads_bucket),
        stage.keep_originals,
    )
