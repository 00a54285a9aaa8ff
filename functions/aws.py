"""Clients for the AWS services beside DynamoDB, made once a process and only when first needed."""

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

_CONFIG = Config(
    connect_timeout=3,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=25,
)


@cache
def client(service: str) -> Any:
    """The botocore client of a service; thread-safe, shared by the whole process."""
    # A presigned form is signed with the retired version 2 unless S3 is told otherwise.
    signed = Config(signature_version="s3v4") if service == "s3" else Config()
    return botocore.session.get_session().create_client(service, config=_CONFIG.merge(signed))
