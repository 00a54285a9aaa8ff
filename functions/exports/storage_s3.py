"""Archives in the media bucket, written part by part."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from typing import IO, Any, cast

import msgspec

from functions.aws.clients import client
from functions.aws.tables import Image
from functions.clock import NewId
from functions.exports.domain import found_prefix
from functions.passes.domain import Wait

PART_BYTES = 8 * 1024 * 1024
"""S3 takes parts of 5 MiB or more, and up to 10,000 of them. So an archive may have 80 GB, and one
part is in memory."""
NEVER_CACHED = "private, no-store"


class ArchiveBucket:
    """The archives in the media bucket."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    @contextmanager
    def writing(self, key: str, file_name: str) -> Iterator[IO[bytes]]:
        s3 = client("s3")
        place = {"Bucket": self._bucket, "Key": key}
        begun = s3.create_multipart_upload(
            **place,
            ContentType="application/zip",
            ContentDisposition=f'attachment; filename="{file_name}"',
            CacheControl=NEVER_CACHED,
        )
        upload = {**place, "UploadId": begun["UploadId"]}
        try:
            parts = _Parts(s3, upload)
            yield cast("IO[bytes]", parts)
            s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts.finished()})
        except BaseException:
            s3.abort_multipart_upload(**upload)
            raise

    def delete(self, key: str) -> None:
        client("s3").delete_object(Bucket=self._bucket, Key=key)


class FoundRows:
    """The rows that passes have found for exports, in the media bucket. A lifecycle rule deletes
    those of an export that was given up."""

    def __init__(self, bucket: str, new_id: NewId) -> None:
        self._bucket = bucket
        self._new_id = new_id

    def put(self, wait: Wait, name: str, rows: Sequence[Image]) -> None:
        key = f"{found_prefix(wait.user_id, wait.ticket)}{name}/{self._new_id()}.json"
        client("s3").put_object(Bucket=self._bucket, Key=key, Body=_encoded(rows))

    def read(self, user_id: str, export_id: str, name: str) -> Iterator[Image]:
        yielded = set[bytes]()
        for key in self._keys(f"{found_prefix(user_id, export_id)}{name}/"):
            body = client("s3").get_object(Bucket=self._bucket, Key=key)["Body"].read()
            for row in msgspec.json.decode(body):
                if (digest := blake2b(_encoded(row), digest_size=16).digest()) not in yielded:
                    yielded.add(digest)
                    yield row

    def delete(self, user_id: str, export_id: str) -> None:
        for key in self._keys(found_prefix(user_id, export_id)):
            client("s3").delete_object(Bucket=self._bucket, Key=key)

    def _keys(self, prefix: str) -> Iterator[str]:
        pages = client("s3").get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
            yield from (found["Key"] for found in page.get("Contents", ()))


def _encoded(rows: object) -> bytes:
    return msgspec.json.encode(rows, order="deterministic")


class _Parts(io.RawIOBase):
    """A write-only file: every 8 MiB become a part."""

    def __init__(self, s3: Any, upload: dict[str, str]) -> None:
        super().__init__()
        self._s3 = s3
        self._upload = upload
        self._held = bytearray()
        self._parts: list[dict[str, Any]] = []
        self._written = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        self._written += len(data)
        while len(self._held) >= PART_BYTES:
            self._put(bytes(self._held[:PART_BYTES]))
            del self._held[:PART_BYTES]
        return len(data)

    def tell(self) -> int:
        return self._written

    def finished(self) -> list[dict[str, Any]]:
        """Return all parts. The last one may be shorter."""
        self._put(bytes(self._held))
        return self._parts

    def _put(self, data: bytes) -> None:
        number = len(self._parts) + 1
        put = self._s3.upload_part(**self._upload, PartNumber=number, Body=data)
        self._parts.append({"PartNumber": number, "ETag": put["ETag"]})
