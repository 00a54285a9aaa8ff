"""Verifies an id token as API Gateway's Cognito authorizer does."""

import gzip
import json
import time
from functools import cache
from importlib import resources
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from functions.errors import Unauthorized
from infra.local.wire import REGION

_ONLY_ALGORITHM = ["RS256"]  # Cognito's; a forger must not choose another one


@cache
def _key_set() -> KeySet:
    """Return the public keys of moto's user pools."""
    packed = resources.files("moto.cognitoidp").joinpath("resources/jwks-public.json.gz")
    return KeySet.import_key_set(json.loads(gzip.decompress(packed.read_bytes())))


class TokenCheck:
    """Verifies tokens of one client of a user pool."""

    def __init__(self, user_pool_id: str, client_id: str) -> None:
        self._claims = jwt.JWTClaimsRegistry(
            iss={
                "essential": True,
                "value": f"https://cognito-idp.{REGION}.amazonaws.com/{user_pool_id}",
            },
            aud={"essential": True, "value": client_id},
            token_use={"essential": True, "value": "id"},
            exp={"essential": True},
            sub={"essential": True},
            now=lambda: int(time.time()),
        )

    def claims(self, authorization: str | None) -> dict[str, str]:
        """Return the claims of a valid token as strings, as API Gateway passes them on.

        Raises `Unauthorized`, with the same message for every fault so that it helps no forger.
        """
        token = (authorization or "").strip()
        if token[:7].lower() == "bearer ":
            token = token[7:].strip()
        if not token:
            raise Unauthorized("The header Authorization: Bearer <id_token> is missing.",
                               headers=_CHALLENGE)  # fmt: skip
        try:
            decoded = jwt.decode(token, _key_set(), algorithms=_ONLY_ALGORITHM)
            self._claims.validate(decoded.claims)
        except (JoseError, ValueError, TypeError, UnicodeError) as error:
            raise Unauthorized("The token is not valid or has expired.",
                               headers=_CHALLENGE) from error  # fmt: skip
        return {name: _text(name, value) for name, value in decoded.claims.items()}


_DATES = {"exp", "iat"}
"""Claims that API Gateway passes on as dates. It leaves `auth_time` in seconds."""
_CHALLENGE = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


def _text(name: str, value: Any) -> str:
    if name in _DATES:
        return time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(value))
    return value if isinstance(value, str) else json.dumps(value)
