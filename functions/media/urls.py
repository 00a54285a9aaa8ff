"""Signed addresses of media, as CloudFront checks them.

One signature with a wildcard opens an author's posts for a window of time, so a page of posts by
few authors costs few signatures, and every viewer is given the same URL, which browsers and
CloudFront can cache. The windows of different authors begin at different moments, or all caches
would be cold at once. A story has a signature of its own, which opens that story alone and ends
when it does.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from functions.clock import Clock, epoch_seconds
from functions.media.domain import Kind, Picture, preview_key, rendition_key
from functions.media.schemas import RenditionView

Signer = Callable[[bytes], bytes]
"""Signs a policy as CloudFront asks: with ECDSA or RSASSA-PKCS1-v1_5, and SHA-1."""

STEPS_A_STORY = 24
"""The URL of a picture that is no story yet changes so often in the time that a story is shown."""
REMEMBERED = 10_000
"""Signatures a warm process keeps: about 5 MB."""


class MediaUrls:
    """Makes media URLs. `story_ttl` is how long a story is shown; `signer` gives the key's id and
    the function that signs with it, and is asked for when the first URL is made."""

    def __init__(
        self,
        base_url: str,
        window_seconds: int,
        story_ttl: timedelta,
        signer: Callable[[], tuple[str, Signer]],
        now: Clock,
    ) -> None:
        self._base_url = base_url
        self._window = window_seconds
        self._story_seconds = int(story_ttl.total_seconds())
        self._signer = signer
        self._now = now
        self._remembered: dict[tuple[str, int], str] = {}

    def full(
        self,
        kind: Kind,
        owner_id: str,
        media_id: str,
        filter_name: str | None = None,
        *,
        until: datetime | None = None,
    ) -> str:
        """The full rendition's URL, known before it is made; a story's is good `until` it ends."""
        query = self._opening(kind, owner_id, media_id, until)
        key = rendition_key(kind, owner_id, media_id, "full", filter_name=filter_name)
        return f"{self._base_url}/{key}?{query}"

    def renditions(
        self, picture: Picture, *, until: datetime | None = None
    ) -> dict[str, RenditionView]:
        """All renditions of a picture by name."""
        kind, owner_id, media_id = picture.kind, picture.owner_id, picture.media_id
        query = self._opening(kind, owner_id, media_id, until)

        def url(name: str, content_type: str) -> str:
            key = rendition_key(kind, owner_id, media_id, name, content_type, picture.filter)
            return f"{self._base_url}/{key}?{query}"

        return {
            name: RenditionView(
                url(name, facts.content_type),
                facts.width,
                facts.height,
                facts.bytes,
                facts.content_type,
            )
            for name, facts in picture.renditions.items()
        }

    def avatar(self, user_id: str, media_id: str) -> str:
        """An avatar's URL: everybody may have it, so its signature opens that one object alone."""
        key = rendition_key("post", user_id, media_id, "thumbnail")
        return f"{self._base_url}/{key}?{self._query(key, self._ends(user_id))}"

    def preview(self, filter_name: str) -> str:
        """The URL of what a filter does to a photograph."""
        key = preview_key(filter_name)
        return f"{self._base_url}/{key}?{self._query('previews/*', self._ends('previews'))}"

    def original(self, owner_id: str, key: str) -> str:
        """A kept original's URL, for its owner: the signature opens that one object alone."""
        return f"{self._base_url}/{key}?{self._query(key, self._ends(owner_id))}"

    def _opening(self, kind: Kind, owner_id: str, media_id: str, until: datetime | None) -> str:
        """The signature of a picture: of all the author's posts for the window, or of one story.

        What is not a story yet may be published from this moment on, and so ends no earlier than
        the length of a story from now: a signature that ends then never outlives it.
        """
        if kind == "post":
            return self._query(f"posts/{owner_id}/*", self._ends(owner_id))
        now = epoch_seconds(self._now())
        step = max(1, self._story_seconds // STEPS_A_STORY)
        ends = epoch_seconds(until) if until else now - now % step + self._story_seconds
        return self._query(f"stories/{owner_id}/{media_id}/*", ends)

    def _ends(self, owner_id: str) -> int:
        """When the signatures of an author's present window end, in epoch seconds.

        A URL holds for one to two windows, so one handed out at a window's last second is still
        good for a whole window.
        """
        offset = int.from_bytes(hashlib.sha256(owner_id.encode()).digest()[:4]) % self._window
        begun = (epoch_seconds(self._now()) - offset) // self._window
        return (begun + 2) * self._window + offset

    def _query(self, resource: str, ends: int) -> str:
        known = self._remembered.get((resource, ends))
        if known is None:
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            known = self._remembered[resource, ends] = self._sign(resource, ends)
        return known

    def _sign(self, resource: str, ends: int) -> str:
        key_id, sign = self._signer()
        policy = json.dumps(
            {
                "Statement": [
                    {
                        "Resource": f"{self._base_url}/{resource}",
                        "Condition": {"DateLessThan": {"AWS:EpochTime": ends}},
                    }
                ]
            },
            separators=(",", ":"),
        ).encode()
        return (
            f"Policy={_url_safe(policy)}&Signature={_url_safe(sign(policy))}&Key-Pair-Id={key_id}"
        )


def _url_safe(data: bytes) -> str:
    """Base 64 with the characters that CloudFront puts in the place of `+`, `=` and `/`."""
    return base64.b64encode(data).translate(bytes.maketrans(b"+=/", b"-_~")).decode()


@cache
def signer_of(private_key: str) -> Signer:
    """Signs with a private key in PEM. The library is imported with the first signature.

    ECDSA draws its nonce from the message (RFC 6979): signatures are equal in all processes, or
    browsers could cache nothing.
    """
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(private_key.encode(), None)
    if isinstance(key, EllipticCurvePrivateKey):
        ecdsa = ECDSA(SHA1(), deterministic_signing=True)  # noqa: S303 - CloudFront's own
        return lambda message: key.sign(message, ecdsa)
    if isinstance(key, RSAPrivateKey):
        return lambda message: key.sign(message, PKCS1v15(), SHA1())  # noqa: S303
    raise TypeError("the media key is neither an ECDSA nor an RSA key")
