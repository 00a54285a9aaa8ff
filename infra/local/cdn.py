"""Stands in for CloudFront: serves the media bucket to requests with a valid signature.

All other requests get the same 403, so nobody can find out which objects exist.
"""

import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import boto3
from botocore.exceptions import ClientError

from functions.http.answers import cors_headers
from infra.local.gateway import Answer
from infra.local.signed_urls import OWN_PARAMETERS, SignedUrls
from infra.local.xml_errors import RefusedError

CACHE_CONTROL = "public, max-age=31536000, immutable"
"""The default of an object without its own: a year, since keys never change their meaning."""
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_CHANGED = RefusedError(
    412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold"
)
_DENIED = RefusedError(403, "AccessDenied", "Access denied")

Headers = list[tuple[str, str]]


class Cdn:
    """The media bucket behind signed URLs. `base_url` is the part before the object's key."""

    def __init__(self, bucket: str, base_url: str, urls: SignedUrls) -> None:
        self._s3 = boto3.client("s3")
        self._bucket = bucket
        self._base_url = base_url
        self._urls = urls

    def call(self, method: str, path: str, query: str, headers: Mapping[str, str]) -> Answer:
        """Answer a request. `path` is the part after the base URL; header names are lower-case.

        A HEAD gets the answer to a GET. The server leaves the body out and sends its length.
        """
        cors = list(cors_headers(headers.get("origin")).items())
        try:
            answer = self._answer(method, path, query, headers)
        except RefusedError as refused:
            answer = refused.answer()
        return Answer(answer.status, [*answer.headers, *cors], answer.body)

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
        if "ContentDisposition" in found:
            about.append(("Content-Disposition", found["ContentDisposition"]))
        if "if-match" in headers and not _is(headers["if-match"], found["ETag"]):
            raise _CHANGED
        if _knows(headers.get("if-none-match", ""), found["ETag"]):
            return Answer(304, about, b"")
        about.append(("Content-Type", found["ContentType"]))
        asked = headers.get("range", "")
        if "if-range" in headers and headers["if-range"].strip() != found["ETag"]:
            asked = ""  # it has changed since, so a part would not fit what the caller has
        return _part(found["Body"].read(), asked, about)

    def _object(self, key: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self._s3.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            raise _DENIED from error
        return found


def _number(digits: str, enough: int) -> int:
    """Parse a number of any length, even one that Python refuses to convert; at most `enough`."""
    short = digits.lstrip("0")[: len(str(enough)) + 1]
    return min(int(short or "0"), enough)


def _knows(if_none_match: str, tag: str) -> bool:
    tags = [known.strip().removeprefix("W/") for known in if_none_match.split(",")]
    return tag in tags or "*" in tags


def _is(if_match: str, tag: str) -> bool:
    """Return whether If-Match matches (RFC 9110, 13.1.1): compared strongly, a list, or `*`."""
    return tag in [known.strip() for known in if_match.split(",")] or if_match.strip() == "*"


def _part(body: bytes, asked: str, about: Headers) -> Answer:
    """Answer with a whole body or with the one range that was requested (RFC 9110, 14)."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found[0] == "bytes=-":
        return Answer(200, about, body)
    start, end = (_number(digits, len(body)) for digits in found.groups())
    if found[1]:
        first, last = start, min(end if found[2] else len(body), len(body) - 1)
    else:
        first, last = max(0, len(body) - end), len(body) - 1
    if first >= len(body) or last < first:
        return Answer(416, [*about, ("Content-Range", f"bytes */{len(body)}")], b"")
    about = [*about, ("Content-Range", f"bytes {first}-{last}/{len(body)}")]
    return Answer(206, about, body[first : last + 1])
