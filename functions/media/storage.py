"""The media table and the two buckets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import msgspec
from botocore.exceptions import ClientError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from functions.aws import client
from functions.clock import Clock, epoch_seconds
from functions.config import settings
from functions.events import Image
from functions.media.domain import (
    MAX_UPLOAD_BYTES,
    SLOT_SECONDS,
    Failure,
    Kind,
    Media,
    Picture,
    Status,
)
from functions.media.schemas import UploadForm
from functions.tables import Lookup, Step, Table, read_together

CACHED_FOR_EVER = "public, max-age=31536000, immutable"


class MediaRow(Table):
    """An upload. `picture` and `failure` are JSON: they are read whole or not at all."""

    class Meta:
        table_name = settings().table("media")

    media_id = UnicodeAttribute(hash_key=True)
    owner_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    status = UnicodeAttribute()
    content_type = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    correlation_id = UnicodeAttribute()
    picture = UnicodeAttribute(null=True)
    failure = UnicodeAttribute(null=True)
    post_id = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)


def decode(row: MediaRow) -> Media:
    """The row as the product knows it."""
    return Media(
        media_id=row.media_id,
        owner_id=row.owner_id,
        kind=cast("Kind", row.kind),
        status=cast("Status", row.status),
        content_type=row.content_type,
        created_at=row.created_at,
        correlation_id=row.correlation_id,
        picture=msgspec.json.decode(row.picture, type=Picture) if row.picture else None,
        failure=msgspec.json.decode(row.failure, type=Failure) if row.failure else None,
        post_id=row.post_id,
    )


class MediaTable:
    """Media in DynamoDB."""

    def __init__(self, now: Clock) -> None:
        self._now = now

    def read(self, media_ids: Sequence[str]) -> dict[str, Media]:
        now = epoch_seconds(self._now())

        def alive(row: MediaRow) -> Media | None:
            return None if row.expires_at and row.expires_at <= now else decode(row)

        keys = [(media_id,) for media_id in media_ids]
        [found] = read_together(Lookup(MediaRow, keys, alive, consistent=True))
        return {key[0]: media for key, media in found.items() if media is not None}

    def create(self, media: Media, expires_at: datetime) -> Media:
        row = MediaRow(
            media.media_id,
            owner_id=media.owner_id,
            kind=media.kind,
            status=media.status,
            content_type=media.content_type,
            created_at=media.created_at,
            correlation_id=media.correlation_id,
            expires_at=epoch_seconds(expires_at),
        )
        try:
            row.save(MediaRow.media_id.does_not_exist())
        except PutError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return decode(MediaRow.get(media.media_id, consistent_read=True))
        return media

    def of_image(self, image: Image | None) -> Media | None:
        return None if image is None else decode(MediaRow.from_raw_data(dict(image)))

    def begin(self, media_id: str) -> None:
        awaiting = MediaRow.status == "awaiting_upload"
        self._update(media_id, [MediaRow.status.set("processing")], awaiting)

    def settle(self, media_id: str, outcome: Picture | Failure) -> bool:
        encoded = msgspec.json.encode(outcome).decode()
        actions: list[Action] = (
            [
                MediaRow.status.set("ready"),
                MediaRow.picture.set(encoded),
                MediaRow.expires_at.remove(),
            ]
            if isinstance(outcome, Picture)
            else [MediaRow.status.set("failed"), MediaRow.failure.set(encoded)]
        )
        open_still = MediaRow.status.is_in("awaiting_upload", "processing")
        return self._update(media_id, actions, open_still)

    def _update(self, media_id: str, actions: list[Action], condition: Any) -> bool:
        try:
            MediaRow(media_id).update(actions, condition=condition)
        except UpdateError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def claiming(self, media_id: str, owner_id: str, post_id: str) -> Step:
        free = MediaRow.post_id.does_not_exist() | (MediaRow.post_id == post_id)
        condition = (MediaRow.owner_id == owner_id) & free & (MediaRow.status != "failed")

        def step(transaction: TransactWrite) -> None:
            actions: list[Action] = [MediaRow.post_id.set(post_id)]
            transaction.update(MediaRow(media_id), actions, condition=condition)

        return step


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

    def get(self, key: str) -> bytes | None:
        try:
            found = client("s3").get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
                raise
            return None
        data: bytes = found["Body"].read()
        return data


class MediaBucket:
    """Renditions in S3, served by CloudFront."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def put(self, key: str, content_type: str, data: bytes) -> None:
        client("s3").put_object(
            Bucket=self._bucket,
            Key=key,
            Body=data,
            ContentType=content_type,
            CacheControl=CACHED_FOR_EVER,
        )
