"""Draws the pictures of the docs: `python -m bench.images_sheets`.

docs/images/filters.webp            every filter on one photograph
docs/images/difficult.webp          difficult uploads, as a careless decoder shows them and rendered
infra/previews/                     a thumbnail under each filter, for the API to show

The photographs are in the public domain or CC0 (infra/local/demo/photos/CREDITS.md).
"""

import io
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from functions.media import spaces, tones
from functions.media.filters import FILTERS
from functions.media.filters.looks import filtered
from functions.media.formats import Refused
from functions.media.imaging import render
from tests.unit.media import pictures

ROOT = Path(__file__).parents[1]
PHOTOS = ROOT / "infra" / "local" / "demo" / "photos"
DOCS = ROOT / "docs" / "images"
PREVIEWS = ROOT / "infra" / "previews"

WIDE, HIGH, LINE, GAP = 260, 174, 22, 10
PREVIEW = 150
INK, PAPER = "#222222", "#ffffff"


def main() -> None:
    if not PHOTOS.is_dir():
        sys.exit(f"No photographs in {PHOTOS}.")
    for folder in (DOCS, PREVIEWS):
        folder.mkdir(exist_ok=True, parents=True)
    coffee = _photo("coffee")
    square = ImageOps.fit(coffee, (PREVIEW, PREVIEW), Image.Resampling.LANCZOS)
    for name in FILTERS:
        filtered(square, name).save(PREVIEWS / f"{name}.webp", quality=70, method=6)
    cells = [("no filter", coffee), *((name, filtered(coffee, name)) for name in FILTERS)]
    _sheet(cells, 4).save(DOCS / "filters.webp", quality=80, method=6)
    _sheet(list(_pairs()), 4).save(DOCS / "difficult.webp", quality=80, method=6)


def _photo(name: str) -> Image.Image:
    with Image.open(next(PHOTOS.glob(f"{name}.*"))) as photo:
        return photo.convert("RGB")


