"""Pictures made for the tests: known colours, every format, and the files of a hostile client."""

import io
import random
import resource
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import Image

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 160, 50), (30, 60, 200), (240, 220, 40)
CORNERS = (RED, GREEN, BLUE, YELLOW)  # top left, top right, bottom right, bottom left

DEMO = Path(__file__).parents[3] / "infra" / "local" / "demo" / "photos"


def peak_mb() -> int:
    """The most memory that this process has had. (`ru_maxrss` would start at its parent's.)"""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024**2  # bytes on macOS


def plain(width: int, height: int, color: Any = RED, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (width, height), color)


def cornered(width: int = 96, height: int = 64) -> Image.Image:
    """Four quarters of four colours: any turn or mirroring is visible."""
    image = Image.new("RGB", (width, height))
    quarter = (width // 2, height // 2)
    places = ((0, 0), (quarter[0], 0), quarter, (0, quarter[1]))
    for color, place in zip(CORNERS, places, strict=True):
        image.paste(color, (*place, place[0] + quarter[0], place[1] + quarter[1]))
    return image


_STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def turned(visible: Image.Image, orientation: int) -> Image.Image:
    """The stored picture that looks like `visible` once it is turned as the orientation says."""
    return visible.transpose(_STORED[orientation]) if orientation > 1 else visible


def photograph(width: int = 1600, height: int = 1200) -> Image.Image:
    """A real photograph if the demo's are there, otherwise a picture with edges and gradients."""
    found = sorted(DEMO.glob("*.jpg"))
    if found:
        with Image.open(found[0]) as photo:
            return photo.convert("RGB").resize((width, height))
    across = Image.linear_gradient("L").resize((width, height))
    rings = Image.radial_gradient("L").resize((width, height))
    return Image.merge("RGB", (across, rings, grain(width // 4, height // 4).resize(rings.size)))


def grain(width: int, height: int) -> Image.Image:
    """Grey noise, the same each time."""
    rng = random.Random(width)  # noqa: S311 - repeatable, nothing to guess
    return Image.frombytes("L", (width, height), rng.randbytes(width * height))


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
        if "exif" in options:  # only from here does the encoder take the turn, as a box of its own
            image.info["exif"] = options.pop("exif").tobytes()
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def stream(data: bytes) -> io.BytesIO:
    return io.BytesIO(data)


def deep_heic(width: int, height: int, **options: Any) -> bytes:
    """A flat grey HEIC of 10 bits in three channels, as cameras write them."""
    import pillow_heif

    row = struct.pack("<3H", 40_000, 30_000, 20_000) * width
    made = pillow_heif.from_bytes("RGB;16", (width, height), row * height)
    file = io.BytesIO()
    made.save(file, **options)
    return file.getvalue()


def with_aperture(data: bytes, width: int, height: int, right: int, down: int) -> bytes:
    """A HEIC or AVIF of which only that part is to be shown, its centre moved from the middle."""
    box = struct.pack(">I4s8i", 40, b"clap", width, 1, height, 1, right, 1, down, 1)
    at = data.index(b"ipco") - 4
    properties = struct.unpack_from(">I", data, at)[0]
    index, place = 1, at + 8
    while place < at + properties:
        place += struct.unpack_from(">I", data, place)[0]
        index += 1
    made = bytearray(data[:place] + box + data[place:])
    ipma = made.index(b"ipma")
    count = ipma + 4 + 4 + 4 + 2  # past the version, the entries' number and the first item
    made[count] += 1
    made[count + 1 : count + 1] = bytes([index | 0x80])  # essential
    for kind, longer in ((b"meta", 41), (b"iprp", 41), (b"ipco", 40), (b"ipma", 1)):
        start = made.index(kind) - 4
        struct.pack_into(">I", made, start, struct.unpack_from(">I", made, start)[0] + longer)
    return _moved(bytes(made), 41)


def _moved(data: bytes, by: int) -> bytes:
    """The items' places, which a longer `meta` has moved; those of `iloc` with 4-byte offsets."""
    at = data.index(b"iloc") + 4
    version, sizes = data[at], data[at + 4]
    assert version in (0, 1)
    assert sizes == 0x44
    base = data[at + 5] >> 4
    made, place = bytearray(data), at + 8
    for _ in range(struct.unpack_from(">H", data, at + 6)[0]):
        place += 2
        method = struct.unpack_from(">H", data, place)[0] if version else 0
        place += (2 if version else 0) + 2 + base
        extents = struct.unpack_from(">H", data, place)[0]
        place += 2
        for _ in range(extents):
            if method == 0:
                offset = struct.unpack_from(">I", data, place)[0]
                struct.pack_into(">I", made, place, offset + by)
            place += 8
    return bytes(made)


def decoded(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")


def corners(image: Image.Image) -> list[Any]:
    """The colours in the middle of each quarter, clockwise from the top left."""
    near, far = image.width // 4, image.width - 1 - image.width // 4
    top, bottom = image.height // 4, image.height - 1 - image.height // 4
    return [image.getpixel(at) for at in ((near, top), (far, top), (far, bottom), (near, bottom))]


def close(one: Any, other: Any, within: int = 8) -> bool:
    return all(abs(a - b) <= within for a, b in zip(one, other, strict=True))


def png(width: int, height: int, *chunks: tuple[bytes, bytes], depth: int = 8) -> bytes:
    """A PNG written by hand, for what no encoder would write: grey, with only these chunks."""
    return png_of(struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0), *chunks)


def png_of(header: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """Chunks with their lengths and checksums."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in ((b"IHDR", header), *chunks, (b"IEND", b""))
    )


def _xyz(value: Any) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(part * 65536) for part in value))


def icc(red: Any, green: Any, blue: Any, curve: bytes) -> bytes:
    """A matrix profile: the primaries as XYZ under D50 and one curve (ICC.1:2022, section 8.3)."""
    white = (0.9642, 1.0, 0.8249)
    tags = [(b"wtpt", _xyz(white)), (b"rXYZ", _xyz(red)), (b"gXYZ", _xyz(green))]
    tags += [(b"bXYZ", _xyz(blue)), *((name, curve) for name in (b"rTRC", b"gTRC", b"bTRC"))]
    at = 128 + 4 + 12 * len(tags)
    table, bodies = struct.pack(">I", len(tags)), b""
    for name, body in tags:
        table += name + struct.pack(">II", at + len(bodies), len(body))
        bodies += body
    header = struct.pack(
        ">I4xI4s4s4s12x4s", at + len(bodies), 0x04000000, b"mntr", b"RGB ", b"XYZ ", b"acsp"
    )
    header += bytes(28) + _xyz(white)[8:]
    return header.ljust(128, b"\0") + table + bodies


def gamma(value: float) -> bytes:
    return b"para" + bytes(8) + struct.pack(">i", round(value * 65536))


def srgb_curve() -> bytes:
    numbers = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    return b"para" + bytes(4) + struct.pack(">Hxx5i", 3, *(round(n * 65536) for n in numbers))


# Primaries adapted to D50, from the published profiles "Display P3" and "Adobe RGB (1998)".
DISPLAY_P3 = icc(
    (0.51512, 0.24120, -0.00105),
    (0.29198, 0.69225, 0.04189),
    (0.15710, 0.06657, 0.78407),
    srgb_curve(),
)
ADOBE_RGB = icc(
    (0.60974, 0.31111, 0.01947),
    (0.20528, 0.62567, 0.06087),
    (0.14919, 0.06322, 0.74457),
    gamma(2.19921875),
)
