"""Checks an id token as API Gateway's Cognito authorizer does."""

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

_ONLY_ALGORITHM = ["RS256"]  # what Cognito signs with; a token cannot choose another


@cache
def _key_set() -> KeySet:
    """The keys that moto's user pools sign with."""
    packed = resources.files("moto.cognitoidp").joinpath("resources/jwks-public.json.gz")
    return KeySet.import_key_set(json.loads(gzip.decompress(packed.read_bytes())))


class TokenCheck:
    """The checks of one user pool and one of its clients."""

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
        """The claims of a valid token, as API Gateway hands them on: all of them strings.

        Raises `Unauthorized`, without telling a forger what was wrong beyond the token's age.
        """
        token = (authorization or "").strip()
        if token[:7].lower() == "bearer ":
            token = token[7:].strip()
        if not token:
            raise Unauthorized("This needs the header Authorization: Bearer <id_token>.",
                               headers=_CHALLENGE)  # fmt: skip
        try:
            decoded = jwt.decode(token, _key_set(), algorithms=_ONLY_ALGORITHM)
            self._claims.validate(decoded.claims)
        except (JoseError, ValueError, TypeError, UnicodeError) as error:
            raise Unauthorized("The token is not valid or has expired.",
                               headers=_CHALLENGE) from error  # fmt: skip
        return {name: _text(value) for name, value in decoded.claims.items()}


_CHALLENGE = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
