"""Signed media URLs, as CloudFront checks them.

One signature with a wildcard opens the renditions of one picture in one look for a window of time,
and nothing else: exactly the things that its holder may see now, or saw published. It ends at the
same moment for every viewer, so all get the same URL, which browsers and CloudFront can cache. The
windows of different authors begin at different moments, or all caches would become cold at once. A
story's signature ends with the story.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from functions.clock import Clock, epoch_seconds
from functions.media.domain import PLAIN, Kind, Picture, avatar_key, preview_key, rendition_key
from functions.media.schemas import RenditionView

Signer = Callable[[bytes], bytes]
"""A function that signs a policy as CloudFront requires: with ECDSA or RSASSA-PKCS1-v1_5, and
SHA-1.
"""

STEPS_A_STORY = 24
"""How often the URL of a picture that is not a story yet changes within a story's lifetime."""
DOWNLOAD_SECONDS = 15 * 60
"""How long the link to an original or an export is valid. A download that has begun by then goes
on."""
REMEMBERED = 10_000
"""Signatures that a warm process keeps: about 5 MB."""


class MediaUrls:
    """Makes media URLs. `story_ttl` is how long a story is shown. `signer` returns the key's id and
    the function that signs with it; it is called when the first URL is made.
    """

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
        folder: str | None = PLAIN,
        *,
        until: datetime | None = None,
    ) -> str:
        """Return the full rendition's URL, also before the rendition is made. A story's URL is
        valid `until` the story ends.
        """
        key = rendition_key(kind, owner_id, media_id, "full", folder=folder)
        return self._opened(key, self._ends_of(kind, owner_id, until), whole=folder is not None)

    def renditions(
        self, picture: Picture, *, until: datetime | None = None
    ) -> dict[str, RenditionView]:
        """Return all renditions of a picture by name."""
        ends = self._ends_of(picture.kind, picture.owner_id, until)
        whole = (picture.folder or picture.filter) is not None

        def url(name: str, content_type: str) -> str:
            return self._opened(picture.key(name, content_type), ends, whole=whole)

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

    def avatar(self, user_id: str, avatar_id: str, side: int) -> str:
        """Return an avatar's URL in one of AVATAR_SIDES."""
        return self._opened(avatar_key(user_id, avatar_id, side), self._ends(user_id))

    def thumbnail(self, user_id: str, media_id: str) -> str:
        """Return the URL of an avatar of earlier releases: the thumbnail of a picture, which has no
        folder. Everybody may have it, so its signature opens only that object.
        """
        key = rendition_key("post", user_id, media_id, "thumbnail", folder=None)
        return self._opened(key, self._ends(user_id), whole=False)

    def preview(self, filter_name: str) -> str:
        """Return the URL of a filter's preview."""
        key = preview_key(filter_name)
        return f"{self._base_url}/{key}?{self._query('previews/*', self._ends('previews'))}"

    def download(self, key: str) -> str:
        """Return the URL of a kept original or an export, for its owner. The signature opens only
        that object, for DOWNLOAD_SECONDS at most. It is not remembered, because it changes every
        minute.
        """
        now = epoch_seconds(self._now())
        ends = now - now % 60 + DOWNLOAD_SECONDS
        return f"{self._base_url}/{key}?{self._sign(key, ends)}"

    def _opened(self, key: str, ends: int, *, whole: bool = True) -> str:
        """Return the URL of an object with a signature for the `whole` folder that it is in, or for
        the object alone: renditions of earlier releases lie beside the folders of filters.
        """
        resource = f"{key.rpartition('/')[0]}/*" if whole else key
        return f"{self._base_url}/{key}?{self._query(resource, ends)}"

    def _ends_of(self, kind: Kind, owner_id: str, until: datetime | None) -> int:
        """Return when the signature of a picture ends, in epoch seconds.

        A picture that is not a story yet may be published from this moment on. Its story then ends
        no earlier than one story's length from now, so a signature that ends then never outlives
        it.
        """
        if kind == "post":
            return self._ends(owner_id)
        if until is not None:
            return epoch_seconds(until)
        now = epoch_seconds(self._now())
        step = max(1, self._story_seconds // STEPS_A_STORY)
        return now - now % step + self._story_seconds

    def _ends(self, owner_id: str) -> int:
        """Return when the signatures of an author's present window end, in epoch seconds.

        A URL is valid for one to two windows, so one made in a window's last second is still valid
        for a whole window.
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
    """Encode as base64 with the characters that CloudFront uses in place of `+`, `=` and `/`."""
    return base64.b64encode(data).translate(bytes.maketrans(b"+=/", b"-_~")).decode()


@cache
def signer_of(private_key: str) -> Signer:
    """Make a signer with a private key in PEM. The library is imported with the first signature.

    ECDSA derives its nonce from the message (RFC 6979): signatures must be equal in all processes,
    or browsers could cache nothing.
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