def _sheet(cells: list[tuple[str, Image.Image]], columns: int) -> Image.Image:
    """Arrange pictures in rows, each with a line of text below it."""
    rows = -(-len(cells) // columns)
    size = (columns * (WIDE + GAP) + GAP, rows * (HIGH + LINE + GAP) + GAP)
    sheet = Image.new("RGB", size, PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for index, (title, image) in enumerate(cells):
        left = GAP + index % columns * (WIDE + GAP)
        top = GAP + index // columns * (HIGH + LINE + GAP)
        shown = image.copy()
        shown.thumbnail((WIDE, HIGH))
        sheet.paste(shown, (left, top + HIGH - shown.height))
        draw.text((left, top + HIGH + 3), title, INK, font)
    return sheet


def _pairs() -> Iterator[tuple[str, Image.Image]]:
    for title, data in _difficult():
        yield f"{title}: as stored", _careless(data)
        try:
            full = next(one for one in render(data).renditions if one.name == "full")
        except Refused as refused:
            yield f"refused: {refused.code}", pictures.plain(WIDE, HIGH, "#dddddd")
        else:
            yield f"rendered, {full.width} x {full.height}", pictures.decoded(full.data)


def _careless(data: bytes) -> Image.Image:
    """Decode as a program that ignores orientation, profiles and transparency."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.convert("RGB")
    except (OSError, Image.DecompressionBombError):
        return pictures.plain(WIDE, HIGH, "#dddddd")


def _difficult() -> Iterator[tuple[str, bytes]]:
    """Yield a title and the file of each difficult upload."""
    astronaut, coffee, cat = _photo("astronaut"), _photo("coffee"), _photo("chelsea")
    turned = Image.Exif()
    turned[0x0112] = 6
    lying = coffee.transpose(Image.Transpose.ROTATE_90)
    yield "JPEG on its side", pictures.saved(lying, "JPEG", exif=turned)
    yield "HEIC, mirrored", pictures.saved(_mirrored(coffee), "HEIF", exif=_orientation(2))
    for space, profile in (("Display P3", pictures.DISPLAY_P3), ("Adobe RGB", pictures.ADOBE_RGB)):
        stored = _from_srgb(coffee, profile)
        yield f"JPEG in {space}", pictures.saved(stored, "JPEG", icc_profile=profile, quality=92)
    yield "JPEG in CMYK", pictures.saved(astronaut.convert("CMYK"), "JPEG")
    yield "16-bit grey PNG", pictures.saved(_sixteen_bit(cat), "PNG")
    seen = astronaut.copy()
    seen.putalpha(ImageOps.invert(Image.radial_gradient("L")).resize(seen.size))
    yield "transparent PNG", pictures.saved(seen, "PNG")
    yield "transparent AVIF", pictures.saved(seen, "AVIF")
    gif = pictures.saved(cat, "GIF", save_all=True, append_images=[_mirrored(cat)])
    yield "animated GIF", gif
    yield "panorama", pictures.saved(coffee.resize((1200, 800)).crop((0, 350, 1200, 430)), "PNG")
    yield "JPEG cut short", pictures.saved(cat, "JPEG")[:9000]
    yield "HEIC grid cut short", _cut(pictures.saved(cat, "HEIF", tile_size=128))
    yield "JPEG with zeros", _zeroed(pictures.saved(cat, "JPEG"))
    yield "HEIC with zeros", _zeroed(pictures.saved(cat, "HEIF"))
    yield "JPEG without an end", pictures.saved(cat, "JPEG")[:-2]
    yield "a grey profile", pictures.saved(coffee, "JPEG", icc_profile=_grey_profile())
    yield "PNG in BT.2020, PQ", _with_codes(_from_light(coffee), 9, 16)
    yield "PNG in linear light", _with_gamma(_linear(coffee))
    yield "AVIF, cut and turned", pictures.with_aperture(_turned_avif(coffee), 400, 300, 60, 0)
    yield "small first frame", _small_frame(cat)
    yield "30,000 x 30,000 pixels", pictures.png(30_000, 30_000)


def _cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def _zeroed(data: bytes) -> bytes:
    half, length = len(data) // 2, len(data) // 12
    return data[:half] + bytes(length) + data[half + length :]


def _grey_profile() -> bytes:
    return spaces.of_gamma(1.0, (), is_grey=True) or b""


def _with_chunk(image: Image.Image, name: bytes, body: bytes) -> bytes:
    data = pictures.saved(image, "PNG")
    checksum = struct.pack(">I", zlib.crc32(name + body))
    return data[:33] + struct.pack(">I", len(body)) + name + body + checksum + data[33:]


def _with_codes(image: Image.Image, primaries: int, transfer: int) -> bytes:
    return _with_chunk(image, b"cICP", bytes([primaries, transfer, 0, 1]))


def _with_gamma(image: Image.Image) -> bytes:
    return _with_chunk(image, b"gAMA", struct.pack(">I", 100_000))


def _linear(image: Image.Image) -> Image.Image:
    return image.point([round(255 * (code / 255) ** 2.2) for code in range(256)] * 3)


def _from_light(image: Image.Image) -> Image.Image:
    """The same picture, its white at reference white, in BT.2020 and PQ."""
    wide = _from_srgb(image, spaces.of_codes(9, 13) or b"")
    levels = tones.levels(16)
    nearest = [min(range(256), key=lambda at: abs(levels[at] - code)) for code in range(256)]
    return wide.point(nearest * 3)


def _turned_avif(image: Image.Image) -> bytes:
    return pictures.saved(image, "AVIF", exif=_orientation(3), quality=80)


def _small_frame(image: Image.Image) -> bytes:
    """A frame in the middle of a canvas that is twice as large."""
    data = bytearray(pictures.saved(image.resize((120, 80)), "GIF"))
    struct.pack_into("<HH", data, 6, 240, 160)
    struct.pack_into("<HH", data, data.index(b"\x2c\0\0\0\0") + 1, 60, 40)
    return bytes(data)


def _mirrored(image: Image.Image) -> Image.Image:
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _orientation(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


def _from_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert colours to the wider space."""
    from PIL import ImageCms

    source = ImageCms.createProfile("sRGB")
    target = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    converted = ImageCms.profileToProfile(image, source, target)
    return converted or image


def _sixteen_bit(image: Image.Image) -> Image.Image:
    levels = image.convert("L").tobytes()
    return Image.frombytes("I;16", image.size, b"".join(bytes((v, v)) for v in levels))


if __name__ == "__main__":
    main()
