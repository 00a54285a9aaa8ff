"""Checks signed URLs as CloudFront does for a behaviour with a trusted key group.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_public_key

OWN_PARAMETERS = {"Policy", "Signature", "Key-Pair-Id", "Expires"}
_FROM_URL = str.maketrans("-_~", "+=/")
"""CloudFront's own base64 alphabet for URLs."""


class SignedUrls:
    """The check of one key group: public keys in PEM by their ids."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys: dict[str, RSAPublicKey] = {}
        for key_id, pem in keys.items():
            key = load_pem_public_key(pem.encode())
            if not isinstance(key, RSAPublicKey):
                raise TypeError(f"the media key {key_id} is not an RSA key")
            self._keys[key_id] = key

    def allows(self, url: str, parameters: Mapping[str, str], now: float) -> bool:
        """Whether `url`, without CloudFront's own parameters, may be opened with `parameters`."""
        try:
            policy = _policy(url, parameters)
            key = self._keys[parameters["Key-Pair-Id"]]
            key.verify(_decoded(parameters["Signature"]), policy, PKCS1v15(), SHA1())  # noqa: S303
            return _admits(json.loads(policy), url, now)
        except (InvalidSignature, KeyError, ValueError, TypeError):
            return False


def _policy(url: str, parameters: Mapping[str, str]) -> bytes:
    """The policy that was signed: the URL's own, or the canned one of its expiry time."""
    if "Policy" in parameters:
        return _decoded(parameters["Policy"])
    expires = int(parameters["Expires"])
    condition = {"DateLessThan": {"AWS:EpochTime": expires}}
    statement = {"Statement": [{"Resource": url, "Condition": condition}]}
    return json.dumps(statement, separators=(",", ":")).encode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.translate(_FROM_URL), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _admits(policy: Any, url: str, now: float) -> bool:
    """Whether a policy admits a URL now. One that has a condition unknown here admits nothing."""
    (statement,) = policy["Statement"]
    conditions = statement["Condition"]
    if set(conditions) - {"DateLessThan", "DateGreaterThan"}:
        return False
    if now >= conditions["DateLessThan"]["AWS:EpochTime"]:
        return False
    if now <= conditions.get("DateGreaterThan", {"AWS:EpochTime": 0})["AWS:EpochTime"]:
        return False
    return _matches(statement["Resource"], url)


def _matches(pattern: str, url: str) -> bool:
    """CloudFront's wildcards: `*` is any characters, `?` exactly one."""
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(escaped, url, re.DOTALL) is not None
