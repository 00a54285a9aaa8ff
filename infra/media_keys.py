"""Creates media keys and rotates them, and the cursor key, without breaking a URL or a cursor.

The CDN's key group has two slots, A and B. A rotation puts a new key into the free slot, signs with
it once the CDN knows it, and empties the other slot when the last URL signed with the old key has
expired. The progress is stored in the signing secret, so the next run continues an interrupted
rotation.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from functions.aws.signing_keys import KEYS_KEPT_SECONDS

SLOTS = ("A", "B")
MARGIN_SECONDS = 300
"""A margin for differences between the clocks of Lambda and of the CDN."""

SPREAD_SECONDS = 600
"""The wait between adding a key to the CDN and signing with it. An edge that does not know the key
yet answers 403. A distribution has a `Status` that shows when all edges are up to date, but a key
group has neither a status nor a waiter. Changes usually take half of this time. The old key signs
meanwhile."""

Content = dict[str, Any]
"""The content of the signing secret: `cursor_key`, `digest_key`, `media_key_id`,
`media_private_key`, and for the slots `media_slot`, `media_public_key_a` and `media_public_key_b`.
During a rotation it also has `media_next_private_key` and `cursor_next_key`, and later
`cursor_former_key` and `media_former_until`, in epoch seconds."""
KEY_BYTES = 32
"""The length of the keys of cursors and hashes."""


class KeyGroup(Protocol):
    """The public keys whose signatures the CDN accepts."""

    def trust(self, public_keys: dict[str, str]) -> dict[str, str]:
        """Accept signatures of these public keys only, PEM by slot. Returns their ids by slot.

        Returns when the CDN has the keys. Its edges learn of them within `SPREAD_SECONDS`.
        """


class NotYetError(Exception):
    """URLs signed with the old key are still valid. `until` is in epoch seconds."""

    def __init__(self, until: int) -> None:
        super().__init__(f"the former key is needed until {_readable(until)}")
        self.until = until


def new_pair() -> tuple[str, str]:
    """Generate an ECDSA key pair on P-256. Returns the private and the public key in PEM."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private.decode(), _public(key)


def _public(private_key: Any) -> str:
    from cryptography.hazmat.primitives import serialization

    public: bytes = private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    # A shell's `$(cat key.pem)` drops the final newline, and to CloudFront that is another key.
    return public.decode().strip()


def trusted(content: Content) -> dict[str, str]:
    """Return the public keys, by slot, that the CDN must accept."""
    keys = {slot: content.get(_public_in(slot), "") for slot in SLOTS}
    return {slot: key for slot, key in keys.items() if key}


def longest_url_seconds(url_seconds: int) -> int:
    """Return how long after a switch a URL signed with the old key can be valid.

    A warm process keeps the old key for some minutes, and a URL is valid for up to two windows.
    """
    return KEYS_KEPT_SECONDS + 2 * url_seconds + MARGIN_SECONDS


def rotate(
    read: Callable[[], Content],
    write: Callable[[Content], None],
    group: KeyGroup,
    now: Callable[[], int],
    spread: Callable[[], None],
    url_seconds: int,
) -> str:
    """Begin, continue or end a rotation. Returns a line that says which.

    `spread` waits `SPREAD_SECONDS`. `url_seconds` is the stage's MEDIA_URL_SECONDS, or the length
    of its stories if that is longer.

    Raises:
        NotYetError: URLs signed with the old key are still valid.
    """
    content = read()
    if "media_former_until" in content:
        return _end(content, write, group, now())
    if "cursor_next_key" not in content:
        content = _begin(content)
        # First the secret, then the CDN: a rotation that dies in between keeps its private key.
        write(content)
    ids = group.trust(trusted(content))
    spread()  # the old key signs meanwhile
    return _switch(content, write, ids, now() + longest_url_seconds(url_seconds))


def _begin(content: Content) -> Content:
    private, public = new_pair()
    free = _other(content["media_slot"])
    return {
        **content,
        _public_in(free): public,
        "media_next_private_key": private,
        "cursor_next_key": secrets.token_hex(KEY_BYTES),
        # Hashes of a stage without this key were made with the cursor key, and must stay the same.
        "digest_key": content.get("digest_key") or content["cursor_key"],
    }


def _switch(
    content: Content, write: Callable[[Content], None], ids: dict[str, str], ends: int
) -> str:
    slot = _other(content["media_slot"])
    switched = {
        **content,
        "media_slot": slot,
        "media_key_id": ids[slot],
        "media_private_key": content["media_next_private_key"],
        "media_former_until": ends,
        "cursor_key": content["cursor_next_key"],
        "cursor_former_key": content["cursor_key"],
    }
    del switched["media_next_private_key"], switched["cursor_next_key"]
    write(switched)
    return f"signing with the key in slot {slot}; run this again after {_readable(ends)}"


def _end(content: Content, write: Callable[[Content], None], group: KeyGroup, now: int) -> str:
    if now < content["media_former_until"]:
        raise NotYetError(content["media_former_until"])
    former = _other(content["media_slot"])
    ended = {**content, _public_in(former): ""}
    del ended["media_former_until"]
    ended.pop("cursor_former_key", None)  # none if the rotation began before cursors took part
    group.trust(trusted(ended))
    write(ended)
    return f"the former key in slot {former} is gone"


def _readable(epoch_seconds: int) -> str:
    return f"{datetime.fromtimestamp(epoch_seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _public_in(slot: str) -> str:
    return f"media_public_key_{slot.lower()}"


def _other(slot: str) -> str:
    [other] = set(SLOTS) - {slot}
    return other
