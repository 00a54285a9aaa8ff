"""An event source is changed where it differs, and only when Lambda accepts a change."""

from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from infra.deploy import event_sources as module
from infra.deploy.console import FailedError
from infra.deploy.event_sources import set_event_sources, settings_for
from infra.functions import Function, Source
from infra.local.event_sources import Behaviour

WORK = Function("work", Source("queue", "fanlight-toy-work"))
FOLLOW = Function("follow", Source("stream", "arn:aws:dynamodb:r:a:table/t/stream/s"))


class Lambda:
    """Event sources that refuse a change while the change before it is running."""

    def __init__(self, *states, **settings):
        self.changes, self._listed = [], [("m", "Enabled")]
        self._states, self._settings = list(states), settings

    def also_lists(self, uuid, state):
        self._listed.insert(0, (uuid, state))

    def list_event_source_mappings(self, FunctionName):  # noqa: N803 - boto3's names
        listed = [{"UUID": uuid, "State": state} for uuid, state in self._listed]
        return {"EventSourceMappings": listed}

    def get_event_source_mapping(self, UUID):  # noqa: N803
        state = self._states.pop(0) if self._states else "Enabled"
        return {"UUID": UUID, "State": state, **self._settings}

    def update_event_source_mapping(self, UUID, **changed):  # noqa: N803
        if self._states:
            error = {"Code": "ResourceInUseException", "Message": "it is in use"}
            raise ClientError({"Error": error}, "UpdateEventSourceMapping")
        self.changes.append((UUID, changed))
        self._settings |= changed
        self._states = ["Updating", "Enabled"]


def context(awslambda, function=WORK, **behaviour):
    return SimpleNamespace(
        client=lambda _: awslambda,
        functions=[function],
        behaviours={function.name: Behaviour(**behaviour)},
        prefix="fanlight-toy",
        partition="aws",
        region="r",
        account="a",
    )


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setattr(module, "POLL_SECONDS", 0)


@pytest.mark.parametrize("state", ["Creating", "Updating", "Enabling"])
def test_one_that_was_just_made_or_changed_is_waited_for_before_it_is_changed(state):
    awslambda = Lambda(state, state, "Enabled")
    told = set_event_sources(context(awslambda, report_batch_item_failures=True))
    assert told == "1 changed"
    assert awslambda.changes == [("m", {"FunctionResponseTypes": ["ReportBatchItemFailures"]})]
    assert awslambda._states == [], "the change is in force when the step is done"


def test_one_that_is_as_it_should_be_is_left_alone():
    awslambda = Lambda(FunctionResponseTypes=["ReportBatchItemFailures"])
    told = set_event_sources(context(awslambda, report_batch_item_failures=True))
    assert (told, awslambda.changes) == ("unchanged", [])


def test_one_that_goes_away_is_not_counted():
    awslambda = Lambda()
    awslambda.also_lists("old", "Deleting")
    assert set_event_sources(context(awslambda, max_concurrency=3)) == "1 changed"
    awslambda.also_lists("other", "Enabled")
    with pytest.raises(FailedError, match="2 event sources"):
        set_event_sources(context(awslambda))


def test_one_that_never_settles_is_told(monkeypatch):
    monkeypatch.setattr(module, "SETTLE_SECONDS", 0)
    with pytest.raises(FailedError, match="not enabled"):
        set_event_sources(context(Lambda(*["Creating"] * 9)))


@pytest.mark.parametrize("queue", ["stream-dead", "recounts"])
def test_a_stream_is_read_by_one_at_a_time_and_tells_its_own_queue(queue):
    sent = settings_for(context(Lambda()), FOLLOW, Behaviour(on_failure=queue))
    assert sent["ParallelizationFactor"] == 1
    assert sent["DestinationConfig"] == {
        "OnFailure": {"Destination": f"arn:aws:sqs:r:a:fanlight-toy-{queue}"}
    }
