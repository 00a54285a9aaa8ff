"""Files made to harm: each ends in renditions or a refusal, in under 5 s and 300 MB."""

import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from functions.media.formats import MAX_PIXELS
from tests.unit.media import pictures

SECONDS, MEGABYTES = 5.0, 300
PROGRAM = """
import json, sys, time
from functions.media.imaging import Refused, render
from tests.unit.media.pictures import peak_mb
start = time.process_time()
try:
    found = render(open(sys.argv[1], "rb").read())
    outcome = [found.width, found.height]
except Refused as refused:
    outcome = refused.code
print(json.dumps([outcome, time.process_time() - start, peak_mb()]))
"""


@pytest.fixture
def harmless(tmp_path):
    """What became of the bytes in a process of its own, once it has kept to the limits."""

    def run(data: bytes) -> object:
        file = Path(tmp_path, "upload")
        file.write_bytes(data)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PROGRAM, str(file)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        outcome, seconds, peak = json.loads(done.stdout)
        assert seconds < SECONDS
        assert peak < MEGABYTES
        return tuple(outcome) if isinstance(outcome, list) else outcome

    return run


def large_png(color: int, depth: int, bytes_a_pixel: int, *, interlaced: bool = False) -> bytes:
    """As many pixels as are taken, all of them zero, written without holding them."""
    width, height = 8500, MAX_PIXELS // 8500
    packed = zlib.compressobj(1)
    passes = [(0, 0, 1, 1)]
    if interlaced:  # PNG, section 8.2
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4)]
        passes += [(1, 0, 2, 2), (0, 1, 1, 2)]
    body = b""
    for left, top, across, down in passes:
        row = bytes(1 + bytes_a_pixel * -(-(width - left) // across))
        body += b"".join(packed.compress(row) for _ in range(-(-(height - top) // down)))
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced)
    palette = (b"PLTE", bytes(range(6))), (b"tRNS", b"\x80")
    extra = palette if color == 3 else ()
    return pictures.png_of(header, *extra, (b"IDAT", body + packed.flush()))


@pytest.mark.parametrize(
    ("color", "depth", "size", "interlaced"),
    [(2, 8, 3, False), (6, 8, 4, False), (6, 8, 4, True), (3, 8, 1, False), (0, 16, 2, False)],
    ids=["colour", "alpha", "interlaced alpha", "palette with alpha", "16-bit grey"],
)
def test_the_largest_png_is_rendered_within_the_limits(harmless, color, depth, size, interlaced):
    assert harmless(large_png(color, depth, size, interlaced=interlaced)) == (1080, 762)


@pytest.mark.parametrize("alpha", [False, True])
def test_an_avif_whose_decoder_takes_more_memory_takes_fewer_pixels(harmless, alpha):
    color, mode = ((9, 9, 9, 9), "RGBA") if alpha else ((9, 9, 9), "RGB")
    phone = pictures.saved(pictures.plain(4000, 3000, color, mode), "AVIF", speed=10)
    assert harmless(phone) == (1080, 810)
    huge = pictures.saved(pictures.plain(6500, 4500, color, mode), "AVIF", speed=10)
    assert harmless(huge) == "too_many_pixels"


@pytest.mark.parametrize("options", [{}, {"lossless": True}], ids=["lossy", "lossless"])
@pytest.mark.parametrize("alpha", [False, True])
def test_the_largest_webp_is_rendered_within_the_limits(harmless, alpha, options):
    color, mode = ((9, 9, 9, 9), "RGBA") if alpha else ((9, 9, 9), "RGB")
    largest = pictures.plain(8400, 6000, color, mode)
    assert harmless(pictures.saved(largest, "WEBP", method=0, **options)) == (1080, 771)


def test_an_animated_webp_takes_fewer_pixels(harmless):
    frames = [pictures.plain(4300, 3200, color) for color in (pictures.RED, pictures.BLUE)]
    moving = pictures.saved(frames[0], "WEBP", method=0, save_all=True, append_images=frames[1:])
    assert harmless(moving) == "too_many_pixels"


def test_a_heic_of_48_megapixels_is_rendered_within_the_limits(harmless):
    photo = pictures.plain(8064, 6048)
    fast = {"quality": 10, "enc_params": {"preset": "ultrafast"}, "tile_size": 512}
    assert harmless(pictures.saved(photo, "HEIF", **fast)) == (1080, 810)


def test_a_camera_s_heic_of_10_bits_is_rendered_within_the_limits(harmless):
    fast = {"quality": 10, "enc_params": {"preset": "ultrafast"}}
    data = pictures.deep_heic(8192, 5464, **fast)
    assert harmless(data) == (1080, 720)


def test_a_heic_whose_stream_takes_more_memory_than_its_container_tells_is_refused(harmless):
    fast = {"quality": 10, "chroma": 444, "enc_params": {"preset": "ultrafast"}}
    data = bytearray(pictures.deep_heic(8192, 5464, **fast))
    assert harmless(bytes(data)) == "too_many_pixels"
    at = data.index(b"hvcC") + 4
    data[at + 16 : at + 19] = b"\xfd\xf8\xf8"  # 4:2:0 of 8 bits
    assert harmless(bytes(data)) == "corrupt"


def progressive(width: int, height: int, scans: int) -> bytes:
    data = pictures.saved(pictures.plain(width, height), "JPEG", progressive=True, subsampling=0)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * (scans - data.count(b"\xff\xda")) + data[-2:]


def test_as_many_scans_as_are_taken_cost_no_more_than_the_limits(harmless):
    assert harmless(progressive(6800, 5000, 10)) == (1080, 794)
    assert harmless(progressive(6800, 5000, 64)) == "corrupt"  # its scans contradict each other
    assert harmless(progressive(6800, 5000, 66)) == "corrupt"
    assert harmless(progressive(8000, 6000, 10)) == "too_many_pixels"


def test_a_gif_of_ten_thousand_frames_costs_one(harmless):
    gif = pictures.saved(pictures.plain(500, 400), "GIF")
    start = gif.index(b"\x2c", 13 + 3 * 2)
    assert harmless(gif[:start] + gif[start:-1] * 10_000 + b";") == (500, 400)


def test_a_webp_of_ten_thousand_frames_costs_one(harmless):
    still = pictures.saved(pictures.plain(500, 400), "WEBP")[12:]
    place = struct.pack("<I", 499)[:3] + struct.pack("<I", 399)[:3]
    frame = bytes(6) + place + b"\x64\0\0\0" + still
    frames = (b"ANMF" + struct.pack("<I", len(frame)) + frame + bytes(len(frame) % 2)) * 10_000
    canvas = b"VP8X\x0a\0\0\0\x02\0\0\0" + place + b"ANIM\x06\0\0\0" + bytes(6)
    body = b"WEBP" + canvas + frames
    assert harmless(b"RIFF" + struct.pack("<I", len(body)) + body) == (500, 400)


def with_exif(tiff: bytes) -> bytes:
    jpeg = pictures.saved(pictures.plain(40, 30), "JPEG")
    segment = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def entry(tag: int, kind: int, count: int, value: int) -> bytes:
    return struct.pack("<HHII", tag, kind, count, value)


LOOPS = {
    "a directory that follows itself": entry(0x0112, 3, 1, 1) + struct.pack("<I", 8),
    "a directory inside itself": entry(0x8769, 4, 1, 8) + bytes(4),
    "a value as long as memory": entry(0x010F, 2, 0xFFFFFFFF, 8) + bytes(4),
    "a place beyond the end": entry(0x8769, 4, 1, 0xFFFFFFF0) + bytes(4),
    "an orientation of words": entry(0x0112, 2, 4, 0x41414141) + bytes(4),
    "the place as a directory inside itself": entry(0x8825, 4, 1, 8) + bytes(4),
}


@pytest.mark.parametrize("directory", LOOPS.values(), ids=LOOPS.keys())
def test_exif_that_loops_or_lies_is_left_aside(harmless, directory):
    assert harmless(with_exif(b"II*\0\x08\0\0\0\x01\0" + directory)) == (40, 30)


def test_exif_that_promises_more_entries_than_there_are_is_left_aside(harmless):
    assert harmless(with_exif(b"II*\0\x08\0\0\0\xff\xff" + entry(0x0112, 3, 1, 1) * 3)) == (40, 30)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_of_a_file_that_is_two_things_only_the_picture_is_served(kind):
    from functions.media.imaging import render

    script = b"<script>alert(1)</script>PK\x03\x04"
    data = pictures.saved(pictures.plain(40, 30), kind) + script
    for one in render(data).renditions:
        assert b"script" not in one.data
        assert b"PK\x03\x04" not in one.data


def test_text_chunks_that_explode_cost_nothing(harmless):
    text = b"k\0\0" + zlib.compress(bytes(1_000_000))
    header = struct.pack(">IIBBBBB", 9, 9, 8, 0, 0, 0, 0)
    pixels = (b"IDAT", zlib.compress(bytes(90)))
    bomb = pictures.png_of(header, *[(b"zTXt", text)] * 5000, pixels)
    assert harmless(bomb) == (9, 9)


def test_a_header_that_claims_less_than_its_payload_is_refused_or_scaled(harmless):
    for kind, options in (("AVIF", {"speed": 10}), ("HEIF", {"quality": 10})):
        data = bytearray(pictures.saved(pictures.plain(4000, 3000), kind, **options))
        at = -1
        while (at := data.find(b"ispe", at + 1)) >= 0:
            struct.pack_into(">II", data, at + 8, 100, 100)
        assert harmless(bytes(data)) in ("corrupt", (100, 100))


def test_the_memory_of_a_decoder_is_given_back(tmp_path):
    """A worker lives for thousands of pictures: the twentieth needs no more than the third."""
    program = (
        "import sys\n"
        "from functions.media.imaging import render\n"
        "from tests.unit.media.pictures import peak_mb\n"
        "data, peaks = open(sys.argv[1], 'rb').read(), []\n"
        "for _ in range(20):\n"
        "    render(data)\n"
        "    peaks.append(peak_mb())\n"
        "print(peaks[-1] - peaks[2])\n"
    )
    file = Path(tmp_path, "upload")
    file.write_bytes(pictures.saved(pictures.photograph(3000, 2000), "JPEG"))
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) <= 8
