"""Clients for the AWS services, made of one session, once a process and only when first needed."""

from functools import cache
from threading import RLock
from typing import Any

from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session, get_session

SERVICES = ("cognito-idp", "dynamodb", "dynamodbstreams", "s3", "secretsmanager", "sqs")
CREDENTIAL_SERVICES = ("signin", "sso", "sso-oidc", "sts")
"""What botocore itself calls for the credentials of an operator who runs a command: of an assumed
role, or a single sign-on. A function has its own in its environment."""

_CONFIG = Config(
    connect_timeout=3,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=25,
)

# Unless S3 is told so, a presigned form is signed with the retired version 2, and points to the
# global endpoint, which answers for other regions than us-east-1 with a redirect that forms lose.
_S3 = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})

making = RLock()
"""Held while a client is made: a session's clients are made one after the other."""


class KnownServices(Loader):  # type: ignore[misc]
    """Finds the models of the services that the product calls, and knows of no others.

    botocore looks into the folders of all its 400 services before it opens one, and does so twice.
    """

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002
        return [*SERVICES, *CREDENTIAL_SERVICES]


@cache
def session() -> Session:
    """The session of this process. What a session must read before its first client, such as the
    endpoints of all regions (1.2 MB of JSON), costs more than all the clients."""
    made = get_session()
    made.register_component("data_loader", KnownServices())
    return made


@cache
def client(service: str) -> Any:
    """The botocore client of a service; thread-safe, shared by the whole process."""
    config = _CONFIG.merge(_S3) if service == "s3" else _CONFIG
    with making:
        return session().create_client(service, config=config)
