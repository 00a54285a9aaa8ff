"""Streams that recounts read themselves, beside the function that Lambda feeds from them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from functions.aws.clients import client
from functions.counters.domain import Kind, Record, Shard, padded, record_of
from functions.counters.ports import Expired

READ_LIMIT = 1000  # records; DynamoDB Streams GetRecords
EMPTY_PAGES = 3
"""Pages without records after which an open shard counts as read to its end. A single empty page
may lie in the middle."""
GONE = frozenset({"TrimmedDataAccessException", "ResourceNotFoundException"})


class TableStream:
    """The stream of a table whose rows are counted."""

    def __init__(self, kind: Kind, arn: str) -> None:
        self.arn = arn
        self._kind = kind

    def shards(self) -> Sequence[Shard]:
        found: list[Shard] = []
        asked = {"StreamArn": self.arn}
        while True:
            described = client("dynamodbstreams").describe_stream(**asked)["StreamDescription"]
            found += [_shard(one) for one in described["Shards"]]
            if not described.get("LastEvaluatedShardId"):
                return found
            asked["ExclusiveStartShardId"] = described["LastEvaluatedShardId"]

    def read(self, shard_id: str, first: str | None = None) -> Iterator[Record]:
        at = {"ShardIteratorType": "TRIM_HORIZON"}
        if first is not None:
            at = {"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": first}
        try:
            yield from self._read({"StreamArn": self.arn, "ShardId": shard_id, **at})
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                raise Expired(f"records of {shard_id} from {first}") from error
            raise

    def _read(self, asked: dict[str, str]) -> Iterator[Record]:
        streams = client("dynamodbstreams")
        iterator = streams.get_shard_iterator(**asked)["ShardIterator"]
        empty = 0
        while iterator and empty < EMPTY_PAGES:
            answer = streams.get_records(ShardIterator=iterator, Limit=READ_LIMIT)
            iterator = answer.get("NextShardIterator")
            empty = 0 if answer["Records"] else empty + 1
            for raw in answer["Records"]:
                yield record_of(self._kind, raw)


def _shard(described: Mapping[str, Any]) -> Shard:
    last = described["SequenceNumberRange"].get("EndingSequenceNumber")
    return Shard(described["ShardId"], described.get("ParentShardId"), last and padded(last))
