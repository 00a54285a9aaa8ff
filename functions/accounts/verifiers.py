"""Tells whether a password is the one of a sign-up whose code is still missing.

The pool cannot be asked: Cognito answers "not confirmed" before it looks at the password. So the
name's row keeps a salted scrypt hash until the account is confirmed.
"""

import hashlib
import hmac
import secrets

SALT_BYTES = 16
_COST, _BLOCK, _LANES = 2**14, 8, 1
"""16 MiB and about 50 ms for each guess."""


def verifier_of(password: str) -> str:
    """Return a new verifier of a password."""
    salt = secrets.token_bytes(SALT_BYTES)
    return f"{salt.hex()}{_hash(password, salt)}"


def verifies(verifier: str, password: str) -> bool:
    """Return whether a verifier was made of this password."""
    salt, hashed = verifier[: 2 * SALT_BYTES], verifier[2 * SALT_BYTES :]
    return hmac.compare_digest(_hash(password, bytes.fromhex(salt)), hashed)


def _hash(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES, dklen=32).hex()
