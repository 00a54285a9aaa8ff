"""Reads everything that a stage holds."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer

from functions.config import settings
from tests.chaos.client import Client
from tests.chaos.journal import Journal, Person

Row = dict[str, Any]
Pair = tuple[str, str]
_READ_TABLES: set[str] = set()


class Found:
    """The rows and objects of a stage that has settled. `later` is true eight days after the run,
    when all that has an end is over."""

    def __init__(self, journal: Journal, client: Client, now: float, *, later: bool) -> None:
        self.journal = journal
        self.client = client
        self.now = now
        self.later = later
        self._rows: dict[str, list[Row]] = {}

    def rows(self, table: str) -> list[Row]:
        """Return all rows of a table."""
        _READ_TABLES.add(table)
        if table not in self._rows:
            self._rows[table] = list(_scanned(settings().table(table)))
        return self._rows[table]

    @cached_property
    def users(self) -> dict[str, Row]:
        """The users whose account exists, by id."""
        rows = self.rows("users")
        return {row["user_id"]: row for row in rows if not row.get("erasure")}

    @cached_property
    def edges(self) -> dict[Pair, Row]:
        """The follows, by follower and followee."""
        return {(row["follower_id"], row["followee_id"]): row for row in self.rows("follows")}

    @cached_property
    def blocks(self) -> set[Pair]:
        """The blocks, by blocker and blocked."""
        return {(row["blocker_id"], row["blocked_id"]) for row in self.rows("blocks")}

    @cached_property
    def mutes(self) -> set[Pair]:
        """The mutes, by muter and muted."""
        return {(row["muter_id"], row["muted_id"]) for row in self.rows("mutes")}

    @cached_property
    def posts(self) -> dict[str, Row]:
        """The posts that are not deleted, by id."""
        rows = self.rows("posts")
        return {row["post_id"]: row for row in rows if row["state"] != "deleted"}

    @cached_property
    def published(self) -> dict[str, Row]:
        """The published posts, by id."""
        return {key: row for key, row in self.posts.items() if row["state"] == "published"}

    @cached_property
    def stories(self) -> dict[str, Row]:
        """The stories that are not deleted, by id."""
        rows = self.rows("stories")
        return {row["story_id"]: row for row in rows if row["state"] != "deleted"}

    @cached_property
    def media(self) -> dict[str, Row]:
        """The media, by id."""
        return {row["media_id"]: row for row in self.rows("media")}

    @cached_property
    def likes(self) -> set[Pair]:
        """The likes, by post and user."""
        return {(row["post_id"], row["user_id"]) for row in self.rows("likes")}

    @cached_property
    def comments(self) -> dict[str, Row]:
        """The comments, by id."""
        return {row["comment_id"]: row for row in self.rows("comments")}

    @cached_property
    def views(self) -> set[Pair]:
        """The views of stories, by story and viewer."""
        return {(row["story_id"], row["viewer_id"]) for row in self.rows("story_views")}

    def objects(self, bucket: str) -> list[str]:
        """Return the keys in a bucket."""
        pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [found["Key"] for page in pages for found in page.get("Contents", ())]

    def name(self, user_id: str) -> str:
        """Return a person's name, for a sentence."""
        person = self.journal.person(user_id)
        return person.name if person else user_id

    def gone(self) -> Iterator[Person]:
        """Yield the people whose account was deleted."""
        yield from (person for person in self.journal.people if person.is_here is False)

    def follows(self, viewer: str, author: str) -> bool:
        """Return whether an accepted follow exists."""
        return bool(self.edges.get((viewer, author), {}).get("state") == "accepted")

    def may_see(self, viewer: str, author: str) -> bool:
        """Return whether a viewer may see an author's posts."""
        if viewer == author:
            return True
        if author not in self.users or {(viewer, author), (author, viewer)} & self.blocks:
            return False
        return not self.users[author].get("is_private") or self.follows(viewer, author)

    def read(self, person: Person, path: str) -> tuple[int, Any]:
        """Read something as a person, over HTTP."""
        result = self.client.ask("GET", path, person)
        return result.status or 599, result.json

    def pages(self, person: Person, path: str) -> Iterator[Row]:
        """Yield the items of all pages of a list."""
        cursor, joint = "", "&" if "?" in path else "?"
        while True:
            status, page = self.read(person, f"{path}{joint}{cursor}")
            if status != 200:
                raise AssertionError(f"{person.name} GET {path}: {status} {page}")
            yield from page["items"]
            if not page["next_cursor"]:
                return
            cursor = f"cursor={page['next_cursor']}"


def tables_read() -> set[str]:
    """Return the tables that invariants have read in this process."""
    return set(_READ_TABLES)


def _scanned(table: str) -> Iterator[Row]:
    value = TypeDeserializer().deserialize
    for page in boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table):
        for row in page["Items"]:
            yield {key: value(typed) for key, typed in row.items()}
