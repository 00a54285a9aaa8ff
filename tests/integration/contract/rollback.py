"""What moto does to a stream whose table's transaction failed, undone.

moto puts a copy in the table's place that was made before the transaction. Whoever reads the
stream of the table that was would see nothing more, so readers are handed the copy's.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodbstreams.models import dynamodbstreams_backends

from infra.local.wire import ACCOUNT, REGION


@pytest.fixture(scope="session", autouse=True)
def streams_outlive_rollbacks(stage: Any) -> Iterator[None]:
    """For all that runs from now on."""
    transact = DynamoDBBackend.transact_write_items

    def transact_and_keep_readers(self: Any, items: Any) -> None:
        try:
            transact(self, items)
        except Exception:
            hand_over(self.tables)
            raise

    DynamoDBBackend.transact_write_items = transact_and_keep_readers
    yield
    DynamoDBBackend.transact_write_items = transact


def hand_over(tables: Any) -> None:
    """Let each reader go on in the stream of the table that stands there now."""
    for reader in dynamodbstreams_backends[ACCOUNT][REGION].shard_iterators.values():
        table = tables.get(reader.stream_shard.table.name)
        if table is not None:
            reader.stream_shard = table.stream_shard
