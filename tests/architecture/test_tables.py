"""The models are the template's tables, and the other way round."""

import ast

import boto3
import pytest

from functions.config import settings
from infra.local.provision import TEMPLATE
from infra.local.template import read_template
from tests.architecture.models import all_models
from tests.architecture.test_imports import ROOT

MODELS = {model.Meta.table_name: model for model in all_models()}
TABLES = [
    resource
    for resource in read_template(TEMPLATE)["Resources"].values()
    if resource["Type"] == "AWS::DynamoDB::Table"
]
PROPERTIES = {
    resource["Properties"]["TableName"]["Fn::Sub"].replace(
        "${Prefix}", settings().resource_prefix
    ): (resource["Properties"])
    for resource in TABLES
}


def test_every_table_has_a_model_and_every_model_a_table():
    assert set(PROPERTIES) <= set(MODELS), "write a model of these tables, and put it on the stage"
    assert set(MODELS) <= set(PROPERTIES), (
        "add these tables to infra/resources.yaml, on demand, recoverable and retained as the "
        "others are, with the keys and indexes of their models"
    )


def keys(schema):
    return {(key["AttributeName"], key["KeyType"]) for key in schema}


@pytest.mark.parametrize("name", sorted(PROPERTIES))
def test_a_models_keys_are_the_tables(name):
    described = MODELS[name]._get_schema()
    assert keys(described["key_schema"]) == keys(PROPERTIES[name]["KeySchema"])


@pytest.mark.parametrize("name", sorted(PROPERTIES))
def test_a_models_indexes_are_the_tables(name):
    described = {
        index["index_name"]: (keys(index["key_schema"]), index["projection"]["ProjectionType"])
        for index in MODELS[name]._get_schema()["global_secondary_indexes"]
    }
    declared = {
        index["IndexName"]: (keys(index["KeySchema"]), index["Projection"]["ProjectionType"])
        for index in PROPERTIES[name].get("GlobalSecondaryIndexes", [])
    }
    assert described == declared


@pytest.mark.parametrize("name", sorted(PROPERTIES))
def test_what_expires_says_so_on_the_row(name):
    ttl = PROPERTIES[name].get("TimeToLiveSpecification")
    attributes = MODELS[name].get_attributes()
    assert ("expires_at" in attributes) == (ttl is not None)


@pytest.mark.parametrize("name", sorted(PROPERTIES))
def test_a_table_is_on_demand(name):
    properties = PROPERTIES[name]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"


def test_a_table_outlives_its_stack_or_is_made_anew_and_never_outlives_a_failed_creation():
    policies = {(table["DeletionPolicy"], table["UpdateReplacePolicy"]) for table in TABLES}
    assert policies == {("RetainExceptOnCreate", "Retain"), ("Delete", "Delete")}


def test_the_local_stage_has_these_tables():
    assert set(boto3.client("dynamodb").list_tables()["TableNames"]) >= set(PROPERTIES)


def test_every_conditional_write_goes_through_the_one_that_knows_its_own_success():
    """A write with a condition is handed to `try_write` as a lambda, or is a transaction's step."""
    for path in sorted((ROOT / "functions").rglob("storage*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        handed_on = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "try_write"
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and is_conditional(node) and id(node) not in handed_on:
                raise AssertionError(f"{path.name}:{node.lineno}: hand this write to try_write")


def is_conditional(call):
    """Whether a call is a model's own conditional write; `transaction` has its token."""
    if not isinstance(call.func, ast.Attribute):
        return False
    if getattr(call.func.value, "id", "") == "transaction":
        return False
    named = {keyword.arg for keyword in call.keywords}
    match call.func.attr:
        case "update":
            return "condition" in named
        case "save":
            return bool(call.args) or "condition" in named
        case "delete":
            row_of_key = isinstance(call.func.value, ast.Call)
            return (row_of_key and bool(call.args)) or "condition" in named
    return False
