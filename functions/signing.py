"""The keys that sign what leaves the service: cursors and media URLs."""

from functools import cache

import msgspec

from functions.aws import client
from functions.config import settings


class SigningKeys(msgspec.Struct, frozen=True):
    """The signing secret's content, as the deploy wrote it."""

    cursor_key: str
    """At least 32 random bytes, in hexadecimal."""
    media_key_id: str
    """The id of the public key in CloudFront's key group."""
    media_private_key: str
    """An RSA private key of 2,048 bits, in PEM."""


@cache
def signing_keys() -> SigningKeys:
    """The keys of this stage, fetched from Secrets Manager once a process."""
    secret = client("secretsmanager").get_secret_value(SecretId=settings().signing_secret_id)
    return msgspec.json.decode(secret["SecretString"], type=SigningKeys)
