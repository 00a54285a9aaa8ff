"""Hashes that only this stage can make.

A plain hash of an address, a username or a body with a password can be found by trying. A hash with
a key tells nothing to somebody who reads the tables or the logs and has no key.
"""

import hmac
from collections.abc import Callable

from functions.aws.signing_keys import signing_keys

Digest = Callable[[str, bytes], str]
"""Hashes bytes for a purpose, as `keyed_digest` does."""


def keyed_digest(purpose: str, data: bytes) -> str:
    """Return the hash of some bytes for one purpose, in hexadecimal. The same bytes have another
    hash for another purpose."""
    keys = signing_keys()
    key = keys.digest_key or keys.cursor_key
    return hmac.digest(key.encode(), purpose.encode() + b"\0" + data, "sha256").hex()
