"""Clients for the AWS services. All come from one session. Each is made once a process, when it is
first needed."""

from functools import cache
from threading import RLock
from typing import Any

from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session, get_session

SERVICES = ("cognito-idp", "dynamodb", "dynamodbstreams", "s3", "secretsmanager", "sesv2", "sqs")
CREDENTIAL_SERVICES = ("signin", "sso", "sso-oidc", "sts")
"""The services that botocore itself calls for the credentials of an operator who runs a command:
for an assumed role or single sign-on. A function has its credentials in its environment."""

ATTEMPTS = 4
"""How often the SDK makes a call, if nothing else is said."""

_CONFIG = Config(connect_timeout=3, read_timeout=20, max_pool_connections=25)

# By default, botocore signs a form for S3 with the retired version 2 and points it to the global
# endpoint. For regions other than us-east-1 that endpoint answers with a redirect, and a form
# loses its content on the way.
_S3 = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})

client_lock = RLock()
"""Held while a client is made: a session makes its clients one after another."""


class KnownServices(Loader):  # type: ignore[misc]
    """A loader that lists only the services that the product calls.

    botocore looks into the folders of all its 400 services before it opens one, and does so twice.
    """

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002
        return [*SERVICES, *CREDENTIAL_SERVICES]


@cache
def session() -> Session:
    """Return the session of this process. A session reads some data before its first client, such
    as the endpoints of all regions (1.2 MB of JSON). That costs more than all the clients."""
    made = get_session()
    made.register_component("data_loader", KnownServices())
    return made


@cache
def client(service: str, attempts: int = ATTEMPTS) -> Any:
    """Return the botocore client of a service. It is thread-safe and shared by the whole
    process."""
    retries = Config(retries={"mode": "standard", "total_max_attempts": attempts})
    config = _CONFIG.merge(retries)
    if service == "s3":
        config = config.merge(_S3)
    with client_lock:
        return session().create_client(service, config=config)
