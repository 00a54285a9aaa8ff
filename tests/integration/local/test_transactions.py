"""A cancelled transaction leaves the tables, and the readers of their streams, as they were."""

import boto3
import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def table():
    """Make a table with a stream. Returns its name."""
    dynamodb = boto3.client("dynamodb")
    dynamodb.create_table(
        TableName="undone",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "a", "AttributeType": "S"},
            {"AttributeName": "b", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "a", "KeyType": "HASH"},
            {"AttributeName": "b", "KeyType": "RANGE"},
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    yield "undone"
    dynamodb.delete_table(TableName="undone")


def put(a, value, condition=None):
    item = {"a": {"S": a}, "b": {"S": "x"}, "value": {"S": value}}
    write = {"TableName": "undone", "Item": item}
    return {"Put": {**write, **({"ConditionExpression": condition} if condition else {})}}


def delete(a):
    return {"Delete": {"TableName": "undone", "Key": {"a": {"S": a}, "b": {"S": "x"}}}}


def update(a, value):
    return {
        "Update": {
            "TableName": "undone",
            "Key": {"a": {"S": a}, "b": {"S": "x"}},
            "UpdateExpression": "SET #v = :v",
            "ExpressionAttributeNames": {"#v": "value"},
            "ExpressionAttributeValues": {":v": {"S": value}},
        }
    }


def rows():
    items = boto3.client("dynamodb").scan(TableName="undone")["Items"]
    return {item["a"]["S"]: item["value"]["S"] for item in items}


def transact(*writes):
    boto3.client("dynamodb").transact_write_items(TransactItems=list(writes))


def reader():
    streams = boto3.client("dynamodbstreams")
    arn = boto3.client("dynamodb").describe_table(TableName="undone")["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    found = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )
    position = found["ShardIterator"]

    def read():
        nonlocal position
        answer = streams.get_records(ShardIterator=position)
        position = answer["NextShardIterator"]
        return [record["dynamodb"]["Keys"]["a"]["S"] for record in answer["Records"]]

    return read


def test_a_cancelled_transaction_changes_nothing(table):
    transact(put("kept", "1"), put("changed", "1"), put("deleted", "1"))
    before = rows()
    with pytest.raises(ClientError, match="TransactionCanceled"):
        transact(
            put("new", "2"),
            put("kept", "2"),
            update("changed", "2"),
            delete("deleted"),
            put("refused", "2", "attribute_exists(a)"),
        )
    assert rows() == before


def test_a_reader_of_the_stream_goes_on_after_a_cancelled_transaction(table):
    read = reader()
    transact(put("first", "1"))
    assert read() == ["first"]
    with pytest.raises(ClientError, match="TransactionCanceled"):
        transact(put("undone", "1"), put("first", "2", "attribute_not_exists(a)"))
    transact(put("second", "1"))
    assert read() == ["second"]


def test_a_transaction_that_names_an_item_twice_changes_nothing(table):
    with pytest.raises(ClientError, match="multiple operations on one item"):
        transact(put("one", "1"), put("one", "2"))
    assert rows() == {}


def test_a_transaction_that_is_not_cancelled_is_in_force(table):
    transact(put("one", "1"), put("two", "1"))
    transact(update("one", "2"), delete("two"))
    assert rows() == {"one": "2"}


def test_a_transaction_is_known_by_its_token(table):
    """The answer is lost, and the SDK repeats the call: it is done once, and succeeds."""
    dynamodb = boto3.client("dynamodb")
    write = put("once", "first", "attribute_not_exists(a)")
    for _ in range(2):
        dynamodb.transact_write_items(TransactItems=[write], ClientRequestToken="token")
    with pytest.raises(ClientError):
        dynamodb.transact_write_items(TransactItems=[write], ClientRequestToken="another")


def test_a_cancelled_transaction_may_be_tried_again_under_its_token(table):
    dynamodb = boto3.client("dynamodb")
    write = put("later", "x", "attribute_exists(a)")
    with pytest.raises(ClientError):
        dynamodb.transact_write_items(TransactItems=[write], ClientRequestToken="retried")
    dynamodb.transact_write_items(TransactItems=[put("later", "0")])
    dynamodb.transact_write_items(TransactItems=[write], ClientRequestToken="retried")
