"""A picture of which a part is missing is refused, and one that only looks so is not."""

import random
import struct
from contextlib import suppress

import pytest
from PIL import Image

from functions.media import libjpeg
from functions.media.formats import Refused
from functions.media.heif import Heif
from functions.media.imaging import render
from functions.media.libjpeg import warnings
from tests.unit.media import pictures

FORMS = {
    "JPEG": ("JPEG", {"quality": 88}),
    "JPEG with restarts": ("JPEG", {"quality": 88, "restart_marker_rows": 1}),
    "progressive JPEG": ("JPEG", {"quality": 88, "progressive": True}),
    "grey JPEG": ("JPEG", {"quality": 88}),
    "HEIC": ("HEIF", {"quality": 70}),
    "HEIC grid": ("HEIF", {"quality": 70, "tile_size": 128}),
}


@pytest.fixture(scope="module")
def files():
    photo = pictures.photograph(640, 480)
    return {
        name: pictures.saved(photo.convert("L") if "grey" in name else photo, kind, **options)
        for name, (kind, options) in FORMS.items()
    }


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        render(data)
    return caught.value.code


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_a_file_that_was_cut_is_corrupt(files, name, share):
    assert refusal(files[name][: int(len(files[name]) * share)]) == "corrupt"


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("blank", [b"\0", b"\xff", b"\xa5"])
@pytest.mark.parametrize("place", [0.3, 0.5, 0.8])
def test_a_file_with_a_blank_range_is_corrupt(files, name, blank, place):
    data = bytearray(files[name])
    start, length = int(len(data) * place), len(data) // 20
    data[start : start + length] = blank * length
    assert refusal(bytes(data)) == "corrupt"


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("seed", range(4))
def test_a_file_with_a_range_of_other_bytes_is_corrupt(files, name, seed):
    data, rng = bytearray(files[name]), random.Random(seed)  # noqa: S311 - repeatable
    start, length = int(len(data) * rng.uniform(0.3, 0.8)), len(data) // 20
    data[start : start + length] = rng.randbytes(length)
    assert refusal(bytes(data)) == "corrupt"


@pytest.mark.parametrize("name", ["HEIC", "HEIC grid"])
@pytest.mark.parametrize("seed", range(6))
def test_one_wrong_bit_of_a_heic_is_found(files, name, seed):
    data, rng = bytearray(files[name]), random.Random(seed)  # noqa: S311 - repeatable
    data[int(len(data) * rng.uniform(0.4, 0.95))] ^= 1 << rng.randrange(8)
    assert refusal(bytes(data)) == "corrupt"


@pytest.mark.parametrize("name", [name for name in FORMS if "JPEG" in name])
@pytest.mark.parametrize("tail", [b"", b"\xff", b"\xff\xd9", b"\xff\xd9" + bytes(500)])
def test_a_jpeg_needs_no_end_marker(files, name, tail):
    assert files[name].endswith(b"\xff\xd9")
    rendered = render(files[name][:-2] + tail)
    assert (rendered.width, rendered.height) == (640, 480)
    whole = render(files[name])
    assert rendered.renditions[-1].data == whole.renditions[-1].data


@pytest.mark.parametrize("name", [name for name in FORMS if "JPEG" in name])
@pytest.mark.parametrize(
    "filling",
    [*(bytes(length) for length in (1, 2, 3, 4, 16, 100, 4000)), b"abcd", b"Made by a maker\0" * 9],
    ids=lambda filling: str(len(filling)),
)
def test_filling_before_the_end_marker_of_a_jpeg_is_no_damage(files, name, filling):
    filled = render(files[name][:-2] + filling + files[name][-2:])
    assert filled.renditions[-1].data == render(files[name]).renditions[-1].data


@pytest.mark.parametrize("name", [name for name in FORMS if "JPEG" in name])
def test_other_bytes_before_the_end_marker_of_a_jpeg_are_damage(files, name):
    noise = random.Random(1).randbytes(100).replace(b"\xff", b"\1")  # noqa: S311 - repeatable
    assert refusal(files[name][:-2] + noise + files[name][-2:]) == "corrupt"


