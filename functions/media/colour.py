"""Whatever an upload's pixels mean, made opaque sRGB."""

from io import BytesIO

from PIL import Image

WHITE = (255, 255, 255)
_RESIZABLE = ("L", "RGB", "RGBA", "CMYK")
_PROFILE_MODES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # ICC.1:2022, table 19


def resizable(image: Image.Image) -> Image.Image:
    """The image in a mode that resamples well: L, RGB, RGBA or CMYK; palettes are resolved."""
    if image.mode.startswith("I;16"):
        return _high_bytes(image)
    if "transparency" in image.info or image.mode in ("LA", "La", "PA", "RGBa"):
        return image.convert("RGBA")
    if image.mode in _RESIZABLE:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Opaque sRGB without any metadata; transparency is flattened on white.

    A profile that is broken or does not fit the pixels is ignored, as browsers do.
    """
    image = _flattened(image)
    converted = _converted(image, profile) if profile else None
    result = converted or image.convert("RGB")
    result.info = {}  # Pillow writes some of it (a JPEG comment, for one) into what it saves
    return result


def _high_bytes(image: Image.Image) -> Image.Image:
    """16-bit grey to 8-bit: a plain convert would clip everything above 255 to white."""
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
        mode = _PROFILE_MODES[source.profile.xcolor_space]
        if "CMYK" in (mode, image.mode) and mode != image.mode:
            return None
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image.convert(mode), source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, KeyError, ValueError, TypeError):
        return None
