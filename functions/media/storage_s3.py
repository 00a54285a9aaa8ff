"""The two buckets: originals in quarantine; renditions and kept originals."""

from collections.abc import Sequence

from botocore.exceptions import ClientError

from functions.aws.clients import client
from functions.media.domain import (
    MAX_UPLOAD_BYTES,
    SLOT_SECONDS,
    Media,
    download_name,
    is_of_story,
)
from functions.media.ports import Original
from functions.media.schemas import UploadForm

EDGE_SECONDS = 3600
"""How long CloudFront serves its copy without asking the bucket, so how long a deleted picture can
outlive its deletion there. To ask is a GET without a body: $0.40 for a million.
"""
CACHED_FOR_EVER = f"public, max-age=31536000, s-maxage={EDGE_SECONDS}, immutable"
CACHED_WHILE_OPEN = f"max-age=0, must-revalidate, s-maxage={EDGE_SECONDS}"
"""For stories. A browser asks before it shows a picture again, and gets a 403 once the story has
ended. CloudFront checks the signature of each request itself, so it may keep the bytes.
"""
NEVER_CACHED = "private, no-store"


class UploadsBucket:
    """The bucket of originals in S3: quarantined, and never served."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def form(self, key: str, content_type: str) -> UploadForm:
        made = client("s3").generate_presigned_post(
            self._bucket,
            key,
            Fields={"Content-Type": content_type},
            Conditions=[
                {"Content-Type": content_type},
                ["content-length-range", 1, MAX_UPLOAD_BYTES],
            ],
            ExpiresIn=SLOT_SECONDS,
        )
        return UploadForm(made["url"], made["fields"])

    def put(self, key: str, content_type: str, data: bytes) -> None:
        client("s3").put_object(Bucket=self._bucket, Key=key, Body=data, ContentType=content_type)

    def get(self, key: str, etag: str | None) -> Original | None:
        return _read(self._bucket, key, etag)

    def exists(self, key: str, etag: str | None) -> bool:
        return _exists(self._bucket, key, etag)

    def delete(self, key: str) -> None:
        client("s3").delete_object(Bucket=self._bucket, Key=key)

    def keys(self, prefix: str) -> list[str]:
        return _keys(self._bucket, prefix)

    def delete_all(self, keys: Sequence[str]) -> None:
        _delete_all(self._bucket, keys)


class MediaBucket:
    """The bucket of renditions, which CloudFront serves, and of the kept originals."""

    def __init__(self, bucket: str, uploads: str) -> None:
        self._bucket = bucket
        self._uploads = uploads

    def put(self, key: str, content_type: str, data: bytes) -> None:
        cached = CACHED_WHILE_OPEN if is_of_story(key) else CACHED_FOR_EVER
        client("s3").put_object(
            Bucket=self._bucket, Key=key, Body=data, ContentType=content_type, CacheControl=cached
        )

    def get(self, key: str) -> Original | None:
        return _read(self._bucket, key, None)

    def exists(self, key: str) -> bool:
        return _exists(self._bucket, key, None)

    def keys(self, prefix: str) -> list[str]:
        return _keys(self._bucket, prefix)

    def delete_all(self, keys: Sequence[str]) -> None:
        _delete_all(self._bucket, keys)

    def copy(self, source: str, key: str) -> bool:
        place = {"Bucket": self._bucket, "Key": source}
        try:
            client("s3").copy_object(Bucket=self._bucket, Key=key, CopySource=place)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _MISSING:
                raise
            return False
        return True

    def keep(self, upload: str, etag: str, key: str, media: Media) -> None:
        client("s3").copy_object(
            Bucket=self._bucket,
            Key=key,
            CopySource={"Bucket": self._uploads, "Key": upload},
            CopySourceIfMatch=etag,
            ContentType=media.content_type,
            ContentDisposition=f'attachment; filename="{download_name(media)}"',
            CacheControl=NEVER_CACHED,
            MetadataDirective="REPLACE",
        )


_MISSING = ("NoSuchKey", "404", "PreconditionFailed", "412")
"""S3's codes for an object that does not exist or is no longer the expected one."""


def _read(bucket: str, key: str, etag: str | None) -> Original | None:
    try:
        found = client("s3").get_object(Bucket=bucket, Key=key, **_this_one(etag))
    except ClientError as error:
        if error.response["Error"]["Code"] not in _MISSING:
            raise
        return None
    return Original(found["Body"].read(), found["ETag"])


def _exists(bucket: str, key: str, etag: str | None) -> bool:
    try:
        client("s3").head_object(Bucket=bucket, Key=key, **_this_one(etag))
    except ClientError as error:
        if error.response["Error"]["Code"] not in _MISSING:
            raise
        return False
    return True


def _this_one(etag: str | None) -> dict[str, str]:
    return {"IfMatch": etag} if etag else {}


def _keys(bucket: str, prefix: str) -> list[str]:
    found = client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return [one["Key"] for one in found.get("Contents", ())]


def _delete_all(bucket: str, keys: Sequence[str]) -> None:
    if not keys:
        return
    asked = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
    refused = client("s3").delete_objects(Bucket=bucket, Delete=asked).get("Errors")
    if refused:
        raise RuntimeError(f"{len(refused)} objects could not be deleted: {refused[0]['Code']}")
