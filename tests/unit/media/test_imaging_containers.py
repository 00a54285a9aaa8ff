"""What surrounds the pixels turns, cuts or costs them nothing but what it should."""

import io
import struct
import zlib

import pytest
from PIL import Image

from functions.media import strangers
from functions.media.apertures import shown, stored
from functions.media.boxes import Box, DamagedError
from functions.media.formats import Refused
from functions.media.imaging import render
from tests.unit.media import pictures

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="3"/></x:xmpmeta>'


def seen(data: bytes) -> Image.Image:
    return pictures.decoded(render(data).renditions[-1].data)


def chunk(name: bytes, body: bytes, spoil: int = 0) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(name + body) ^ spoil)
    return struct.pack(">I", len(body)) + name + body + checksum


def after_header(png: bytes, *chunks: bytes) -> bytes:
    return png[:33] + b"".join(chunks) + png[33:]


PLAIN = pictures.saved(pictures.plain(40, 30, pictures.BLUE), "PNG")
HARMLESS = {
    "a long text": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(30_000_000))),
    "a long international text": chunk(
        b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(bytes(30_000_000))
    ),
    "a long profile": chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(30_000_000))),
    "a profile of nonsense": chunk(b"iCCP", b"p\0\0nonsense"),
    "an empty profile": chunk(b"iCCP", b""),
    "a long raw profile": chunk(
        b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(bytes(30_000_000))
    ),
    "a text with a wrong checksum": chunk(b"tEXt", b"a\0b", 1),
    "a colour space with a wrong checksum": chunk(b"cICP", bytes([1, 8, 0, 1]), 1),
    "a gamma with a wrong checksum": chunk(b"gAMA", struct.pack(">I", 100_000), 1),
    "an animation without frames": chunk(b"acTL", struct.pack(">II", 3, 0)),
    "an animation with a wrong frame": chunk(b"acTL", struct.pack(">II", 1, 0))
    + chunk(b"fcTL", bytes(3)),
    "broken exif": chunk(b"eXIf", b"II*\0\xff\xff\xff\xff"),
    "an unknown chunk": chunk(b"teSt", b"x"),
}


@pytest.mark.parametrize("extra", HARMLESS.values(), ids=HARMLESS)
def test_metadata_cost_a_png_nothing(extra):
    assert pictures.close(seen(after_header(PLAIN, extra)).getpixel((20, 15)), pictures.BLUE, 3)


@pytest.mark.parametrize("cut", range(1, 13))
def test_a_png_whose_end_was_cut_is_whole(cut):
    assert pictures.close(seen(PLAIN[:-cut]).getpixel((20, 15)), pictures.BLUE, 3)


@pytest.mark.parametrize("name", [b"IHDR", b"PLTE", b"IDAT"])
def test_a_wrong_checksum_of_pixels_is_damage(name):
    data = bytearray(pictures.saved(pictures.plain(40, 30, pictures.BLUE).quantize(4), "PNG"))
    at = data.index(name)
    length = struct.unpack_from(">I", data, at - 4)[0]
    data[at + 4 + length] ^= 1
    with pytest.raises(Refused):
        render(bytes(data))


