"""Clients of one session."""

import ast
import re
from pathlib import Path

import pytest
from botocore import credentials
from botocore.exceptions import UnknownServiceError

from functions.aws import clients
from functions.aws.connection import connection

ROOT = Path(__file__).parents[3]


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
    assert set(clients.SERVICES) == called() | {"dynamodb"}


def test_the_tables_client_and_all_others_are_made_of_one_session():
    assert connection.session is clients.session()
    assert clients.session() is clients.session()


def test_botocore_does_not_look_through_the_models_of_all_services():
    loader = clients.session().get_component("data_loader")
    assert len(loader.list_available_services("service-2")) < 20
    with pytest.raises(UnknownServiceError):
        loader.load_service_model("ec2", "service-2")


def test_credentials_can_be_those_of_an_assumed_role_or_of_a_single_sign_on():
    """botocore makes the clients that it asks for credentials of the session itself."""
    source = Path(credentials.__file__).read_text(encoding="utf-8")
    asked = set(re.findall(r"_client_creator\(\s*'([a-z-]+)'", source)) | {"sso-oidc"}
    assert asked == set(clients.CREDENTIAL_SERVICES)
    for service in asked:
        assert clients.session().create_client(service, region_name="eu-central-1")