@pytest.mark.parametrize("name", [name for name in FORMS if "JPEG" in name])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.97])
def test_a_jpeg_whose_rest_is_zeros_is_corrupt(files, name, share):
    kept = files[name][: int(len(files[name]) * share)]
    assert refusal(kept.ljust(len(files[name]) + 5000, b"\0")) == "corrupt"


@pytest.mark.parametrize("name", [name for name in FORMS if "JPEG" in name])
def test_filling_excuses_no_damage_in_the_scan(files, name):
    data, rng = bytearray(files[name]), random.Random(5)  # noqa: S311 - repeatable
    start, length = len(data) // 2, len(data) // 20
    data[start : start + length] = rng.randbytes(length)
    assert refusal(bytes(data[:-2]) + bytes(100) + b"\xff\xd9") == "corrupt"


def test_what_libjpeg_says_of_a_header_is_no_damage(files):
    data = files["JPEG"]
    revision = data[:11] + b"\x63" + data[12:]  # JFIF 99.1
    assert render(revision).width == 640
    unasked = data[:2] + b"\0\0" + data[2:]  # bytes between two segments
    assert refusal(unasked) == "unsupported_type"
    at = data.index(b"\xff\xdb")
    assert render(data[:at] + b"\0\0\0" + data[at:]).width == 640


@pytest.mark.parametrize("options", [{}, {"optimize": True}, {"progressive": True}])
def test_zeros_that_an_encoder_wrote_are_no_damage(options):
    data = pictures.saved(pictures.plain(900, 700), "JPEG", **options)
    assert render(data).width == 900
    assert (bytes(64) in data) is bool(options)


def test_warnings_are_counted():
    """The count is found in the memory of this Pillow's decoder."""
    assert warnings(object()) is None
    data = bytearray(pictures.saved(pictures.photograph(64, 64), "JPEG"))
    data[-60:-2] = bytes(58)
    decoder = Image._getdecoder("RGB", "jpeg", ("RGB", ""), (1, 0))
    image = Image.core.new("RGB", (64, 64))
    decoder.setimage(image, (0, 0, 64, 64))
    decoder.decode(bytes(data))
    met = warnings(decoder)
    assert met is not None
    assert met.count > 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("_MEMORY", "/proc/self/nothing"), ("_NEAREST", libjpeg._FARTHEST)],
    ids=["memory that cannot be read", "another layout"],
)
def test_a_jpeg_whose_warnings_cannot_be_read_is_rendered_and_logged_once(
    files, monkeypatch, caplog, name, value
):
    libjpeg._tell.cache_clear()
    monkeypatch.setattr(libjpeg, name, value)
    for _ in range(2):
        assert render(files["JPEG"]).width == 640
    [logged] = caplog.records
    assert logged.message.startswith("libjpeg's warnings cannot be read")
    libjpeg._tell.cache_clear()


