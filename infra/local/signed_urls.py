"""Checks signed URLs as CloudFront does with a trusted key group.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_public_key

OWN_PARAMETERS = {"Policy", "Signature", "Key-Pair-Id", "Expires"}
_FROM_URL = str.maketrans("-_~", "+=/")
"""CloudFront's own base64 alphabet for URLs."""


class SignedUrls:
    """Checks signatures of one key group. `keys` are public keys in PEM by their ids."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys: dict[str, _Check] = {}
        self.trust(keys)

    def trust(self, keys: Mapping[str, str]) -> None:
        """Accept only signatures of these keys from now on."""
        self._keys = {key_id: _check_of(key_id, pem) for key_id, pem in keys.items()}

    def allows(self, url: str, parameters: Mapping[str, str], now: float) -> bool:
        """Return whether `parameters` allow `url`, which lacks CloudFront's own parameters."""
        try:
            policy = _policy(url, parameters)
            self._keys[parameters["Key-Pair-Id"]](_decoded(parameters["Signature"]), policy)
            return _admits(json.loads(policy), url, now)
        except (InvalidSignature, KeyError, ValueError, TypeError):
            return False


_Check = Callable[[bytes, bytes], None]
"""Raises InvalidSignature unless the first argument is a signature of the second."""


def _check_of(key_id: str, pem: str) -> _Check:
    key = load_pem_public_key(pem.encode())
    sha1 = SHA1()  # noqa: S303 - CloudFront's default
    if isinstance(key, EllipticCurvePublicKey):
        return lambda signature, policy: key.verify(signature, policy, ECDSA(sha1))
    if isinstance(key, RSAPublicKey):
        return lambda signature, policy: key.verify(signature, policy, PKCS1v15(), sha1)
    raise TypeError(f"the media key {key_id} is neither an ECDSA nor an RSA key")


def _policy(url: str, parameters: Mapping[str, str]) -> bytes:
    """Return the signed policy: the URL's custom one, or the canned one with its expiry time."""
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
    """Return whether a policy allows a URL now. A policy with an unknown condition never does."""
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
    """Match CloudFront's wildcards: `*` for any characters, `?` for exactly one."""
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(escaped, url, re.DOTALL) is not None
