"""A queue feeds its function as Lambda's event source does."""

from typing import Any

import boto3
import pytest
from chalice.app import SQSEvent

from infra.local.provision import Stage
from tests.integration.local.toys import Toys, report

Records = list[dict[str, Any]]


def bodies(records: Records) -> list[str]:
    return [record["body"] for record in records]


def test_a_message_arrives_as_lambda_spells_it(toys: Toys) -> None:
    seen: Records = []
    queue = toys.queue()
    toys.on_queue(queue, seen.extend)
    attribute = {"StringValue": "v", "DataType": "String"}
    toys.send(queue, "hello", MessageAttributes={"a": attribute})
    toys.pump().settle()
    (record,) = seen
    assert record["body"] == "hello"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["a"]["stringValue"] == "v"
    assert record["messageAttributes"]["a"]["dataType"] == "String"
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == toys.arn(queue)
    assert record["awsRegion"] == "us-east-1"
    assert {"messageId", "receiptHandle", "md5OfBody"} <= record.keys()
    assert toys.left(queue) == 0


def test_the_handler_gets_chalices_event_and_a_lambda_context(toys: Toys) -> None:
    seen: list[SQSEvent] = []
    queue = toys.queue()
    toys.app.on_sqs_message(queue=queue, name="seer")(seen.append)
    toys.send(queue, "x")
    toys.pump().settle()
    context = seen[0].context
    assert context.function_name == "seer"
    assert context.invoked_function_arn.endswith(":function:seer")
    assert context.aws_request_id
    assert context.memory_limit_in_mb > 0
    assert 0 < context.get_remaining_time_in_millis() <= 60_000


def test_a_batch_holds_no_more_than_its_size(toys: Toys) -> None:
    sizes: list[int] = []
    queue = toys.queue()
    toys.on_queue(queue, lambda records: sizes.append(len(records)), batch_size=12)
    toys.send(queue, *map(str, range(30)))
    toys.pump().settle()
    assert sizes == [12, 12, 6]


def test_only_the_messages_named_as_failed_come_again(toys: Toys) -> None:
    seen: list[str] = []
    queue = toys.queue(VisibilityTimeout=30)

    def handler(records: Records) -> Any:
        seen.extend(bodies(records))
        first = [r for r in records if r["attributes"]["ApproximateReceiveCount"] == "1"]
        return report([r["messageId"] for r in first if r["body"] == "bad"])

    name = toys.on_queue(queue, handler)
    toys.send(queue, "good", "bad")
    pump = toys.pump({name: {"report_batch_item_failures": True}})
    pump.settle()
    assert (seen, toys.left(queue)) == (["good", "bad"], 1)
    pump.settle(advance=True)
    assert (seen, toys.left(queue)) == (["good", "bad", "bad"], 0)


def test_a_report_is_not_heeded_where_it_was_not_switched_on(toys: Toys) -> None:
    queue = toys.queue()
    toys.on_queue(queue, lambda records: report([r["messageId"] for r in records]))
    toys.send(queue, "x")
    toys.pump().settle()
    assert toys.left(queue) == 0


@pytest.mark.parametrize(
    "nonsense",
    ["what", ["x"], {"batchItemFailures": [{"itemIdentifier": "nobody"}]},
     {"batchItemFailures": [{}]}, {"batchItemFailures": "x"}],
)  # fmt: skip
def test_a_report_without_sense_fails_the_whole_batch(toys: Toys, nonsense: Any) -> None:
    queue = toys.queue()
    name = toys.on_queue(queue, lambda _: nonsense)
    toys.send(queue, "x", "y")
    toys.pump({name: {"report_batch_item_failures": True}}).settle()
    assert toys.left(queue) == 2


@pytest.mark.parametrize("fine", [None, "", {}, {"batchItemFailures": []},
                                  {"batchItemFailures": None}])  # fmt: skip
def test_an_empty_report_means_that_all_is_well(toys: Toys, fine: Any) -> None:
    queue = toys.queue()
    name = toys.on_queue(queue, lambda _: fine)
    toys.send(queue, "x")
    toys.pump({name: {"report_batch_item_failures": True}}).settle()
    assert toys.left(queue) == 0


def test_a_handler_that_raises_fails_its_batch_and_is_shown(toys: Toys) -> None:
    queue = toys.queue(VisibilityTimeout=30)
    toys.on_queue(queue, lambda _: 1 / 0)
    toys.send(queue, "x", "y")
    toys.pump().settle()
    (told,) = toys.told
    assert (told.records, told.failed) == (2, 2)
    assert "ZeroDivisionError" in told.error
    assert toys.left(queue) == 2


def test_what_fails_too_often_goes_to_the_dead_letters(toys: Toys) -> None:
    tries: list[str] = []
    dead = toys.queue()
    redrive = {"deadLetterTargetArn": toys.arn(dead), "maxReceiveCount": 3}
    queue = toys.queue(RedrivePolicy=redrive, VisibilityTimeout=30)

    def handler(records: Records) -> None:
        tries.extend(bodies(records))
        raise ValueError

    toys.on_queue(queue, handler)
    toys.send(queue, "x")
    toys.pump().settle(advance=True)
    assert tries == ["x", "x", "x"]
    assert (toys.left(queue), toys.left(dead)) == (0, 1)


def test_a_delayed_message_waits_until_time_passes(toys: Toys) -> None:
    seen: Records = []
    queue = toys.queue()
    toys.on_queue(queue, seen.extend)
    toys.send(queue, "later", DelaySeconds=30)
    pump = toys.pump()
    pump.settle()
    assert seen == []
    pump.settle(advance=True)
    assert bodies(seen) == ["later"]


def test_what_a_handler_sends_is_handled_too(toys: Toys) -> None:
    seen: list[str] = []
    first, second = toys.queue(), toys.queue()
    toys.on_queue(second, lambda records: seen.extend(bodies(records)))
    toys.on_queue(first, lambda records: toys.send(second, *bodies(records)))
    pump = toys.pump()
    pump.settle()
    toys.send(first, "a", "b")
    pump.settle()
    assert seen == ["a", "b"]


def test_an_upload_reaches_the_queue_that_its_bucket_notifies(toys: Toys, stage: Stage) -> None:
    seen: list[str] = []
    queue, bucket = toys.queue(), f"bucket-{toys.queue()}"[:63]
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=bucket)
    notified = [{"QueueArn": toys.arn(queue), "Events": ["s3:ObjectCreated:*"]}]
    configuration = {"QueueConfigurations": notified}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configuration)
    toys.on_queue(queue, lambda records: seen.extend(bodies(records)))
    pump = toys.pump()
    pump.settle()
    s3.put_object(Bucket=bucket, Key="a b", Body=b"x")
    pump.settle()
    assert "s3:TestEvent" in seen[0]
    assert '"key": "a+b"' in seen[1]
