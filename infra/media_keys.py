"""The media keys: made, told to the CDN, and changed for others without a broken picture.

The CDN's key group has two slots, A and B. A rotation fills the free one, signs with it once the
CDN knows it, and empties the other one when the last URL that it signed has ended. All of that is
in the signing secret, so a rotation that dies is continued by whoever runs it next.
"""

from collections.abc import Callable
from typing import Any, Protocol

from functions.signing import KEYS_KEPT_SECONDS

SLOTS = ("A", "B")
MARGIN_SECONDS = 300
"""Between the clocks of those who sign and of the CDN."""

SPREAD_SECONDS = 600
"""Between the CDN's being told of a key and the first signature with it. An edge that does not know
the key yet answers 403. CloudFront tells of a distribution when all edges have it (its `Status`),
but of a key group nothing: no status, no waiter. Its own changes take some minutes, so this is
twice what is usual; in the meantime the former key signs."""

Content = dict[str, Any]
"""The signing secret: `cursor_key`, `media_key_id` and `media_private_key`; of the slots
`media_slot`, `media_public_key_a` and `media_public_key_b`; while a rotation lasts also
`media_next_private_key`, and then `media_former_until` in epoch seconds."""


class KeyGroup(Protocol):
    """Whose signatures the CDN takes."""

    def trust(self, public_keys: dict[str, str]) -> dict[str, str]:
        """Take the signatures of these public keys, PEM by slot, and of no others; ids by slot.
        It returns when the CDN has been told; its edges hear of it within `SPREAD_SECONDS`."""


class NotYetError(Exception):
    """A rotation that waits for URLs to end. `until` is in epoch seconds."""

    def __init__(self, until: int) -> None:
        super().__init__(f"the former key is needed until {until}")
        self.until = until


def new_pair() -> tuple[str, str]:
    """An ECDSA key pair on P-256 in PEM, private and public: see docs/decisions."""
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
    # A shell's `$(cat key.pem)` loses the last line's end, and to CloudFront that is another key.
    return public.decode().strip()


def trusted(content: Content) -> dict[str, str]:
    """The public keys by slot that the CDN has to know."""
    keys = {slot: content.get(_public_in(slot), "") for slot in SLOTS}
    return {slot: key for slot, key in keys.items() if key}


def longest_url_seconds(url_seconds: int) -> int:
    """How long a URL may be good that is signed after a key was changed: a warm process keeps the
    old key for some minutes, and a URL holds for up to two windows."""
    return KEYS_KEPT_SECONDS + 2 * url_seconds + MARGIN_SECONDS


def rotate(
    read: Callable[[], Content],
    write: Callable[[Content], None],
    group: KeyGroup,
    now: Callable[[], int],
    spread: Callable[[], None],
    url_seconds: int,
) -> str:
    """Begin, continue or end a rotation, whichever is due, and say which.

    `spread` lets `SPREAD_SECONDS` pass; a run that dies meanwhile is begun again with it.
    `url_seconds` is the stage's MEDIA_URL_SECONDS, or the length of its stories if that is more.

    Raises:
        NotYetError: one has begun, and URLs of the former key are still good.
    """
    content = read()
    if "media_former_until" in content:
        return _end(content, write, group, now())
    if "media_next_private_key" not in content:
        content = _begin(content)
        write(content)  # before the CDN is told, so that whoever continues has the private half
    ids = group.trust(trusted(content))
    spread()  # the former key signs meanwhile
    return _switch(content, write, ids, now() + longest_url_seconds(url_seconds))


def _begin(content: Content) -> Content:
    private, public = new_pair()
    free = _other(content["media_slot"])
    return {**content, _public_in(free): public, "media_next_private_key": private}


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
    }
    del switched["media_next_private_key"]
    write(switched)
    return f"signing with the key in slot {slot}; run this again after {ends}"


def _end(content: Content, write: Callable[[Content], None], group: KeyGroup, now: int) -> str:
    if now < content["media_former_until"]:
        raise NotYetError(content["media_former_until"])
    former = _other(content["media_slot"])
    ended = {**content, _public_in(former): ""}
    del ended["media_former_until"]
    group.trust(trusted(ended))
    write(ended)
    return f"the former key in slot {former} is gone"


def _public_in(slot: str) -> str:
    return f"media_public_key_{slot.lower()}"


def _other(slot: str) -> str:
    [other] = set(SLOTS) - {slot}
    return other
