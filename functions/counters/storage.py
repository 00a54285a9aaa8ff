"""The counts table, and the rows that are counted.

Each shard's position is an attribute, whose name no model can know. So this module reads and writes
rows in DynamoDB's own format.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, VerboseClientError

from functions.aws.connection import CONDITION_FAILED, connection
from functions.aws.tables import Image, Lookup, Table
from functions.clock import Clock, epoch_seconds
from functions.config import settings
from functions.counters.domain import (
    BURIED_KEPT,
    Counts,
    Kind,
    Record,
    Tally,
    counts_expire_at,
    position,
)

FIELDS = Counts.__struct_fields__


class CountsRow(Table):
    """The counts of one target: a small row of its own, so that a like never rewrites a post."""

    class Meta:
        table_name = settings().table("counts")

    target_id = UnicodeAttribute(hash_key=True)
    likes = NumberAttribute(default=0)
    comments = NumberAttribute(default=0)
    views = NumberAttribute(default=0)
    changes = NumberAttribute(default=0)
    expires_at = NumberAttribute(null=True)

    @classmethod
    def owners(cls, row: Image) -> Sequence[str]:
        """Return the author of a story, which its id contains. The counts of a post go with it."""
        author_id, _, _ = row["target_id"]["S"].rpartition(".")
        return [author_id] if author_id else []


def decode(row: CountsRow) -> Counts:
    """Return the row as counts. A lost batch can leave a count below zero until it is recounted. It
    is shown as zero. The row keeps the negative number, or later counts would stay wrong for
    good."""
    return Counts(**{name: max(0, int(getattr(row, name))) for name in FIELDS})


class CountsTable:
    """Counts in DynamoDB."""

    def __init__(self, now: Clock) -> None:
        self._now = now

    def get(self, target_id: str) -> Counts:
        try:
            return decode(CountsRow.get(target_id))
        except DoesNotExist:
            return Counts()

    def lookup(self, target_ids: Iterable[str]) -> Lookup[Counts]:
        return Lookup(CountsRow, [(target_id,) for target_id in target_ids], decode)

    def read(self, target_id: str) -> Tally:
        asked = {**_key(target_id), "ConsistentRead": True}
        return _tally(connection.dispatch("GetItem", asked).get("Item", {}))

    def add(
        self, target_id: str, kind: Kind, change: int, shard: str, records: Sequence[Record]
    ) -> tuple[bool, Tally]:
        leaves = _leaves(target_id)
        also = "".join(f", {name} = :{name}" for name in leaves)
        asked = {
            **_key(target_id),
            "UpdateExpression": f"ADD #field :change, #changes :one SET #shard = :last{also}",
            "ConditionExpression": "attribute_not_exists(#shard) OR #shard < :first",
            "ExpressionAttributeNames": {
                "#field": kind.field, "#changes": "changes", "#shard": shard
            },
            "ExpressionAttributeValues": {
                ":change": {"N": str(change)},
                ":one": {"N": "1"},
                ":first": {"S": records[0].sequence},
                ":last": {"S": position(records[-1].sequence, self._now())},
                **{f":{name}": at for name, at in leaves.items()},
            },
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }  # fmt: skip
        last = asked["ExpressionAttributeValues"][":last"]
        done, row = _conditionally(
            lambda: connection.dispatch("UpdateItem", asked),
            # An ADD does not show which write made it; the position written with it does.
            is_own=lambda row: row.get(shard) == last,
        )
        return done, _tally(row)

    def forget(self, target_id: str, positions: dict[str, str]) -> None:
        names = {f"#p{i}": name for i, name in enumerate(positions)}
        values = {f":p{i}": {"S": at} for i, at in enumerate(positions.values())}
        asked = {
            **_key(target_id),
            "UpdateExpression": f"REMOVE {', '.join(names)} ADD #changes :one",
            "ConditionExpression": " AND ".join(
                f"{name} = {value}" for name, value in zip(names, values, strict=True)
            ),
            "ExpressionAttributeNames": {**names, "#changes": "changes"},
            "ExpressionAttributeValues": {**values, ":one": {"N": "1"}},
        }
        _conditionally(lambda: connection.dispatch("UpdateItem", asked))

    def replace(self, target_id: str, seen: Tally, tally: Tally) -> bool:
        numbers = {**tally.counts, "changes": tally.changes}
        expires = _leaves(target_id)
        if seen.expires_at is not None and not any(tally.counts.values()):
            expires = {"expires_at": {"N": str(seen.expires_at)}}  # still buried
        asked: dict[str, Any] = {
            "TableName": CountsRow.Meta.table_name,
            "Item": {
                "target_id": {"S": target_id},
                **expires,
                **{name: {"N": str(number)} for name, number in numbers.items()},
                **{shard: {"S": at} for shard, at in tally.positions.items()},
            },
            "ConditionExpression": "changes = :seen",
            "ExpressionAttributeValues": {":seen": {"N": str(seen.changes)}},
        }
        if not seen.changes:  # no row, or one that was never counted
            asked["ConditionExpression"] = "(changes = :seen OR attribute_not_exists(changes))"
        if seen.expires_at is None:  # it may have been buried since
            asked["ConditionExpression"] += " AND attribute_not_exists(expires_at)"
        done, _ = _conditionally(lambda: connection.dispatch("PutItem", asked))
        return done

    def bury(self, target_id: str) -> None:
        """Replace the counts of a deleted target with a row that expires.

        Its last changes may be counted days later. They find that row and leave its end as it is.
        Without it they would write a row that nothing removes: `likes: -3`.
        """
        at = counts_expire_at(target_id) or self._now() + BURIED_KEPT
        CountsRow(target_id, expires_at=epoch_seconds(at)).save()


def _key(target_id: str) -> dict[str, Any]:
    return {"TableName": CountsRow.Meta.table_name, "Key": {"target_id": {"S": target_id}}}


def _leaves(target_id: str) -> dict[str, dict[str, str]]:
    at = counts_expire_at(target_id)
    return {} if at is None else {"expires_at": {"N": str(epoch_seconds(at))}}


def _tally(row: Mapping[str, Any]) -> Tally:
    return Tally(
        {name: int(row[name]["N"]) for name in FIELDS if name in row},
        {name: held["S"] for name, held in row.items() if "." in name},
        int(row.get("changes", {"N": "0"})["N"]),
        int(row["expires_at"]["N"]) if "expires_at" in row else None,
    )


def _conditionally(
    write: Callable[[], dict[str, Any]], is_own: Callable[[Image], bool] = lambda _: False
) -> tuple[bool, Image]:
    """Return whether a write was made, and the row that it or its failed condition returned.

    `is_own` tells from the row whether this write made it. It is asked if the SDK has repeated the
    call, because the first answer may have been lost.
    """
    try:
        return True, write().get("Attributes", {})
    except VerboseClientError as error:
        refusal = error.__cause__  # PynamoDB's own error leaves the row out
        if not isinstance(refusal, ClientError):
            raise
        if refusal.response["Error"]["Code"] != CONDITION_FAILED:
            raise
        row = refusal.response.get("Item", {})
        return bool(refusal.response["ResponseMetadata"]["RetryAttempts"]) and is_own(row), row


class CountedRows:
    """The rows that are counted, in any table."""

    def items(self, kind: Kind, target_id: str) -> Iterator[str]:
        asked = {
            "TableName": settings().table(kind.table),
            "KeyConditionExpression": "#target = :target",
            "ProjectionExpression": "#item",
            "ExpressionAttributeNames": {"#target": kind.target, "#item": kind.item},
            "ExpressionAttributeValues": {":target": {"S": target_id}},
            "ConsistentRead": True,
        }
        while True:
            answer = connection.dispatch("Query", dict(asked))
            for row in answer["Items"]:
                yield str(row[kind.item]["S"])
            if "LastEvaluatedKey" not in answer:
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def targets(self, kind: Kind, after: str | None) -> tuple[list[str], str | None]:
        """Return targets that have rows first, then targets that have counts, because either may
        lack the other. Leave out the last target of the page before: a hot post spans thousands of
        pages."""
        tables = {settings().table(kind.table): kind.target, CountsRow.Meta.table_name: "target_id"}
        names = list(tables)
        table, start = json.loads(after) if after else (names[0], None)
        asked = {
            "TableName": table,
            "ProjectionExpression": "#target",
            "ExpressionAttributeNames": {"#target": tables[table]},
            **({"ExclusiveStartKey": start} if start else {}),
        }
        answer = connection.dispatch("Scan", asked)
        named = start[tables[table]]["S"] if start else None
        rows = (str(row[tables[table]]["S"]) for row in answer["Items"])
        found = list(dict.fromkeys(one for one in rows if one != named))
        going_on = answer.get("LastEvaluatedKey")
        if going_on is None and table == names[0]:
            return found, json.dumps([names[1], None])
        more = None if going_on is None else json.dumps([table, going_on])
        return found, more
