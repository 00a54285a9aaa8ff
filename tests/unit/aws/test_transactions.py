"""Transactions that meet rivals, or a condition that does not hold."""

from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import CancellationReason, TransactWriteError, VerboseClientError

from functions.aws import tables
from functions.aws.connection import connection
from functions.aws.errors import Contended
from functions.aws.tables import ATTEMPTS, ConditionFailed, commit
from functions.reactions.storage import LikeRow


@pytest.fixture
def key():
    return (uuid4().hex, "ada")


def there(key):
    return LikeRow.count(key[0]) == 1


def cancelled(*codes):
    """DynamoDB's refusal of a transaction, a reason a step."""
    told = {"Error": {"Code": "TransactionCanceledException", "Message": "cancelled"}}
    reasons = [CancellationReason(code) if code else None for code in codes]
    cause = VerboseClientError(told, "TransactWriteItems", cancellation_reasons=reasons)
    return TransactWriteError("cancelled", cause)


@pytest.fixture
def refusals(monkeypatch, stage):
    """Refusals that the next transactions meet, before others are let through."""
    monkeypatch.setattr(tables, "attempts", range)
    waiting = []
    transact = connection.transact_write_items

    def refuse(**request):
        if waiting:
            raise waiting.pop(0)
        return transact(**request)

    monkeypatch.setattr(connection, "transact_write_items", refuse)
    return waiting


def putting(key):
    return lambda transaction: transaction.save(LikeRow(*key))


def test_a_transaction_that_met_a_rival_is_tried_again(refusals, key):
    refusals += [cancelled("TransactionConflict", None), cancelled("ThrottlingError")]
    commit(putting(key))
    assert there(key)


def test_a_transaction_that_meets_rivals_at_every_attempt_is_told_to_wait(refusals, key):
    refusals += [cancelled("TransactionConflict")] * ATTEMPTS
    with pytest.raises(Contended):
        commit(putting(key))
    assert refusals == []
    assert not there(key)


def test_a_failed_condition_is_told_at_once_with_its_steps(refusals):
    refusals += [cancelled(None, "ConditionalCheckFailed", "TransactionConflict")]
    with pytest.raises(ConditionFailed) as failed:
        commit()
    assert failed.value.failed == (1,)
    assert refusals == []


def test_any_other_refusal_of_a_transaction_goes_on_up(refusals):
    for other in (cancelled("ValidationError"), network_down()):
        refusals.append(other)
        with pytest.raises(TransactWriteError):
            commit()


def network_down():
    told = {"Error": {"Code": "InternalServerError", "Message": "down"}}
    return TransactWriteError("failed", ClientError(told, "TransactWriteItems"))
