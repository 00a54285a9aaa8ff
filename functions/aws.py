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

# Unless S3 is told so, a presigned form is signed with the retired version 2, and points to the
# global endpoint, which answers for other regions than us-east-1 with a redirect that forms lose.
_S3 = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})


@cache
def client(service: str) -> Any:
    """The botocore client of a service; thread-safe, shared by the whole process."""
    config = _CONFIG.merge(_S3) if service == "s3" else _CONFIG
    return botocore.session.get_session().create_client(service, config=config)
