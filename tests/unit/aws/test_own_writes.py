"""A repeated write's result is told from the row."""

import pytest

from functions.aws.own_writes import is_applied

ROW = {"id": {"S": "a"}, "state": {"S": "done"}, "size": {"N": "3"}}


def update(expression, **values):
    return {
        "UpdateExpression": expression,
        "ExpressionAttributeNames": {"#0": "state", "#1": "size", "#2": "gone"},
        "ExpressionAttributeValues": {f":{name}": value for name, value in values.items()},
    }


@pytest.mark.parametrize(
    ("request_", "applied"),
    [
        (update("SET #0 = :a", a={"S": "done"}), True),
        (update("SET #0 = :a", a={"S": "begun"}), False),
        (update("SET #0 = :a, #1 = :b", a={"S": "done"}, b={"N": "3"}), True),
        (update("SET #0 = :a, #1 = :b", a={"S": "done"}, b={"N": "4"}), False),
        (update("SET #0 = :a REMOVE #2", a={"S": "done"}), True),
        (update("REMOVE #1"), False),
        (update("REMOVE #2"), True),
        (update("ADD #1 :b", b={"N": "3"}), False),
        (update("SET #1 = #1 + :b", b={"N": "3"}), False),
    ],
)
def test_an_update_is_applied_where_the_row_shows_all_of_it(request_, applied):
    assert is_applied("UpdateItem", request_, ROW) == applied
    assert not is_applied("UpdateItem", request_, None)


def test_a_put_is_applied_where_the_row_is_equal():
    assert is_applied("PutItem", {"Item": dict(ROW)}, ROW)
    assert is_applied("PutItem", {"Item": {**ROW, "size": {"N": "3.0"}}}, ROW)
    assert not is_applied("PutItem", {"Item": {**ROW, "size": {"N": "4"}}}, ROW)
    assert not is_applied("PutItem", {"Item": dict(ROW)}, None)


def test_a_delete_is_applied_where_there_is_no_row():
    assert is_applied("DeleteItem", {}, None)
    assert not is_applied("DeleteItem", {}, ROW)
