"""Archives in the media bucket, written part by part."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

from functions.aws import client

PART_BYTES = 8 * 1024 * 1024
"""S3 takes parts from 5 MiB on and 10,000 of them: archives to 80 GB, with a part in memory."""
NEVER_CACHED = "private, no-store"


class ArchiveBucket:
    """The media bucket's archives."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    @contextmanager
    def writing(self, key: str) -> Iterator[IO[bytes]]:
        s3 = client("s3")
        place = {"Bucket": self._bucket, "Key": key}
        begun = s3.create_multipart_upload(
            **place,
            ContentType="application/zip",
            ContentDisposition='attachment; filename="fanlight-export.zip"',
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


class _Parts(io.RawIOBase):
    """A file that can be written only: each 8 MiB become a part."""

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
        """All parts, the last one shorter."""
        self._put(bytes(self._held))
        return self._parts

    def _put(self, data: bytes) -> None:
        number = len(self._parts) + 1
        put = self._s3.upload_part(**self._upload, PartNumber=number, Body=data)
        self._parts.append({"PartNumber": number, "ETag": put["ETag"]})
