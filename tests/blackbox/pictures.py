"""Pictures to upload: drawn for a test, or real photographs."""

import io
from functools import cache
from typing import Any

from PIL import Image, ImageCms

from tests.blackbox.server import ROOT

PHOTOS = ROOT / "infra" / "local" / "demo" / "photos"
RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (250, 250, 250)
FULL_BOX = 1080
Colour = tuple[int, int, int]


def encode(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """Encode an image as a file."""
    file = io.BytesIO()
    if form == "JPEG":
        options = {"quality": 95, "subsampling": 0, **options}
    image.save(file, form, **options)
    return file.getvalue()


@cache
def plain(width: int = 48, height: int = 36, colour: Colour = RED, form: str = "JPEG") -> bytes:
    """Draw a picture of one colour."""
    return encode(Image.new("RGB", (width, height), colour), form)


def quarters(width: int, height: int) -> Image.Image:
    """Draw a picture whose corners show which way up it is: red, green; blue, white."""
    image = Image.new("RGB", (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def corners(image: Image.Image) -> list[Colour]:
    """Return the colours near the corners: top left, top right, bottom left, bottom right."""
    right, below = image.width - 1, image.height - 1
    inset = min(image.size) // 8
    places = [
        (x, y) for y in (inset, below - inset) for x in (inset, right - inset)
    ]  # reading order
    return [image.getpixel(place) for place in places]  # type: ignore[misc]


def is_near(one: Colour, other: Colour, tolerance: int = 12) -> bool:
    """Return whether two colours differ by no more than lossy encoding can cause."""
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def fit(width: int, height: int, box: int) -> tuple[int, int]:
    """Return the size of a rendition in a square box, which is never larger than its original."""
    scale = min(1.0, box / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def photo(name: str) -> bytes:
    """Return a real photograph."""
    return (PHOTOS / name).read_bytes()


def padded(image: bytes, size: int) -> bytes:
    """Make a picture larger with bytes after its end, which decoders skip."""
    return image + b"\0" * (size - len(image))


def swapped_primaries() -> bytes:
    """Make a colour profile whose red is sRGB's green, and the other way round."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.find(b"rXYZ"), profile.find(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)
