"""The counts table, and the rows of what is counted.

The positions are attributes that no model can name, one a shard; so rows are written and read as
DynamoDB spells them.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, VerboseClientError
from pynamodb.expressions.condition import Condition

from functions.clock import Clock, epoch_seconds
from functions.config import settings
from functions.counters.domain import Counts, Kind, Record, Tally, leaves_at, position
from functions.tables import Lookup, Table, connection

FIELDS = Counts.__struct_fields__


class CountsRow(Table):
    """The counts of one target: slim, so that a like never rewrites a post."""

    class Meta:
        table_name = settings().table("counts")

    target_id = UnicodeAttribute(hash_key=True)
    likes = NumberAttribute(default=0)
    comments = NumberAttribute(default=0)
    views = NumberAttribute(default=0)
    changes = NumberAttribute(default=0)
    expires_at = NumberAttribute(null=True)

    @classmethod
    def of_user(cls, user_id: str, username: str) -> Condition:  # noqa: ARG003
        """The counts of the user's stories, whose ids carry the author."""
        own: Condition = cls.target_id.startswith(user_id)
        return own


def decode(row: CountsRow) -> Counts:
    """The row as the product knows it. A count below zero, which a lost batch leaves until it is
    recounted, is shown as zero; it stays in the row, or what follows would be wrong for good."""
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
        return _tally(_dispatch("GetItem", asked).get("Item", {}))

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
        done, row = _conditionally(lambda: _dispatch("UpdateItem", asked))
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
        _conditionally(lambda: _dispatch("UpdateItem", asked))

    def replace(self, target_id: str, seen: Tally, tally: Tally) -> bool:
        numbers = {**tally.counts, "changes": tally.changes}
        asked: dict[str, Any] = {
            "TableName": CountsRow.Meta.table_name,
            "Item": {
                "target_id": {"S": target_id},
                **_leaves(target_id),
                **{name: {"N": str(number)} for name, number in numbers.items()},
                **{shard: {"S": at} for shard, at in tally.positions.items()},
            },
            "ConditionExpression": "changes = :seen",
            "ExpressionAttributeValues": {":seen": {"N": str(seen.changes)}},
        }
        if not seen.changes:  # no row, or one that was never counted
            asked["ConditionExpression"] += " OR attribute_not_exists(changes)"
        done, _ = _conditionally(lambda: _dispatch("PutItem", asked))
        return done

    def erase(self, target_id: str) -> None:
        """Delete the counts of what has gone."""
        CountsRow(target_id).delete()


def _key(target_id: str) -> dict[str, Any]:
    return {"TableName": CountsRow.Meta.table_name, "Key": {"target_id": {"S": target_id}}}


def _leaves(target_id: str) -> dict[str, dict[str, str]]:
    at = leaves_at(target_id)
    return {} if at is None else {"expires_at": {"N": str(epoch_seconds(at))}}


def _tally(row: Mapping[str, Any]) -> Tally:
    return Tally(
        {name: int(row[name]["N"]) for name in FIELDS if name in row},
        {name: held["S"] for name, held in row.items() if "." in name},
        int(row.get("changes", {"N": "0"})["N"]),
    )


def _dispatch(operation: str, asked: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = connection.dispatch(operation, asked)
    return answer


def _conditionally(write: Callable[[], dict[str, Any]]) -> tuple[bool, Mapping[str, Any]]:
    """Whether a write was made, and the row that it, or its condition, has found."""
    try:
        return True, write().get("Attributes", {})
    except VerboseClientError as error:
        refusal = error.__cause__  # PynamoDB's own error leaves the row out
        if not isinstance(refusal, ClientError):
            raise
        if refusal.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False, refusal.response.get("Item", {})


class CountedRows:
    """The rows of what is counted, whatever their table."""

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
            answer = _dispatch("Query", dict(asked))
            for row in answer["Items"]:
                yield str(row[kind.item]["S"])
            if "LastEvaluatedKey" not in answer:
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def targets(self, kind: Kind, after: str | None) -> tuple[list[str], str | None]:
        """First those that have rows, then those that have counts: either may lack the other. The
        one that the page before has named last is left out: a hot post spans thousands of pages."""
        tables = {settings().table(kind.table): kind.target, CountsRow.Meta.table_name: "target_id"}
        names = list(tables)
        table, start = json.loads(after) if after else (names[0], None)
        asked = {
            "TableName": table,
            "ProjectionExpression": "#target",
            "ExpressionAttributeNames": {"#target": tables[table]},
            **({"ExclusiveStartKey": start} if start else {}),
        }
        answer = _dispatch("Scan", asked)
        named = start[tables[table]]["S"] if start else None
        rows = (str(row[tables[table]]["S"]) for row in answer["Items"])
        found = list(dict.fromkeys(one for one in rows if one != named))
        going_on = answer.get("LastEvaluatedKey")
        if going_on is None and table == names[0]:
            return found, json.dumps([names[1], None])
        more = None if going_on is None else json.dumps([table, going_on])
        return found, more
