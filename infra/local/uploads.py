"""Stands in for S3's form endpoint: accepts a presigned form if its policy allows it.

moto accepts everything. A file is read only up to the size that the policy allows, and is not held
in memory before the form has been accepted.
"""

import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any
from urllib.parse import quote

import boto3
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio import multipart

from infra.local.bucket_cors import BucketCors
from infra.local.gateway import Answer
from infra.local.post_policy import Allowed, check_form
from infra.local.xml_errors import RefusedError

READ_BYTES = 64 * 1024
FIELDS_LIMIT = 20_000  # bytes of all that comes before the file; S3's limit
IN_MEMORY_BYTES = 1024 * 1024
_MALFORMED = RefusedError(
    400, "MalformedPOSTRequest", "The body of your POST request is not well-formed "
    "multipart/form-data.",
)  # fmt: skip
_NO_FILE = RefusedError(
    400, "InvalidArgument", "POST requires exactly one file upload per request."
)


class Uploads:
    """Accepts forms for one bucket. `keys` are the secret access keys by their ids."""

    def __init__(self, bucket: str, base_url: str, keys: Mapping[str, str]) -> None:
        self._s3 = boto3.client("s3")
        self._bucket = bucket
        self._base_url = base_url
        self._keys = keys
        self._cors = BucketCors(self._s3.get_bucket_cors(Bucket=bucket)["CORSRules"])

    def call(self, method: str, path: str, headers: Mapping[str, str], body: IO[bytes]) -> Answer:
        """Answer a request to the bucket. Header names are lower-case."""
        origin = headers.get("origin")
        try:
            if method == "OPTIONS":
                return self._cors.preflight(headers)
            if path.strip("/") != self._bucket:
                raise RefusedError(403, "AccessDenied", "Access Denied")
            if method != "POST":
                raise RefusedError(405, "MethodNotAllowed",
                                   "The specified method is not allowed against this resource.",
                                   Method=method)  # fmt: skip
            answer = self._take(headers.get("content-type", ""), body)
        except RefusedError as refused:
            answer = refused.answer()
        more = self._cors.headers(origin, method)
        return Answer(answer.status, [*answer.headers, *more], answer.body)

    def _take(self, content_type: str, body: IO[bytes]) -> Answer:
        kind, options = parse_options_header(content_type)
        if kind != "multipart/form-data" or not options.get("boundary"):
            raise RefusedError(412, "PreconditionFailed",
                               "At least one of the pre-conditions you specified did not hold",
                               Condition="Bucket POST must be of the enclosure-type "
                                         "multipart/form-data")  # fmt: skip
        events = _events(options["boundary"].encode("latin-1", "replace"), body)
        fields, file_name = _fields(events)
        if "key" not in fields:
            raise RefusedError(400, "InvalidArgument", "Bucket POST must contain a field named "
                               "'key'. If it is specified, please check the order of the fields.",
                               ArgumentName="key")  # fmt: skip
        fields["key"] = fields["key"].replace("${filename}", file_name)
        allowed = check_form(fields, self._bucket, self._keys, datetime.now(UTC))
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as file:
            _read_file(events, file, allowed)
            return self._put(fields, file)

    def _put(self, fields: Mapping[str, str], file: Any) -> Answer:
        meta = "x-amz-meta-"
        typed = {"ContentType": fields["content-type"]} if "content-type" in fields else {}
        put = self._s3.put_object(
            Bucket=self._bucket,
            Key=fields["key"],
            Body=file.read(),
            Metadata={k.removeprefix(meta): v for k, v in fields.items() if k.startswith(meta)},
            **typed,
        )
        location = f"{self._base_url}/{self._bucket}/{quote(fields['key'])}"
        status = {"200": 200, "201": 201}.get(fields.get("success_action_status", ""), 204)
        headers = [("ETag", put["ETag"]), ("Location", location)]
        return Answer(status, headers, b"")


def _events(boundary: bytes, body: IO[bytes]) -> Iterator[multipart.Event]:
    """Yield the parts of a form as they arrive. Raises `RefusedError` if it is malformed."""
    decoder = multipart.MultipartDecoder(boundary, max_form_memory_size=READ_BYTES * 4)
    try:
        while True:
            event = decoder.next_event()
            if isinstance(event, multipart.NeedData):
                decoder.receive_data(body.read(READ_BYTES) or None)
                continue
            yield event
            if isinstance(event, multipart.Epilogue):
                return
    except (ValueError, RequestEntityTooLarge) as error:
        raise _MALFORMED from error


def _fields(events: Iterator[multipart.Event]) -> tuple[dict[str, str], str]:
    """Read the fields before the field `file`, by lower-case names, and the file's name."""
    fields: dict[str, str] = {}
    name, size = "", 0
    for event in events:
        if isinstance(event, multipart.File | multipart.Field):
            name = event.name.lower()
            if name == "file":  # with a file's name or without
                return fields, getattr(event, "filename", "")
            if name in fields:
                raise RefusedError(400, "InvalidArgument", f"The field {name} is repeated.")
            fields[name] = ""
        elif isinstance(event, multipart.Data):
            size += len(event.data)
            if size > FIELDS_LIMIT:
                raise RefusedError(400, "MaxPostPreDataLengthExceeded", "Your POST request fields "
                                   "preceding the upload file were too large.")  # fmt: skip
            fields[name] += event.data.decode("utf-8", "replace")
    raise _NO_FILE


def _read_file(events: Iterator[multipart.Event], file: Any, allowed: Allowed) -> None:
    """Copy the file's part, up to the allowed size."""
    size = 0
    for event in events:
        if not isinstance(event, multipart.Data):
            raise _MALFORMED
        size += len(event.data)
        if size > allowed.largest:
            raise RefusedError(400, "EntityTooLarge",
                               "Your proposed upload exceeds the maximum allowed size",
                               ProposedSize=size, MaxSizeAllowed=allowed.largest)  # fmt: skip
        file.write(event.data)
        if not event.more_data:
            break
    if size < allowed.smallest:
        raise RefusedError(400, "EntityTooSmall",
                           "Your proposed upload is smaller than the minimum allowed size",
                           ProposedSize=size, MinSizeAllowed=allowed.smallest)  # fmt: skip
    file.seek(0)
