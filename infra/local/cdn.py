"""The CDN: serves the media bucket to whoever has a valid signature, as CloudFront would.

Everything else is the same 403, so that nobody learns which objects exist.
"""

import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import boto3
from botocore.exceptions import ClientError

from functions.answers import cors_headers
from infra.local.gateway import Answer
from infra.local.signed_urls import OWN_PARAMETERS, SignedUrls
from infra.local.xml_errors import RefusedError

CACHE_CONTROL = "public, max-age=31536000, immutable"
"""For an object that does not say itself: a year, since keys never change meaning."""
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_DENIED = RefusedError(403, "AccessDenied", "Access denied")

Headers = list[tuple[str, str]]


class Cdn:
    """The media bucket behind signed URLs. `base_url` is what its URLs begin with."""

    def __init__(self, bucket: str, base_url: str, urls: SignedUrls) -> None:
        self._s3 = boto3.client("s3")
        self._bucket = bucket
        self._base_url = base_url
        self._urls = urls

    def call(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> Answer:
        """Answer a request. `path` begins behind the base URL; header names are lower-case."""
        cors = list(cors_headers(headers.get("origin")).items())
        try:
            answer = self._answer(method, path, query, headers)
        except RefusedError as refused:
            answer = refused.answer()
        body = b"" if method == "HEAD" else answer.body
        return Answer(answer.status, [*answer.headers, *cors], body)

    def _answer(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> Answer:
        if method == "OPTIONS":
            return Answer(200, [("Access-Control-Allow-Methods", "GET, HEAD")], b"")
        pairs = parse_qsl(query, keep_blank_values=True)
        own = {name: value for name, value in pairs if name in OWN_PARAMETERS}
        others = [pair for pair in pairs if pair[0] not in OWN_PARAMETERS]
        url = self._base_url + path + (f"?{urlencode(others)}" if others else "")
        if method not in {"GET", "HEAD"} or not self._urls.allows(url, own, time.time()):
            raise _DENIED
        found = self._object(unquote(path).removeprefix("/"))
        about: Headers = [
            ("ETag", found["ETag"]),
            ("Cache-Control", found.get("CacheControl") or CACHE_CONTROL),
            ("Accept-Ranges", "bytes"),
        ]
        if _knows(headers.get("if-none-match", ""), found["ETag"]):
            return Answer(304, about, b"")
        about.append(("Content-Type", found["ContentType"]))
        return _part(found["Body"].read(), headers.get("range", ""), about)

    def _object(self, key: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self._s3.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            raise _DENIED from error
        return found


def _knows(if_none_match: str, tag: str) -> bool:
    tags = [known.strip().removeprefix("W/") for known in if_none_match.split(",")]
    return tag in tags or "*" in tags


def _part(body: bytes, asked: str, about: Headers) -> Answer:
    """All of a body, or the one range of it that was asked for (RFC 9110, 14)."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found[0] == "bytes=-":
        return Answer(200, about, body)
    if found[1]:
        first = int(found[1])
        last = min(int(found[2] or len(body)), len(body) - 1)
    else:
        first, last = max(0, len(body) - int(found[2])), len(body) - 1
    if first >= len(body) or last < first:
        return Answer(416, [*about, ("Content-Range", f"bytes */{len(body)}")], b"")
    about = [*about, ("Content-Range", f"bytes {first}-{last}/{len(body)}")]
    return Answer(206, about, body[first : last + 1])