def test_a_blank_range_of_a_jpeg_is_found_without_warnings(files, monkeypatch):
    monkeypatch.setattr(libjpeg, "_MEMORY", "/proc/self/nothing")
    data = files["JPEG"]
    assert refusal(data[: len(data) // 2].ljust(len(data), b"\0")) == "corrupt"


def test_a_jpeg_of_a_broken_header_is_corrupt_and_says_nothing_of_the_decoder(files, caplog):
    libjpeg._tell.cache_clear()
    data = bytearray(files["JPEG"])
    data[data.index(b"\xff\xc4") + 4] = 0x55  # there is no such table
    assert refusal(bytes(data)) == "corrupt"
    assert caplog.records == []


def test_black_in_a_heic_of_rgb_planes_is_no_damage():
    image = pictures.plain(96, 64)
    image.paste((0, 0, 0), (16, 16, 80, 48))
    lossless = {"quality": -1, "chroma": 444, "matrix_coefficients": 0, "full_range_flag": 1}
    data = pictures.saved(image, "HEIF", **lossless)
    full = render(data).renditions[-1]
    assert pictures.close(pictures.decoded(full.data).getpixel((48, 32)), (0, 0, 0))


def boxed(data: bytes, kind: bytes) -> int:
    """Where the box of that kind begins."""
    return data.index(kind) - 4


@pytest.mark.parametrize(("place", "value"), [(16, 0xFC), (16, 0xFF), (17, 0xFA), (18, 0xFA)])
@pytest.mark.parametrize("name", ["HEIC", "HEIC grid"])
def test_a_container_that_contradicts_its_stream_is_damage(files, name, place, value):
    data = bytearray(files[name])
    data[data.index(b"hvcC") + 4 + place] = value
    assert refusal(bytes(data)) == "corrupt"


def test_a_box_that_passes_the_end_is_damage_and_a_trailer_is_not(files):
    data = files["HEIC"]
    at = boxed(data, b"mdat")
    longer = struct.pack(">I", len(data) - at + 9)
    assert refusal(data[:at] + longer + data[at + 4 :]) == "corrupt"
    for trailer in (b"SEFHtrailer of a maker's own", b"\0" * 5, b"\0\0\0\x10free12345678"):
        assert render(data + trailer).width == 640


def test_an_item_outside_of_the_file_is_damage(files):
    data = bytearray(files["HEIC"])
    at = boxed(bytes(data), b"iloc")
    size = struct.unpack_from(">I", data, at)[0]
    struct.pack_into(">I", data, at + size - 4, len(data))  # the last extent's length
    assert refusal(bytes(data)) == "corrupt"


def test_a_tile_that_is_not_there_is_damage(files):
    data = files["HEIC grid"]
    at = data.index(b"dimg") + 4
    missing = data[: at + 4] + b"\x7f\xff" + data[at + 6 :]
    assert refusal(missing) in ("corrupt", "unsupported_type")


def test_tiles_may_be_larger_than_what_is_seen_of_them(files):
    assert Heif(pictures.stream(files["HEIC grid"])).size == (640, 480)
    assert render(files["HEIC grid"]).height == 480


def test_an_avif_with_a_blank_range_is_corrupt():
    data = bytearray(pictures.saved(pictures.photograph(640, 480), "AVIF"))
    data[len(data) // 2 : len(data) // 2 + 2000] = bytes(2000)
    assert refusal(bytes(data)) == "corrupt"


WEBP = {
    "lossy": {"quality": 80},
    "lossy, small": {"quality": 40, "method": 6},
    "lossy, with alpha": {"quality": 80},
}


def webp(name: str) -> bytes:
    photo = pictures.photograph(640, 480)
    if "alpha" in name:
        photo.putalpha(Image.linear_gradient("L").resize(photo.size))
    return pictures.saved(photo, "WEBP", exif=b"Exif\0\0" + bytes(200), **WEBP[name])


@pytest.mark.parametrize("blank", [True, False])
@pytest.mark.parametrize("share", [0.001, 0.05])
@pytest.mark.parametrize("name", WEBP)
def test_a_lossy_webp_with_bytes_that_were_overwritten_is_refused(name, share, blank):
    """libwebp says nothing, but it loses its place, and is done before the end or not at all."""
    data, draw = webp(name), random.Random(7)  # noqa: S311 - a fault, not a secret
    start = data.index(b"VP8 ") + 8
    size = int.from_bytes(data[start - 4 : start], "little")
    long = max(16, round(size * share))
    accepted = 0
    for _ in range(8):
        at = start + draw.randrange(size // 10, size - long - 200)
        bad = bytes(long) if blank else draw.randbytes(long)
        with suppress(Refused):
            render(data[:at] + bad + data[at + long :])
            accepted += 1
    assert accepted <= 1, "by chance the lost place may be near the end"


@pytest.mark.parametrize("size", [(1, 1), (16, 16), (17, 300), (640, 480)])
@pytest.mark.parametrize("options", [{"quality": 1}, {"quality": 100}, {"lossless": True}])
def test_a_sound_webp_is_accepted_with_any_chunk_behind_it(size, options):
    for picture in (pictures.photograph(*size), Image.new("RGB", size, "teal")):
        data = pictures.saved(picture, "WEBP", exif=b"Exif\0\0" + bytes(201), **options)
        assert render(data).width == size[0]


def test_a_webp_padded_by_its_encoder_is_accepted():
    data = pictures.saved(pictures.photograph(640, 480), "WEBP", quality=80)
    size = int.from_bytes(data[16:20], "little") + 16
    padded = data[:4] + (size + 12).to_bytes(4, "little") + data[8:16]
    assert render(padded + size.to_bytes(4, "little") + data[20:] + bytes(16)).width == 640
