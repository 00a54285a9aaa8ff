"""Makes the square of an avatar from a rendition. Pure."""

from io import BytesIO

from PIL import Image

from functions.media.domain import Focus
from functions.media.imaging import WEBP_QUALITY
from functions.media.interest import best_square
from functions.media.resizing import resized

METHOD = 4


def square(rendition: bytes, side: int, focus: Focus | None) -> bytes:
    """Return a WebP square of a rendition's most interesting part, or of the part around the focal
    point. It is never enlarged.
    """
    image = Image.open(BytesIO(rendition)).convert("RGB")
    edge = min(*image.size, side)
    box = best_square(image, (focus.x, focus.y) if focus is not None else None)
    file = BytesIO()
    resized(image, (edge, edge), box).save(file, "WEBP", quality=WEBP_QUALITY, method=METHOD)
    return file.getvalue()
