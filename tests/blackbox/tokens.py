"""Tokens that every server should refuse."""

import gzip
import hmac
import json
import time
from functools import cache
from importlib.resources import files
from typing import Any

from joserfc import jws, jwt
from joserfc.jwk import RSAKey
from joserfc.util import urlsafe_b64decode, urlsafe_b64encode


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a token's header and claims, unverified."""
    header, claims, _ = token.split(".")
    return _read(header), _read(claims)


@cache
def _local_key() -> RSAKey:
    """Return the key that signs for the local user pool. It ships with moto, for anybody to
    read.
    """
    packed = files("moto.cognitoidp.resources").joinpath("jwks-private.json.gz").read_bytes()
    return RSAKey.import_key(json.loads(gzip.decompress(packed)))


@cache
def _foreign_key() -> RSAKey:
    return RSAKey.generate_key(2048)


def signed(token: str, **changes: Any) -> str:
    """Return a token with changed claims and a valid signature: `None` leaves a claim out."""
    header, claims = parts(token)
    return jwt.encode(header, _changed(claims, changes), _local_key(), algorithms=["RS256"])


def expired(token: str, seconds: int = 60) -> str:
    """Return a token that expired some seconds ago."""
    now = int(time.time())
    return signed(token, iat=now - 3600, auth_time=now - 3600, exp=now - seconds)


def forged(token: str, **changes: Any) -> str:
    """Return a token signed with a forger's own key, under the pool's key id."""
    header, claims = parts(token)
    return jwt.encode(header, _changed(claims, changes), _foreign_key(), algorithms=["RS256"])


def with_own_key_in_header(token: str) -> str:
    """Return a token that contains the key to verify it with."""
    header, claims = parts(token)
    header["jwk"] = _foreign_key().as_dict(private=False)
    registry = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    text = json.dumps(claims).encode()
    return jws.serialize_compact(header, text, _foreign_key(), registry=registry)


def with_public_key_as_secret(token: str) -> str:
    """Return a token signed as HS256, with the pool's public key as the shared secret."""
    header, claims = parts(token)
    signed_part = f"{_write({**header, 'alg': 'HS256'})}.{_write(claims)}"
    # By hand: a good library refuses to use a public key as a secret.
    secret = _local_key().as_pem(private=False)
    signature = hmac.digest(secret, signed_part.encode(), "sha256")
    return f"{signed_part}.{urlsafe_b64encode(signature).decode()}"


def unsigned(token: str, algorithm: str) -> str:
    """Return a token that claims to need no signature."""
    header, claims = parts(token)
    return f"{_write({**header, 'alg': algorithm})}.{_write(claims)}."


def of_somebody_else(token: str, user_id: str) -> str:
    """Return a token with the `sub` of another user under the old signature."""
    header, claims, signature = token.split(".")
    return f"{header}.{_write({**_read(claims), 'sub': user_id})}.{signature}"


def _changed(claims: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**claims, **changes}.items() if value is not None}


def _read(part: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(urlsafe_b64decode(part.encode()))
    return read


def _write(part: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).decode()
