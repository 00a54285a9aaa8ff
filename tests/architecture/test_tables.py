"""The models are the template's tables, and the other way round."""

import boto3
import pytest

import app  # noqa: F401 - registers every model
from functions.config import settings
from functions.tables import Table
from infra.local.provision import TEMPLATE
from infra.local.template import read_template

MODELS = {model.Meta.table_name: model for model in Table.__subclasses__()}
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
    assert set(MODELS) == set(PROPERTIES)


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
def test_a_table_is_on_demand_and_recoverable(name):
    properties = PROPERTIES[name]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_a_table_outlives_its_stack_or_is_made_anew_and_never_outlives_a_failed_creation():
    policies = {(table["DeletionPolicy"], table["UpdateReplacePolicy"]) for table in TABLES}
    assert policies == {("RetainExceptOnCreate", "Retain"), ("Delete", "Delete")}


def test_the_local_stage_has_these_tables():
    assert set(boto3.client("dynamodb").list_tables()["TableNames"]) >= set(PROPERTIES)
