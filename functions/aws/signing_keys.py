"""The keys that sign what leaves the service: cursors and media URLs."""

import time
from functools import lru_cache

import msgspec

from functions.aws.clients import client
from functions.config import settings

KEYS_KEPT_SECONDS = 300
"""How long a warm process uses the keys before it fetches them again. The keys are changed now and
then (`python -m infra.rotate_keys`), and the CDN knows a former key for longer than that."""


class SigningKeys(msgspec.Struct, frozen=True):
    """The signing secret's content, as the deploy wrote it."""

    cursor_key: str
    """At least 32 random bytes, in hexadecimal."""
    media_key_id: str
    """The id of the public key in CloudFront's key group."""
    media_private_key: str
    """A private key in PEM: ECDSA on P-256, or RSA of 2,048 bits."""
    digest_key: str = ""
    """As many bytes as the cursor key, for hashes that only this stage can make. Empty on a stage
    that was made before there was this key."""
    cursor_next_key: str = ""
    """During a rotation, the cursor key that other processes may seal with already."""
    cursor_former_key: str = ""
    """The cursor key before the last rotation, until the rotation ends."""

    @property
    def cursor_keys(self) -> list[str]:
        """Return the keys that open a cursor. The first one seals."""
        return [*filter(None, (self.cursor_key, self.cursor_next_key, self.cursor_former_key))]


def signing_keys() -> SigningKeys:
    """Return the keys of this stage, fetched from Secrets Manager once in five minutes."""
    return _fetched(int(time.monotonic() // KEYS_KEPT_SECONDS))


@lru_cache(maxsize=1)
def _fetched(_: int) -> SigningKeys:
    secret = client("secretsmanager").get_secret_value(SecretId=settings().signing_secret_id)
    return msgspec.json.decode(secret["SecretString"], type=SigningKeys)