def test_a_raw_profile_is_read_whatever_its_length_says():
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "Box", 3
    digits = exif.tobytes().hex().encode()
    for length in (b"1", b"99999", b"%d" % (len(digits) // 2)):
        text = b"\nexif\n    " + length + b"\n" + digits + b"\n"
        for name, body in (
            (b"zTXt", b"\0\0" + zlib.compress(text)),
            (b"tEXt", b"\0" + text),
            (b"iTXt", b"\0\0\0\0\0" + text),
        ):
            upright = pictures.saved(pictures.cornered(), "PNG")
            data = after_header(upright, chunk(name, b"Raw profile type exif" + body))
            assert render(data).exif == {"camera": "Box"}
            assert pictures.close(seen(data).getpixel((10, 10)), pictures.RED, 25)


@pytest.mark.parametrize(
    "kind", ["JPEG", "PNG", "WEBP", "AVIF"]
)  # pillow_heif writes a turn itself
def test_xmp_turns_no_picture(kind):
    options = {"xmp": XMP}
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options = {"pnginfo": info}
    data = pictures.saved(pictures.cornered(), kind, **options)
    assert XMP in data
    assert pictures.close(seen(data).getpixel((10, 10)), pictures.RED, 25)


def aperture(*numbers: int) -> Box:
    return Box(b"clap", memoryview(struct.pack(">8i", *numbers)))


def turning(turns: int) -> Box:
    return Box(b"irot", memoryview(bytes([turns])))


def mirroring(axis: int) -> Box:
    return Box(b"imir", memoryview(bytes([axis])))


@pytest.mark.parametrize(
    ("properties", "region", "orientation"),
    [
        ([], (0, 0, 100, 60), 1),
        ([turning(1)], (0, 0, 100, 60), 8),
        ([turning(2)], (0, 0, 100, 60), 3),
        ([turning(3)], (0, 0, 100, 60), 6),
        ([mirroring(0)], (0, 0, 100, 60), 4),
        ([mirroring(1)], (0, 0, 100, 60), 2),
        ([turning(1), mirroring(1)], (0, 0, 100, 60), 7),
        ([mirroring(1), turning(1)], (0, 0, 100, 60), 5),
        ([aperture(50, 1, 30, 1, 0, 1, 0, 1)], (25, 15, 75, 45), 1),
        ([aperture(50, 1, 30, 1, 25, 1, -15, 1)], (50, 0, 100, 30), 1),
        ([aperture(99, 1, 59, 1, -1, 2, -1, 2)], (0, 0, 99, 59), 1),
        ([aperture(50, 1, 30, 1, 25, 1, -15, 1), turning(1)], (50, 0, 100, 30), 8),
        ([turning(1), aperture(30, 1, 50, 1, 0, 1, -25, 1)], (50, 15, 100, 45), 8),
    ],
)
def test_properties_apply_one_after_the_other(properties, region, orientation):
    assert shown((100, 60), properties) == (region, orientation)


@pytest.mark.parametrize(
    "numbers",
    [(50, 0, 30, 1, 0, 1, 0, 1), (101, 1, 30, 1, 0, 1, 0, 1), (50, 1, 30, 1, 40, 1, 0, 1),
     (0, 1, 30, 1, 0, 1, 0, 1), (50, 1, 30, 1, 0, 0, 0, 1)],
)  # fmt: skip
def test_an_aperture_outside_of_its_picture_is_damage(numbers):
    with pytest.raises(DamagedError):
        shown((100, 60), [aperture(*numbers)])


@pytest.mark.parametrize("turn", range(1, 9))
def test_an_area_is_found_in_the_stored_picture(turn):
    image = pictures.plain(120, 80, pictures.BLUE)
    image.paste(pictures.RED, (80, 10, 110, 30))
    lying = pictures.turned(image, turn)
    box = stored((80.0, 10.0, 110.0, 30.0), (120, 80), turn)
    part = lying.crop(tuple(round(edge) for edge in box))
    assert part.getcolors() == [(30 * 20, pictures.RED)]


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_a_clean_aperture_is_cut(kind):
    data = bytearray(pictures.saved(pictures.cornered(128, 96), kind, quality=95))
    data = pictures.with_aperture(bytes(data), 64, 48, 32, 24)
    rendered = render(data)
    assert (rendered.width, rendered.height) == (64, 48)
    corner = pictures.decoded(rendered.renditions[-1].data)
    for place in ((5, 5), (58, 42), (32, 24)):
        assert pictures.close(corner.getpixel(place), pictures.BLUE, 25)


def test_a_first_frame_smaller_than_its_gif_is_on_white():
    frame = pictures.saved(pictures.plain(20, 10, pictures.RED).quantize(4), "GIF")
    data = bytearray(frame)
    struct.pack_into("<HH", data, 6, 50, 40)
    at = data.index(b"\x2c\0\0\0\0")
    struct.pack_into("<HH", data, at + 1, 15, 25)
    image = seen(bytes(data))
    assert image.size == (50, 40)
    assert pictures.close(image.getpixel((25, 30)), pictures.RED, 25)
    for place in ((3, 3), (45, 5), (25, 10), (5, 36)):
        assert pictures.close(image.getpixel(place), (255, 255, 255), 10)


def directory(order: str, *tags: tuple[int, int, int]) -> bytes:
    """A TIFF of one directory; a maker's name follows it."""
    start = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}IH", 8, len(tags))
    entries = b""
    for tag, kind, value in tags:
        at = 10 + 12 * len(tags) + 4 if tag == 271 else value
        short = struct.pack(f"{order}HH", at, 0) if kind == 3 else struct.pack(f"{order}I", at)
        entries += struct.pack(f"{order}HHI", tag, kind, 1) + short
    return start + entries + bytes(4) + b"NIKON CORPORATION\0".ljust(300, b"\0")


NAMED = {
    b"BM" + bytes(60): "BMP",
    b"\xff\x0a" + bytes(60): "JPEG XL",
    b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(60): "JPEG XL",
    b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(60): "JPEG 2000",
    b"II*\0\x10\0\0\0CR\2\0" + bytes(60): "Canon RAW",
    b"\0\0\0\x18ftypcrx \0\0\0\1crx isom": "Canon RAW",
    b"FUJIFILMCCD-RAW " + bytes(60): "Fujifilm RAW",
    b"MM\0*" + bytes(60): "TIFF",
    b"II*\0" + bytes(2): "TIFF",
    directory("<", (259, 3, 1)): "TIFF",
    directory(">", (271, 2, 0), (259, 3, 5)): "TIFF",
    directory("<", (271, 2, 0), (330, 4, 0)): "Nikon RAW",
    directory(">", (271, 2, 0), (330, 4, 0)): "Nikon RAW",
    directory("<", (271, 2, 0), (259, 3, 34713)): "Nikon RAW",
    directory("<", (271, 2, 0), (50706, 1, 4)): "DNG",
    b"<svg xmlns='http://www.w3.org/2000/svg'/>": "SVG",
    b"\xef\xbb\xbf<?xml version='1.0'?>\n<!DOCTYPE svg PUBLIC ''><svg/>": "SVG",
    b"%PDF-1.7": "PDF",
    b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom": "video",
    b"RIFF\x24\0\0\0AVI LIST": "video",
    b"\0\0\0\x14ftypmsf1\0\0\0\0iso8": "HEIC image sequence",
}


@pytest.mark.parametrize(("data", "name"), NAMED.items(), ids=[*NAMED.values()])
def test_a_stranger_is_named(data, name):
    with pytest.raises(Refused) as caught:
        render(data)
    assert caught.value.code == "unsupported_type"
    assert name in caught.value.detail
    assert caught.value.detail.endswith("; export it as JPEG or HEIC.")


def with_frame(marker: int, bits: int) -> bytes:
    data = bytearray(pictures.saved(pictures.plain(16, 16), "JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 1], data[at + 4] = marker, bits
    return bytes(data)


@pytest.mark.parametrize(
    ("marker", "bits", "name"),
    [(0xC3, 8, "lossless JPEG"), (0xC7, 8, "lossless JPEG"), (0xCB, 8, "lossless JPEG"),
     (0xC1, 12, "JPEG of 12 bits"), (0xC0, 16, "JPEG of 16 bits")],
)  # fmt: skip
def test_an_unusual_jpeg_is_named(marker, bits, name):
    with pytest.raises(Refused, match=name) as caught:
        render(with_frame(marker, bits))
    assert caught.value.code == "unsupported_type"


def test_a_heic_sequence_without_a_still_is_named():
    data = b"\0\0\0\x14ftyphevc\0\0\0\0msf1" + b"\0\0\0\x10moov\0\0\0\x08trak"
    with pytest.raises(Refused, match="a HEIC image sequence") as caught:
        render(data)
    assert caught.value.code == "unsupported_type"


def test_random_files_are_never_named_by_chance():
    assert strangers.recognised(b"hello, I am a photo.jpg") is None
    assert strangers.recognised(b"") is None
    assert strangers.recognised(io.BytesIO(bytes(100)).getvalue()) is None
