"""Sizes and resampling."""

from PIL import Image

try:
    import cykooz_resizer  # type: ignore[import-not-found, import-untyped, unused-ignore]

    _RUST: cykooz_resizer.Resizer | None = cykooz_resizer.Resizer()
    _LANCZOS = cykooz_resizer.ResizeAlg.convolution(cykooz_resizer.FilterType.lanczos3)
except ImportError:  # wheels exist for x86_64 only
    _RUST = None

Size = tuple[int, int]
Region = tuple[int, int, int, int]  # a box of whole pixels
Box = tuple[float, float, float, float]  # left, top, right, bottom


def fitted(size: Size, side: int) -> Size:
    """Return the size inside a square of `side`. It keeps the aspect to the nearest pixel and is
    never enlarged.
    """
    longest = max(size)
    if longest <= side:
        return size
    width, height = (max(1, (2 * edge * side + longest) // (2 * longest)) for edge in size)
    return width, height


def cropped(size: Size, aspect: Size) -> Size:
    """Return the largest size of that aspect inside `size`."""
    width, height = size
    across, down = aspect
    if width * down > height * across:
        return max(1, round(height * across / down)), height
    return width, max(1, round(width * down / across))


def resized(image: Image.Image, size: Size, box: Box | None = None) -> Image.Image:
    """Resample the image's `box` (all of it by default) to a new image of `size`, by Lanczos.

    Takes L, RGB, RGBA (weighted by alpha) and CMYK.
    """
    whole = (0.0, 0.0, float(image.width), float(image.height))
    box = box or whole
    if size == image.size and box == whole:
        return image
    if _RUST is None:
        # The gap lets Pillow average whole pixels first: half the time, no visible difference.
        return image.resize(size, Image.Resampling.LANCZOS, box, reducing_gap=3.0)
    left, top, right, bottom = box
    result = Image.new(image.mode, size)
    crop = cykooz_resizer.CropBox(left, top, right - left, bottom - top)
    options = cykooz_resizer.ResizeOptions(resize_alg=_LANCZOS, crop_box=crop)
    _RUST.resize_pil(image, result, options)
    return result
