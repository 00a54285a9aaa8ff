"""Puts the page into its bucket, and deletes releases that nobody has open any more.

Scripts, styles and pictures are below `assets/<digest>/`, where browsers and CloudFront keep them
forever; the digest is of their content. Documents have fixed names and are requested again each
time: they contain the digest. A replaced release stays for a week, for readers who have it open.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from infra.page.files import CONFIG, WEB, content_type, page_files
from infra.page.slim import slim

ASSETS = "assets/"
OWN_SCRIPTS = "app/"
REPLACED = "replaced/"
"""The prefix of an empty object for each digest that is not the current one. Its date is that of
the release that replaced it.
"""
KEPT_FOR = timedelta(days=7)
FOR_GOOD = "public, max-age=31536000, immutable"
EACH_TIME = "no-cache"
DELETE_LIMIT = 1000  # objects; S3 DeleteObjects
_NAMED = re.compile(r'\b((?:href|src)=")/([^"#?]+)')


def configuration(api_url: str, media_origin: str) -> bytes:
    """Return what the page needs to know about its stage: where the API and the media are."""
    told = {"api": api_url.rstrip("/"), "demo_login": None, "media": media_origin}
    return json.dumps(told).encode()


class PageBucket:
    """The bucket from which CloudFront serves the page."""

    def __init__(self, s3: Any, bucket: str, web: Path = WEB) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._web = web
        self._files = page_files(web)
        self._assets = [name for name in self._files if not name.endswith(".html")]

    @cached_property
    def digest(self) -> str:
        """Return the digest of all assets and their names."""
        whole = hashlib.sha256()
        for name in self._assets:
            whole.update(f"{name}\0{hashlib.sha256(self._read(name)).hexdigest()}\n".encode())
        return whole.hexdigest()[:16]

    def release(self, config: bytes, now: datetime) -> int:
        """Upload the page. Returns the number of its files.

        A browser that loads the page meanwhile gets the old one or the new one: the assets that a
        document names are uploaded before it.
        """
        for name in self._assets:
            self._put(f"{ASSETS}{self.digest}/{name}", name, self._read(name), FOR_GOOD)
        for name in self._assets:
            if "/" not in name:  # such as the manifest, by whose address browsers recognise an app
                self._put(name, name, self._read(name), EACH_TIME)
        self._put(CONFIG, CONFIG, config, EACH_TIME)
        for name in self._files:
            if name.endswith(".html"):
                self._put(name, name, self._document(name), EACH_TIME)
        self._tidy(now)
        return len(self._files)

    def _document(self, name: str) -> bytes:
        """Return a document that names assets by their digest."""

        def place(found: re.Match[str]) -> str:
            is_below = "/" in found[2] and found[2] in self._assets
            return f"{found[1]}/{ASSETS}{self.digest}/{found[2]}" if is_below else found[0]

        return _NAMED.sub(place, self._read(name).decode()).encode()

    def _tidy(self, now: datetime) -> None:
        """Note the assets that this release has replaced, and delete those replaced a week ago."""
        self._s3.delete_object(Bucket=self._bucket, Key=f"{REPLACED}{self.digest}")
        noted = {
            one["Key"].removeprefix(REPLACED): one["LastModified"] for one in self._in(REPLACED)
        }
        there = {one["Key"].split("/")[1] for one in self._in(ASSETS)} - {self.digest}
        for digest in there:
            if digest not in noted:
                self._s3.put_object(Bucket=self._bucket, Key=f"{REPLACED}{digest}", Body=b"")
            elif noted[digest] + KEPT_FOR < now:
                self._delete(f"{ASSETS}{digest}/")
                self._s3.delete_object(Bucket=self._bucket, Key=f"{REPLACED}{digest}")

    def _delete(self, prefix: str) -> None:
        keys = [{"Key": one["Key"]} for one in self._in(prefix)]
        for first in range(0, len(keys), DELETE_LIMIT):
            some = {"Objects": keys[first : first + DELETE_LIMIT], "Quiet": True}
            self._s3.delete_objects(Bucket=self._bucket, Delete=some)

    def _in(self, prefix: str) -> Iterator[dict[str, Any]]:
        pages = self._s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
            yield from page.get("Contents", ())

    def _put(self, key: str, name: str, body: bytes, cache_control: str) -> None:
        self._s3.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=body,
            ContentType=content_type(name),
            CacheControl=cache_control,
        )

    def _read(self, name: str) -> bytes:
        content = (self._web / name).read_bytes()
        is_own_script = name.startswith(OWN_SCRIPTS) and name.endswith(".js")
        return slim(content.decode()).encode() if is_own_script else content
