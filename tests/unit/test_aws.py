"""Clients of one session."""

import ast
from pathlib import Path

import pytest
from botocore.exceptions import UnknownServiceError

from functions import aws
from functions.tables import connection

ROOT = Path(__file__).parents[2]


def called() -> set[str]:
    """The services whose clients the product asks for by name."""
    found = set()
    for path in (ROOT / "functions").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="client"), args=[ast.Constant(value=str(name))]):
                    found.add(name)
    return found


def test_the_services_that_are_known_are_those_that_are_called():
    assert set(aws.SERVICES) == called() | {"dynamodb"}


def test_the_tables_client_and_all_others_are_made_of_one_session():
    assert connection.session is aws.session()
    assert aws.session() is aws.session()


def test_botocore_does_not_look_through_the_models_of_all_services():
    loader = aws.session().get_component("data_loader")
    assert loader.list_available_services("service-2") == list(aws.SERVICES)
    with pytest.raises(UnknownServiceError):
        loader.load_service_model("ec2", "service-2")
