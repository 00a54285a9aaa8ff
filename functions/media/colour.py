"""Converts the colours of any upload to opaque sRGB."""

from io import BytesIO
from typing import Any

from PIL import Image

WHITE = (255, 255, 255)
_RESIZABLE = ("L", "RGB", "RGBA", "CMYK")
# The modes that each colour space of a profile can be applied to (ICC.1:2022, table 19).
_PROFILE_MODES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}
_INPUTS = frozenset({"mntr", "scnr", "prtr", "spac"})  # classes that describe a picture's colours


def resizable(image: Image.Image) -> Image.Image:
    """Return the image in a mode that resamples well: L, RGB, RGBA or CMYK. Palettes are
    resolved.
    """
    if image.mode.startswith("I;16"):
        return _high_bytes(image)
    if "transparency" in image.info or image.mode in ("LA", "La", "PA", "RGBa"):
        return image.convert("RGBA")
    if image.mode in _RESIZABLE:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def srgb(image: Image.Image, info: dict[Any, Any], *, is_grey: bool = False) -> Image.Image:
    """Convert an image to opaque sRGB without metadata. Transparency is flattened on white.

    `info` describes the colours, as `Picture.info` does. A profile that is broken, or does not fit
    the pixels, is ignored, as browsers do. `is_grey` says that the pixels were grey before their
    transparency made them RGBA.
    """
    image = _flattened(image)
    if is_grey:
        image = image.convert("L")
    profile = info.get("icc_profile")
    if profile is None and "cicp" in info:
        image, profile = _of_codes(image, *info["cicp"])
    converted = _converted(image, profile) if profile else None
    result = converted or image.convert("RGB")
    result.info = {}  # Pillow saves some of it, such as a JPEG comment, with the picture
    return result


def _of_codes(
    image: Image.Image, primaries: int, transfer: int
) -> tuple[Image.Image, bytes | None]:
    """Return the image and the profile of a space that is given by codes (ITU-T H.273)."""
    from functions.media import spaces, tones

    if transfer in tones.TRANSFERS:
        image = image.convert("RGB").point(tones.levels(transfer) * 3)
        transfer = tones.SRGB_TRANSFER
    return image.convert("RGB"), spaces.of_codes(primaries, transfer)


def _high_bytes(image: Image.Image) -> Image.Image:
    """Convert 16-bit grey to 8-bit. A plain conversion would clip everything above 255 to white."""
    raw = image.tobytes()
    first = 0 if image.mode.endswith("B") else 1  # I;16 is little-endian, I;16B big
    return Image.frombytes("L", image.size, raw[first::2])


def _flattened(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, WHITE)
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _converted(image: Image.Image, profile: bytes) -> Image.Image | None:
    from PIL import ImageCms  # most uploads have no profile

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        fits = _PROFILE_MODES[source.profile.xcolor_space] == image.mode
        if not fits or source.profile.device_class not in _INPUTS:
            return None
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, KeyError, ValueError, TypeError):
        return None
