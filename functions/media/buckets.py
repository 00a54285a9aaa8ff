"""The two buckets: originals in quarantine; renditions, and the originals that are kept."""

from collections.abc import Sequence

from botocore.exceptions import ClientError

from functions.aws import client
from functions.media.domain import MAX_UPLOAD_BYTES, SLOT_SECONDS
from functions.media.schemas import UploadForm
from functions.media.store import Original

CACHED_FOR_EVER = "public, max-age=31536000, immutable"


class UploadsBucket:
    """Originals in S3: quarantined, and never served."""

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
    """Renditions in S3, served by CloudFront, and the originals that are kept."""

    def __init__(self, bucket: str, uploads: str) -> None:
        self._bucket = bucket
        self._uploads = uploads

    def put(self, key: str, content_type: str, data: bytes) -> None:
        client("s3").put_object(
            Bucket=self._bucket,
            Key=key,
            Body=data,
            ContentType=content_type,
            CacheControl=CACHED_FOR_EVER,
        )

    def get(self, key: str) -> Original | None:
        return _read(self._bucket, key, None)

    def exists(self, key: str) -> bool:
        return _exists(self._bucket, key, None)

    def keys(self, prefix: str) -> list[str]:
        return _keys(self._bucket, prefix)

    def delete_all(self, keys: Sequence[str]) -> None:
        _delete_all(self._bucket, keys)

    def keep(self, upload: str, etag: str, key: str) -> None:
        client("s3").copy_object(
            Bucket=self._bucket,
            Key=key,
            CopySource={"Bucket": self._uploads, "Key": upload},
            CopySourceIfMatch=etag,
        )


_MISSING = ("NoSuchKey", "404", "PreconditionFailed", "412")
"""Not there, or no longer the one that is meant."""


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
